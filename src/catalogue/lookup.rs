//! The search for a model's price, source by source: the user's file, nexos.ai credits, the config, the user's own
//! machines, the vendors' list prices (R44). The first that applies answers; a price is never guessed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::declared::{self, Declared, Stated};
use super::found::{ListPrice, Match, PriceNote};
use super::local::{self, Free, Server};
use super::names::canonical;
use super::price::{Price, PriceSource};
use super::prices_file::PricesFile;
use super::rates::{RateSheet, Rates};
use super::usd::{self, Shelf};
use super::{Plans, nexos, openclaw};
use crate::gateway::providers::{DeclaredModel, Endpoint, Provider};
use crate::money::Unit;

/// One look-up: the model an agent names, and what the config says of it.
pub(super) struct Lookup<'a> {
    provider: String,
    /// The id with OpenClaw's aliases resolved.
    id: &'a str,
    written: &'a str,
    entry: Option<&'a DeclaredModel>,
    endpoint: Option<&'a Endpoint>,
    api: Option<&'a str>,
    service: Option<&'a str>,
    is_nexos: bool,
    plans: &'a Plans,
    /// Where names like it are looked for, which takes far longer than the rest; only where somebody asks.
    resembling: Option<&'a Resembling>,
}

/// The names on a shelf, by its id, that resemble one: the search is slow.
pub(super) type Resembling = Remembered<(&'static str, String), Vec<String>>;

/// Answers that the copies of a catalogue remember together: every agent, and every gateway of a host, asks for the same few.
#[derive(Clone, Debug)]
pub(super) struct Remembered<K, V>(Arc<Mutex<BTreeMap<K, V>>>);

/// Answers that are remembered at once.
const MOST_KNOWN: usize = 4096;

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Remembered(Arc::default())
    }
}

impl<K: Ord, V: Clone> Remembered<K, V> {
    /// The answer to what is asked, worked out if it was not before.
    pub(super) fn answer(&self, asked: K, work_out: impl FnOnce(&K) -> V) -> V {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known().get(&asked) {
            return answer.clone();
        }
        let answer = work_out(&asked);
        let mut known = known();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(asked, answer.clone());
        answer
    }
}

impl Resembling {
    fn near(&self, shelf: &'static Shelf, id: &str) -> Vec<String> {
        self.answer((shelf.id, id.to_owned()), |(_, id)| shelf.near(id))
    }
}

impl<'a> Lookup<'a> {
    pub(super) fn new(
        provider: &str,
        model_id: &'a str,
        declared: Option<&'a Provider>,
        plans: &'a Plans,
        resembling: Option<&'a Resembling>,
    ) -> Self {
        let provider = provider.trim().to_lowercase();
        let entry = declared.and_then(|declared| entry(declared, model_id));
        let own = entry.and_then(|entry| entry.endpoint.as_ref());
        Lookup {
            id: openclaw::resolve_alias(&provider, model_id),
            written: model_id,
            entry,
            endpoint: own.or_else(|| declared.and_then(|declared| declared.endpoint.as_ref())),
            api: declared.and_then(|declared| declared.api.as_deref()),
            service: declared.and_then(|declared| declared.local_service.as_deref()),
            is_nexos: nexos::is_nexos(&provider, declared),
            provider,
            plans,
            resembling,
        }
    }

    pub(super) fn run(&self, prices_file: Option<&PricesFile>) -> Match {
        let mut found = if self.is_nexos { self.nexos() } else { self.usd_or_local() };
        let own = prices_file.and_then(|file| file.find(&self.provider, &self.names()));
        let own_window = own.as_ref().and_then(|(_, window)| *window);
        if let Some((price, _)) = own {
            found = Match {
                free: price.is_zero().then(|| found.free.unwrap_or(Free::PricesFile)),
                if_vendors: None,
                price: Some(price),
                how: "prices file".to_owned(),
                near: Vec::new(),
                notes: Vec::new(),
                ..found
            };
        }
        found.vendor_model = found.vendor_model.take().or_else(|| self.vendor_model());
        let said = [found.vendor_model.as_deref(), found.catalogue_name.as_deref()];
        let made = self.names().into_iter().chain(said.into_iter().flatten()).find_map(usd::made_by);
        found.maker = made.map(|made| made.maker.name);
        found.context_window = own_window.or_else(|| self.context_window(&found));
        found
    }

