//! What the gateway's records say, beside what is simulated for the same hours, in a sentence.

use super::Report;
use crate::money::Money;
use crate::words::{amount, counted, rough_percent, tokens};

/// The sentence, where the load was measured.
pub(super) fn sentence(report: &Report) -> Option<String> {
    let measured = report.measured.as_ref()?;
    let [heartbeats, days] = [(measured.heartbeats, "heartbeat"), (measured.days, "day")].map(|(n, of)| counted(n, of));
    let runs = format!("On record: {heartbeats} on {days}");
    let simulated = &measured.against;
    // On the first screen it has a line.
    Some(match measured.cost.zip(simulated.cost) {
        Some((cost, again)) => format!(
            "{runs}, {}; simulated: {}{}.",
            amount(cost, report.unit),
            amount(again, report.unit),
            off(cost, again)
        ),
        None => format!(
            "{runs}, {} tokens; simulated: {}.",
            tokens(measured.tokens.prompt()),
            tokens(simulated.tokens.prompt())
        ),
    })
}

/// How far the second is from the first.
fn off(cost: Money, again: Money) -> String {
    let (by, word) = if again < cost { (cost - again, "less") } else { (again - cost, "more") };
    by.percent_of(cost).map_or_else(String::new, |share| format!(" ({} {word})", rough_percent(share)))
}
