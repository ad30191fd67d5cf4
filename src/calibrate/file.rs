//! The measured load as a workload file, which says what each figure rests on.

use serde_json::{Map, Value, json};

use super::days::DaysLoad;
use super::measured::{ENOUGH_PROMPTS, ENOUGH_RUNS, MeasuredAgent, weights};
use super::turn::{count, whole};
use crate::certain;
use crate::words::{counted, tokens};
use crate::workload::Profile;
use crate::workload::measured::{Basis, MeasuredFigure};

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
pub(super) fn agent(measured: &MeasuredAgent, drawn: [&DaysLoad; 3]) -> Value {
    let MeasuredAgent { base, load: all, days, .. } = measured;
    let days = days.len();
    let bases = [&base.low, &base.typical, &base.high];
    let mut at = 0;
    let [low, typical, high] = drawn.map(|load| {
        let profile = measured.blended(load, bases[at]);
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
    let figures = figures(measured);
    agent.insert("measured".to_owned(), json!({ "days": days, "heartbeats": all.runs, "figures": figures }));
    Value::Object(agent)
}

/// What each figure is, and what it rests on.
fn figures(measured: &MeasuredAgent) -> Value {
    let MeasuredAgent { fit, load, days, .. } = measured;
    let [of_runs, of_days] = weights(load.runs, days.len()).map(|weight| match weight {
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
    let missed = measured.missed_elsewhere();
    if missed > 0 {
        let value = format!("{:.1}% of those that are due do not run", whole(missed) / 10.0);
        add("missed", value, load.runs, of_days);
    }
    Value::Object(figures)
}

/// What to say where there are few records.
pub(super) fn remark(agent: &str, measured: &MeasuredAgent) -> Option<String> {
    let (load, days) = (&measured.load, measured.days.len());
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
