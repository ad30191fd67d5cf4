//! `// clawbeat: ignore[rule-id] reason`: a comment silences a rule on its own line, or on the next one if it stands
//! alone. One that silences nothing is a finding itself.

use std::ops::Range;

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use crate::document::KeyPath;
use crate::schema::nearest;

pub(super) static RULE: Rule = Rule {
    id: "unused-suppression",
    severity: Severity::Info,
    summary: "a comment that silences nothing",
    page: include_str!("pages/unused-suppression.md"),
    // Known only once every rule has spoken.
    needs: Needs::Config,
    check: |_, _| {},
};

/// A comment that silences a rule.
struct Suppression<'t> {
    rule: &'t str,
    /// Where the id stands.
    range: Range<usize>,
    /// The line it is about.
    line: usize,
    used: bool,
}

/// Takes out what comments silence, and adds those that silence nothing.
pub(super) fn apply(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut suppressions = suppressions(context);
    if suppressions.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let line = context.document.position(finding.range.start).line;
        let mut silenced = false;
        for suppression in suppressions.iter_mut().filter(|s| s.rule == finding.rule && s.line == line) {
            (suppression.used, silenced) = (true, true);
        }
        !silenced
    });
    for suppression in
        suppressions.iter().filter(|it| !it.used && super::rule(it.rule).is_none_or(|rule| context.has(rule.needs)))
    {
        findings.push(unused(context, suppression));
    }
}

fn unused(context: &Context<'_>, suppression: &Suppression<'_>) -> Finding {
    let rule = suppression.rule;
    let ids = || super::RULES.iter().map(|rule| rule.id);
    let (message, help) = match (ids().any(|id| id == rule), nearest(rule, ids())) {
        (true, _) => (format!("'{rule}' finds nothing on line {}", suppression.line), "remove the comment".to_owned()),
        (false, Some(near)) => (format!("there is no rule '{rule}'"), format!("did you mean '{near}'?")),
        (false, None) => (format!("there is no rule '{rule}'"), "remove the comment".to_owned()),
    };
    let finding = RULE.at(context, KeyPath::root(), message).help(help);
    Finding { range: suppression.range.clone(), ..finding }
}

fn suppressions<'t>(context: &'t Context<'_>) -> Vec<Suppression<'t>> {
    let text = context.document.text();
    let mut found = Vec::new();
    for comment in context.document.comments() {
        let Some((ids, at)) = ids(&text[comment.clone()]) else { continue };
        let line = context.document.position(comment.start).line;
        let before = text[..comment.start].rfind('\n').map_or(0, |at| at + 1);
        let alone = text[before..comment.start].trim_matches(['\u{feff}', ' ', '\t']).is_empty();
        let line = if alone { line + 1 } else { line };
        for id in ids.split(',') {
            let start = comment.start + at + (id.as_ptr() as usize - ids.as_ptr() as usize);
            let start = start + (id.len() - id.trim_start().len());
            let rule = id.trim();
            found.push(Suppression { rule, range: start..start + rule.len(), line, used: false });
        }
    }
    found
}

/// The ids between the brackets of a comment, and where they begin in it.
fn ids(comment: &str) -> Option<(&str, usize)> {
    let body = comment.trim_start_matches(['/', '*', '#', ' ', '\t']);
    let list = body.strip_prefix("clawbeat:")?.trim_start().strip_prefix("ignore")?.trim_start().strip_prefix('[')?;
    let ids = &list[..list.find(']')?];
    Some((ids, ids.as_ptr() as usize - comment.as_ptr() as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_name_the_rules_they_silence() {
        let names = |comment: &'static str| ids(comment).map(|(ids, at)| (ids, &comment[at..at + ids.len()]));
        assert_eq!(names("// clawbeat: ignore[a, b] because"), Some(("a, b", "a, b")));
        assert_eq!(names("# clawbeat:ignore[a]"), Some(("a", "a")));
        assert_eq!(names("/* clawbeat: ignore[] */"), Some(("", "")));
        assert_eq!(names("// clawbeat: ignore everything"), None);
        assert_eq!(names("// ignore[a]"), None);
    }
}
