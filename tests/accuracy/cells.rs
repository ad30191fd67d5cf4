//! The cells that were measured on real gateways (`fixtures/oracle`), each as a question with the answer that the
//! gateway gave.

use serde_json::{Value, json};

use crate::case::Case;

/// One measured cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// The file it stands in.
    pub(crate) file: &'static str,
    /// Its name there.
    pub(crate) name: String,
    /// The same question for the simulator.
    pub(crate) case: Case,
    /// The run that compares: 0 is the first of the month, which finds no cache.
    pub(crate) run: usize,
    /// The parts of the request in characters, as far as they were measured.
    pub(crate) parts: Vec<(&'static str, u64)>,
    /// The run's requests.
    pub(crate) requests: Vec<Sent>,
}

/// One measured request.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// Its characters; `None` within a run whose rounds of tools differ in size.
    pub(crate) chars: Option<u64>,
    /// Tokens that the mock's cache called plain, read and written.
    pub(crate) usage: Option<[u64; 3]>,
}

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn usage(value: &Value) -> Option<[u64; 3]> {
    let either = |short: &str, long: &str| value.get(short).or_else(|| value.get(long)).map(number);
    Some([
        either("input", "input_tokens")?,
        either("cacheRead", "cache_read_input_tokens")?,
        either("cacheWrite", "cache_creation_input_tokens")?,
    ])
}

/// A single agent that runs every two minutes, so that a five-minute cache stays warm.
fn config(model: &str, isolated: bool, light: bool, target: &Value) -> Value {
    let mut heartbeat = json!({ "every": "2m", "isolatedSession": isolated, "lightContext": light });
    heartbeat.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
    json!({ "agents": { "defaults": { "model": model, "heartbeat": heartbeat } } })
}

const OPUS: &str = "anthropic/claude-opus-4-6";

fn nobody() -> Value {
    json!({ "target": "none" })
}

/// Every cell.
pub(crate) fn all() -> Vec<Cell> {
    [current(), profiles(), legacy(), legacy_extras(), nexos(), routes(), tools()].concat()
}

fn flags(cell: &Value) -> [bool; 2] {
    [cell["isolatedSession"] == true, cell["lightContext"] == true]
}

fn current() -> Vec<Cell> {
    let facts = fixture(include_str!("../../fixtures/oracle/requests.json"));
    let cell = |cell: &Value| {
        let last = &cell["lastTick"];
        let [isolated, light] = flags(cell);
        let case = Case::idle("2026.9.6", config(OPUS, isolated, light, &nobody()));
        Cell {
            file: "requests.json",
            name: format!("2026.9.6 isolated {isolated} light {light} history {}", cell["historyTokens"]),
            case: case.with_history(number(&last["history"]) + number(&last["pollMarkers"])),
            run: 1,
            parts: vec![
                ("tools", number(&last["toolsJson"])),
                ("files", number(&last["bootstrapFiles"])),
                ("skills", number(&last["skillsList"])),
                ("system", number(&last["systemBase"]) + number(&last["toolCatalogInSystem"])),
                ("message", number(&last["heartbeatPrompt"])),
                ("carrier", number(&last["runtimeCarrier"])),
            ],
            requests: vec![Sent { chars: last["totalChars"].as_u64(), usage: usage(&last["mockUsage"]) }],
        }
    };
    facts["cells"].as_array().unwrap().iter().map(cell).collect()
}

/// `tools.profile`, `contextInjection` and the cap of the skills list.
fn profiles() -> Vec<Cell> {
    let facts = fixture(include_str!("../../fixtures/oracle/profiles.json"));
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
            parts: vec![
                ("tools", number(&chars["toolsJson"])),
                ("files", number(&chars["bootstrapFiles"])),
                ("skills", number(&chars["skillsList"])),
                ("system", number(&chars["systemBase"]) + number(&chars["toolCatalogInSystem"])),
                ("message", number(&chars["heartbeatPrompt"])),
                ("carrier", number(&chars["runtimeCarrier"])),
            ],
            // Shorter than what the model caches, and the mock knows no such minimum.
            requests: vec![Sent {
                chars: chars["total"].as_u64(),
                usage: usage(&cell["mockUsage"]).filter(|usage| usage.iter().sum::<u64>() > 6_000 && usage[2] > 0),
            }],
        }
    };
    facts["cases"].as_array().unwrap().iter().map(cell).collect()
}

/// Ticks within a minute are identical and read everything; only one that had to write says how the cache works.
fn is_telling(usage: &[u64; 3]) -> bool {
    usage[1] > 0 && usage[2] > 0
}

fn legacy() -> Vec<Cell> {
    let facts = fixture(include_str!("../../fixtures/oracle/requests-legacy.json"));
    let mut cells = Vec::new();
    for (release, measured) in facts["releases"].as_object().unwrap() {
        for cell in measured["matrix"].as_array().unwrap() {
            let [isolated, light] = flags(cell);
            let telling = cell["mockUsagePerTick"].as_array().unwrap().iter().filter_map(usage).find(is_telling);
            cells.push(Cell {
                file: "requests-legacy.json",
                name: format!("{release} isolated {isolated} light {light} history {}", cell["historyTargetTokens"]),
                case: Case::idle(release, config(OPUS, isolated, light, &nobody()))
                    .with_history(number(&cell["history"])),
                run: 1,
                parts: vec![
                    ("tools", number(&cell["toolsJson"])),
                    ("files", number(&cell["workspaceFiles"])),
                    ("skills", number(&cell["skills"])),
                    ("system", number(&cell["systemRest"])),
                    ("message", number(&cell["heartbeatMessage"])),
                ],
                requests: vec![Sent { chars: cell["totalChars"].as_u64(), usage: telling }],
            });
        }
    }
    cells
}

