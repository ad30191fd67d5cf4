//! What a config says about the size of a prompt beside the heartbeat block: caps on workspace files and skills (R23,
//! R25), whether files are sent at all (R22), and how many tools (R27, M10). The agent's own value comes first.

use serde_json::Value;

use crate::document::Named;
use crate::releases::Behaviour;
use crate::releases::measured::ToolProfile;

/// The limits of one agent's prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PromptLimits {
    /// Largest part of one workspace file, in characters.
    pub file: u64,
    /// Largest sum of workspace files; `None` is no cap.
    pub all_files: Option<u64>,
    /// Largest skills list.
    pub skills: u64,
    /// Workspace files are sent: `contextInjection` is not `never`.
    pub sends_files: bool,
    /// The tools.
    pub tools: ToolProfile,
}

impl PromptLimits {
    /// The limits of an agent; `agent` is its object.
    pub fn read(config: &Value, agent: &Value, behaviour: &Behaviour) -> Self {
        let defaults = config.at("agents.defaults").unwrap_or(&Value::Null);
        // Legacy releases know these keys in the defaults only (R23), and do not know `never` (R22).
        let own = if behaviour.agent_limits { agent } else { &Value::Null };
        let either = |key: &str| own.at(key).or_else(|| defaults.at(key));
        let size = |key: &str| either(key).and_then(Value::as_u64);
        let skills = own.at("skillsLimits.maxSkillsPromptChars");
        let skills = skills.or_else(|| config.at("skills.limits.maxSkillsPromptChars")).and_then(Value::as_u64);
        let profile = agent.at("tools.profile").or_else(|| config.at("tools.profile"));
        PromptLimits {
            file: size("bootstrapMaxChars").unwrap_or(behaviour.bootstrap_max_chars),
            all_files: size("bootstrapTotalMaxChars").or(behaviour.bootstrap_total_max_chars),
            skills: skills.unwrap_or(behaviour.skills_max_chars),
            sends_files: !(behaviour.agent_limits
                && either("contextInjection").and_then(Value::as_str) == Some("never")),
            tools: match profile.and_then(Value::as_str) {
                Some("minimal") => ToolProfile::Minimal,
                Some("messaging") => ToolProfile::Messaging,
                Some("coding") => ToolProfile::Coding,
                _ => ToolProfile::Full,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_agents_own_limit_comes_first_where_the_release_knows_it() {
        let config = json!({ "agents": { "defaults": { "bootstrapMaxChars": 9_000, "contextInjection": "never" } },
            "tools": { "profile": "coding" }, "skills": { "limits": { "maxSkillsPromptChars": 2_000 } } });
        let agent = json!({ "bootstrapMaxChars": 500, "tools": { "profile": "minimal" } });
        let limits = |version: &str| PromptLimits::read(&config, &agent, &Behaviour::of(version.parse().unwrap()));
        let current = limits("2026.9.6");
        assert_eq!((current.file, current.all_files, current.skills), (500, Some(60_000), 2_000));
        assert_eq!((current.sends_files, current.tools), (false, ToolProfile::Minimal));
        let legacy = limits("2026.4.8");
        assert_eq!((legacy.file, legacy.all_files), (9_000, Some(150_000)));
        assert_eq!((legacy.sends_files, legacy.tools), (true, ToolProfile::Minimal));
    }
}
