//! Plans whose terms forbid what heartbeats are: requests with nobody there.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender};

pub(super) static RULE: Rule = Rule {
    id: "plan-forbids-automation",
    severity: Severity::Warning,
    summary: "heartbeats on a plan whose terms forbid unattended use",
    page: include_str!("pages/plan-forbids-automation.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let forbidden =
        |spending: &&Spender<'_>| spending.model.found.plan.as_ref().is_some_and(|offer| offer.forbids.is_some());
    let place =
        |spending: &Spender<'_>| context.place_of(spending.agent, &spending.agent.settings.model.origin, "model");
    for group in Group::by_place(context.spendings().iter().filter(forbidden), place) {
        let Some(first) = group.members.first() else { continue };
        let Some(offer) = &first.model.found.plan else { continue };
        let Some(forbids) = &offer.forbids else { continue };
        let message = format!(
            "'{}' is paid for by {}, whose terms forbid {}; nobody is present at {} heartbeats a month",
            first.choice.model,
            offer.words,
            forbids.what,
            group.runs()
        );
        let help = format!(
            "give heartbeats a model that is paid by the token, or switch them off (every: \"0m\"); {}, {}",
            forbids.source, forbids.date
        );
        findings.push(RULE.at(context, group.path, message).help(help));
    }
}
