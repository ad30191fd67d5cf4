//! What OpenClaw refuses anywhere in a file, for the releases whose shape was recorded: what other rules have not named
//! already. Values are not quoted, because any of them may be a secret.

use serde_json::Value;

use super::at_start::is_mended;
use super::context::{Context, agents};
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::{types, unknown_agent};
use crate::document::KeyPath;
use crate::releases::RootHeartbeat;
use crate::releases::shape::{repairs, retired};
use crate::schema::{Misfit, MisfitKind, nearest};

pub(super) static UNKNOWN: Rule = Rule {
    id: "unknown-key",
    severity: Severity::Error,
    summary: "a key that OpenClaw does not have",
    page: include_str!("pages/unknown-key.md"),
    needs: Needs::Config,
    check,
};

pub(super) static RETIRED: Rule = Rule {
    id: "retired-key",
    severity: Severity::Error,
    summary: "a key or value that newer releases no longer have",
    page: include_str!("pages/retired-key.md"),
    needs: Needs::Config,
    check: |_, _| {},
};

pub(super) static CONTRADICTION: Rule = Rule {
    id: "conflicting-settings",
    severity: Severity::Error,
    summary: "settings that cannot be combined",
    page: include_str!("pages/conflicting-settings.md"),
    needs: Needs::Config,
    check: |_, _| {},
};

const GONE: &str = "the gateway moves or drops it when it starts; `openclaw doctor --fix` does the same in the file";

/// `docs/channels/signal.md` of 2026.9.6.
const SERVER: &str = "only its server tells what that becomes, so the gateway does not start with it: `openclaw doctor --fix` \
                      asks the server, or write transport: { kind: \"external-native\", url: … } (or kind \"container\")";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(shape) = context.shape() else { return };
    let misfits = shape.check(context.config);
    for Misfit { path, kind } in misfits {
        match kind {
            MisfitKind::UnknownKeys { keys, known } => {
                for key in keys.into_iter().filter(|key| !is_moved(context, &path.key(key))) {
                    let finding = unknown(context, &path, &key, &known);
                    add(findings, finding);
                }
            }
            _ if is_read_anew(context, &path) => {}
            kind => add(findings, misfit(context, path, kind)),
        }
    }
    for contradiction in shape.contradictions(context.config) {
        let rule = if contradiction.names_agent { &unknown_agent::RULE } else { &CONTRADICTION };
        let message = format!("{}: {}", contradiction.path, contradiction.what);
        let mended = is_mended(context, &contradiction.path);
        add(findings, rule.at(context, contradiction.path, message).mended(mended));
    }
}

/// Adds what no other rule says of the same place. In the part about agents others know more than the shape.
fn add(findings: &mut Vec<Finding>, new: Finding) {
    let is_said = |old: &Finding| {
        old.severity == Severity::Error
            && (new.path.starts_with(&old.path) || (new.path.starts_with(&agents()) && old.path.starts_with(&new.path)))
    };
    if !findings.iter().any(is_said) {
        findings.push(new);
    }
}

/// Whether the release moves what stands at a place before it looks.
fn is_moved(context: &Context<'_>, path: &KeyPath) -> bool {
    let moves_block = context.behaviour().root_heartbeat == RootHeartbeat::Moved;
    (moves_block && *path == KeyPath::root().key("heartbeat")) || is_read_anew(context, path)
}

/// Whether the release takes away this value, or one around it, before it looks.
fn is_read_anew(context: &Context<'_>, path: &KeyPath) -> bool {
    let is_moved =
        |path: &KeyPath| context.get(path).is_some_and(|value| retired::is_moved(context.behaviour(), path, value));
    std::iter::successors(Some(path.clone()), KeyPath::parent).any(|path| is_moved(&path))
}

fn unknown(context: &Context<'_>, holder: &KeyPath, key: &str, known: &[String]) -> Finding {
    let place = if holder.is_root() { "at the root".to_owned() } else { format!("in {holder}") };
    let path = holder.key(key);
    if is_mended(context, &path) {
        let message = format!("{} no longer has '{key}' {place}", context.behaviour().version);
        let stays = context.behaviour().mends_at_start && repairs::waits_for_a_server(context.config, &path);
        return RETIRED.at(context, path, message).mended(true).help(if stays { SERVER } else { GONE });
    }
    let finding = UNKNOWN.at(context, path, format!("unknown key '{key}' {place}"));
    finding.help(match nearest(key, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean '{near}'?"),
        None if !known.is_empty() && known.len() <= 8 => format!("expected one of '{}'", known.join("', '")),
        None => "remove it: OpenClaw refuses the file because of it".to_owned(),
    })
}

fn misfit(context: &Context<'_>, path: KeyPath, kind: MisfitKind) -> Finding {
    // A holder that the release knows stays, and lacks the same, when what is retired in it goes.
    if !matches!(kind, MisfitKind::Missing(_)) && is_mended(context, &path) {
        let message = format!("{} no longer has this value of {path}", context.behaviour().version);
        return RETIRED.at(context, path, message).mended(true).help(GONE);
    }
    let what = if path.is_root() { "the file".to_owned() } else { path.to_string() };
    match kind {
        MisfitKind::Missing(key) => types::INVALID_VALUE.at(context, path, format!("'{key}' is missing in {what}")),
        MisfitKind::Type { found, expected } => {
            types::WRONG_TYPE.at(context, path, format!("{what} is {found}, expected {expected}"))
        }
        MisfitKind::NotAllowed { found, allowed } => {
            let names: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
            let near = found.as_str().and_then(|found| nearest(found, names.iter().copied()));
            let allowed: Vec<String> = allowed.iter().map(Value::to_string).collect();
            let message = format!("{} is not allowed for {what}", types::value(&found));
            let finding = types::INVALID_VALUE.at(context, path, message);
            finding.help(match near {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("expected one of {}", allowed.join(", ")),
            })
        }
        MisfitKind::Keyword(asked) | MisfitKind::Other(asked) => {
            types::INVALID_VALUE.at(context, path, format!("{what} does not fit, expected {asked}"))
        }
        MisfitKind::UnknownKeys { .. } => UNKNOWN.at(context, path, format!("unknown keys in {what}")),
    }
}
