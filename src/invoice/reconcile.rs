//! A bill beside the store and the simulation, day by day and model by model: what the store explains, what no store holds
//! but is known to be billed, and what is left.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::billed::{BilledHeartbeats, heartbeats};
use super::causes::causes;
use super::pricing::Pricing;
use super::side::{Discrepancy, KnownCause, ReconciledLine, Side};
use super::{BillRow, ExportKind, Invoice, day};
use crate::calibrate::recorded_days;
use crate::money::{Money, Unit};
use crate::records::{self, Compaction, Records};
use crate::releases::measured::RECAP_INPUT_TOKENS;
use crate::simulate::Tokens;
use crate::simulate::costing::Costing;
use crate::words::counted;

/// What a compaction writes, in tokens.
const SUMMARY: u64 = 1_500;

/// Rows that stand in a bill more often than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Repeated {
    /// How many were left out, so that each counts once.
    pub rows: usize,
    /// What they come to.
    #[serde(flatten)]
    pub side: Side,
}

/// The comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconciled {
    /// Always 1.
    pub schema_version: u32,
    /// Whose export it is.
    pub kind: ExportKind,
    /// The unit of all amounts.
    pub unit: Unit,
    /// Days and models that both the bill and the records cover.
    pub lines: Vec<ReconciledLine>,
    /// The sums of those.
    pub bill: Side,
    /// Of the store.
    pub store: Side,
    /// Of the simulated heartbeats.
    pub simulated: Side,
    /// The bill's days that the records do not cover.
    pub days_without_records: u64,
    /// Rows of the bill that could not be read.
    pub left_out: u64,
    /// Rows that stand in the bill again and count once; null where there are none.
    pub repeated: Option<Repeated>,
    /// The bill minus the store.
    pub unexplained: Option<Money>,
    /// What of that is known not to be stored.
    pub known: Vec<KnownCause>,
    /// What is left.
    pub rest: Option<Money>,
    /// Where that is more than a twentieth of the bill: its likely causes.
    pub causes: Vec<String>,
    /// The heartbeats in the bill; null where they cannot be told apart.
    pub heartbeats: Option<BilledHeartbeats>,
}

/// Compares a bill with the records of a gateway, in a unit.
pub fn reconcile(invoice: &Invoice, records: &Records, costing: &Costing<'_>, unit: Unit) -> Reconciled {
    let prices = Pricing::new(records, costing, unit, invoice.kind.home());
    let mut lines: BTreeMap<(String, String), ReconciledLine> = BTreeMap::new();
    let stored_days: BTreeSet<String> = records.requests.iter().filter_map(|request| name_of_day(request.at)).collect();
    let mut without = BTreeSet::new();
    for row in &invoice.rows {
        let Some(day) = name_of_day(row.at) else { continue };
        if !stored_days.contains(&day) {
            without.insert(day);
            continue;
        }
        let side = &mut line(&mut lines, &day, &row.model, prices.key(&row.model)).bill;
        let cost = row.cost.or_else(|| prices.of_row(row));
        side.add(&row.tokens, cost);
    }
    let covered: BTreeSet<String> = lines.keys().map(|(day, _)| day.clone()).collect();
    for request in records.requests.iter().filter(|request| request.tokens != Tokens::default()) {
        let Some(day) = name_of_day(request.at).filter(|day| covered.contains(day)) else { continue };
        let cost = prices.of(&request.model, request.at, &request.tokens);
        line(&mut lines, &day, &request.model, request.model.to_string()).store.add(&request.tokens, cost);
    }
    for (day, model, tokens, cost) in recorded_days(records, costing) {
        if covered.contains(&day) {
            let cost = cost.filter(|_| prices.unit_of(&model) == unit);
            line(&mut lines, &day, &model, prices.key(&model)).simulated.add(&tokens, cost);
        }
    }
    let is_compared = |row: &&BillRow| name_of_day(row.at).is_some_and(|day| covered.contains(&day));
    let compared: Vec<BillRow> = invoice.rows.iter().filter(is_compared).cloned().collect();
    let lines: Vec<ReconciledLine> = lines.into_values().collect();
    let sum = |of: &dyn Fn(&ReconciledLine) -> Side| {
        lines.iter().map(of).filter(|side| *side != Side::default()).fold(
            Side { cost: Some(Money::ZERO), ..Side::default() },
            |a, b| Side {
                prompt: a.prompt + b.prompt,
                output: a.output + b.output,
                cost: a.cost.zip(b.cost).map(|(a, b)| a + b),
            },
        )
    };
    let (bill, store, simulated) = (sum(&|line| line.bill), sum(&|line| line.store), sum(&|line| line.simulated));
    let unexplained = bill.cost.zip(store.cost).map(|(bill, store)| bill - store);
    // Where not even what is stored was billed, nothing says what of the rest was.
    let known = match unexplained {
        Some(more) if more >= Money::ZERO => unstored(&prices, &covered, &lines),
        _ => Vec::new(),
    };
    let rest = unexplained.map(|all| all - known.iter().map(|known| known.cost).sum());
    let causes = causes(&Discrepancy { rest, known: &known, lines: &lines, rows: &compared, bill: bill.cost }, &prices);
    Reconciled {
        schema_version: 1,
        kind: invoice.kind,
        unit,
        bill,
        store,
        simulated,
        days_without_records: without.len() as u64,
        left_out: invoice.left_out,
        repeated: repeated(&invoice.repeated, &prices),
        unexplained,
        known,
        rest,
        causes,
        heartbeats: heartbeats(&compared, &prices),
        lines,
    }
}

