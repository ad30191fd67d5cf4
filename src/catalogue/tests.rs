mod free;
mod nexos_page;
mod users_own;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::gateway::providers::{DeclaredCost, DeclaredModel, Endpoint};
use crate::money::Rate;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn november() -> Timestamp {
    time("2026-11-22T15:00:00Z")
}

fn names_like(provider: &str, id: &str) -> Vec<String> {
    Catalogue::builtin().names_like(provider, id, None)
}

fn find(provider: &str, id: &str) -> Match {
    Catalogue::builtin().find(provider, id, None)
}

/// Input, output, cache read, cache write per million as printed, `-` where there is none.
fn printed(rates: &Rates) -> String {
    let optional = |rate: Option<Rate>| rate.map_or("-".to_owned(), |rate| rate.per_million().to_string());
    let columns = [Some(rates.input), Some(rates.output), rates.cache_read, rates.cache_write_5m];
    columns.map(optional).join(" ")
}

fn price_at(found: &Match, at: Timestamp) -> String {
    found.price.as_ref().map_or("unknown".to_owned(), |price| printed(price.at(at).base()))
}

fn price(provider: &str, id: &str) -> String {
    price_at(&find(provider, id), november())
}

/// A provider entry with one model, its host and its declared input, output, cache read and cache write.
fn entry(host: Option<&str>, id: &str, cost: Option<[Option<f64>; 4]>) -> Provider {
    let cost =
        cost.map(|[input, output, cache_read, cache_write]| DeclaredCost { input, output, cache_read, cache_write });
    let model = DeclaredModel { id: id.to_owned(), cost, ..DeclaredModel::default() };
    let endpoint = host.map(|host| Endpoint { host: host.to_owned(), ..Endpoint::default() });
    Provider { endpoint, models: vec![model], ..Provider::default() }
}

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn built_in_providers_have_list_prices() {
    for (provider, id, expected) in [
        ("anthropic", "claude-opus-4-6", "5 25 0.5 6.25"),
        ("anthropic", "claude-haiku-4-5", "1 5 0.1 1.25"),
        ("anthropic", "claude-haiku-4-5-20251001", "1 5 0.1 1.25"),
        ("anthropic-vertex", "claude-opus-4-6@default", "5 25 0.5 6.25"),
        ("openai", "gpt-5.4", "2.5 15 0.25 -"),
        ("google", "gemini-3-flash-preview", "0.5 3 0.05 -"),
        ("google", "gemini-3-flash", "0.5 3 0.05 -"),
        ("mistral", "mistral-large-latest", "0.5 1.5 0.05 -"),
        ("openrouter", "anthropic/claude-opus-4.6", "5 25 0.5 6.25"),
        ("openrouter", "anthropic/claude-opus-4-6", "5 25 0.5 6.25"),
        ("openrouter", "anthropic/claude-opus-4.6:floor", "5 25 0.5 6.25"),
        ("openrouter", "allenai/molmo-7b-d:free", "0 0 0 0"),
    ] {
        assert_eq!(price(provider, id), expected, "{provider}/{id}");
    }
    for (provider, id) in
        [("openai", "gpt-6-astra"), ("xai", "grok-4.7"), ("xai", "grok-4.3"), ("xai", "grok-4.5"), ("xai", "grok-4")]
    {
        assert_ne!(price(provider, id), "unknown", "{provider}/{id}");
    }
    assert_eq!(find("anthropic", "opus").how, "alias 'opus' means claude-opus-5");
    assert_eq!(find("anthropic", "opus").catalogue_name.as_deref(), Some("Claude Opus 5"));
    assert_eq!(find("openai", "gpt-5.4").price.unwrap().source.to_string(), "genai-prices 0.2.1");
}

#[test]
fn an_unknown_model_has_neighbours_and_no_price() {
    let found = find("anthropic", "claude-opus-4-9");
    assert_eq!(found.price, None);
    let near = names_like("anthropic", "claude-opus-4-9");
    assert_eq!(near.len(), 3);
    assert!(near.iter().all(|name| name.starts_with("anthropic/claude-opus-")), "{near:?}");
    // A rule of the data reads this as Gemini 3.6 Flash.
    assert_eq!(price("google", "gemini-3.6-flash-lite"), "unknown");
    assert_eq!(price("openrouter", "auto"), "unknown");
    assert_eq!(price("github-copilot", "claude-haiku-4-5"), price("github-copilot", "claude-haiku-4.5"));
    assert_eq!(names_like("acme", "acme-1"), Vec::<String>::new());
}

#[test]
fn a_subscription_has_no_price() {
    let found = find("claude-cli", "claude-opus-5");
    assert_eq!((found.price, found.notes), (None, vec![PriceNote::Subscription]));
    assert_eq!(names_like("claude-cli", "claude-opus-5"), ["anthropic/claude-opus-5"]);
}

