//! The lighter model that would cost an agent least, of those a plan would consider.

use std::cell::RefCell;
use std::rc::Rc;

use super::context::Context;
use super::spending::Spending;
use crate::catalogue::Tier;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::simulate::costing::Costing;
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

/// A model below premium with a known price, cheapest list price first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Affordable {
    list_price: Money,
    model: ModelRef,
    unit: Unit,
}

/// What the config can reach and afford, by the retention it is asked under: the same for every agent, so looked up once.
#[derive(Debug, Default)]
pub(super) struct Shelf(RefCell<Vec<(Retention, Rc<[Affordable]>)>>);

impl Shelf {
    fn under(&self, costing: &Costing<'_>, retention: Retention) -> Rc<[Affordable]> {
        let known = self.0.borrow().iter().find(|(of, _)| *of == retention).map(|(_, models)| Rc::clone(models));
        known.unwrap_or_else(|| {
            let mut models: Vec<Affordable> = within_reach(costing, true, &[])
                .into_iter()
                .filter_map(|model| affordable(costing, model, retention))
                .collect();
            models.sort();
            models.dedup();
            let models: Rc<[Affordable]> = models.into();
            self.0.borrow_mut().push((retention, Rc::clone(&models)));
            models
        })
    }
}

fn affordable(costing: &Costing<'_>, model: ModelRef, retention: Retention) -> Option<Affordable> {
    let start = costing.period.start;
    let priced = costing.model(&model, retention);
    let price = priced.found.price.as_ref()?;
    let suits = matches!(priced.found.tier(start), Some(Tier::Light | Tier::Balanced));
    let base = price.at(start).base().billed();
    let list_price = base.input.per_million() + base.output.per_million();
    let may_answer = suits && !priced.found.local && priced.found.context_window.is_some();
    may_answer.then_some(Affordable { list_price, model, unit: price.unit })
}

/// The one that costs an agent least, of those below premium with a known price in the same unit.
pub(super) fn cheapest(context: &Context<'_>, spending: &Spending<'_>) -> Option<Candidate> {
    let shelf = context.shelf().under(context.costing, spending.choice.retention);
    let suits = |one: &&Affordable| one.model != spending.choice.model && Some(one.unit) == spending.unit();
    let cost = |model: &ModelRef| spending.cost_with(context.costing, |choice| choice.model = model.clone());
    let shortlist = shelf.iter().filter(suits).take(SHORTLIST);
    let (_, model) = shortlist.filter_map(|one| Some((cost(&one.model)?, one.model.clone()))).min()?;
    let name = context.gateway().aliases.alias_of(&model).map_or_else(|| model.to_string(), str::to_owned);
    Some(Candidate { model, name })
}
