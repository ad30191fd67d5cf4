//! What the figures rest on beside the config: every number that was assumed or measured elsewhere, with its source, and
//! what else is on the same bill (L12).

use serde::Serialize;

use super::AgentReport;
use super::agent::reported;
use super::settings::zone_name;
use crate::analysis::Analysis;
use crate::automations::{Job, JobSource, Payload, implied};
use crate::gateway::session::Session;
use crate::money::{Money, Unit};
use crate::releases::Instructions;
use crate::releases::ReleaseSource;
use crate::releases::measured::{self, RECAP_INPUT_TOKENS};
use crate::simulate::cache::{Caching, Scheme};
use crate::simulate::costing::Choice;
use crate::words::duration;
use crate::workload::measured::{Basis, MeasuredFigure, Provenance};
use crate::workload::tasks::Task;

/// One thing that is taken as given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assumption {
    /// What it is about.
    pub name: String,
    /// What is assumed.
    pub value: String,
    /// Where that comes from; at its end, in brackets, the rule of `docs/accuracy.md` that holds it.
    pub source: String,
    /// How far it is the gateway's own.
    pub basis: Basis,
}

/// How far an assumption of this name is the gateway's own, unless it is measured.
fn basis(name: &str, source: &str) -> Basis {
    match name {
        "workspace" => Basis::Measured,
        "conversation" | "tasks" => Basis::Config,
        "time zone" | "period" | "price" | "prompt cache" | "other schedules" => Basis::Default,
        "workload" if !source.starts_with("preset") => Basis::Config,
        _ => Basis::Assumed,
    }
}

impl Assumption {
    /// Its source for people: what stands in brackets at its end is for those who have the documents at hand.
    pub(super) fn said(&self) -> &str {
        self.source.rsplit_once(" [").map_or(&self.source, |(said, _)| said)
    }
}

/// The assumptions behind the agents that run.
pub fn assumptions(analysis: &Analysis, agents: &[AgentReport]) -> Vec<Assumption> {
    let mut list: Vec<Assumption> = Vec::new();
    let enrolled = || reported(analysis, agents).filter(|(agent, _)| agent.enrolment.is_enrolled());
    let measured = enrolled().filter_map(|(agent, _)| Some((agent, analysis.workload.measured(&agent.id)?)));
    let measured: Vec<Assumption> = measured.flat_map(|(agent, found)| of_records(&agent.id, found)).collect();
    let mut add = |name: &'static str, value: String, source: &str| {
        let basis = match (name, measured.is_empty()) {
            ("workload", false) => Basis::Measured,
            _ => basis(name, source),
        };
        let one = Assumption { name: name.to_owned(), value, source: source.to_owned(), basis };
        if !list.contains(&one) {
            list.push(one);
        }
    };
    let gateway = &analysis.gateway;
    let behaviour = &gateway.behaviour;
    if analysis.release.source == ReleaseSource::Assumed {
        add("release", behaviour.version.to_string(), "newest known; the file does not name one");
    }
    let period = &analysis.period;
    let date = |at: jiff::Timestamp| period.zone.to_datetime(at).date();
    let days = format!("{} days, {} to {}", period.days(), date(period.start), date(period.end));
    add("period", days, "30 days from the first of the month; --month takes a calendar month");
    let zone = zone_name(&gateway.user_zone);
    add("time zone", zone, "--timezone, else agents.defaults.userTimezone, else UTC");
    add("workload", analysis.workload.name.clone(), &analysis.workload.source);
    for (agent, found) in analysis.workload.own_workspaces() {
        let value = format!("the files in {} count for '{agent}'", found.folder);
        add("workspace", value, &format!("{}; --no-workspace leaves them out", found.named_by));
    }
    if analysis.anchor.is_none() {
        let value = "a heartbeat at the start of the period; the range covers every other minute it could be";
        add("schedule", value.to_owned(), "only the gateway knows at which minute it ticks; --anchor fixes it [R14]");
    }
    add("tokens", "one for each 4 characters".to_owned(), "OpenClaw's own estimate [docs/reference/token-use.md]");
    let costing = analysis.costing();
    for (agent, shown) in enrolled() {
        let choice = Choice::present(agent);
        if choice.every.ms().is_none() {
            continue;
        }
        let model = costing.answering(agent, &choice);
        let sizes = measured::sizes(behaviour, model.caching.wire, agent.settings.limits.tools);
        let kind = match sizes.version == behaviour.version {
            true => "measured on this release",
            false => "this release was not measured; the nearest one of its generation is used",
        };
        add(
            "request sizes",
            format!("as OpenClaw {} sends them", sizes.version),
            &format!("{kind} [docs/accuracy.md]"),
        );
        if let Some(price) = &model.found.price {
            add("price", format!("{}, matched by {}", choice.model, model.found.how), &price.source.to_string());
            let rates = price.at(analysis.period.start).base().to_owned();
            let one_hour = model.caching.expected == Scheme::Markers { one_hour: true };
            if one_hour && rates.one_hour_is_assumed() {
                add(
                    "one-hour cache writes",
                    "twice the input price".to_owned(),
                    "assumed; no price is published [R42]",
                );
            }
        }
        if shown.levers.iter().any(|lever| lever.cost.unit == Unit::Tokens) {
            let weights = costing.weights(&model);
            let source = match &weights.of {
                Some(vendor) => format!("the ratios of the list price of {vendor}"),
                None => "stated: the ratios that Anthropic publishes; --prices FILE gives others".to_owned(),
            };
            add("input-equivalent tokens", format!("{}: {}", choice.model, weights.in_words()), &source);
        }
        if model.tokens_per_mille != 1000 {
            let times = Money::from_pico(1_000_000_000 * i128::from(model.tokens_per_mille));
            let value = format!("{} makes {times} times the tokens", choice.model);
            add("tokenizer", value, "assumed; the vendor says up to 1.35");
        }
        add_caching(&mut add, &choice, model.caching);
        let subject = costing.subject(agent);
        if let Some(recap) = subject.recap.as_ref().filter(|_| !choice.isolated) {
            let output = analysis.workload.of(&agent.id).typical.recap_output_tokens;
            let value = format!(
                "each shared heartbeat also asks {} for a summary: {RECAP_INPUT_TOKENS} tokens in, {output} out",
                recap.model.id
            );
            add("hidden recap", value, "input measured, output from the workload [M5]");
        }
        match &agent.settings.session {
            _ if choice.isolated && behaviour.isolation_effective => {}
            Session::Main => {}
            Session::Own(name) => {
                let value =
                    format!("'{}' runs in session '{name}', where nobody chats: only heartbeats add to it", agent.id);
                add("conversation", value, "heartbeat.session [R30]");
            }
            Session::Elsewhere => {
                let value = format!(
                    "'{}' runs in another session, whose history is not known: counted as the workload's chat, and as none at the low end",
                    agent.id
                );
                add("conversation", value, "heartbeat.session [R30]");
            }
        }
        let load = analysis.workload.of(&agent.id).low;
        let tasks = load.workspace.as_ref().map_or(&[][..], |workspace| workspace.tasks(behaviour));
        if !tasks.is_empty() {
            let every = |task: &Task| match task.interval {
                Some(0) => "on each tick".to_owned(),
                Some(ms) => format!("every {}", duration(ms)),
                None => "once, as its interval is not a duration".to_owned(),
            };
            let list: Vec<String> = tasks.iter().map(|task| format!("{} {}", task.name, every(task))).collect();
            let value = format!("{}; a tick on which none is due calls no model", list.join(", "));
            add("tasks", value, "HEARTBEAT.md; at the start of the period all are due [R19]");
        }
        if load.instructions_chars == 0
            && (load.workspace.is_none() || behaviour.instructions == Instructions::MonitorScratch)
        {
            let (name, empty) = match behaviour.instructions {
                Instructions::MonitorScratch => ("the monitor scratch", "headings or an empty checklist"),
                Instructions::HeartbeatFile if behaviour.fences_are_empty => ("HEARTBEAT.md", "an untouched template"),
                Instructions::HeartbeatFile => ("HEARTBEAT.md", "headings only"),
            };
            let value = format!("{name} has something to do; {empty} would cost nothing");
            add("instructions", value, "measured [M8, L5]");
        }
    }
    let by_default = |job: &Job| job.source == JobSource::Default;
    let is_unseen = analysis.jobs.store.is_none() && implied(gateway).iter().any(by_default);
    if is_unseen && gateway.enrolled().next().is_some() {
        let value = "memory promotion (daily) and skill review (weekly) are on the same bill, but not in these figures";
        add("other schedules", value.to_owned(), "OpenClaw runs them by itself [L12]");
    }
    if analysis.jobs.jobs.iter().any(|job| matches!(job.payload, Payload::Turn { .. }) && job.requests.is_none()) {
        let value = "1, 3 and 8 requests a run from a light to a heavy load";
        add("scheduled turns", value.to_owned(), "no file says how many rounds of tools a job makes");
    }
    list.extend(measured);
    list
}

