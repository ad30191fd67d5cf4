//! `${VAR}`s in values that decide a cost, set neither in the file nor in the environment at hand.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::Rule;
use crate::gateway::setting::Origin;

pub(super) static RULE: Rule = Rule {
    id: "unresolved-variable",
    severity: Severity::Info,
    summary: "a variable that decides the cost and is set nowhere",
    page: include_str!("pages/unresolved-variable.md"),
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for agent in context.gateway().enrolled() {
        let settings = &agent.settings;
        let open: [(&Origin, &Option<String>, String); 4] = [
            (&settings.every.origin, &settings.every.unresolved, format!("{} is assumed", settings.every.value)),
            (&settings.model.origin, &settings.model.unresolved, "the cost is unknown".to_owned()),
            (&settings.target.origin, &settings.target.unresolved, "whether it runs is unknown".to_owned()),
            (&settings.active_hours.origin, &settings.active_hours.unresolved, "no restriction is assumed".to_owned()),
        ];
        for (origin, variable, stand_in) in open {
            let (Some(path), Some(variable)) = (origin.key(), variable) else { continue };
            let finding = RULE.at(context, path.clone(), format!("{variable} is set nowhere: {stand_in}"));
            findings.push(finding.help("set it in the environment of this command, or under env.vars of the config"));
        }
    }
}
