//! Findings as JSON, version 1 (`schemas/findings.v1.schema.json`). The form is written out here and not derived from
//! the types inside, so that it changes only on purpose.

use std::ops::Range;

use serde_json::{Value, json};

use super::FileLint;
use crate::document::{Document, Edit, KeyPath};
use crate::releases::shape::Shape;
use crate::repair::at_start::AtStart;
use crate::repair::shown;
use crate::rules::{Finding, Fix, Verdict, Waste};
use crate::words::json_escaped;

/// Renders all files as one document.
pub fn render(files: &[FileLint<'_>]) -> String {
    let findings = files.iter().flat_map(FileLint::fixable);
    let findings = findings.map(|(file, found, place, edits)| finding(&file, found, &place, edits.as_deref()));
    let document = json!({
        "schemaVersion": 1,
        "files": files.iter().map(|file| json!({
            "path": file.path,
            "release": file.release,
            "verdict": file.lint.verdict,
            "together": file.lint.together.iter().map(saving).collect::<Vec<_>>(),
            // Of the releases whose shape was recorded a verdict is the whole file's: 99 of 100 random whole files get
            // OpenClaw's own (docs/agreement.md). Of the others nothing but the heartbeat part was ever compared.
            "scope": if file.release.and_then(Shape::of).is_some() { "file" } else { "heartbeat" },
            "repairs": repairs(file),
        })).collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    });
    json_escaped(&format!("{document:#}\n"))
}

/// What the start of the gateway changes in a file that it repairs. What becomes of a part may not be known.
fn repairs(file: &FileLint<'_>) -> Vec<Value> {
    let Some(config) = file.document.map(Document::value).filter(|_| file.lint.verdict == Verdict::Repaired) else {
        return Vec::new();
    };
    let AtStart { changes, open } = AtStart::of(config);
    let from = |path: &KeyPath| shown(path, path.resolve(config).unwrap_or(&Value::Null));
    let known = changes.iter().map(|change| {
        let to = shown(&change.path, change.to.as_ref().unwrap_or(&Value::Null));
        json!({ "path": change.path, "from": from(&change.path), "to": to, "known": true })
    });
    let unknown = open.iter().map(|path| json!({ "path": path, "from": from(path), "to": null, "known": false }));
    known.chain(unknown).collect()
}

fn finding(file: &FileLint<'_>, finding: &Finding, place: &Range<usize>, edits: Option<&[Edit]>) -> Value {
    json!({
        "rule": finding.rule,
        "severity": finding.severity,
        "path": finding.path,
        "file": file.path,
        "range": range(file, place),
        "message": finding.message,
        "help": finding.help,
        "fix": finding.fix.as_ref().zip(edits).map(|(found, edits)| fix(file, found, edits)),
        "saving": finding.waste.as_ref().map(saving),
    })
}

fn saving(waste: &Waste) -> Value {
    json!({ "amount": waste.saving, "unit": waste.unit, "cost": waste.cost })
}

fn range(file: &FileLint<'_>, range: &Range<usize>) -> Value {
    json!({ "start": file.position(range.start), "end": file.position(range.end) })
}

/// A fix as edits of the text.
fn fix(file: &FileLint<'_>, fix: &Fix, edits: &[Edit]) -> Value {
    let edit = |edit: &Edit| json!({ "range": range(file, &edit.range), "text": edit.text });
    json!({ "safety": fix.safety, "edits": edits.iter().map(edit).collect::<Vec<_>>() })
}
