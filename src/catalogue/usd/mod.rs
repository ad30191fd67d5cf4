//! List prices in US dollars, from the embedded data of `genai-prices` (MIT, see `NOTICE`; reduced by
//! `scripts/update-prices.py`). One file a provider, decoded on first use: the crate decides which model an id means,
//! and the rates come from the same file as whole numbers.

mod data;
mod vendors;

use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use genai_prices::{Calculator, PriceRequest, Usage};

pub(super) use vendors::{MakersModel, by_host, by_provider, domain, is_makers, made_by, openclaw_id};

use super::names::{is_other_variant, nearest, with_version_dots};
use super::price::Price;
use crate::certain;

/// The embedded file of one provider.
pub(super) struct Shelf {
    /// The provider's id in the data.
    pub(super) id: &'static str,
    json: &'static str,
    decoded: OnceLock<Vec<data::UsdModel<'static>>>,
    matcher: OnceLock<Calculator>,
}

/// A model of the data that an id means.
pub(super) struct FoundModel {
    /// Its id there.
    pub(super) id: &'static str,
    /// Its display name.
    pub(super) name: Option<&'static str>,
    /// Tokens.
    pub(super) context_window: Option<u64>,
    /// `None` when it is not priced by text tokens.
    pub(super) price: Option<Price>,
}

macro_rules! shelves {
    ($($id:literal),*) => {
        [$(Shelf { id: $id, json: include_str!(concat!($id, ".json")), decoded: OnceLock::new(), matcher: OnceLock::new() }),*]
    };
}

/// Every embedded provider.
pub(super) static SHELVES: [Shelf; 18] = shelves![
    "anthropic",
    "aws",
    "azure",
    "cerebras",
    "deepseek",
    "fireworks",
    "github-copilot",
    "google",
    "groq",
    "minimax",
    "mistral",
    "moonshotai",
    "openai",
    "openrouter",
    "perplexity",
    "together",
    "x-ai",
    "zai"
];

/// The embedded file of a provider by its id in the data.
pub(super) fn shelf(id: &str) -> Option<&'static Shelf> {
    SHELVES.iter().find(|shelf| shelf.id == id)
}

impl Shelf {
    fn decoded(&'static self) -> &'static [data::UsdModel<'static>] {
        self.decoded.get_or_init(|| {
            let [file]: [data::UsdData<'static>; 1] = certain::read(self.id, self.json);
            file.models
        })
    }

    fn model(&'static self, id: &str) -> Option<&'static data::UsdModel<'static>> {
        self.decoded().iter().find(|model| model.id == id)
    }

    /// The model that an id means by the rules of the data, if any.
    fn matched(&'static self, id: &str) -> Option<String> {
        // Most ids are told by comparing texts; to compile patterns takes as long as all the rest of a look-up.
        for model in self.decoded() {
            match model.is_meant_by(id) {
                Some(true) => return Some(model.id.to_owned()),
                Some(false) => {}
                None => return self.calculated(id),
            }
        }
        // The crate looks for an id with a date once more, with the date written apart.
        if id.contains("-2") { self.calculated(id) } else { None }
    }

    /// The same as the crate itself finds it.
    fn calculated(&'static self, id: &str) -> Option<String> {
        let matcher = self.matcher.get_or_init(|| certain::made(self.id, Calculator::from_json(self.json)));
        let usage = Usage::new();
        let request = PriceRequest::new(id, &usage).with_provider_id(self.id).with_timestamp(UNIX_EPOCH);
        Some(matcher.calculate(&request).ok()?.model_id)
    }

    /// The model an id means, or means when its version is written with dots. A rule of the data that only looks at a
    /// part of the id must not turn `…-flash-lite` into `…-flash`, so an id that the data does not spell out has to name
    /// the same variant.
    pub(super) fn find(&'static self, id: &str) -> Option<FoundModel> {
        let matched = |id: &str| {
            // No rule of another model has to be read then.
            if self.model(id).is_some_and(data::UsdModel::names_itself) {
                return Some(id.to_owned());
            }
            let model = self.matched(id)?;
            let spelled_out = || self.json.contains(&format!("\"{}\"", id.to_lowercase()));
            (!is_other_variant(id, &model) || spelled_out()).then_some(model)
        };
        let id = match (self.id, id) {
            // OpenClaw's plugin prices the current Large; a rule of the data takes this id for the old one.
            ("mistral", "mistral-large-latest") => "mistral-large-2512",
            // Routing preferences of OpenRouter, not models.
            ("openrouter", _) => id.strip_suffix(":nitro").or(id.strip_suffix(":floor")).unwrap_or(id),
            _ => id,
        };
        let model = matched(id).or_else(|| matched(&with_version_dots(id)))?;
        self.model(&model).map(found)
    }

    /// Up to three ids that are spelled most like this one, best first.
    pub(super) fn near(&'static self, id: &str) -> Vec<String> {
        nearest(id, self.models(|_, _| true).map(|model| model.id))
    }

    /// Every model that is priced by text tokens, of those whose id and name are wanted.
    pub(super) fn models(&'static self, wanted: impl Fn(&str, &str) -> bool) -> impl Iterator<Item = FoundModel> {
        let named = move |model: &&data::UsdModel<'_>| wanted(model.id, model.name.as_deref().unwrap_or(model.id));
        self.decoded().iter().filter(named).map(found).filter(|model| model.price.is_some())
    }
}

fn found(model: &'static data::UsdModel<'static>) -> FoundModel {
    FoundModel { id: model.id, name: model.name.as_deref(), context_window: model.context_window, price: model.price() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