    /// The model's id and, where the config gives one, its display name.
    fn names(&self) -> Vec<&'a str> {
        std::iter::once(self.written).chain(self.entry.and_then(|entry| entry.name.as_deref())).collect()
    }

    fn nexos(&self) -> Match {
        let mut found = Match::default();
        match declared::read(self.entry.and_then(|entry| entry.cost.as_ref())) {
            Declared::Nothing => {}
            Declared::Zeros => found.notes.push(PriceNote::ZeroPlaceholder),
            Declared::Prices(_) => found.notes.push(PriceNote::BilledInCredits),
        }
        let names = self.names();
        let Some((name, row)) = names.iter().find_map(|name| Some((*name, nexos::row(name)?))) else {
            // An opaque id resembles nothing; the display name may.
            let name = names.last().copied().unwrap_or_default();
            let near = self.resembling.map_or_else(Vec::new, |_| nexos::near(name));
            return Match { how: format!("'{name}' is not on the nexos.ai page"), near, ..found };
        };
        let what = if name == self.written { "id" } else { "name" };
        Match {
            price: Some(row.price()),
            catalogue_name: Some(row.name.to_owned()),
            vendor_model: Some(row.vendor.to_owned()),
            how: format!("{what} '{name}' matches {}", row.name),
            guidance: Some(row.tier),
            ..found
        }
    }

    fn usd_or_local(&self) -> Match {
        let declared = declared::read(self.entry.and_then(|entry| entry.cost.as_ref()));
        let names = self.names();
        let server = Server {
            provider: &self.provider,
            names: &names,
            endpoint: self.endpoint,
            api: self.api,
            service: self.service,
            declared_zero: declared == Declared::Zeros,
        };
        let by_plan = self.plans.is_plan(&self.provider, self.id);
        let free = server.is_free().filter(|_| !by_plan);
        let mut found = if by_plan || (server.is_forwarded() && server.speaks_ollama()) {
            let (resold, listed) = (self.reseller(), self.list_price());
            let near = resold.near;
            let own = listed.vendor_model.zip(listed.price).map(|(model, price)| ListPrice { model, price });
            let if_vendors = own.or(listed.if_vendors).or(resold.if_vendors);
            Match {
                how: "subscription".to_owned(),
                notes: vec![PriceNote::Subscription],
                near,
                if_vendors,
                ..Match::default()
            }
        } else if let Some(free) = free {
            let price = Price::constant(Unit::Usd, PriceSource::Local, RateSheet::flat(Rates::FREE));
            Match { price: Some(price), how: free.to_string(), free: Some(free), local: true, ..Match::default() }
        } else if self.host().is_some_and(local::is_private) {
            self.reseller()
        } else {
            self.list_price()
        };
        match declared {
            Declared::Nothing => {}
            Declared::Zeros if free.is_some() => {}
            Declared::Zeros => found.notes.insert(0, PriceNote::ZeroPlaceholder),
            Declared::Prices(stated) => self.apply(&stated, &mut found),
        }
        found
    }

    fn host(&self) -> Option<&'a str> {
        self.endpoint.map(|endpoint| endpoint.host.as_str())
    }

    /// Puts the config's own prices over what was found.
    fn apply(&self, stated: &Stated, found: &mut Match) {
        let inherited = found.price.take().filter(|price| price.source != PriceSource::Local);
        let price = |stated: &Stated| stated.price(&self.provider, inherited.as_ref());
        let placeholder = stated.without_free_cache(self.bills_writes(inherited.as_ref())).filter(|_| !found.local);
        found.price = price(placeholder.as_ref().unwrap_or(stated));
        found.free = None;
        if found.price.is_some() {
            found.how = "config".to_owned();
            found.near.clear();
            found.notes.clear();
            found.if_vendors = None;
        } else {
            found.notes.push(PriceNote::IncompleteCost);
        }
        match (&placeholder, &inherited) {
            (None, _) => {}
            (Some(_), Some(_)) => found.notes.push(PriceNote::ZeroCachePrice),
            (Some(_), None) => {
                found.at_best = price(stated);
                found.notes.push(PriceNote::ZeroCachePriceDoubted);
            }
        }
        if stated.per_token {
            found.notes.push(PriceNote::PerToken);
        }
    }

    /// Whether writing to a cache has a price with this model: by the catalogue, and with any of Anthropic's.
    fn bills_writes(&self, catalogue: Option<&Price>) -> bool {
        let listed = catalogue.is_some_and(|price| price.at(Timestamp::UNIX_EPOCH).base().cache_write_5m.is_some());
        listed || self.names().iter().any(|name| name.to_lowercase().contains("claude"))
    }

    /// The vendor's list price, where the provider is the vendor.
    fn list_price(&self) -> Match {
        let by_host = self.host().map(usd::by_host).unwrap_or_default();
        let elsewhere = self.host().filter(|_| by_host.is_empty());
        let shelves = if by_host.is_empty() { usd::by_provider(&self.provider) } else { by_host };
        let Some(first) = shelves.first() else { return self.reseller() };
        let notes = elsewhere.map(|host| PriceNote::OtherHost(host.to_owned())).into_iter().collect();
        if first.id == "openrouter" && is_free_variant(self.id) {
            let price = Price::constant(Unit::Usd, PriceSource::Usd, RateSheet::flat(Rates::FREE));
            let context_window = first.find(self.id).and_then(|model| model.context_window);
            return Match {
                price: Some(price),
                how: "free variant".to_owned(),
                free: Some(Free::Listed),
                context_window,
                notes,
                ..Match::default()
            };
        }
        let Some((shelf, model)) = shelves.iter().find_map(|shelf| Some((shelf, shelf.find(self.id)?))) else {
            return Match {
                how: format!("'{}' is not in the list of {}", self.id, first.id),
                near: self.near(&self.provider, first),
                ..Match::default()
            };
        };
        let how = match (self.written == model.id, self.written == self.id) {
            (true, _) => "id".to_owned(),
            (false, true) => format!("id '{}' matches {}", self.id, model.id),
            (false, false) => format!("alias '{}' means {}", self.written, self.id),
        };
        Match {
            near: if model.price.is_none() { self.near(&self.provider, first) } else { Vec::new() },
            free: model.price.as_ref().is_some_and(Price::is_zero).then_some(Free::Listed),
            price: model.price,
            catalogue_name: model.name.or_else(|| self.name_at_maker()).map(str::to_owned),
            vendor_model: Some(format!("{}/{}", usd::openclaw_id(shelf.id), model.id)),
            how,
            context_window: model.context_window,
            notes,
            ..Match::default()
        }
    }

    /// A provider whose prices nobody publishes; the vendor's list price of the same model is only mentioned.
    fn reseller(&self) -> Match {
        let how = match self.host() {
            Some(host) => format!("requests go to {host}, and what it charges is not known"),
            None => format!("no prices known of provider '{}'", self.provider),
        };
        let mut found = Match { how, ..Match::default() };
        match self.names().into_iter().find_map(listed) {
            Some((model, shelf_model)) => {
                found.context_window = shelf_model.context_window;
                found.notes.push(PriceNote::ListPriceOnly(model.clone()));
                found.near.push(model.clone());
                found.if_vendors = shelf_model.price.map(|price| ListPrice { model, price });
            }
            None => found.near = self.near_at_maker(),
        }
        found
    }

    /// Names like this one, never the name itself: where the provider is a maker and the model another's (a bare name goes
    /// to the default provider), those of its maker come first.
    fn near(&self, provider: &str, shelf: &'static Shelf) -> Vec<String> {
        let Some(resembling) = self.resembling else { return Vec::new() };
        let others = usd::made_by(self.id)
            .filter(|made| usd::is_makers(shelf) && made.maker.shelf().is_some_and(|own| own.id != shelf.id));
        let mut near = others.map_or_else(Vec::new, |_| self.near_at_maker());
        if near.is_empty() {
            near = resembling.near(shelf, self.id).into_iter().map(|id| format!("{provider}/{id}")).collect();
        }
        if near.is_empty() {
            near = self.near_at_maker();
        }
        near.retain(|name| !name.eq_ignore_ascii_case(&format!("{provider}/{}", self.written)));
        near
    }

    /// The model at its maker, or up to three names like it there.
    fn near_at_maker(&self) -> Vec<String> {
        let Some(resembling) = self.resembling else { return Vec::new() };
        let Some(made) = self.names().into_iter().find_map(usd::made_by) else { return Vec::new() };
        let Some(shelf) = made.maker.shelf() else { return Vec::new() };
        let id = openclaw::resolve_alias(made.maker.provider, &made.id);
        let ids = match shelf.find(id) {
            Some(model) if model.price.is_some() => vec![model.id.to_owned()],
            _ => resembling.near(shelf, &made.id),
        };
        ids.into_iter().map(|id| format!("{}/{id}", made.maker.provider)).collect()
    }

    /// What its maker calls the model, where the seller has an id for it only, as Bedrock has.
    fn name_at_maker(&self) -> Option<&'static str> {
        let made = usd::made_by(self.id)?;
        made.maker.shelf()?.find(&made.id)?.name
    }

    fn vendor_model(&self) -> Option<String> {
        let made = self.names().into_iter().find_map(usd::made_by)?;
        Some(format!("{}/{}", made.maker.provider, made.id))
    }

    /// The config's word, else OpenClaw's, else the price data's; for a model behind another provider its vendor's.
    fn context_window(&self, found: &Match) -> Option<u64> {
        let row = |provider: &str, id: &str| openclaw::row(provider, id).and_then(|row| row.context_window);
        let vendor = || {
            let (provider, id) = found.vendor_model.as_deref()?.split_once('/')?;
            let listed = || usd::by_provider(provider).first()?.find(id)?.context_window;
            row(provider, id).or_else(listed)
        };
        let declared = self.entry.and_then(|entry| entry.context_window);
        declared.or_else(|| row(&self.provider, self.id)).or(found.context_window).or_else(vendor)
    }
}

