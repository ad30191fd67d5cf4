//! Heartbeats in a bill, which never names them: by the grid on which they fall, their model and the size of their prompt.

use std::collections::BTreeSet;

use super::BillRow;

/// How far from the grid a heartbeat may be made.
const NEAR: i64 = 90_000;
/// How soon a further request or a recap of a heartbeat follows.
const SOON: i64 = 60_000;
/// Of the grid's places in the hours that are covered, so many must be filled.
const FILLED: f64 = 0.7;
/// After so many intervals without a heartbeat the gateway was off, or its active hours were over: an assumption.
const PAUSE: i64 = 4;
/// How far the middle of the spacing may be from the interval.
const SPACING: f64 = 0.02;
/// Of the grid's places, so many must not be filled by the others' chance alone.
const CHANCE: f64 = 0.5;
/// How far a prompt may be from the middle of the last ones: a conversation grows.
const SIZE: f64 = 0.25;
/// Those are so many.
const LAST: usize = 7;
/// As many requests of a heartbeat may share the row of a minute.
const ROUNDS: u64 = 5;
/// How much larger a further request of a heartbeat may be, with what its tools said: an assumption.
const GROWN: u64 = 2;
/// The tokens of a recap's prompt.
const RECAP_PROMPTS: std::ops::RangeInclusive<u64> = 300..=900;

/// What is looked for.
#[derive(Clone, Copy)]
pub struct SoughtGrid<'a> {
    /// Milliseconds between heartbeats.
    pub every: i64,
    /// Whether a row's model is the heartbeat's.
    pub is_model: &'a dyn Fn(&str) -> bool,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundGrid {
    /// Rows that begin a heartbeat, by their place.
    pub heartbeats: Vec<usize>,
    /// Their further requests.
    pub rounds: Vec<usize>,
    /// Hidden recaps after them.
    pub recaps: Vec<usize>,
    /// Rows may hold more than one request, so that some heartbeats may be hidden among others.
    pub at_least: bool,
}

/// The rows that follow a grid.
struct Hits {
    rows: Vec<usize>,
    /// Those of them that hold no more than one of their size.
    alone: usize,
}

/// Finds heartbeats. `None` where they cannot be told apart from the rest.
pub fn grid(rows: &[BillRow], grid: &SoughtGrid<'_>) -> Option<FoundGrid> {
    // A day is no place on a grid.
    if rows.is_empty() || grid.every <= 0 || rows.iter().any(|row| row.length > SOON) {
        return None;
    }
    let is_one = |at: &usize| (grid.is_model)(&rows[*at].model) && rows[*at].tokens.prompt() > 0;
    let of_model: Vec<usize> = (0..rows.len()).filter(is_one).collect();
    // Where the grid begins is not known: the place that most others follow.
    let from = |first: &usize| hits(rows, &of_model, grid.every, *first);
    let found = of_model.iter().take(50).rev().map(from).filter(|found| found.is_grid(rows, grid.every));
    let heartbeats = found.map(|found| found.rows).max_by_key(Vec::len)?;
    let at_least = of_model.iter().map(|at| &rows[*at]).any(|row| row.length > 0 && row.requests != Some(1));
    let mut told = FoundGrid { at_least, ..FoundGrid::default() };
    for (place, heartbeat) in heartbeats.iter().enumerate() {
        let (at, next) = (rows[*heartbeat].at, heartbeats.get(place + 1).map_or(i64::MAX, |next| rows[*next].at));
        let mut until = at + SOON;
        // In a bucket, what follows stands beside it.
        let first = rows.partition_point(|row| row.at < at);
        for (place, row) in rows.iter().enumerate().skip(first).filter(|(place, _)| place != heartbeat) {
            if row.at > until || row.at >= next {
                break;
            }
            if (grid.is_model)(&row.model) && goes_on(row, size(&rows[*heartbeat])) {
                told.rounds.push(place);
                until = row.at + SOON;
            } else if RECAP_PROMPTS.contains(&row.tokens.prompt()) {
                told.recaps.push(place);
            }
        }
    }
    let found = FoundGrid { heartbeats, ..told };
    let told: BTreeSet<usize> = found.heartbeats.iter().chain(&found.rounds).copied().collect();
    let others = of_model.iter().filter(|at| !told.contains(at));
    (!is_chance(rows, &found.heartbeats, &others.copied().collect::<Vec<_>>())).then_some(found)
}

