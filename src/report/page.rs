//! What stands on a page, once for every format: the sections with their names, figures and shares. A format prints them and
//! works nothing out.

use super::against::AgentAgainst;
use super::values::{bucket, model_name, setting};
use super::{AgentReport, Report};
use crate::money::{Money, Unit};
use crate::simulate::estimate::Estimate;
use crate::simulate::pieces::Bucket;
use crate::simulate::spending::{Purpose, Spending, Spent};
use crate::words::{figure, tokens};

/// Where the money goes: by what is sent, and by how it is billed, the largest first.
pub(super) struct WhereItGoes {
    /// Whether it goes there only once heartbeats can be delivered.
    pub(super) is_later: bool,
    /// Whether prices are known; shares are those of the tokens otherwise.
    pub(super) is_priced: bool,
    pub(super) by_part: Vec<Share>,
    pub(super) by_kind: Vec<Share>,
}

/// A part of the bill.
pub(super) struct Share {
    pub(super) name: &'static str,
    /// What that is, in a clause.
    pub(super) note: &'static str,
    pub(super) tokens: u64,
    pub(super) cost: Option<Money>,
    /// Of the whole.
    pub(super) percent: Money,
}

/// The name of the section.
pub(super) const WHERE_IT_GOES: &str = "Where the money goes";

/// Where the money of all agents goes; `None` where nothing is sent.
pub(super) fn where_it_goes(report: &Report) -> Option<WhereItGoes> {
    let is_later = report.totals.current.runs == 0;
    let each = || report.enrolled().filter_map(|agent| agent.spending.as_ref());
    let spending = if is_later { Spending::sum(each()) } else { report.totals.spending.clone() };
    let Spending { parts, buckets } = &spending;
    let is_priced =
        parts.iter().all(|part| part.cost.is_some()) && parts.iter().any(|part| part.cost > Some(Money::ZERO));
    let by_part = shares(parts, is_priced, |part: Purpose| (part.name(), ""));
    let by_kind = shares(buckets, is_priced, |kind| (bucket(kind, report.unit), note(kind)));
    (!by_part.is_empty()).then_some(WhereItGoes { is_later, is_priced, by_part, by_kind })
}

fn shares<K: Copy>(
    spent: &[Spent<K>],
    is_priced: bool,
    words: impl Fn(K) -> (&'static str, &'static str),
) -> Vec<Share> {
    let size = |tokens: u64, cost: Option<Money>| match is_priced {
        true => cost.unwrap_or_default(),
        false => Money::from_pico(i128::from(tokens)),
    };
    let whole: Money = spent.iter().map(|spent| size(spent.tokens, spent.cost)).sum();
    let share = |spent: &Spent<K>| {
        let (name, note) = words(spent.name);
        let percent = size(spent.tokens, spent.cost).percent_of(whole)?;
        Some(Share { name, note, tokens: spent.tokens, cost: spent.cost, percent })
    };
    let mut shares: Vec<Share> = spent.iter().filter_map(share).collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.percent));
    shares
}

/// What a kind of token is, in a clause.
fn note(kind: Bucket) -> &'static str {
    match kind {
        Bucket::Read => "sent before and still kept: the cheapest input",
        Bucket::Write5m => "kept for a next request soon after: costs more than plain input",
        Bucket::Write1h => "kept for an hour: the most expensive input",
        Bucket::Plain => "neither read from a cache nor kept in one",
        Bucket::Output => "what the model writes, thinking included",
    }
}

impl WhereItGoes {
    /// The largest parts, and all the others as one.
    pub(super) fn largest(&self, most: usize) -> Vec<Share> {
        let one = |share: &Share| Share { ..*share };
        if self.by_part.len() <= most + 1 {
            return self.by_part.iter().map(one).collect();
        }
        let (large, small) = self.by_part.split_at(most);
        let rest = Share {
            name: "everything else",
            note: "",
            tokens: small.iter().map(|share| share.tokens).sum(),
            cost: small.iter().map(|share| share.cost).sum(),
            percent: small.iter().map(|share| share.percent).sum(),
        };
        large.iter().map(one).chain([rest]).collect()
    }
}

/// Who pays: the agents that run, as many as a format has room for, and sums over the others and over all.
pub(super) struct Roster<'a> {
    /// In the order of the file; where not all are shown, the most expensive first.
    pub(super) shown: Vec<Payer<'a>>,
    /// The others.
    pub(super) more: Option<Payer<'a>>,
    /// Agents of the older file that are gone; many are one.
    pub(super) removed: Vec<Payer<'a>>,
    pub(super) all: Payer<'a>,
}

