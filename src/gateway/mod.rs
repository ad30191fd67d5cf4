//! The meaning of a gateway config: who heartbeats, how often, with which model and settings, and which key or
//! default of which release says so. A config that OpenClaw refuses is read as if repaired, so that it can be costed.

pub mod active_hours;
mod allowed;
pub mod anthropic;
pub mod delivery;
mod enrolled;
mod fallbacks;
pub mod folder;
pub mod holder;
pub mod include;
pub mod limits;
pub mod model_ref;
pub mod off;
pub mod providers;
pub mod reset;
pub mod retention;
pub mod roster;
pub mod runtime;
pub mod session;
pub mod setting;
pub mod settings;
mod surroundings;
pub mod text;
pub mod variables;

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::document::{KeyPath, Named};
use crate::releases::{Behaviour, Version};

pub use enrolled::VISIBILITY;
pub use fallbacks::Link;
pub use surroundings::Surroundings;

use allowed::Allowed;
use anthropic::AnthropicAuth;
use enrolled::Enrolled;
use model_ref::{Aliases, ModelRef};
use providers::Provider;
use reset::Reset;
use retention::{Params, Retention};
use roster::Enrolment;
use setting::Setting;
use settings::Settings;
use variables::Unset;

/// A config as one release reads it.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// How that release behaves.
    pub behaviour: Behaviour,
    /// The roster, in file order.
    pub agents: Vec<Agent>,
    /// The shared heartbeat block, if there is one.
    pub defaults_block: Option<KeyPath>,
    /// `models.providers`.
    pub providers: Vec<Provider>,
    /// `agents.defaults.models`.
    pub aliases: Arc<Aliases>,
    /// The zone of the user: `agents.defaults.userTimezone`, else the machine's.
    pub user_zone: TimeZone,
    /// `cron.enabled` is not false, or the release does not need it (R17).
    pub scheduler_on: bool,
    /// The Anthropic sign-in that decides defaults.
    pub anthropic_auth: Option<AnthropicAuth>,
    /// The sign-in that the environment names, which the config's own comes before.
    pub signed_in: Option<AnthropicAuth>,
    /// The zone of the machine.
    pub host_zone: TimeZone,
    /// The small model for side requests, where the file names one; an empty name switches them off (M5, L9).
    pub utility_model: Option<String>,
    /// When shared sessions start anew (R34).
    pub reset: Reset,
    /// A channel is switched on, which adds to what tools say of themselves.
    pub has_channel: bool,
    /// Models that `modelPolicy.allow` permits; `None` is no restriction (R11).
    pub allowed_models: Option<Allowed>,
    /// The agent that everything belongs to which names none.
    owner: Option<String>,
    /// The agent whose workspace is that of the defaults (R13).
    workspace_owner: Option<String>,
    /// The variables that it asks for and nothing sets.
    pub unset: Unset,
    config: Arc<Value>,
}

/// One agent of the roster.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Its id.
    pub id: String,
    /// Where it stands in the file; `None` for the agent of a config without a roster.
    pub path: Option<KeyPath>,
    /// The heartbeat block of its own, if it has one.
    pub own_block: Option<KeyPath>,
    /// Whether it runs, and why.
    pub enrolment: Enrolment,
    /// Its effective heartbeat settings.
    pub settings: Settings,
}

impl Gateway {
    /// Reads a config for a release. `config` has its includes merged.
    pub fn read(config: &Value, version: Version, surroundings: &Surroundings) -> Self {
        Gateway::read_as(Arc::new(config.clone()), Behaviour::of(version), surroundings)
    }

    /// Reads a config as a release with that behaviour does.
    pub fn read_as(config: Arc<Value>, behaviour: Behaviour, surroundings: &Surroundings) -> Self {
        Gateway::read_beside(None, config, behaviour, surroundings)
    }

    /// Reads the config with changes made, or for another release. The names of models are not looked at again where they are
    /// the same: of a small config that is half of the reading.
    pub fn reread_as(&self, config: Arc<Value>, behaviour: Behaviour, surroundings: &Surroundings) -> Self {
        Gateway::read_beside(Some(self), config, behaviour, surroundings)
    }