/// The model that a name means where prices are published, as `provider/id`: at the seller that the name begins with, at
/// its maker, else at OpenRouter.
fn listed(name: &str) -> Option<(String, usd::FoundModel)> {
    let at = |provider: &str, shelf: &'static Shelf, id: &str| {
        let model = shelf.find(id).filter(|model| model.price.is_some())?;
        Some((format!("{provider}/{}", model.id), model))
    };
    let router = usd::shelf("openrouter")?;
    let routed = name.strip_prefix("openrouter/").and_then(|id| at("openrouter", router, id));
    let made = usd::made_by(name);
    let at_maker = || {
        let made = made.as_ref()?;
        at(made.maker.provider, made.maker.shelf()?, openclaw::resolve_alias(made.maker.provider, &made.id))
    };
    let at_router = || {
        let made = made.as_ref()?;
        at("openrouter", router, &format!("{}/{}", made.maker.organization, made.id))
    };
    routed.or_else(at_maker).or_else(at_router)
}

/// The entry an agent means: by id, or by the display name that a one-click install also uses as alias.
fn entry<'a>(declared: &'a Provider, model_id: &str) -> Option<&'a DeclaredModel> {
    let named =
        |entry: &&DeclaredModel| entry.name.as_deref().is_some_and(|name| canonical(name) == canonical(model_id));
    declared.model(model_id).or_else(|| declared.models.iter().find(named))
}

/// OpenRouter's word that a model, or its choice among such models, costs nothing.
fn is_free_variant(id: &str) -> bool {
    id.ends_with(":free") || id == "free" || id == "openrouter/free"
}
