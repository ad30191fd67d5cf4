//! What the lines of a fleet come to. Sums, counts and the dearest few are all that is kept, so that the memory is the
//! same for a hundred configs and for a million.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::line::{FindingCounts, FleetLine, LineNeeds};
use super::what_if::{Effect, OtherDefaults};
use crate::certain;
use crate::money::{Money, Unit};
use crate::rules::{Severity, rule};
use crate::words::json_escaped;

/// Configs of which the totals keep the name.
const DEAREST: usize = 20;
/// Broken configs of which they keep the name.
const BROKEN: usize = 5;

/// A config that needs a hand, and why: a bad one, or one that OpenClaw refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its id.
    pub id: String,
    /// What is wrong with it.
    pub why: String,
}

/// How many configs OpenClaw takes, mends when it starts, and refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VerdictCounts {
    /// Taken as they are.
    pub valid: u64,
    /// Mended when it starts.
    pub repaired: u64,
    /// Refused.
    pub refused: u64,
}

/// The sums of the configs of one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// Configs whose month is known.
    pub configs: u64,
    /// A typical month of all, as they are.
    pub current: Money,
    /// The same after each one's plan; of one without a plan, as it is.
    pub recommended: Money,
}

/// One of the dearest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dearest {
    /// Its id.
    pub id: String,
    /// A typical month.
    pub current: Money,
    /// The same after its plan.
    pub recommended: Option<Money>,
    /// Findings that are errors, where that was asked.
    pub errors: Option<u64>,
}

/// What all lines come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FleetTotals {
    /// Configs.
    pub configs: u64,
    /// Bad ones: they could not be read or costed, and their lines have an error.
    pub bad: u64,
    /// Those that are bad or refused.
    pub broken: u64,
    /// The first of them.
    pub first_broken: Vec<Broken>,
    /// Configs by verdict.
    pub verdicts: VerdictCounts,
    /// Configs with a unit whose month has no figure: a price is unknown, or a plan pays.
    pub unknown: u64,
    /// Configs over a limit, or with an unknown figure under one.
    pub over: u64,
    /// Findings of all.
    pub findings: FindingCounts,
    /// Sums by unit.
    pub units: BTreeMap<Unit, Sum>,
    /// The dearest by unit, the dearest first.
    pub dearest: BTreeMap<Unit, Vec<Dearest>>,
    /// What other defaults would do.
    pub what_if: Vec<WhatIf>,
}

/// What one other default would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhatIf {
    /// The default as it was given.
    pub name: String,
    /// What it does, by unit.
    pub effects: BTreeMap<Unit, Effect>,
}

fn money(value: &Value) -> Option<Money> {
    Money::parse(value.as_str()?)
}

fn unit(value: &Value) -> Option<Unit> {
    [Unit::Usd, Unit::Credits].into_iter().find(|unit| value.as_str().is_some_and(|name| name == unit.to_string()))
}

impl FleetTotals {
    /// The fields of lines that the counts and sums of a question are taken from: with what it needs, whether each config is held
    /// against limits, and whether other defaults are tried.
    pub fn fields(needs: LineNeeds, limits: bool, instead: bool) -> impl Iterator<Item = &'static str> {
        let some = |is_asked: bool, names: &'static [&str]| is_asked.then_some(names).into_iter().flatten().copied();
        some(true, &["id", "verdict", "error"])
            .chain(some(needs.report, &["unit", "current", "recommended"]))
            .chain(some(needs.lint, &["findings"]))
            .chain(some(limits, &["gates"]))
            .chain(some(instead, &["whatIf"]))
    }

    /// Nothing yet, of a fleet that is asked about other defaults.
    pub fn of(instead: &[OtherDefaults]) -> Self {
        let what_if = instead.iter().map(|instead| WhatIf { name: instead.to_string(), ..WhatIf::default() });
        FleetTotals { what_if: what_if.collect(), ..FleetTotals::default() }
    }

    /// Takes in a line.
    pub fn add(&mut self, line: &FleetLine) {
        self.configs += 1;
        if !line.get("error").is_null() {
            self.bad += 1;
        }
        if let Some(broken) = Broken::of(line) {
            self.broken += 1;
            self.first_broken.extend((self.first_broken.len() < BROKEN).then_some(broken));
        }
        match line.get("verdict").as_str() {
            Some("valid") => self.verdicts.valid += 1,
            Some("repaired") => self.verdicts.repaired += 1,
            Some("refused") => self.verdicts.refused += 1,
            _ => {}
        }
        self.findings += line.findings();
        self.over += u64::from(is_over(line));
        let Some(unit) = unit(line.get("unit")) else { return };
        for effect in line.get("whatIf").as_array().into_iter().flatten() {
            let name = effect["if"].as_str().unwrap_or_default();
            if let Some(what_if) = self.what_if.iter_mut().find(|known| known.name == name) {
                let (now, saving) = (money(&line.get("current")["typical"]), money(&effect["saving"]));
                what_if.effects.entry(unit).or_default().add(now, saving);
            }
        }
        let Some(current) = money(&line.get("current")["typical"]) else {
            self.unknown += 1;
            return;
        };
        let recommended = money(&line.get("recommended")["typical"]);
        let sum = self.units.entry(unit).or_default();
        sum.configs += 1;
        sum.current += current;
        sum.recommended += recommended.unwrap_or(current);
        let dearest = self.dearest.entry(unit).or_default();
        let at = dearest.partition_point(|other| other.current >= current);
        if at < DEAREST {
            let id = line.get("id").as_str().unwrap_or_default().to_owned();
            dearest.insert(at, Dearest { id, current, recommended, errors: line.get("findings")["error"].as_u64() });
            dearest.truncate(DEAREST);
        }
    }

    /// What each other default would do in each unit.
    pub(super) fn effects(&self) -> impl Iterator<Item = (&str, Unit, &Effect)> {
        self.what_if.iter().flat_map(|WhatIf { name, effects }| {
            effects.iter().map(move |(unit, effect)| (name.as_str(), *unit, effect))
        })
    }

    /// What they come to, for a program (`schemas/fleet.v1.schema.json`).
    pub fn to_json(&self) -> String {
        let units = self.units.iter().map(|(unit, sum)| {
            let saving = sum.current - sum.recommended;
            json!({
                "unit": unit, "configs": sum.configs, "current": sum.current, "recommended": sum.recommended,
                "saving": { "amount": saving, "percent": saving.percent_of(sum.current) },
                "mostExpensive": self.dearest.get(unit),
            })
        });
        let what_if = self.effects().map(|(name, unit, effect)| {
            let Effect { helped, same, hurt, unknown, now, then, more, .. } = *effect;
            let groups = effect.buckets.iter().enumerate();
            json!({
                "if": name, "unit": unit, "current": now, "then": then, "saving": effect.saving(),
                "less": helped, "same": same, "more": hurt, "unknown": unknown, "costsMore": more,
                "distribution": groups.map(|(at, count)| json!({ "difference": Effect::bucket(at), "configs": count }))
                    .collect::<Vec<_>>(),
            })
        });
        let all = json!({
            "schemaVersion": 1,
            "configs": self.configs,
            "bad": self.bad,
            "unknown": self.unknown,
            "verdicts": self.verdicts,
            "findings": self.findings,
            "overALimit": self.over,
            "units": units.collect::<Vec<_>>(),
            "whatIf": what_if.collect::<Vec<_>>(),
        });
        json_escaped(&certain::pretty(&all))
    }
}

