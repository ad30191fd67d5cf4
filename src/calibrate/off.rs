//! When a gateway was off, as its records show it: some heartbeats in a row were due, and no agent made a request.

use crate::records::StoredRequest;

/// Heartbeats in a row.
const FEWEST: usize = 3;
/// What follows a request within a minute belongs to it.
const MINUTE: i64 = 60_000;

/// The stretches of a span in which a gateway was off that was to run heartbeats at moments in ascending order. All in
/// milliseconds.
pub(super) fn off(requests: &[StoredRequest], due: &[i64], (from, to): (i64, i64)) -> Vec<(i64, i64)> {
    let within = requests.iter().map(|request| request.at).filter(|at| (from..to).contains(at));
    let mut at = from;
    let mut silent = Vec::new();
    for next in within.chain([to]) {
        let upto = |end: i64| due.partition_point(|moment| *moment < end);
        if upto(next).saturating_sub(upto(at + MINUTE)) >= FEWEST {
            silent.push((at + 1, next));
        }
        at = next;
    }
    silent
}
