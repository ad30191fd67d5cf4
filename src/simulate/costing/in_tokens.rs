//! The same question without a price: a model and an agent counted in input-equivalent tokens, so that whoever compares
//! months by what they cost compares these by what they take.

use std::sync::Arc;

use super::{Costing, PricedModel, Recap, Subject};
use crate::catalogue::Weights;
use crate::money::{Money, Unit};

impl Costing<'_> {
    /// What tokens of a model count as. A model on one's own machine has no list price, whatever its maker charges.
    pub fn weights(&self, model: &PricedModel) -> Weights {
        let found = &model.found;
        let at = self.period.start;
        let named = found.vendor_model.as_deref().filter(|_| !found.local);
        let at_vendor = named.and_then(|name| {
            let (provider, id) = name.split_once('/')?;
            Some((name, self.catalogue.find(provider, id, None).price?))
        });
        match (&found.if_vendors, &at_vendor) {
            (Some(list), _) => Weights::of(Some((&list.model, &list.price)), at),
            (None, Some((name, price))) => Weights::of(Some((name, price)), at),
            (None, None) => Weights::of(None, at),
        }
    }

    /// A model whose price is what its tokens count as.
    pub fn in_tokens(&self, model: &PricedModel) -> Arc<PricedModel> {
        let mut counted = model.clone();
        counted.found.price = Some(self.weights(model).price());
        counted.found.at_best = None;
        Arc::new(counted)
    }

    /// What the months of an agent that runs are compared in, by its model and what a month costs now: input-equivalent
    /// tokens where the model has no price or the month costs nothing, else money.
    pub fn compared_in(&self, model: &PricedModel, cost: Option<Money>) -> Unit {
        match &model.found.price {
            Some(price) if cost != Some(Money::ZERO) => price.unit,
            _ => Unit::Tokens,
        }
    }
}

impl<'a> Subject<'a> {
    /// The agent with its hidden recap counted in tokens, too.
    pub fn in_tokens(&self, costing: &Costing<'_>) -> Subject<'a> {
        let counted = |recap: &Recap| Recap {
            model: recap.model.clone(),
            price: Some(Weights::of(None, costing.period.start).price()),
        };
        Subject { recap: self.recap.as_ref().map(counted), ..self.clone() }
    }
}
