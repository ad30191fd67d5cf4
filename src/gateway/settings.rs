//! The effective heartbeat settings of one agent: its own block merged over the defaults block (R5), what a release or
//! a sign-in fills in (R9), and what OpenClaw does with values it cannot use.

mod model;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::active_hours::{self, ActiveHours};
use super::anthropic::AnthropicAuth;
use super::delivery::{self, Delivery, DeliveryKeys};
use super::limits::PromptLimits;
use super::model_ref::{Aliases, ModelRef};
use super::off;
use super::providers::Provider;
use super::retention::{self, Retention};
use super::roster::AgentEntry;
use super::session::Session;
use super::setting::{Origin, Setting};
use super::variables::Unset;
use crate::document::{KeyPath, Named};
use crate::releases::Behaviour;
use crate::releases::duration::{self, Interval};

/// The settings that decide what an agent's heartbeats cost.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How often it wakes.
    pub every: Setting<Interval>,
    /// The model that answers.
    pub model: Setting<ModelRef>,
    /// The model as the file names it, if it does.
    pub model_name: Option<String>,
    /// The model of the agent's other turns.
    pub primary_model: ModelRef,
    /// Each run starts without the conversation.
    pub isolated_session: Setting<bool>,
    /// Each run goes without the workspace files.
    pub light_context: Setting<bool>,
    /// When ticks may run.
    pub active_hours: Setting<ActiveHours>,
    /// Where replies go, as written.
    pub target: Setting<String>,
    /// What that means.
    pub delivery: Delivery,
    /// The visibility flags of the channel it is delivered to are all off: skipped before the model.
    pub invisible: bool,
    /// How long the provider is asked to keep the prompt.
    pub cache_retention: Setting<Retention>,
    /// The conversation that a shared heartbeat continues (R30).
    pub session: Session,
    /// The user's chat happens in it, as far as is known.
    pub holds_chat: bool,
    /// A prompt of its own; `None` is the release's prompt.
    pub prompt: Option<String>,
    /// What else the config says of its prompts.
    pub limits: PromptLimits,
    /// Characters of a prompt of its own; `None` is the release's prompt.
    pub prompt_chars: Option<u64>,
}

/// What is needed to read the settings of any agent of one config.
pub(super) struct SettingsReader<'a> {
    pub(super) config: &'a Value,
    pub(super) behaviour: &'a Behaviour,
    pub(super) shared_blocks: Vec<(KeyPath, &'a Value)>,
    pub(super) filled_in: Option<AnthropicAuth>,
    pub(super) providers: &'a [Provider],
    pub(super) aliases: &'a Aliases,
    pub(super) user_zone: &'a TimeZone,
    pub(super) host_zone: &'a TimeZone,
    pub(super) unset: &'a Unset,
}

/// A key found in a heartbeat block.
struct FoundKey<'a> {
    value: &'a Value,
    path: KeyPath,
}

impl FoundKey<'_> {
    fn origin(&self) -> Origin {
        Origin::Key(self.path.clone())
    }
}

