//! Heartbeats in a bill, which never names them: by the grid on which they fall, their model and the size of their prompt.

use super::BillRow;
use crate::simulate::Tokens;

/// How far from the grid a heartbeat may be made.
const NEAR: i64 = 90_000;
/// How soon a further request or a recap of a heartbeat follows.
const SOON: i64 = 60_000;
/// Of the grid's places in the hours that are covered, so many must be filled.
const FILLED: f64 = 0.7;
/// How far the middle of the spacing may be from the interval.
const SPACING: f64 = 0.02;
/// How far a prompt may be from the middle of the last ones: a conversation grows.
const SIZE: f64 = 0.25;
/// Those are so many.
const LAST: usize = 7;
/// The tokens of a recap.
const RECAP: std::ops::RangeInclusive<u64> = 300..=900;

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
    let first = of_model.iter().take(50).rev().max_by_key(|first| hits(rows, &of_model, grid.every, **first).len())?;
    let heartbeats = hits(rows, &of_model, grid.every, *first);
    let (start, end) = (rows[*heartbeats.first()?].at, rows[*heartbeats.last()?].at);
    #[expect(clippy::cast_precision_loss)]
    let (places, found) = (((end - start) / grid.every + 1) as f64, heartbeats.len() as f64);
    let mut gaps: Vec<i64> = heartbeats.windows(2).map(|pair| rows[pair[1]].at - rows[pair[0]].at).collect();
    gaps.sort_unstable();
    #[expect(clippy::cast_precision_loss)]
    let off = (*gaps.get(gaps.len() / 2)? as f64 / grid.every as f64 - 1.0).abs();
    if found < 3.0 || found / places < FILLED || off > SPACING {
        return None;
    }
    let mut told = FoundGrid { heartbeats, ..FoundGrid::default() };
    for heartbeat in told.heartbeats.clone() {
        let mut until = rows[heartbeat].at + SOON;
        let mut at = heartbeat + 1;
        while let Some(row) = rows.get(at).filter(|row| row.at <= until && !told.heartbeats.contains(&at)) {
            if (grid.is_model)(&row.model) {
                told.rounds.push(at);
                until = row.at + SOON;
            } else if RECAP.contains(&row.tokens.prompt()) {
                told.recaps.push(at);
            }
            at += 1;
        }
    }
    Some(told)
}

/// The rows that follow the grid from one of them on. It is anchored again at each, and begins anew where a later row has
/// the next one behind it at the interval: a gateway that starts again counts from there.
fn hits(rows: &[BillRow], of_model: &[usize], every: i64, first: usize) -> Vec<usize> {
    let mut found = vec![first];
    let mut sizes = vec![prompt(&rows[first].tokens)];
    let mut last = rows[first].at;
    for (place, &at) in of_model.iter().enumerate().filter(|(_, at)| **at > first) {
        let passed = rows[at].at - last;
        let off = passed.rem_euclid(every);
        let near = passed > NEAR && off.min(every - off) <= NEAR;
        let followed = || {
            let next = of_model[place + 1..].iter().map(|next| &rows[*next]);
            next.take_while(|next| next.at <= rows[at].at + every + NEAR)
                .any(|next| next.at >= rows[at].at + every - NEAR && alike(next, prompt(&rows[at].tokens)))
        };
        let mut last_ones = sizes[sizes.len().saturating_sub(LAST)..].to_vec();
        last_ones.sort_unstable();
        let middle = last_ones[last_ones.len() / 2];
        // A conversation that was made shorter has another size, and then goes on with that.
        if near && alike(&rows[at], middle) || passed > every && followed() {
            found.push(at);
            sizes.push(prompt(&rows[at].tokens));
            last = rows[at].at;
        }
    }
    found
}

/// Whether a prompt has about this size.
fn alike(row: &BillRow, size: u64) -> bool {
    #[expect(clippy::cast_precision_loss)]
    let share = prompt(&row.tokens) as f64 / size.max(1) as f64;
    (share - 1.0).abs() <= SIZE
}

fn prompt(tokens: &Tokens) -> u64 {
    tokens.prompt()
}
