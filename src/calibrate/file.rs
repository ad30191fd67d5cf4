//! The measured load as a workload file. Where there are few records a figure leans on the preset: with n observations by
//! n / (n + 20) on the records and by the rest on the preset, and it says so.

use serde_json::{Map, Value, json};

use super::days::DaysLoad;
use super::fit::Fit;
use super::turn::{Turn, count, whole};
use crate::certain;
use crate::records::{Prompt, TurnKind};
use crate::simulate::conversation::CHARS_PER_TOKEN;
use crate::words::{counted, tokens};
use crate::workload::measured::{Basis, Fixed, Growth, MeasuredFigure};
use crate::workload::{Profile, Spread};

/// Observations that weigh as much as the preset.
const PRIOR: f64 = 20.0;
/// Observations from which a figure of single runs stands by itself.
const ENOUGH_RUNS: u64 = 20;
/// Days from which a figure of days does.
const ENOUGH_DAYS: usize = 3;
/// Prompts that agree are as good as many: the fixed part hardly scatters.
const ENOUGH_PROMPTS: u64 = 3;

/// What does not change from day to day.
#[derive(Clone, Copy)]
pub(super) struct MeasuredAgent<'a> {
    pub(super) fit: &'a Fit,
    /// Runs go without the workspace files.
    pub(super) light: bool,
    pub(super) noted: Option<Prompt>,
    /// Of a thousand heartbeats that were due, those that did not run.
    pub(super) missed: u64,
}

/// The gateway's note of a heartbeat's prompt, the latest.
pub(super) fn noted(prompts: &[Prompt], turns: &[Turn]) -> Option<Prompt> {
    let of_heartbeat = |prompt: &&Prompt| {
        let last = turns.iter().rev().find(|turn| turn.session == prompt.session);
        last.is_some_and(|turn| turn.kind == TurnKind::Heartbeat)
    };
    prompts.iter().filter(of_heartbeat).max_by_key(|prompt| prompt.at).copied()
}

/// How far figures lean on the records, 0 to 1: those of single runs, and those of whole days.
fn weights(runs: u64, days: usize) -> [f64; 2] {
    let few = whole(runs) / (whole(runs) + PRIOR);
    let enough = runs >= ENOUGH_RUNS;
    [if enough { 1.0 } else { few }, if enough && days >= ENOUGH_DAYS { 1.0 } else { few }]
}

/// What to expect on other days, of a thousand heartbeats: those that fail or find the machine asleep come in rows, so that few
/// days tell little of it.
pub(super) fn missed_elsewhere(missed: u64, load: &DaysLoad, days: usize) -> u64 {
    let [_, of_days] = weights(load.runs, days);
    count(blend(whole(missed), 0, of_days))
}

fn blend(measured: f64, preset: u64, weight: f64) -> f64 {
    weight * measured + (1.0 - weight) * whole(preset)
}

/// The load of some days on a preset.
pub(super) fn profile(stays: &MeasuredAgent<'_>, load: &DaysLoad, base: &Profile, days: usize) -> Profile {
    of_weights(stays, load, [base, base], weights(load.runs, days))
}

/// The same with the records alone, as far as they tell.
pub(super) fn measured_profile(stays: &MeasuredAgent<'_>, load: &DaysLoad, base: &Profile) -> Profile {
    of_weights(stays, load, [base, base], [1.0, 1.0])
}