/// The figures of an agent that come from its records.
fn of_records(agent: &str, found: &Provenance) -> Vec<Assumption> {
    let of = |(name, figure): (&String, &MeasuredFigure)| Assumption {
        name: format!("{name} of '{agent}'"),
        value: figure.value.clone(),
        source: match figure.basis {
            Basis::Measured => format!("the gateway's records, n = {}", figure.n),
            Basis::Blended => format!("the gateway's records (n = {}) and the preset", figure.n),
            _ => format!("too little on record (n = {})", figure.n),
        },
        basis: figure.basis,
    };
    found.figures.iter().map(of).collect()
}

fn add_caching(add: &mut impl FnMut(&'static str, String, &str), choice: &Choice, caching: Caching) {
    let (value, source) = match caching.expected {
        Scheme::Nothing if choice.model.provider == "anthropic" => {
            ("no cache markers are sent", "cacheRetention none [M4]")
        }
        Scheme::Nothing => ("no cache markers are sent: every token is plain input", "measured [L8, R38]"),
        Scheme::Markers { one_hour: true } => (
            "what was sent can be read from the cache for 59 minutes",
            "cache of an hour; the last minute is not counted on [R41]",
        ),
        Scheme::Markers { one_hour: false } => (
            "what was sent can be read from the cache for 4 minutes",
            "cache of 5 minutes; the last minute is not counted on [R41]",
        ),
        Scheme::Automatic { lives, .. } => {
            let at_best = match caching.at_best {
                Scheme::Automatic { lives, .. } => lives,
                _ => lives,
            };
            let minutes = |ms: i64| duration(ms.unsigned_abs().saturating_sub(60_000));
            let value = format!(
                "{}: the vendor may cache on its own: counted on for {}, at best for {} (low end)",
                choice.model,
                minutes(lives),
                minutes(at_best)
            );
            add("prompt cache", value, "what the provider says [R38, R41, L8]");
            return;
        }
    };
    add("prompt cache", format!("{}: {value}", choice.model), source);
}