/// An agent, or several as one.
pub(super) struct Payer<'a> {
    /// Its id; `None` for several.
    pub(super) id: Option<&'a str>,
    /// How many agents this is.
    pub(super) agents: usize,
    /// The interval and the model in words; nothing for several.
    pub(super) every: String,
    pub(super) model: String,
    pub(super) runs: u64,
    /// The typical month in the older file, where there is one: `None` inside where it is unknown.
    pub(super) before: Option<Option<Money>>,
    /// Whether the older file has it.
    pub(super) is_new: bool,
    pub(super) now: Option<Money>,
    pub(super) after: Option<Money>,
    /// The tokens of the month, now and after.
    pub(super) tokens: [u64; 2],
    /// Of all that is paid; `None` where that is unknown or nothing.
    pub(super) percent: Option<Money>,
}

/// Removed agents that stand by themselves; more are one.
const MOST_REMOVED: usize = 3;

/// The agents that run, at most so many by themselves.
pub(super) fn roster(report: &Report, most: usize) -> Roster<'_> {
    let mut agents: Vec<&AgentReport> = report.enrolled().collect();
    let all =
        Payer { before: report.against.as_ref().map(|against| against.current.typical()), ..sum(report, &agents) };
    if agents.len() > most {
        agents = report.dearest();
    }
    let rest = agents.split_off(agents.len().min(most));
    let gone = report.against.iter().flat_map(|against| &against.agents);
    let gone: Vec<&AgentAgainst> = gone.filter(|agent| !report.agents.iter().any(|here| here.id == agent.id)).collect();
    Roster {
        shown: agents.into_iter().map(|agent| payer(report, agent)).collect(),
        more: (!rest.is_empty()).then(|| sum(report, &rest)),
        removed: match gone.len() {
            0..=MOST_REMOVED => gone.iter().map(|agent| removed(&[agent])).collect(),
            _ => vec![removed(&gone)],
        },
        all,
    }
}

/// All agents that run, the most expensive first.
pub(super) fn payers(report: &Report) -> Vec<Payer<'_>> {
    report.dearest().into_iter().map(|agent| payer(report, agent)).collect()
}

fn payer<'a>(report: &Report, agent: &'a AgentReport) -> Payer<'a> {
    let one = sum(report, &[agent]);
    Payer { id: Some(&agent.id), every: setting(agent, "every"), model: model_name(agent), ..one }
}

fn sum<'a>(report: &Report, agents: &[&AgentReport]) -> Payer<'a> {
    let now = Estimate::sum(agents.iter().map(|agent| &agent.current));
    let after = Estimate::sum(agents.iter().map(|agent| &agent.recommended));
    let total = report.totals.current.typical();
    let known: Vec<&AgentAgainst> = report.against.iter().flat_map(|against| &against.agents).collect();
    let known: Vec<&AgentAgainst> =
        agents.iter().filter_map(|agent| known.iter().find(|before| before.id == agent.id).copied()).collect();
    Payer {
        id: None,
        agents: agents.len(),
        every: String::new(),
        model: String::new(),
        runs: now.runs,
        before: report.against.as_ref().map(|_| known.iter().map(|before| before.there).sum()),
        is_new: known.is_empty(),
        percent: total.zip(now.typical()).and_then(|(total, now)| now.percent_of(total)),
        now: now.typical(),
        after: after.typical(),
        tokens: [now.tokens.all(), after.tokens.all()],
    }
}

impl Payer<'_> {
    /// What it costs now and after; where no price is known, what it takes.
    pub(super) fn figures(&self, unit: Unit) -> [String; 2] {
        let [now, after] = self.tokens;
        [(self.now, now), (self.after, after)].map(|(cost, taken)| match cost {
            Some(cost) => figure(cost, unit),
            None if taken > 0 => format!("{} tokens", tokens(taken)),
            None => "unknown".to_owned(),
        })
    }
}

fn removed<'a>(agents: &[&'a AgentAgainst]) -> Payer<'a> {
    let nothing = Some(Money::ZERO);
    Payer {
        id: match agents {
            [one] => Some(&one.id),
            _ => None,
        },
        agents: agents.len(),
        every: String::new(),
        model: String::new(),
        runs: 0,
        before: Some(agents.iter().map(|agent| agent.there).sum()),
        is_new: false,
        now: nothing,
        after: nothing,
        tokens: [0, 0],
        percent: None,
    }
}
