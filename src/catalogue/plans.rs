//! Flat plans and free quotas: what their requests cost depends on what the plan allows, and no list price says it. The
//! catalogue of them is `plans.json`: who offers what, by which marks in a config that is known, and how much each tier
//! allows in which time, with source and date. Which tier somebody has stands nowhere in a config.

mod counting;
mod marks;
mod own;

use std::sync::{Arc, LazyLock, OnceLock};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::certain;

pub use counting::{Counts, Credits, Multipliers, Peak};
use marks::{PlanMark, fits, modes};
pub use own::Plans;

/// What a vendor offers beside prices by the token: one thing to sign up for, in one or several tiers.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// In kebab-case.
    pub id: String,
    /// Who offers it.
    pub vendor: String,
    /// What pays, as a sentence names it: `a ChatGPT plan`.
    pub words: String,
    /// For the vendor's own models and open ones: a model that its maker alone sells is none of theirs.
    #[serde(default)]
    open_models_only: bool,
    /// How a request is counted in credits, where that is published.
    pub credits: Option<Credits>,
    /// How many requests a request counts as, by model.
    pub multipliers: Option<Multipliers>,
    /// What its terms forbid that heartbeats do.
    pub forbids: Option<Forbids>,
    marks: Vec<PlanMark>,
    plans: Tiers,
}

/// The tiers of an offer, read when they are first asked for: most offers are told to be none of a config's by their marks.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Tiers {
    text: Box<RawValue>,
    #[serde(skip)]
    read: OnceLock<Vec<Arc<FlatPlan>>>,
}

impl PartialEq for Tiers {
    fn eq(&self, other: &Self) -> bool {
        self.text.get() == other.text.get()
    }
}

/// A tier of an offer.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlatPlan {
    /// As `--plan` takes it.
    pub id: String,
    /// As its vendor calls it.
    pub name: String,
    /// The only way to sign in to it, as `auth.profiles` names it.
    sign_in: Option<String>,
    /// What it allows.
    #[serde(deserialize_with = "shared")]
    pub windows: Vec<Arc<Quota>>,
}

/// How much a plan allows in a time.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// In kebab-case.
    pub id: String,
    /// What is counted.
    pub unit: QuotaUnit,
    /// In which time.
    pub window: QuotaSpan,
    /// The zone whose midnight starts a day; UTC where nothing is said.
    pub zone: Option<String>,
    /// The models it holds for, with `*` for any text at either end; without any, all that no other window of the plan names.
    #[serde(default)]
    pub models: Vec<String>,
    /// The limit, from the lowest to the highest that is published; none where none is.
    pub limit: Option<Limit>,
    /// The first day it holds, as YYYY-MM-DD.
    pub since: Option<String>,
    /// The last day it held.
    pub until: Option<String>,
    /// Who says so.
    pub disclosure: Disclosure,
    /// What else to know of it.
    pub note: Option<String>,
    /// Where it stands.
    pub source: String,
    /// When it was read there: a day, a month or a year; none where that is not known.
    pub date: Option<String>,
}

/// A limit, in its quota's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The least it may be.
    pub low: u64,
    /// The most.
    pub high: u64,
}

/// What a quota counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaUnit {
    /// Calls of a model.
    Request,
    /// Turns, of which a long one may count for more.
    Message,
    /// Calls, each as many as its model's multiplier says.
    PremiumRequest,
    /// The vendor's own unit.
    Credit,
    /// US dollars at the vendor's prices by the token.
    Usd,
    /// Input and output together.
    Token,
    /// Time on the vendor's machines.
    GpuTime,
}

impl QuotaUnit {
    /// Several of it, in words.
    pub fn words(self) -> &'static str {
        match self {
            QuotaUnit::Request => "requests",
            QuotaUnit::Message => "messages",
            QuotaUnit::PremiumRequest => "premium requests",
            QuotaUnit::Credit => "credits",
            QuotaUnit::Usd => "US dollars",
            QuotaUnit::Token => "tokens",
            QuotaUnit::GpuTime => "GPU time",
        }
    }
}

/// The time in which a quota is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum QuotaSpan {
    /// Any sixty seconds.
    #[serde(rename = "minute")]
    Minute,
    /// Any five hours.
    #[serde(rename = "5h")]
    FiveHours,
    /// From midnight to midnight.
    #[serde(rename = "day")]
    Day,
    /// Any seven days.
    #[serde(rename = "week")]
    Week,
    /// A month.
    #[serde(rename = "month")]
    Month,
}

impl QuotaSpan {
    /// After what is counted: `a day`, `in 5 hours`.
    pub fn words(self) -> &'static str {
        match self {
            QuotaSpan::Minute => "a minute",
            QuotaSpan::FiveHours => "in 5 hours",
            QuotaSpan::Day => "a day",
            QuotaSpan::Week => "a week",
            QuotaSpan::Month => "a month",
        }
    }
}

