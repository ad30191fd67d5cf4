//! Findings as JSON, version 1 (`schemas/findings.v1.schema.json`). The form is written out here and not derived from
//! the types inside, so that it changes only on purpose.

use std::ops::Range;

use serde_json::{Value, json};

use super::FileLint;
use crate::patch::scan::secret_ranges_in_text;
use crate::rules::{Finding, Fix};

/// Renders all files as one document.
pub fn render(files: &[FileLint<'_>]) -> String {
    let findings = files.iter().flat_map(|file| file.lint.findings.iter().map(|found| finding(file, found)));
    let document = json!({
        "schemaVersion": 1,
        "files": files.iter().map(|file| json!({
            "path": file.path,
            "release": file.release,
            "verdict": file.lint.verdict,
            "scope": "heartbeat",
        })).collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn finding(file: &FileLint<'_>, finding: &Finding) -> Value {
    json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "path": finding.path,
        "file": file.path,
        "range": range(file, &finding.range),
        "message": finding.message,
        "help": finding.help,
        "fix": finding.fix.as_ref().and_then(|found| fix(file, found)),
        "saving": finding.waste.map(|waste| json!({ "amount": waste.saving, "unit": waste.unit, "cost": waste.cost })),
    })
}

fn range(file: &FileLint<'_>, range: &Range<usize>) -> Value {
    json!({ "start": file.position(range.start), "end": file.position(range.end) })
}

/// A fix as edits of the text; none for a file that is not edited, such as YAML.
fn fix(file: &FileLint<'_>, fix: &Fix) -> Option<Value> {
    let edits = file.document?.edits(&fix.changes).ok().filter(|edits| !edits.is_empty())?;
    // An edit that moves a secret would print it; the finding stands without its fix.
    if edits.iter().any(|edit| !secret_ranges_in_text(&edit.text).is_empty()) {
        return None;
    }
    let edits: Vec<Value> =
        edits.iter().map(|edit| json!({ "range": range(file, &edit.range), "text": edit.text })).collect();
    Some(json!({ "safety": fix.safety, "edits": edits }))
}
