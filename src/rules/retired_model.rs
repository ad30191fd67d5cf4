//! Models whose vendor has shut them down. Current releases refuse a config that names one, wherever it stands.

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::rule::{Needs, Rule};
use crate::catalogue;
use crate::document::KeyPath;
use crate::gateway::model_ref::ModelRef;

pub(super) static RULE: Rule = Rule {
    id: "retired-model",
    severity: Severity::Error,
    summary: "a model that its vendor has shut down",
    page: include_str!("pages/retired-model.md"),
    needs: Needs::Config,
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.behaviour().refuses_retired_models {
        return;
    }
    for (path, name, is_key) in named_models(context) {
        let Some(model) = ModelRef::parse(name) else { continue };
        let id = model.id.to_lowercase();
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
        }
    }
}

/// Every model that agents, their defaults and heartbeats name; last whether as the key of `models`.
fn named_models<'c>(context: &'c Context<'_>) -> Vec<(KeyPath, &'c str, bool)> {
    let mut found = Vec::new();
    // A block at the root is looked at once it is moved, and then the move is not made.
    let moved = KeyPath::root().key("heartbeat").key("model");
    found.extend(context.get(&moved).and_then(Value::as_str).map(|name| (moved, name, false)));
    for holder in std::iter::once(agents().key("defaults")).chain(context.roster().iter().cloned()) {
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