#[test]
fn a_reseller_is_not_the_vendor() {
    let declared = entry(Some("proxy.example.com"), "claude-opus-4-6", Some([Some(0.0); 4]));
    let found = Catalogue::builtin().find("myproxy", "claude-opus-4-6", Some(&declared));
    assert_eq!(found.price, None);
    let near = Catalogue::builtin().names_like("myproxy", "claude-opus-4-6", Some(&declared));
    assert_eq!(near, ["anthropic/claude-opus-4-6"]);
    assert_eq!(
        found.notes,
        [PriceNote::ZeroPlaceholder, PriceNote::ListPriceOnly("anthropic/claude-opus-4-6".to_owned())]
    );
    let vendor = entry(Some("api.anthropic.com"), "claude-opus-4-6", None);
    assert_eq!(
        price_at(&Catalogue::builtin().find("work", "claude-opus-4-6", Some(&vendor)), november()),
        "5 25 0.5 6.25"
    );
    let redirected = entry(Some("gateway.example.com"), "claude-opus-4-6", None);
    let found = Catalogue::builtin().find("anthropic", "claude-opus-4-6", Some(&redirected));
    assert_eq!(found.notes, [PriceNote::OtherHost("gateway.example.com".to_owned())]);
    assert!(found.price.is_some());
}

#[test]
fn prices_change_with_the_hour_and_on_dates() {
    let deepseek = find("deepseek", "deepseek-v4-pro");
    let at = |text: &str| price_at(&deepseek, time(text));
    assert_eq!(at("2026-11-22T15:00:00Z"), "0.66 1.98 0.022 -");
    for peak in ["01:00:00", "03:59:59", "06:00:00", "09:59:59"] {
        assert_eq!(at(&format!("2026-11-22T{peak}Z")), "1.32 3.96 0.044 -");
    }
    for off in ["00:59:59", "04:00:00", "05:59:59", "10:00:00"] {
        assert_eq!(at(&format!("2026-11-22T{off}Z")), "0.66 1.98 0.022 -");
    }
    let price = deepseek.price.unwrap();
    assert_eq!(price.constant_over(november(), time("2026-11-23T15:00:00Z")), None);

    let gemini = find("google", "gemini-3.6-flash");
    assert_eq!(price_at(&gemini, time("2026-12-31T23:59:59Z")), "0.75 3.75 0.075 -");
    assert_eq!(price_at(&gemini, time("2027-01-01T00:00:00Z")), "1.5 7.5 0.15 -");
    assert_eq!(
        (gemini.tier(november()), gemini.tier(time("2027-01-01T00:00:00Z"))),
        (Some(Tier::Light), Some(Tier::Balanced))
    );
    let price = gemini.price.unwrap();
    assert!(price.constant_over(november(), time("2026-12-22T15:00:00Z")).is_some());
    assert!(price.constant_over(november(), time("2027-01-01T00:00:00Z")).is_none());
}

#[test]
fn a_long_prompt_reprices_the_whole_request() {
    let price = find("openai", "gpt-5.4").price.unwrap();
    let sheet = price.at(november());
    assert_eq!(printed(sheet.rates(272_000)), "2.5 15 0.25 -");
    assert_eq!(printed(sheet.rates(272_001)), "5 22.5 0.5 -");
    assert_eq!(sheet.steps().len(), 1);
}

#[test]
fn context_windows_come_from_config_then_openclaw_then_price_data() {
    let mut declared = entry(None, "gpt-5.4", None);
    declared.models[0].context_window = Some(64_000);
    assert_eq!(Catalogue::builtin().find("openai", "gpt-5.4", Some(&declared)).context_window, Some(64_000));
    assert_eq!(find("openai", "gpt-5.4").context_window, Some(1_050_000));
    assert_eq!(find("anthropic", "claude-sonnet-4-5").context_window, Some(200_000));
    assert_eq!(find("nexos", "claude-sonnet-4-5").context_window, Some(200_000));
    assert_eq!(find("acme", "acme-1").context_window, None);
}

#[test]
fn built_in_providers_offer_current_models_only() {
    let newest = "2026.9.6".parse().unwrap();
    let beside = |provider: &str, id: &str| -> Vec<String> {
        let model = ModelRef { provider: provider.to_owned(), id: id.to_owned() };
        Catalogue::builtin().models_beside(&model, newest).into_iter().map(|model| model.id).collect()
    };
    let has = |provider: &str, id: &str| beside(provider, "any").iter().any(|offered| offered == id);
    assert!(has("anthropic", "claude-haiku-4-5"));
    assert!(!has("anthropic", "claude-opus-4-8"), "deprecated");
    assert!(!has("xai", "grok-4"), "historic");
    assert!(has("openai", "gpt-5.4-nano"));
    assert_eq!(beside("acme", "any"), Vec::<String>::new());
    // Each id that is offered on Bedrock has a price and a window, in every region that the price data knows.
    for (id, offered) in
        [("us.anthropic.claude-opus-4-7", 9), ("anthropic.claude-opus-4-7", 9), ("us.amazon.nova-pro-v1:0", 3)]
    {
        let ids = beside("amazon-bedrock", id);
        assert_eq!(ids.len(), offered);
        for id in ids {
            let found = find("amazon-bedrock", &id);
            assert!(found.price.is_some() && found.context_window.is_some(), "{id}");
        }
    }
}

#[test]
fn the_list_is_per_unit() {
    let catalogue = Catalogue::builtin();
    let page = catalogue.list(Unit::Credits, None);
    assert_eq!(page.len(), 6);
    assert!(page.iter().all(|listed| listed.price.unit == Unit::Credits && listed.guidance.is_some()));
    let offered = catalogue.list(Unit::Usd, None);
    assert!(offered.len() > 40, "{}", offered.len());
    assert!(offered.iter().all(|listed| listed.price.unit == Unit::Usd && listed.price.source == PriceSource::Usd));
    let found = catalogue.list(Unit::Usd, Some("opus 4.6"));
    assert!(found.iter().any(|listed| listed.id == "anthropic/claude-opus-4-6"));
}
