//! What a request was made for (R49). The first that knows decides: what started the run, which part of OpenClaw asked, the
//! session's key, how the text begins. A chat turn can *contain* the heartbeat's text, left there by a tick that was broken
//! off, so containing it decides nothing.

use super::TurnKind;
use super::row::User;

/// What a session is for, by its key. The key itself may hold a phone number, and is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SessionClass {
    /// A conversation, or unknown.
    #[default]
    Conversation,
    Heartbeat,
    Cron,
    Subagent,
    Hook,
}

impl SessionClass {
    /// Of a key such as `agent:main:cron:JOB`.
    pub(super) fn of(key: &str) -> Self {
        let rest = key.strip_prefix("agent:").and_then(|rest| rest.split_once(':')).map_or(key, |(_, rest)| rest);
        if rest.ends_with(":heartbeat") {
            SessionClass::Heartbeat
        } else if rest.starts_with("subagent:") || rest.contains(":subagent:") {
            SessionClass::Subagent
        } else if rest.starts_with("cron:") {
            SessionClass::Cron
        } else if rest.starts_with("hook:") {
            SessionClass::Hook
        } else {
            SessionClass::Conversation
        }
    }

    fn kind(self) -> Option<TurnKind> {
        match self {
            SessionClass::Conversation => None,
            SessionClass::Heartbeat => Some(TurnKind::Heartbeat),
            SessionClass::Cron => Some(TurnKind::Cron),
            SessionClass::Subagent => Some(TurnKind::Subagent),
            SessionClass::Hook => Some(TurnKind::Hook),
        }
    }
}

/// The agent that a key names.
pub(super) fn agent_of(key: &str) -> Option<&str> {
    let (agent, _) = key.strip_prefix("agent:")?.split_once(':')?;
    (!agent.is_empty()).then_some(agent)
}

/// What started a run, in the gateway's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    Heartbeat,
    Cron,
    /// Keeping the history within its bounds.
    Upkeep,
    /// A person, or another agent's message.
    Person,
}

impl Trigger {
    /// Of `data.trigger` of a run's beginning.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "heartbeat" => Some(Trigger::Heartbeat),
            "cron" => Some(Trigger::Cron),
            "memory" | "overflow" | "budget" => Some(Trigger::Upkeep),
            "user" | "manual" => Some(Trigger::Person),
            _ => None,
        }
    }
}

/// The turn that a request belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RequestTurn {
    kind: Option<TurnKind>,
    /// Whether a part of OpenClaw asked.
    internal: bool,
    /// Whether an event did, and no clock.
    pub(super) woken: bool,
}

impl RequestTurn {
    /// The turn that a user row begins.
    pub(super) fn of(user: &User, class: SessionClass, prompts: &[String]) -> Self {
        let by_source = user.source.as_deref().and_then(|source| match source {
            // Wakes for finished commands run as ticks do.
            "heartbeat" | "exec" | "exec-event" => Some(TurnKind::Heartbeat),
            "cron" | "cron-event" => Some(if class == SessionClass::Hook { TurnKind::Hook } else { TurnKind::Cron }),
            _ => None,
        });
        let text = String::from_utf8_lossy(&user.text);
        let kind = by_source.or_else(|| class.kind()).or_else(|| by_text(&text, prompts));
        let by_event = matches!(user.source.as_deref(), Some("exec" | "exec-event" | "hook" | "notification"));
        let woken = by_event || WAKES.iter().any(|start| bare(&text).starts_with(start));
        RequestTurn { kind: Some(kind.unwrap_or(TurnKind::Chat)), internal: user.source.is_some(), woken }
    }

    /// One whose beginning a heartbeat took with it that was erased.
    pub(super) fn of_erased() -> Self {
        RequestTurn { kind: Some(TurnKind::Heartbeat), internal: true, woken: false }
    }

    /// Whether a scheduled job began it, whatever its run is called.
    pub(super) fn is_job(self) -> bool {
        self.kind == Some(TurnKind::Cron)
    }

