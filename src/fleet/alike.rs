//! Lines that are known already: gateways of a host often say the same but for layout, tokens, ports, dates and the numbers
//! of people, on which no field of a line turns. What it does turn on is hashed, so that nothing of a config is kept beside
//! its line.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::line::FleetLine;
use crate::document::{Document, Named};
use crate::secrets::keys::is_secret_key;

/// As many lines are kept, of about a kilobyte each.
const MOST_KEPT: usize = 4_096;
/// Shorter values of secret keys may be words that a release knows, such as `undefined`.
const SHORTEST: usize = 16;
/// Keys that say who may write to a gateway, and whom it writes to.
const PEOPLE: [&str; 4] = ["allowFrom", "groupAllowFrom", "ownerAllowFrom", "to"];
/// How many digits the number of a person has: a user's at a messenger, a telephone's.
const PERSON: std::ops::RangeInclusive<usize> = 5..=15;
/// Ports that are like others, as long as nothing else in the config names them.
const PORTS: std::ops::RangeInclusive<u64> = 1_024..=60_000;

/// Lines of configs that were asked the same, by what they turn on.
#[derive(Debug, Default)]
pub struct KnownLines(Mutex<HashMap<LineKey, String>>);

/// What the line of a config turns on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LineKey([u8; 32]);

impl KnownLines {
    /// The line of a config: that of one like it, under its own name, else what it is once it is `asked`.
    pub fn line(&self, key: Option<LineKey>, line: FleetLine, ask: impl FnOnce(FleetLine) -> FleetLine) -> FleetLine {
        let Some(key) = key else { return ask(line) };
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let like = known().get(&key).cloned();
        if let Some(like) = like.and_then(|text| FleetLine::read(&text)) {
            return line.like(like);
        }
        let line = ask(line);
        // A message may name the config.
        if line.get("error").is_null() {
            let mut known = known();
            if known.len() >= MOST_KEPT {
                known.clear();
            }
            known.insert(key, line.to_text(&[]));
        }
        line
    }
}

impl LineKey {
    /// Of a config that is given by its text alone, and what it is asked `under` unlike others of the same call. `None` where
    /// more is read of it than its values.
    pub fn of(document: &Document, under: &[&str]) -> Option<Self> {
        let is_comment_read = document.comments().into_iter().any(|at| document.text()[at].contains("clawbeat"));
        if is_comment_read || !document.duplicate_keys().is_empty() {
            return None;
        }
        let config = document.value();
        let port = config.at("gateway.port").and_then(Value::as_u64).filter(|port| PORTS.contains(port));
        let port_is_free = port.is_some_and(|port| mentions(config, &port.to_string()) == 1);
        let mut hasher = KeyHasher { port_is_free, ..KeyHasher::default() };
        hasher.text(b'/', &document.format().to_string());
        under.iter().for_each(|text| hasher.text(b'"', text));
        hasher.value(config, ConfigPart::Root);
        for secret in std::mem::take(&mut hasher.variables) {
            match hasher.asks_for_variables {
                // One may stand for a model.
                true => hasher.text(b'"', secret),
                false => hasher.secret(secret),
            }
        }
        hasher.mentioned();
        Some(LineKey(hasher.hash.finalize().into()))
    }
}

#[derive(Default)]
struct KeyHasher<'v> {
    hash: Sha256,
    /// The secrets and people so far: it may count that two are the same.
    kinds: Vec<Cow<'v, str>>,
    /// All other names and texts, and their parts between colons, as keys of sessions have them, in small letters.
    texts: HashSet<String>,
    /// Those that variables are set to.
    variables: Vec<&'v str>,
    /// Whether anything but a secret asks for a variable.
    asks_for_variables: bool,
    /// Whether nothing else names the gateway's port.
    port_is_free: bool,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq)]
enum ConfigPart {
    Root,
    /// Right in `gateway`.
    Gateway,
    /// What the last writer of the config notes of itself.
    Notes,
    /// Variables that it sets.
    Variables,
    Other,
}

