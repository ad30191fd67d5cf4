//! What a plan tells the rules: the settings that it chooses, and how they are asked for.

use std::collections::HashMap;
use std::fmt;

use crate::document::{Change, KeyPath};
use crate::levers::{Choice, Lever};

/// The settings that a plan chooses, and the edits that write them.
#[derive(Clone, Debug, Default)]
pub struct Advised {
    chosen: HashMap<String, Choice>,
    edits: HashMap<Lever, Edits>,
}

/// The edits that give agents one setting.
#[derive(Clone, Debug, Default)]
struct Edits {
    of: HashMap<String, Change>,
    by_key: HashMap<KeyPath, Vec<String>>,
}

impl Advised {
    /// The chosen settings of each agent that has a plan, by its id, and the edit that gives an agent one of them. Agents may
    /// share one.
    pub fn new(chosen: HashMap<String, Choice>, edits: impl Iterator<Item = (String, Lever, Change)>) -> Self {
        let mut advised = Advised { chosen, edits: HashMap::new() };
        for (id, lever, edit) in edits {
            let edits = advised.edits.entry(lever).or_default();
            edits.by_key.entry(edit.path.clone()).or_default().push(id.clone());
            edits.of.entry(id).or_insert(edit);
        }
        advised
    }

    /// What is chosen for an agent that something is changed for.
    pub(super) fn changed(&self, id: &str) -> Option<&Choice> {
        self.edits.values().any(|edits| edits.of.contains_key(id)).then(|| self.chosen.get(id))?
    }

    /// What is chosen for an agent that a lever is moved for.
    pub(super) fn moved(&self, id: &str, lever: Lever) -> Option<&Choice> {
        self.edit(id, lever).and_then(|_| self.chosen.get(id))
    }

    /// The edit that gives an agent a setting.
    pub(super) fn edit(&self, id: &str, lever: Lever) -> Option<&Change> {
        self.edits.get(&lever)?.of.get(id)
    }

    /// The agents that get a setting by one key.
    pub(super) fn sharing(&self, lever: Lever, key: &KeyPath) -> &[String] {
        self.edits.get(&lever).and_then(|edits| edits.by_key.get(key)).map_or(&[], Vec::as_slice)
    }
}

/// Makes the plan, which takes a search: asked for once a lint at most, and only if a rule needs it.
#[derive(Clone, Copy)]
pub struct Planner<'a>(pub &'a dyn Fn() -> Advised);

impl fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Planner")
    }
}
