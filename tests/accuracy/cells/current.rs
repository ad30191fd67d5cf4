//! Releases of the current generation: 2026.9.6 on Anthropic's own provider, and on a custom one.

use serde_json::{Value, json};

use super::{CHARS, Cell, OPUS, Sent, config, fixture, flags, is_telling, nobody, number, parts, usage};
use crate::accuracy::case::Case;

pub(super) fn quiet() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/requests.json"));
    let cell = |cell: &Value| {
        let last = &cell["lastTick"];
        let [isolated, light] = flags(cell);
        let case = Case::idle("2026.9.6", config(OPUS, isolated, light, &nobody()));
        Cell {
            file: "requests.json",
            name: format!("2026.9.6 isolated {isolated} light {light} history {}", cell["historyTokens"]),
            case: case.with_history(number(&last["history"]) + number(&last["pollMarkers"])),
            run: 1,
            parts: parts(last, CHARS),
            requests: vec![Sent { chars: last["totalChars"].as_u64(), usage: usage(&last["mockUsage"]) }],
        }
    };
    facts["cells"].as_array().unwrap().iter().map(cell).collect()
}

/// `tools.profile`, `contextInjection` and the cap of the skills list.
pub(super) fn profiles() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/profiles.json"));
    let cell = |cell: &Value| {
        let name = cell["name"].as_str().unwrap();
        let chars = &cell["chars"];
        let isolated = !name.contains("isolated false");
        let mut config = config(OPUS, isolated, name.contains("light true"), &nobody());
        for profile in ["minimal", "coding", "messaging"] {
            if name.contains(profile) {
                config["tools"] = json!({ "profile": profile });
            }
        }
        if name.contains("contextInjection") {
            config["agents"]["defaults"]["contextInjection"] = json!("never");
        }
        if name.contains("maxSkillsPromptChars") {
            config["skills"] = json!({ "limits": { "maxSkillsPromptChars": 2_000 } });
        }
        let mut case = Case::idle("2026.9.6", config).with_history(number(&chars["pollMarkers"]));
        if number(&chars["skillsList"]) > 0 {
            case.workload["skillsChars"] = json!(6_907);
        }
        Cell {
            file: "profiles.json",
            name: format!("2026.9.6 {name}"),
            case,
            run: 1,
            parts: parts(chars, CHARS),
            // Shorter than what the model caches, and the mock knows no such minimum.
            requests: vec![Sent {
                chars: chars["total"].as_u64(),
                usage: usage(&cell["mockUsage"]).filter(|usage| usage.iter().sum::<u64>() > 6_000 && usage[2] > 0),
            }],
        }
    };
    facts["cases"].as_array().unwrap().iter().map(cell).collect()
}

/// Phases A and B: a custom provider, with and without a route.
pub(super) fn routes() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/skips.json"));
    let mut cells = Vec::new();
    for phase in facts["phases"].as_array().unwrap() {
        for row in phase["rows"].as_array().unwrap().iter().filter(|row| row["chars"].is_object()) {
            let chars = &row["chars"];
            let mut config = config("mocka/ma-1", true, true, &row["heartbeat"]);
            config["models"] = json!({ "providers": { "mocka": { "baseUrl": "http://127.0.0.1:1",
                "api": "anthropic-messages", "models": [{ "id": "ma-1" }, { "id": "ma-cheap" }] } } });
            if phase["name"] == "B telegram owner" {
                config["channels"] = json!({ "telegram": { "botToken": "set" } });
                config["commands"] = json!({ "ownerAllowFrom": ["telegram:123456789"] });
            }
            // Ticks by hand; the cadence of six hours plays no part. The scenario's active hours need one inside.
            let mut case = Case::idle("2026.9.6", config);
            case.config["agents"]["defaults"]["heartbeat"]["every"] = json!("2m");
            case.config["agents"]["defaults"]["heartbeat"].as_object_mut().unwrap().remove("activeHours");
            case.workload["skillsChars"] = chars["skillsList"].clone();
            if row["agent"] == "scratchtext" {
                case.workload["instructionsChars"] = json!(number(&chars["heartbeatPrompt"]) - 364 - 29);
            }
            cells.push(Cell {
                file: "skips.json",
                name: format!("2026.9.6 {} {}", phase["name"].as_str().unwrap(), row["agent"].as_str().unwrap()),
                case,
                run: 1,
                parts: parts(chars, CHARS),
                requests: vec![Sent { chars: chars["total"].as_u64(), usage: None }],
            });
        }
    }
    cells
}