/// The load on two presets: one for what no record says, and one to lean on.
fn of_weights(
    stays: &MeasuredAgent<'_>,
    load: &DaysLoad,
    [unsaid, base]: [&Profile; 2],
    [of_runs, of_days]: [f64; 2],
) -> Profile {
    let fit = stays.fit;
    let mut profile = unsaid.clone();
    let chars = |tokens: f64| count(tokens / fit.per_char);
    if fit.fixed_n >= ENOUGH_PROMPTS {
        profile.fixed = Some(Fixed {
            chars: chars(fit.fixed),
            isolated: fit.isolated,
            light: stays.light,
            uncached: fit.uncached.map(chars),
            found: fit.found.map(chars),
        });
        profile.workspace_chars = None;
    }
    if let Some(noted) = stays.noted {
        profile.workspace_chars = Some(noted.files).filter(|_| !stays.light).or(profile.workspace_chars);
        profile.skills_chars = Some(noted.skills).filter(|chars| *chars > 0).or(profile.skills_chars);
    }
    let sizes = load.chars_by_hour.iter();
    profile.history.chars_by_hour =
        sizes.map(|size| count(blend(*size, base.history.start_tokens * CHARS_PER_TOKEN, of_days))).collect();
    profile.history.chat_turns_per_day = count(blend(load.chats, base.history.chat_turns_per_day, of_days));
    if load.chat_turns > 0 {
        profile.history.tokens_per_turn = load.tokens_per_chat();
        profile.history.chat_by_hour.clone_from(&load.chat_by_hour);
    }
    profile.tool_round_chars = load.round_chars.map_or(unsaid.tool_round_chars, count);
    profile.output_tokens = count(blend(load.output, base.output_tokens, of_runs));
    profile.alert_percent = count(blend(load.alert_percent(), base.alert_percent, of_runs)).min(100);
    profile.rounds = load.rounds.clone();
    if of_runs < 1.0 {
        let usual = usize::try_from(base.requests_per_run.max(1) - 1).unwrap_or(0).min(99);
        profile.rounds.resize(profile.rounds.len().max(usual + 1), 0);
        profile.rounds[usual] += count(PRIOR);
    }
    if !fit.isolated && fit.growth[0].1 >= ENOUGH_PROMPTS {
        let [quiet, tools, tools_after_turn, alert] = fit.growth.map(|(tokens, _)| chars(tokens.max(0.0)));
        profile.growth = Some(Growth { quiet, tools, tools_after_turn, alert: alert.max(quiet) });
    }
    profile.cache = fit.cache.clone();
    profile.missed_per_mille = stays.missed.min(1_000);
    profile
}

/// The fields of a load that the records say something of.
fn fields(profile: &Profile) -> Map<String, Value> {
    let history = json!({
        "chatTurnsPerDay": profile.history.chat_turns_per_day,
        "tokensPerTurn": profile.history.tokens_per_turn,
        "chatByHour": profile.history.chat_by_hour,
        "charsByHour": profile.history.chars_by_hour,
    });
    let all = json!({
        "workspaceChars": profile.workspace_chars,
        "skillsChars": profile.skills_chars,
        "instructionsChars": profile.instructions_chars,
        "toolRoundChars": profile.tool_round_chars,
        "recapOutputTokens": profile.recap_output_tokens,
        "history": history,
        "outputTokens": profile.output_tokens,
        "alertPercent": profile.alert_percent,
        "fixed": profile.fixed,
        "rounds": profile.rounds,
        "growth": profile.growth,
        "cache": profile.cache,
        "missedPerMille": profile.missed_per_mille,
    });
    all.as_object().cloned().unwrap_or_default()
}

/// An agent of the file: its load at the middle of the range and what differs at its ends.
pub(super) fn agent(
    stays: &MeasuredAgent<'_>,
    drawn: [&DaysLoad; 3],
    all: &DaysLoad,
    base: &Spread,
    days: usize,
) -> Value {
    let bases = [&base.low, &base.typical, &base.high];
    let mut at = 0;
    let [low, typical, high] = drawn.map(|load| {
        let profile = of_weights(stays, load, [&base.typical, bases[at]], weights(load.runs, days));
        at += 1;
        fields(&profile)
    });
    let differs = |end: Map<String, Value>| {
        let fields = end.into_iter().filter(|(key, value)| typical.get(key) != Some(value));
        Value::Object(fields.collect())
    };
    let (low, high) = (differs(low), differs(high));
    let mut agent = typical;
    agent.insert("low".to_owned(), low);
    agent.insert("high".to_owned(), high);
    let figures = figures(stays, all, days);
    agent.insert("measured".to_owned(), json!({ "days": days, "heartbeats": all.runs, "figures": figures }));
    Value::Object(agent)
}

