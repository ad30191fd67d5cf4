//! Advice beyond the levers: settings that hold for more than the heartbeats, priced on top of the plan and never
//! applied by themselves. Each names its condition and the rule that its price rests on.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::retention;
use super::search::Search;
use crate::document::KeyPath;
use crate::money::Money;
use crate::money::figure::{self, Figure};
use crate::releases::measured::ToolProfile;
use crate::releases::measured::{self, Wire};
use crate::releases::{HeartbeatKey, Instructions};
use crate::simulate::Scenario;
use crate::simulate::cache::Scheme;
use crate::simulate::costing::{Choice, Level};
use crate::workload::Profile;

/// A setting that would save on top of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    /// What it is about, as the setting's key.
    pub setting: &'static str,
    /// The key to write, where the config holds it.
    pub path: Option<String>,
    /// The value.
    pub to: Value,
    /// What the month costs after the plan and this.
    #[serde(flatten, serialize_with = "figure::cost")]
    pub cost: Figure,
    /// What that saves on top of the plan.
    #[serde(flatten, serialize_with = "figure::saving")]
    pub saving: Figure,
    /// What has to be true for it, and who else feels it.
    pub condition: &'static str,
    /// Where its effect is known from.
    pub source: &'static str,
}

/// A day on which every heartbeat loops until its time is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorstDay {
    /// Requests a run then makes, at one every `SECONDS_A_REQUEST`.
    pub requests_per_run: u64,
    /// What the day costs.
    #[serde(flatten, serialize_with = "figure::cost_per_day")]
    pub cost_per_day: Figure,
}

/// The most a day that a heartbeat which loops until its time is up can cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Loops {
    /// The day before the plan.
    pub now: WorstDay,
    /// The day after the plan.
    #[serde(flatten)]
    pub after: WorstDay,
    /// The key that limits it, where the release knows it.
    pub path: Option<String>,
    /// Seconds to allow.
    pub to: u64,
    /// What the worst day costs then.
    #[serde(flatten, serialize_with = "figure::then_per_day")]
    pub then_per_day: Figure,
}

/// `tools.profile: "minimal"` takes a request of 49,237 characters to 23,200: no skills (6,747) and so much less of tools
/// and system text (M10).
const MINIMAL_TOOLS_SAVE: u64 = 49_237 - 23_200 - 6_747;
/// How long a request of a loop takes, in seconds: an assumption.
const SECONDS_A_REQUEST: u64 = 10;
/// What a heartbeat may take unless it is told otherwise, in seconds (`RELEASES.md`, timeout).
const USUAL_TIMEOUT: u64 = 600;
/// What is enough for one.
const ENOUGH: u64 = 120;

/// A workspace file is oversized beyond this many characters: the largest one that OpenClaw ships, AGENTS.md of 2026.4.15,
/// has 7,789 (L1).
const OVERSIZED: u64 = 8_000;

const IF_PASSED_ON: &str = "only if the host passes Anthropic's cache markers on and bills cached input";
const FOR_AN_HOUR: &str = "with compat.supportsLongCacheRetention: true and cacheRetention: \"long\", and only if the \
                           host passes Anthropic's cache markers on and bills cached input";

/// What would save further after the choice that costs `then`.
pub fn advice(search: &mut Search<'_>, chosen: &Choice, then: Money) -> Vec<Advice> {
    let found = [
        cache_retention(search, chosen, then),
        cache_markers(search, chosen, then),
        minimal_tools(search, chosen, then),
        no_recap(search, chosen, then),
        no_instructions(search, then),
        shorter_file(search, chosen, then),
    ];
    let mut found: Vec<Advice> =
        found.into_iter().flatten().filter(|advice| advice.saving.amount > Money::ZERO).collect();
    found.sort_by_key(|advice| std::cmp::Reverse(advice.saving));
    found
}

/// The typical cost of a choice whose scenario is changed.
fn cost_with(search: &mut Search<'_>, choice: &Choice, change: impl FnOnce(&mut Scenario<'_>)) -> Option<Money> {
    let known = search.known(choice);
    let mut scenario = search.scenario(choice, &known);
    change(&mut scenario);
    search.cost_of(&scenario, &known)
}