/// What the rows come to that stand in a bill again.
fn repeated(rows: &[BillRow], prices: &Pricing<'_, '_>) -> Option<Repeated> {
    let mut side = Side::default();
    rows.iter().for_each(|row| side.add(&row.tokens, row.cost.or_else(|| prices.of_row(row))));
    (!rows.is_empty()).then_some(Repeated { rows: rows.len(), side })
}

/// What the requests on record cost that are billed in a unit, `None` where one has no price, and how many are billed in
/// another.
pub fn spent(records: &Records, costing: &Costing<'_>, unit: Unit) -> (Option<Money>, usize) {
    let prices = Pricing::new(records, costing, unit, "anthropic");
    let paid = records.requests.iter().filter(|request| request.tokens != Tokens::default());
    let (here, elsewhere): (Vec<_>, Vec<_>) = paid.partition(|request| prices.unit_of(&request.model) == unit);
    (here.iter().map(|request| prices.of(&request.model, request.at, &request.tokens)).sum(), elsewhere.len())
}

fn name_of_day(at: i64) -> Option<String> {
    day(at).map(|day| day.to_string())
}

fn line<'l>(
    lines: &'l mut BTreeMap<(String, String), ReconciledLine>,
    day: &str,
    model: &str,
    key: String,
) -> &'l mut ReconciledLine {
    lines.entry((day.to_owned(), key)).or_insert_with(|| ReconciledLine {
        day: day.to_owned(),
        model: model.to_owned(),
        bill: Side::default(),
        store: Side::default(),
        simulated: Side::default(),
    })
}

/// What gateways are known to send and not to store, on the days of the bill and to models that it bills. The records alone
/// say how much, so that the rest is not explained by its own size.
fn unstored(prices: &Pricing<'_, '_>, covered: &BTreeSet<String>, lines: &[ReconciledLine]) -> Vec<KnownCause> {
    let records = prices.records;
    let mut known = Vec::new();
    let within = |at: i64| name_of_day(at).is_some_and(|day| covered.contains(&day));
    let is_billed = |name: &str| {
        let billed = lines.iter().filter(|line| line.bill != Side::default());
        billed.map(|line| &*line.model).any(|model| model.is_empty() || prices.is_same(model, name))
    };
    let shared = |request: &&records::StoredRequest| {
        let turn = matches!(request.kind, records::TurnKind::Heartbeat | records::TurnKind::Chat);
        turn && !request.place.isolated && !request.place.calls && within(request.at)
    };
    if let Some((name, output)) = prices.recaps().next().filter(|(name, _)| is_billed(name)) {
        let turns: Vec<_> = records.requests.iter().filter(shared).collect();
        let tokens = Tokens { input: RECAP_INPUT_TOKENS, output, ..Tokens::default() };
        let cost = turns.iter().filter_map(|turn| prices.of(&name, turn.at, &tokens)).sum();
        if cost > Money::ZERO {
            known
                .push(KnownCause { what: format!("hidden recaps, about one for each of {} turns", turns.len()), cost });
        }
    }
    let mut paid = records.requests.iter().rev().filter(|request| request.tokens != Tokens::default());
    let Some(last) = paid.next().filter(|last| is_billed(&last.model)) else { return known };
    let cost = |one: &Compaction| {
        let tokens = Tokens { cache_write_5m: one.read, output: SUMMARY, ..Tokens::default() };
        prices.of(&last.model, one.at.unwrap_or(last.at), &tokens)
    };
    for (all, is_failed) in [(&records.compactions, false), (&records.failing, true)] {
        let billed: Vec<&Compaction> = all.iter().filter(|one| one.at.is_some_and(within)).collect();
        let what = if is_failed {
            format!("compactions that failed on {}", counted(billed.len(), "run"))
        } else {
            counted(billed.len(), "compaction")
        };
        let cost: Option<Money> = billed.iter().map(|one| cost(one)).sum();
        known.extend(cost.filter(|cost| *cost > Money::ZERO).map(|cost| KnownCause { what, cost }));
    }
    known
}
