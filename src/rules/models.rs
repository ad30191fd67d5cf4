//! Where the file names a heartbeat's model, and where it declares one.

use super::context::Context;
use super::spending::Spender;
use crate::document::KeyPath;
use crate::gateway::model_ref::ModelRef;

/// Where an agent's model is named.
pub(super) fn place(context: &Context<'_>, spending: &Spender<'_>) -> KeyPath {
    context.place_of(spending.agent, &spending.agent.settings.model.origin, "model")
}

/// Where `models.providers` has an entry of its own for a model.
pub(super) fn declared(context: &Context<'_>, model: &ModelRef) -> Option<KeyPath> {
    let provider = context.gateway().provider(&model.provider)?;
    let at = provider.models.iter().position(|declared| declared.id == model.id)?;
    let providers = KeyPath::root().key("models").key("providers");
    let mut keys = context.get(&providers)?.as_object()?.keys();
    let key = keys.find(|key| key.trim().eq_ignore_ascii_case(&provider.id))?;
    Some(providers.key(key).key("models").index(at))
}
