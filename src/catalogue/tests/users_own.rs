//! Prices of the user's own: in the config, and in a `--prices` file.

use super::*;

#[test]
fn declared_prices() {
    let declared = |provider: &str, cost: [Option<f64>; 4]| {
        let host = entry(None, "claude-opus-4-6", Some(cost));
        Catalogue::builtin().find(provider, "claude-opus-4-6", Some(&host))
    };
    let complete = declared("acme", [Some(3.0), Some(15.0), Some(0.3), Some(3.75)]);
    assert_eq!(price_at(&complete, november()), "3 15 0.3 3.75");
    assert_eq!(complete.price.unwrap().source.to_string(), "config models.providers.acme.models[].cost");
    let partial = declared("anthropic", [Some(4.0), None, None, None]);
    assert_eq!(price_at(&partial, november()), "4 25 0.5 6.25");
    let two = declared("acme", [Some(4.0), Some(20.0), None, None]);
    assert_eq!(price_at(&two, november()), "4 20 - -");
    let input_only = declared("acme", [Some(4.0), None, None, None]);
    assert_eq!(input_only.price, None);
    assert!(input_only.notes.contains(&PriceNote::IncompleteCost));
    let per_token = declared("acme", [Some(0.000_015), Some(0.000_075), Some(0.000_001_5), Some(0.000_018_75)]);
    assert_eq!(price_at(&per_token, november()), "15 75 1.5 18.75");
    assert_eq!(per_token.notes, [PriceNote::PerToken]);
    let zeros = declared("anthropic", [Some(0.0); 4]);
    assert_eq!(price_at(&zeros, november()), "5 25 0.5 6.25");
    assert_eq!(zeros.notes, [PriceNote::ZeroPlaceholder]);
    let free_cache = [Some(4.0), Some(20.0), Some(0.0), Some(0.0)];
    let listed = declared("anthropic", free_cache);
    assert_eq!((price_at(&listed, november()).as_str(), listed.at_best.is_none()), ("4 20 0.5 6.25", true));
    assert_eq!(listed.notes, [PriceNote::ZeroCachePrice]);
    let doubted = declared("acme", free_cache);
    assert_eq!(price_at(&doubted, november()), "4 20 - -");
    assert_eq!(printed(doubted.at_best.unwrap().at(november()).base()), "4 20 0 0");
    assert_eq!(doubted.notes, [PriceNote::ZeroCachePriceDoubted]);
    // Nobody bills the writes of a model like this.
    let gpt = entry(None, "gpt-5.4", Some([Some(2.5), Some(15.0), Some(0.25), Some(0.0)]));
    let unwritten = Catalogue::builtin().find("acme", "gpt-5.4", Some(&gpt));
    assert_eq!((price_at(&unwritten, november()).as_str(), unwritten.notes.len()), ("2.5 15 0.25 0", 0));
    let empty = declared("anthropic", [None; 4]);
    assert_eq!((price_at(&empty, november()).as_str(), empty.notes.len()), ("5 25 0.5 6.25", 0));
}

#[test]
fn the_users_own_prices_win() {
    let file = json!({ "unit": "credits", "models": {
        "nexos/GPT 5.2": { "input": "1.9", "output": 15.5, "cacheRead": "0.19", "contextWindow": 400000 },
    }});
    let catalogue = Catalogue::with_prices(&file).unwrap();
    let found = catalogue.find("nexos", "Nexos Gpt 5 2", None);
    assert_eq!((price_at(&found, november()).as_str(), found.context_window), ("1.9 15.5 0.19 -", Some(400_000)));
    assert_eq!(found.price.unwrap().source, PriceSource::PricesFile);
    assert_eq!(catalogue.list(Unit::Credits, Some("gpt")).len(), 2);
}

#[test]
fn a_wrong_prices_file_says_where() {
    let message = |file: Value| Catalogue::with_prices(&file).unwrap_err().to_string();
    let models = |models: Value| message(json!({ "unit": "USD", "models": models }));
    assert_eq!(message(json!({ "models": {} })), "unit: expected \"USD\" or \"credits\"");
    assert!(models(json!({ "large": {} })).starts_with("models[\"large\"]: the name should be"));
    assert_eq!(models(json!({ "acme/large": { "input": 1 } })), "models[\"acme/large\"].output: missing");
    for price in [json!("-1"), json!("1e3"), json!(true), json!("0.1234567")] {
        let text = models(json!({ "acme/large": { "input": price, "output": 1 } }));
        assert!(text.starts_with("models[\"acme/large\"].input: expected a price per million"), "{text}");
    }
    assert!(
        models(json!({ "acme/large": { "input": 1, "output": 1, "cached": 1 } })).contains("cached: unknown field")
    );
}

#[test]
fn the_prices_schema_accepts_what_the_reader_accepts() {
    let schema = fixture(include_str!("../../../schemas/prices.v1.schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (file, valid) in [
        (json!({ "unit": "USD", "models": { "acme/large": { "input": "3", "output": 15, "cacheRead": null } } }), true),
        (json!({ "unit": "EUR", "models": {} }), false),
        (json!({ "unit": "USD", "models": { "large": { "input": "3", "output": "15" } } }), false),
        (json!({ "unit": "USD", "models": { "acme/large": { "input": "3" } } }), false),
        (json!({ "unit": "USD", "models": { "acme/large": { "input": "-3", "output": "1" } } }), false),
        (json!({ "unit": "USD", "models": { "acme/large": { "input": "3", "output": "1", "cached": "1" } } }), false),
        (
            json!({ "unit": "USD", "models": { "acme/large": { "input": "3", "output": "1", "contextWindow": 200000 } } }),
            true,
        ),
        (
            json!({ "unit": "USD", "models": { "acme/large": { "input": "3", "output": "1", "contextWindow": 0 } } }),
            false,
        ),
        (
            json!({ "unit": "USD", "models": { "acme/large": { "input": "3", "output": "1", "contextWindow": "1k" } } }),
            false,
        ),
    ] {
        assert_eq!(validator.is_valid(&file), valid, "{file}");
        assert_eq!(Catalogue::with_prices(&file).is_ok(), valid, "{file}");
    }
}

/// A price of 0 that the user gives is free; any other is not, on a server of one's own either.
#[test]
fn a_zero_of_the_users_own_is_free() {
    let free = |price: &str| {
        let file = json!({ "unit": "USD", "models": {
            "acme/large": { "input": price, "output": price }, "ollama/qwen3:32b": { "input": price, "output": price } } });
        let catalogue = Catalogue::with_prices(&file).unwrap();
        [("acme", "large"), ("ollama", "qwen3:32b")].map(|(provider, id)| catalogue.find(provider, id, None).free)
    };
    assert_eq!(free("0"), [Some(Free::PricesFile), Some(Free::Runtime)]);
    assert_eq!(free("0.2"), [None, None]);
}
