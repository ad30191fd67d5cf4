//! The model that answers: what it is called in the catalogue, what its tokens cost or which plan pays them, and how it caches.

use std::sync::Arc;

use super::memory::AskedAs;
use super::{Choice, Costing, PricedModel};
use crate::catalogue::{self, Match};
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::gateway::{Agent, runtime};
use crate::simulate::cache::{self, Caching};
use crate::simulate::tokenizer;

impl Costing<'_> {
    /// The model that answers an agent under a choice.
    pub fn answering(&self, agent: &Agent, choice: &Choice) -> Arc<PricedModel> {
        self.model(Some(agent), &choice.model, choice.retention)
    }

    /// Looks a model up: as an agent uses it, or as any does that says nothing of its own about it.
    pub fn model(&self, agent: Option<&Agent>, model: &ModelRef, retention: Retention) -> Arc<PricedModel> {
        let entry = agent.and_then(|agent| self.gateway.entry(agent)).filter(|entry| entry["models"].is_object());
        let own = entry.and_then(|entry| runtime::of(self.gateway.config(), Some(entry), model));
        self.memory.model(model, (retention, own), |id, alike| match alike {
            Some(alike) => {
                PricedModel { id, caching: self.caching(model, alike.is_claude, retention), ..alike.clone() }
            }
            None => self.look_up(id, model, (retention, own)),
        })
    }

    fn caching(&self, model: &ModelRef, is_claude: bool, retention: Retention) -> Caching {
        cache::caching(&self.gateway.behaviour, model, self.gateway.provider(&model.provider), is_claude, retention)
    }

    fn look_up(&self, id: usize, model: &ModelRef, (retention, own): AskedAs<'_>) -> PricedModel {
        let mut found = Match::clone(&self.find(model));
        let (config, signed_in) = (self.gateway.config(), self.gateway.anthropic_auth);
        let runtime = own.or_else(|| runtime::of(config, None, model));
        let (plans, told) = (self.catalogue.plans(), self.workload.plan.as_deref());
        found.paid_by(plans.offer(model, config, runtime, signed_in, told));
        let day = self.period.first_day();
        let minute_limit = catalogue::minute_limit(plans, model, config, found.plan.as_ref(), told, &day);
        let named = |name: &str| name.to_ascii_lowercase().contains("claude");
        let is_claude = named(&model.id) || found.catalogue_name.as_deref().is_some_and(named);
        let caching = self.caching(model, is_claude, retention);
        let name = found.catalogue_name.as_deref().filter(|_| is_claude && !named(&model.id));
        let measured = self.workload.tokens_per_mille(&model.to_string());
        let tokens_per_mille = measured.unwrap_or_else(|| tokenizer::tokens_per_mille(name.unwrap_or(&model.id)));
        let cache_minimum = catalogue::cache_minimum(&model.provider, name.unwrap_or(&model.id));
        PricedModel { id, found, caching, is_claude, tokens_per_mille, cache_minimum, minute_limit }
    }

    /// Up to three known names like that of a model, best first; none where it has a price or a plan pays.
    pub fn names_like(&self, model: &ModelRef, priced: &PricedModel) -> Vec<String> {
        if priced.found.price.is_some() || priced.found.plan.is_some() {
            return Vec::new();
        }
        self.catalogue.names_like(&model.provider, &model.id, self.gateway.provider(&model.provider))
    }

    pub(super) fn find(&self, model: &ModelRef) -> Arc<Match> {
        let declared = self.gateway.provider(&model.provider);
        self.memory.found(model, || self.catalogue.find(&model.provider, &model.id, declared))
    }
}
