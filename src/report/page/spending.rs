//! Where the money goes: by what is sent, and by how it is billed, the largest first.

use super::super::Report;
use super::super::values::bucket;
use super::{Column, Section, Table};
use crate::money::Money;
use crate::simulate::pieces::Bucket;
use crate::simulate::spending::{Purpose, Spending, Spent};
use crate::words::{figure_if_known, percent, tokens};

/// Where the money goes: by what is sent, and by how it is billed, the largest first.
pub(in crate::report) struct WhereItGoes {
    /// Whether it goes there only once heartbeats can be delivered.
    pub(in crate::report) is_later: bool,
    /// Whether prices are known; shares are those of the tokens otherwise.
    pub(in crate::report) is_priced: bool,
    pub(in crate::report) by_part: Vec<Share>,
    pub(in crate::report) by_kind: Vec<Share>,
}

/// A part of the bill.
pub(in crate::report) struct Share {
    pub(in crate::report) name: &'static str,
    /// What that is, in a clause.
    pub(in crate::report) note: &'static str,
    pub(in crate::report) tokens: u64,
    pub(in crate::report) cost: Option<Money>,
    /// Of the whole.
    pub(in crate::report) percent: Money,
}

/// The name of the section.
pub(in crate::report) const WHERE_IT_GOES: &str = "Where the money goes";

/// Where the money of all agents goes; `None` where nothing is sent.
pub(in crate::report) fn where_it_goes(report: &Report) -> Option<WhereItGoes> {
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
    pub(in crate::report) fn largest(&self, most: usize) -> Vec<Share> {
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

/// The same as tables, for a format that draws no bars.
pub(in crate::report) fn tables(report: &Report) -> Option<Section> {
    // Where nothing runs now, the spending of an agent is that of a later day.
    let goes = where_it_goes(report).filter(|goes| !goes.is_later)?;
    let row = |share: &Share| {
        let cost = figure_if_known(share.cost, report.unit);
        let percent = if goes.is_priced { percent(share.percent) } else { "–".to_owned() };
        [share.name.to_owned(), tokens(share.tokens), cost, percent].map(super::Line::from).to_vec()
    };
    let drawn = |first: &str, shares: &[Share]| {
        let figures = ["tokens", "a month", "share"].map(Column::figures);
        Table::of([vec![Column::words(first)], figures.to_vec()].concat(), shares.iter().map(row))
    };
    let blocks = vec![drawn("part of the request", &goes.by_part), drawn("billed as", &goes.by_kind)];
    Some(Section::new("spending", WHERE_IT_GOES, blocks).folded())
}