    fn read_beside(
        known: Option<&Gateway>,
        config: Arc<Value>,
        behaviour: Behaviour,
        surroundings: &Surroundings,
    ) -> Self {
        #[cfg(test)]
        crate::counted::note("config read");
        let (config, unset) = variables::substitute(config, &surroundings.variables, &surroundings.stand_ins);
        let user_zone = config.at("agents.defaults.userTimezone").and_then(Value::as_str).map(str::trim);
        let user_zone = user_zone.and_then(active_hours::known_zone).unwrap_or_else(|| surroundings.host_zone.clone());
        let anthropic_auth = AnthropicAuth::resolve(&config, surroundings.anthropic_auth);
        let providers = providers::read(&config);
        let same = known.filter(|known| Aliases::are_same(&known.config, &config));
        let aliases = same.map_or_else(|| Arc::new(Aliases::read(&config)), |known| Arc::clone(&known.aliases));
        let Enrolled { blocks, filled_in, entries, enrolments } = Enrolled::of(&config, anthropic_auth, &behaviour);
        let shared = blocks.first().map(|(path, _)| path.clone());
        let reader = settings::SettingsReader {
            config: &config,
            behaviour: &behaviour,
            shared_blocks: blocks,
            filled_in,
            providers: &providers,
            aliases: &aliases,
            user_zone: &user_zone,
            host_zone: &surroundings.host_zone,
            unset: &unset,
        };
        let agents = entries.iter().zip(enrolments).map(|(entry, enrolment)| Agent {
            id: entry.id.clone(),
            path: entry.path.clone(),
            own_block: entry
                .path
                .as_ref()
                .filter(|_| entry.has_block() && entry.value["heartbeat"].is_object())
                .map(|path| path.key("heartbeat")),
            enrolment,
            settings: reader.settings(entry),
        });
        let scheduler_on = !behaviour.runs_by_scheduler || config.at("cron.enabled") != Some(&Value::Bool(false));
        let resolve = |name: &str| aliases.resolve(name, &providers, behaviour.default_provider());
        let allowed_models = Allowed::read(&config, resolve);
        Gateway {
            owner: roster::owner(&config, &entries, &behaviour),
            workspace_owner: roster::workspace_owner(&config, &entries, &behaviour),
            agents: agents.collect(),
            defaults_block: shared,
            scheduler_on,
            utility_model: text(config.at("agents.defaults.utilityModel")),
            reset: Reset::read(&config, &behaviour),
            has_channel: delivery::has_channel(&config),
            allowed_models,
            behaviour,
            providers,
            aliases,
            user_zone,
            anthropic_auth,
            signed_in: surroundings.anthropic_auth,
            host_zone: surroundings.host_zone.clone(),
            unset,
            config,
        }
    }

    /// The ids of those who run in a config: those of [`Gateway::enrolled`], without what their settings are.
    pub fn who_runs(config: Arc<Value>, behaviour: &Behaviour, surroundings: &Surroundings) -> Vec<String> {
        let (config, _) = variables::substitute(config, &surroundings.variables, &surroundings.stand_ins);
        let auth = AnthropicAuth::resolve(&config, surroundings.anthropic_auth);
        let Enrolled { entries, enrolments, .. } = Enrolled::of(&config, auth, behaviour);
        let runs = entries.into_iter().zip(enrolments).filter(|(_, enrolment)| enrolment.is_enrolled());
        runs.map(|(entry, _)| entry.id).collect()
    }

    /// The config that was read, its includes merged and its variables replaced.
    pub fn config(&self) -> &Arc<Value> {
        &self.config
    }

    /// The model that a name means here.
    pub fn resolve_model(&self, name: &str) -> ModelRef {
        self.aliases.resolve(name, &self.providers, self.behaviour.default_provider())
    }

