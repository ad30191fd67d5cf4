//! What shows that a heartbeat needs what a change takes away: words of its prompt or of HEARTBEAT.md that point at the
//! conversation or at the workspace files, and a load in which runs often speak up.

use crate::gateway::Gateway;
use crate::levers::Lever;
use crate::releases::Instructions;
use crate::simulate::costing::Subject;

/// From this share of runs that say something, in percent, a heartbeat is more than a formality.
const ALERTS_OFTEN: u64 = 20;
/// What turns a sentence round, as in the stock prompt's "do not infer or repeat old tasks from prior chats".
const NEGATIONS: [&str; 6] = [" do not ", " don t ", " never ", " ignore ", " without ", " skip "];

/// What shows that the heartbeats of an agent need what a lever takes away, in a clause.
pub(super) fn need(gateway: &Gateway, subject: &Subject<'_>, lever: Lever) -> Option<String> {
    let words = lever.needed_if_named();
    let load = &subject.spread.typical;
    if let Some(word) = subject.agent.settings.prompt.as_deref().and_then(|text| mentioned(text, words)) {
        return Some(format!("heartbeat.prompt mentions '{word}'"));
    }
    let file = load.workspace.as_ref().and_then(|workspace| workspace.instructions());
    if let Some(word) = file.and_then(|text| mentioned(&text, words)) {
        let instead = match gateway.behaviour.instructions {
            Instructions::HeartbeatFile => "",
            Instructions::MonitorScratch => " (this release reads the monitor scratch, which may say the same)",
        };
        return Some(format!("HEARTBEAT.md mentions '{word}'{instead}"));
    }
    let share = load.alert_percent;
    (share >= ALERTS_OFTEN && lever != Lever::CacheRetention)
        .then(|| format!("{share} % of the runs say something, so what they say matters"))
}

/// The first of some words that a text speaks of, in any case, as a whole word, and not to forbid it.
fn mentioned<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    text.split(['\n', ';', '!', '?']).flat_map(|line| line.split(". ")).find_map(|sentence| {
        let letters = |c: char| if c.is_alphanumeric() { c } else { ' ' };
        let plain: String = sentence.to_lowercase().chars().map(letters).collect();
        let sentence = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
        let at = |word: &str| sentence.find(&format!(" {word} ")).or_else(|| sentence.find(&format!(" {word}s ")));
        let forbidden = |at: usize| {
            NEGATIONS.iter().any(|not| sentence[..=at].contains(not)) && !sentence[..=at].contains(" forget ")
        };
        words.iter().copied().find(|word| at(word).is_some_and(|at| !forbidden(at)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation() -> &'static [&'static str] {
        Lever::IsolatedSession.needed_if_named()
    }

    fn files() -> &'static [&'static str] {
        Lever::LightContext.needed_if_named()
    }

    #[test]
    fn words_count_whole_and_in_any_case() {
        assert_eq!(mentioned("Look at the last Conversations.", conversation()), Some("conversation"));
        assert_eq!(mentioned("- open-thread: none\n- Read SOUL.md first", files()), Some("soul"));
        assert_eq!(mentioned("Check the milestones of the chatbot", &[conversation(), files()].concat()), None);
    }

    /// The prompts that OpenClaw's own documents show, legacy and current.
    #[test]
    fn the_stock_prompts_show_no_need() {
        for stock in [
            "Read HEARTBEAT.md if it exists (workspace context). Follow it strictly. Do not infer or repeat old tasks \
             from prior chats. If nothing needs attention, reply HEARTBEAT_OK.",
            "Follow the heartbeat monitor scratch context when provided. Recurring tasks are automations; create or \
             change their schedules with the automations tool, not heartbeat scratch. Do not infer or repeat old tasks \
             from prior chats. If nothing needs attention, reply NO_REPLY.",
        ] {
            assert_eq!([conversation(), files()].map(|words| mentioned(stock, words)), [None, None]);
        }
    }

    #[test]
    fn what_is_forbidden_is_no_sign_and_what_must_not_be_forgotten_is() {
        assert_eq!(mentioned("Never read the chat history.", conversation()), None);
        assert_eq!(mentioned("Don't forget what we discussed.", conversation()), Some("discussed"));
        assert_eq!(mentioned("Chat first, never after nine.", conversation()), Some("chat"));
    }
}
