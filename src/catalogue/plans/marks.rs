//! By which marks in a config a plan is known: the provider, the model, how the gateway signs in, the address, the runtime.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{FlatPlan, Offer, Plans};
use crate::catalogue::usd;
use crate::document::Named;
use crate::gateway::anthropic::AnthropicAuth;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::runtime;

/// A sign that a model is paid so: all that it names must hold.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(super) struct PlanMark {
    /// The provider's id.
    pub(super) provider: Option<String>,
    /// Ids of models, with `*` for any text at either end.
    pub(super) models: Vec<String>,
    /// All that the config says of how it signs in to the provider is one of these.
    pub(super) sign_in: Vec<String>,
    /// Some of what the config says of how it signs in to the provider is one of these.
    pub(super) any_sign_in: Vec<String>,
    /// All that the config says of how it signs in to the provider is *not* one of these: another way, or nothing said.
    pub(super) not_sign_in: Vec<String>,
    /// Where the config gives an address, its host is one of these.
    pub(super) hosts: Vec<String>,
    /// The address begins so, without its scheme.
    pub(super) address: Option<String>,
    /// The runtime that the model is given (`agentRuntime`); `auto` is also none.
    pub(super) harness: Option<String>,
    /// The same marks are those of a model that is paid by the token: only the user can say.
    pub(super) unsure: bool,
}

impl PlanMark {
    pub(super) fn in_words(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.provider.as_ref().map(|provider| format!("provider {provider}")));
        parts.extend(self.address.as_ref().map(|address| format!("baseUrl {address}")));
        parts.extend((!self.models.is_empty()).then(|| format!("model {}", self.models.join(" or "))));
        parts.extend((!self.sign_in.is_empty()).then(|| format!("signed in by {}", self.sign_in.join(" or "))));
        parts.extend(
            (!self.any_sign_in.is_empty())
                .then(|| format!("signed in by {} beside others", self.any_sign_in.join(" or "))),
        );
        parts.extend(
            (!self.not_sign_in.is_empty()).then(|| format!("not signed in by {}", self.not_sign_in.join(" or "))),
        );
        parts.extend(self.harness.as_ref().map(|harness| match harness.as_str() {
            AUTO => "agentRuntime auto or unset".to_owned(),
            harness => format!("agentRuntime {harness}"),
        }));
        parts.extend(self.unsure.then(|| "only with --plan, as the file cannot say".to_owned()));
        parts.join(", ")
    }
}

impl Plans {
    /// What pays for a model, where that is a plan; `runtime` is what its turns go through (`agentRuntime`), `anthropic` how
    /// the gateway signs in there, and `told` the tier that the user names, which decides where a config cannot.
    pub fn offer(
        &self,
        model: &ModelRef,
        config: &Value,
        runtime: Option<&str>,
        anthropic: Option<AnthropicAuth>,
        told: Option<&FlatPlan>,
    ) -> Option<Arc<Offer>> {
        let asked = ModelInUse::new(model, config, runtime, anthropic);
        let holds = |offer: &Offer, unsure: bool| {
            offer.marks.iter().any(|mark| mark.unsure == unsure && asked.bears(mark)) && !asked.is_foreign_to(offer)
        };
        let is_told = |offer: &Offer| told.is_some_and(|told| offer.has(told));
        self.offers()
            .find(|offer| is_told(offer) && (holds(offer, true) || holds(offer, false)))
            .or_else(|| self.offers().find(|offer| holds(offer, false)))
            .cloned()
    }

    /// The offers that may pay for a model, which its config cannot tell from prices by the token.
    pub fn possible(&self, model: &ModelRef, config: &Value) -> impl Iterator<Item = &Arc<Offer>> {
        let asked = ModelInUse::new(model, config, runtime::of(config, None, model), None);
        let holds = |offer: &Offer| offer.marks.iter().any(|mark| mark.unsure && asked.bears(mark));
        let found: Vec<&Arc<Offer>> = self.offers().filter(|offer| holds(offer)).collect();
        found.into_iter()
    }

