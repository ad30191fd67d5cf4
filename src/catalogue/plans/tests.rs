use serde_json::json;

use super::*;
use crate::gateway::anthropic::AnthropicAuth;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::runtime;
use crate::schema::Schema;

static SCHEMA: Schema = Schema::new(include_str!("../../../schemas/plans.v1.schema.json"));

fn model(name: &str) -> ModelRef {
    ModelRef::parse(name).unwrap()
}

fn named(id: &str) -> Option<Arc<FlatPlan>> {
    Plans::default().named(id).cloned()
}

/// The id of an offer; of none, nothing.
/// What pays for a model as all agents use it.
fn offer(
    model: &ModelRef,
    config: &Value,
    anthropic: Option<AnthropicAuth>,
    told: Option<&FlatPlan>,
) -> Option<Arc<Offer>> {
    Plans::default().offer(model, config, runtime::of(config, None, model), anthropic, told)
}

fn id(offer: Option<Arc<Offer>>) -> String {
    offer.map_or(String::new(), |offer| offer.id.clone())
}

#[test]
fn the_catalogue_keeps_its_schema_and_its_ids_are_one_each() {
    let file: Value = serde_json::from_str(TEXT).unwrap();
    assert_eq!(SCHEMA.check(&file).iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
    let mut broken = file.clone();
    broken["offers"][0]["plans"][0]["windows"][0]["unit"] = json!("minutes");
    assert_eq!(SCHEMA.check(&broken).len(), 1);
    for all in [
        embedded().iter().map(|offer| &offer.id).collect::<Vec<_>>(),
        embedded().iter().flat_map(|offer| offer.plans()).map(|plan| &plan.id).collect(),
        embedded()
            .iter()
            .flat_map(|offer| offer.plans())
            .flat_map(|plan| &plan.windows)
            .map(|quota| &quota.id)
            .collect(),
    ] {
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), all.len(), "{all:?}");
    }
    for quota in embedded().iter().flat_map(|offer| offer.plans()).flat_map(|plan| &plan.windows) {
        assert!(quota.limit.is_none_or(|limit| limit.low <= limit.high), "{}", quota.id);
        assert_eq!(quota.limit.is_none(), quota.disclosure == Disclosure::Unpublished, "{}", quota.id);
        assert!(
            quota.zone.as_ref().is_none_or(|zone| crate::gateway::active_hours::known_zone(zone).is_some()),
            "{}",
            quota.id
        );
    }
}

/// A config that bears one mark and nothing else.
fn bearing(mark: &PlanMark) -> (ModelRef, Value) {
    let provider = mark.provider.as_deref().unwrap_or("mine");
    let id = mark.models.first().map_or("some-model".to_owned(), |name| name.replace('*', "x"));
    let mut config = json!({});
    if let Some(address) = &mark.address {
        config["models"]["providers"][provider]["baseUrl"] = format!("https://{address}").into();
    }
    if let Some(mode) = mark.sign_in.first().or(mark.any_sign_in.first()) {
        config["auth"]["profiles"]["p"] = json!({ "provider": provider, "mode": mode });
    }
    if !mark.any_sign_in.is_empty() {
        config["auth"]["profiles"]["other"] = json!({ "provider": provider, "mode": "api_key" });
    }
    let model = ModelRef { provider: provider.to_owned(), id };
    if let Some(harness) = &mark.harness {
        config["agents"]["defaults"]["models"][model.to_string()] = json!({ "agentRuntime": { "id": harness } });
    }
    (model, config)
}

