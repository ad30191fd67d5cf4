//! Heartbeats with nothing to check: every tick is paid, though instructions that say nothing would have OpenClaw skip
//! it before the model is called (R19b, M8, L5).

use super::context::Context;
use super::finding::{Finding, Severity};
use super::money::Waste;
use super::off;
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender, sum};
use crate::releases::{Behaviour, Instructions};
use crate::simulate::costing::Level;

pub(super) static RULE: Rule = Rule {
    id: "paid-empty-instructions",
    severity: Severity::Warning,
    summary: "nothing to check, yet a model is called on each heartbeat",
    page: include_str!("pages/paid-empty-instructions.md"),
    needs: Needs::Workspace,
    check,
};

/// Why a heartbeat has nothing to check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nothing {
    /// The workspace has no HEARTBEAT.md.
    NoFile,
    /// It has one that a later release would see as empty.
    SeenAsText,
    /// The workload has no instructions.
    NoneAssumed,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let in_file = context.behaviour().instructions == Instructions::HeartbeatFile;
    for reason in [Nothing::NoFile, Nothing::SeenAsText, Nothing::NoneAssumed] {
        let idle = context.spendings().iter().filter(|spending| nothing_to_check(context, spending) == Some(reason));
        for group in Group::by_place(idle, |spending| context.block_of(spending.agent)) {
            let (what, help) = match reason {
                Nothing::NoFile => ("the workspace has no HEARTBEAT.md", EMPTY_FILE),
                Nothing::SeenAsText => ("HEARTBEAT.md says nothing, but this release does not notice", EMPTY_FILE),
                Nothing::NoneAssumed if in_file => ("the workload has no HEARTBEAT.md", EMPTY_FILE),
                Nothing::NoneAssumed => ("the workload has no instructions", EMPTY_SCRATCH),
            };
            let waste = sum(group.members.iter().map(|spending| all_of_it(spending)));
            let cost = waste.map(|waste| format!(": about {}", waste.now())).unwrap_or_default();
            let message =
                format!("{what}, so the {} heartbeats a month of {} check nothing{cost}", group.runs(), group.names());
            let off = context.add_to(&group.path, "every", off::OFF);
            findings.push(RULE.at(context, group.path, message).help(help).waste(waste).advise(off));
        }
    }
}

const EMPTY_FILE: &str = "with a HEARTBEAT.md of headings only, OpenClaw skips the model until there is something to check; every: \"0m\" turns it off";
const EMPTY_SCRATCH: &str = "with a monitor scratch of headings only (openclaw cron scratch), OpenClaw skips the model until there is something to check; every: \"0m\" turns it off";

fn nothing_to_check(context: &Context<'_>, spending: &Spender<'_>) -> Option<Nothing> {
    // A prompt of its own says what to check.
    if spending.agent.settings.prompt.is_some() {
        return None;
    }
    let load = spending.subject.profile(Level::Typical);
    match &load.workspace {
        Some(workspace) if context.behaviour().instructions == Instructions::HeartbeatFile => {
            let Some(_) = workspace.heartbeat() else { return Some(Nothing::NoFile) };
            let latest = Behaviour::newest_that(|behaviour| behaviour.instructions == Instructions::HeartbeatFile);
            workspace.says_nothing(&latest).then_some(Nothing::SeenAsText)
        }
        _ => (load.instructions_chars == 0).then_some(Nothing::NoneAssumed),
    }
}

/// The whole of what an agent costs: with instructions that say nothing each tick is skipped.
fn all_of_it(spending: &Spender<'_>) -> Option<Waste> {
    let cost = spending.estimate.cost?;
    Some(Waste { unit: spending.unit, cost, saving: cost.typical })
}
