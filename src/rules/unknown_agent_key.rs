//! Keys of `agents`, its defaults and its agents that the release does not have. They say nothing about heartbeats, but
//! OpenClaw refuses the file for them all the same, and then nothing runs.

use serde_json::Value;

use super::at_start::is_mended;
use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use super::{invented, off};
use crate::document::{Change, KeyPath, Segment};
use crate::releases::schemas::{CURRENT, LEGACY, READ};
use crate::releases::{Behaviour, HeartbeatKey};
use crate::schema::{self, MisfitKind};

pub(super) static RULE: Rule = Rule {
    id: "unknown-agent-key",
    severity: Severity::Error,
    summary: "an unknown key in agents, their defaults or a single agent",
    page: include_str!("pages/unknown-agent-key.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    check_dated(context, findings);
    for misfit in &context.misfits {
        let MisfitKind::UnknownKeys { keys, known } = &misfit.kind else { continue };
        if !is_agent_part(&misfit.path) {
            continue;
        }
        for name in keys {
            let path = misfit.path.key(name);
            if invented::is_about_heartbeats(name) && name != "heartbeat" || is_misplaced(context, &path) {
                continue;
            }
            if !context.behaviour().lists_become_entries && newer_here(&misfit.path, name) {
                continue;
            }
            let finding = if is_retired(context, &misfit.path, name) {
                let message = format!(
                    "'{name}' in {} was retired in {}",
                    misfit.path,
                    Behaviour::since(|b| b.lists_become_entries)
                );
                let finding = RULE.at(context, path.clone(), message);
                match is_mended(context, &path) {
                    true => finding.mended(true).help(
                        "the gateway moves or drops it when it starts; `openclaw doctor --fix` does the same in the file",
                    ),
                    false => finding.help("remove it: OpenClaw refuses the file because of it"),
                }
            } else {
                let finding = RULE
                    .at(context, path.clone(), format!("unknown key '{name}' in {}", misfit.path))
                    .mended(is_mended(context, &path));
                with_fix(context, finding, name, known, &path)
            };
            findings.push(finding);
        }
    }
}

/// Keys of a legacy release that came or went between the two whose schemas were read. Between them both are accepted.
fn check_dated(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let version = context.behaviour().version;
    let (annotation, since) = match version {
        version if version <= READ[0] => ("x-later", "is not yet known to"),
        version if version == READ[1] => ("x-gone", "is no longer known to"),
        _ => return,
    };
    let defaults = agents().key("defaults");
    let models = defaults.key("models");
    let names = context.get(&models).and_then(Value::as_object).into_iter().flatten();
    let listed = names.map(|(name, _)| (models.key(name), "listedModel"));
    let agents = context.roster().iter().map(|path| (path.clone(), "agent"));
    for (holder, definition) in std::iter::once((defaults, "defaults")).chain(listed).chain(agents) {
        let keys = context.get(&holder).and_then(Value::as_object).into_iter().flatten();
        let dated = LEGACY.annotation(definition, annotation);
        for (name, _) in keys.filter(|(name, _)| dated.contains(&name.as_str())) {
            let message = format!("'{name}' in {holder} {since} {version}");
            findings.push(RULE.at(context, holder.key(name), message).help("remove it, or update OpenClaw"));
        }
    }
}

fn with_fix(context: &Context<'_>, finding: Finding, name: &str, known: &[String], path: &KeyPath) -> Finding {
    if is_comment(name) {
        return finding
            .help("write it as a comment: the file is JSON5, so // works")
            .fix(Safety::Unsafe, context.remove(path));
    }
    if let Some(fix) = in_the_block(context, name, path) {
        let block = path.parent().unwrap_or_default().key("heartbeat");
        let help = match context.get(&block.key(name)) {
            Some(_) => format!("{} is set already: remove this one", block.key(name)),
            None => format!("heartbeat settings go in {block}: move it there"),
        };
        return finding.help(help).fix(Safety::Unsafe, fix);
    }
    match schema::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => finding.help(format!("did you mean '{near}'?")),
        None if known.len() <= 8 => finding.help(format!("expected one of '{}'", known.join("', '"))),
        None => finding.help("remove it: OpenClaw refuses the file because of it"),
    }
}

