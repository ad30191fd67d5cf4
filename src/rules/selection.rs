//! Which findings a caller wants to see: rules by id, and not what was known before.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Finding, Lint, RULES, Severity};
use crate::schema::nearest;

/// The rules asked for (`--select`, `--ignore`), each by its id or by the words it begins with: `unknown` is
/// `unknown-key`, `unknown-model` and so on.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    select: HashSet<&'static str>,
    ignore: HashSet<&'static str>,
    levels: HashMap<&'static str, Severity>,
}

/// A name that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule '{name}'{}", near.map_or(String::new(), |near| format!(", did you mean '{near}'?")))]
pub struct NoSuchRule {
    name: String,
    near: Option<&'static str>,
}

impl Selection {
    /// The rules in `select`, all of them if it is empty, without those in `ignore`.
    ///
    /// # Errors
    ///
    /// A name that is no rule.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, NoSuchRule> {
        let ids = || RULES.iter().map(|rule| rule.id);
        let known = |names: &[String]| match names.iter().find(|name| !ids().any(|id| is_meant(name, id))) {
            Some(name) => Err(NoSuchRule { name: name.clone(), near: nearest(name, ids()) }),
            None => Ok(ids().filter(|id| names.iter().any(|name| is_meant(name, id))).collect()),
        };
        Ok(Selection { select: known(select)?, ignore: known(ignore)?, levels: HashMap::new() })
    }

    /// The same with other severities for the findings of some rules, the later of two names counting; `None` leaves a
    /// rule out.
    ///
    /// # Errors
    ///
    /// A name that is no rule.
    pub fn with_levels(mut self, levels: &[(String, Option<Severity>)]) -> Result<Self, NoSuchRule> {
        for (name, level) in levels {
            for rule in Selection::new(std::slice::from_ref(name), &[])?.select {
                if let Some(level) = level {
                    self.ignore.remove(rule);
                    self.levels.insert(rule, *level);
                } else {
                    self.ignore.insert(rule);
                }
            }
        }
        Ok(self)
    }

    fn wants(&self, finding: &Finding) -> bool {
        let selected = self.select.is_empty() || self.select.contains(finding.rule);
        selected && !self.ignore.contains(finding.rule)
    }
}

/// Whether a name is a rule's id or its first words.
fn is_meant(name: &str, id: &str) -> bool {
    id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Findings that were known before (`--baseline`): an earlier output of `lint --format json`.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    known: HashSet<(String, String, String)>,
}

impl Baseline {
    /// Reads an earlier output; `None` if it is none.
    pub fn read(output: &Value) -> Option<Self> {
        let text = |finding: &Value, key: &str| finding[key].as_str().map(str::to_owned);
        let key = |finding: &Value| Some((text(finding, "file")?, text(finding, "rule")?, text(finding, "path")?));
        let findings = output["findings"].as_array().filter(|_| output["schemaVersion"] == 1)?;
        Some(Baseline { known: findings.iter().map(key).collect::<Option<_>>()? })
    }
}

impl Lint {
    /// What is left of the findings of a file. The verdict stays: it is OpenClaw's, not the reader's. A finding of an
    /// included file is known under either name.
    #[must_use]
    pub fn narrowed(mut self, file: &str, selection: &Selection, baseline: &Baseline) -> Self {
        let is_known = |finding: &Finding| {
            let files = [Some(file), finding.held_by.as_ref().map(|held| held.file.as_str())];
            let mut keys = files
                .into_iter()
                .flatten()
                .map(|file| (file.to_owned(), finding.rule.to_owned(), finding.path.to_string()));
            keys.any(|key| baseline.known.contains(&key))
        };
        self.findings.retain(|finding| selection.wants(finding) && !is_known(finding));
        for finding in &mut self.findings {
            if let Some(level) = selection.levels.get(finding.rule) {
                finding.severity = *level;
            }
        }
        self
    }
}
