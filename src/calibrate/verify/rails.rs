//! What must not get worse while money is saved.

use serde::Serialize;

use super::super::robust;
use super::super::turn::{Turn, whole};

/// A guard rail by name.
pub(super) const FAILED_A_DAY: &str = "failed requests a day";
/// Another.
pub(super) const INTERVAL: &str = "minutes between heartbeats";

/// What must not get worse while money is saved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rail {
    /// What it watches, as `failed requests a day`.
    pub name: &'static str,
    /// Before the change; null where nothing is on record.
    pub before: Option<f64>,
    /// After it.
    pub after: Option<f64>,
    /// Whether it holds.
    pub kept: bool,
}

/// What was watched. A change that asks for fewer heartbeats asks for fewer alerts a day, and one that asks for more has more
/// to fail: neither is held against it.
pub(in crate::calibrate) fn rails(
    [before, after]: [&[&Turn]; 2],
    heartbeats: [u64; 2],
    days: [u64; 2],
    failed: [f64; 2],
) -> Vec<Rail> {
    let [was, is] = heartbeats.map(whole);
    let a_day = |count: f64, days: u64| (days > 0).then(|| count / whole(days));
    let alerts = |turns: &[&Turn]| whole(turns.iter().filter(|turn| turn.alerts).count() as u64);
    let gap = |turns: &[&Turn]| {
        let mut gaps: Vec<f64> =
            turns.windows(2).map(|pair| whole((pair[1].at - pair[0].at).unsigned_abs()) / 60_000.0).collect();
        robust::median(&mut gaps)
    };
    let rail = |name, [before, after]: [Option<f64>; 2], kept: &dyn Fn(f64, f64) -> bool| Rail {
        name,
        before,
        after,
        kept: before.zip(after).is_none_or(|(before, after)| kept(before, after)),
    };
    let [said, says] = [alerts(before), alerts(after)];
    let in_hundred = |alerts: f64, heartbeats: f64| (heartbeats > 0.0).then(|| alerts * 100.0 / heartbeats);
    // How many of all alerts chance leaves to the heartbeats after the change, and by how much it may be off.
    let share = is / (was + is).max(1.0);
    let expected = (said + says) * share;
    let chance = 2.0 * (expected * (1.0 - share)).sqrt();
    let more = if days.contains(&0) { 1.0 } else { (is / whole(days[1])) / (was / whole(days[0])).max(1.0) };
    vec![
        // Less than half of what it used to say, and by more than chance.
        rail("alerts in 100 heartbeats", [in_hundred(said, was), in_hundred(says, is)], &|before, after| {
            after * 2.0 >= before || expected - says <= chance
        }),
        // Told, not judged: a longer interval is what was asked for.
        rail(INTERVAL, [gap(before), gap(after)], &|_, _| true),
        rail(FAILED_A_DAY, [a_day(failed[0], days[0]), a_day(failed[1], days[1])], &|before, after| {
            after < 3.0 || after <= before * 2.0 * more.max(1.0)
        }),
    ]
}