impl ConfigPart {
    fn inside(self, key: &str) -> Self {
        match (self, key) {
            (ConfigPart::Root, "gateway") => ConfigPart::Gateway,
            (ConfigPart::Root, "meta" | "wizard") => ConfigPart::Notes,
            (ConfigPart::Notes | ConfigPart::Variables, _) => self,
            (_, "env") => ConfigPart::Variables,
            _ => ConfigPart::Other,
        }
    }
}

impl<'v> KeyHasher<'v> {
    fn text(&mut self, kind: u8, text: &str) {
        self.hash.update([kind]);
        self.hash.update(text.len().to_le_bytes());
        self.hash.update(text);
    }

    /// A secret by its length, the kinds of its characters, and which of those before it is the same.
    fn secret(&mut self, secret: &'v str) {
        let is_random = secret.len() >= SHORTEST && secret.bytes().any(|byte| byte.is_ascii_digit());
        if !is_random || secret.contains("${") {
            return self.text(b'"', secret);
        }
        self.kind(b'*', secret.into());
    }

    /// Who may write or is written to: a number by its length, all else as it stands.
    fn people(&mut self, value: &'v Value, part: ConfigPart) {
        let is_number = |text: &str| PERSON.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        match value {
            Value::Array(items) => {
                self.text(b'[', &items.len().to_string());
                items.iter().for_each(|item| self.people(item, part));
            }
            Value::String(text) if is_number(text.strip_prefix('+').unwrap_or(text)) => {
                // No telephone's begins with 0 behind a plus.
                self.kind(if text.trim_start_matches('+').starts_with('0') { b'0' } else { b'+' }, text.into());
            }
            Value::Number(number) if is_number(&number.to_string()) => self.kind(b'1', number.to_string().into()),
            _ => self.value(value, part),
        }
    }

    /// A text of which only counts what characters it has and which of those before it is the same.
    fn kind(&mut self, mark: u8, text: Cow<'v, str>) {
        let kind = |c: char| match c {
            '0'..='9' => '0',
            'A'..='Z' => 'A',
            'a'..='z' => 'a',
            other => other,
        };
        self.text(mark, &text.chars().map(kind).collect::<String>());
        let seen = self.kinds.iter().position(|other| *other == text);
        self.hash.update(seen.unwrap_or(self.kinds.len()).to_le_bytes());
        if seen.is_none() {
            self.kinds.push(text);
        }
    }

    /// Remembers a text that may be a secret or somebody's number elsewhere, each of which has a digit.
    fn mention(&mut self, text: &str) {
        if text.len() >= *PERSON.start() && text.bytes().any(|byte| byte.is_ascii_digit()) {
            let text = text.to_lowercase();
            self.texts.extend(text.split(':').map(str::to_owned));
            self.texts.insert(text);
        }
    }

    /// Those that something else names, as a session may be called what a key is, count whole.
    fn mentioned(&mut self) {
        for text in std::mem::take(&mut self.kinds) {
            if self.texts.contains(&text.to_lowercase()) {
                self.text(b'!', &text);
            }
        }
    }

    fn value(&mut self, value: &'v Value, part: ConfigPart) {
        match value {
            Value::Object(members) => {
                self.text(b'{', &members.len().to_string());
                for (key, member) in members {
                    self.text(b':', key);
                    self.mention(key);
                    match member {
                        Value::String(secret) if is_secret_key(key) => match part {
                            ConfigPart::Variables => self.variables.push(secret),
                            _ => self.secret(secret),
                        },
                        _ if part == ConfigPart::Gateway && key == "port" && self.port_is_free => self.text(b'#', ""),
                        _ if PEOPLE.contains(&key.as_str()) => self.people(member, part.inside(key)),
                        _ => self.value(member, part.inside(key)),
                    }
                }
            }
            Value::Array(items) => {
                self.text(b'[', &items.len().to_string());
                items.iter().for_each(|item| self.value(item, part.inside("")));
            }
            Value::String(text) if part == ConfigPart::Notes && text.parse::<Timestamp>().is_ok() => {
                self.text(b'@', "")
            }
            Value::String(text) => {
                self.asks_for_variables |= text.contains("${");
                self.mention(text);
                self.text(b'"', text);
            }
            Value::Number(_) | Value::Bool(_) | Value::Null => self.text(b'=', &value.to_string()),
        }
    }
}

