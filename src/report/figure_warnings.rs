//! What keeps a figure from being known, or from being what happens: each as a sentence for the warnings.

use serde_json::Value;

use crate::analysis::Analysis;
use crate::document::{KeyPath, Segment};
use crate::gateway::Agent;
use crate::money::Unit;
use crate::releases::duration::Interval;
use crate::releases::{Behaviour, Instructions, STILL_WAKES};
use crate::simulate::costing::{Choice, Costing};
use crate::words::count;
use crate::workload::workspace::Workspace;

/// The files of the workspace that OpenClaw does not read though they are there.
pub(super) fn unread_files(analysis: &Analysis) -> Vec<String> {
    let mut said = Vec::new();
    for workspace in analysis.workload.workspaces() {
        if workspace.is_empty() {
            let names = Workspace::names().join(", ");
            said.push(format!(
                "workspace: none of {names} is in the folder, so no files are counted; is it the right one?"
            ));
        }
        let behaviour = &analysis.gateway.behaviour;
        if workspace.has_tasks() && !behaviour.runs_tasks {
            said.push(match behaviour.instructions {
                Instructions::HeartbeatFile => format!(
                    "workspace: this release takes the tasks: of HEARTBEAT.md for text, and every tick runs; from {} on \
                     each has its own interval",
                    Behaviour::since(|behaviour| behaviour.runs_tasks)
                ),
                Instructions::MonitorScratch => "workspace: this release does not read the tasks: of HEARTBEAT.md, and \
                    every tick runs without them; openclaw doctor --fix makes automations of them, which are not counted \
                    here"
                    .to_owned(),
            });
        }
        for (name, why) in workspace.unread(&analysis.gateway.behaviour) {
            said.push(format!("workspace: OpenClaw does not read {name}: {why}"));
        }
    }
    said
}

/// A setting that is written when the file is rendered, which nothing here does. Only its place is told, for its text
/// may hold anything.
pub(super) fn template(analysis: &Analysis) -> Option<String> {
    let agents = analysis.expanded.value.get("agents")?;
    let path = templated(agents, &KeyPath::root().key("agents"))?;
    Some(format!("{path} is a template that is not rendered here: render the file first, and report on that"))
}

/// The settings that a template is looked for in: a prompt may well mean its braces.
const DECIDING: [&str; 4] = ["every", "model", "primary", "target"];

fn templated(value: &Value, path: &KeyPath) -> Option<KeyPath> {
    let decides = |path: &KeyPath| DECIDING.iter().any(|key| path.last() == Some(&Segment::Key((*key).to_owned())));
    match value {
        Value::String(text) => (text.contains("{{") && decides(path)).then(|| path.clone()),
        Value::Object(fields) => fields.iter().find_map(|(key, value)| templated(value, &path.key(key))),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| templated(item, &path.index(at))),
        _ => None,
    }
}

/// The agents of which the workload speaks and the file does not.
pub(super) fn unknown_agents(analysis: &Analysis) -> impl Iterator<Item = String> {
    let agents = &analysis.gateway.agents;
    let unknown = analysis.workload.agents().filter(|id| !agents.iter().any(|agent| agent.id.eq_ignore_ascii_case(id)));
    unknown
        .map(|id| format!("the workload has figures for agent '{id}', which is not in this config; they are not used"))
}

/// Why the hidden recap makes an agent's cost unknown, if it does.
pub(super) fn unpriced_recap(costing: &Costing<'_>, agent: &Agent, unit: Unit) -> Option<String> {
    let runs = agent.settings.every.value.ms().is_some() && costing.always_skipped(agent).is_none();
    let recap = costing.subject(agent).recap.filter(|_| runs && !agent.settings.isolated_session.value)?;
    let why = match recap.price {
        None => "no price is known for".to_owned(),
        Some(price) if price.unit != unit => format!("{} is the unit of", price.unit),
        Some(_) => return None,
    };
    let model = recap.model;
    Some(format!(
        "{why} '{model}', which agents.defaults.utilityModel has write a hidden recap of each shared run, \
         so its cost is unknown. Give its price with --prices FILE, or set utilityModel to \"\""
    ))
}

/// A prompt that the model's window has no room for, and what then happens.
pub(super) fn overflow(costing: &Costing<'_>, agent: &Agent) -> Option<String> {
    let choice = Choice::present(agent);
    choice.every.ms()?;
    let model = costing.answering(agent, &choice);
    let over = costing.overflow(&costing.subject(agent), &choice, &model)?;
    let what = match model.found.local {
        true => "its own server cuts it, and the heartbeat does not see its instructions",
        false => "a vendor refuses it, which costs nothing; counted here as answered, and as nothing at the low end",
    };
    Some(format!(
        "{} reads {} tokens at most and is sent about {} before any conversation, whole and with no room for an answer: \
         {what}",
        choice.model,
        count(over.window),
        count(over.prompt)
    ))
}

/// A prompt that is more than a plan of its provider passes in a minute.
pub(super) fn minute_limit(costing: &Costing<'_>, agent: &Agent) -> Option<String> {
    let choice = Choice::present(agent);
    choice.every.ms()?;
    let model = costing.answering(agent, &choice);
    let (prompt, limit) = costing.minute_limit(&costing.subject(agent), &choice, &model)?;
    Some(format!(
        "{} refuses every heartbeat, which then costs nothing: it allows {} tokens a minute for {}, and one is sent about \
         {} before any conversation. Counted here as answered, and as nothing at the low end: a paid plan has a limit of \
         its own, which the account shows ({})",
        limit.plan,
        count(limit.tokens),
        choice.model,
        count(prompt),
        limit.source
    ))
}

/// What is read as off though OpenClaw does not: it refuses the file.
pub(super) fn read_as_off(analysis: &Analysis, agent: &Agent) -> Option<String> {
    let every = &agent.settings.every;
    let place = every.origin.key().filter(|_| every.value == Interval::Off)?;
    let value = place.resolve(&analysis.expanded.value)?;
    let is_proper = value.is_string() && place.last() == Some(&Segment::Key("every".to_owned()));
    let heartbeat = Segment::Key("heartbeat".to_owned());
    let block = if place.last() == Some(&heartbeat) { place.clone() } else { place.parent()? };
    (!is_proper).then(|| {
        format!(
            "{place} is {value}, which OpenClaw refuses and does not repair: counted as off, which {block}.every: \"0m\" \
             says; without the key it would run"
        )
    })
}

/// An interval that the release's timer cannot count.
pub(super) fn overflow_of_timer(analysis: &Analysis, agent: &Agent) -> Option<String> {
    let behaviour = &analysis.gateway.behaviour;
    let every = agent.settings.every.value;
    behaviour.overflows(every).then(|| {
        format!(
            "every {every} is more than the timer of {} can count (24.8 days), so it fires each millisecond: a whole CPU, \
             a log that grows fast, crashes. No model is called; no saving is counted. every: \"0m\" switches it off",
            behaviour.version
        )
    })
}

/// What a schedule that is switched off leaves on: on current releases events still wake the agent (R17).
pub(super) fn still_wakes(analysis: &Analysis, agent: &Agent) -> Option<String> {
    let is_off = agent.settings.every.value == Interval::Off;
    (is_off && analysis.gateway.behaviour.wakes_while_off).then(|| format!("its heartbeats are off. {STILL_WAKES}"))
}