/// Another retention, where chat on the same model shares it.
fn cache_retention(search: &mut Search<'_>, chosen: &Choice, then: Money) -> Option<Advice> {
    let (gateway, subject) = (search.costing.gateway, search.subject);
    let shared = retention::has_chat(&subject.spread) && subject.agent.settings.primary_model == chosen.model;
    if !shared || chosen.asks_retention {
        return None;
    }
    let place = gateway.retention_place(subject.agent, &chosen.model, true)?;
    let asked = retention::ASKED.into_iter().filter_map(|retention| {
        let choice = Choice { retention, asks_retention: true, ..chosen.clone() };
        Some((search.cost(&choice)?, retention))
    });
    let (cost, retention) = asked.min_by_key(|(cost, _)| *cost)?;
    Some(Advice {
        setting: "cacheRetention",
        path: Some(place.to_string()),
        to: json!(retention.to_string()),
        cost: search.figure(cost),
        saving: search.figure(then - cost),
        condition: "it holds for chat on the same model, too: only if that is rare, or the heartbeats get a model of their own",
        source: "R38, R41, M4",
    })
}

/// Cache markers on an `openai-completions` route to Claude.
fn cache_markers(search: &mut Search<'_>, chosen: &Choice, then: Money) -> Option<Advice> {
    let costing = search.costing;
    if !costing.gateway.behaviour.markers_can_be_asked {
        return None;
    }
    let provider = costing.gateway.providers.iter().position(|provider| provider.id == chosen.model.provider)?;
    let provider = &costing.gateway.providers[provider];
    let entry = provider.models.iter().position(|model| model.id == chosen.model.id)?;
    let known = search.known(chosen);
    let (caching, is_claude) = (known.caching, known.is_claude);
    if caching.wire != Wire::Completions || caching.expected != Scheme::Nothing || !is_claude {
        return None;
    }
    let tools = search.subject.agent.settings.limits.tools;
    let mut marked = |one_hour| {
        cost_with(search, chosen, |scenario| {
            scenario.sizes = measured::sizes(scenario.behaviour, Wire::MarkedCompletions, tools);
            scenario.scheme = Scheme::Markers { one_hour };
        })
    };
    let (cost, condition) = match (marked(false)?, marked(true)?) {
        (short, long) if long < short => (long, FOR_AN_HOUR),
        (short, _) => (short, IF_PASSED_ON),
    };
    let models = KeyPath::root().key("models").key("providers").key(&provider.id).key("models").index(entry);
    Some(Advice {
        setting: "compat.cacheControlFormat",
        path: Some(models.key("compat").key("cacheControlFormat").to_string()),
        to: json!("anthropic"),
        cost: search.figure(cost),
        saving: search.figure(then - cost),
        condition,
        source: "L8",
    })
}

/// Fewer tools, for an agent that only watches.
fn minimal_tools(search: &mut Search<'_>, chosen: &Choice, then: Money) -> Option<Advice> {
    let agent = search.subject.agent;
    let measured = search.costing.gateway.behaviour.lean_tools_measured;
    let only_watches = !retention::has_chat(&search.subject.spread) && agent.settings.limits.tools == ToolProfile::Full;
    let path = agent.path.as_ref().filter(|_| measured && only_watches)?;
    let cost = cost_with(search, chosen, |scenario| {
        let parts = &mut scenario.parts;
        let from_tools = MINIMAL_TOOLS_SAVE.min(parts.tools);
        parts.tools -= from_tools;
        parts.stable_system = parts.stable_system.saturating_sub(MINIMAL_TOOLS_SAVE - from_tools);
        parts.skills = 0;
    })?;
    Some(Advice {
        setting: "tools.profile",
        path: Some(path.key("tools").key("profile").to_string()),
        to: json!("minimal"),
        cost: search.figure(cost),
        saving: search.figure(then - cost),
        condition: "for an agent that only watches: it holds for all of its turns, and three tools remain",
        source: "M10",
    })
}