    /// What a request of this turn was made for.
    pub(super) fn kind(self, trigger: Option<Trigger>, class: SessionClass) -> TurnKind {
        let by_key = class.kind();
        match trigger {
            Some(Trigger::Heartbeat) => TurnKind::Heartbeat,
            Some(Trigger::Upkeep) => TurnKind::Compaction,
            // Calls from outside run as scheduled jobs do.
            Some(Trigger::Cron) if class == SessionClass::Hook => TurnKind::Hook,
            Some(Trigger::Cron) => TurnKind::Cron,
            // A person can open the session of the heartbeat and talk to it.
            Some(Trigger::Person) if class == SessionClass::Heartbeat && !self.internal => TurnKind::Chat,
            Some(Trigger::Person) => by_key.unwrap_or(TurnKind::Chat),
            None => self.kind.or(by_key).unwrap_or(TurnKind::Chat),
        }
    }
}

/// What stands where the prompt of a heartbeat stood before.
const POLL: &str = "[OpenClaw heartbeat poll]";

/// Whether a message is such a marker.
pub(super) fn is_poll(text: &[u8]) -> bool {
    text.trim_ascii() == POLL.as_bytes()
}

/// How OpenClaw's own turns begin where nothing else says so, from 2026.1 on.
const BEGINNINGS: [(&str, TurnKind); 14] = [
    (POLL, TurnKind::Heartbeat),
    ("[OpenClaw exec completion]", TurnKind::Heartbeat),
    ("[OpenClaw session event]", TurnKind::Heartbeat),
    ("[OpenClaw cron wake]", TurnKind::Cron),
    ("Read HEARTBEAT.md if it exists (workspace context).", TurnKind::Heartbeat),
    ("Read HEARTBEAT.md if exists.", TurnKind::Heartbeat),
    ("Follow the heartbeat monitor scratch context when provided.", TurnKind::Heartbeat),
    ("Run the following periodic tasks (only those due based on their intervals):", TurnKind::Heartbeat),
    ("An async command you ran earlier has completed", TurnKind::Heartbeat),
    ("An async command completion event was triggered", TurnKind::Heartbeat),
    ("A scheduled reminder has been triggered.", TurnKind::Cron),
    ("A scheduled cron event was triggered", TurnKind::Cron),
    ("[cron:", TurnKind::Cron),
    ("[Subagent Context]", TurnKind::Subagent),
];

/// Those of them that no clock begins.
const WAKES: [&str; 4] = [
    "[OpenClaw exec completion]",
    "[OpenClaw session event]",
    "An async command you ran earlier has completed",
    "An async command completion event was triggered",
];

/// How the first turn of a session begins that a user asked for.
const GREETING: &str = "A new session was started via /new or /reset.";

/// The text before a prompt that came while a turn was still running, and the instructions that some channels get; the
/// prompt itself is last.
const WRAPPERS: [&str; 2] = ["[Queued user message", "Delivery: "];

fn by_text(text: &str, prompts: &[String]) -> Option<TurnKind> {
    let text = bare(text);
    if !WRAPPERS.iter().any(|wrapper| text.starts_with(wrapper)) {
        return beginning(text, prompts);
    }
    let own = prompts.iter().map(|prompt| prompt.trim()).filter(|prompt| !prompt.is_empty());
    let known = BEGINNINGS.iter().map(|(start, _)| *start).chain(own);
    let last = known.filter_map(|start| text.rfind(&format!("\n\n{start}"))).max()?;
    let prompt = &text[last + 2..];
    let kind = beginning(prompt, prompts)?;
    // What follows a blank line is what was asked, and then the prompt before it is the one that was left over.
    let is_last = !prompt.contains("\n\n") || prompts.iter().any(|own| own.trim() == prompt);
    is_last.then_some(kind)
}

fn beginning(text: &str, prompts: &[String]) -> Option<TurnKind> {
    let is_own = |own: &String| {
        let own = own.trim();
        !own.is_empty() && text.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('\n'))
    };
    if prompts.iter().any(is_own) {
        return Some(TurnKind::Heartbeat);
    }
    let known = BEGINNINGS.iter().find(|(start, _)| text.starts_with(start)).map(|(_, kind)| *kind);
    known.or_else(|| tells_the_time(text).then_some(TurnKind::Heartbeat))
}

/// Whether a text ends as a prompt of the user's own does for a heartbeat, from 2026.3 on. The greeting of a new session does,
/// too.
fn tells_the_time(text: &str) -> bool {
    let last = text.rsplit('\n').next().unwrap_or_default();
    let clock = last.strip_prefix("Current time: ").and_then(|time| time.rsplit_once(" / "));
    let is_clock = clock.is_some_and(|(_, utc)| utc.ends_with(" UTC") && utc.starts_with("20"));
    is_clock && !text.starts_with(GREETING)
}

