//! The lighter model that would cost an agent least, of those a plan would consider.

use super::context::Context;
use super::spending::Spending;
use crate::catalogue::Tier;
use crate::gateway::model_ref::ModelRef;
use crate::simulate::costing::Choice;
use crate::simulate::costing::reach::within_reach;

/// A model that could answer instead.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) model: ModelRef,
    /// How the config would name it.
    pub(super) name: String,
}

/// How many of the lowest list prices are costed in full.
const SHORTLIST: usize = 4;

/// The one that costs an agent least, of those below premium with a known price in the same unit.
pub(super) fn cheapest(context: &Context<'_>, spending: &Spending<'_>) -> Option<Candidate> {
    let start = context.costing.period.start;
    let priced = |model: ModelRef| {
        let priced = context.costing.model(&model, spending.choice.retention);
        let price = priced.found.price.as_ref()?;
        let suits = matches!(priced.found.tier(start), Some(Tier::Light | Tier::Balanced));
        let base = price.at(start).base().billed();
        let list_price = base.input.per_million() + base.output.per_million();
        let may_answer = suits && !priced.found.local && priced.found.context_window.is_some();
        (may_answer && model != spending.choice.model && Some(price.unit) == spending.unit())
            .then_some((list_price, model))
    };
    let mut affordable: Vec<_> = within_reach(context.costing, true, &[]).into_iter().filter_map(priced).collect();
    affordable.sort();
    affordable.dedup();
    let cost = |model: &ModelRef| spending.cost_with(context.costing, |choice| take(context, spending, model, choice));
    let costed = affordable.into_iter().take(SHORTLIST).filter_map(|(_, model)| Some((cost(&model)?, model)));
    let (_, model) = costed.min()?;
    let name = context.gateway().aliases.alias_of(&model).map_or_else(|| model.to_string(), str::to_owned);
    Some(Candidate { model, name })
}

/// Gives a choice another model, with the cache retention that the file gives that one.
pub(super) fn take(context: &Context<'_>, spending: &Spending<'_>, model: &ModelRef, choice: &mut Choice) {
    choice.retention = context.gateway().retention_of(spending.agent, model);
    choice.model = model.clone();
}
