//! Models that think before they say that there is nothing to do. There is no thinking level for heartbeats alone: it is
//! the agent's, the model's or the release's (R45).

use std::collections::HashMap;
use std::ptr;
use std::sync::LazyLock;

use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Severity};
use super::models::declared;
use super::rule::{Needs, Rule};
use super::spending::{Group, Spender, sum};
use crate::certain;
use crate::document::KeyPath;
use crate::money::Money;
use crate::releases::Version;
use crate::simulate::costing::Level;

pub(super) static RULE: Rule = Rule {
    id: "thinking-heartbeat",
    severity: Severity::Info,
    summary: "a model that thinks on each heartbeat",
    page: include_str!("pages/thinking-heartbeat.md"),
    needs: Needs::Config,
    check,
};

/// The levels at which built-in models think unless told otherwise, as `resolveThinkingDefault` of three releases says.
/// Models that are not here do not think.
static LEVELS: LazyLock<Vec<MeasuredLevel>> =
    LazyLock::new(|| include_str!("thinking_levels.tsv").lines().map(MeasuredLevel::read).collect());

/// The tokens of a quiet answer, `NO_REPLY` or `HEARTBEAT_OK` (R45).
const QUIET_TOKENS: u64 = 6;
/// One in so many of a month's cost is worth a word.
const WORTH_A_WORD: u64 = 20;

struct Thinking {
    level: String,
    /// The key that sets it; none where the model thinks by itself.
    set_at: Option<KeyPath>,
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let all = context.spendings();
    let at = |spending: &Spender<'_>| ptr::from_ref(spending).addr();
    let thinkers: HashMap<usize, Thinking> =
        all.iter().filter_map(|spending| Some((at(spending), thinking(context, spending)?))).collect();
    let place = |spending: &Spender<'_>| {
        let set_at = thinkers.get(&at(spending)).and_then(|thinking| thinking.set_at.clone());
        set_at.unwrap_or_else(|| context.place_of(spending.agent, &spending.agent.settings.model.origin, "model"))
    };
    for group in Group::by_place(all.iter().filter(|spending| thinkers.contains_key(&at(spending))), place) {
        let quiet = |spending: &&Spender<'_>| {
            let quiet = spending.with_load(|load| load.output_tokens = load.output_tokens.min(QUIET_TOKENS));
            spending.waste_beyond(context.costing, &quiet)
        };
        let (Some(first), Some(waste)) = (group.members.first(), sum(group.members.iter().map(quiet))) else {
            continue;
        };
        let Some(thinking) = thinkers.get(&at(first)) else { continue };
        if waste.cost.typical.per(WORTH_A_WORD).is_none_or(|share| waste.saving < share.max(Money::ZERO)) {
            continue;
        }
        let (agents, level) = (group.names(), &thinking.level);
        let how = match (group.members.len(), thinking.set_at.is_some()) {
            (1, true) => format!("{agents} thinks at level '{level}'"),
            (_, true) => format!("{agents} think at level '{level}'"),
            (1, false) => format!("{agents} thinks by default (level '{level}')"),
            (_, false) => format!("{agents} think by default (level '{level}')"),
        };
        let tokens = first.subject.profile(Level::Typical).output_tokens;
        let message = format!(
            "{how}: at {tokens} tokens of output a request, about {} a month goes beyond what a quiet answer takes",
            waste.saved(),
        );
        let place = thinking.set_at.clone().unwrap_or_else(|| quiet_place(context, first));
        let defaults = KeyPath::root().key("agents").key("defaults");
        let whose = if place.starts_with(&defaults) { "all other turns" } else { "its chats" };
        let finding = RULE.at(context, group.path, message).waste(Some(waste));
        findings.push(
            finding
                .help(format!("{place}: \"off\", which also applies to {whose}"))
                .advise(vec![context.set(&place, "off")]),
        );
    }
}

/// Where an agent's thinking is switched off: with the agent, where the release has a key for that, else for all.
fn quiet_place(context: &Context<'_>, spending: &Spender<'_>) -> KeyPath {
    let own = spending.agent.path.clone().filter(|_| context.behaviour().agent_thinking);
    own.unwrap_or_else(|| agents().key("defaults")).key("thinkingDefault")
}

/// The level at which an agent's heartbeats think, if they do.
fn thinking(context: &Context<'_>, spending: &Spender<'_>) -> Option<Thinking> {
    let model = &spending.choice.model;
    let defaults = agents().key("defaults");
    let places = [
        spending.agent.path.as_ref().map(|path| path.key("thinkingDefault")),
        Some(context.gateway().model_entry(&defaults, model).key("params").key("thinking")),
        Some(defaults.key("thinkingDefault")),
    ];
    let set = places.into_iter().flatten().find_map(|path| {
        let level = context.get(&path)?.as_str()?.to_owned();
        Some(Thinking { level, set_at: Some(path) })
    });
    let by_itself = || {
        let levels = measured(context.behaviour().version)?;
        let level =
            match declared(context, model).map(|at| context.get(&at.key("reasoning")) == Some(&Value::Bool(true))) {
                Some(true) => usual(&levels),
                Some(false) => None,
                None => {
                    let name = model.to_string();
                    levels
                        .into_iter()
                        .find(|line| line.models().any(|known| known == name.as_bytes()))
                        .map(|line| line.level)
                }
            };
        level.map(|level| Thinking { level: level.to_owned(), set_at: None })
    };
    set.or_else(by_itself).filter(|thinking| thinking.level != "off")
}

/// A line of the table: a release, a level, the models with spaces between.
struct MeasuredLevel {
    release: Version,
    level: &'static str,
    models: &'static str,
}

impl MeasuredLevel {
    fn read(line: &'static str) -> Self {
        let mut columns = line.splitn(3, '\t');
        let mut read = || Some((columns.next()?.parse().ok()?, columns.next()?, columns.next()?));
        let (release, level, models) = certain::made("thinking_levels.tsv", read().ok_or(line));
        MeasuredLevel { release, level, models }
    }

    fn models(&self) -> impl Iterator<Item = &'static [u8]> {
        self.models.as_bytes().split(|b| *b == b' ')
    }
}

/// The levels of the nearest earlier release that was asked, else of the oldest.
fn measured(version: Version) -> Option<Vec<&'static MeasuredLevel>> {
    let releases = || LEVELS.iter().map(|line| line.release);
    let release = releases().filter(|asked| *asked <= version).max().or(releases().min())?;
    Some(LEVELS.iter().filter(|line| line.release == release).collect())
}

/// The level of any model that is said to reason: the one of most that are known.
fn usual(levels: &[&MeasuredLevel]) -> Option<&'static str> {
    levels.iter().max_by_key(|line| line.models().count()).map(|line| line.level)
}
