//! `heartbeat: {}`: meant as "none", read as "all defaults".

use super::context::{Context, HeartbeatBlock};
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use super::spending::{names, sum};

pub(super) static RULE: Rule = Rule {
    id: "empty-block-is-not-off",
    severity: Severity::Warning,
    summary: "an empty heartbeat block, which does not switch heartbeats off",
    page: include_str!("pages/empty-block-is-not-off.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Beside other blocks an empty one has a use: it enrols its agent, which would not run without.
    let enrols = |block: &HeartbeatBlock<'_>| block.own && context.blocks().len() > 1;
    let empty = |block: &&HeartbeatBlock<'_>| block.fields.is_empty() && !enrols(block);
    for block in context.blocks().iter().filter(empty) {
        let runs = |agent: &crate::gateway::Agent| match block.own {
            true => agent.own_block.as_ref() == Some(&block.path),
            false => agent.own_block.is_none(),
        };
        let members: Vec<_> = context.spendings().iter().filter(|spending| runs(spending.agent)).collect();
        let Some(first) = members.first() else { continue };
        let ids: Vec<&str> = members.iter().map(|spending| spending.agent.id.as_str()).collect();
        let verb = if ids.len() == 1 { "runs" } else { "run" };
        let every = first.agent.settings.every.value;
        let mut message =
            format!("an empty block does not switch heartbeats off: {} {verb} every {every}", names(&ids));
        let waste = sum(members.iter().map(|spending| {
            let cost = spending.estimate.cost?;
            Some(super::money::Waste { unit: spending.unit, cost, saving: cost.typical })
        }));
        if let Some(waste) = waste.filter(|waste| waste.saving != crate::money::Money::ZERO) {
            message += &format!(", which costs about {} a month", waste.now());
        }
        let finding = RULE.at(context, block.path.clone(), message).waste(waste);
        findings.push(
            finding
                .help("every: \"0m\" switches them off; every: \"30m\" says that you want them")
                .fix(Safety::Unsafe, vec![context.set(&block.path.key("every"), "0m")]),
        );
    }
}