/// The text without what a gateway puts before it: the time, events, and what it knows of the conversation.
fn bare(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(rest) = after_events(text).or_else(|| after_context(text)).or_else(|| stamped(text)) {
        text = rest.trim_start();
    }
    text
}

/// What follows a paragraph of events, of which each may have several lines.
fn after_events(text: &str) -> Option<&str> {
    let is_event = ["System: [", "System (untrusted): ["].iter().any(|start| text.starts_with(start));
    let (_, rest) = text.split_once("\n\n").or_else(|| text.split_once('\n')).filter(|_| is_event)?;
    Some(rest)
}

/// What follows a block such as `Conversation info (untrusted metadata):` with JSON below it, which heartbeats of 2026.4.15
/// have where they report to a channel; an import to 2026.9.6 ends the heading otherwise.
fn after_context(text: &str) -> Option<&str> {
    let (heading, rest) = text.split_once('\n')?;
    let is_heading = heading.contains(" (untrusted") && heading.ends_with("):") || heading.ends_with("⟦openclaw:ctx⟧");
    let (_, rest) = rest.strip_prefix("```json\n").filter(|_| is_heading)?.split_once("\n```")?;
    Some(rest)
}

/// What follows a stamp such as `[Sun 2026-11-22 17:03 UTC] `.
fn stamped(text: &str) -> Option<&str> {
    let (stamp, rest) = text.strip_prefix('[')?.split_once("] ")?;
    let (day, date) = stamp.split_once(' ')?;
    let is_stamp = day.len() == 3 && stamp.len() < 40 && date.starts_with(|first: char| first.is_ascii_digit());
    is_stamp.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> TurnKind {
        by_text(text, &["Any news?\n\nSay OK.".to_owned()]).unwrap_or(TurnKind::Chat)
    }

    #[test]
    fn a_text_tells_by_how_it_begins() {
        let full = "Read HEARTBEAT.md if it exists (workspace context). Follow it strictly.";
        let info = "Conversation info (untrusted metadata):\n```json\n{\n  \"chat_id\": \"1\"\n}\n```\n\n";
        let sender = "Sender (untrusted metadata):\n```json\n{}\n```\n\n";
        let imported = "Conversation info: ⟦openclaw:ctx⟧\n```json\n{}\n```\n\n";
        let clock = "Current time: Sunday, February 22nd, 2026 - 5:03 PM (UTC) / 2026-02-22 17:03 UTC";
        for (text, expected) in [
            ("[OpenClaw heartbeat poll]", TurnKind::Heartbeat),
            (full, TurnKind::Heartbeat),
            (&format!("[Sun 2026-02-22 17:03 UTC] {full}"), TurnKind::Heartbeat),
            (
                &format!("System: [2026-02-22 17:03:11 UTC] Node: up\n\n{full}\nCurrent time: 17:03"),
                TurnKind::Heartbeat,
            ),
            ("[Sun 2026-02-22 17:03 UTC] what does [OpenClaw heartbeat poll] mean?", TurnKind::Chat),
            (&format!("[Sun 2026-02-22 17:03 UTC] why do you always get '{full}'?"), TurnKind::Chat),
            ("Read HEARTBEAT.md and tell me what it says", TurnKind::Chat),
            ("Any news?\n\nSay OK.", TurnKind::Heartbeat),
            ("Any news?\n\nSay OK.\nCurrent time: noon", TurnKind::Heartbeat),
            ("Any news?", TurnKind::Chat),
            (&format!("System: [2026-02-22 17:03 UTC] one\nmore of it\n\n{full}"), TurnKind::Heartbeat),
            (&format!("System: [2026-02-22 17:03 UTC] a\nSystem: b\n\n{info}{full}"), TurnKind::Heartbeat),
            (&format!("{info}{sender}{full}"), TurnKind::Heartbeat),
            (&format!("{imported}A scheduled reminder has been triggered."), TurnKind::Cron),
            (&format!("{info}{sender}what does '{full}' mean?"), TurnKind::Chat),
            (&format!("Sender: what is this?\n```json\n{{}}\n```\n\n{full}"), TurnKind::Chat),
            (&format!("Look at the mail.\n\nSay what is new.\n{clock}"), TurnKind::Heartbeat),
            (&format!("{GREETING} Then greet the user.\n{clock}"), TurnKind::Chat),
            ("Look at the mail.\nCurrent time: I do not know", TurnKind::Chat),
            ("[cron:5f1 Morning] write the brief", TurnKind::Cron),
            ("A scheduled reminder has been triggered. The reminder content is:\n\ntea", TurnKind::Cron),
            ("[Subagent Context] You are running as a subagent (depth 1/3).", TurnKind::Subagent),
            ("", TurnKind::Chat),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn of_a_queue_the_last_one_is_asked() {
        let queued = "[Queued user message from a previous active turn; preserved as context only.]";
        for (text, expected) in [
            (format!("{queued}\n[OpenClaw heartbeat poll]\n\nhow are you?"), TurnKind::Chat),
            (format!("{queued}\nhow are you?\n\n[OpenClaw heartbeat poll]"), TurnKind::Heartbeat),
            (format!("{queued}\nAny news?\n\nSay OK.\n\nhow are you?"), TurnKind::Chat),
            (format!("{queued}\nhow are you?\n\nAny news?\n\nSay OK."), TurnKind::Heartbeat),
            (format!("{queued}\n\n[OpenClaw heartbeat poll]\n\nhow are you?"), TurnKind::Chat),
        ] {
            assert_eq!(kind(&text), expected, "{text}");
        }
    }

    #[test]
    fn a_key_tells_what_a_session_is_for() {
        for (key, class) in [
            ("agent:main:main", SessionClass::Conversation),
            ("agent:main:main:heartbeat", SessionClass::Heartbeat),
            ("agent:ops:cron:5f1:run:77", SessionClass::Cron),
            ("cron:5f1", SessionClass::Cron),
            ("hook:gmail:5", SessionClass::Hook),
            ("agent:main:hook:5", SessionClass::Hook),
            ("agent:main:subagent:5", SessionClass::Subagent),
            ("agent:main:cron:5:subagent:6", SessionClass::Subagent),
            ("agent:main:whatsapp:direct:+4912345", SessionClass::Conversation),
            ("agent:main:telegram:group:cron:5", SessionClass::Conversation),
        ] {
            assert_eq!(SessionClass::of(key), class, "{key}");
        }
    }

    #[test]
    fn what_started_the_run_comes_first() {
        let user = |source: Option<&'static str>, text: &str| User {
            written: None,
            source: source.map(Into::into),
            text: text.as_bytes().to_vec(),
            row: None,
            chars: text.len() as u64,
        };
        let poll = "[OpenClaw heartbeat poll]";
        for (trigger, source, class, text, expected) in [
            (Some("user"), None, SessionClass::Conversation, poll, TurnKind::Chat),
            (Some("user"), None, SessionClass::Subagent, "go", TurnKind::Subagent),
            (Some("user"), None, SessionClass::Heartbeat, "hello", TurnKind::Chat),
            (Some("user"), Some("subagent_announce"), SessionClass::Heartbeat, "done", TurnKind::Heartbeat),
            (Some("heartbeat"), None, SessionClass::Conversation, "hello", TurnKind::Heartbeat),
            (Some("heartbeat"), Some("cron"), SessionClass::Conversation, "[OpenClaw cron wake]", TurnKind::Heartbeat),
            (Some("cron"), None, SessionClass::Hook, "mail", TurnKind::Hook),
            (Some("cron"), None, SessionClass::Conversation, "hello", TurnKind::Cron),
            (Some("memory"), None, SessionClass::Conversation, "save", TurnKind::Compaction),
            (Some("new word"), None, SessionClass::Conversation, poll, TurnKind::Heartbeat),
            (None, Some("heartbeat"), SessionClass::Conversation, "hello", TurnKind::Heartbeat),
            (None, Some("cron"), SessionClass::Conversation, "hello", TurnKind::Cron),
            (None, Some("restart-sentinel"), SessionClass::Conversation, "hello", TurnKind::Chat),
            (None, None, SessionClass::Cron, "hello", TurnKind::Cron),
            (None, None, SessionClass::Conversation, "hello", TurnKind::Chat),
        ] {
            let turn = RequestTurn::of(&user(source, text), class, &[]);
            assert_eq!(turn.kind(trigger.and_then(Trigger::of), class), expected, "{trigger:?} {source:?} {text}");
        }
    }
}
