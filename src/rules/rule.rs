//! A rule is data and one function. Its id names the bad pattern; its page is the text of `clawbeat explain ID`.

use super::context::Context;
use super::finding::{Finding, Severity};
use crate::document::KeyPath;

/// One thing the linter knows.
#[derive(Debug)]
pub struct Rule {
    /// Its name, in kebab-case.
    pub id: &'static str,
    /// How much its findings matter, unless one of them says otherwise.
    pub severity: Severity,
    /// One line about it.
    pub summary: &'static str,
    /// What it does, why it matters, an example, what to use instead, how safe its fix is and since when it holds.
    pub page: &'static str,
    /// Looks for it. The checks of rules that share one walk report under each other's id.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

impl Rule {
    /// A finding of this rule at a place of the config.
    pub(super) fn at(&self, context: &Context<'_>, path: KeyPath, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            severity: self.severity,
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
