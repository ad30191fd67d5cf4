//! Models whose vendor has shut them down. Releases from 2026.7.35 on refuse a config that names one, wherever it stands.

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use crate::catalogue;
use crate::document::KeyPath;
use crate::gateway::model_ref::ModelRef;
use crate::releases::shape::all_at;

pub(super) static RULE: Rule = Rule {
    id: "retired-model",
    severity: Severity::Error,
    summary: "a model that its vendor has shut down",
    page: include_str!("pages/retired-model.md"),
    needs: Needs::Config,
    check,
};

/// Models that 2026.7.35 still took (asked of it).
const TAKEN_IN_JULY: [&str; 5] = [
    "gemini-2.0-flash",
    "gemini-2.0-flash-001",
    "gemini-2.0-flash-lite",
    "gemini-2.0-flash-lite-001",
    "gemini-3-pro-preview",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().refuses_retired_models {
        return;
    }
    let is_current = context.behaviour().lists_become_entries;
    let is_reviewer = |path: &KeyPath| path.to_string().contains("tools.exec.reviewer");
    for (path, name, is_key) in named_models(context) {
        // 2026.7.35 does not look at who reviews commands.
        if !is_current && is_reviewer(&path) {
            continue;
        }
        let Some(model) = ModelRef::parse(name) else { continue };
        let id = model.id.to_lowercase();
        if !is_current && TAKEN_IN_JULY.contains(&id.as_str()) {
            continue;
        }
        let finding =
            RULE.at(context, path.clone(), format!("OpenClaw refuses '{name}', a model that is no longer offered"));
        if let Some(successor) = catalogue::google_successor(&model.provider, &id) {
            let successor = format!("{}/{successor}", model.provider);
            // A start that repairs the file for something else replaces this one, too.
            let finding = finding.mended(model.provider == "google-gemini-cli" && id == "gemini-3-pro-preview");
            let changes = if is_key { Vec::new() } else { vec![context.set(&path, successor.as_str())] };
            findings.push(finding.help(format!("use '{successor}'")).fix(Safety::Unsafe, changes));
        } else if model.provider == "xai" && id.starts_with("grok-4.20-multi-agent") {
            findings.push(finding.help("OpenClaw does not support xAI's multi-agent models; use another one"));
        } else if model.provider == "azure-openai-responses" && id == "gpt-5.3-codex-spark" {
            findings.push(finding.help("use a model that Azure offers"));
        }
    }
}

/// Where else than in `model` an agent or the defaults name models.
const OF_AGENTS: [&str; 17] = [
    "model",
    "heartbeat.model",
    "utilityModel",
    "imageModel",
    "imageGenerationModel",
    "videoGenerationModel",
    "musicGenerationModel",
    "voiceModel",
    "pdfModel",
    "subagents.model",
    "compaction.model",
    "compaction.memoryFlush.model",
    "mediaModels.image",
    "mediaModels.video",
    "mediaModels.music",
    "tools.exec.reviewer.model",
    "tts.summaryModel",
];

/// Where the rest of a config does.
const OF_ALL: [&str; 13] = [
    // A block at the root is looked at once it is moved, and then the move is not made.
    "heartbeat.model",
    "tools.exec.reviewer.model",
    "tools.media.image.preferredModel",
    "tools.media.audio.preferredModel",
    "tools.media.video.preferredModel",
    "channels.modelByChannel.*.*",
    "channels.discord.voice.model",
    "channels.discord.voice.tts.summaryModel",
    "channels.discord.accounts.*.voice.model",
    "hooks.mappings.[].model",
    "hooks.gmail.model",
    "messages.tts.summaryModel",
    "tts.summaryModel",
];

/// Every model that a config names; last whether as the key of `models`.
fn named_models<'c>(context: &'c Context<'_>) -> Vec<(KeyPath, &'c str, bool)> {
    let mut found = Vec::new();
    for (path, value) in OF_ALL.iter().flat_map(|place| all_at(context.config, place)) {
        of_choice(path, value, &mut found);
    }
    for holder in std::iter::once(agents().key("defaults")).chain(context.roster().iter().cloned()) {
        for place in OF_AGENTS {
            let path = place.split('.').fold(holder.clone(), |path, key| path.key(key));
            if let Some(value) = context.get(&path) {
                of_choice(path, value, &mut found);
            }
        }
        let models = holder.key("models");
        let keys = context.get(&models).and_then(Value::as_object).into_iter().flatten();
        found.extend(keys.map(|(name, _)| (models.key(name), name.as_str(), true)));
    }
    found
}

/// The models of a choice: one by its name, or a first one and its fallbacks.
fn of_choice<'c>(path: KeyPath, value: &'c Value, found: &mut Vec<(KeyPath, &'c str, bool)>) {
    match value {
        Value::String(name) => found.push((path, name.as_str(), false)),
        Value::Object(fields) => {
            let primary = fields.get("primary").and_then(Value::as_str);
            found.extend(primary.map(|name| (path.key("primary"), name, false)));
            let fallbacks = fields.get("fallbacks").and_then(Value::as_array).into_iter().flatten().enumerate();
            let fallbacks =
                fallbacks.filter_map(|(at, name)| Some((path.key("fallbacks").index(at), name.as_str()?, false)));
            found.extend(fallbacks);
        }
        _ => {}
    }
}
