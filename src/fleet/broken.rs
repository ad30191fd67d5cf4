//! A config that needs a hand: nothing can be said of it, or OpenClaw refuses it.

use super::line::FleetLine;
use crate::rules::{Severity, rule};

/// Which one, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its id.
    pub id: String,
    /// What is wrong with it.
    pub why: String,
}

impl Broken {
    /// What a line says is broken.
    pub fn of(line: &FleetLine) -> Option<Self> {
        let id = line.get("id").as_str().unwrap_or_default().to_owned();
        if let Some(error) = line.get("error").as_str() {
            return Some(Broken { id, why: error.to_owned() });
        }
        if line.get("verdict") != "refused" {
            return None;
        }
        let is_error = |id: &&String| rule(id).is_some_and(|rule| rule.severity == Severity::Error);
        let rules = line.get("rules").as_object().into_iter().flat_map(|rules| rules.keys());
        let rules: Vec<&str> = rules.filter(is_error).map(String::as_str).collect();
        let why = match rules.is_empty() {
            true => "OpenClaw refuses it".to_owned(),
            false => format!("OpenClaw refuses it: {}", rules.join(", ")),
        };
        Some(Broken { id, why })
    }
}
