//! What the catalogue says of one model: its price or why there is none, how it was recognised, and what to know of it.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::local::Free;
use super::nexos;
use super::plans::Offer;
use super::price::{Price, PriceSource, Tier};
use crate::gateway::providers::Provider;
use crate::money::Unit;

/// The answer to a look-up.
#[derive(Clone, Debug, Default)]
pub struct Match {
    /// `None` when unknown, which is never the same as free.
    pub price: Option<Price>,
    /// What it may cost at best, where that is another: a stated cache price of 0 that no catalogue confirms.
    pub at_best: Option<Price>,
    /// The catalogue's name of the model, such as `Claude Opus 4.6`.
    pub catalogue_name: Option<String>,
    /// The model at its vendor as `provider/id`, for what depends on the model itself and not on who sells it.
    pub vendor_model: Option<String>,
    /// Who makes the model, as people call them.
    pub maker: Option<&'static str>,
    /// How it was recognised, in words.
    pub how: String,
    /// Tokens.
    pub context_window: Option<u64>,
    /// Up to three known names like this one, best first, where somebody asked and the price is unknown.
    pub(super) near: Vec<String>,
    /// What the reader of a figure should know.
    pub notes: Vec<PriceNote>,
    /// It runs on the user's own machines.
    pub local: bool,
    /// Why it costs nothing, where that is known: then, and only then, its price is 0.
    pub free: Option<Free>,
    /// The list price of the model that its name means, where nobody can say who answers: unknown, but this if it is the
    /// vendor's.
    pub if_vendors: Option<ListPrice>,
    /// The plan or quota that pays for it: then it has no price, unless the user's own file gives one or it costs no money.
    pub plan: Option<Arc<Offer>>,
    /// What it costs by the token, where a plan pays instead.
    pub by_the_token: Option<ListPrice>,
    pub(super) guidance: Option<Tier>,
}

/// A model at its vendor or at a seller that publishes prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPrice {
    /// As `provider/id`.
    pub model: String,
    /// What it costs there.
    pub price: Price,
}

impl Match {
    /// What a model of a provider is billed in: its price's unit, else credits where the provider is recognised as nexos.
    pub fn unit(&self, provider: &str, declared: Option<&Provider>) -> Unit {
        match &self.price {
            Some(price) => price.unit,
            None if nexos::is_nexos(provider, declared) => Unit::Credits,
            None => Unit::Usd,
        }
    }

    /// Says that a plan pays, which has no price a request; only the user's own prices stand before it, and what costs no
    /// money anyway goes on doing so.
    pub fn paid_by(&mut self, offer: Option<Arc<Offer>>) {
        let is_users_own = self.price.as_ref().is_some_and(|price| price.source == PriceSource::PricesFile);
        let Some(offer) = offer.filter(|_| !is_users_own) else { return };
        self.plan = Some(Arc::clone(&offer));
        if self.free == Some(Free::Listed) {
            return;
        }
        let price = self.price.take().filter(|price| price.source != PriceSource::Local);
        let listed = self.vendor_model.clone().zip(price).map(|(model, price)| ListPrice { model, price });
        self.by_the_token = listed.or_else(|| self.if_vendors.take());
        self.at_best = None;
        self.if_vendors = None;
        self.free = None;
        self.local = false;
        self.notes = vec![PriceNote::Subscription];
        self.how = format!("paid by {}", offer.words);
    }

    /// The tier: the page's guidance, else by the output price at a time; `None` when the price is unknown.
    pub fn tier(&self, at: Timestamp) -> Option<Tier> {
        self.guidance.or_else(|| self.price.as_ref().map(|price| Tier::of_output(price.at(at).base().output)))
    }
}

/// Something to know about a price or its absence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceNote {
    /// Every declared price of a hosted model is zero: a placeholder, ignored.
    ZeroPlaceholder,
    /// A declared cache price of 0 beside others: a placeholder; the catalogue's price counts instead.
    ZeroCachePrice,
    /// The same where no catalogue has a price: plain input counts, and 0 at the low end only.
    ZeroCachePriceDoubted,
    /// The declared prices are per token; read as meant.
    PerToken,
    /// The declared prices lack input or output and the catalogue has none to add.
    IncompleteCost,
    /// The config states prices in USD for a model that is billed in credits; ignored.
    BilledInCredits,
    /// Paid by subscription; requests have no price.
    Subscription,
    /// A list price is known, but not who answers here and what that costs: the model as `provider/id`.
    ListPriceOnly(String),
    /// The vendor's list price, though the config sends requests to this host.
    OtherHost(String),
}

impl fmt::Display for PriceNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PriceNote::ZeroPlaceholder => f.write_str("every declared cost is 0: taken as a placeholder, not as free"),
            PriceNote::ZeroCachePrice => f.write_str(
                "a declared cacheRead or cacheWrite of 0 is taken as a placeholder, as hosts bill cached input too: \
                 the catalogue's price counts",
            ),
            PriceNote::ZeroCachePriceDoubted => f.write_str(
                "a declared cacheRead or cacheWrite of 0 is doubted, as hosts bill cached input too and no catalogue \
                 has this one's price: counted as plain input, and as 0 at the low end; state the real price",
            ),
            PriceNote::PerToken => f.write_str("the declared cost looks per token: read as meant (x 1,000,000)"),
            PriceNote::IncompleteCost => {
                f.write_str("the declared cost lacks input or output, and no catalogue adds it")
            }
            PriceNote::BilledInCredits => {
                f.write_str("the declared cost is in USD, but nexos.ai bills credits: ignored")
            }
            PriceNote::Subscription => f.write_str("paid by subscription: requests have no price of their own"),
            PriceNote::ListPriceOnly(model) => write!(
                f,
                "nothing here says who answers and what that costs; if it is the vendor's, the list price of {model} \
                 counts. Add \"cost\" to the model's entry or give --prices"
            ),
            PriceNote::OtherHost(host) => write!(f, "vendor's list price; {host} may charge another"),
        }
    }
}
