//! Counters of OpenClaw that are known to be wrong, as the records show them: what they say, what is right, and that the figures
//! here do not rest on them. Those that change how rows are read are told where the rows are read.

use std::collections::HashMap;

use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::records::{FIRST_WITH_DATABASES, Reckoned, Records};
use crate::simulate::costing::Costing;
use crate::simulate::estimate::together;
use crate::words::{amount, counted, plain, tokens};

/// How far a cost on record may be from the price, as a factor.
const ALIKE: std::ops::RangeInclusive<f64> = 0.5..=2.0;

/// What is wrong with the counters on record, and with the release that they are read under, a sentence each.
pub(super) fn remarks(records: &Records, costing: &Costing<'_>) -> Vec<String> {
    let costs = records.reckoned.iter().filter_map(|(model, reckoned)| cost(model, *reckoned, costing));
    costs.chain(last_runs(records)).chain(other_release(records, costing)).collect()
}

/// Records that the release cannot have written.
fn other_release(records: &Records, costing: &Costing<'_>) -> Option<String> {
    let version = costing.gateway.behaviour.version;
    (records.in_files && version >= FIRST_WITH_DATABASES).then(|| {
        format!(
            "the records are files, and OpenClaw {version} writes a database: an earlier release ran there, which sends other \
             prompts, and may have left quiet heartbeats out, so that the figures can be several times the right ones; name it \
             with --openclaw-version"
        )
    })
}

/// Costs that OpenClaw reckoned by prices that are declared as 0, or are for another number of tokens.
fn cost(model: &str, reckoned: Reckoned, costing: &Costing<'_>) -> Option<String> {
    let several = counted(usize::try_from(reckoned.requests).unwrap_or(usize::MAX), "request");
    let (provider, id) = model.split_once('/')?;
    let name = plain(model);
    let reference = ModelRef { provider: provider.to_owned(), id: id.to_owned() };
    let model = costing.model(None, &reference, Retention::Unset);
    let ours = model.found.price.as_ref().filter(|price| price.unit == Unit::Usd).map(|price| {
        let last = costing.period.start.as_millisecond();
        together(price, last, &reckoned.tokens, reckoned.requests)
    });
    if reckoned.dollars == 0.0 {
        let instead = ours.map_or_else(
            || "their price is not known here".to_owned(),
            |ours| format!("at the catalogue's prices they cost {}, which counts here", amount(ours, Unit::Usd)),
        );
        return Some(format!(
            "OpenClaw recorded a cost of 0 for {several} to {name}, as it does with prices declared as 0 and with plans; \
             {instead}"
        ));
    }
    let ours = ours.filter(|ours| *ours > Money::ZERO)?;
    #[expect(clippy::cast_precision_loss)]
    let factor = reckoned.dollars / (ours.pico() as f64 / 1e12);
    (!ALIKE.contains(&factor)).then(|| {
        format!(
            "OpenClaw recorded ${:.2} for {several} to {name}, {factor:.3} times what the catalogue's prices make of their \
             tokens ({}): its prices are declared for another number of tokens, or are another model's; ours count here",
            reckoned.dollars,
            amount(ours, Unit::Usd)
        )
    })
}

/// The counters of sessions, which hold the last run only: what /status and other tools show.
fn last_runs(records: &Records) -> Option<String> {
    let mut sums: HashMap<u64, u64> = HashMap::new();
    for request in &records.requests {
        *sums.entry(request.place.session).or_default() += request.tokens.prompt() + request.tokens.output;
    }
    let known = records.prompts.iter().filter(|prompt| prompt.counted > 0);
    let known = known.filter_map(|prompt| Some((prompt.counted, *sums.get(&prompt.session)?)));
    let (shown, sent) = known.fold((0_u64, 0_u64), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    (shown * 2 < sent).then(|| {
        format!(
            "the session counters that OpenClaw shows hold {} tokens of {}: on this release they are those of the last run; \
             the rows count here",
            tokens(shown),
            tokens(sent)
        )
    })
}
