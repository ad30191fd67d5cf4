//! `every` outside OpenClaw's duration grammar, for which the file is refused. What was probably meant is offered.

use super::context::Context;
use super::finding::{Finding, Safety, Severity};
use super::invented::written;
use super::rule::{Needs, Rule};
use crate::releases::{Behaviour, duration};

pub(super) static RULE: Rule = Rule {
    id: "invalid-duration",
    severity: Severity::Error,
    summary: "an interval that OpenClaw cannot read",
    page: include_str!("pages/invalid-duration.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let composite = context.behaviour().composite_durations;
    for block in context.blocks() {
        let Some(text) = block.fields.get("every").and_then(|every| every.as_str()) else { continue };
        if context.gateway().unset.find(text).is_some() || duration::parse(text, composite).is_some() {
            continue;
        }
        let path = block.path.key("every");
        let finding = RULE.at(context, path.clone(), format!("invalid duration '{text}'"));
        findings.push(match (duration::parse(text, true), duration::guess(text)) {
            (Some(interval), _) => {
                let minutes = interval.ms().unwrap_or(0) as f64 / 60_000.0;
                let since = Behaviour::since(|behaviour| behaviour.composite_durations);
                let help = format!("releases before {since} read one number and one unit: \"{minutes}m\"");
                finding.help(help).fix(Safety::Safe, vec![context.set(&path, format!("{minutes}m"))])
            }
            (None, Some(interval)) => {
                let meant = written(interval);
                finding
                    .help(format!(
                        "did you mean \"{meant}\"? a duration is a number and ms, s, m, h or d, without spaces"
                    ))
                    .fix(Safety::Unsafe, vec![context.set(&path, meant)])
            }
            (None, None) if text.contains("${") => {
                finding.help("'$$' stands for the character itself: write one '$' to read the variable")
            }
            (None, None) => {
                finding.help("expected a number and ms, s, m, h or d, as in \"30m\", \"1h30m\" or \"0m\" for off")
            }
        });
    }
}
