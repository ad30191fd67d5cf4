//! From settings to money: everything that is needed to cost an agent under its own or any other choice of levers. The
//! report, the plan and the rules all ask here, so that they cannot disagree.

mod in_tokens;
mod memory;
mod models;
pub mod reach;
mod refused;
mod subject;

use std::sync::Arc;

use jiff::Timestamp;

use super::cache::Scheme;
use super::estimate::{self, Estimate, Range, Tally};
use super::months::{AllMonths, Months};
use super::prompt::{self, Parts, PromptSettings};
use super::schedule::Period;
use super::spending::Spending;
use super::usage::{Timeline, Usage};
use super::{Scenario, SkipReason};
use crate::catalogue::Catalogue;
use crate::gateway::delivery::Delivery;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::session::Session;
use crate::gateway::{Agent, Gateway};
use crate::money::{Money, Unit};
use crate::releases::measured::{self, Measured};
use crate::workload::Workload;

pub use crate::levers::Choice;
pub use memory::{CostingMemory, Counted};
pub use refused::Overflow;
pub use subject::{Level, PricedModel, Recap, Subject};

/// The model behind the hidden recap of Anthropic's own provider (M5).
pub(crate) const RECAP_MODEL: &str = "anthropic/claude-haiku-4-5";

/// Everything outside the agent that its cost depends on.
#[derive(Clone, Debug)]
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
    memory: Arc<CostingMemory>,
    months: Arc<Months>,
}

impl<'a> Costing<'a> {
    /// The costing of a config under prices and a load, over a period.
    pub fn new(
        gateway: &'a Gateway,
        catalogue: &'a Catalogue,
        workload: &'a Workload,
        period: &'a Period,
        anchor: Option<Timestamp>,
    ) -> Self {
        Costing { gateway, catalogue, workload, period, anchor, memory: Arc::default(), months: Arc::default() }
    }

    /// The same with what others worked out before under the same release, in the same period and zone.
    #[must_use]
    pub fn remembering(self, all: &AllMonths) -> Self {
        let months = all.under(&self.gateway.behaviour, self.period, &self.gateway.user_zone);
        Costing { months, ..self }
    }

    /// The same with what was worked out of the very same gateway, prices, load and period.
    #[must_use]
    pub fn going_on(self, memory: &Arc<CostingMemory>) -> Self {
        Costing { memory: Arc::clone(memory), ..self }
    }

    /// What an agent is billed in.
    pub fn unit_of(&self, agent: &Agent) -> Unit {
        let choice = Choice::present(agent);
        let provider = &choice.model.provider;
        self.answering(agent, &choice).found.unit(provider, self.gateway.provider(provider))
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
        if self.gateway.behaviour.overflows(agent.settings.every.value) {
            return Some(SkipReason::TimerOverflow);
        }
        let load = self.workload.of(&agent.id).typical;
        if load.workspace.as_ref().is_some_and(|workspace| workspace.says_nothing(&self.gateway.behaviour)) {
            return Some(SkipReason::EmptyHeartbeatFile);
        }
        if agent.settings.invisible {
            return Some(SkipReason::AlertsDisabled);
        }
        (self.gateway.behaviour.needs_delivery && matches!(agent.settings.delivery, Delivery::No(_)))
            .then_some(SkipReason::NoDelivery)
    }

