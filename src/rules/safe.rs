//! What may be fixed without asking: changes after which OpenClaw reads the very same heartbeats out of the file. Each
//! rule says which of its fixes it takes for safe; here that is proven, and one that is not is asked about.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Safety};
use crate::document::{Change, KeyPath, Segment};
use crate::gateway::settings::Settings;
use crate::gateway::{Agent, Gateway, Surroundings};
use crate::releases::{Behaviour, Version};

/// Makes a fix unsafe that would change who runs or what a run is, alone or after the safe ones before it, and drops one
/// that cannot be made or would write a value where the file has a variable.
pub(super) fn prove(context: &Context<'_>, findings: &mut [Finding]) {
    for finding in findings.iter_mut() {
        let possible = |changes: &[Change]| changes.iter().all(|change| fits(context.config, change));
        let keeps_variables = |changes: &[Change]| !changes.iter().any(|change| context.overwrites_variable(change));
        finding.fix = finding.fix.take().filter(|fix| possible(&fix.changes) && keeps_variables(&fix.changes));
        finding.advised.retain(|changes| possible(changes));
    }
    let mut safe: Vec<&mut Finding> = findings.iter_mut().filter(|finding| is_safe(finding)).collect();
    safe.sort_by_key(|finding| Reverse(finding.severity));
    settle(context, Arc::clone(context.config), safe);
}

/// The config with those of some fixes made that are safe; the others become unsafe. They are tried all at once. Where that
/// fails, the agents that would run differently tell whose own fix is to blame; where they do not, each half is tried.
fn settle(context: &Context<'_>, config: Arc<Value>, mut findings: Vec<&mut Finding>) -> Arc<Value> {
    let changes: Vec<Change> =
        findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| fix.changes.clone()).collect();
    if changes.is_empty() {
        return config;
    }
    let changed = made(&config, &changes);
    let after = changed.as_ref().map(|changed| context.reread(changed));
    if let Some(changed) = changed
        && after.as_ref().is_some_and(|after| runs_the_same(context.gateway(), after))
    {
        return changed;
    }
    if let [one] = findings.as_mut_slice() {
        make_unsafe(one);
        return config;
    }
    let mut entries = HashSet::new();
    let (own, others): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| entry_of(finding).is_some_and(|entry| entries.insert(entry)));
    let (first, second) = match (own.is_empty(), others.is_empty()) {
        // One fix an agent and none for all.
        (false, true) => {
            let to_blame = after.map(|after| differing(context.gateway(), &after)).unwrap_or_default();
            let is_to_blame = |finding: &&mut Finding| entry_of(finding).is_some_and(|entry| to_blame.contains(&entry));
            let (blamed, rest): (Vec<_>, Vec<_>) = own.into_iter().partition(is_to_blame);
            if blamed.is_empty() {
                halves(rest)
            } else {
                blamed.into_iter().for_each(make_unsafe);
                (rest, Vec::new())
            }
        }
        (true, false) => halves(others),
        _ => (others, own),
    };
    let config = settle(context, config, first);
    settle(context, config, second)
}

fn halves<T>(mut all: Vec<T>) -> (Vec<T>, Vec<T>) {
    let second = all.split_off(all.len() / 2);
    (all, second)
}

fn make_unsafe(finding: &mut Finding) {
    if let Some(fix) = &mut finding.fix {
        fix.safety = Safety::Unsafe;
    }
}

/// The agent's entry that a fix keeps inside of, if it does.
fn entry_of(finding: &Finding) -> Option<KeyPath> {
    let changes = &finding.fix.as_ref()?.changes;
    let entry: KeyPath = changes.first()?.path.segments().get(..3)?.iter().cloned().collect();
    let agents = agents();
    let is_one = entry.starts_with(&agents.key("entries")) || entry.starts_with(&agents.key("list"));
    (is_one && changes.iter().all(|change| change.path.starts_with(&entry))).then_some(entry)
}

/// The entries of the agents that run before and after, with other settings.
fn differing(before: &Gateway, after: &Gateway) -> HashSet<KeyPath> {
    let running: HashMap<&str, &Agent> = after.enrolled().map(|agent| (agent.id.as_str(), agent)).collect();
    let differs = |agent: &&Agent| {
        running.get(agent.id.as_str()).is_some_and(|after| !decides_the_same(&agent.settings, &after.settings))
    };
    before.enrolled().filter(differs).filter_map(|agent| agent.path.clone()).collect()
}

/// Whether the place of a change is there or can be made: nothing on its way is a plain value.
fn fits(config: &Value, change: &Change) -> bool {
    let mut at = config;
    for segment in change.path.segments() {
        at = match (at, segment) {
            (Value::Object(fields), Segment::Key(key)) => match fields.get(key) {
                Some(next) => next,
                None => return true,
            },
            (Value::Array(items), Segment::Index(index)) => match items.get(*index) {
                Some(next) => next,
                None => return *index == items.len(),
            },
            (Value::Null, Segment::Key(_)) => return true,
            _ => return false,
        };
    }
    true
}

/// The config with changes made, if they can be.
pub(super) fn made(config: &Value, changes: &[Change]) -> Option<Arc<Value>> {
    let mut changed = config.clone();
    changes.iter().all(|change| change.make(&mut changed).is_ok()).then(|| Arc::new(changed))
}

fn is_safe(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe)
}

/// Whether two configs run the same agents with the same settings.
pub fn runs_the_same(one: &Gateway, other: &Gateway) -> bool {
    let (mut before, mut after) = (one.enrolled(), other.enrolled());
    let same = |one: &Agent, other: &Agent| one.id == other.id && decides_the_same(&one.settings, &other.settings);
    let agents = loop {
        match (before.next(), after.next()) {
            (None, None) => break true,
            (Some(one), Some(other)) if same(one, other) => {}
            _ => break false,
        }
    };
    agents
        && (one.scheduler_on, one.reset, one.has_channel, &one.utility_model, &one.allowed_models)
            == (other.scheduler_on, other.reset, other.has_channel, &other.utility_model, &other.allowed_models)
}

fn decides_the_same(one: &Settings, other: &Settings) -> bool {
    let of = |settings: &Settings| {
        let Settings { every, model, isolated_session, light_context, active_hours, target, cache_retention, .. } =
            settings.clone();
        let switches = (isolated_session.value, light_context.value, cache_retention.value, settings.invisible);
        let rest = (settings.primary_model.clone(), settings.delivery.clone(), settings.holds_chat, settings.limits);
        ((every.value, every.unresolved), model.value, switches, active_hours.value, target.value, rest)
    };
    of(one) == of(other) && one.prompt == other.prompt
}

impl Context<'_> {
    /// What the release makes of the config with changes made.
    pub(super) fn reread(&self, config: &Arc<Value>) -> Gateway {
        self.reread_for(config, self.behaviour().version)
    }

    /// What another release makes of a config.
    pub(super) fn reread_for(&self, config: &Arc<Value>, version: Version) -> Gateway {
        let gateway = self.gateway();
        let surroundings = Surroundings {
            anthropic_auth: gateway.signed_in,
            host_zone: gateway.host_zone.clone(),
            ..Surroundings::default()
        };
        gateway.reread_as(Arc::clone(config), Behaviour::of(version), &surroundings)
    }
}
