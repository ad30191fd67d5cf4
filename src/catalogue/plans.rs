//! Flat plans and free quotas: what their requests cost depends on what the plan allows, and no list price says it. The
//! catalogue of them is `plans.json`: who offers what, by which marks in a config that is known, and how much each tier
//! allows in which time, with source and date. Which tier somebody has stands nowhere in a config.

mod marks;
mod own;

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::names::canonical;
use super::rates::Rates;
use crate::certain;
use crate::money::{Money, Rate};

use marks::{Mark, fits, modes};
pub use own::Plans;

/// What a vendor offers beside prices by the token: one thing to sign up for, in one or several tiers.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// In kebab-case.
    pub id: &'static str,
    /// Who offers it.
    pub vendor: &'static str,
    /// What pays, as a sentence names it: `a ChatGPT plan`.
    pub words: &'static str,
    /// For the vendor's own models and open ones: a model that its maker alone sells is none of theirs.
    #[serde(default)]
    open_models_only: bool,
    /// How a request is counted in credits, where that is published.
    pub credits: Option<Credits>,
    /// How many requests a request counts as, by model.
    pub multipliers: Option<Multipliers>,
    /// What its terms forbid that heartbeats do.
    pub forbids: Option<Forbids>,
    marks: Vec<Mark>,
    /// Its tiers; none where no limits are known.
    pub plans: Vec<FlatPlan>,
}

/// A tier of an offer.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlatPlan {
    /// As `--plan` takes it.
    pub id: &'static str,
    /// As its vendor calls it.
    pub name: &'static str,
    /// The only way to sign in to it, as `auth.profiles` names it.
    sign_in: Option<&'static str>,
    /// What it allows.
    pub windows: Vec<Quota>,
}

/// How much a plan allows in a time.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// In kebab-case.
    pub id: &'static str,
    /// What is counted.
    pub unit: QuotaUnit,
    /// In which time.
    pub window: Span,
    /// The zone whose midnight starts a day; UTC where nothing is said.
    pub zone: Option<&'static str>,
    /// The models it holds for, with `*` for any text at either end; without any, all that no other window of the plan names.
    #[serde(default)]
    pub models: Vec<&'static str>,
    /// The limit, from the lowest to the highest that is published; none where none is.
    pub limit: Option<Limit>,
    /// The first day it holds, as YYYY-MM-DD.
    pub since: Option<&'static str>,
    /// The last day it held.
    pub until: Option<&'static str>,
    /// Who says so.
    pub disclosure: Disclosure,
    /// What else to know of it.
    pub note: Option<&'static str>,
    /// Where it stands.
    pub source: &'static str,
    /// When it was read there: a day, a month or a year; none where that is not known.
    pub date: Option<&'static str>,
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
pub enum Span {
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

impl Span {
    /// After what is counted: `a day`, `in 5 hours`.
    pub fn words(self) -> &'static str {
        match self {
            Span::Minute => "a minute",
            Span::FiveHours => "in 5 hours",
            Span::Day => "a day",
            Span::Week => "a week",
            Span::Month => "a month",
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
    pub what: &'static str,
    /// Where that stands.
    pub source: &'static str,
    /// When it was read there.
    pub date: &'static str,
}

/// How many requests a request counts as.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multipliers {
    #[serde(deserialize_with = "decimals")]
    models: Vec<(&'static str, Money)>,
    /// Where the table stands.
    pub source: &'static str,
    /// When it was read there.
    pub date: &'static str,
}

impl Multipliers {
    /// That of a model, by its id.
    pub fn of(&self, id: &str) -> Option<Money> {
        self.models.iter().find(|(name, _)| canonical(name) == canonical(id)).map(|(_, times)| *times)
    }

    /// All of them, as published.
    pub fn all(&self) -> &[(&'static str, Money)] {
        &self.models
    }
}

/// A vendor's formula for credits: so many for `per` tokens of each kind.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credits {
    /// The tokens that the figures are for.
    pub per: u64,
    /// By model.
    rates: Vec<Counts>,
    /// When they count in full.
    pub peak: Option<Peak>,
    /// Where the formula stands.
    pub source: &'static str,
    /// When it was read there.
    pub date: &'static str,
}

/// The credits of some models.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
pub struct Counts {
    /// Ids of models, with `*` for any text at either end; the first that is meant counts.
    pub models: Vec<&'static str>,
    #[serde(deserialize_with = "decimal")]
    input: Money,
    #[serde(deserialize_with = "decimal")]
    cached: Money,
    #[serde(deserialize_with = "decimal")]
    output: Money,
}

/// The hours at which credits count in full.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Peak {
    /// `HH:MM`.
    pub start: &'static str,
    /// `HH:MM`, no longer in it.
    pub end: &'static str,
    /// The zone of both.
    pub zone: &'static str,
    /// Whether Saturdays and Sundays have none.
    #[serde(default)]
    pub weekdays: bool,
    /// What is counted of them at all other times.
    #[serde(deserialize_with = "decimal")]
    pub off_peak: Money,
}

impl Credits {
    /// The credits of a model's token by its kind, counted in full: from the least to the most that are published where its
    /// own are not. Writing to a cache counts as input.
    pub fn rates(&self, model_id: &str) -> Option<(Rates, Rates)> {
        let id = model_id.to_ascii_lowercase();
        let own = self.rates.iter().find(|counts| counts.models.iter().any(|name| fits(name, &id)));
        let least = own.or_else(|| self.rates.iter().min_by_key(|counts| counts.input))?;
        let most = own.or_else(|| self.rates.iter().max_by_key(|counts| counts.input))?;
        Some((least.of(self.per), most.of(self.per)))
    }

