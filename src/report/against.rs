//! What a revision does to the bill: an older file asked the same question, agent by agent, with the settings that
//! differ.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::comparison::effects;
use super::settings::{SETTINGS, settings};
use super::values::value;
use super::{OtherGeneration, Report, SettingInfo, other_generation};
use crate::analysis::Analysis;
use crate::automations::JobKind;
use crate::bill::{Automation, Bill};
use crate::gateway::{Agent, Gateway};
use crate::money::{Money, Unit};
use crate::releases::{ReleaseSource, Version};
use crate::rules::Verdict;
use crate::simulate::costing::{Choice, Costing};
use crate::simulate::estimate::Estimate;
use crate::words::{amount, count, percent, percent_of, plain, tokens};

/// The older file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Against {
    /// Its path as given; `-` for standard input.
    pub path: String,
    /// The hash of its bytes.
    pub sha256: String,
    /// The release it is read for: the one asked for, else the one it names, else the one the revision names.
    pub release: Version,
    /// What its first agent that runs is billed in.
    pub unit: Unit,
    /// Its month, in the report's unit.
    pub current: Estimate,
    /// The same with everything else that the gateway runs by itself.
    pub everything: Estimate,
    /// What it runs beside heartbeats.
    pub automations: Vec<Automation>,
    /// Its month under the other generation of releases, where nothing says which release runs it and it costs
    /// something else there.
    pub other_generation: Option<OtherGeneration>,
    /// Each agent that runs in either file, those of the revision first.
    pub agents: Vec<AgentAgainst>,
    /// What the revision adds to the month; null where a price is unknown or in another unit.
    pub difference: Option<Difference>,
}

/// What a revision adds to a typical month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The typical month of the revision.
    pub to: Money,
    /// The typical month of the older file.
    pub from: Money,
    /// What is added; negative when the revision is cheaper.
    pub typical: Money,
    /// Of the older figure, to six digits; null when that is zero.
    pub percent: Option<Money>,
    /// The release under which it is that much, where the generations disagree: the higher counts.
    pub release: Option<Version>,
}

/// One agent in both files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgentAgainst {
    /// Its id.
    pub id: String,
    /// Its typical month in the revision, 0 where it does not run; null when unknown.
    pub here: Option<Money>,
    /// Its typical month in the older file.
    pub there: Option<Money>,
    /// What differs; empty where nothing does.
    pub changed: Vec<Changed>,
}

impl AgentAgainst {
    /// By how much the month differs; an unknown difference may be any.
    pub(super) fn size(&self) -> Money {
        let size = |(here, there): (Money, Money)| (here - there).max(there - here);
        self.here.zip(self.there).map_or(Money::from_pico(i128::MAX), size)
    }
}

/// A setting, or what OpenClaw makes of the rest of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Which.
    pub setting: &'static str,
    /// In the older file.
    pub from: Value,
    /// In the revision.
    pub to: Value,
}

/// The file before a revision.
#[derive(Clone)]
pub struct Older<'a> {
    /// What it means.
    pub analysis: &'a Analysis,
    /// Its path as given.
    pub path: String,
    /// The hash of its bytes.
    pub sha256: String,
}

/// Compares a revision with an older file; `only` keeps one agent.
pub(super) fn against(
    report: &Report,
    revision: &Analysis,
    older: &Older<'_>,
    only: Option<&str>,
    only_heartbeats: bool,
) -> Against {
    let unit = report.unit;
    let Older { analysis: older, path, sha256 } = older;
    // The same gateway runs both, so a release that only the revision names holds for both.
    let named = older.release.source == ReleaseSource::Assumed && revision.release.source != ReleaseSource::Assumed;
    let reread = named.then(|| older.read_as(older.document.shared_value(), revision.release.version));
    let gateway = reread.as_ref().unwrap_or(&older.gateway);
    let (here, there) = (revision.costing(), older.costing_of(gateway));
    let month = Bill::new(&there, unit).month(only);
    let all = Bill::new(&there, unit).everything(&older.jobs, only, only_heartbeats);
    let other = if named { None } else { other_generation(older, unit, only, month.cost) };
    Against {
        path: path.clone(),
        sha256: sha256.clone(),
        release: gateway.behaviour.version,
        unit: there.unit(),
        agents: agents(&here, &there, unit, only),
        difference: difference(report, &month, &all.month, other.as_ref()),
        current: month,
        everything: all.month,
        automations: all.automations.into_iter().filter(|one| one.kind != JobKind::Heartbeat).collect(),
        other_generation: other,
    }
}