#[test]
fn each_mark_tells_its_offer_and_each_tier_its_windows() {
    for offering in embedded() {
        for mark in &offering.marks {
            let (model, config) = bearing(mark);
            let anthropic = AnthropicAuth::resolve(&config, None);
            let told = offering.plans().first().map(|plan| &**plan);
            assert_eq!(id(offer(&model, &config, anthropic, told)), offering.id, "{mark:?}");
            let found = id(offer(&model, &config, anthropic, None));
            assert_eq!(found, if mark.unsure { "" } else { &*offering.id }, "{mark:?}");
        }
        for plan in offering.plans() {
            assert!(named(&plan.id).is_some_and(|found| found.id == plan.id));
            let tiers: Vec<&str> = offering.tiers("any", &json!({}), Some(plan)).map(|tier| &*tier.id).collect();
            assert_eq!(tiers, [&*plan.id]);
            for quota in &plan.windows {
                let id = quota.models.first().map_or("some-model".to_owned(), |name| name.replace('*', "x"));
                let day = quota.since.as_deref().or(quota.until.as_deref()).unwrap_or("2026-11-01");
                let held: Vec<&str> = plan.quotas(&id, day).into_iter().map(|quota| &*quota.id).collect();
                assert!(held.contains(&&*quota.id), "{}: {held:?}", quota.id);
                assert!(named(&quota.id).is_some(), "{}", quota.id);
            }
        }
    }
}

#[test]
fn what_pays_is_known_by_provider_address_or_sign_in() {
    let none = json!({});
    let paid = |name: &str, config: &Value, auth| id(offer(&model(name), config, auth, None));
    let at = |url: &str| {
        let config = json!({ "models": { "providers": { "mine": { "baseUrl": url } } } });
        paid("mine/m", &config, None)
    };
    assert_eq!(at("https://api.z.ai/api/coding/paas/v4"), "glm");
    assert_eq!(at("https://api.kimi.com/coding"), "kimi");
    // openclaw/openclaw#69434: a provider of the user's own name.
    assert_eq!(
        (at("https://ollama.com/v1"), at("https://ollama.com")),
        ("ollama-cloud".to_owned(), "ollama-cloud".to_owned())
    );
    assert_eq!(at("https://ollama.com.example/v1"), "");
    for url in ["https://api.z.ai/api/paas/v4", "https://api.moonshot.ai/v1", "http://localhost:4000/api/coding/"] {
        assert_eq!(at(url), "", "{url}");
    }
    let signed = |modes: &[&str]| {
        let profiles = modes.iter().enumerate();
        let profiles: serde_json::Map<String, Value> =
            profiles.map(|(at, mode)| (format!("p{at}"), json!({ "provider": "openai", "mode": mode }))).collect();
        paid("openai/gpt-5.4", &json!({ "auth": { "profiles": profiles } }), None)
    };
    let signs = [signed(&[]), signed(&["api_key"]), signed(&["oauth"]), signed(&["oauth", "api_key"])];
    // Of both kinds the subscription comes first, but for OpenClaw's own runtime (2026.9.6 docs/providers/openai/runtimes.md).
    assert_eq!(signs, ["", "", "chatgpt", "chatgpt"]);
    // The Codex app-server signs in by an account, and a key is what it falls back to (2026.9.6
    // docs/providers/openai/runtimes.md); a harness on another address is none that it reaches.
    let codex = |modes: &[&str], provider: Value| {
        let profiles = modes.iter().enumerate();
        let profiles: serde_json::Map<String, Value> =
            profiles.map(|(at, mode)| (format!("p{at}"), json!({ "provider": "openai", "mode": mode }))).collect();
        let config = json!({ "auth": { "profiles": profiles }, "models": { "providers": { "openai": provider } },
            "agents": { "defaults": { "models": { "openai/gpt-5.4": { "agentRuntime": { "id": "codex" } } } } } });
        paid("openai/gpt-5.4", &config, None)
    };
    let signs = [&[][..], &["oauth"], &["oauth", "api_key"], &["api_key"]].map(|modes| codex(modes, json!({})));
    assert_eq!(signs, ["chatgpt", "chatgpt", "chatgpt", ""]);
    assert_eq!(codex(&[], json!({ "apiKey": "${OPENAI_API_KEY}" })), "");
    assert_eq!(codex(&["oauth"], json!({ "apiKey": "${OPENAI_API_KEY}" })), "chatgpt");
    assert_eq!(codex(&[], json!({ "baseUrl": "https://llm.example.org" })), "");
    // A bare name went to the default provider, which has no such model.
    assert_eq!(paid("minimax-portal/gemini-2.5-flash", &none, None), "");
    assert_eq!(paid("github-copilot/gemini-2.5-flash", &none, None), "copilot");
    // A gateway in between has a bill of its own.
    let beside = |url: &str| json!({ "models": { "providers": { "anthropic": { "baseUrl": url } } } });
    let opus = "anthropic/claude-opus-4-8";
    let (oauth, key) = (Some(AnthropicAuth::OAuth), Some(AnthropicAuth::ApiKey));
    assert_eq!(paid(opus, &none, oauth), "claude");
    assert_eq!(paid(opus, &beside("https://api.anthropic.com"), oauth), "claude");
    assert_eq!(paid(opus, &beside("https://llm.example.org"), oauth), "");
    assert_eq!([paid(opus, &none, key), paid(opus, &none, None)], ["", ""]);
}