/// How often a number stands in a config, by itself or in a text.
fn mentions(config: &Value, number: &str) -> usize {
    match config {
        Value::Object(members) => members.values().map(|member| mentions(member, number)).sum(),
        Value::Array(items) => items.iter().map(|item| mentions(item, number)).sum(),
        Value::String(text) => usize::from(text.contains(number)),
        Value::Number(other) => usize::from(other.to_string() == number),
        Value::Bool(_) | Value::Null => 0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::Format;

    fn key(text: &str) -> Option<LineKey> {
        LineKey::of(&Document::parse(text, Format::Json5).unwrap(), &[])
    }

    #[test]
    fn layout_tokens_and_dates_make_no_difference() {
        let here =
            r#"{ gateway: { auth: { token: "f3a9c1d07b2e4856" } }, meta: { lastTouchedAt: "2026-11-01T10:00:00Z" } }"#;
        let other = "// ours\n{ gateway: { auth: { token: 'b7e1f2a05c9d3481' },\n }, \
                     \"meta\": { lastTouchedAt: '2026-10-02T07:30:00.5Z' } }";
        assert!(key(here).is_some());
        assert_eq!(key(here), key(&other.replace("b7e1f2a05c9d3481", "e1b7f2a05c9d3481")));
        assert_eq!(key(other), key(&other.replace("ours", "theirs")));
    }

    #[test]
    fn all_else_does() {
        let alike = |one: &str, other: &str| key(one) == key(other);
        assert!(!alike("{ a: 1 }", "{ a: 2 }"));
        assert!(!alike("{ a: 1, b: 2 }", "{ b: 2, a: 1 }"), "the first agent is the default one");
        assert!(!alike("{ a: ['b', 'c'] }", "{ a: ['bc'] }"));
        assert!(!alike("{ a: '1' }", "{ a: 1 }"));
        assert!(!alike("{ a: 'null' }", "{ a: null }"));
        assert!(!alike("{ a: '2026-11-01T10:00:00Z' }", "{ a: '2026-11-02T10:00:00Z' }"), "a note is a date");
        // Words that a release may know, and texts of another length or kind.
        assert!(!alike("{ token: 'undefined' }", "{ token: 'nonesuch1' }"));
        assert!(!alike("{ token: 'f3a9c1d07b2e48567' }", "{ token: 'f3a9c1d07b2e4856' }"));
        assert!(!alike("{ token: 'f3a9c1d07b2e4856' }", "{ token: 'F3a9c1d07b2e4856' }"));
        // Two that are to differ.
        let two = |one, other| format!("{{ a: {{ token: '{one}' }}, b: {{ token: '{other}' }} }}");
        let (one, other) = ("f3a9c1d07b2e4856", "b7e1f2a05c9d3481");
        assert!(!alike(&two(one, one), &two(one, "e1b7f2a05c9d3481")) && !alike(&two(one, one), &two(one, other)));
        // A variable that names a model.
        let named = |model| format!("{{ env: {{ MODEL_KEY: '{model}' }}, model: '${{MODEL_KEY}}' }}");
        assert!(!alike(&named("claude-haiku-4-5"), &named("claude-haiku-4-6")));
        let kept = |model| format!("{{ env: {{ API_KEY: '{model}' }}, apiKey: '${{API_KEY}}' }}");
        assert!(alike(&kept("sk-claude-haiku-4-5"), &kept("sk-claude-haiku-4-6")));
    }

    #[test]
    fn a_port_that_nothing_else_names_is_like_another() {
        let on = |port: u64, other: &str| key(&format!("{{ gateway: {{ port: {port}, other: {other} }}, a: 18001 }}"));
        assert_eq!(on(18_002, "1"), on(18_003, "1"));
        assert_ne!(on(18_001, "1"), on(18_002, "1"));
        assert_ne!(on(18_002, "'http://localhost:18002'"), on(18_003, "'http://localhost:18002'"));
        assert_ne!(on(80, "1"), on(81, "1"));
        assert_ne!(on(18_002, "{ port: 1 }"), on(18_002, "{ port: 2 }"));
    }

    #[test]
    fn what_else_is_named_counts_whole() {
        let with = |token: &str, session: &str| {
            key(&format!(
                "{{ hooks: {{ token: '{token}' }}, agents: {{ defaults: {{ heartbeat: {{ session: '{session}' }} }} }} }}"
            ))
        };
        assert_eq!(with("main-session-0001", "other"), with("main-session-0002", "other"));
        for session in ["main-session-0001", "agent:main:Main-Session-0001"] {
            assert_ne!(with("main-session-0001", session), with("main-session-0002", session), "{session}");
        }
        let group = |to: &str| key(&format!("{{ groups: {{ '12345678': {{}} }}, to: '{to}' }}"));
        assert_ne!(group("12345678"), group("12345679"));
        let set = |main: &str| {
            let session = "agents: { defaults: { heartbeat: { session: 'main-session-0001' } } }";
            key(&format!(
                "{{ env: {{ vars: {{ MAIN_KEY: '{main}' }} }}, hooks: {{ token: '${{MAIN_KEY}}' }}, {session} }}"
            ))
        };
        assert_ne!(set("main-session-0001"), set("main-session-0002"));
    }

    #[test]
    fn people_count_by_whether_they_are_the_same() {
        let people = |owner: &str, on: &str| {
            key(&format!(
                "{{ commands: {{ ownerAllowFrom: [{owner}] }}, channels: {{ telegram: {{ allowFrom: [{on}] }} }} }}"
            ))
        };
        assert_eq!(people("12345678", "12345678"), people("87654321", "87654321"));
        assert_eq!(people("'+4912345678'", "'*'"), people("'+4987654321'", "'*'"));
        assert_ne!(people("12345678", "12345678"), people("12345678", "87654321"));
        assert_ne!(people("12345678", "1"), people("'12345678'", "1"), "a release may want a text");
        assert_ne!(people("'+0123456789'", "'*'"), people("'+4912345678'", "'*'"), "no telephone begins so");
        assert_ne!(people("'telegram:1'", "'*'"), people("'telegram:2'", "'*'"));
        assert_ne!(key("{ a: { peer: '12345678' } }"), key("{ a: { peer: '87654321' } }"));
    }

    #[test]
    fn what_is_more_than_values_has_no_key() {
        assert_eq!(key("// clawbeat: ignore[frequent-heartbeat]\n{}"), None);
        assert_eq!(key("{ a: 1, a: 2 }"), None);
    }

    #[test]
    fn a_form_or_a_release_of_its_own_makes_a_difference() {
        let of = |format| LineKey::of(&Document::parse("{ \"a\": 1 }", format).unwrap(), &[]);
        assert_ne!(of(Format::Yaml), of(Format::Json));
        assert_ne!(
            of(Format::Json),
            LineKey::of(&Document::parse("{ \"a\": 1 }", Format::Json).unwrap(), &["2026.9.6"])
        );
    }

    #[test]
    fn a_line_is_told_again_under_another_name_and_an_error_is_not() {
        let lines = KnownLines::default();
        let said =
            |name: &str, text: &str| lines.line(key("{}"), FleetLine::of(name, None), |line| line.with_error(text));
        assert_eq!(said("a", "no").get("error"), "no");
        assert_eq!(said("b", "never").get("error"), "never");
        let made = lines.line(key("{}"), FleetLine::of("c", None), |line| line);
        let known = lines.line(key("{}"), FleetLine::of("d", Some("d.json")), |_| unreachable!("it is known"));
        assert_eq!((known.get("id"), known.get("path")), (&"d".into(), &"d.json".into()));
        assert_eq!(known.get("verdict"), made.get("verdict"));
    }

    #[test]
    fn where_too_many_are_kept_they_begin_anew() {
        let lines = KnownLines::default();
        for at in 0..=MOST_KEPT {
            lines.line(key(&format!("{{ a: {at} }}")), FleetLine::of("a", None), |line| line);
        }
        assert_eq!(lines.0.lock().unwrap().len(), 1);
    }
}
