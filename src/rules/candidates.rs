//! The lighter model that would cost an agent least, of those a plan would consider.

use super::context::Context;
use super::spending::Spending;
use crate::catalogue::Tier;
use crate::gateway::model_ref::ModelRef;
use crate::simulate::costing::Choice;
use crate::simulate::costing::reach::{self, Vendor};

/// A model that could answer instead.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) model: ModelRef,
    /// How the config would name it.
    pub(super) name: String,
}

/// How many of the lowest list prices are costed in full, of the models that the file names and of the others.
const SHORTLIST: usize = 4;

/// The one that costs an agent least, of those below premium with a known price in the same unit; a model that the file
/// does not name, or that another vendor makes, has to save more than that, as in a plan.
pub(super) fn cheapest(context: &Context<'_>, spending: &Spending<'_>) -> Option<Candidate> {
    let costing = &context.costing;
    let start = costing.period.start;
    let present = &spending.choice.model;
    let vendor = Vendor::of(present, &spending.model.found);
    let configured: Vec<ModelRef> = reach::named_in(context.gateway()).collect();
    let used: Vec<&ModelRef> = reach::in_use(context.gateway(), &[]).collect();
    let priced = |model: ModelRef| {
        let priced = costing.model(&model, spending.choice.retention);
        let found = &priced.found;
        let price = found.price.as_ref()?;
        let is_named = configured.contains(&model);
        let suits = matches!(found.tier(start), Some(Tier::Light | Tier::Balanced));
        let base = price.at(start).base().billed();
        let list_price = base.input.per_million() + base.output.per_million();
        let trusted = !found.local || used.contains(&&model);
        let may_answer = suits && trusted && found.context_window.is_some() && Some(price.unit) == spending.unit();
        let is_near = is_named || reach::stands_beside(costing, present, &model);
        let fits = costing.overflow(&spending.subject, &spending.choice, &priced).is_none();
        let reluctance = reach::reluctance(is_named, &vendor, &Vendor::of(&model, found));
        (may_answer && is_near && fits && model != *present).then_some((!is_named, list_price, model, reluctance))
    };
    let mut affordable: Vec<_> = reach::within_reach(costing, true, &[]).into_iter().filter_map(priced).collect();
    affordable.sort();
    affordable.dedup();
    let (others, named): (Vec<_>, Vec<_>) = affordable.into_iter().partition(|(unnamed, ..)| *unnamed);
    let shortlist = named.into_iter().take(SHORTLIST).chain(others.into_iter().take(SHORTLIST));
    let cost = |model: &ModelRef| spending.cost_with(costing, |choice| take(context, spending, model, choice));
    let costed =
        shortlist.filter_map(|(_, _, model, reluctance)| Some((cost(&model)? + reluctance, reluctance, model)));
    let now = spending.estimate.cost?.typical;
    let (_, _, model) = costed.filter(|(weighed, ..)| *weighed < now).min()?;
    let name = context.gateway().aliases.alias_of(&model).map_or_else(|| model.to_string(), str::to_owned);
    Some(Candidate { model, name })
}

/// Gives a choice another model, with the cache retention that the file gives that one.
pub(super) fn take(context: &Context<'_>, spending: &Spending<'_>, model: &ModelRef, choice: &mut Choice) {
    choice.retention = context.gateway().retention_of(spending.agent, model);
    choice.model = model.clone();
}
