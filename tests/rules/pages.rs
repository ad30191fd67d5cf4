//! `docs/rules` is made from the text that `clawbeat explain` prints and from what the binary says of each example. With
//! `CLAWBEAT_BLESS=1` the pages are written, without it they are compared.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clawbeat::rules::{RULES, Rule};

use crate::bare;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

/// The flags with which a rule's fixtures are read, and what they name.
fn flags(rule: &Rule) -> Vec<(&'static str, &'static str, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/findings").join(rule.id);
    let flags = [
        ("--workspace", "DIR", folder.join("workspace"), folder.join("workspace")),
        ("--schema", "FILE", folder.join("schema.json"), folder.join("schema.json")),
        ("--state-dir", "DIR", folder.join("state"), folder.join("state")),
        ("--state-dir", "DIR", folder.join("jobs.json"), folder),
    ];
    let there = flags.into_iter().filter(|(_, _, needed, _)| needed.exists());
    there.map(|(flag, value, _, path)| (flag, value, path)).collect()
}

/// What `clawbeat lint` prints for an example.
fn output(rule: &Rule, example: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("openclaw.json"), example).unwrap();
    let mut command = bare::clawbeat();
    let arguments = ["lint", "--month", "2026-11", "--select", rule.id, "openclaw.json"];
    command.current_dir(folder.path()).args(arguments);
    for (flag, _, path) in flags(rule) {
        command.arg(flag).arg(path);
    }
    let output = command.output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn page(rule: &Rule) -> String {
    let (before, after) = rule.page.split_once("```json5\n").unwrap();
    let (example, after) = after.split_once("```\n").unwrap();
    let output = output(rule, example);
    assert!(output.contains(&format!("[{}]", rule.id)), "{}: {output}", rule.id);
    let flags: String = flags(rule).iter().map(|(flag, value, _)| format!(" {flag} {value}")).collect();
    format!(
        "# {}\n\n*{}*: {}.\n\n{before}```json5\n{example}```\n\n`clawbeat lint{flags}` says:\n\n```text\n{}\n```\n{after}",
        rule.id,
        rule.severity,
        rule.summary,
        output.trim_end(),
    )
}

fn index() -> String {
    let mut text =
        "# Rules\n\nOne page for each rule of `clawbeat lint`, made from the same text as `clawbeat explain`.\n\n\
                    | rule | severity | what |\n| --- | --- | --- |\n"
            .to_owned();
    for rule in RULES {
        let _ = writeln!(text, "| [{id}]({id}.md) | {} | {} |", rule.severity, rule.summary, id = rule.id);
    }
    text
}

#[test]
fn the_pages_are_what_explain_and_lint_say() {
    let bless = std::env::var_os("CLAWBEAT_BLESS").is_some();
    let mut pages: Vec<(String, String)> = RULES.iter().map(|rule| (format!("{}.md", rule.id), page(rule))).collect();
    pages.push(("README.md".to_owned(), index()));
    for (name, text) in &pages {
        let path = folder().join(name);
        if bless {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&path, text).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(&there, text, "{} is stale: run the tests once with CLAWBEAT_BLESS=1", path.display());
    }
    for there in std::fs::read_dir(folder()).unwrap() {
        let name = there.unwrap().file_name().into_string().unwrap();
        assert!(pages.iter().any(|(page, _)| *page == name), "{name} belongs to no rule");
    }
}
