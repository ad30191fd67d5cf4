//! A rule is data and one function. Its id names the bad pattern; its page is the text of `clawbeat explain ID`.

use super::context::Context;
use super::finding::{Finding, Severity};
use crate::document::KeyPath;

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The config alone.
    Config,
    /// A schema that was given beside it.
    GivenSchema,
    /// A workspace that was read.
    Workspace,
}

/// One thing the linter knows.
#[derive(Debug)]
pub struct Rule {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// How much its findings matter at most; a case of it may matter less ([`Rule::case`]).
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