    /// The published rates, a row for some models each, in order.
    pub fn all(&self) -> impl Iterator<Item = (&Counts, Rates)> {
        self.rates.iter().map(|counts| (counts, counts.of(self.per)))
    }
}

impl Counts {
    fn of(&self, per: u64) -> Rates {
        let rate = |credits: Money| {
            Rate::from_pico_per_token(u64::try_from(credits.pico() / i128::from(per)).unwrap_or_default())
        };
        let input = rate(self.input);
        Rates {
            input,
            output: rate(self.output),
            cache_read: Some(rate(self.cached)),
            cache_write_5m: Some(input),
            cache_write_1h: Some(input),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct File {
    offers: Vec<Offer>,
}

static FILE: LazyLock<File> = LazyLock::new(|| certain::read("plans.json", TEXT));

/// The catalogue as it is written (`schemas/plans.v1.schema.json`).
pub const TEXT: &str = include_str!("plans.json");

/// The offers that are built in.
pub fn embedded() -> &'static [Offer] {
    &FILE.offers
}

impl Offer {
    /// The marks by which it is known, in a clause each; those that leave doubt say so.
    pub fn known_by(&self) -> Vec<String> {
        self.marks.iter().map(Mark::in_words).collect()
    }

    /// The tiers that a config may mean: the one that is told, else those it can be signed in to.
    pub fn tiers<'a>(
        &'a self,
        provider: &str,
        config: &Value,
        told: Option<&FlatPlan>,
    ) -> impl Iterator<Item = &'a FlatPlan> + use<'a> {
        let told = self.plans.iter().find(|plan| told.is_some_and(|told| told.id == plan.id)).map(|plan| plan.id);
        let modes: Vec<String> = modes(provider, config).into_iter().map(str::to_owned).collect();
        let may_sign_in = move |plan: &FlatPlan| {
            modes.is_empty() || plan.sign_in.is_none_or(|mode| modes.iter().any(|own| own == mode))
        };
        self.plans.iter().filter(move |plan| match told {
            Some(told) => plan.id == told,
            None => may_sign_in(plan),
        })
    }
}

impl FlatPlan {
    /// What it allows of a model on a day (YYYY-MM-DD). Where its windows name models and none of them this one, nobody
    /// says which holds: all of them may.
    pub fn quotas(&self, model_id: &str, day: &str) -> Vec<&Quota> {
        let holds = |quota: &&Quota| {
            quota.since.is_none_or(|since| since <= day) && quota.until.is_none_or(|until| day <= until)
        };
        let mut all: Vec<&Quota> = self.windows.iter().filter(holds).collect();
        let id = model_id.to_ascii_lowercase();
        let names = |quota: &Quota| quota.models.iter().any(|name| fits(name, &id));
        let same = |one: &Quota, other: &Quota| (one.unit, one.window) == (other.unit, other.window);
        let named: Vec<&Quota> = all.iter().copied().filter(|quota| names(quota)).collect();
        let rest: Vec<&Quota> = all.iter().copied().filter(|quota| quota.models.is_empty()).collect();
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
        let read = self.date.and_then(|date| first(date).parse::<jiff::civil::Date>().ok());
        read.is_none_or(|read| (on - read).get_days() as i64 > days)
    }
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
    let text = <&str>::deserialize(deserializer)?;
    Money::parse(text).ok_or_else(|| serde::de::Error::custom(format!("'{text}' is no decimal")))
}

fn decimals<'de: 'static, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(&'static str, Money)>, D::Error> {
    let texts = std::collections::BTreeMap::<&'static str, &'static str>::deserialize(deserializer)?;
    let read = |(name, text): (&'static str, &'static str)| {
        let times = Money::parse(text).ok_or_else(|| serde::de::Error::custom(format!("'{text}' is no decimal")))?;
        Ok((name, times))
    };
    texts.into_iter().map(read).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