/// Without the hidden second request of shared runs.
fn no_recap(search: &mut Search<'_>, chosen: &Choice, then: Money) -> Option<Advice> {
    let shared = search.subject.recap.is_some() && !chosen.isolated;
    let cost = shared.then(|| cost_with(search, chosen, |scenario| scenario.recap = false)).flatten()?;
    Some(Advice {
        setting: "utilityModel",
        path: Some("agents.defaults.utilityModel".to_owned()),
        to: json!(""),
        cost: search.figure(cost),
        saving: search.figure(then - cost),
        condition: "it also ends titles and recaps made by the small model elsewhere; documented, not measured",
        source: "M5",
    })
}

/// The workspace file whose trimming saves most, where files are known and one is larger than any that OpenClaw ships.
fn shorter_file(search: &mut Search<'_>, chosen: &Choice, then: Money) -> Option<Advice> {
    let (costing, subject) = (search.costing, search.subject);
    let workspace = subject.spread.typical.workspace.as_ref()?;
    let known = search.known(chosen);
    let trimmed = workspace.larger_than(OVERSIZED).filter_map(|name| {
        let mut subject = subject.clone();
        Arc::make_mut(&mut subject.spread.typical).workspace = Some(workspace.with_at_most(name, OVERSIZED));
        let scenario = costing.scenario(&subject, chosen, &known, Level::Typical, None);
        Some((search.cost_of(&scenario, &known)?, name))
    });
    let (cost, name) = trimmed.min_by_key(|(cost, _)| *cost)?;
    Some(Advice {
        setting: name,
        path: None,
        to: json!(format!("{OVERSIZED} characters at most")),
        cost: search.figure(cost),
        saving: search.figure(then - cost),
        condition: "if what goes is not needed: every turn of the agent is sent the file, and none will know it any more",
        source: "R23, M7",
    })
}

/// Nothing to do: then no tick calls a model.
fn no_instructions(search: &mut Search<'_>, then: Money) -> Option<Advice> {
    let behaviour = &search.costing.gateway.behaviour;
    let (setting, condition) = match behaviour.instructions {
        Instructions::MonitorScratch => (
            "monitor scratch",
            "if there is nothing to check: with an empty checklist or headings only, OpenClaw skips every heartbeat",
        ),
        Instructions::HeartbeatFile => (
            "HEARTBEAT.md",
            "if there is nothing to check: with headings or comments only, OpenClaw skips every heartbeat",
        ),
    };
    let [cost, saving] = [Money::ZERO, then].map(|amount| search.figure(amount));
    Some(Advice { setting, path: None, to: json!("empty"), cost, saving, condition, source: "M8, L5" })
}

/// The worst day of a choice, and what a shorter time limit makes of it.
pub fn loops(search: &mut Search<'_>, chosen: &Choice) -> Option<Loops> {
    let (costing, subject) = (search.costing, search.subject);
    let usual = |choice: &Choice| Some((choice.every.ms()? / 1000).min(USUAL_TIMEOUT));
    let mut worst = |choice: &Choice, seconds: u64| {
        let requests_per_run = (seconds / SECONDS_A_REQUEST).max(1);
        let profile = Profile { requests_per_run, rounds: Vec::new(), ..Profile::clone(&subject.spread.typical) };
        let known = search.known(choice);
        let scenario = Scenario { profile: &Arc::new(profile), ..search.scenario(choice, &known) };
        let month = search.cost_of(&scenario, &known)?;
        let cost_per_day = search.figure(month.per(costing.period.days())?);
        Some(WorstDay { requests_per_run, cost_per_day })
    };
    let knows =
        HeartbeatKey::find("timeoutSeconds").is_some_and(|key| key.accepted_by(costing.gateway.behaviour.version));
    let block = subject.agent.own_block.clone().or_else(|| costing.gateway.defaults_block.clone());
    let present = Choice::present(subject.agent);
    let now = worst(&present, usual(&present)?)?;
    let after = worst(chosen, usual(chosen)?)?;
    let then_per_day = worst(chosen, usual(chosen)?.min(ENOUGH))?.cost_per_day;
    let path = block.filter(|_| knows).map(|block| block.key("timeoutSeconds").to_string());
    Some(Loops { now, after, path, to: ENOUGH, then_per_day })
}
