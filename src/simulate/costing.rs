//! From settings to money: everything that is needed to cost an agent under its own or any other choice of levers. The
//! report, the plan and the rules all ask here, so that they cannot disagree.

use jiff::Timestamp;

use super::cache::{self, Caching, Scheme};
use super::estimate::{self, Estimate, Prices, Range};
use super::measured::{self, Measured};
use super::prompt::{self, Asked, Parts};
use super::schedule::{self, Period};
use super::{Scenario, SkipReason, tokenizer};
use crate::catalogue::{self, Catalogue, Match, Price, nexos};
use crate::gateway::active_hours::Window;
use crate::gateway::duration::Interval;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::release::Generation;
use crate::gateway::retention::Retention;
use crate::gateway::route::Route;
use crate::gateway::{Agent, Gateway};
use crate::money::Unit;
use crate::workload::{Profile, Spread, Workload};

/// The model behind the hidden recap of Anthropic's own provider (M5).
const RECAP_MODEL: (&str, &str) = ("anthropic", "claude-haiku-4-5");

/// Everything outside the agent that its cost depends on.
#[derive(Clone, Copy, Debug)]
pub struct Costing<'a> {
    /// The config as the release reads it.
    pub gateway: &'a Gateway,
    /// Prices.
    pub catalogue: &'a Catalogue,
    /// The load.
    pub workload: &'a Workload,
    /// The time covered.
    pub period: &'a Period,
    /// A moment at which ticks fall (`--anchor`); without it the period's start, and the range spans all others.
    pub anchor: Option<Timestamp>,
}

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
    pub window: Window,
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

/// A model as far as tokens depend on it, and its price.
#[derive(Clone, Debug)]
pub struct PricedModel {
    /// What the catalogue says.
    pub found: Match,
    /// How its route caches.
    pub caching: Caching,
    /// One of Anthropic's, by its name or the catalogue's.
    pub is_claude: bool,
    /// Tokens of a thousand times four characters.
    pub tokens_per_mille: u64,
    /// Tokens below which it caches nothing.
    pub cache_minimum: u64,
}

/// An agent with what is looked up once for it.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The agent.
    pub agent: &'a Agent,
    /// Its load at the three points of the range.
    pub spread: Spread,
    /// The context window of its primary model in tokens: its chat is compacted by that (R35).
    primary_window: Option<u64>,
    /// The recap's model and its price, where shared runs carry a recap (M5, L9).
    recap: Option<(ModelRef, Option<Price>)>,
}

/// One end or the middle of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Light load, the best that caching may do, the fewest ticks.
    Low,
    /// Typical load under what is counted on.
    Typical,
    /// Heavy load under what is counted on, the most ticks.
    High,
    /// The same where the vendor bills what it puts into its own cache.
    Worst,
}

impl<'a> Costing<'a> {
    /// Looks a model up.
    pub fn model(&self, model: &ModelRef, retention: Retention) -> PricedModel {
        let declared = self.gateway.provider(&model.provider);
        let found = self.catalogue.find(&model.provider, &model.id, declared);
        let named = |name: &str| name.to_ascii_lowercase().contains("claude");
        let is_claude = named(&model.id) || found.catalogue_name.as_deref().is_some_and(named);
        let caching = cache::caching(&self.gateway.behaviour, model, declared, is_claude, retention);
        let name = found.catalogue_name.as_deref().filter(|_| is_claude && !named(&model.id));
        let tokens_per_mille = tokenizer::tokens_per_mille(name.unwrap_or(&model.id));
        let cache_minimum = catalogue::cache_minimum(&model.provider, name.unwrap_or(&model.id));
        PricedModel { found, caching, is_claude, tokens_per_mille, cache_minimum }
    }

    /// What an agent is billed in: its price's unit, else credits where the provider is recognised as nexos.
    pub fn unit_of(&self, agent: &Agent) -> Unit {
        let choice = Choice::present(agent);
        let provider = &choice.model.provider;
        match self.model(&choice.model, choice.retention).found.price {
            Some(price) => price.unit,
            None if nexos::is_nexos(provider, self.gateway.provider(provider)) => Unit::Credits,
            None => Unit::Usd,
        }
    }

    /// The unit of the config: that of the first agent that runs.
    pub fn unit(&self) -> Unit {
        self.gateway.enrolled().next().map_or(Unit::Usd, |agent| self.unit_of(agent))
    }