/// Retention, tool runs and alerts on legacy releases. The tick at `at` is compared as run `run`.
fn legacy_extras() -> Vec<Cell> {
    let facts = fixture(include_str!("../../fixtures/oracle/requests-legacy.json"));
    let mut cells = Vec::new();
    for (release, measured) in facts["releases"].as_object().unwrap() {
        for extra in measured["extras"].as_array().unwrap() {
            let name = extra["name"].as_str().unwrap();
            let ticks = extra["ticks"].as_array().unwrap();
            let is_alert = name.starts_with("visible");
            let is_tool = name.starts_with("tool");
            // The first tick of an alert or tool series follows another series, the second its own kind. On 7.35 a
            // silent tool tick leaves nothing, so any tick that had to write shows the same.
            let telling = |tick: &&Value| usage(&tick[0]["mockUsage"]).is_some_and(|usage| is_telling(&usage));
            let follows_its_kind = is_alert || (is_tool && release == "2026.4.15");
            let tick = match follows_its_kind && !name.contains("isolated") {
                true => ticks.get(1),
                false => ticks.iter().find(telling).or(ticks.first()),
            };
            let Some(tick) = tick.filter(|_| !name.starts_with("quiet")) else { continue };
            let calls = tick.as_array().unwrap();
            let mut config = config(OPUS, name.contains("isolated"), false, &nobody());
            let asked =
                ["none", "long"].into_iter().find(|retention| name.contains(&format!("cacheRetention {retention}")));
            if let Some(retention) = asked {
                config["agents"]["defaults"]["params"] = json!({ "cacheRetention": retention });
            }
            if release == "2026.4.15" {
                // Measured on a custom host, where 4.15 sends five-minute markers even so (L2).
                config["models"] = json!({ "providers": { "anthropic": {
                    "baseUrl": "http://127.0.0.1:1", "api": "anthropic-messages", "models": [] } } });
            }
            let mut case = Case::idle(release, config).with_history(number(&calls[0]["history"]));
            if let [first, second, ..] = &calls[..] {
                case.workload["requestsPerRun"] = json!(calls.len());
                case.workload["toolRoundChars"] = json!(number(&second["totalChars"]) - number(&first["totalChars"]));
            }
            if is_alert {
                case.workload["alertPercent"] = json!(100);
            }
            let sent = |call: &Value| Sent { chars: call["totalChars"].as_u64(), usage: usage(&call["mockUsage"]) };
            let mut requests: Vec<Sent> = calls.iter().map(sent).collect();
            // Identical to the tick before it: says nothing of a real cadence.
            requests.iter_mut().for_each(|sent| {
                if sent.usage.is_some_and(|usage| usage[1] > 0 && usage[2] == 0) {
                    sent.usage = None;
                }
            });
            // After a change of the config the first tick finds nothing.
            let cold = requests[0].usage.is_some_and(|[_, read, written]| read == 0 && written > 0);
            cells.push(Cell {
                file: "requests-legacy.json",
                name: format!("{release} {name}"),
                case,
                run: usize::from(!cold),
                parts: Vec::new(),
                requests,
            });
        }
    }
    cells
}

fn nexos() -> Vec<Cell> {
    let facts = fixture(include_str!("../../fixtures/oracle/requests-nexos.json"));
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
            parts: vec![
                ("tools", number(&row["toolsJson"])),
                ("files", number(&row["workspaceFiles"])),
                ("skills", number(&row["skills"])),
                ("system", number(&row["toolCatalogue"]) + number(&row["systemRest"])),
            ],
            requests: (at..at + calls).map(sent).collect(),
        });
    }
    cells
}

/// Phases A and B: a custom provider, with and without a route.
fn routes() -> Vec<Cell> {
    let facts = fixture(include_str!("../../fixtures/oracle/skips.json"));
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
                parts: vec![
                    ("tools", number(&chars["toolsJson"])),
                    ("files", number(&chars["bootstrapFiles"])),
                    ("skills", number(&chars["skillsList"])),
                    ("system", number(&chars["systemBase"]) + number(&chars["toolCatalogInSystem"])),
                    ("message", number(&chars["heartbeatPrompt"])),
                    ("carrier", number(&chars["runtimeCarrier"])),
                ],
                requests: vec![Sent { chars: chars["total"].as_u64(), usage: None }],
            });
        }
    }
    cells
}

/// Tool runs and alerts on 2026.9.6. Of each row the tick is taken that follows its own kind and had to write.
fn tools() -> Vec<Cell> {
    let facts = fixture(include_str!("../../fixtures/oracle/requests-tools.json"));
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
