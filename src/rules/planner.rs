//! What a plan tells the rules: the settings that it chooses, and how they are asked for.

use std::fmt;

use crate::document::Change;
use crate::levers::Choice;

/// The settings that a plan chooses, and the edits that write them.
#[derive(Clone, Debug, Default)]
pub struct Advised {
    /// The chosen settings of each agent that has a plan, by its id.
    pub chosen: Vec<(String, Choice)>,
    /// The edit that gives an agent one of them: the agent's id, the setting's key, the edit. Agents may share one.
    pub edits: Vec<(String, &'static str, Change)>,
}

/// Makes the plan, which takes a search: asked for once a lint at most, and only if a rule needs it.
#[derive(Clone, Copy)]
pub struct Planner<'a>(pub &'a dyn Fn() -> Advised);

impl fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Planner")
    }
}
