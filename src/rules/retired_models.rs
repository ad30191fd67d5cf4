//! Models whose vendor has shut them down. Current releases refuse a config that names one, wherever it stands.

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::rule::Rule;
use crate::document::KeyPath;
use crate::gateway::model_ref::ModelRef;

pub(super) static RULE: Rule = Rule {
    id: "retired-model",
    severity: Severity::Error,
    summary: "a model that its vendor has shut down",
    page: include_str!("pages/retired-model.md"),
    check,
};

/// The providers that share the table below.
const GOOGLE: [&str; 3] = ["google", "google-vertex", "google-gemini-cli"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.is_current() {
        return;
    }
    for (path, name, is_key) in named_models(context) {
        let Some(model) = ModelRef::parse(name) else { continue };
        let id = model.id.to_lowercase();
        let finding =
            RULE.at(context, path.clone(), format!("OpenClaw refuses '{name}', a model that is no longer offered"));
        if GOOGLE.contains(&model.provider.as_str())
            && let Some((_, successor)) = SHUT_DOWN.iter().find(|(shut_down, _)| *shut_down == id)
        {
            let successor = format!("{}/{successor}", model.provider);
            let changes = if is_key { Vec::new() } else { vec![context.set(&path, successor.as_str())] };
            findings.push(finding.help(format!("use '{successor}'")).fix(Safety::Unsafe, changes));
        } else if model.provider == "xai" && id.starts_with("grok-4.20-multi-agent") {
            findings.push(finding.help("OpenClaw does not support xAI's multi-agent models; use another one"));
        }
    }
}

/// Every model that agents, their defaults and heartbeats name; last whether as the key of `models`.
fn named_models<'c>(context: &'c Context<'_>) -> Vec<(KeyPath, &'c str, bool)> {
    let mut found = Vec::new();
    // A block at the root is looked at once it is moved, and then the move is not made.
    let moved = KeyPath::root().key("heartbeat").key("model");
    found.extend(context.get(&moved).and_then(Value::as_str).map(|name| (moved, name, false)));
    for holder in std::iter::once(agents().key("defaults")).chain(context.roster()) {
        for path in [holder.key("model"), holder.key("heartbeat").key("model")] {
            match context.get(&path) {
                Some(Value::String(name)) => found.push((path, name.as_str(), false)),
                Some(Value::Object(fields)) => {
                    let primary = fields.get("primary").and_then(Value::as_str);
                    found.extend(primary.map(|name| (path.key("primary"), name, false)));
                    let fallbacks = fields.get("fallbacks").and_then(Value::as_array).into_iter().flatten().enumerate();
                    let fallbacks = fallbacks
                        .filter_map(|(at, name)| Some((path.key("fallbacks").index(at), name.as_str()?, false)));
                    found.extend(fallbacks);
                }
                _ => {}
            }
        }
        let models = holder.key("models");
        let keys = context.get(&models).and_then(Value::as_object).into_iter().flatten();
        found.extend(keys.map(|(name, _)| (models.key(name), name.as_str(), true)));
    }
    found
}

/// Google's models that are gone, and what its plugin names in their place (OpenClaw 2026.9.6).
#[rustfmt::skip]
const SHUT_DOWN: &[(&str, &str)] = &[
    ("gemini-1.5-flash", "gemini-2.5-flash"),
    ("gemini-1.5-flash-8b", "gemini-2.5-flash-lite"),
    ("gemini-1.5-pro", "gemini-3.1-pro-preview"),
    ("gemini-2.0-flash", "gemini-2.5-flash"),
    ("gemini-2.0-flash-001", "gemini-2.5-flash"),
    ("gemini-2.0-flash-exp", "gemini-2.5-flash"),
    ("gemini-2.0-flash-exp-image-generation", "gemini-2.5-flash-image"),
    ("gemini-2.0-flash-lite", "gemini-2.5-flash-lite"),
    ("gemini-2.0-flash-lite-001", "gemini-2.5-flash-lite"),
    ("gemini-2.0-flash-lite-preview", "gemini-2.5-flash-lite"),
    ("gemini-2.0-flash-lite-preview-02-05", "gemini-2.5-flash-lite"),
    ("gemini-2.0-flash-live-001", "gemini-3.1-flash-live-preview"),
    ("gemini-2.0-flash-preview-image-generation", "gemini-2.5-flash-image"),
    ("gemini-2.0-flash-thinking-exp", "gemini-2.5-flash"),
    ("gemini-2.0-flash-thinking-exp-01-21", "gemini-2.5-flash"),
    ("gemini-2.0-flash-thinking-exp-1219", "gemini-2.5-flash"),
    ("gemini-2.0-pro-exp", "gemini-3.1-pro-preview"),
    ("gemini-2.0-pro-exp-02-05", "gemini-3.1-pro-preview"),
    ("gemini-2.5-flash-exp-native-audio-thinking-dialog", "gemini-3.1-flash-live-preview"),
    ("gemini-2.5-flash-image-preview", "gemini-2.5-flash-image"),
    ("gemini-2.5-flash-lite-preview-06-17", "gemini-2.5-flash-lite"),
    ("gemini-2.5-flash-lite-preview-09-2025", "gemini-3.1-flash-lite"),
    ("gemini-2.5-flash-lite-preview-09-25", "gemini-3.1-flash-lite"),
    ("gemini-2.5-flash-preview-04-17", "gemini-2.5-flash"),
    ("gemini-2.5-flash-preview-05-20", "gemini-2.5-flash"),
    ("gemini-2.5-flash-preview-09-2025", "gemini-3-flash-preview"),
    ("gemini-2.5-flash-preview-09-25", "gemini-3-flash-preview"),
    ("gemini-2.5-flash-preview-native-audio-dialog", "gemini-3.1-flash-live-preview"),
    ("gemini-2.5-pro-exp-03-25", "gemini-3.1-pro-preview"),
    ("gemini-2.5-pro-preview-03-25", "gemini-3.1-pro-preview"),
    ("gemini-2.5-pro-preview-05-06", "gemini-3.1-pro-preview"),
    ("gemini-2.5-pro-preview-06-05", "gemini-3.1-pro-preview"),
    ("gemini-3-pro-preview", "gemini-3.1-pro-preview"),
    ("gemini-3.1-pro-preview-customtools", "gemini-3.1-pro-preview"),
    ("gemini-live-2.5-flash", "gemini-3.1-flash-live-preview"),
    ("gemini-live-2.5-flash-preview", "gemini-3.1-flash-live-preview"),
    ("gemini-live-2.5-flash-preview-native-audio", "gemini-3.1-flash-live-preview"),
];
