//! The settings of an agent that a plan may choose, as one value.

use crate::gateway::Agent;
use crate::gateway::active_hours::ActiveHours;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::retention::Retention;
use crate::releases::duration::Interval;

/// The settings that a plan may choose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// How often.
    pub every: Interval,
    /// Which model answers.
    pub model: ModelRef,
    /// Without the conversation.
    pub isolated: bool,
    /// Without the workspace files.
    pub light: bool,
    /// When ticks may run.
    pub window: ActiveHours,
    /// How long the prompt is kept.
    pub retention: Retention,
    /// That retention is a change of its own, and not what the file says for the model.
    pub asks_retention: bool,
}

impl Choice {
    /// The settings as they are.
    pub fn present(agent: &Agent) -> Self {
        let settings = &agent.settings;
        Choice {
            every: settings.every.value,
            model: settings.model.value.clone(),
            isolated: settings.isolated_session.value,
            light: settings.light_context.value,
            window: settings.active_hours.value.clone(),
            retention: settings.cache_retention.value,
            asks_retention: false,
        }
    }
}
