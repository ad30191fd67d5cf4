//! The heartbeats in a bill beside a store: by their grid, without what the store knows to be something else.

use std::collections::HashMap;

use serde::Serialize;

use super::pricing::Pricing;
use super::side::Side;
use super::{BillRow, FoundGrid, SoughtGrid, grid, is_same_model};
use crate::records::{StoredRequest, TurnKind};
use crate::simulate::costing::Choice;

/// How far the clocks of a provider and a gateway may be apart, with the time that a request takes.
const APART: u64 = 120_000;

/// Heartbeats found in a bill.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BilledHeartbeats {
    /// How many there are.
    pub count: usize,
    /// There may be more, and other requests among them: a row of the bill may hold several.
    pub at_least: bool,
    /// How many minutes lie between them, to a tenth.
    pub every_minutes: f64,
    /// Whose they are, where several agents run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What they take.
    #[serde(flatten)]
    pub side: Side,
}

/// The heartbeats of the first agent that runs, found in the bill.
pub(super) fn heartbeats(rows: &[BillRow], prices: &Pricing<'_, '_>) -> Option<BilledHeartbeats> {
    let agent = prices.costing.gateway.enrolled().next()?;
    let choice = Choice::present(agent);
    let wanted = choice.model.to_string();
    let is_model = |name: &str| prices.key(name) == wanted || is_same_model(name, &wanted);
    let every = i64::try_from(choice.every.ms()?).ok()?;
    let mut stored: HashMap<(u64, u64), Vec<&StoredRequest>> = HashMap::new();
    for request in &prices.records.requests {
        stored.entry((request.tokens.prompt(), request.tokens.output)).or_default().push(request);
    }
    // A scheduled job may run on the same grid, and a chat right behind a heartbeat.
    let is_other = |row: &BillRow| {
        let same = stored.get(&(row.tokens.prompt(), row.tokens.output)).filter(|_| row.length == 0);
        let mut near = same.into_iter().flatten().filter(|one| one.at.abs_diff(row.at) <= APART).peekable();
        near.peek().is_some() && near.all(|one| one.kind != TurnKind::Heartbeat || *one.agent != *agent.id)
    };
    let rows: Vec<BillRow> = rows.iter().filter(|row| !is_other(row)).cloned().collect();
    let FoundGrid { heartbeats, rounds, recaps, at_least } = grid(&rows, &SoughtGrid { every, is_model: &is_model })?;
    let mut side = Side::default();
    for row in heartbeats.iter().chain(&rounds).chain(&recaps).filter_map(|at| rows.get(*at)) {
        side.add(&row.tokens, row.cost.or_else(|| prices.of_row(row)));
    }
    let mut gaps: Vec<i64> = heartbeats.windows(2).map(|pair| rows[pair[1]].at - rows[pair[0]].at).collect();
    gaps.sort_unstable();
    // No closer, since no request takes as long as another.
    #[expect(clippy::cast_precision_loss)]
    let every_minutes = (*gaps.get(gaps.len() / 2)? as f64 / 6_000.0).round() / 10.0;
    let is_one_of_several = prices.costing.gateway.enrolled().nth(1).is_some();
    let agent = is_one_of_several.then(|| agent.id.to_string());
    Some(BilledHeartbeats { count: heartbeats.len(), at_least, every_minutes, agent, side })
}
