//! The search for a model's price, source by source: the user's file, nexos.ai credits, the config, the user's own
//! machines, the vendors' list prices (R44). The first that applies answers; a price is never guessed.

use jiff::Timestamp;

use super::declared::{self, Declared, Stated};
use super::found::{Match, Note};
use super::names::canonical;
use super::price::{Price, Source};
use super::prices_file::PricesFile;
use super::rates::{Rates, Sheet};
use super::usd::{self, Shelf};
use super::{local, nexos, openclaw};
use crate::gateway::providers::{DeclaredModel, Provider};
use crate::money::Unit;

/// Providers that bill a plan and not tokens.
const SUBSCRIPTIONS: [&str; 4] = ["claude-cli", "codex", "codex-cli", "openai-codex"];

/// One look-up: the model an agent names, and what the config says of it.
pub(super) struct Lookup<'a> {
    provider: String,
    /// The id with OpenClaw's aliases resolved.
    id: &'a str,
    written: &'a str,
    entry: Option<&'a DeclaredModel>,
    host: Option<&'a str>,
    is_nexos: bool,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(provider: &str, model_id: &'a str, declared: Option<&'a Provider>) -> Self {
        let provider = provider.trim().to_lowercase();
        Lookup {
            id: openclaw::resolve_alias(&provider, model_id),
            written: model_id,
            entry: declared.and_then(|declared| entry(declared, model_id)),
            host: declared.and_then(|declared| declared.host.as_deref()),
            is_nexos: nexos::is_nexos(&provider, declared),
            provider,
        }
    }

    pub(super) fn run(&self, prices_file: Option<&PricesFile>) -> Match {
        let mut found = if self.is_nexos { self.nexos() } else { self.usd_or_local() };
        if let Some(price) = prices_file.and_then(|file| file.find(&self.provider, &self.names())) {
            found = Match {
                price: Some(price),
                how: "prices file".to_owned(),
                near: Vec::new(),
                notes: Vec::new(),
                ..found
            };
        }
        found.vendor_model = found.vendor_model.take().or_else(|| self.vendor_model());
        found.context_window = self.context_window(&found);
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
            Declared::Zeros => found.notes.push(Note::ZeroPlaceholder),
            Declared::Prices(_) => found.notes.push(Note::BilledInCredits),
        }
        let names = self.names();
        let Some((name, row)) = names.iter().find_map(|name| Some((*name, nexos::row(name)?))) else {
            // An opaque id resembles nothing; the display name may.
            let name = names.last().copied().unwrap_or_default();
            return Match { how: format!("'{name}' is not on the nexos.ai page"), near: nexos::near(name), ..found };
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
        let forwarded = local::is_forwarded(&self.provider, self.id, self.host);
        let at_home = local::is_runtime(&self.provider) || self.host.is_some_and(local::is_private);
        let others_bill =
            usd::vendor(self.id).is_some_and(|vendor| vendor.closed) && !local::is_runtime(&self.provider);
        let is_local = at_home && !forwarded && !others_bill;

        let mut found = if forwarded || SUBSCRIPTIONS.contains(&self.provider.as_str()) {
            let near = self.reseller().near;
            Match { how: "subscription".to_owned(), notes: vec![Note::Subscription], near, ..Match::default() }
        } else if is_local {
            let price = Price::constant(Unit::Usd, Source::Local, Sheet::flat(Rates::FREE));
            Match { price: Some(price), how: "local provider".to_owned(), local: true, ..Match::default() }
        } else if at_home {
            self.reseller()
        } else {
            self.list_price()
        };
        match declared::read(self.entry.and_then(|entry| entry.cost.as_ref())) {
            Declared::Nothing => {}
            Declared::Zeros if is_local => {}
            Declared::Zeros => found.notes.insert(0, Note::ZeroPlaceholder),
            Declared::Prices(stated) => self.apply(&stated, &mut found),
        }
        found
    }

    /// Puts the config's own prices over what was found.
    fn apply(&self, stated: &Stated, found: &mut Match) {
        let inherited = found.price.take().filter(|price| price.source != Source::Local);
        let price = |stated: &Stated| stated.price(&self.provider, inherited.as_ref());
        let placeholder = stated.without_free_cache(self.bills_writes(inherited.as_ref())).filter(|_| !found.local);
        found.price = price(placeholder.as_ref().unwrap_or(stated));
        if found.price.is_some() {
            found.how = "config".to_owned();
            found.near.clear();
            found.notes.clear();
        } else {
            found.notes.push(Note::IncompleteCost);
        }
        match (&placeholder, &inherited) {
            (None, _) => {}
            (Some(_), Some(_)) => found.notes.push(Note::ZeroCachePrice),
            (Some(_), None) => {
                found.at_best = price(stated);
                found.notes.push(Note::ZeroCachePriceDoubted);
            }
        }
        if stated.per_token {
            found.notes.push(Note::PerToken);
        }
    }

    /// Whether writing to a cache has a price with this model: by the catalogue, and with any of Anthropic's.
    fn bills_writes(&self, catalogue: Option<&Price>) -> bool {
        let listed = catalogue.is_some_and(|price| price.at(Timestamp::UNIX_EPOCH).base().cache_write_5m.is_some());
        listed || self.names().iter().any(|name| name.to_lowercase().contains("claude"))
    }

    /// The vendor's list price, where the provider is the vendor.
    fn list_price(&self) -> Match {
        let by_host = self.host.map(usd::by_host).unwrap_or_default();
        let elsewhere = self.host.filter(|_| by_host.is_empty());
        let shelves = if by_host.is_empty() { usd::by_provider(&self.provider) } else { by_host };
        let Some(first) = shelves.first() else { return self.reseller() };
        let notes = elsewhere.map(|host| Note::OtherHost(host.to_owned())).into_iter().collect();
        if first.id == "openrouter" && is_free_variant(self.id) {
            let price = Price::constant(Unit::Usd, Source::Usd, Sheet::flat(Rates::FREE));
            let context_window = first.find(self.id).and_then(|model| model.context_window);
            return Match {
                price: Some(price),
                how: "free variant".to_owned(),
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
            price: model.price,
            catalogue_name: model.name.map(str::to_owned),
            vendor_model: Some(format!("{}/{}", usd::openclaw_id(shelf.id), model.id)),
            how,
            context_window: model.context_window,
            notes,
            ..Match::default()
        }
    }

    /// A provider whose prices nobody publishes; the vendor's list price of the same model is only mentioned.
    fn reseller(&self) -> Match {
        let mut found = Match { how: format!("no prices known of provider '{}'", self.provider), ..Match::default() };
        let Some((vendor, name)) = self.names().into_iter().find_map(|name| Some((usd::vendor(name)?, name))) else {
            return found;
        };
        let bare = name.rsplit('/').next().unwrap_or(name);
        match vendor.shelf.find(openclaw::resolve_alias(vendor.provider, bare)) {
            Some(model) => {
                let listed = format!("{}/{}", vendor.provider, model.id);
                found.context_window = model.context_window;
                found.notes.push(Note::ListPriceOnly(listed.clone()));
                found.near.push(listed);
            }
            None => found.near = self.near(vendor.provider, vendor.shelf),
        }
        found
    }

    fn near(&self, provider: &str, shelf: &'static Shelf) -> Vec<String> {
        let named = |provider: &str, ids: Vec<String>| -> Vec<String> {
            ids.into_iter().map(|id| format!("{provider}/{id}")).collect()
        };
        let near = named(provider, shelf.near(self.id));
        // A bare name went to the default provider, whose shelf may hold nothing like it.
        let elsewhere = usd::vendor(self.id).filter(|vendor| near.is_empty() && vendor.provider != provider);
        elsewhere.map_or(near, |vendor| named(vendor.provider, vendor.shelf.near(self.id)))
    }

    fn vendor_model(&self) -> Option<String> {
        let vendor_and_name = |name: &&'a str| usd::vendor(name).map(|vendor| (vendor, *name));
        let (vendor, name) = self.names().iter().find_map(vendor_and_name)?;
        Some(format!("{}/{}", vendor.provider, name.rsplit('/').next().unwrap_or(name)))
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