    /// Whether `modelPolicy.allow` permits a model; an alias there stands for its model (R11).
    pub fn allows(&self, model: &ModelRef) -> bool {
        self.allowed_models.as_ref().is_none_or(|allowed| allowed.permits(model))
    }

    /// The cache retention that an agent's requests to a model have.
    pub fn retention_of(&self, agent: &Agent, model: &ModelRef) -> Retention {
        self.retention_setting(agent, model).value
    }

    /// The same with what decided it.
    pub fn retention_setting(&self, agent: &Agent, model: &ModelRef) -> Setting<Retention> {
        let entry = agent.path.as_ref().zip(self.entry(agent));
        retention::resolve(&self.config, entry, model, self.api(model), &self.behaviour)
    }

    /// Whether the release asks a model's provider for a retention at all.
    pub fn uses_retention(&self, model: &ModelRef) -> bool {
        retention::is_used(&self.behaviour, model, self.api(model))
    }

    /// The first stable release that does.
    pub fn retention_heeded_from(&self, model: &ModelRef) -> Version {
        Behaviour::since(|behaviour| retention::is_used(behaviour, model, self.api(model)))
    }

    /// The wire format that the file declares for a model's provider.
    pub fn api(&self, model: &ModelRef) -> Option<&str> {
        self.provider(&model.provider)?.api.as_deref()
    }

    /// The key that gives an agent's requests to a model a retention, `shared` with everybody who uses the model or for it
    /// alone: where that is set now, else where it may be written. `None` where the release has no such key.
    pub fn retention_place(&self, agent: &Agent, model: &ModelRef, shared: bool) -> Option<KeyPath> {
        if !self.uses_retention(model) {
            return None;
        }
        let holder = agent.path.as_ref().zip(self.entry(agent));
        let is_set =
            |params: &Params<'_>| params.value.get(retention::KEY).or(params.value.get(retention::OLD_KEY)).is_some();
        let set = retention::all(&self.config, holder, model).find(is_set).map(|params| params.path());
        let is_own = |place: &KeyPath| agent.path.as_ref().is_some_and(|path| place.starts_with(path));
        let defaults = KeyPath::root().key("agents").key("defaults");
        let in_defaults = || self.may_list(model).then(|| self.model_entry(&defaults, model).key("params"));
        let own = || match agent.path.as_ref()? {
            path if self.behaviour.agent_models => Some(self.model_entry(path, model).key("params")),
            path => self.behaviour.agent_params.then(|| path.key("params")),
        };
        let all = || self.behaviour.defaults_params.then(|| defaults.key("params"));
        let place = match set {
            Some(place) if shared || is_own(&place) => Some(place),
            _ if shared => in_defaults().or_else(own).or_else(all),
            _ => own(),
        };
        Some(place?.key(retention::KEY))
    }

    /// Whether an entry of a model may be written to `agents.defaults.models`: on legacy releases its keys are what the user
    /// may pick (R11), so that the first one would lock all others out.
    pub fn may_list(&self, model: &ModelRef) -> bool {
        !self.behaviour.models_restrict || self.aliases.models().any(|listed| listed == model)
    }

    /// The agent's own entry in the file, variables filled in.
    pub fn entry(&self, agent: &Agent) -> Option<&Value> {
        agent.path.as_ref()?.resolve(&self.config)
    }

    /// The entry of a model in the `models` of the defaults or of an agent, under the key it has there or would get.
    pub fn model_entry(&self, holder: &KeyPath, model: &ModelRef) -> KeyPath {
        retention::model_entry(holder, holder.resolve(&self.config).unwrap_or(&Value::Null), model)
    }

    /// The agent that everything belongs to which names none: the default agent of legacy releases, the ambient owner of
    /// current ones, else the first.
    pub fn owner(&self) -> Option<&Agent> {
        let owner = self.owner.as_deref().and_then(|id| self.agents.iter().find(|agent| agent.id == id));
        owner.or(self.agents.first())
    }

    /// The agents that run heartbeats.
    pub fn enrolled(&self) -> impl Iterator<Item = &Agent> {
        self.agents.iter().filter(|agent| agent.enrolment.is_enrolled())
    }