impl<'a> SettingsReader<'a> {
    pub(super) fn settings(&self, entry: &AgentEntry<'a>) -> Settings {
        let primary_name = self.primary_name(entry);
        let model_name = self.heartbeat_model_name(entry).or_else(|| primary_name.clone());
        let primary_model = self.primary_model(&primary_name);
        // A bare id takes the provider of the primary model.
        let model = match &model_name {
            Some(name) if model_name != primary_name => self.named_model(name, &primary_model.value.provider),
            _ => primary_model.clone(),
        };
        let target = self.target(entry);
        let (to, account) = (self.text(entry, "to"), self.text(entry, "accountId"));
        let wanted = DeliveryKeys {
            target: &target.value,
            to: to.as_deref(),
            account: account.as_deref(),
            blocks_direct: self.text(entry, "directPolicy").as_deref() == Some("block"),
        };
        let delivery = match &target.unresolved {
            Some(variable) => Delivery::Unknown(format!("target is {variable}, which nothing here sets")),
            None => Delivery::find(self.config, wanted),
        };
        let session = self.session(entry);
        let agent = entry.path.as_ref().map(|path| (path, entry.value));
        let declared = self.providers.iter().find(|provider| provider.id == model.value.provider);
        let api = declared.and_then(|provider| provider.api.as_deref());
        let cache_retention = retention::resolve(self.config, agent, &model.value, api, self.behaviour);
        Settings {
            every: self.every(entry),
            isolated_session: self.flag(entry, "isolatedSession"),
            light_context: self.flag(entry, "lightContext"),
            active_hours: self.active_hours(entry),
            invisible: self.invisible(wanted, &delivery),
            prompt_chars: self.prompt(entry).map(|text| text.encode_utf16().count() as u64),
            prompt: self.prompt(entry),
            limits: PromptLimits::read(self.config, entry.value, self.behaviour),
            holds_chat: self.holds_chat(&session),
            session,
            primary_model: primary_model.value,
            model_name: model_name.map(|found| found.value),
            model,
            target,
            delivery,
            cache_retention,
        }
    }