    /// The reason for which no tick of an agent ever calls a model, if there is one.
    pub fn always_skipped(&self, agent: &Agent) -> Option<SkipReason> {
        if !self.gateway.scheduler_on {
            return Some(SkipReason::SchedulerOff);
        }
        let workspace = self.workload.of(&agent.id).typical.workspace;
        if workspace.is_some_and(|workspace| workspace.says_nothing(&self.gateway.behaviour)) {
            return Some(SkipReason::EmptyHeartbeatFile);
        }
        if agent.settings.invisible {
            return Some(SkipReason::AlertsDisabled);
        }
        let current = self.gateway.behaviour.generation == Generation::Current;
        (current && matches!(agent.settings.route, Route::No(_))).then_some(SkipReason::NoRoute)
    }

    /// Looks up what an agent's cost depends on beside its levers.
    pub fn subject<'s>(&self, agent: &'s Agent) -> Subject<'s> {
        let find = |provider: &str, id: &str| self.catalogue.find(provider, id, self.gateway.provider(provider));
        let primary = &agent.settings.primary_model;
        let recap = self.recap_model(primary).map(|model| {
            let price = find(&model.provider, &model.id).price;
            (model, price)
        });
        Subject {
            agent,
            spread: self.workload.of(&agent.id),
            primary_window: find(&primary.provider, &primary.id).context_window,
            recap,
        }
    }

    /// The model that writes the hidden recap of a shared run: on current releases the one that `utilityModel` names,
    /// else Anthropic's small one where Anthropic is the primary's provider (M5, L9).
    fn recap_model(&self, primary: &ModelRef) -> Option<ModelRef> {
        if self.gateway.behaviour.generation != Generation::Current {
            return None;
        }
        match self.gateway.utility_model.as_deref() {
            Some("") => None,
            Some(name) => Some(self.gateway.resolve_model(name)),
            None if primary.provider == RECAP_MODEL.0 => {
                Some(ModelRef { provider: RECAP_MODEL.0.to_owned(), id: RECAP_MODEL.1.to_owned() })
            }
            None => None,
        }
    }

    /// The month of an agent under a choice. `skipped` skips every tick.
    pub fn estimate(&self, subject: &Subject<'_>, choice: &Choice, skipped: Option<SkipReason>) -> Estimate {
        let model = self.model(&choice.model, choice.retention);
        let level = |level: Level| {
            let scenario = self.scenario(subject, choice, &model, level, skipped);
            let tally = estimate::tally(&scenario);
            let cost = model.found.price.as_ref().map(|price| estimate::cost(&scenario, &tally, subject.prices(price)));
            (tally, cost)
        };
        let (tally, typical) = level(Level::Typical);
        let (_, low) = level(Level::Low);
        let (_, high) = level(Level::High);
        let high = match model.caching.at_worst == model.caching.expected {
            true => high,
            // A config may state a write price below the input price, so the dearer of the two is the high end.
            false => high.max(level(Level::Worst).1),
        };
        let range = low.zip(typical).zip(high).map(|((low, typical), high)| {
            let range = Range::of(low, typical, high);
            if self.may_cost_nothing(subject.agent) { Range { low: Default::default(), ..range } } else { range }
        });
        Estimate::new(&tally, range)
    }

    /// Whether something that is not known here may keep the agent from running at all.
    fn may_cost_nothing(&self, agent: &Agent) -> bool {
        let settings = &agent.settings;
        let current = self.gateway.behaviour.generation == Generation::Current;
        let route_unknown = current && matches!(settings.route, Route::Unknown(_));
        route_unknown || settings.every.unresolved.is_some() || settings.active_hours.unresolved.is_some()
    }

    /// The scenario of an agent at one level of the range.
    pub fn scenario<'s>(
        &'s self,
        subject: &'s Subject<'_>,
        choice: &'s Choice,
        model: &PricedModel,
        level: Level,
        always_skipped: Option<SkipReason>,
    ) -> Scenario<'s> {
        let agent = subject.agent;
        let profile = subject.profile(level);
        let window = &choice.window;
        let every = choice.every.ms();
        let anchor = self.anchor.unwrap_or_else(|| match (level, every) {
            (Level::Low, Some(every)) => schedule::extreme_anchors(self.period, every, window).0,
            (Level::High | Level::Worst, Some(every)) => schedule::extreme_anchors(self.period, every, window).1,
            _ => self.period.start,
        });
        let (sizes, parts) = self.parts(subject, choice, model, level);
        Scenario {
            behaviour: &self.gateway.behaviour,
            reset: self.gateway.reset,
            period: self.period,
            every,
            anchor,
            window,
            always_skipped,
            isolated: choice.isolated,
            parts,
            sizes,
            scheme: self.scheme(model, level),
            profile,
            holds_chat: agent.settings.holds_chat,
            zone: &self.gateway.user_zone,
            windows: [subject.primary_window, model.found.context_window],
            tokens_per_mille: model.tokens_per_mille,
            cache_minimum: model.cache_minimum,
            recap: subject.recap.is_some(),
        }
    }

    /// The parts of an agent's request under a choice.
    pub fn parts(
        &self,
        subject: &Subject<'_>,
        choice: &Choice,
        model: &PricedModel,
        level: Level,
    ) -> (Measured, Parts) {
        let (agent, profile) = (subject.agent, subject.profile(level));
        let behaviour = &self.gateway.behaviour;
        let settings = &agent.settings;
        let sizes = measured::sizes(behaviour, model.caching.wire, settings.limits.tools);
        let current = behaviour.generation == Generation::Current;
        let asked = Asked {
            isolated: choice.isolated,
            light: choice.light,
            // Without a route nothing runs; once there is one, this is the request.
            delivered: current && !matches!(settings.route, Route::Nowhere(_)),
            prompt_chars: settings.prompt_chars,
            limits: settings.limits,
        };
        (sizes, prompt::parts(&sizes, behaviour, profile, &asked))
    }

    fn scheme(&self, model: &PricedModel, level: Level) -> Scheme {
        match level {
            Level::Low => model.caching.at_best,
            Level::Typical | Level::High => model.caching.expected,
            Level::Worst => model.caching.at_worst,
        }
    }
}

