//! Heartbeats at night, where nobody reads them.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::invalid_active_hours::hours;
use super::money::Waste;
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender, sum};
use crate::gateway::active_hours::{ActiveHours, clock};
use crate::money::Money;

pub(super) static RULE: Rule = Rule {
    id: "idle-hours",
    severity: Severity::Info,
    summary: "heartbeats while nobody is awake",
    page: include_str!("pages/idle-hours.md"),
    needs: Needs::Config,
    check,
};

/// The hours in which people are mostly awake.
const DAY: (u16, u16) = (8 * 60, 22 * 60);

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let always = context.spendings().iter().filter(|spending| {
        let settings = &spending.agent.settings;
        settings.active_hours.value == ActiveHours::Always && settings.active_hours.unresolved.is_none()
    });
    for group in Group::by_place(always, |spending| context.block_of(spending.agent).key("activeHours")) {
        let Some(waste) = sum(group.members.iter().map(|spending| nights(context, spending))) else { continue };
        if waste.saving <= Money::ZERO {
            continue;
        }
        let zone = context.gateway().user_zone.iana_name().unwrap_or("in the user's zone");
        let message = format!(
            "about {} a month of {} is spent between {} and {} {zone}",
            waste.saved(),
            group.names(),
            clock(DAY.1),
            clock(DAY.0)
        );
        let finding = RULE.at(context, group.path, message).waste(Some(waste));
        let [start, end] = [clock(DAY.0), clock(DAY.1)];
        let help = format!("set activeHours: {{ start: \"{start}\", end: \"{end}\" }} if nothing is due at night");
        let block = finding.path.parent().unwrap_or_default();
        let hours = vec![context.set(&finding.path, hours(&start, &end))];
        findings.push(finding.help(help).advise(if context.may_add_to(&block) { hours } else { Vec::new() }));
    }
}

/// What an agent costs outside of the day.
fn nights(context: &Context<'_>, spending: &Spender<'_>) -> Option<Waste> {
    let zone = context.gateway().user_zone.clone();
    let day = ActiveHours::Daily { start: DAY.0, end: DAY.1, zone };
    let by_day = spending.cost_with(context.costing, |choice| choice.window = day)?;
    let cost = spending.estimate.cost?;
    Some(Waste { unit: spending.unit, cost, saving: cost.typical - by_day })
}