    /// A key of the agent's own block, else of the defaults block.
    fn find(&self, entry: &AgentEntry<'a>, key: &str) -> Option<FoundKey<'a>> {
        let in_block = |block: &'a Value| block.at(key).filter(|value| !value.is_null());
        let own = entry.path.as_ref().filter(|_| entry.has_block()).and_then(|path| {
            let value = in_block(entry.value.at("heartbeat")?)?;
            Some(FoundKey { value, path: path.key("heartbeat").key(key) })
        });
        let shared = || {
            let mut blocks = self.shared_blocks.iter();
            blocks.find_map(|(path, block)| Some(FoundKey { value: in_block(block)?, path: path.key(key) }))
        };
        own.or_else(shared)
    }

    fn by_default<T>(&self, value: T) -> Setting<T> {
        Setting::new(value, Origin::Default(self.behaviour.version))
    }

    fn every(&self, entry: &AgentEntry<'a>) -> Setting<Interval> {
        let usual = Interval::Every(1_800_000);
        if let Some(path) = self.switched_off(entry) {
            return Setting::new(Interval::Off, Origin::Key(path));
        }
        let Some(found) = self.find(entry, "every") else {
            return match self.filled_in {
                Some(auth) => {
                    let every = duration::parse(auth.default_every(), true).unwrap_or(usual);
                    Setting::new(every, Origin::AnthropicAuth(auth.name()))
                }
                None => self.by_default(usual),
            };
        };
        let text = match found.value {
            Value::String(text) => text.clone(),
            // A number is refused; it is costed at what it probably counts.
            Value::Number(number) => {
                let meant = number.as_f64().and_then(duration::count);
                return meant
                    .map_or_else(|| self.by_default(usual), |count| Setting::new(count.interval, found.origin()));
            }
            _ => return self.by_default(usual),
        };
        if let Some(variable) = self.unset.find(&text) {
            let unresolved = Some(variable.to_owned());
            return Setting { value: usual, origin: found.origin(), unresolved };
        }
        // Outside the grammar the file is refused; it is costed at what was probably meant.
        let meant = || duration::guess(&text);
        match duration::parse(&text, self.behaviour.composite_durations).or_else(meant) {
            Some(interval) => Setting::new(interval, found.origin()),
            None => self.by_default(usual),
        }
    }

    /// Where the file says "off" in a way that every release refuses and none repairs; it is read as what it asks for.
    /// The first place that says anything about the interval decides.
    fn switched_off(&self, entry: &AgentEntry<'a>) -> Option<KeyPath> {
        let own = entry.path.as_ref().and_then(|path| Some((path.key("heartbeat"), entry.value.at("heartbeat")?)));
        let usual = KeyPath::root().key("agents").key("defaults").key("heartbeat");
        let plain = self.config.at("agents.defaults.heartbeat").filter(|_| self.shared_blocks.is_empty());
        let shared = plain.map(|value| (usual, value));
        for (path, value) in own.into_iter().chain(self.shared_blocks.iter().cloned()).chain(shared) {
            let Some(fields) = value.as_object() else {
                if off::says_off(value) {
                    return Some(path);
                }
                continue;
            };
            if let Some(key) = off::off_key(fields) {
                return Some(path.key(key));
            }
            if let Some(every) = fields.at("every") {
                return (!every.is_string() && off::says_off(every)).then(|| path.key("every"));
            }
        }
        None
    }

    fn flag(&self, entry: &AgentEntry<'a>, key: &str) -> Setting<bool> {
        let found = self.find(entry, key);
        let value = found.as_ref().and_then(|found| match found.value {
            Value::Bool(flag) => Some(*flag),
            // Refused as written; the repair a reader expects is the word without its quotes.
            Value::String(text) => text.parse().ok(),
            _ => None,
        });
        match (found, value) {
            (Some(found), Some(value)) => Setting::new(value, found.origin()),
            _ => self.by_default(false),
        }
    }

    fn active_hours(&self, entry: &AgentEntry<'a>) -> Setting<ActiveHours> {
        let Some(found) = self.find(entry, "activeHours") else { return self.by_default(ActiveHours::Always) };
        let bound = |key: &str| found.value[key].as_str();
        let zone = active_hours::zone(bound("timezone"), self.user_zone, self.host_zone);
        let window = ActiveHours::new(bound("start"), bound("end"), zone, self.behaviour.equal_bounds_never_run);
        let unresolved = ["start", "end"].into_iter().find_map(|key| self.unset.find(bound(key)?));
        Setting { value: window, origin: found.origin(), unresolved: unresolved.map(str::to_owned) }
    }

    fn target(&self, entry: &AgentEntry<'a>) -> Setting<String> {
        let found = self.find(entry, "target").and_then(|found| Some((found.value.as_str()?.to_owned(), found)));
        match found {
            Some((target, found)) if !target.trim().is_empty() => {
                let unresolved = self.unset.find(&target).map(str::to_owned);
                Setting { origin: found.origin(), value: target, unresolved }
            }
            _ => self.by_default(self.behaviour.implicit_target.to_owned()),
        }
    }

    fn text(&self, entry: &AgentEntry<'a>, key: &str) -> Option<String> {
        match self.find(entry, key)?.value {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn invisible(&self, wanted: DeliveryKeys<'_>, delivery: &Delivery) -> bool {
        let channel = Delivery::channel(self.config, wanted);
        matches!(delivery, Delivery::Yes(_))
            && delivery::is_invisible(self.config, channel, self.behaviour.visibility_key)
    }

    fn prompt(&self, entry: &AgentEntry<'a>) -> Option<String> {
        let found = self.find(entry, "prompt")?;
        let text = found.value.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn session(&self, entry: &AgentEntry<'a>) -> Session {
        let named = self.text(entry, "session");
        if named.as_deref().and_then(|name| self.unset.find(name)).is_some() {
            return Session::Elsewhere;
        }
        let setting = |key: &str| self.config.pointer(key).and_then(Value::as_str);
        Session::find(named.as_deref(), &entry.id, setting("/session/scope"), setting("/session/mainKey"))
    }

    /// Direct messages go to the main session unless `session.dmScope` gives each sender one of their own; with
    /// `session.scope: "global"` there is only one (R30).
    fn holds_chat(&self, session: &Session) -> bool {
        match session {
            Session::Main => {}
            Session::Own(_) => return false,
            Session::Elsewhere => return true,
        }
        if self.config.at("session.scope").and_then(Value::as_str) == Some("global") {
            return true;
        }
        let scope = self.config.at("session.dmScope").and_then(Value::as_str);
        scope.is_none_or(|scope| scope == "main")
    }
}
