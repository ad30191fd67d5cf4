//! The second request that each shared heartbeat makes without a word: a summary of the conversation.

use super::context::{Context, agents};
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender, sum};
use crate::money::Money;
use crate::simulate::costing::Level;
use crate::words::count;

pub(super) static RULE: Rule = Rule {
    id: "hidden-recap",
    severity: Severity::Info,
    summary: "a second, hidden request with each shared heartbeat",
    page: include_str!("pages/hidden-recap.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let costing = context.costing;
    let recaps = |spending: &Spender<'_>| {
        let scenario = costing.scenario(&spending.subject, &spending.choice, &spending.model, Level::Typical, None);
        costing.counted(&scenario).tally.recap_tokens.prompt()
    };
    let shared = context.spendings().iter().filter(|spending| !spending.choice.isolated && recaps(spending) > 0);
    for group in Group::by_place(shared, |spending| context.block_of(spending.agent).key("isolatedSession")) {
        let tokens: u64 = group.members.iter().map(|spending| recaps(spending)).sum();
        let Some(recap) = group.members.first().and_then(|first| first.subject.recap.as_ref()) else { continue };
        let without = |spending: &&Spender<'_>| {
            let mut subject = spending.subject.clone();
            subject.recap = None;
            spending.waste_beyond(costing, &subject)
        };
        let waste = sum(group.members.iter().map(without)).filter(|waste| waste.saving > Money::ZERO);
        let much =
            waste.map_or_else(|| format!("{} tokens of input", count(tokens)), |waste| waste.saved().to_string());
        let message = format!(
            "each heartbeat of {} also triggers a hidden summary request to {} (about {much} a month)",
            group.names(),
            recap.model.id,
        );
        let finding = RULE.at(context, group.path, message).waste(waste);
        let small = agents().key("defaults").key("utilityModel");
        findings.push(
            finding
                .help("isolated heartbeats have none; agents.defaults.utilityModel: \"\" switches it off")
                .advise(vec![context.set(&small, "")]),
        );
    }
}
