//! The flags that say how far a plan may go.

use anyhow::bail;
use clap::{Args, ValueEnum};
use clawbeat::catalogue::Tier;
use clawbeat::gateway::active_hours::{clock, minute};
use clawbeat::money::{Money, Unit};
use clawbeat::plan::{Bounds, Lever, RiskProfile};
use clawbeat::releases::agent_id::normal_id;
use clawbeat::releases::duration;

use super::amount::{GivenAmount, GivenCount};
use super::options::QuestionOptions;
use super::subject::LoadedConfig;

/// Over these flags.
const HEADING: &str = "What the plan may change";

/// How far the plan may go.
#[derive(Clone, Debug, Args)]
pub(super) struct PlanOptions {
    /// How much the plan may ask of the agents
    #[arg(help_heading = HEADING, long, value_name = "PROFILE", default_value = "balanced")]
    risk: RiskChoice,
    /// The longest interval, such as 1h; tries 15m, 30m, 55m, 1h, 2h and 4h [default: 2h, aggressive 4h]
    #[arg(help_heading = HEADING, long, value_name = "DURATION", value_parser = interval)]
    max_interval: Option<u64>,
    /// Try intervals down to this one, even if the agent runs less often now
    #[arg(help_heading = HEADING, long, value_name = "DURATION", value_parser = interval)]
    min_interval: Option<u64>,
    /// Settings to leave alone (repeatable, or separated by commas)
    #[arg(help_heading = HEADING, long, value_name = "SETTING", value_delimiter = ',', value_parser = lever)]
    keep: Vec<Lever>,
    /// Another model to consider, as the config would name it (repeatable)
    #[arg(help_heading = HEADING, long, value_name = "MODEL", value_parser = model)]
    model: Vec<String>,
    /// The least capable models to consider
    #[arg(help_heading = HEADING, long, value_name = "TIER")]
    min_tier: Option<MinTier>,
    /// Consider running only within these hours, in the user's time zone
    #[arg(help_heading = HEADING, long, value_name = "HH:MM-HH:MM", value_parser = hours)]
    active_hours: Option<(u16, u16)>,
    /// Change only what it takes to bring all agents together under this amount a month
    #[arg(help_heading = HEADING, long, value_name = "AMOUNT", allow_negative_numbers = true)]
    budget: Option<GivenAmount>,
    /// Change only what it takes to keep heartbeats under this share of the flat plan that pays, such as 20%
    #[arg(help_heading = HEADING, long, value_name = "PERCENT", value_parser = percent, conflicts_with = "budget")]
    fit: Option<Money>,
    /// What an agent must save a month for each thing it gives up; 0 takes the cheapest settings [default: 1, or 0
    /// with --budget]
    #[arg(help_heading = HEADING, long, value_name = "AMOUNT", allow_negative_numbers = true)]
    worth: Option<GivenAmount>,
    /// The same if no price is known, in input-equivalent tokens a month [default: 1M]
    #[arg(help_heading = HEADING, hide_short_help = true, long, value_name = "COUNT")]
    worth_tokens: Option<GivenCount>,
    /// Consider switching agents off
    #[arg(help_heading = HEADING, long)]
    allow_off: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RiskChoice {
    /// The agent knows the same and the same model answers
    Conservative,
    /// Also isolation, light context and a lighter model
    Balanced,
    /// Also intervals up to 4h, active hours, and any model within reach
    Aggressive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MinTier {
    /// Summaries and simple questions
    Light,
    /// Everyday work
    Balanced,
    /// When accuracy is critical
    Premium,
}

impl PlanOptions {
    /// The bounds they ask for.
    pub(super) fn bounds(&self, subject: &LoadedConfig, question: &QuestionOptions) -> anyhow::Result<Bounds> {
        self.bounds_in(subject.unit(question), question)
    }

    /// The bounds they ask for of a config whose amounts are in a unit.
    pub(super) fn bounds_in(&self, unit: Unit, question: &QuestionOptions) -> anyhow::Result<Bounds> {
        let billing = question.billing.map(|billing| billing.unit());
        let bounds = Bounds {
            profile: match self.risk {
                RiskChoice::Conservative => RiskProfile::Conservative,
                RiskChoice::Balanced => RiskProfile::Balanced,
                RiskChoice::Aggressive => RiskProfile::Aggressive,
            },
            longest_ms: self.max_interval,
            shortest_ms: self.min_interval,
            keep: self.keep.clone(),
            models: self.model.clone(),
            min_tier: self.min_tier.map(|tier| match tier {
                MinTier::Light => Tier::Light,
                MinTier::Balanced => Tier::Balanced,
                MinTier::Premium => Tier::Premium,
            }),
            active_hours: self.active_hours,
            budget: self.budget.map(|budget| budget.in_unit("--budget", unit)).transpose()?,
            worth_tokens: self.worth_tokens.map(GivenCount::millions),
            worth: self.worth.map(|worth| worth.in_unit("--worth", unit)).transpose()?,
            fit: self.fit,
            heartbeats_only: false,
            allow_off: self.allow_off,
            only: question.agent.as_ref().map(|id| normal_id(id)),
            unit: billing,
        };
        let longest = bounds.longest_ms();
        if let Some(least) = self.min_interval.filter(|least| *least > longest) {
            let [least, longest] = [least, longest].map(|ms| duration::Interval::Every(ms).to_string());
            bail!("--min-interval {least} is longer than the longest interval allowed, {longest}; see --max-interval");
        }
        Ok(bounds)
    }

    /// The flags that were given, as arguments of a further command.
    pub(super) fn arguments(&self) -> Vec<String> {
        let mut given = Vec::new();
        let mut add = |flag: &str, value: String| given.extend([flag.to_owned(), value]);
        let name = |value: &dyn Fn() -> Option<clap::builder::PossibleValue>| {
            value().map_or_else(String::new, |value| value.get_name().to_owned())
        };
        if self.risk != RiskChoice::Balanced {
            add("--risk", name(&|| self.risk.to_possible_value()));
        }
        let duration = |ms| duration::Interval::Every(ms).to_string();
        self.max_interval.into_iter().for_each(|ms| add("--max-interval", duration(ms)));
        self.min_interval.into_iter().for_each(|ms| add("--min-interval", duration(ms)));
        self.keep.iter().for_each(|lever| add("--keep", lever.to_string()));
        self.model.iter().for_each(|model| add("--model", model.clone()));
        self.min_tier.into_iter().for_each(|tier| add("--min-tier", name(&|| tier.to_possible_value())));
        let hours = self.active_hours.map(|(start, end)| format!("{}-{}", clock(start), clock(end)));
        hours.into_iter().for_each(|hours| add("--active-hours", hours));
        self.budget.into_iter().for_each(|amount| add("--budget", amount.to_string()));
        self.worth.into_iter().for_each(|amount| add("--worth", amount.to_string()));
        self.worth_tokens.into_iter().for_each(|count| add("--worth-tokens", count.to_string()));
        self.fit.into_iter().for_each(|share| add("--fit", format!("{share}%")));
        if self.allow_off {
            given.push("--allow-off".to_owned());
        }
        given
    }
}

fn percent(text: &str) -> Result<Money, String> {
    let share = Money::parse(text.strip_suffix('%').unwrap_or(text).trim());
    let within = |share: &Money| (1..=100_000_000_000_000).contains(&share.pico());
    share.filter(within).ok_or_else(|| "expected a share in percent, such as 20%".to_owned())
}

fn interval(text: &str) -> Result<u64, String> {
    let parsed = duration::parse(text, true).and_then(duration::Interval::ms);
    parsed.ok_or_else(|| "expected a duration as OpenClaw writes it, such as 55m, 2h or 1h30m".to_owned())
}

fn model(text: &str) -> Result<String, String> {
    let named = !text.trim().is_empty();
    named
        .then(|| text.to_owned())
        .ok_or_else(|| "expected a model as the config would name it, such as openai/gpt-5.5".to_owned())
}

fn lever(text: &str) -> Result<Lever, String> {
    let names = || Lever::ALL.map(Lever::key).join(", ");
    Lever::find(text.trim()).ok_or_else(|| format!("expected one of {}", names()))
}

fn hours(text: &str) -> Result<(u16, u16), String> {
    let (start, end) = text.split_once('-').ok_or("expected two times such as 08:00-22:00")?;
    let bound = |text: &str, is_end| minute(text.trim(), is_end).map_err(|error| format!("{error}"));
    match (bound(start, false)?, bound(end, true)?) {
        (start, end) if start == end => {
            Err("the two times are equal, and then nothing ever runs; expected two such as 08:00-22:00".to_owned())
        }
        hours => Ok(hours),
    }
}
