//! The automations that no store is needed for: what the config switches on, and what a release runs unless it is told not
//! to (memory promotion and the review of skills, L12).

use serde_json::Value;

use super::job::{Job, JobDelivery, JobKind, JobSource, PROMOTION, Payload, REVIEW, Target, Wake};
use super::schedule::Schedule;
use crate::document::{KeyPath, Named};
use crate::gateway::Gateway;

/// The plugin that keeps memories unless another one is chosen.
const MEMORY_PLUGIN: &str = "memory-core";
/// When it looks through them unless the config says otherwise.
const NIGHTLY: &str = "0 3 * * *";
const WEEK_MS: u64 = 7 * 86_400_000;

/// The automations of a config.
pub fn implied(gateway: &Gateway) -> Vec<Job> {
    let hooks = Some(gateway).filter(|gateway| gateway.config().at("hooks.enabled") == Some(&Value::Bool(true)));
    promotion(gateway).into_iter().chain(reviews(gateway)).chain(hooks.map(|_| calls())).collect()
}

/// Whether the config switches something on; `None` where it does not say.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

fn key(parts: &[&str]) -> KeyPath {
    parts.iter().fold(KeyPath::root(), |path, part| path.key(*part))
}

fn promotion(gateway: &Gateway) -> Option<Job> {
    let config = gateway.config();
    let plugin = config.at("plugins.slots.memory").and_then(Value::as_str).map(str::trim);
    // "none" leaves the plugin's own settings alone, and its schedule off.
    let plugin = plugin.filter(|name| !name.is_empty()).unwrap_or(MEMORY_PLUGIN);
    let entry = &config["plugins"]["entries"][plugin];
    if plugin.eq_ignore_ascii_case("none") || entry["enabled"] == false || config["plugins"]["enabled"] == false {
        return None;
    }
    let dreaming = &entry["config"]["dreaming"];
    let said = flag(&dreaming["enabled"]);
    if !said.unwrap_or(gateway.behaviour.other_schedules) {
        return None;
    }
    let text = |value: &'_ Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let zone = text(&dreaming["timezone"]).or_else(|| text(&config["agents"]["defaults"]["userTimezone"]));
    Some(Job {
        id: PROMOTION.to_owned(),
        name: "Memory Dreaming Promotion".to_owned(),
        kind: JobKind::Promotion,
        agent: None,
        enabled: true,
        schedule: Schedule::cron(&text(&dreaming["frequency"]).unwrap_or_else(|| NIGHTLY.to_owned()), zone.as_deref()),
        target: Target::Isolated,
        payload: Payload::Turn { chars: 0, model: text(&dreaming["model"]), light: true, tools: None },
        wake: Wake::Now,
        has_trigger: false,
        delivery: JobDelivery::None,
        has_run: false,
        failures: 0,
        pacing: [None; 2],
        requests: None,
        names_heartbeat: false,
        source: said.map_or(JobSource::Default, |_| {
            JobSource::Key(key(&["plugins", "entries", plugin, "config", "dreaming", "enabled"]))
        }),
    })
}

fn reviews(gateway: &Gateway) -> Vec<Job> {
    let mode = gateway.config().at("skills.workshop.autonomous.mode").and_then(Value::as_str);
    if !gateway.behaviour.other_schedules || matches!(mode, Some("off" | "propose")) {
        return Vec::new();
    }
    let review = |agent: &str| Job {
        id: format!("{REVIEW}{agent}"),
        name: format!("skill-collection-review-{agent}"),
        kind: JobKind::Review,
        agent: Some(agent.to_lowercase()),
        enabled: true,
        schedule: Ok(Schedule::Every { ms: WEEK_MS, anchor: None }),
        target: Target::Isolated,
        payload: Payload::Turn { chars: REVIEW_CHARS, model: None, light: false, tools: Some(REVIEW_TOOLS) },
        wake: Wake::NextHeartbeat,
        has_trigger: false,
        delivery: JobDelivery::None,
        has_run: false,
        failures: 0,
        pacing: [None; 2],
        requests: None,
        names_heartbeat: false,
        source: mode.map_or(JobSource::Default, |_| JobSource::Key(key(&["skills", "workshop", "autonomous", "mode"]))),
    };
    gateway.agents.iter().map(|agent| review(&agent.id)).collect()
}

/// What the review asks, and how many tools it has, on 2026.9.6 (`fixtures/oracle/automations.json`).
const REVIEW_CHARS: u64 = 3_199;
const REVIEW_TOOLS: usize = 7;

fn calls() -> Job {
    Job {
        id: "hooks".to_owned(),
        name: "calls from outside".to_owned(),
        kind: JobKind::Hook,
        agent: None,
        enabled: true,
        schedule: Ok(Schedule::Event("on a call")),
        target: Target::Isolated,
        payload: Payload::Turn { chars: 0, model: None, light: false, tools: None },
        wake: Wake::Now,
        has_trigger: false,
        delivery: JobDelivery::Unsaid,
        has_run: false,
        failures: 0,
        pacing: [None; 2],
        requests: None,
        names_heartbeat: false,
        source: JobSource::Key(key(&["hooks", "enabled"])),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gateway::Surroundings;

    fn kinds(config: &Value, version: &str) -> Vec<(JobKind, bool)> {
        let gateway = Gateway::read(config, version.parse().unwrap(), &Surroundings::default());
        implied(&gateway).iter().map(|job| (job.kind, job.source == JobSource::Default)).collect()
    }

    #[test]
    fn the_defaults_are_those_of_the_release() {
        let (promotion, review) = ((JobKind::Promotion, true), (JobKind::Review, true));
        assert_eq!(kinds(&json!({}), "2026.9.6"), [promotion, review]);
        assert_eq!(kinds(&json!({}), "2026.7.35"), []);
        let on =
            json!({ "plugins": { "entries": { "memory-core": { "config": { "dreaming": { "enabled": true } } } } } });
        assert_eq!(kinds(&on, "2026.7.35"), [(JobKind::Promotion, false)]);
        let off = json!({ "plugins": { "slots": { "memory": "none" } }, "hooks": { "enabled": true },
            "skills": { "workshop": { "autonomous": { "mode": "propose" } } } });
        assert_eq!(kinds(&off, "2026.9.6"), [(JobKind::Hook, false)]);
    }
}
