//! What the tokens of a bill or of the store cost at our prices, whatever a model is called there.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{BillRow, is_same_model};
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::money::{Money, Unit};
use crate::records::Records;
use crate::simulate::Tokens;
use crate::simulate::costing::{Costing, Level, PricedModel, RECAP_MODEL};
use crate::simulate::estimate::together;

/// Prices in a unit, of models by any of their names.
pub(super) struct Pricing<'c, 'a> {
    pub(super) costing: &'c Costing<'a>,
    pub(super) records: &'c Records,
    unit: Unit,
    /// The provider of the models of a bill that names none.
    home: &'static str,
    /// The models of the store, and the small one of recaps.
    stored: BTreeSet<&'c str>,
    /// What the names that were asked about mean.
    meant: RefCell<HashMap<String, String>>,
}

impl<'c, 'a> Pricing<'c, 'a> {
    pub(super) fn new(records: &'c Records, costing: &'c Costing<'a>, unit: Unit, home: &'static str) -> Self {
        let stored = records.requests.iter().map(|request| &*request.model).chain([RECAP_MODEL]).collect();
        Pricing { costing, records, unit, home, stored, meant: RefCell::default() }
    }

    /// The model of the store that a name means: of several providers' the one that it names, else one that is billed in the
    /// unit.
    fn alike(&self, name: &str) -> Option<&'c str> {
        fn provider(name: &str) -> Option<&str> {
            Some(name.split_once('/')?.0)
        }
        let alike = self.stored.iter().copied().filter(|model| is_same_model(name, model));
        alike.min_by_key(|model| (provider(model) != provider(name), self.unit_of(model) != self.unit))
    }

    /// Whether a bill's name means this model.
    pub(super) fn is_same(&self, billed: &str, model: &str) -> bool {
        is_same_model(billed, model) || self.key(billed) == model
    }

    /// The models that write the recaps, which no store holds, and how many tokens they write.
    pub(super) fn recaps(&self) -> impl Iterator<Item = (String, u64)> {
        self.costing.gateway.enrolled().filter_map(|agent| {
            let subject = self.costing.subject(agent);
            Some((subject.recap.as_ref()?.model.to_string(), subject.profile(Level::Typical).recap_output_tokens))
        })
    }

    /// A model of the store by its own name, else what is like it there, else the name.
    pub(super) fn key(&self, name: &str) -> String {
        if self.stored.contains(name) {
            return name.to_owned();
        }
        if let Some(meant) = self.meant.borrow().get(name) {
            return meant.clone();
        }
        let meant = self.alike(name).unwrap_or(name).to_owned();
        self.meant.borrow_mut().insert(name.to_owned(), meant.clone());
        meant
    }

    /// Of a row of a bill. Where a bucket does not count its requests, none is taken to be so large that its price steps up.
    pub(super) fn of_row(&self, row: &BillRow) -> Option<Money> {
        let requests = row.requests.unwrap_or(if row.length == 0 { 1 } else { u64::MAX });
        self.together(&row.model, row.at, &row.tokens, requests)
    }

    /// Of one request.
    pub(super) fn of(&self, name: &str, at: i64, tokens: &Tokens) -> Option<Money> {
        self.together(name, at, tokens, 1)
    }

    /// What a model is billed in.
    pub(super) fn unit_of(&self, name: &str) -> Unit {
        let (model, priced_model) = self.found(name);
        priced_model.found.unit(&model.provider, self.costing.gateway.provider(&model.provider))
    }

    fn found(&self, name: &str) -> (ModelRef, Arc<PricedModel>) {
        let full = self.key(name);
        let (provider, id) = full.split_once('/').unwrap_or((self.home, &full));
        let model = ModelRef { provider: provider.to_owned(), id: id.to_owned() };
        let priced_model = self.costing.model(None, &model, Retention::Unset);
        (model, priced_model)
    }

    fn together(&self, name: &str, at: i64, tokens: &Tokens, requests: u64) -> Option<Money> {
        let (_, priced_model) = self.found(name);
        let price = priced_model.found.price.as_ref().filter(|price| price.unit == self.unit)?;
        Some(together(price, at, tokens, requests))
    }
}