/// What each figure is, and what it rests on.
fn figures(stays: &MeasuredAgent<'_>, load: &DaysLoad, days: usize) -> Value {
    let fit = stays.fit;
    let [of_runs, of_days] = weights(load.runs, days).map(|weight| match weight {
        1.0 => Basis::Measured,
        _ => Basis::Blended,
    });
    let mut figures = Map::new();
    let mut add = |name: &str, value: String, n: u64, basis: Basis| {
        figures.insert(name.to_owned(), json!(MeasuredFigure { value, n, basis }));
    };
    let known = |n: u64, least: u64| if n >= least { Basis::Measured } else { Basis::Assumed };
    let fixed = match fit.fixed_n >= ENOUGH_PROMPTS {
        true => format!(
            "{} beside the conversation, give or take {}",
            tokens(count(fit.fixed)),
            tokens(count(fit.fixed_scatter))
        ),
        false => "as this release was measured to send it".to_owned(),
    };
    add("prompt", fixed, fit.fixed_n, known(fit.fixed_n, ENOUGH_PROMPTS));
    let per_token = format!("{:.2} characters a token ({})", 1.0 / fit.per_char, fit.model);
    add("characters a token", per_token, fit.per_char_n, known(fit.per_char_n, 1));
    if !load.chars_by_hour.is_empty() {
        let ends =
            [f64::min as fn(f64, f64) -> f64, f64::max].map(|end| load.chars_by_hour.iter().copied().reduce(end));
        let [least, most] = ends.map(|end| tokens(count(end.unwrap_or_default() * fit.per_char)));
        add("conversation", format!("{least} to {most}, by the hour"), load.runs, of_days);
        let left = fit.growth.map(|(left, _)| tokens(count(left)));
        let value = format!("{} after a quiet one, {} after tools, {} after an alert", left[0], left[1], left[3]);
        let n = fit.growth.iter().map(|(_, n)| n).sum();
        add("left in the conversation", value, n, known(fit.growth[0].1, ENOUGH_PROMPTS));
    }
    let chat = format!("{:.1} turns a day of {}", load.chats, tokens(load.tokens_per_chat()));
    add("chat", chat, load.chat_turns, of_days);
    let requests = whole(load.requests) / whole(load.runs.max(1));
    add("requests a heartbeat", format!("{requests:.2}"), load.runs, of_runs);
    add("alerts", format!("{} of {} heartbeats", load.alerts, load.runs), load.runs, of_runs);
    add("output", format!("{} a request", tokens(count(load.output))), load.requests, of_runs);
    let (hits, of) = fit.cache.iter().fold((0, 0), |sum, rate| (sum.0 + rate.hits, sum.1 + rate.of));
    add("prompt cache", format!("{hits} of {of} heartbeats found their prompt there"), of, known(of, ENOUGH_RUNS));
    let missed = stays.missed;
    if missed > 0 {
        let value = format!("{:.1}% of those that are due do not run", whole(missed) / 10.0);
        add("missed", value, load.runs, of_days);
    }
    Value::Object(figures)
}

/// What to say where there are few records.
pub(super) fn remark(agent: &str, load: &DaysLoad, days: usize) -> Option<String> {
    let [of_runs, of_days] = weights(load.runs, days);
    if of_runs >= 1.0 && of_days >= 1.0 {
        return None;
    }
    let runs = usize::try_from(load.runs).unwrap_or(usize::MAX);
    let what = if of_runs < 1.0 { "all that changes from run to run" } else { "conversation and chat" };
    Some(format!(
        "few records of '{agent}': {} on {}. For the month, {what} is {:.0}% measured and the rest from the preset",
        counted(runs, "heartbeat"),
        counted(days, "day"),
        of_days.min(of_runs) * 100.0
    ))
}

/// The whole file. Agents without records keep the presets.
pub(super) fn whole_file(agents: Map<String, Value>, tokenizer: Map<String, Value>, measured: Value) -> Value {
    let preset = |name: &str| {
        let value: Value = certain::read(name, crate::workload::preset_text(name));
        let mut fields = value.as_object().cloned().unwrap_or_default();
        fields.retain(|key, _| !["$schema", "schemaVersion", "name", "purpose"].contains(&key.as_str()));
        Value::Object(fields)
    };
    json!({
        "schemaVersion": 1,
        "name": "measured",
        "purpose": "Measured from a gateway's records: sizes, counts and hours only. Agents that are not named keep the presets.",
        "low": preset("light"),
        "high": preset("heavy"),
        "tokenizer": tokenizer,
        "agents": agents,
        "measured": measured,
    })
}