    /// The provider entry of that id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Agents and intervals in the form of the facts.
    fn beats(gateway: &Gateway) -> Vec<(String, Option<u64>)> {
        gateway.enrolled().map(|agent| (agent.id.clone(), agent.settings.every.value.ms())).collect()
    }

    #[test]
    fn enrolment_agrees_with_openclaw() {
        let facts: Value = serde_json::from_str(include_str!("../../fixtures/openclaw/enrollment.json")).unwrap();
        let cases = facts["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 40);
        for case in cases {
            let name = case["case"].as_str().unwrap();
            let config = json!({ "agents": case["agents"] });
            let gateway = Gateway::read(&config, crate::releases::NEWEST, &Surroundings::default());
            // Where the interval is outside the grammar, the file is refused and costed at the default.
            if name.starts_with("every invalid") {
                assert_eq!(beats(&gateway), [("b".to_owned(), Some(1_800_000))], "{name}");
                continue;
            }
            let enrolled = case["enrolled"].as_array().unwrap();
            let expected: Vec<_> = enrolled
                .iter()
                .map(|row| (row["agentId"].as_str().unwrap().to_owned(), row["everyMs"].as_u64()))
                .collect();
            assert_eq!(beats(&gateway), expected, "{name}");
            for (agent, row) in gateway.enrolled().zip(enrolled) {
                let settings = &agent.settings;
                if let Some(model) = row["model"].as_str() {
                    assert_eq!(settings.model.value.to_string(), model, "{name}");
                }
                assert_eq!(settings.isolated_session.value, row["isolatedSession"] == true, "{name}");
                assert_eq!(settings.light_context.value, row["lightContext"] == true, "{name}");
            }
        }
    }

    #[test]
    fn one_upgrade_turns_one_beating_agent_into_all() {
        let config =
            json!({ "agents": { "defaults": { "heartbeat": {} }, "list": [{ "id": "main" }, { "id": "ops" }] } });
        let count = |version: &str| {
            let version = version.parse().unwrap();
            Gateway::read(&config, version, &Surroundings::default()).enrolled().count()
        };
        assert_eq!([count("2026.4.15"), count("2026.4.27"), count("2026.4.29"), count("2026.9.6")], [1, 1, 2, 2]);
    }

    /// What real schedulers of three releases made of each config under each environment.
    #[test]
    fn an_anthropic_sign_in_changes_interval_and_enrolment() {
        let facts: Value =
            serde_json::from_str(include_str!("../../fixtures/openclaw/anthropic-defaults.json")).unwrap();
        let rows = facts["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 34);
        for row in rows {
            for (release, environments) in row["beats"].as_object().unwrap() {
                for (environment, recorded) in environments.as_object().unwrap() {
                    let anthropic_auth = match environment.as_str() {
                        "ANTHROPIC_API_KEY" => Some(AnthropicAuth::ApiKey),
                        "ANTHROPIC_OAUTH_TOKEN" => Some(AnthropicAuth::OAuth),
                        _ => None,
                    };
                    let surroundings = Surroundings { anthropic_auth, ..Surroundings::default() };
                    let gateway = Gateway::read(&row["config"], release.parse().unwrap(), &surroundings);
                    let beat = |beat: &Value| (beat["agent"].as_str().unwrap().to_owned(), beat["everyMs"].as_u64());
                    let Some(recorded) = recorded.as_array() else { continue };
                    let recorded: Vec<_> = recorded.iter().map(beat).collect();
                    assert_eq!(beats(&gateway), recorded, "{} on {release} with {environment}", row["case"]);
                    let ids: Vec<String> = recorded.into_iter().map(|(id, _)| id).collect();
                    let runs = Gateway::who_runs(Arc::new(row["config"].clone()), &gateway.behaviour, &surroundings);
                    assert_eq!(runs, ids, "{} on {release} with {environment}", row["case"]);
                }
            }
        }
    }
}
