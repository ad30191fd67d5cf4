//! Keys beside the heartbeat block that current releases do not have and drop or move at their start, where the value is
//! of the type it had (asked of 2026.9.6 with values of each). Such a start rewrites the roster too, and so decides anew
//! who runs.

use serde_json::Value;

/// A key, and which values of it the start can take away.
type Retired = (&'static str, fn(&Value) -> bool);

const ANY: fn(&Value) -> bool = |_| true;
const MODEL: fn(&Value) -> bool = |value| value.is_string() || value.is_object();

const OF_AGENTS: [Retired; 6] = [
    ("agentRuntime", Value::is_object),
    ("embeddedHarness", Value::is_object),
    ("embeddedPi", Value::is_object),
    ("memorySearch", Value::is_object),
    ("runRetries", ANY),
    ("systemPromptOverride", ANY),
];

const OF_DEFAULTS_ONLY: [Retired; 13] = [
    ("bootstrapPromptTruncationWarning", ANY),
    ("cliBackends", ANY),
    ("envelopeElapsed", ANY),
    ("envelopeTimestamp", ANY),
    ("envelopeTimezone", ANY),
    ("imageGenerationModel", MODEL),
    ("llm", Value::is_object),
    ("mediaGenerationAutoProviderFallback", ANY),
    ("musicGenerationModel", MODEL),
    ("pdfMaxBytesMb", Value::is_number),
    ("promptOverlays", ANY),
    ("timeFormat", ANY),
    ("videoGenerationModel", MODEL),
];

/// Whether the start takes such a key away from an agent.
pub fn of_agent(key: &str, value: &Value) -> bool {
    OF_AGENTS.iter().any(|(name, fits)| *name == key && fits(value))
}

/// Whether the start takes such a key away from `agents.defaults`.
pub fn of_defaults(key: &str, value: &Value) -> bool {
    of_agent(key, value) || OF_DEFAULTS_ONLY.iter().any(|(name, fits)| *name == key && fits(value))
}
