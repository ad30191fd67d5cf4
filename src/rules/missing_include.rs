//! `$include`d files that cannot be read. OpenClaw then refuses the config, and what they hold is unknown here.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};

pub(super) static RULE: Rule = Rule {
    id: "missing-include",
    severity: Severity::Error,
    summary: "an included file that cannot be read",
    page: include_str!("pages/missing-include.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for include in context.includes {
        let Some(problem) = &include.problem else { continue };
        let path = include.path.key("$include");
        let finding = RULE.at(context, path, format!("cannot include '{}': {problem}", include.file));
        findings.push(finding.help("its contents are unknown, so settings and costs may differ"));
    }
}