#[test]
fn the_tier_is_the_one_told_else_all_that_the_sign_in_allows() {
    let google = embedded().iter().find(|offer| offer.id == "google-account").unwrap();
    let tiers = |mode: Option<&str>, told: Option<&str>| {
        let profiles = mode.map(|mode| json!({ "p": { "provider": "google-gemini-cli", "mode": mode } }));
        let config = json!({ "auth": { "profiles": profiles } });
        let tiers = google.tiers("google-gemini-cli", &config, told.and_then(named).as_deref());
        tiers.map(|tier| tier.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(tiers(None, None).len(), 4);
    assert_eq!(tiers(Some("api_key"), None), ["gemini-cli-key-free"]);
    assert_eq!(tiers(Some("oauth"), None), ["gemini-cli-oauth", "gemini-cli-pro", "gemini-cli-ultra"]);
    assert_eq!(tiers(Some("oauth"), Some("gemini-cli-pro")), ["gemini-cli-pro"]);
    // A tier of another offer says nothing here.
    assert_eq!(tiers(None, Some("glm-lite")).len(), 4);
    assert!(named("glm-lit").is_none() && Plans::default().unknown("glm-lit").contains("did you mean 'glm-lite'"));
}

#[test]
fn a_window_for_a_model_comes_before_those_for_all_and_an_unnamed_one_may_be_any() {
    let ids = |plan: &str, model: &str| {
        let plan = named(plan).unwrap();
        plan.quotas(model, "2026-11-01").into_iter().map(|quota| quota.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids("codex-plus", "gpt-5.5"), ["codex-plus-gpt-5.5"]);
    assert_eq!(ids("codex-plus", "GPT-5.4-mini"), ["codex-plus-mini"]);
    assert_eq!(ids("codex-plus", "gpt-6-astra").len(), 5);
    assert_eq!(ids("groq-free", "groq/compound"), ["groq-free", "groq-free-rpm", "groq-free-tpm-compound"]);
    assert_eq!(ids("groq-free", "qwen/qwen3.6-27b"), ["groq-free", "groq-free-rpm", "groq-free-tpm"]);
    // Copilot counted premium requests until the end of May 2026, and dollars since.
    let units =
        |day: &str| named("copilot-pro").unwrap().quotas("x", day).into_iter().map(|q| q.unit).collect::<Vec<_>>();
    assert_eq!([units("2026-05-31"), units("2026-06-01")], [[QuotaUnit::PremiumRequest], [QuotaUnit::Usd]]);
}

/// docs.z.ai/devpack/overview (read 2026-09-09), "Estimated Token Allowance": how many million tokens of input a week of
/// each tier allows at a cache hit rate, all at peak and all off peak. How much output goes with it the page does not say:
/// 46 tokens for 10,000 of input, at which each of its 36 figures comes out to the digit.
#[test]
fn glms_published_allowances_come_out_to_the_digit() {
    const OUTPUT: u64 = 46;
    let published = [
        (95, "glm-5.3", [[48, 97], [290, 580], [676, 1352]]),
        (95, "glm-5.3-flash", [[146, 292], [877, 1755], [2047, 4095]]),
        (96, "glm-5.3", [[50, 99], [297, 595], [694, 1387]]),
        (96, "glm-5.3-flash", [[150, 300], [900, 1801], [2101, 4202]]),
        (98, "glm-5.3", [[52, 104], [313, 627], [731, 1463]]),
        (98, "glm-5.3-flash", [[158, 317], [950, 1900], [2217, 4433]]),
    ];
    let glm = embedded().iter().find(|offer| offer.id == "glm").unwrap();
    let formula = glm.credits.as_ref().unwrap();
    let off_peak = formula.peak.as_ref().unwrap().off_peak;
    for (hit_rate, model, tiers) in published {
        let (rates, same) = formula.rates(model).unwrap();
        assert_eq!(rates, same, "{model}");
        let billed = rates.billed();
        // For a million tokens of input.
        let credits = billed.input.times(10_000 * (100 - hit_rate))
            + billed.cache_read.times(10_000 * hit_rate)
            + billed.output.times(100 * OUTPUT);
        for (plan, [at_peak, off]) in ["glm-lite", "glm-pro", "glm-max"].into_iter().zip(tiers) {
            let tier = named(plan).unwrap();
            let week = tier.windows.iter().find(|quota| quota.window == QuotaSpan::Week).unwrap();
            let week = i128::from(week.limit.unwrap().low) * 1_000_000_000_000;
            let part = |part: i128| (2 * week * 1_000_000 / part + credits.pico()) / (2 * credits.pico());
            let found = [part(1_000_000), part(off_peak.pico() / 1_000_000)];
            assert_eq!(found, [at_peak, off], "{plan}, {model} at {hit_rate}%");
        }
    }
    // The page: GLM-5.2 and GLM-5.1 are answered by GLM-5.3, GLM-4.7 by GLM-5.3-Flash.
    for (asked, answers) in [("glm-5.2", "glm-5.3"), ("glm-5.1", "glm-5.3"), ("glm-4.7", "glm-5.3-flash")] {
        assert_eq!(formula.rates(asked), formula.rates(answers), "{asked}");
    }
    let (least, most) = formula.rates("glm-9").unwrap();
    assert!(least.input < most.input);
}

/// docs.github.com, the table of 2026-05-29.
#[test]
fn copilots_multipliers_come_out_to_the_digit() {
    let copilot = embedded().iter().find(|offer| offer.id == "copilot").unwrap();
    let times = |id: &str| copilot.multipliers.as_ref().unwrap().of(id).map(|times| times.to_string());
    for (id, expected) in [
        ("claude-haiku-4.5", "0.33"),
        ("claude-opus-4.6", "3"),
        ("claude-opus-4.7", "15"),
        ("claude-sonnet-4.6", "1"),
        ("gpt-4.1", "0"),
        ("gpt-5-mini", "0"),
        ("gpt-5.4-nano", "0.25"),
        ("gpt-5.5", "7.5"),
        ("gemini-3-flash", "0.33"),
    ] {
        assert_eq!(times(id).as_deref(), Some(expected), "{id}");
    }
    assert_eq!(times("claude-opus-4.8"), None);
}

#[test]
fn what_was_read_long_ago_is_stale() {
    let quota = |id: &str| named(id).unwrap().windows.iter().find(|quota| quota.id == id).cloned().unwrap();
    let on = jiff::civil::date(2026, 11, 28);
    assert!(!quota("openrouter-free").is_stale(90, on) && !quota("glm-lite-5h").is_stale(90, on));
    assert!(quota("kimi-code").is_stale(90, on) && quota("claude-max5").is_stale(90, on));
    assert!(quota("openrouter-free").is_stale(30, on));
}