/// Keys of a heartbeat block that mean nothing else, and that guides put one level too high.
const OF_A_BLOCK: [&str; 6] =
    ["every", "activeHours", "isolatedSession", "lightContext", "directPolicy", "skipWhenBusy"];

/// What moves such a key from `agents.defaults` or an agent into the heartbeat block beside it, if the release has it there.
fn in_the_block(context: &Context<'_>, name: &str, path: &KeyPath) -> Option<Vec<Change>> {
    let holder = path.parent().filter(is_holder)?;
    let key = HeartbeatKey::find(name).filter(|key| OF_A_BLOCK.contains(&key.name))?;
    let value = context.written(path).filter(|_| key.accepted_by(context.behaviour().version))?.clone();
    let block = holder.key("heartbeat");
    let gone = context.remove(path);
    let moves = !gone.is_empty() && context.get(&block.key(name)).is_none();
    let written = moves.then(|| context.set(&block.key(name), value));
    let beside = if moves { off::keep_running(context, &block) } else { Vec::new() };
    Some(gone.into_iter().chain(written).chain(beside).collect())
}

fn is_comment(name: &str) -> bool {
    name.trim_start_matches(['_', '$', '/', '#']).to_ascii_lowercase().starts_with("comment")
}

/// Unknown keys of `agents.defaults` and of agents, with their holder.
pub(super) fn unknown<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (KeyPath, String)> + 'c {
    let misfits = context.misfits.iter().filter(|misfit| is_holder(&misfit.path));
    misfits.flat_map(|misfit| match &misfit.kind {
        MisfitKind::UnknownKeys { keys, .. } => {
            keys.iter().filter(|key| *key != "heartbeat").map(|key| (misfit.path.clone(), key.clone())).collect()
        }
        _ => Vec::new(),
    })
}

/// Keys that a legacy release does not have, but current ones do.
pub(super) fn newer<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (KeyPath, String)> + 'c {
    let roster = ["entries", "ownership"].into_iter().filter(|key| context.get(&agents().key(*key)).is_some());
    let roster = roster.map(|key| (agents(), key.to_owned()));
    let rest = unknown(context).filter(|(holder, name)| newer_here(holder, name));
    roster.chain(rest)
}

fn newer_here(holder: &KeyPath, name: &str) -> bool {
    let definition = if *holder == agents().key("defaults") { "defaults" } else { "agent" };
    is_holder(holder) && CURRENT.keys(definition).contains(&name) && !LEGACY.keys(definition).contains(&name)
}

/// Whether a current release dropped a key that legacy ones have.
fn is_retired(context: &Context<'_>, holder: &KeyPath, name: &str) -> bool {
    context.behaviour().lists_become_entries && name != "id" && LEGACY.keys(definition(holder)).contains(&name)
}

fn definition(holder: &KeyPath) -> &'static str {
    match holder.last() {
        Some(Segment::Key(key)) if key == "contextPruning" => "contextPruning",
        Some(Segment::Key(key)) if key == "defaults" => "defaults",
        _ => "agent",
    }
}

/// `agents.defaults`, `agents.list[0]` or `agents.entries.main`.
fn is_holder(path: &KeyPath) -> bool {
    let steps = path.segments().len();
    *path == agents().key("defaults")
        || (steps == 3 && (path.starts_with(&agents().key("list")) || path.starts_with(&agents().key("entries"))))
}

/// The places whose keys this rule judges; those of a heartbeat block have rules of their own.
fn is_agent_part(path: &KeyPath) -> bool {
    let in_block = path.segments().iter().any(|step| *step == Segment::Key("heartbeat".to_owned()));
    path.starts_with(&agents()) && !in_block
}

/// `agents.<name>` with a heartbeat in it, which `misplaced-heartbeat` names.
fn is_misplaced(context: &Context<'_>, path: &KeyPath) -> bool {
    let is_block = *path == agents().key("heartbeat");
    path.segments().len() == 2 && (is_block || context.get(&path.key("heartbeat")).is_some())
}
