//! What another default would do: for each agent that leaves a setting to the release, or to whoever sets the defaults of
//! a host, the month under another value. What an agent's heartbeat block says itself stays as it is.

use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use crate::analysis::Analysis;
use crate::bill::Bill;
use crate::document::Segment;
use crate::gateway::Agent;
use crate::gateway::model_ref::ModelRef;
use crate::levers::{Choice, Lever};
use crate::money::Money;
use crate::releases::duration;
use crate::report::Figures;
use crate::simulate::estimate::Estimate;

/// Other defaults, such as `every=1h` or `isolatedSession=true,lightContext=true`.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherDefaults {
    name: String,
    values: Vec<To>,
}

#[derive(Clone, Debug, PartialEq)]
enum To {
    Every(duration::Interval),
    Isolated(bool),
    Light(bool),
    Model(ModelRef),
}

/// Why a text names no other defaults.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a setting and its default, such as every=1h, isolatedSession=true, lightContext=true or \
     model=openai/gpt-5.5, or several separated by commas; {0}"
)]
pub struct NoInstead(String);

impl FromStr for OtherDefaults {
    type Err = NoInstead;

    fn from_str(text: &str) -> Result<Self, NoInstead> {
        let values = text.split(',').map(|part| To::parse(part.trim()).map_err(NoInstead));
        Ok(OtherDefaults { name: text.replace(' ', ""), values: values.collect::<Result<_, _>>()? })
    }
}

impl fmt::Display for OtherDefaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl To {
    fn parse(text: &str) -> Result<Self, String> {
        let (key, value) = text.split_once('=').ok_or_else(|| format!("'{text}' has no ="))?;
        if value.trim().is_empty() {
            return Err(format!("'{text}' has nothing after ="));
        }
        let flag = || value.parse::<bool>().map_err(|_| format!("{key} must be true or false, not '{value}'"));
        match Lever::find(key.trim()) {
            Some(Lever::Every) => duration::parse(value, true)
                .map(To::Every)
                .ok_or_else(|| format!("'{value}' is not a duration; expected one such as 55m or 1h30m")),
            Some(Lever::IsolatedSession) => flag().map(To::Isolated),
            Some(Lever::LightContext) => flag().map(To::Light),
            Some(Lever::Model) => {
                let model = ModelRef::parse(value).map(To::Model);
                model.ok_or_else(|| format!("'{value}' is not a model; expected provider/model"))
            }
            Some(Lever::ActiveHours | Lever::CacheRetention) | None => {
                Err(format!("unknown setting '{key}'; expected every, isolatedSession, lightContext or model"))
            }
        }
    }

    fn lever(&self) -> Lever {
        match self {
            To::Every(_) => Lever::Every,
            To::Isolated(_) => Lever::IsolatedSession,
            To::Light(_) => Lever::LightContext,
            To::Model(_) => Lever::Model,
        }
    }

    fn put(&self, choice: &mut Choice) {
        match self {
            To::Every(every) => choice.every = *every,
            To::Isolated(isolated) => choice.isolated = *isolated,
            To::Light(light) => choice.light = *light,
            To::Model(model) => choice.model = model.clone(),
        }
    }
}

/// Whether a heartbeat block says it, so that no default counts.
fn is_own(lever: Lever, agent: &Agent) -> bool {
    let in_block = |segment: &Segment| matches!(segment, Segment::Key(key) if key == "heartbeat");
    lever.origin(&agent.settings).key().is_some_and(|path| path.segments().iter().any(in_block))
}

impl OtherDefaults {
    /// An agent's settings under these defaults; none where they change nothing for it.
    fn choice(&self, analysis: &Analysis, agent: &Agent) -> Option<Choice> {
        let present = Choice::present(agent);
        let mut choice = present.clone();
        let behaviour = &analysis.gateway.behaviour;
        let decides = |to: &&To| {
            !is_own(to.lever(), agent) && to.lever().used_from(behaviour, agent.own_block.is_some()).is_none()
        };
        self.values.iter().filter(decides).for_each(|to| to.put(&mut choice));
        (choice != present).then_some(choice)
    }