/// Who says that a limit holds, from the surest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disclosure {
    /// The vendor.
    Published,
    /// The vendor did, and no longer does.
    Withdrawn,
    /// Its users.
    Reported,
    /// Nobody: that there is a limit is known.
    Unpublished,
}

impl Disclosure {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Disclosure::Published => "published",
            Disclosure::Withdrawn => "withdrawn",
            Disclosure::Reported => "reported",
            Disclosure::Unpublished => "unpublished",
        }
    }
}

/// What its terms forbid.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forbids {
    /// What, and what may come of it.
    pub what: String,
    /// Where that stands.
    pub source: String,
    /// When it was read there.
    pub date: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlansFile {
    #[serde(deserialize_with = "shared")]
    offers: Vec<Arc<Offer>>,
}

static FILE: LazyLock<PlansFile> = LazyLock::new(|| certain::read("plans.json", TEXT));

/// The catalogue as it is written (`schemas/plans.v1.schema.json`).
pub const TEXT: &str = include_str!("plans.json");

/// The offers that are built in.
pub fn embedded() -> &'static [Arc<Offer>] {
    &FILE.offers
}

impl Offer {
    /// Its tiers; none where no limits are known.
    ///
    /// # Panics
    ///
    /// The program was built wrongly: those of a user's file are read with it.
    pub fn plans(&self) -> &[Arc<FlatPlan>] {
        self.plans.read.get_or_init(|| certain::made("plans.json", self.read_plans()))
    }

    fn read_plans(&self) -> Result<Vec<Arc<FlatPlan>>, serde_json::Error> {
        shared(&mut serde_json::Deserializer::from_str(self.plans.text.get()))
    }

    /// The marks by which it is known, in a clause each; those that leave doubt say so.
    pub fn known_by(&self) -> Vec<String> {
        self.marks.iter().map(PlanMark::in_words).collect()
    }

    /// The tiers that a config may mean: the one that is told, else those it can be signed in to.
    pub fn tiers<'a>(
        &'a self,
        provider: &str,
        config: &Value,
        told: Option<&FlatPlan>,
    ) -> impl Iterator<Item = &'a Arc<FlatPlan>> + use<'a> {
        let told = self.plans().iter().find(|plan| told.is_some_and(|told| told.id == plan.id)).map(|plan| &plan.id);
        let modes: Vec<String> = modes(provider, config).into_iter().map(str::to_owned).collect();
        let may_sign_in =
            move |plan: &FlatPlan| modes.is_empty() || plan.sign_in.as_ref().is_none_or(|mode| modes.contains(mode));
        self.plans().iter().filter(move |plan| match told {
            Some(told) => plan.id == *told,
            None => may_sign_in(plan),
        })
    }

    /// Whether a tier is one of its own.
    pub fn has(&self, plan: &FlatPlan) -> bool {
        self.plans().iter().any(|own| own.id == plan.id)
    }
}

impl FlatPlan {
    /// What it allows of a model on a day (YYYY-MM-DD). Where its windows name models and none of them this one, nobody
    /// says which holds: all of them may.
    pub fn quotas(&self, model_id: &str, day: &str) -> Vec<&Arc<Quota>> {
        let holds = |quota: &&Arc<Quota>| {
            quota.since.as_deref().is_none_or(|since| since <= day)
                && quota.until.as_deref().is_none_or(|until| day <= until)
        };
        let mut all: Vec<&Arc<Quota>> = self.windows.iter().filter(holds).collect();
        let id = model_id.to_ascii_lowercase();
        let names = |quota: &Quota| quota.models.iter().any(|name| fits(name, &id));
        let same = |one: &Quota, other: &Quota| (one.unit, one.window) == (other.unit, other.window);
        let named: Vec<&Arc<Quota>> = all.iter().copied().filter(|quota| names(quota)).collect();
        let rest: Vec<&Arc<Quota>> = all.iter().copied().filter(|quota| quota.models.is_empty()).collect();
        all.retain(|quota| match named.iter().any(|other| same(quota, other)) {
            true => names(quota),
            false => quota.models.is_empty() || !rest.iter().any(|other| same(quota, other)),
        });
        all
    }
}

impl Quota {
    /// Whether what it says is older than so many days on a day (YYYY-MM-DD), or undated.
    pub fn is_stale(&self, days: i64, on: jiff::civil::Date) -> bool {
        let first = |date: &str| match date.len() {
            4 => format!("{date}-01-01"),
            7 => format!("{date}-01"),
            _ => date.to_owned(),
        };
        let read = self.date.as_deref().and_then(|date| first(date).parse::<jiff::civil::Date>().ok());
        read.is_none_or(|read| (on - read).get_days() as i64 > days)
    }
}

/// Each for itself, as whoever names one may outlive all the others.
fn shared<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<Arc<T>>, D::Error> {
    Ok(Vec::<T>::deserialize(deserializer)?.into_iter().map(Arc::new).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
