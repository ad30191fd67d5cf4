//! Intervals that the release's timer cannot count, so that it fires each millisecond.

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::off;
use super::rule::{Needs, Rule};
use crate::releases::{Behaviour, duration};

pub(super) static RULE: Rule = Rule {
    id: "overflowing-interval",
    severity: Severity::Warning,
    summary: "an interval too long for the timer, which then fires every millisecond",
    page: include_str!("pages/overflowing-interval.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let behaviour = context.behaviour();
    let since = Behaviour::since(|behaviour| !behaviour.long_intervals_overflow);
    for block in context.blocks() {
        let Some(text) = block.fields.get("every").and_then(|every| every.as_str()) else { continue };
        let interval = duration::parse(text, behaviour.composite_durations);
        if !interval.is_some_and(|interval| behaviour.overflows(interval)) {
            continue;
        }
        let path = block.path.key("every");
        let message = format!(
            "'{text}' is more than the timer of {} can count (24.8 days): it fires every millisecond, takes up a whole \
             CPU, fills the log and crashes the gateway",
            behaviour.version
        );
        findings.push(
            RULE.at(context, path.clone(), message)
                .help(format!(
                    "every: \"0m\" switches heartbeats off; {since} and later wait as long as the value says"
                ))
                .fix(Safety::Unsafe, vec![context.set(&path, off::OFF)]),
        );
    }
}
