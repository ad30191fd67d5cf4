//! What does not fit the JSON Schema that the user's own OpenClaw prints (`--schema`). Only information: the schema is
//! not the validator. It asks for keys that OpenClaw fills in, does not know `agents.list`, and knows no refinements.

use super::context::{Context, agents};
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::schema::{MisfitKind, nearest};

pub(super) static RULE: Rule = Rule {
    id: "schema-mismatch",
    severity: Severity::Info,
    summary: "something that does not fit the schema given with --schema",
    page: include_str!("pages/schema-mismatch.md"),
    needs: Needs::GivenSchema,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(schema) = context.schema else { return };
    for misfit in schema.check(context.config) {
        let path = misfit.path;
        match misfit.kind {
            // What must be there is filled in before OpenClaw looks.
            MisfitKind::Missing(_) => {}
            MisfitKind::UnknownKeys { keys, known } => {
                for key in keys.iter().filter(|key| !(path == agents() && *key == "list")) {
                    let holder = if path.segments().is_empty() { "the root".to_owned() } else { path.to_string() };
                    let message = format!("the schema has no key '{key}' in {holder}");
                    let near = nearest(key, known.iter().map(String::as_str));
                    report(
                        context,
                        findings,
                        path.key(key),
                        message,
                        near.map(|near| format!("did you mean '{near}'?")),
                    );
                }
            }
            MisfitKind::Type { found, expected } => {
                let message = format!("{path} is {found}, the schema expects {expected}");
                report(context, findings, path, message, None);
            }
            MisfitKind::NotAllowed { allowed, .. } => {
                let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
                let help = format!("expected one of {}", allowed.join(", "));
                let message = format!("the value of {path} is not one that the schema allows");
                report(context, findings, path, message, Some(help));
            }
            // The words of the validator quote values.
            MisfitKind::Other(_) => {}
            MisfitKind::Keyword(keyword) => {
                let message = format!("the value of {path} does not meet the schema's {keyword}");
                report(context, findings, path, message, None);
            }
        }
    }
}

/// Says it once, and not where another rule says more about the same place. Values are left out: any may be a secret.
fn report(context: &Context<'_>, findings: &mut Vec<Finding>, path: KeyPath, message: String, help: Option<String>) {
    if !findings.iter().any(|finding| finding.path == path && finding.severity == Severity::Error) {
        let finding = RULE.at(context, path, message);
        findings.push(Finding { help, ..finding });
    }
}