    /// Whether a provider's model is paid by a plan alone, whatever else the config says.
    pub(in crate::catalogue) fn is_plan(&self, provider: &str, model_id: &str) -> bool {
        let model = ModelRef { provider: provider.to_owned(), id: model_id.to_owned() };
        let asked = ModelInUse::new(&model, &Value::Null, None, None);
        let is_bare = |mark: &PlanMark| *mark == PlanMark { provider: mark.provider.clone(), ..PlanMark::default() };
        let holds = |offer: &Offer| offer.marks.iter().any(|mark| is_bare(mark) && asked.bears(mark));
        self.offers().any(|offer| holds(offer) && !asked.is_foreign_to(offer))
    }
}

/// The runtime of a model that is given none: whichever claims it.
const AUTO: &str = "auto";

/// What the marks are held against.
struct ModelInUse<'a> {
    provider: String,
    id: String,
    /// `baseUrl` without its scheme, in lower case, with a slash at its end.
    address: Option<String>,
    modes: Vec<String>,
    runtime: &'a str,
}

impl<'a> ModelInUse<'a> {
    fn new(model: &ModelRef, config: &Value, runtime: Option<&'a str>, anthropic: Option<AnthropicAuth>) -> Self {
        let provider = model.provider.trim().to_ascii_lowercase();
        let entry = entry(config, &provider);
        let address = entry.and_then(|entry| entry["baseUrl"].as_str()).map(|url| {
            let url = url.trim().to_ascii_lowercase();
            url.split_once("://").map_or(url.clone(), |(_, rest)| rest.to_owned()) + "/"
        });
        let modes = match (provider.as_str(), anthropic) {
            ("anthropic", Some(AnthropicAuth::OAuth)) => vec!["oauth".to_owned()],
            ("anthropic", _) => Vec::new(),
            _ => modes(&provider, config).into_iter().map(str::to_owned).collect(),
        };
        ModelInUse {
            runtime: runtime.unwrap_or(AUTO),
            id: model.id.trim().to_ascii_lowercase(),
            provider,
            address,
            modes,
        }
    }

    fn bears(&self, mark: &PlanMark) -> bool {
        let starts = |address: &str| self.address.as_ref().is_some_and(|own| own.starts_with(address));
        let host = self.address.as_ref().map(|own| own.split(['/', ':']).next().unwrap_or_default());
        let by = |ways: &[String]| !self.modes.is_empty() && self.modes.iter().all(|mode| ways.contains(mode));
        mark.provider.as_ref().is_none_or(|provider| *provider == self.provider)
            && (mark.models.is_empty() || mark.models.iter().any(|name| fits(name, &self.id)))
            && (mark.sign_in.is_empty() || by(&mark.sign_in))
            && (mark.any_sign_in.is_empty() || self.modes.iter().any(|mode| mark.any_sign_in.contains(mode)))
            && !by(&mark.not_sign_in)
            && (mark.hosts.is_empty() || host.is_none_or(|host| mark.hosts.iter().any(|own| own == host)))
            && mark.address.as_deref().is_none_or(starts)
            && mark.harness.as_deref().is_none_or(|harness| self.runtime == harness)
    }

    fn is_foreign_to(&self, offer: &Offer) -> bool {
        offer.open_models_only && usd::made_by(&self.id).is_some_and(|made| made.maker.closed)
    }
}

fn entry<'a>(config: &'a Value, provider: &str) -> Option<&'a Value> {
    let all = config.at("models.providers").and_then(Value::as_object)?;
    all.iter().find(|(id, _)| id.trim().eq_ignore_ascii_case(provider)).map(|(_, entry)| entry)
}

/// How the config signs in to a provider: by its profiles, of which one that does not say signs in by no known way; where
/// there are none, by the key that stands with the provider.
pub(super) fn modes<'a>(provider: &str, config: &'a Value) -> Vec<&'a str> {
    let profiles = config.at("auth.profiles").and_then(Value::as_object);
    let own = profiles.into_iter().flatten().filter(move |(_, profile)| profile["provider"].as_str() == Some(provider));
    let modes: Vec<&str> = own.map(|(_, profile)| profile["mode"].as_str().unwrap_or_default()).collect();
    let has_key = || entry(config, provider).is_some_and(|entry| !entry["apiKey"].is_null());
    if modes.is_empty() && has_key() { vec!["api_key"] } else { modes }
}

/// Whether a name fits a pattern with `*` at either end; both in lower case.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), None) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (Some(_), Some(_)) => name.contains(pattern.trim_matches('*')),
        (None, None) => name == pattern,
    }
}
