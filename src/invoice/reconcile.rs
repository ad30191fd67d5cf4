//! A bill beside the store and the simulation, day by day and model by model: what the store explains, what no store holds
//! but is known to be billed, and what is left.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::Serialize;

use super::billed::{BilledHeartbeats, heartbeats};
use super::causes::{Difference, causes};
use super::{BillRow, ExportKind, Invoice, day, is_same_model};
use crate::calibrate::recorded_days;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::records::{self, Compaction, Records};
use crate::releases::measured::RECAP_INPUT_TOKENS;
use crate::simulate::Tokens;
use crate::simulate::costing::{Costing, Level, PricedModel, RECAP_MODEL};
use crate::simulate::estimate::together;
use crate::words::counted;

/// What a compaction writes, in tokens.
const SUMMARY: u64 = 1_500;
/// What one of the three says of a day and a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Tokens of the prompts, as far as it tells them.
    pub prompt: u64,
    /// Tokens written.
    pub output: u64,
    /// Money; null where a price is unknown or not told.
    pub cost: Option<Money>,
}

/// A day and a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReconciledLine {
    /// The UTC day.
    pub day: String,
    /// The model as the bill names it, else as the store does.
    pub model: String,
    /// What the bill says.
    pub bill: Side,
    /// What the store holds, at our prices.
    pub store: Side,
    /// The heartbeats that are simulated for it.
    pub simulated: Side,
}

/// A part of the difference whose cause is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownCause {
    /// What it is.
    pub what: String,
    /// What it comes to.
    pub cost: Money,
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
    /// Whose they are, where several agents run.
    #[serde(skip)]
    pub whose: Option<String>,
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
        add(side, &row.tokens, cost);
    }
    let covered: BTreeSet<String> = lines.keys().map(|(day, _)| day.clone()).collect();
    for request in records.requests.iter().filter(|request| request.tokens != Tokens::default()) {
        let Some(day) = name_of_day(request.at).filter(|day| covered.contains(day)) else { continue };
        let cost = prices.of(&request.model, request.at, &request.tokens);
        add(&mut line(&mut lines, &day, &request.model, request.model.to_string()).store, &request.tokens, cost);
    }
    for (day, model, tokens, cost) in recorded_days(records, costing) {
        if covered.contains(&day) {
            let cost = cost.filter(|_| prices.unit_of(&model) == unit);
            add(&mut line(&mut lines, &day, &model, prices.key(&model)).simulated, &tokens, cost);
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
    let causes = causes(&Difference { rest, known: &known, lines: &lines, rows: &compared, bill: bill.cost }, &prices);
    Reconciled {
        schema_version: 1,
        kind: invoice.kind,
        unit,
        bill,
        store,
        simulated,
        days_without_records: without.len() as u64,
        left_out: invoice.left_out,
        unexplained,
        known,
        rest,
        causes,
        heartbeats: heartbeats(&compared, &prices),
        whose: costing
            .gateway
            .enrolled()
            .next()
            .filter(|_| costing.gateway.enrolled().count() > 1)
            .map(|one| one.id.to_string()),
        lines,
    }
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

pub(super) fn add(side: &mut Side, tokens: &Tokens, cost: Option<Money>) {
    let before = if *side == Side::default() { Some(Money::ZERO) } else { side.cost };
    side.prompt += tokens.prompt();
    side.output += tokens.output;
    side.cost = before.zip(cost).map(|(a, b)| a + b);
}

/// Prices in a unit, of models by any of their names.
pub(super) struct Pricing<'c, 'a> {
    pub(super) costing: &'c Costing<'a>,
    pub(super) records: &'c Records,
    unit: Unit,
    /// The provider of the models of a bill that names none.
    home: &'static str,
    /// The models of the store, and the small one of recaps.
    stored: BTreeSet<&'c str>,
    /// What the names that were asked about mean.
    meant: RefCell<HashMap<String, String>>,
}

impl<'c, 'a> Pricing<'c, 'a> {
    fn new(records: &'c Records, costing: &'c Costing<'a>, unit: Unit, home: &'static str) -> Self {
        let stored = records.requests.iter().map(|request| &*request.model).chain([RECAP_MODEL]).collect();
        Pricing { costing, records, unit, home, stored, meant: RefCell::default() }
    }

    /// The model of the store that a name means: of several providers' the one that it names, else one that is billed in the
    /// unit.
    fn alike(&self, name: &str) -> Option<&'c str> {
        fn provider(name: &str) -> Option<&str> {
            Some(name.split_once('/')?.0)
        }
        let alike = self.stored.iter().copied().filter(|model| is_same_model(name, model));
        alike.min_by_key(|model| (provider(model) != provider(name), self.unit_of(model) != self.unit))
    }

    /// Whether a bill's name means this model.
    pub(super) fn is_same(&self, billed: &str, model: &str) -> bool {
        is_same_model(billed, model) || self.key(billed) == model
    }

    /// The models that write the recaps, which no store holds, and how many tokens they write.
    pub(super) fn recaps(&self) -> impl Iterator<Item = (String, u64)> {
        self.costing.gateway.enrolled().filter_map(|agent| {
            let subject = self.costing.subject(agent);
            Some((subject.recap.as_ref()?.model.to_string(), subject.profile(Level::Typical).recap_output_tokens))
        })
    }

    /// A model of the store by its own name, else what is like it there, else the name.
    pub(super) fn key(&self, name: &str) -> String {
        if self.stored.contains(name) {
            return name.to_owned();
        }
        if let Some(meant) = self.meant.borrow().get(name) {
            return meant.clone();
        }
        let meant = self.alike(name).unwrap_or(name).to_owned();
        self.meant.borrow_mut().insert(name.to_owned(), meant.clone());
        meant
    }

    /// Of a row of a bill. Where a bucket does not count its requests, none is taken to be so large that its price steps up.
    pub(super) fn of_row(&self, row: &BillRow) -> Option<Money> {
        let requests = row.requests.unwrap_or(if row.length == 0 { 1 } else { u64::MAX });
        self.together(&row.model, row.at, &row.tokens, requests)
    }

    fn of(&self, name: &str, at: i64, tokens: &Tokens) -> Option<Money> {
        self.together(name, at, tokens, 1)
    }

    /// What a model is billed in.
    fn unit_of(&self, name: &str) -> Unit {
        let (model, priced_model) = self.found(name);
        priced_model.found.unit(&model.provider, self.costing.gateway.provider(&model.provider))
    }

    fn found(&self, name: &str) -> (ModelRef, Arc<PricedModel>) {
        let full = self.key(name);
        let (provider, id) = full.split_once('/').unwrap_or((self.home, &full));
        let model = ModelRef { provider: provider.to_owned(), id: id.to_owned() };
        let priced_model = self.costing.model(None, &model, Retention::Unset);
        (model, priced_model)
    }

    fn together(&self, name: &str, at: i64, tokens: &Tokens, requests: u64) -> Option<Money> {
        let (_, priced_model) = self.found(name);
        let price = priced_model.found.price.as_ref().filter(|price| price.unit == self.unit)?;
        Some(together(price, at, tokens, requests))
    }
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
