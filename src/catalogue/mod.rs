//! Prices. The catalogue answers what a model costs in one unit, nexos.ai credits or US dollars, from which source, and
//! how the model was recognised; an unknown price stays unknown. It is data and pure functions: the files it is built
//! from are embedded, the user's own come in as values, and time is an argument.

mod bedrock;
mod cache;
mod declared;
mod found;
mod listed;
mod local;
mod lookup;
mod minute_limit;
mod names;
pub mod nexos;
mod openclaw;
pub mod plans;
mod price;
mod prices_file;
mod rates;
mod retired;
mod usd;
mod weights;

use serde_json::Value;

pub use bedrock::is_bedrock;
pub use cache::cache_minimum;
pub use found::{ListPrice, Match, PriceNote};
pub use local::Free;
pub use minute_limit::{MinuteLimit, minute_limit};
pub use openclaw::{OfferedModel, resolve_alias};
pub use plans::{FlatPlan, Offer, Plans};
pub use price::{GENAI_PRICES_VERSION, Price, PriceSource, Tier};
pub use prices_file::PricesError;
pub use rates::{Billed, RateSheet, Rates};
pub use retired::{google_successor, is_retired};
pub use weights::Weights;

use crate::gateway::model_ref::ModelRef;
use crate::gateway::providers::{self, Provider};
use crate::money::Unit;
use crate::releases::{Behaviour, Version};
use listed::is_listed;
use lookup::{Lookup, Remembered, Resembling};
pub use names::same_model;
use prices_file::PricesFile;

/// All prices there are: the embedded ones and, before them, the user's own.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    prices_file: Option<PricesFile>,
    plans: Plans,
    /// Models of providers that no config says anything of, by provider and id.
    found: Remembered<(String, String), Match>,
    resembling: Resembling,
}

/// One line of the catalogue.
#[derive(Clone, Debug)]
pub struct Listed {
    /// `provider/id` as agents write it; for nexos.ai, whose ids are the user's choice, the name on the page.
    pub id: String,
    /// The display name.
    pub name: String,
    /// What it costs.
    pub price: Price,
    /// The page's guidance: the tier and what the model suits; nexos.ai only.
    pub guidance: Option<(Tier, &'static str)>,
    /// Tokens.
    pub context_window: Option<u64>,
}

impl Catalogue {
    /// The embedded prices.
    pub fn builtin() -> Catalogue {
        Catalogue::default()
    }

    /// The embedded prices and those of a parsed `--prices` file.
    pub fn with_prices(file: &Value) -> Result<Catalogue, PricesError> {
        Ok(Catalogue { prices_file: Some(PricesFile::read(file)?), ..Catalogue::default() })
    }

    /// The same prices with other plans.
    pub fn with_plans(self, plans: Plans) -> Catalogue {
        Catalogue { plans, found: Remembered::default(), ..self }
    }

    /// The flat plans and free quotas.
    pub fn plans(&self) -> &Plans {
        &self.plans
    }

    /// Whether the user gave prices.
    pub(crate) fn has_own_prices(&self) -> bool {
        self.prices_file.is_some()
    }

    /// Looks up the model that an agent names as `provider/model_id`; `declared` is that provider's entry in the config.
    pub fn find(&self, provider: &str, model_id: &str, declared: Option<&Provider>) -> Match {
        let find = |provider: &str, model_id: &str| {
            Lookup::new(provider, model_id, declared, &self.plans, None).run(self.prices_file.as_ref())
        };
        match declared {
            Some(_) => find(provider, model_id),
            None => self.found.answer((provider.to_owned(), model_id.to_owned()), |(provider, id)| find(provider, id)),
        }
    }

    /// Up to three known names like that of a model without a price, best first.
    pub fn names_like(&self, provider: &str, model_id: &str, declared: Option<&Provider>) -> Vec<String> {
        let lookup = Lookup::new(provider, model_id, declared, &self.plans, Some(&self.resembling));
        lookup.run(self.prices_file.as_ref()).near
    }

