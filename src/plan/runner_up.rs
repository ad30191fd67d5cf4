//! What lost, and by how much: the best plan with another value of one lever, everything else free.

use serde::Serialize;
use serde_json::Value;

use super::candidates::Space;
use super::search::{self, Priced};
use crate::levers::Lever;
use crate::money::Money;

/// The second-best value of a lever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunnerUp {
    /// The value.
    pub to: Value,
    /// What the month costs with it and the best of everything else.
    pub cost: Money,
    /// How much more that is.
    pub more: Money,
}

/// The runner-up of a lever within the bounds; `None` where it has one value only.
pub fn runner_up(space: &Space, all: &[Priced], best: &Priced, lever: Lever) -> Option<RunnerUp> {
    let value = |priced: &Priced| space.position(priced.at, lever);
    let chosen = value(best);
    let others = all.iter().filter(|priced| space.allows(priced.at) && value(priced) != chosen);
    let second = search::best(others)?;
    let to = lever.value(&space.choice(second.at));
    Some(RunnerUp { to, cost: second.cost, more: second.cost - best.cost })
}
