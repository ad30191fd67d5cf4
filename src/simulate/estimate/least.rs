//! What a month costs at least, without simulating its conversation. Whatever is said in a shared session only adds to each
//! part of a bill: to what is read, to what is written, to plain input. So the runs without it are a lower bound, worked out
//! for each distance between two runs once; a search simulates none of the months that cannot be the best by that.

use super::{AgentPrices, Tally, alike, billed_cost};
use crate::catalogue::Billed;
use crate::money::Money;
use crate::simulate::Scenario;
use crate::simulate::prompt::Parts;
use crate::simulate::schedule::Period;

/// What the runs of a scenario take at least; `None` where nothing is known without simulating them.
pub fn tally(scenario: &Scenario<'_>) -> Option<Tally> {
    let parts = scenario.parts;
    // What follows the prefix may be read back where a conversation is, and is then cheaper than without one.
    let volatile_system = if parts.caches_volatile { parts.volatile_system } else { 0 };
    let alone = Scenario {
        isolated: true,
        recap: false,
        parts: if scenario.shares_session() { Parts { volatile_system, ..parts } } else { parts },
        ..scenario.clone()
    };
    // A prompt that is too short to be cached may cost more than a longer one.
    let is_cached = scenario.scheme.lives().is_none() || scenario.tokens(parts.prefix()) >= scenario.cache_minimum;
    is_cached.then(|| alike::tally(&alone)).flatten()
}

/// What such a month costs at least; `None` where its price changes in the period or falls with the size of a prompt.
pub fn cost(tally: &Tally, period: &Period, prices: AgentPrices<'_>) -> Option<Money> {
    let sheet = prices.model.constant_over(period.start, period.end)?;
    let base = sheet.base().billed();
    let all = |of: &Billed| [of.input, of.cache_read, of.cache_write_5m, of.cache_write_1h, of.output];
    let rises = |step: &Billed| all(step).into_iter().zip(all(&base)).all(|(step, base)| step >= base);
    sheet.steps().iter().all(|(_, step)| rises(&step.billed())).then(|| billed_cost(&base, &tally.tokens))
}