    /// What stands beside a model that is in use: what its built-in provider offers today. On Bedrock, whose models AWS opens
    /// one by one, those of the same maker and region; before the newest releases those that 2026.4.15 lists.
    pub fn models_beside(&self, model: &ModelRef, version: Version) -> Vec<ModelRef> {
        let named = |id: &str| ModelRef { provider: model.provider.clone(), id: id.to_owned() };
        let newest = Behaviour::of(version).offers_newest_models;
        if bedrock::is_bedrock(&model.provider) {
            return bedrock::beside(&model.id, newest).iter().map(|id| named(id)).collect();
        }
        let offered = openclaw::current(&model.provider).map(|row| named(row.id));
        offered.filter(|model| newest || is_listed(version, model)).collect()
    }

    /// A URL that is treated as a base URL is, and is no secret: a server of one's own, or the domain of a known vendor.
    pub(crate) fn known_url(url: &str) -> Option<String> {
        let endpoint = providers::endpoint(url)?;
        let is_nexos = || endpoint.host == "nexos.ai" || endpoint.host.ends_with(".nexos.ai");
        let vendor = usd::domain(&endpoint.host).map(|(domain, _)| domain).or_else(|| is_nexos().then_some("nexos.ai"));
        match vendor {
            Some(domain) => Some(format!("{}://{domain}", if endpoint.plain { "http" } else { "https" })),
            None => local::known_url(&endpoint),
        }
    }

    /// The catalogue of one unit. Without a query: the user's prices, and of the embedded ones the nexos.ai page or
    /// OpenClaw's current models; with one: every model whose id or name contains all of its words.
    pub fn list(&self, unit: Unit, query: Option<&str>) -> Vec<Listed> {
        let words: Vec<String> = query.unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
        let has_all = |parts: &[&str]| {
            let text = parts.concat().to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let own = self.prices_file.iter().flat_map(PricesFile::all).filter(|(_, price)| price.unit == unit);
        let own = own.map(|(id, price)| Listed { name: id.clone(), id, price, guidance: None, context_window: None });
        let embedded = match (unit, query) {
            (Unit::Credits, _) => nexos::PAGE.iter().map(page_row).collect(),
            (Unit::Usd, None) => self.offered(),
            (Unit::Usd, Some(_)) => usd::SHELVES.iter().flat_map(|shelf| shelf_rows(shelf, &has_all)).collect(),
            (Unit::Tokens, _) => Vec::new(),
        };
        own.chain(embedded).filter(|listed| has_all(&[&listed.id, " ", &listed.name])).collect()
    }

    fn offered(&self) -> Vec<Listed> {
        // The rows of local runtimes are samples that say nothing about what the user runs there.
        let listed = |row: &'static OfferedModel| {
            Some(Listed {
                id: format!("{}/{}", row.provider, row.id),
                name: row.name.to_owned(),
                price: self
                    .find(row.provider, row.id, None)
                    .price
                    .filter(|price| price.source != PriceSource::Local)?,
                guidance: None,
                context_window: row.context_window,
            })
        };
        openclaw::all_current().filter_map(listed).collect()
    }
}

fn page_row(row: &'static nexos::NexosPrice) -> Listed {
    Listed {
        id: row.name.to_owned(),
        name: row.name.to_owned(),
        price: row.price(),
        guidance: Some((row.tier, row.suits)),
        context_window: None,
    }
}

/// The models of a provider whose id, the provider's before it, and name are wanted.
fn shelf_rows(shelf: &'static usd::Shelf, wanted: impl Fn(&[&str]) -> bool) -> impl Iterator<Item = Listed> {
    let provider = usd::openclaw_id(shelf.id);
    shelf.models(move |id, name| wanted(&[provider, "/", id, " ", name])).filter_map(move |model| {
        Some(Listed {
            id: format!("{provider}/{}", model.id),
            name: model.name.unwrap_or(model.id).to_owned(),
            price: model.price?,
            guidance: None,
            context_window: model.context_window,
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
