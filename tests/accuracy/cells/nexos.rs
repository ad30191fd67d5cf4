//! nexos.ai behind `openai-completions`, 2026.9.6.

use serde_json::json;

use super::{Cell, Names, Sent, config, fixture, nobody, number, parts, usage};
use crate::accuracy::case::Case;

const NEXOS: Names = &[
    ("tools", &["toolsJson"]),
    ("files", &["workspaceFiles"]),
    ("skills", &["skills"]),
    ("system", &["toolCatalogue", "systemRest"]),
];

pub(super) fn all() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/requests-nexos.json"));
    let mut cells = Vec::new();
    for row in facts["summary"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap();
        let has = |word: &str| name.contains(word);
        let mut model = json!({ "id": "claude-opus-4-6", "name": "Claude Opus 4.6", "contextWindow": 200_000 });
        let marked = !has("no compat") && !has("supportsPromptCacheKey");
        if marked {
            model["compat"] = json!({ "cacheControlFormat": "anthropic",
                "supportsLongCacheRetention": has("supportsLongCacheRetention") });
        }
        let mut config =
            config("nexos/claude-opus-4-6", has("isolatedSession true"), has("lightContext true"), &nobody());
        config["models"] = json!({ "providers": { "nexos": {
            "baseUrl": "https://api.nexos.ai/v1", "api": "openai-completions", "models": [model] } } });
        for retention in ["none", "short", "long"] {
            if has(&format!("cacheRetention {retention}")) {
                config["agents"]["defaults"]["params"] = json!({ "cacheRetention": retention });
            }
        }
        let chars: Vec<u64> = row["totalChars"].as_array().unwrap().iter().map(number).collect();
        let calls = number(&row["requestsPerTick"][0]) as usize;
        // A tool tick is the first one measured, elsewhere the second finds a warm cache.
        let at = if calls > 1 { 0 } else { 1 };
        let own = if marked { 584 } else { 882 };
        let fixed = number(&row["system"]) + number(&row["toolsJson"]) + own;
        // A row without markers changed its system text by some 90 characters from the first to the second tick.
        let history = chars[at].saturating_sub(fixed);
        let mut case = Case::idle("2026.9.6", config).with_history(history);
        if calls > 1 {
            case.workload["requestsPerRun"] = json!(calls);
            case.workload["toolRoundChars"] = json!(chars[at + 1] - chars[at]);
        }
        let sent = |at: usize| Sent {
            chars: Some(chars[at]),
            usage: usage(&row["mockUsage"][at]).filter(|usage| usage[1] == 0 || usage[2] > 0),
        };
        cells.push(Cell {
            file: "requests-nexos.json",
            name: format!("2026.9.6 nexos: {name}"),
            case,
            run: 1,
            parts: parts(row, NEXOS),
            requests: (at..at + calls).map(sent).collect(),
        });
    }
    cells
}