    /// The typical month of a config under these defaults, and what that saves.
    pub(super) fn effect_on(&self, analysis: &Analysis, figures: &Figures, only: Option<&str>) -> Value {
        let costing = analysis.costing();
        let bill = Bill::new(&costing, figures.unit);
        let asked = analysis.gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id));
        let months = asked.map(|agent| match self.choice(analysis, agent) {
            Some(choice) => bill.under(&costing.subject(agent), &choice),
            None => bill.of(&costing.subject(agent)),
        });
        let months: Vec<Estimate> = months.collect();
        let then = Estimate::sum(months.iter()).cost.filter(|_| analysis.expanded.unread().is_none());
        let saving = figures.current.cost.zip(then).map(|(now, then)| now.typical - then.typical);
        json!({ "if": self.name, "current": then, "saving": saving })
    }
}

/// The edges of the groups in which a distribution counts differences, in units of money; below the first is "the same".
const EDGES: [i128; 5] =
    [10_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000];

/// The groups: five that pay more, the largest difference first, those that pay the same, and five that pay less.
pub const BUCKETS: usize = 2 * EDGES.len() + 1;

/// What other defaults do to all configs of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Configs by their difference a month.
    pub buckets: [u64; BUCKETS],
    /// Configs that pay less.
    pub helped: u64,
    /// Configs that pay the same.
    pub same: u64,
    /// Configs that pay more.
    pub hurt: u64,
    /// Configs of which a price is not known.
    pub unknown: u64,
    /// A typical month of all, as they are.
    pub now: Money,
    /// The same under the other defaults.
    pub then: Money,
    /// What those that pay more pay more.
    pub more: Money,
}

impl Effect {
    /// Takes in one config: its typical month now, and what is saved.
    pub(super) fn add(&mut self, now: Option<Money>, saving: Option<Money>) {
        let Some((now, saving)) = now.zip(saving) else {
            self.unknown += 1;
            return;
        };
        (self.now, self.then) = (self.now + now, self.then + (now - saving));
        match saving.cmp(&Money::ZERO) {
            std::cmp::Ordering::Greater => self.helped += 1,
            std::cmp::Ordering::Equal => self.same += 1,
            std::cmp::Ordering::Less => {
                self.hurt += 1;
                self.more += Money::ZERO - saving;
            }
        }
        let size = EDGES.iter().take_while(|edge| saving.pico().abs() >= **edge).count();
        let middle = EDGES.len();
        self.buckets[if saving < Money::ZERO { middle - size } else { middle + size }] += 1;
    }

    /// What all save together.
    pub fn saving(&self) -> Money {
        self.now - self.then
    }

    /// Configs whose price is known.
    pub fn known(&self) -> u64 {
        self.helped + self.same + self.hurt
    }

    /// What a group of a distribution holds, in words.
    pub fn bucket(at: usize) -> &'static str {
        const NAMES: [&str; BUCKETS] = [
            "costs at least 1,000 more",
            "costs 100 to 1,000 more",
            "costs 10 to 100 more",
            "costs 1 to 10 more",
            "costs 0.01 to 1 more",
            "the same to a cent",
            "saves 0.01 to 1",
            "saves 1 to 10",
            "saves 10 to 100",
            "saves 100 to 1,000",
            "saves at least 1,000",
        ];
        NAMES.get(at).copied().unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_named_as_the_config_names_them() {
        for good in ["every=1h", "every=0m", "isolatedSession=true, lightContext=true", "model=openai/gpt-5.5"] {
            assert_eq!(good.parse::<OtherDefaults>().unwrap().to_string(), good.replace(' ', ""));
        }
        for bad in [
            "",
            "every",
            "every=",
            "every= ",
            "model=",
            "every=soon",
            "isolatedSession=yes",
            "model=x",
            "activeHours=08:00-22:00",
            "evry=1h",
        ] {
            assert!(bad.parse::<OtherDefaults>().is_err(), "{bad}");
        }
    }

    #[test]
    fn every_config_is_in_one_group() {
        let mut effect = Effect::default();
        let savings = ["-2000", "-1000", "-999.99", "-5", "-0.5", "-0.009", "0", "0.01", "1", "9.99", "1000"];
        for saving in savings {
            effect.add(Money::parse("3000"), Some(Money::parse(saving).unwrap()));
        }
        effect.add(Money::parse("3000"), None);
        assert_eq!(effect.buckets, [2, 1, 0, 1, 1, 2, 1, 2, 0, 0, 1]);
        assert_eq!((effect.helped, effect.same, effect.hurt, effect.unknown), (4, 1, 6, 1));
        assert_eq!(effect.more, Money::parse("4005.499").unwrap());
        // 0.01 + 1 + 9.99 + 1000 are saved.
        assert_eq!(effect.saving(), Money::parse("-2994.499").unwrap());
    }
}