impl Broken {
    /// What a line says is broken.
    fn of(line: &FleetLine) -> Option<Self> {
        let id = line.get("id").as_str().unwrap_or_default().to_owned();
        if let Some(error) = line.get("error").as_str() {
            return Some(Broken { id, why: error.to_owned() });
        }
        if line.get("verdict") != "refused" {
            return None;
        }
        let is_error = |id: &&String| rule(id).is_some_and(|rule| rule.severity == Severity::Error);
        let rules = line.get("rules").as_object().into_iter().flat_map(|rules| rules.keys());
        let rules: Vec<&str> = rules.filter(is_error).map(String::as_str).collect();
        let why = match rules.is_empty() {
            true => "OpenClaw refuses it".to_owned(),
            false => format!("OpenClaw refuses it: {}", rules.join(", ")),
        };
        Some(Broken { id, why })
    }
}

/// Whether a line keeps not all of its limits.
fn is_over(line: &FleetLine) -> bool {
    line.get("gates").as_array().into_iter().flatten().any(|gate| gate["kept"] != true)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn line(at: u64, unit: &str, current: &str) -> FleetLine {
        let text = json!({
            "id": format!("g{at}"), "error": null, "verdict": "valid", "unit": unit,
            "current": { "typical": current }, "recommended": { "typical": "1" },
            "findings": { "error": 1, "warning": 2, "info": 3 }, "gates": [{ "kept": at.is_multiple_of(2) }],
        });
        FleetLine::read(&text.to_string()).unwrap()
    }

    #[test]
    fn units_do_not_mix_and_the_dearest_come_first() {
        let mut totals = FleetTotals::default();
        (0..100)
            .for_each(|at| totals.add(&line(at, if at < 90 { "USD" } else { "credits" }, &format!("{}.5", at % 50))));
        totals.add(&FleetLine::of("x", None).with_error("gone"));
        totals.add(&FleetLine::read(r#"{"id":"u","error":null,"unit":"USD","current":null}"#).unwrap());
        assert_eq!((totals.configs, totals.bad, totals.unknown, totals.over), (102, 1, 1, 50));
        let broken = Broken { id: "x".to_owned(), why: "gone".to_owned() };
        assert_eq!((totals.broken, totals.first_broken), (1, vec![broken]));
        assert_eq!(totals.verdicts, VerdictCounts { valid: 100, repaired: 0, refused: 0 });
        assert_eq!(totals.findings, FindingCounts { error: 100, warning: 200, info: 300 });
        assert_eq!(totals.units[&Unit::Usd].configs, 90);
        assert_eq!(totals.units[&Unit::Credits].current, Money::parse("450").unwrap());
        let usd = &totals.dearest[&Unit::Usd];
        assert_eq!(usd.len(), DEAREST);
        assert!(usd.is_sorted_by(|a, b| a.current >= b.current) && usd[0].id == "g49", "{usd:?}");
    }

    /// A config is in one unit: those of all units without a figure are left out.
    #[test]
    fn what_other_defaults_leave_out_is_summed_over_the_units() {
        let mut totals = FleetTotals::of(&["every=1h".parse().unwrap(), "every=2h".parse().unwrap()]);
        for unit in ["USD", "USD", "USD", "credits", "credits"] {
            let text = format!(
                r#"{{"id":"x","unit":"{unit}","whatIf":[{{"if":"every=1h","saving":null}},{{"if":"every=2h","saving":null}}]}}"#
            );
            totals.add(&FleetLine::read(&text).unwrap());
        }
        let told = "5 configs without a known price left out";
        assert_eq!(crate::fleet::text::left_out(&totals).as_deref(), Some(told));
        assert!(crate::fleet::page::render(&totals).contains(told));
    }
}
