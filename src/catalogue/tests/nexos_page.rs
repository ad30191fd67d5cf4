//! The nexos.ai page: every cell of it, and how a model behind it is recognised.

use super::*;

#[test]
fn every_cell_of_the_nexos_page_is_as_printed() {
    let page = fixture(include_str!("../../../fixtures/prices/nexos-prices.json"));
    let rows = page["models"].as_array().unwrap();
    assert_eq!(rows.len(), nexos::PAGE.len());
    let cell = |row: &Value, key: &str| row[key].as_str().unwrap_or("-").to_owned();
    for (row, ours) in rows.iter().zip(&nexos::PAGE) {
        assert_eq!(row["name"], ours.name);
        let columns = ["input", "output", "cacheRead", "cacheWrite"].map(|key| cell(row, key));
        assert_eq!(printed(&ours.rates), columns.join(" "), "{}", ours.name);
        assert_eq!(ours.rates.cache_write_1h, None);
        let literal: Vec<_> = row["literal"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
        let suffixed = ["input", "output", "cacheWrite", "cacheRead"].map(|key| match row[key].as_str() {
            Some(price) => format!("{price} credits"),
            None => "Not applicable".to_owned(),
        });
        assert_eq!(literal, suffixed);
    }
    for guidance in page["guidance"]["models"].as_array().unwrap() {
        let row = nexos::PAGE.iter().find(|row| guidance["name"] == row.name).unwrap();
        assert_eq!(guidance["tier"], row.tier.to_string());
    }
    assert!(page["source"]["modifiedUtc"].as_str().unwrap().starts_with(price::PAGE_CHANGED));
}

#[test]
fn a_one_click_install_is_recognised_by_its_names() {
    let install = &fixture(include_str!("../../../fixtures/prices/nexos-provider.json"))["provider"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let zeros = DeclaredCost { input: Some(0.0), output: Some(0.0), cache_read: Some(0.0), cache_write: Some(0.0) };
    let models = install["models"].as_array().unwrap();
    let provider = Provider {
        id: "nexos".to_owned(),
        endpoint: Some(Endpoint { host: text(&install["baseUrlHost"]), ..Endpoint::default() }),
        models: models
            .iter()
            .map(|model| DeclaredModel {
                id: text(&model["id"]),
                name: Some(text(&model["name"])),
                context_window: model["contextWindow"].as_u64(),
                cost: Some(zeros),
                ..DeclaredModel::default()
            })
            .collect(),
        ..Provider::default()
    };
    assert_eq!(models.len(), 7);
    for model in models {
        for name in [text(&model["id"]), text(&model["alias"])] {
            let found = Catalogue::builtin().find("my-host", &name, Some(&provider));
            assert_eq!(found.catalogue_name.as_deref(), model["catalogue"].as_str(), "{name}");
            assert_eq!(found.price.is_some(), model["catalogue"].is_string());
            assert!(found.notes.contains(&PriceNote::ZeroPlaceholder));
            assert_eq!(found.context_window, Some(200_000));
        }
    }
    let near = Catalogue::builtin().names_like("nexos", &text(&models[0]["id"]), Some(&provider));
    assert_eq!(near.first().map(String::as_str), Some("GPT-4.1"));
    let known = Catalogue::builtin().find("nexos", &text(&models[3]["id"]), Some(&provider));
    assert_eq!(known.how, "name 'Nexos Anthropic Claude Opus 4 6 @ Default' matches Claude Opus 4.6");
    assert_eq!(known.price.unwrap().source.to_string(), "nexos.ai credits page, changed 2026-04-08");
}

#[test]
fn nexos_ids_are_vendor_ids_or_display_names_and_never_a_guess() {
    for (id, name) in [
        ("claude-sonnet-4-5", "Claude Sonnet 4.5"),
        ("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5"),
        ("claude-opus-4-6", "Claude Opus 4.6"),
        ("anthropic/claude-opus-4.6", "Claude Opus 4.6"),
        ("CLAUDE OPUS 4.6", "Claude Opus 4.6"),
        ("claude-opus-4-20250514", "Claude Opus 4"),
        ("Claude Opus 4", "Claude Opus 4"),
        ("gpt-4.1", "GPT-4.1"),
        ("gpt-4.1-2025-04-14", "GPT-4.1"),
        ("grok-4-0709", "Grok 4"),
        ("xai/grok-4", "Grok 4"),
        ("gemini-3-flash-preview", "Gemini 3 Flash"),
        ("Gemini 3 Flash", "Gemini 3 Flash"),
    ] {
        assert_eq!(find("nexos", id).catalogue_name.as_deref(), Some(name), "{id}");
    }
    for id in
        ["claude-opus-4-5", "claude-opus-4-1", "gpt-4.1-mini", "gpt-4", "grok-4-fast", "grok-4.1", "opus", "gpt-5.2"]
    {
        let found = find("nexos", id);
        assert_eq!((found.catalogue_name, found.price), (None, None), "{id}");
    }
    assert_eq!(names_like("nexos", "gpt-4.1-mini").first().map(String::as_str), Some("GPT-4.1"));
}

#[test]
fn the_page_beats_a_cost_in_dollars() {
    let declared = entry(Some("api.nexos.ai"), "claude-opus-4-6", Some([Some(5.0), Some(25.0), None, None]));
    let found = Catalogue::builtin().find("credits", "claude-opus-4-6", Some(&declared));
    assert_eq!(price_at(&found, november()), "5.5 27.5 0.55 6.75");
    assert_eq!(found.notes, [PriceNote::BilledInCredits]);
    assert_eq!(found.vendor_model.as_deref(), Some("anthropic/claude-opus-4-6"));
    let elsewhere = entry(Some("nexos.ai.example.com"), "claude-opus-4-6", None);
    assert_eq!(Catalogue::builtin().find("credits", "claude-opus-4-6", Some(&elsewhere)).price, None);
}