/// The dearest difference that the unknown release leaves possible, with all that runs beside heartbeats.
fn difference(
    report: &Report,
    older: &Estimate,
    older_everything: &Estimate,
    other: Option<&OtherGeneration>,
) -> Option<Difference> {
    let totals = &report.totals;
    let beside = totals.everything.typical()? - totals.current.typical()?;
    let beside_then = older_everything.typical()? - older.typical()?;
    let of = |here: &Estimate, there: &Estimate, release| {
        let (to, from) = (here.cost?.typical + beside, there.cost?.typical + beside_then);
        let typical = to - from;
        Some(Difference { to, from, typical, percent: typical.percent_of(from), release })
    };
    let revised = report.totals.other_generation.as_ref();
    let expected = of(&report.totals.current, older, None)?;
    let Some(release) = revised.or(other).map(|other| other.release) else { return Some(expected) };
    let here = revised.map_or(&report.totals.current, |other| &other.current);
    let there = other.map_or(older, |other| &other.current);
    let otherwise = of(here, there, Some(release))?;
    Some(match otherwise.typical > expected.typical {
        true => otherwise,
        false => Difference { release: Some(report.config.release), ..expected },
    })
}

fn agents(here: &Costing<'_>, there: &Costing<'_>, unit: Unit, only: Option<&str>) -> Vec<AgentAgainst> {
    let find = |gateway: &'_ Gateway, id: &str| gateway.agents.iter().position(|agent| agent.id == id);
    let (new, old) = (&here.gateway.agents, &there.gateway.agents);
    let kept = new.iter().map(|agent| (Some(agent), find(there.gateway, &agent.id).map(|at| &old[at])));
    let gone = old.iter().filter(|agent| find(here.gateway, &agent.id).is_none()).map(|agent| (None, Some(agent)));
    let runs = |agent: Option<&Agent>| agent.is_some_and(|agent| agent.enrolment.is_enrolled());
    let pairs = kept.chain(gone).filter_map(|(new, old)| {
        let id = &new.or(old)?.id;
        (only.is_none_or(|only| only == id) && (runs(new) || runs(old))).then_some((id, new, old))
    });
    let month = |costing: &Costing<'_>, agent: Option<&Agent>| match agent {
        Some(agent) => Bill::new(costing, unit).of(&costing.subject(agent)).typical(),
        None => Some(Money::ZERO),
    };
    let compared = pairs.map(|(id, new, old)| {
        let (now, then) = (month(here, new), month(there, old));
        let changed = match (new, old) {
            (Some(new), Some(old)) if runs(Some(new)) && runs(Some(old)) => {
                changed([here, there], [new, old], now != then)
            }
            _ => vec![Changed { setting: "heartbeats", from: standing(old), to: standing(new) }],
        };
        AgentAgainst { id: id.clone(), here: now, there: then, changed }
    });
    compared.collect()
}

/// Whether heartbeats run for an agent, and why.
fn standing(agent: Option<&Agent>) -> Value {
    match agent {
        None => json!("no such agent"),
        Some(agent) if agent.enrolment.is_enrolled() => json!(format!("on: {}", agent.enrolment)),
        Some(agent) => json!(format!("off: {}", agent.enrolment)),
    }
}

