//! The plans that a reading knows: the embedded ones and, before them, those of the user's own file, of which one with the id
//! of an embedded one takes its place. Schema: `schemas/plans.v1.schema.json`.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::{FlatPlan, Limit, Offer, PlanMark, PlansFile, embedded};
use crate::document::KeyPath;
use crate::gateway::active_hours::{known_zone, minute};
use crate::money::Money;
use crate::schema::{Misfit, MisfitKind, Schema, nearest, whole};

static SCHEMA: Schema = Schema::new(include_str!("../../../schemas/plans.v1.schema.json"));

/// The offers that models are held against, in order.
#[derive(Clone, Debug)]
pub struct Plans {
    offers: Arc<[Arc<Offer>]>,
}

impl Default for Plans {
    fn default() -> Self {
        Plans { offers: embedded().iter().cloned().collect() }
    }
}

impl Plans {
    /// The plans of a parsed file, and those that are built in.
    ///
    /// # Errors
    ///
    /// What is wrong first, and where.
    pub fn read(file: &Value) -> Result<Self, Misfit> {
        let file = &without_schema(file);
        if let Some(misfit) = SCHEMA.check(file).into_iter().next() {
            return Err(misfit);
        }
        if let Some(path) = unplain(KeyPath::root(), file) {
            return Err(wrong(path, "plain text is expected here, without quotes, backslashes and control characters"));
        }
        let unread = |error: serde_json::Error| wrong(KeyPath::root(), error.to_string());
        let own = PlansFile::deserialize(whole(file)).map_err(unread)?.offers;
        for offer in &own {
            offer.read_plans().map_err(unread)?;
        }
        let others = embedded().iter().filter(|known| own.iter().all(|offer| offer.id != known.id));
        let plans = Plans { offers: own.iter().chain(others).cloned().collect() };
        plans.problem(&own).map_or(Ok(plans), Err)
    }

    /// All of them.
    pub fn offers(&self) -> impl Iterator<Item = &Arc<Offer>> + Clone {
        self.offers.iter()
    }

    /// The tier that `--plan` names, by its id or that of one of its windows.
    pub fn named(&self, id: &str) -> Option<&Arc<FlatPlan>> {
        let is_it = |plan: &&Arc<FlatPlan>| plan.id == id || plan.windows.iter().any(|quota| quota.id == id);
        let mut plans = self.offers().flat_map(|offer| offer.plans());
        plans.clone().find(|plan| plan.id == id).or_else(|| plans.find(is_it))
    }

    /// What is wrong with a name that is no tier's, and what would be right.
    pub fn unknown(&self, id: &str) -> String {
        let ids: Vec<&str> = self.offers().flat_map(|offer| offer.plans()).map(|plan| plan.id.as_str()).collect();
        match nearest(id, ids.iter().copied()) {
            Some(near) => format!("no plan '{id}', did you mean '{near}'?"),
            None => format!("no plan '{id}', expected one of '{}'", ids.join("', '")),
        }
    }

    /// What no schema says of the user's own: ids that are one each, limits, times and zones that are some, amounts that can
    /// be counted with, and marks that tell something.
    fn problem(&self, own: &[Arc<Offer>]) -> Option<Misfit> {
        fn count<'n>(names: impl Iterator<Item = &'n String>) -> BTreeMap<&'n str, usize> {
            let mut seen = BTreeMap::new();
            names.for_each(|name| *seen.entry(name.as_str()).or_default() += 1);
            seen
        }
        let plans = || self.offers().flat_map(|offer| offer.plans());
        let offers = count(self.offers().map(|offer| &offer.id));
        let tiers = count(plans().map(|plan| &plan.id));
        let windows = count(plans().flat_map(|plan| &plan.windows).map(|quota| &quota.id));
        let twice = |seen: &BTreeMap<&str, usize>, at: KeyPath, id: &str| {
            let times = seen.get(id).copied().unwrap_or_default();
            (times > 1).then(|| wrong(at.key("id"), format!("'{id}' is the id of another one, too")))
        };
        let at_offers = KeyPath::root().key("offers");
        own.iter().enumerate().find_map(|(index, offer)| {
            let at = at_offers.index(index);
            let mark = |(mark, own): (usize, &PlanMark)| {
                let bare = PlanMark { unsure: own.unsure, ..PlanMark::default() };
                (*own == bare).then(|| wrong(at.key("marks").index(mark), "a mark names nothing, and fits every model"))
            };
            let tier = |(tier, plan): (usize, &Arc<FlatPlan>)| {
                let at = at.key("plans").index(tier);
                let quotas = plan.windows.iter().enumerate();
                let mut quotas = quotas.map(|(window, quota)| (at.key("windows").index(window), quota));
                twice(&tiers, at.clone(), &plan.id).or_else(|| {
                    quotas.find_map(|(at, quota)| {
                        let days = [("since", &quota.since), ("until", &quota.until), ("date", &quota.date)];
                        twice(&windows, at.clone(), &quota.id)
                            .or_else(|| quota.limit.and_then(|limit| ends(&at.key("limit"), limit)))
                            .or_else(|| quota.zone.as_ref().and_then(|zone| no_zone(&at, zone)))
                            .or_else(|| days.into_iter().find_map(|(key, day)| no_day(&at.key(key), day.as_ref()?)))
                    })
                })
            };
            twice(&offers, at.clone(), &offer.id)
                .or_else(|| offer.marks.iter().enumerate().find_map(mark))
                .or_else(|| counted(&at, offer))
                .or_else(|| offer.plans().iter().enumerate().find_map(tier))
        })
    }
}

