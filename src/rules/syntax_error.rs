//! Texts that are no config: what the parser says, as a finding; and names that are given twice.

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::document::{KeyPath, SyntaxError};

pub(super) static RULE: Rule = Rule {
    id: "syntax-error",
    severity: Severity::Error,
    summary: "the file is not JSON5 or YAML",
    page: include_str!("pages/syntax-error.md"),
    needs: Needs::Config,
    check: check_duplicates,
};

/// The finding for a text that cannot be read.
pub fn syntax_error(error: &SyntaxError, text: &str) -> Finding {
    let start = error.position.byte.min(text.len());
    let end =
        text[start..].chars().next().map_or(start, |c| start + if c == '\n' || c == '\r' { 0 } else { c.len_utf8() });
    Finding {
        rule: RULE.id,
        severity: Severity::Error,
        path: KeyPath::root(),
        range: start..end,
        message: error.message.clone(),
        help: None,
        fix: None,
        advised: Vec::new(),
        waste: None,
        mended: false,
        held_by: None,
    }
}

fn check_duplicates(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, range) in context.document.duplicate_keys() {
        let message = format!("{path} is given twice, and the last one wins");
        let finding = RULE.case(context, Severity::Warning, path, message);
        findings.push(Finding { range, ..finding }.help("remove one of them"));
    }
}