/// What differs for an agent that runs in both files. What follows from settings is not said again.
fn changed(costings: [&Costing<'_>; 2], agents: [&Agent; 2], costs_differ: bool) -> Vec<Changed> {
    let [mut new, mut old]: [BTreeMap<&'static str, SettingInfo>; 2] = agents.map(settings);
    let mut changed = Vec::new();
    for setting in SETTINGS {
        let [to, from] = [&mut new, &mut old].map(|of| of.remove(setting).map_or(Value::Null, |info| info.value));
        if from != to {
            changed.push(Changed { setting, from, to });
        }
    }
    if !costs_differ {
        return changed;
    }
    let [to, from] = [0, 1].map(|side| match costings[side].always_skipped(agents[side]) {
        Some(reason) => json!(format!("skipped: {}", reason.name())),
        None => json!("run"),
    });
    if from != to {
        changed.push(Changed { setting: "ticks", from, to });
    }
    if agents[0].settings.model.value == agents[1].settings.model.value {
        let [to, from] = [0, 1].map(|side| price(costings[side], agents[side]));
        if from != to {
            changed.push(Changed { setting: "price of a million tokens", from, to });
        }
    }
    if changed.is_empty() {
        let effects = effects(costings, agents).into_iter();
        changed.extend(effects.map(|(setting, [to, from])| Changed { setting, from: json!(from), to: json!(to) }));
    }
    changed
}

fn price(costing: &Costing<'_>, agent: &Agent) -> Value {
    let choice = Choice::present(agent);
    let model = costing.answering(agent, &choice);
    let Some(price) = &model.found.price else { return Value::Null };
    let rates = price.at(costing.period.start).base().billed();
    let each = [rates.input, rates.output, rates.cache_write_5m, rates.cache_read].map(|rate| rate.per_million());
    json!(format!("input {}, output {}, cache write {}, cache read {}", each[0], each[1], each[2], each[3]))
}

/// What the revision does to the bill.
pub(super) fn sentence(report: &Report) -> Option<String> {
    let against = report.against.as_ref()?;
    let Some(difference) = against.difference else {
        let unit = report.unit;
        return match against.unit {
            other if other != unit => Some(format!(
                "What this change does to the bill cannot be said: the older file is billed in {other}, this one in {unit}."
            )),
            _ => Some(in_tokens(report, against)),
        };
    };
    let unit = report.unit;
    let Difference { to, from, typical, .. } = difference;
    let [was, is] = [from, to].map(|figure| amount(figure, unit));
    let share =
        |share: Option<Money>, sign: &str| share.map_or(String::new(), |share| format!(" ({sign}{})", percent(share)));
    let release = difference.release.map_or(String::new(), |release| format!(" if OpenClaw {release} runs it"));
    Some(match typical {
        Money::ZERO if to == Money::ZERO => format!("No change: heartbeats still cost nothing{release}."),
        Money::ZERO => format!("No change: still about {is} a month{release}."),
        more if more > Money::ZERO => {
            let share = share(difference.percent, "+");
            format!("This change adds about {} a month{release}: from {was} to {is}{share}.", amount(more, unit))
        }
        less => {
            let less = Money::ZERO - less;
            let share = share(less.percent_of(from), "-");
            format!("This change saves about {} a month{release}: from {was} to {is}{share}.", amount(less, unit))
        }
    })
}

/// What the revision does where no price says it.
fn in_tokens(report: &Report, against: &Against) -> String {
    let [from, to] = [&against.current, &report.totals.current].map(|month| month.tokens.all());
    let [was, is] = [from, to].map(tokens);
    let bill = match report.plans_pay_the_rest() {
        true => "",
        false => "Not all prices are known, so we cannot say what this change does to the bill. ",
    };
    let share = percent_of(from.abs_diff(to), from)
        .map_or(String::new(), |share| format!(" ({}{})", if to < from { "-" } else { "+" }, percent(share)));
    match from == to {
        true => format!("{bill}No change in what heartbeats take: still {is} tokens a month."),
        false => format!("{bill}This change takes heartbeats from {was} to {is} tokens a month{share}."),
    }
}

/// Whether the revision leaves bill and settings as they were, within the limits, in a file that OpenClaw takes.
pub(super) fn changes_nothing(report: &Report) -> bool {
    let same = |against: &Against| {
        let settled = against.difference.is_some_and(|difference| difference.typical == Money::ZERO);
        settled && against.current.cost == report.totals.current.cost && differing(against).0.is_empty()
    };
    let fits = report.config.verdict == Verdict::Valid && report.gates.iter().all(|gate| gate.kept);
    fits && report.against.as_ref().is_some_and(same)
}

/// A difference as both values in words: models by the names of the catalogue where these tell them apart.
pub(super) fn both(report: &Report, changed: &Changed) -> [String; 2] {
    let values = [&changed.from, &changed.to];
    let named = values.map(|value| value.as_str().and_then(|model| report.model_names.get(model)));
    match named {
        [Some(from), Some(to)] if from != to => [from, to].map(|name| plain(name)),
        _ => values.map(value),
    }
}

/// The agents that differ, with the number of those that do not.
pub(super) fn differing(against: &Against) -> (Vec<&AgentAgainst>, Option<String>) {
    let (differ, same): (Vec<_>, Vec<_>) =
        against.agents.iter().partition(|agent| !agent.changed.is_empty() || agent.here != agent.there);
    let same = same.len() as u64;
    (
        differ,
        (same > 0)
            .then(|| format!("{} {}", count(same), if same == 1 { "agent unchanged" } else { "agents unchanged" })),
    )
}
