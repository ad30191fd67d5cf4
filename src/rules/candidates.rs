//! The lighter model that would cost an agent least, of those a plan would consider.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::context::Context;
use super::spending::Spending;
use crate::catalogue::Tier;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::simulate::costing::reach::{self, Vendor};
use crate::simulate::costing::{Choice, Costing};

/// A model that could answer instead.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) model: ModelRef,
    /// How the config would name it.
    pub(super) name: String,
}

/// How many of the lowest list prices are costed in full, of the models that the file names and of the others.
const SHORTLIST: usize = 4;

/// A model below premium with a known price; those that the file names first, then the cheapest list price.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Affordable {
    unnamed: bool,
    list_price: Money,
    model: ModelRef,
    unit: Unit,
    vendor: Vendor,
}

/// What the config can reach and afford, by the retention it is asked under: the same for every agent, so looked up once.
#[derive(Debug, Default)]
pub(super) struct Shelf(RefCell<Vec<(Retention, Rc<[Affordable]>)>>);

impl Shelf {
    fn under(&self, costing: &Costing<'_>, retention: Retention) -> Rc<[Affordable]> {
        let known = self.0.borrow().iter().find(|(of, _)| *of == retention).map(|(_, models)| Rc::clone(models));
        known.unwrap_or_else(|| {
            let models: Rc<[Affordable]> = affordable(costing, retention).into();
            self.0.borrow_mut().push((retention, Rc::clone(&models)));
            models
        })
    }
}

fn affordable(costing: &Costing<'_>, retention: Retention) -> Vec<Affordable> {
    let start = costing.period.start;
    let named: HashSet<ModelRef> = reach::named_in(costing.gateway).collect();
    let used: HashSet<&ModelRef> = reach::in_use(costing.gateway, &[]).collect();
    let priced = |model: ModelRef| {
        let found = costing.model(&model, retention).found;
        let price = found.price.as_ref()?;
        let base = price.at(start).base().billed();
        let suits = matches!(found.tier(start), Some(Tier::Light | Tier::Balanced));
        let trusted = !found.local || used.contains(&model);
        (suits && trusted && found.context_window.is_some()).then(|| Affordable {
            unnamed: !named.contains(&model),
            list_price: base.input.per_million() + base.output.per_million(),
            unit: price.unit,
            vendor: Vendor::of(&model, &found),
            model,
        })
    };
    let mut models: Vec<Affordable> = reach::within_reach(costing, true, &[]).into_iter().filter_map(priced).collect();
    models.sort();
    models
}

/// The one that costs an agent least, of those below premium with a known price in the same unit; a model that the file
/// does not name, or that another vendor makes, has to save more than that, as in a plan.
pub(super) fn cheapest(context: &Context<'_>, spending: &Spending<'_>) -> Option<Candidate> {
    let costing = context.costing;
    let present = &spending.choice.model;
    let vendor = Vendor::of(present, &spending.model.found);
    let shelf = context.shelf().under(costing, spending.choice.retention);
    let suits = |one: &&Affordable| {
        let is_near = || !one.unnamed || reach::stands_beside(costing, present, &one.model);
        let priced = || costing.model(&one.model, spending.choice.retention);
        let fits = || costing.overflow(&spending.subject, &spending.choice, &priced()).is_none();
        one.model != *present && Some(one.unit) == spending.unit() && is_near() && fits()
    };
    let shortlist = |unnamed| shelf.iter().filter(move |one| one.unnamed == unnamed).filter(suits).take(SHORTLIST);
    let cost = |model: &ModelRef| spending.cost_with(costing, |choice| take(context, spending, model, choice));
    let weighed = |one: &Affordable| {
        let reluctance = reach::reluctance(!one.unnamed, &vendor, &one.vendor);
        Some((cost(&one.model)? + reluctance, reluctance, one.model.clone()))
    };
    let now = spending.estimate.cost?.typical;
    let costed = shortlist(false).chain(shortlist(true)).filter_map(weighed);
    let (_, _, model) = costed.filter(|(weighed, ..)| *weighed < now).min()?;
    let name = context.gateway().aliases.alias_of(&model).map_or_else(|| model.to_string(), str::to_owned);
    Some(Candidate { model, name })
}

/// Gives a choice another model, with the cache retention that the file gives that one.
pub(super) fn take(context: &Context<'_>, spending: &Spending<'_>, model: &ModelRef, choice: &mut Choice) {
    choice.retention = context.gateway().retention_of(spending.agent, model);
    choice.model = model.clone();
}
