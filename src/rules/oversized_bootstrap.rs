//! Workspace files over their cap: cut before they are sent, and paid for on each run (R23, M7).

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender, sum};
use crate::money::Money;
use crate::simulate::costing::Level;
use crate::workload::workspace::Cut;

pub(super) static RULE: Rule = Rule {
    id: "oversized-bootstrap",
    severity: Severity::Info,
    summary: "a workspace file over its cap: cut, and paid for on each heartbeat",
    page: include_str!("pages/oversized-bootstrap.md"),
    needs: Needs::Workspace,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut names: Vec<&str> =
        context.spendings().iter().flat_map(|spending| cuts(context, spending)).map(|cut| cut.name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let cut = |spending: &Spender<'_>| cuts(context, spending).into_iter().find(|cut| cut.name == name);
        let oversized = context.spendings().iter().filter(|spending| cut(spending).is_some());
        for group in Group::by_place(oversized, |spending| context.block_of(spending.agent)) {
            let Some(Cut { size, sent, .. }) = group.members.first().and_then(|first| cut(first)) else { continue };
            let without = |spending: &&Spender<'_>| {
                let without =
                    spending.with_load(|load| load.workspace = load.workspace.as_ref().map(|all| all.without(name)));
                spending.waste_beyond(context.costing, &without)
            };
            let waste = sum(group.members.iter().map(without)).filter(|waste| waste.saving > Money::ZERO);
            let mut message = match sent {
                0 => format!("{name} is not sent to {}: the files before it have used up the total", group.names()),
                _ => format!("{name} of {} has {size} characters and is cut to {sent}", group.names()),
            };
            if let Some(waste) = waste {
                message += &format!("; the part that is sent costs about {} a month", waste.saved());
            }
            let behaviour = context.behaviour();
            let total = behaviour.bootstrap_total_max_chars.map_or("", |_| " and bootstrapTotalMaxChars");
            let light = if behaviour.light_context_effective { "; lightContext: true leaves it out" } else { "" };
            let without = match behaviour.light_context_effective {
                true => context.add_to(&group.path, "lightContext", true),
                false => Vec::new(),
            };
            let help = format!("shorten it, or raise agents.defaults.bootstrapMaxChars{total}{light}");
            findings.push(RULE.at(context, group.path, message).waste(waste).help(help).advise(without));
        }
    }
}

/// The files of an agent's workspace that its requests have only in part.
fn cuts(context: &Context<'_>, spending: &Spender<'_>) -> Vec<Cut> {
    let behaviour = context.behaviour();
    let limits = &spending.agent.settings.limits;
    let light = (spending.choice.light && behaviour.light_context_effective) || !limits.sends_files;
    let workspace = spending.subject.profile(Level::Typical).workspace.as_ref();
    workspace.map(|workspace| workspace.cuts(behaviour, limits, light)).unwrap_or_default()
}
