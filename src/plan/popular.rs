//! Why not the popular advice: what guides recommend to everybody, where it would cost more here.

use serde::Serialize;
use serde_json::Value;

use super::candidates::Space;
use super::search::{Priced, Search, cheapest};
use crate::gateway::retention::Retention;
use crate::levers::Lever;
use crate::money::figure::{self, Figure};
use crate::releases::duration::Interval;
use crate::simulate::cache::Scheme;
use crate::simulate::costing::{Choice, PricedModel};

/// Advice that costs more than what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotHere {
    /// The advice, as people put it.
    pub advice: &'static str,
    /// What it changes.
    pub changes: Vec<Moved>,
    /// What the month costs with it.
    #[serde(flatten, serialize_with = "figure::cost")]
    pub cost: Figure,
    /// What the alternative costs.
    #[serde(flatten, serialize_with = "figure::instead")]
    pub instead: Figure,
    /// What the alternative is.
    pub alternative: &'static str,
    /// The difference.
    #[serde(flatten, serialize_with = "figure::more")]
    pub more: Figure,
    /// Why.
    pub reason: &'static str,
}

/// A lever with its new value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Which.
    pub lever: Lever,
    /// The value.
    pub to: Value,
}

const JUST_UNDER_AN_HOUR: u64 = 55 * 60_000;

/// The popular advice that would cost more.
pub fn not_here(search: &mut Search<'_>, space: &Space, all: &[Priced]) -> Vec<NotHere> {
    let found = [warm_cache(search, space), longer_interval(search, space), cheaper_model(search, space, all)];
    found.into_iter().flatten().collect()
}

/// 55 minutes with one-hour retention, against the same interval without it.
fn warm_cache(search: &mut Search<'_>, space: &Space) -> Option<NotHere> {
    let every = Interval::Every(JUST_UNDER_AN_HOUR);
    let plain = Choice { every, ..space.present.clone() };
    let long = Choice { retention: Retention::Long, asks_retention: true, ..plain.clone() };
    let mut caching = |choice: &Choice| search.known(choice).caching.expected;
    if caching(&long) != (Scheme::Markers { one_hour: true }) || caching(&plain) == caching(&long) {
        return None;
    }
    let reason = match plain.isolated {
        true => "what stands before the conversation is too small to make up for the more expensive writes",
        false => "each heartbeat writes the whole conversation anew, and for an hour that costs twice the input",
    };
    costs_more(
        search,
        space,
        "every 55m with cacheRetention long keeps the cache warm",
        long,
        &plain,
        "55m alone",
        reason,
    )
}

/// A longer interval, against today's.
fn longer_interval(search: &mut Search<'_>, space: &Space) -> Option<NotHere> {
    let longer = space.every.iter().filter(|every| every.ms() > space.present.every.ms()).copied();
    let choices: Vec<Choice> = longer.map(|every| Choice { every, ..space.present.clone() }).collect();
    let reason = "it outlives the prompt cache: each heartbeat then writes what it now reads for a tenth of the price";
    let advice = "a longer interval costs less";
    choices
        .into_iter()
        .find_map(|choice| costs_more(search, space, advice, choice, &space.present, "the interval as it is", reason))
}

/// The model with the lowest list price of input, against today's.
fn cheaper_model(search: &mut Search<'_>, space: &Space, all: &[Priced]) -> Option<NotHere> {
    let at = search.costing.period.start;
    let list_price = |known: &PricedModel| Some(known.found.price.as_ref()?.at(at).base().billed().input);
    let now = list_price(&search.known(&space.present))?;
    let alone = all.iter().filter(|priced| priced.at.has_present_schedule_and_context());
    let cheaper = alone.filter(|priced| {
        let model = space.model(priced.at);
        !model.asks_retention && list_price(&model.known).is_some_and(|price| price < now)
    });
    let choice = space.choice(cheapest(cheaper)?.at);
    let reason = "its provider caches less, so that more of each request is paid in full";
    costs_more(search, space, "a cheaper model costs less", choice, &space.present, "the model as it is", reason)
}

fn costs_more(
    search: &mut Search<'_>,
    space: &Space,
    advice: &'static str,
    choice: Choice,
    than: &Choice,
    alternative: &'static str,
    reason: &'static str,
) -> Option<NotHere> {
    let (cost, instead) = (search.cost(&choice)?, search.cost(than)?);
    let changes =
        Lever::differing(&space.present, &choice).map(|lever| Moved { lever, to: lever.value(&choice) }).collect();
    let [more, cost, instead] = [cost - instead, cost, instead].map(|amount| search.figure(amount));
    (cost > instead).then_some(NotHere { advice, changes, cost, instead, alternative, more, reason })
}
