//! A rule is data and one function. Its id names the bad pattern; its page is the text of `clawbeat explain ID`.

use super::context::Context;
use super::finding::{Finding, Severity};
pub use super::needs::Needs;
use crate::document::KeyPath;

/// One thing the linter knows.
#[derive(Debug)]
pub struct Rule {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// How much its findings matter at most; a case of it may matter less.
    pub severity: Severity,
    /// One line about it.
    pub summary: &'static str,
    /// What it does, why it matters, an example, what to use instead, how safe its fix is and since when it holds.
    pub page: &'static str,
    /// What has to be at hand for it; where it is not, nothing follows from finding nothing.
    pub needs: Needs,
    /// Looks for it. The checks of rules that share one walk report under each other's id.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

impl Rule {
    /// A finding of this rule at a place of the config.
    pub(super) fn at(&self, context: &Context<'_>, path: KeyPath, message: impl Into<String>) -> Finding {
        self.case(context, self.severity, path, message)
    }

    /// A case of this rule that matters as much as it says.
    pub(super) fn case(
        &self,
        context: &Context<'_>,
        severity: Severity,
        path: KeyPath,
        message: impl Into<String>,
    ) -> Finding {
        debug_assert!(severity <= self.severity, "{} matters less than a case of it", self.id);
        Finding {
            rule: self.id,
            severity,
            range: context.span(&path),
            path,
            message: message.into(),
            help: None,
            fix: None,
            advised: Vec::new(),
            waste: None,
            mended: false,
            held_by: None,
        }
    }
}

/// What a finding matters at a place that the gateway drops unread: where it repairs the file for that, as much as before;
/// where it does not, no file is refused for it.
pub(super) fn at_dropped_place(context: &Context<'_>, mut finding: Finding) -> Finding {
    if !context.behaviour().mends_at_start {
        finding.severity = finding.severity.min(Severity::Warning);
    }
    finding.mended(true)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    use super::super::RULES;

    /// Files of several rules, which share one walk over the config. Any other rule has a file of its own.
    const FAMILIES: [(&str, &[&str]); 9] = [
        ("audience", &["unread-heartbeat", "never-visible", "scheduler-off"]),
        ("caching", &["missed-warm-cache", "long-retention-on-shared-history", "no-cache-markers"]),
        ("declared_prices", &["price-per-token", "declared-zero-price"]),
        ("enrolment", &["shadowed-defaults", "upgrade-fan-out", "implicit-heartbeat"]),
        ("heartbeat_keys", &["unknown-heartbeat-key", "retired-heartbeat-key", "key-newer-than-release"]),
        ("types", &["wrong-type", "invalid-value"]),
        ("whole_file", &["unknown-key", "retired-key", "conflicting-settings"]),
        ("windows", &["half-active-window", "empty-active-window", "unknown-time-zone", "slots-miss-window"]),
        (
            "without_effect",
            &[
                "light-context-without-effect",
                "isolation-without-effect",
                "model-override-without-effect",
                "cache-retention-without-effect",
            ],
        ),
    ];

    fn files() -> BTreeMap<String, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|end| end == "rs"));
        let named = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
        files.map(|path| (named(&path), fs::read_to_string(path).unwrap())).collect()
    }

    #[test]
    fn a_rule_is_a_file_named_as_its_id_or_as_its_family() {
        let files = files();
        for rule in RULES {
            let family = FAMILIES.iter().find(|(_, ids)| ids.contains(&rule.id)).map(|(file, _)| (*file).to_owned());
            let file = family.unwrap_or_else(|| rule.id.replace('-', "_"));
            let is_here = files.get(&file).is_some_and(|code| code.contains(&format!("id: \"{}\"", rule.id)));
            assert!(is_here, "{} is not in src/rules/{file}.rs", rule.id);
        }
        let others = files.iter().filter(|(file, _)| *file != "rule");
        let rules: usize = others.map(|(_, code)| code.matches(": Rule = Rule {").count()).sum();
        assert_eq!(rules, RULES.len(), "each rule is in RULES");
    }

    #[test]
    fn how_much_a_finding_matters_is_decided_by_its_rule() {
        // The user's own levels (`selection`) come after.
        for (file, code) in files().iter().filter(|(file, _)| !["rule", "selection"].contains(&file.as_str())) {
            let code = code.split("#[cfg(test)]").next().unwrap();
            assert!(!code.contains(".severity = ") && !code.contains(".severity("), "{file}.rs");
        }
    }
}
