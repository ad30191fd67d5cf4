//! Lighter models within reach of an agent: those the config names, and what its provider offers to the same account.

use super::context::Context;
use super::spending::Spending;
use crate::catalogue::Tier;
use crate::gateway::model_ref::ModelRef;

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
        (suits && !priced.found.local && Some(price.unit) == spending.unit()).then_some((list_price, model))
    };
    let mut affordable: Vec<_> = within_reach(context, spending).into_iter().filter_map(priced).collect();
    affordable.sort();
    let cost = |model: &ModelRef| spending.cost_with(context.costing, |choice| choice.model = model.clone());
    let costed = affordable.into_iter().take(SHORTLIST).filter_map(|(_, model)| Some((cost(&model)?, model)));
    let (_, model) = costed.min()?;
    let name = context.gateway().aliases.alias_of(&model).map_or_else(|| model.to_string(), str::to_owned);
    Some(Candidate { model, name })
}

fn within_reach(context: &Context<'_>, spending: &Spending<'_>) -> Vec<ModelRef> {
    let gateway = context.gateway();
    let present = &spending.choice.model;
    let model = |provider: &str, id: &str| ModelRef { provider: provider.to_owned(), id: id.to_owned() };
    let listed = gateway.aliases.models().cloned();
    let declared = gateway
        .providers
        .iter()
        .flat_map(|provider| provider.models.iter().map(|declared| model(&provider.id, &declared.id)));
    let offered = context.costing.catalogue.current_models(&present.provider);
    let offered = offered.into_iter().filter(|_| gateway.provider(&present.provider).is_none());
    let offered = offered.map(|row| model(&present.provider, &row.id));
    let mut reach: Vec<ModelRef> = listed.chain(declared).chain(offered).filter(|model| model != present).collect();
    reach.retain(|model| is_allowed(context, model));
    reach.sort();
    reach.dedup();
    reach
}

/// Whether the allowlist, if there is one, has the model.
pub(super) fn is_allowed(context: &Context<'_>, model: &ModelRef) -> bool {
    let Some(allowed) = &context.gateway().allowed_models else { return true };
    allowed.iter().any(|entry| match entry.strip_suffix("/*") {
        Some(provider) => provider.eq_ignore_ascii_case(&model.provider),
        None => ModelRef::parse(entry).is_some_and(|entry| entry == *model),
    })
}