/// What an offer counts by: the formula of its credits and its multipliers.
fn counted(at: &KeyPath, offer: &Offer) -> Option<Misfit> {
    let too_large = |path: KeyPath, amount: Money| {
        (amount > MOST).then(|| wrong(path, format!("'{amount}' is too much: at most {MOST}")))
    };
    let formula = offer.credits.as_ref().and_then(|formula| {
        let at = at.key("credits");
        let amounts = formula.rates.iter().enumerate().find_map(|(index, counts)| {
            let at = at.key("rates").index(index);
            let all = [("input", counts.input), ("cached", counts.cached), ("output", counts.output)];
            all.into_iter().find_map(|(key, amount)| too_large(at.key(key), amount))
        });
        amounts.or_else(|| {
            let (peak, at) = (formula.peak.as_ref()?, at.key("peak"));
            let no_time = |key: &str, text: &str, is_end: bool| {
                let why = minute(text, is_end).is_err();
                why.then(|| wrong(at.key(key), format!("'{text}' is not a time of day; expected one such as 14:00")))
            };
            no_time("start", &peak.start, false)
                .or_else(|| no_time("end", &peak.end, true))
                .or_else(|| no_zone(&at, &peak.zone))
                .or_else(|| too_large(at.key("offPeak"), peak.off_peak))
        })
    });
    formula.or_else(|| {
        let all = offer.multipliers.as_ref()?.all().iter();
        let at = at.key("multipliers").key("models");
        all.clone().find_map(|(name, times)| too_large(at.key(name), *times))
    })
}

/// The most credits for a formula's tokens, and the most times that a request counts.
const MOST: Money = Money::from_pico(1_000_000_000_000_000_000);

fn ends(at: &KeyPath, Limit { low, high }: Limit) -> Option<Misfit> {
    (low > high).then(|| wrong(at.clone(), format!("low ({low}) is more than high ({high})")))
}

fn no_zone(at: &KeyPath, zone: &str) -> Option<Misfit> {
    known_zone(zone)
        .is_none()
        .then(|| wrong(at.key("zone"), format!("'{zone}' is not a time zone; expected one such as Asia/Shanghai")))
}

/// A day, a month or a year as a schema lets them through that the calendar does not have.
fn no_day(at: &KeyPath, text: &str) -> Option<Misfit> {
    let whole = format!("{text}{}", ["-01-01", "-01", ""][text.matches('-').count().min(2)]);
    whole.parse::<Date>().is_err().then(|| wrong(at.clone(), format!("'{text}' is not a date")))
}

fn wrong(path: KeyPath, text: impl Into<String>) -> Misfit {
    Misfit { path, kind: MisfitKind::Other(text.into()) }
}

/// A file may name its schema.
fn without_schema(file: &Value) -> Value {
    let mut file = file.clone();
    file.as_object_mut().map(|fields| fields.shift_remove("$schema"));
    file
}

/// The first text that is not plain: such a one could not be shown as it is, and has no place in a name.
fn unplain(at: KeyPath, value: &Value) -> Option<KeyPath> {
    let is_plain = |text: &str| !text.chars().any(|char| char.is_control() || ['"', '\\'].contains(&char));
    match value {
        Value::String(text) => (!is_plain(text)).then_some(at),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| unplain(at.index(index), item)),
        Value::Object(fields) => fields.iter().find_map(|(key, inside)| match is_plain(key) {
            true => unplain(at.key(key), inside),
            false => Some(at.clone()),
        }),
        _ => None,
    }
}