impl Subject<'_> {
    /// The load at one level of the range.
    pub fn profile(&self, level: Level) -> &Profile {
        match level {
            Level::Low => &self.spread.low,
            Level::Typical => &self.spread.typical,
            Level::High | Level::Worst => &self.spread.high,
        }
    }

    /// The model of the recap that shared runs carry.
    pub fn recap_model(&self) -> Option<&ModelRef> {
        self.recap.as_ref().map(|(model, _)| model)
    }

    /// The prices of its calls when this is its model's.
    pub fn prices<'p>(&'p self, model: &'p Price) -> Prices<'p> {
        Prices { model, recap: self.recap.as_ref().and_then(|(_, price)| price.as_ref()) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::gateway::Surroundings;
    use crate::gateway::release::NEWEST;
    use crate::simulate::{RequestKind, simulate};

    /// The mean prompt of a run's first request, in hundreds of tokens.
    fn mean_prompt(preset: &str, isolated: bool, light: bool) -> u64 {
        let config = json!({ "agents": { "defaults": {
            "model": "anthropic/claude-opus-4-6", "heartbeat": { "target": "none" } } } });
        let gateway = Gateway::read(&config, NEWEST, &Surroundings::default());
        let workload = Workload::preset(preset).unwrap();
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        let catalogue = Catalogue::builtin();
        let costing =
            Costing { gateway: &gateway, catalogue: &catalogue, workload: &workload, period: &period, anchor: None };
        let agent = &gateway.agents[0];
        let choice = Choice { isolated, light, ..Choice::present(agent) };
        let model = costing.model(&choice.model, choice.retention);
        let subject = costing.subject(agent);
        let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, None);
        let (mut runs, mut prompt) = (0, 0);
        simulate(&scenario, &mut |tick| {
            runs += 1;
            let first = tick.requests.iter().find(|request| request.kind == RequestKind::Turn);
            prompt += first.map_or(0, |request| request.tokens.prompt());
        });
        assert_eq!(runs, 1440);
        (prompt / runs + 50) / 100
    }

    /// The table in `WORKLOADS.md`, in hundreds of tokens. It was made before the calls of an alert were seen to stay
    /// (L10), so that `heavy`, where every run calls tools, starts anew more often than it says: 153.8k.
    #[test]
    fn presets_send_the_prompts_they_were_chosen_for() {
        for (preset, [shared, isolated, light]) in [
            ("idle", [168, 119, 92]),
            ("light", [257, 119, 92]),
            ("typical", [619, 168, 108]),
            ("heavy", [1477, 280, 130]),
        ] {
            let ours =
                [mean_prompt(preset, false, false), mean_prompt(preset, true, false), mean_prompt(preset, true, true)];
            for (ours, published) in ours.into_iter().zip([shared, isolated, light]) {
                assert!(ours.abs_diff(published) <= 1 + published / 100, "{preset}: {ours} for {published}");
            }
        }
    }
}