    /// Looks up what an agent's cost depends on beside its levers.
    pub fn subject<'s>(&self, agent: &'s Agent) -> Subject<'s> {
        let primary = &agent.settings.primary_model;
        let recap = self.recap_model(primary).map(|model| {
            let price = self.find(&model).price.clone();
            Recap { model, price }
        });
        Subject { agent, spread: self.workload.of(&agent.id), primary_window: self.find(primary).context_window, recap }
    }

    /// The model that writes the hidden recap of a shared run: on current releases the one that `utilityModel` names,
    /// else Anthropic's small one where Anthropic is the primary's provider (M5, L9).
    fn recap_model(&self, primary: &ModelRef) -> Option<ModelRef> {
        if !self.gateway.behaviour.writes_recaps {
            return None;
        }
        match self.gateway.utility_model.as_deref() {
            Some("") => None,
            Some(name) => Some(self.gateway.resolve_model(name)),
            None => ModelRef::parse(RECAP_MODEL).filter(|small| small.provider == primary.provider),
        }
    }

    /// The month of an agent under a choice. `skipped` skips every tick.
    pub fn estimate(&self, subject: &Subject<'_>, choice: &Choice, skipped: Option<SkipReason>) -> Estimate {
        self.estimate_on(subject, choice, &self.answering(subject.agent, choice), skipped)
    }

    /// What an agent asks of its models under a choice at a typical load, moment by moment. `skipped` skips every tick.
    pub fn timeline(&self, subject: &Subject<'_>, choice: &Choice, skipped: Option<SkipReason>) -> Arc<Timeline> {
        let model = self.answering(subject.agent, choice);
        let scenario = self.scenario(subject, choice, &model, Level::Typical, skipped);
        self.counted(&scenario).timeline(&scenario)
    }

    /// Where the money goes of the month of a scenario, with a model as [`Costing::answering`] gave it. Without `priced`, every
    /// cost is unknown.
    pub fn spending(
        &self,
        subject: &Subject<'_>,
        scenario: &Scenario<'_>,
        model: &PricedModel,
        priced: bool,
    ) -> Spending {
        let prices = model.found.price.as_ref().filter(|_| priced).map(|price| subject.prices(price));
        let recap = subject.recap.as_ref().map(|recap| recap.model.clone());
        let paid = prices.map(|_| (model.id, recap));
        self.counted(scenario).spending(&paid, || Spending::of(scenario, prices))
    }

    /// The same with a model that was looked up, and may have been given another price.
    pub fn estimate_on(
        &self,
        subject: &Subject<'_>,
        choice: &Choice,
        model: &PricedModel,
        skipped: Option<SkipReason>,
    ) -> Estimate {
        let level = |level: Level| self.at(subject, choice, model, level, skipped);
        let (month, typical) = level(Level::Typical);
        let low = level(Level::Low).1;
        let low = match subject.spread.idle == subject.spread.low {
            true => low,
            false => low.min(level(Level::Idle).1),
        };
        let (_, high) = level(Level::High);
        let high = match model.caching.at_worst == model.caching.expected {
            true => high,
            // A config may state a write price below the input price, so the higher of the two is the high end.
            false => high.max(level(Level::Worst).1),
        };
        let range = low.zip(typical).zip(high).map(|((low, typical), high)| {
            let range = Range::of(low, typical, high);
            if self.may_cost_nothing(subject.agent) || self.is_refused(subject, choice, model) {
                Range { low: Default::default(), ..range }
            } else {
                range
            }
        });
        Estimate::new(&month.tally, range)
    }

    /// The typical month of an agent under a choice, without the range around it; `None` where a price is unknown.
    pub fn typical(&self, subject: &Subject<'_>, choice: &Choice) -> Option<Money> {
        self.typical_on(subject, choice, &self.answering(subject.agent, choice))
    }

    /// The same with a model that was looked up.
    pub fn typical_on(&self, subject: &Subject<'_>, choice: &Choice, model: &PricedModel) -> Option<Money> {
        self.at(subject, choice, model, Level::Typical, None).1
    }

    fn at(
        &self,
        subject: &Subject<'_>,
        choice: &Choice,
        model: &PricedModel,
        level: Level,
        skipped: Option<SkipReason>,
    ) -> (Arc<Counted>, Option<Money>) {
        let scenario = self.scenario(subject, choice, model, level, skipped);
        let month = self.counted(&scenario);
        let price = model.price(level);
        let cost = price.and_then(|price| estimate::cost(&scenario, &month.tally, subject.prices(price)));
        (month, cost)
    }

    /// The counts of a month that [`Costing::scenario`] gave, simulated if it was not before.
    pub fn counted(&self, scenario: &Scenario<'_>) -> Arc<Counted> {
        self.memory.month(&self.months, scenario)
    }

    /// Mean and worst reaction delay in such a month, in milliseconds; `None` when nothing ever runs.
    pub fn delay(&self, scenario: &Scenario<'_>) -> Option<(u64, u64)> {
        self.months.delay(scenario)
    }

    /// What agents take together as they are, at a typical load.
    pub fn usage(&self, subjects: &[&Subject<'_>]) -> Usage {
        let present: Vec<Choice> = subjects.iter().map(|subject| Choice::present(subject.agent)).collect();
        let asked = subjects.iter().zip(&present).map(|(subject, choice)| {
            let (model, skipped) = (self.answering(subject.agent, choice), self.always_skipped(subject.agent));
            self.scenario(subject, choice, &model, Level::Typical, skipped)
        });
        let scenarios: Vec<Scenario<'_>> = asked.collect();
        self.months.usage(&scenarios, |scenario| self.counted(scenario).timeline(scenario))
    }

    /// What such a month takes at least, if that is known without simulating it.
    pub fn least(&self, scenario: &Scenario<'_>) -> Option<Arc<Tally>> {
        self.months.least(scenario)
    }

    /// Whether something that is not known here may keep the agent from running at all.
    fn may_cost_nothing(&self, agent: &Agent) -> bool {
        let settings = &agent.settings;
        let delivery_unknown =
            self.gateway.behaviour.needs_delivery && matches!(settings.delivery, Delivery::Unknown(_));
        delivery_unknown || settings.every.unresolved.is_some() || settings.active_hours.unresolved.is_some()
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
        let calendars = &self.months.calendars;
        let anchor = self.anchor.unwrap_or_else(|| match (level, every) {
            (Level::Idle | Level::Low, Some(every)) => calendars.extreme_anchors(self.period, every, window).0,
            (Level::High | Level::Worst, Some(every)) => calendars.extreme_anchors(self.period, every, window).1,
            _ => self.period.start,
        });
        let (sizes, parts) = self.parts(subject, choice, model, level);
        let behaviour = &self.gateway.behaviour;
        let workspace = profile.workspace.as_ref();
        let beside = workspace.map_or(0, |workspace| workspace.beside_tasks(behaviour));
        Scenario {
            behaviour,
            reset: self.gateway.reset,
            period: self.period,
            every,
            anchor,
            moments: None,
            window,
            always_skipped,
            isolated: choice.isolated,
            parts,
            sizes,
            scheme: self.scheme(model, level),
            profile,
            holds_chat: agent.settings.holds_chat
                && (agent.settings.session != Session::Elsewhere || !matches!(level, Level::Idle | Level::Low)),
            zone: &self.gateway.user_zone,
            calendars,
            courses: &self.memory.courses,
            windows: [subject.primary_window, model.found.context_window],
            tokens_per_mille: model.tokens_per_mille,
            cache_minimum: model.cache_minimum,
            recap: subject.recap.is_some(),
            tasks: workspace.map_or(&[], |workspace| workspace.tasks(behaviour)),
            task_message: prompt::task_message(&sizes, &parts, agent.settings.prompt_chars, beside),
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
        // A release that delivers or does not run runs nothing without a delivery, and with one, this is the request; others run
        // and deliver nothing.
        let delivered = match settings.delivery {
            Delivery::Yes(_) | Delivery::Last(_) | Delivery::Unknown(_) => true,
            Delivery::No(_) => behaviour.needs_delivery,
            Delivery::Nowhere(_) => false,
        };
        let asked = PromptSettings {
            isolated: choice.isolated,
            light: choice.light,
            delivered,
            has_channel: self.gateway.has_channel,
            prompt_chars: settings.prompt_chars,
            limits: settings.limits,
        };
        let parts = prompt::parts(&sizes, behaviour, profile, &asked);
        let measured = profile.fixed.map_or(parts, |fixed| {
            let then = PromptSettings { isolated: fixed.isolated, light: fixed.light, ..asked };
            let modelled = prompt::parts(&sizes, behaviour, profile, &then).total();
            let alike = (choice.isolated, choice.light) == (fixed.isolated, fixed.light);
            let found = fixed.found.filter(|_| alike).unwrap_or(0);
            Parts { found, ..parts.resized(modelled, fixed.chars, fixed.uncached) }
        });
        (sizes, measured)
    }

    fn scheme(&self, model: &PricedModel, level: Level) -> Scheme {
        match level {
            Level::Idle | Level::Low => model.caching.at_best,
            Level::Typical | Level::High => model.caching.expected,
            Level::Worst => model.caching.at_worst,
        }
    }
}

#[cfg(test)]
mod tests;
