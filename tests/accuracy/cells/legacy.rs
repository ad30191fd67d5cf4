//! Releases of the legacy generation: 2026.4.15 and 2026.7.35.

use serde_json::{Value, json};

use super::{Cell, Names, OPUS, Sent, config, fixture, flags, is_telling, nobody, number, parts, usage};
use crate::accuracy::case::Case;

const LEGACY: Names = &[
    ("tools", &["toolsJson"]),
    ("files", &["workspaceFiles"]),
    ("skills", &["skills"]),
    ("system", &["systemRest"]),
    ("message", &["heartbeatMessage"]),
];

const ROUTED: Names =
    &[("tools", &["toolsJson"]), ("skills", &["skillsList"]), ("message", &["message"]), ("carrier", &["carrier"])];

pub(super) fn quiet() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/requests-legacy.json"));
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
                parts: parts(cell, LEGACY),
                requests: vec![Sent { chars: cell["totalChars"].as_u64(), usage: telling }],
            });
        }
    }
    cells
}

/// Retention, tool runs and alerts on legacy releases. The tick at `at` is compared as run `run`.
pub(super) fn extras() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/requests-legacy.json"));
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

/// A route, a channel without one, and `tools.profile` with either.
pub(super) fn routes() -> Vec<Cell> {
    let facts = fixture(include_str!("../../../fixtures/oracle/routes-legacy.json"));
    let mut cells = Vec::new();
    for (release, measured) in facts["releases"].as_object().unwrap() {
        for cell in measured.as_array().unwrap() {
            let (chars, word) = (&cell["chars"], |key: &str| cell[key].as_str().unwrap());
            let (profile, target) = (word("profile"), word("target"));
            let heartbeat = match target {
                "telegram" => json!({ "target": "telegram", "to": "123456789" }),
                other => json!({ "target": other }),
            };
            let [isolated, light] = ["isolated", "light"].map(|key| cell[key] == true);
            let mut config = config(OPUS, isolated, light, &heartbeat);
            config["channels"] = json!({ "telegram": { "botToken": "set", "allowFrom": ["123456789"] } });
            if profile != "full" {
                config["tools"] = json!({ "profile": profile });
            }
            let mut case = Case::idle(release, config).with_history(number(&chars["history"]));
            case.workload["skillsChars"] = chars["skillsList"].clone();
            let mut parts = parts(chars, ROUTED);
            let system: u64 = chars["systemBlocks"].as_array().unwrap().iter().map(number).sum();
            parts.push(("whole system", system));
            cells.push(Cell {
                file: "routes-legacy.json",
                name: format!("{release} {profile} to {target}, isolated {isolated} light {light}"),
                case,
                run: 1,
                parts,
                requests: vec![Sent { chars: chars["total"].as_u64(), usage: None }],
            });
        }
    }
    cells
}
