//! Active hours that OpenClaw accepts, but that do not do what they seem to say.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::context::{Context, agents};
use super::finding::{Finding, Safety, Severity};
use super::off;
use super::rule::{Needs, Rule};
use super::spending::names;
use crate::document::KeyPath;
use crate::gateway::active_hours::{ActiveHours, known_zone};
use crate::gateway::off::says_off;
use crate::releases::Behaviour;
use crate::schema::nearest;
use crate::simulate::costing::{Choice, Level};

pub(super) static HALF: Rule = Rule {
    id: "half-active-window",
    severity: Severity::Warning,
    summary: "active hours with one bound, which restrict nothing",
    page: include_str!("pages/half-active-window.md"),
    needs: Needs::Config,
    check: check_half,
};

pub(super) static EMPTY: Rule = Rule {
    id: "empty-active-window",
    severity: Severity::Warning,
    summary: "active hours whose start and end are the same",
    page: include_str!("pages/empty-active-window.md"),
    needs: Needs::Config,
    check: check_empty,
};

pub(super) static UNKNOWN_ZONE: Rule = Rule {
    id: "unknown-time-zone",
    severity: Severity::Warning,
    summary: "a time zone that OpenClaw does not know and silently replaces",
    page: include_str!("pages/unknown-time-zone.md"),
    needs: Needs::Config,
    check: check_zone,
};

pub(super) static SLOTS_MISS: Rule = Rule {
    id: "slots-miss-window",
    severity: Severity::Warning,
    summary: "an interval that puts few or no heartbeats into the active hours",
    page: include_str!("pages/slots-miss-window.md"),
    needs: Needs::Config,
    check: check_slots,
};

/// The active hours of each block, and its two bounds where they are texts.
fn bounds<'c>(context: &'c Context<'_>) -> Vec<(KeyPath, [Option<&'c str>; 2])> {
    let window = |block: &'c super::context::HeartbeatBlock<'_>| {
        let fields = block.fields.get("activeHours")?.as_object()?;
        let bound = |key: &str| fields.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        Some((block.path.key("activeHours"), [bound("start"), bound("end")]))
    };
    context.blocks().iter().filter_map(window).collect()
}

fn check_half(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, [start, end]) in bounds(context) {
        let missing = match (start, end) {
            (Some(_), None) => "end",
            (None, Some(_)) => "start",
            _ => continue,
        };
        let message = format!("active hours without '{missing}' restrict nothing: heartbeats run day and night");
        let usual = if missing == "end" { "22:00" } else { "08:00" };
        let added = vec![context.set(&path.key(missing), usual)];
        let finding = HALF.at(context, path, message);
        findings.push(finding.help(format!("add '{missing}', such as \"{usual}\"")).advise(added));
    }
}

fn check_empty(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, [start, end]) in bounds(context) {
        let every = path.parent().and_then(|block| context.get(&block.key("every")));
        if start.is_none() || start != end || every.is_some_and(says_off) {
            continue;
        }
        let (message, help) = match context.behaviour().equal_bounds_never_run {
            true => {
                let help = "if you want none, set every: \"0m\"".to_owned();
                ("active hours whose start and end are the same never apply: no heartbeat runs", help)
            }
            false => (
                "active hours whose start and end are the same restrict nothing in this release",
                format!(
                    "from {} on, no heartbeat would run",
                    Behaviour::since(|behaviour| behaviour.equal_bounds_never_run)
                ),
            ),
        };
        let never = context.behaviour().equal_bounds_never_run;
        let off = path.parent().filter(|_| never).map(|block| context.add_to(&block, "every", off::OFF));
        findings.push(EMPTY.at(context, path, message).help(help).advise(off.unwrap_or_default()));
    }
}

fn check_zone(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let blocks = context.blocks().iter().map(|block| block.path.key("activeHours").key("timezone"));
    for path in blocks.chain([agents().key("defaults").key("userTimezone")]) {
        let Some(name) = context.get(&path).and_then(Value::as_str).map(str::trim) else { continue };
        if matches!(name, "" | "user" | "local")
            || context.gateway().unset.find(name).is_some()
            || known_zone(name).is_some()
        {
            continue;
        }
        let instead = match path.starts_with(&agents().key("defaults").key("userTimezone")) {
            true => "the zone of the machine".to_owned(),
            false => format!("'{}'", zone_name(&context.gateway().user_zone)),
        };
        let finding =
            UNKNOWN_ZONE.at(context, path.clone(), format!("unknown time zone '{name}': {instead} is used instead"));
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
        findings.push(match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => {
                finding.help(format!("did you mean '{near}'?")).fix(Safety::Unsafe, vec![context.set(&path, near)])
            }
            None => finding.help("expected a name such as 'Europe/Berlin', or 'user' or 'local'"),
        });
    }
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().map_or_else(|| "a fixed offset".to_owned(), str::to_owned)
}

/// Ticks come at fixed steps from the start of the gateway, not from the start of the window.
fn check_slots(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let costing = context.costing;
    for agent in context.gateway().enrolled() {
        let settings = &agent.settings;
        let (Some(every), window @ ActiveHours::Daily { zone, .. }) =
            (settings.every.value.ms(), &settings.active_hours.value)
        else {
            continue;
        };
        if costing.always_skipped(agent).is_some() || settings.active_hours.unresolved.is_some() {
            continue;
        }
        let subject = costing.subject(agent);
        let choice = Choice::present(agent);
        let model = costing.answering(agent, &choice);
        let counts = |level| {
            let month = costing.counted(&costing.scenario(&subject, &choice, &model, level, None));
            (month.tally.runs, month.tally.ticks)
        };
        let ((least, ticks), (most, _)) = (counts(Level::Low), counts(Level::High));
        if every < u64::from(window.minutes_a_day()) * 60_000 && least > 0 || least * 2 > most {
            continue;
        }
        let path = settings.active_hours.origin.key().cloned().unwrap_or_default();
        let message = format!(
            "of {ticks} ticks a month of {} every {}, {least} to {most} fall within its hours ({} a day, {}), depending on when the gateway started",
            names(&[&agent.id]),
            settings.every.value,
            hours(window.minutes_a_day()),
            zone_name(zone),
        );
        findings.push(
            SLOTS_MISS
                .at(context, path, message)
                .help("with an interval of half the window or less, one always falls inside"),
        );
    }
}

fn hours(minutes: u16) -> String {
    match minutes % 60 {
        0 => format!("{}h", minutes / 60),
        rest => format!("{}h{rest}m", minutes / 60),
    }
}