/// Whether there are so many others of that size that every place of any grid would be filled.
fn is_chance(rows: &[BillRow], heartbeats: &[usize], others: &[usize]) -> bool {
    let mut sizes: Vec<u64> = heartbeats.iter().map(|at| size(&rows[*at])).collect();
    sizes.sort_unstable();
    let (Some(first), Some(last)) = (heartbeats.first(), heartbeats.last()) else { return true };
    let middle = sizes[sizes.len() / 2];
    let alike = others.iter().filter(|at| alike(size(&rows[**at]), middle)).count();
    #[expect(clippy::cast_precision_loss)]
    let at_a_place = alike as f64 * (2 * NEAR) as f64 / (rows[*last].at - rows[*first].at).max(1) as f64;
    1.0 - (-at_a_place).exp() >= CHANCE
}

impl Hits {
    /// Whether they are enough to be no chance.
    fn is_grid(&self, rows: &[BillRow], every: i64) -> bool {
        let mut gaps: Vec<i64> = self.rows.windows(2).map(|pair| rows[pair[1]].at - rows[pair[0]].at).collect();
        let places = gaps.iter().filter(|gap| **gap <= PAUSE * every).sum::<i64>() / every + 1;
        let pauses = gaps.iter().filter(|gap| **gap > PAUSE * every).count();
        gaps.sort_unstable();
        let Some(gap) = gaps.get(gaps.len() / 2).filter(|_| self.rows.len() >= 3) else { return false };
        #[expect(clippy::cast_precision_loss)]
        let (filled, spacing) = ((self.rows.len() - pauses) as f64 / places as f64, *gap as f64 / every as f64);
        // Almost any size is a multiple of another.
        filled >= FILLED && (spacing - 1.0).abs() <= SPACING && self.alone * 2 >= self.rows.len()
    }
}

/// The rows that follow the grid from one of them on. It is anchored again at each, and begins anew where a later row has
/// the next one behind it at the interval: a gateway that starts again counts from there.
fn hits(rows: &[BillRow], of_model: &[usize], every: i64, first: usize) -> Hits {
    let mut found = Hits { rows: vec![first], alone: 1 };
    let mut sizes = vec![size(&rows[first])];
    let mut last = rows[first].at;
    for (place, &at) in of_model.iter().enumerate().filter(|(_, at)| **at > first) {
        let row = &rows[at];
        let passed = row.at - last;
        let off = passed.rem_euclid(every);
        let late = if off * 2 < every { off } else { off - every };
        let near = passed > NEAR && late.abs() <= NEAR;
        let later = |until: i64| {
            let later = of_model[place + 1..].iter().map(|later| &rows[*later]);
            later.take_while(move |later| later.at <= until + NEAR)
        };
        let followed =
            || later(row.at + every).any(|next| next.at >= row.at + every - NEAR && alike(size(next), size(row)));
        let mut last_ones = sizes[sizes.len().saturating_sub(LAST)..].to_vec();
        last_ones.sort_unstable();
        let middle = last_ones[last_ones.len() / 2];
        // A conversation that was made shorter has another size, and then goes on with that.
        if near && alike(size(row), middle) || passed > every && followed() {
            found.alone += 1;
            sizes.push(size(row));
        } else if let Some(one) = shared(row, middle).filter(|_| near)
            && !later(row.at - late).any(|other| alike(size(other), middle))
        {
            sizes.push(one);
        } else {
            continue;
        }
        found.rows.push(at);
        last = row.at;
    }
    found
}

/// The size of one of the requests that share a bucket which does not count them, if they may be of about this size.
fn shared(row: &BillRow, middle: u64) -> Option<u64> {
    let requests = (size(row) + middle / 2) / middle.max(1);
    let one = size(row) / requests.max(1);
    let is_shared = row.length > 0 && row.requests.is_none() && (2..=ROUNDS).contains(&requests);
    (is_shared && alike(one, middle)).then_some(one)
}

/// Whether a prompt has about a size.
fn alike(prompt: u64, size: u64) -> bool {
    #[expect(clippy::cast_precision_loss)]
    let share = prompt as f64 / size.max(1) as f64;
    (share - 1.0).abs() <= SIZE
}

/// Whether a row may hold further requests of a heartbeat: no smaller than it, but for the spread of sizes.
fn goes_on(row: &BillRow, heartbeat: u64) -> bool {
    let most = if row.length > 0 && row.requests.is_none() { ROUNDS } else { GROWN };
    alike(size(row), heartbeat) || (heartbeat..=heartbeat * most).contains(&size(row))
}

/// The size of a row's prompt, or of one of those that it counts.
fn size(row: &BillRow) -> u64 {
    row.tokens.prompt() / row.requests.unwrap_or(1).max(1)
}
