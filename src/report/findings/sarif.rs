//! Findings as SARIF 2.1.0, for code scanning: one run, every rule with its page, one result for each finding, with its
//! fix as replacements of characters. Addresses of the tool and of the rules' pages stand in it where the package names its
//! repository: SARIF wants whole ones, and a path without a host is none.

use std::ops::Range;

use serde_json::{Value, json};

use super::FileLint;
use crate::document::Edit;
use crate::rules::{Finding, RULES, Rule, Severity};
use crate::words::{json_escaped, plain};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Renders all files as one run.
pub fn render(files: &[FileLint<'_>]) -> String {
    let results = files
        .iter()
        .flat_map(FileLint::fixable)
        .map(|(file, finding, place, edits)| result(&file, finding, &place, edits));
    let mut log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "clawbeat",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().copied().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    link(&mut log["runs"][0]["tool"]["driver"], env!("CARGO_PKG_REPOSITORY"));
    json_escaped(&format!("{log:#}\n"))
}

/// Gives a tool and its rules the addresses of their pages in a repository; none where that has no address.
fn link(driver: &mut Value, repository: &str) {
    if repository.is_empty() {
        return;
    }
    driver["informationUri"] = json!(repository);
    for rule in driver["rules"].as_array_mut().into_iter().flatten() {
        let page = format!(
            "{repository}/blob/v{}/docs/rules/{}.md",
            env!("CARGO_PKG_VERSION"),
            rule["id"].as_str().unwrap_or_default()
        );
        rule["helpUri"] = json!(page);
    }
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(file: &FileLint<'_>, finding: &Finding, place: &Range<usize>, edits: Option<Vec<Edit>>) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}\n{}", message(&finding.message), message(help)),
        None => message(&finding.message),
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{
            "physicalLocation": { "artifactLocation": artifact(file), "region": region(file, place) },
            "logicalLocations": [{ "fullyQualifiedName": finding.path.to_string(), "kind": "property" }],
        }],
    });
    if let Some(index) = RULES.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(edits) = edits {
        result["fixes"] = json!([fix(file, finding, &edits)]);
    }
    result
}

/// Text of a message, which is shown to people: nothing hides in it, and no link comes of it (SARIF 2.1.0, 3.11.6).
fn message(text: &str) -> String {
    let text = plain(text);
    if !text.contains("](") {
        return text;
    }
    text.chars().flat_map(|c| ['\\'].into_iter().filter(move |_| "\\[]".contains(c)).chain([c])).collect()
}

fn fix(file: &FileLint<'_>, finding: &Finding, edits: &[Edit]) -> Value {
    let replacement =
        |edit: &Edit| json!({ "deletedRegion": region(file, &edit.range), "insertedContent": { "text": edit.text } });
    json!({
        "description": { "text": message(finding.help.as_deref().unwrap_or(&finding.message)) },
        "artifactChanges": [{
            "artifactLocation": artifact(file),
            "replacements": edits.iter().map(replacement).collect::<Vec<_>>(),
        }],
    })
}

fn artifact(file: &FileLint<'_>) -> Value {
    json!({ "uri": uri(file.path) })
}

/// A path as a relative or absolute URI reference.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    let encoded: String = path
        .bytes()
        .map(|byte| if plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") })
        .collect();
    match path.starts_with('/') {
        true => format!("file://{encoded}"),
        false => encoded,
    }
}

fn region(file: &FileLint<'_>, range: &Range<usize>) -> Value {
    let (start, end) = (file.position(range.start), file.position(range.end));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_lead_to_pages_that_are_there_where_the_repository_is_known() {
        let mut driver = json!({ "rules": RULES.iter().copied().map(rule).collect::<Vec<_>>() });
        let bare = driver.clone();
        link(&mut driver, "");
        assert_eq!(driver, bare);
        link(&mut driver, "https://forge.example/clawbeat");
        assert_eq!(driver["informationUri"], "https://forge.example/clawbeat");
        for rule in driver["rules"].as_array().unwrap() {
            let (_, page) = rule["helpUri"].as_str().unwrap().split_once("/docs/rules/").unwrap();
            assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules").join(page).is_file(), "{page}");
        }
    }
}