/// Tool runs and alerts on 2026.9.6. Of each row the tick is taken that follows its own kind and had to write.
pub(super) fn tools() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/requests-tools.json"));
    let mut cells = Vec::new();
    for row in facts["summary"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap();
        let usages = |tick: usize| -> Vec<Option<[u64; 3]>> {
            row["mockUsage"][tick].as_array().unwrap().iter().map(usage).collect()
        };
        // Where a row's first tick finds the cache of another tool set, or none, that one says nothing.
        let prefix = if row["totalChars"][0][0].as_u64() > Some(70_000) { 12_000 } else { 10_000 };
        let telling = |tick: &usize| {
            usages(*tick)[0].is_some_and(|usage| usage[2] > 0 && usage[1] >= prefix && usage[1] < prefix + 1_000)
        };
        let count = row["totalChars"].as_array().unwrap().len();
        let found = (0..count).find(telling);
        let tick = found.unwrap_or(0);
        let chars: Vec<u64> = row["totalChars"][tick].as_array().unwrap().iter().map(number).collect();
        // The rows from 13 on were measured one after the other with this target.
        let number_of_row: Option<u32> = name.split(' ').next().and_then(|number| number.parse().ok());
        let telegram = number_of_row.is_some_and(|row| row >= 13);
        let target = match telegram {
            true => json!({ "target": "telegram", "to": "123456789" }),
            false => nobody(),
        };
        let light = name.contains("light");
        let config = config(OPUS, name.contains("isolated"), light, &target);
        let mut case = Case::idle("2026.9.6", config).with_history(number(&row["replayedChars"][tick]));
        if let [first, second, ..] = chars[..] {
            let rounds = chars.len() as u64 - 1;
            let added = if rounds == 1 { second - first } else { (chars[chars.len() - 1] - first) / rounds };
            case.workload["requestsPerRun"] = json!(chars.len());
            case.workload["toolRoundChars"] = json!(added);
        }
        let last = chars.len() - 1;
        let is_comparable = |at: usize| last < 2 || at == 0 || at == last;
        let usages = if found.is_some() { usages(tick) } else { vec![None; chars.len()] };
        cells.push(Cell {
            file: "requests-tools.json",
            name: format!("2026.9.6 {name}"),
            case,
            run: 1,
            parts: Vec::new(),
            requests: chars
                .iter()
                .zip(usages)
                .enumerate()
                .map(|(at, (chars, usage))| Sent { chars: is_comparable(at).then_some(*chars), usage })
                .collect(),
        });
    }
    cells
}

/// `tools.profile` with a route to the owner or a channel.
pub(super) fn routed_profiles() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/routes.json"));
    let cell = |cell: &Value| {
        let (chars, word) = (&cell["chars"], |key: &str| cell[key].as_str().unwrap());
        let (profile, target) = (word("profile"), word("target"));
        let heartbeat = match target {
            "telegram" => json!({ "target": "telegram", "to": "123456789" }),
            other => json!({ "target": other }),
        };
        let [isolated, light] = ["isolated", "light"].map(|key| cell[key] == true);
        let mut config = config(OPUS, isolated, light, &heartbeat);
        config["commands"] = json!({ "ownerAllowFrom": ["telegram:123456789"] });
        config["channels"] = json!({ "telegram": { "botToken": "set", "allowFrom": ["123456789"] } });
        if profile != "full" {
            config["tools"] = json!({ "profile": profile });
        }
        let before = number(&chars["pollMarkers"]) + number(&chars["history"]);
        let mut case = Case::idle("2026.9.6", config).with_history(before);
        if number(&chars["skillsList"]) > 0 {
            case.workload["skillsChars"] = chars["skillsList"].clone();
        }
        Cell {
            file: "routes.json",
            name: format!("2026.9.6 {profile} to {target}, isolated {isolated} light {light}"),
            case,
            run: 1,
            parts: parts(chars, CHARS),
            // The mock knows no least size; in a tick of the same minute the message is read too.
            requests: vec![Sent {
                chars: chars["total"].as_u64(),
                usage: usage(&cell["mockUsage"]).filter(|usage| is_telling(usage) && usage.iter().sum::<u64>() > 6_000),
            }],
        }
    };
    facts["cases"].as_array().unwrap().iter().map(cell).collect()
}
