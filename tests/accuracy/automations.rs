//! What automations sent on running gateways (`fixtures/oracle/automations.json`), against what the bill says that they
//! send: each part within two hundredths of the whole request, and as many requests.

use clawbeat::automations::{Job, JobSource, Jobs, jobs_of};
use clawbeat::bill::{Automation, Bill, Spawned};
use clawbeat::catalogue::Catalogue;
use clawbeat::gateway::{Gateway, Surroundings};
use clawbeat::money::Unit;
use clawbeat::simulate::costing::Costing;
use clawbeat::simulate::prompt::Parts;
use clawbeat::simulate::schedule::Period;
use clawbeat::workload::Workload;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// What is allowed, of the whole request.
const BOUND: f64 = 0.02;

/// Cases in which the gateway sent what another model is sent: of a model that a config declares for text alone, the tools
/// that look at images are left out. No other fixture has that.
const TEXT_ALONE: [&str; 1] = ["isolated haiku"];

/// One request of a recorded run beside ours.
pub(crate) struct Compared {
    pub(crate) release: String,
    pub(crate) name: String,
    pub(crate) recorded: u64,
    pub(crate) ours: u64,
    /// The part that is furthest off, of the whole.
    pub(crate) worst: f64,
}

impl Compared {
    pub(crate) fn error(&self) -> f64 {
        self.ours as f64 / self.recorded as f64 - 1.0
    }
}

fn facts() -> Value {
    serde_json::from_str(include_str!("../../fixtures/oracle/automations.json")).unwrap()
}

/// On 2026.4.15 an event for the next heartbeat wakes at once where its job is run by hand, as the recording did.
fn is_forced(case: &Value) -> bool {
    case["release"] == "2026.4.15" && case["name"] == "main next heartbeat"
}

/// Sub-agents that are sent a conversation, too.
const WITH_THE_CHAT: [&str; 1] = ["sub-agent with the chat"];

/// The request of a case's sub-agent or job under the config of the recording, in the workspace that the release ships.
fn ours(facts: &Value, release: &str, case: &Value) -> Option<Parts> {
    let gateway = Gateway::read(&facts["config"], release.parse().unwrap(), &Surroundings::default());
    let workload = Workload::preset("idle").unwrap();
    let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
    let catalogue = Catalogue::builtin();
    let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
    let bill = Bill::new(&costing, Unit::Usd);
    let spawn = &case["spawn"];
    if spawn.is_object() {
        let spawned = Spawned {
            model: spawn["model"].as_str(),
            light: spawn["lightContext"] == true,
            task_chars: spawn["task"].as_str().unwrap().len() as u64,
        };
        return Some(bill.subagent_request(gateway.owner().unwrap(), &spawned));
    }
    let mut job = case["job"].clone();
    // Of a text of OpenClaw's own the fixture has the length.
    if let Some(chars) = job["payload"]["message"].as_u64() {
        job["payload"]["message"] = "x".repeat(usize::try_from(chars).unwrap()).into();
    }
    let job = Job::read(&job, None, JobSource::Default, "the fixture").unwrap().unwrap();
    bill.request_of(&job)
}

pub(crate) fn compared() -> Vec<Compared> {
    let facts = facts();
    let cases =
        facts["cases"].as_array().unwrap().iter().filter(|case| case["job"].is_object() || case["spawn"].is_object());
    let left_out = |case: &&Value| {
        let name = case["name"].as_str().unwrap();
        TEXT_ALONE.contains(&name) || WITH_THE_CHAT.contains(&name) || is_forced(case)
    };
    let cases = cases.filter(|case| !left_out(case));
    let compare = |case: &Value| {
        let (release, name) = (case["release"].as_str().unwrap(), case["name"].as_str().unwrap());
        let parts = ours(&facts, release, case);
        let requests = case["runs"][0]["requests"].as_array().unwrap();
        let turn = requests.iter().find(|request| request["kind"] == "turn" || request["kind"] == "subagent");
        assert_eq!(turn.is_some(), parts.is_some(), "{release} {name}");
        let (turn, parts) = turn.zip(parts)?;
        // What an earlier wake left in the main session is no part of this one.
        let earlier = if name == "main now" && turn["messages"] == 4 { 60 } else { 0 };
        let chars = |part: &str| turn["chars"][part].as_u64().unwrap();
        let system = parts.stable_system + parts.volatile_system + parts.workspace_files + parts.skills;
        let pairs = [
            (parts.tools, chars("tools")),
            (system, chars("system")),
            (parts.message + parts.carrier, chars("messages") - earlier),
        ];
        let recorded = chars("total") - earlier;
        let off = |(ours, theirs): (u64, u64)| (ours as f64 - theirs as f64) / recorded as f64;
        let worst = pairs.map(off).into_iter().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap();
        let (release, name) = (release.to_owned(), name.to_owned());
        Some(Compared { release, name, recorded, ours: parts.total(), worst })
    };
    cases.filter_map(compare).chain(fired(&facts)).collect()
}

/// Jobs whose script says yes (`fixtures/oracle/triggers.json`), which are sent the script's message, too.
fn fired(facts: &Value) -> Vec<Compared> {
    let scripts: Value = serde_json::from_str(include_str!("../../fixtures/oracle/triggers.json")).unwrap();
    let compare = |case: &Value| {
        let (release, parts) = (case["release"].as_str()?.to_owned(), &case["fired"]["parts"]);
        let recorded = case["fired"]["chars"].as_u64()?;
        let job = json!({ "job": { "id": "watch", "name": "watch", "schedule": { "kind": "every", "everyMs": 30_000 },
            "sessionTarget": "isolated", "trigger": { "script": "" }, "delivery": { "mode": "none" },
            "payload": { "kind": "agentTurn", "message": "Check the mail and say what is new.", "lightContext": true } } });
        let ours = ours(facts, &release, &job)?;
        let chars = |part: &str| parts[part].as_u64().unwrap();
        let system = ours.stable_system + ours.volatile_system + ours.workspace_files + ours.skills;
        let pairs = [
            (ours.tools, chars("toolsJson")),
            (system, chars("system")),
            (ours.message + ours.carrier, chars("heartbeatPrompt") + chars("runtimeCarrier")),
        ];
        let off = |(ours, theirs): (u64, u64)| (ours as f64 - theirs as f64) / recorded as f64;
        let worst = pairs.map(off).into_iter().max_by(|a, b| a.abs().total_cmp(&b.abs()))?;
        Some(Compared { release, name: "script that says yes".to_owned(), recorded, ours: ours.total(), worst })
    };
    scripts["cases"].as_array().unwrap().iter().filter_map(compare).collect()
}

/// A gateway that was left alone: what was due in that time beside the turns that it made.
pub(crate) struct Alone {
    pub(crate) name: String,
    pub(crate) schedule: String,
    pub(crate) predicted: u64,
    pub(crate) a_day: u64,
    /// Nothing for what shares a session, which is in a row of its own.
    pub(crate) recorded: Option<u64>,
}

/// By job; the events and heartbeats of the main session are the last row.
pub(crate) fn alone() -> Vec<Alone> {
    let facts: Value = serde_json::from_str(include_str!("../../fixtures/oracle/automations-natural.json")).unwrap();
    let moment = |key: &str| -> jiff::Timestamp { facts[key].as_str().unwrap().parse().unwrap() };
    let period = Period { start: moment("from"), end: moment("to"), zone: TimeZone::UTC };
    let day = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
    let gateway =
        Gateway::read(&facts["config"], facts["release"].as_str().unwrap().parse().unwrap(), &Surroundings::default());
    let (workload, catalogue) = (Workload::preset("idle").unwrap(), Catalogue::builtin());
    let store = Some("the fixture".to_owned());
    let jobs = Jobs { jobs: jobs_of(&facts["jobs"], "the fixture").0, notes: Vec::new(), store };
    let runs = |period: &Period| {
        let (gateway, catalogue, workload) = (&gateway, &catalogue, &workload);
        let costing = Costing::new(gateway, catalogue, workload, period, None);
        Bill::new(&costing, Unit::Usd).everything(&jobs, None, false).automations
    };
    let (here, month) = (runs(&period), runs(&day));
    let row = |(one, month): (&Automation, &Automation)| Alone {
        name: one.name.clone(),
        schedule: one.schedule.clone(),
        predicted: one.month.runs,
        a_day: month.month.runs / 30,
        recorded: facts["turns"][&one.name].as_u64(),
    };
    let mut rows: Vec<Alone> = here.iter().zip(&month).map(row).collect();
    let shared = rows.iter().filter(|row| row.recorded.is_none());
    let (predicted, a_day) = shared.fold((0, 0), |sum, row| (sum.0 + row.predicted, sum.1 + row.a_day));
    let recorded = facts["turns"]["main session"].as_u64();
    let name = "heartbeats and events of the main session".to_owned();
    rows.push(Alone { name, schedule: String::new(), predicted, a_day, recorded });
    rows
}

/// A job of its own session runs as often as it is due, but for one at either end; what shares a session shares turns.
#[test]
fn a_gateway_left_alone_runs_what_is_due() {
    let rows = alone();
    let shared = rows.len() - 1;
    for (at, row) in rows.iter().enumerate() {
        let Some(recorded) = row.recorded else { continue };
        let what = format!("{}: {} for {recorded}", row.name, row.predicted);
        match at == shared {
            true => assert!((row.predicted / 3..=row.predicted).contains(&recorded), "{what}"),
            false => assert!(row.predicted.abs_diff(recorded) <= 1, "{what}"),
        }
    }
    assert!(rows.iter().filter(|row| row.recorded > Some(3)).count() >= 2);
}

#[test]
fn automations_send_what_gateways_were_seen_to_send() {
    let compared = compared();
    assert!(compared.len() >= 46, "{}", compared.len());
    let wrong = compared.iter().filter(|one| one.error().abs() > BOUND || one.worst.abs() > BOUND);
    let wrong: Vec<String> = wrong
        .map(|one| format!("{} {}: {} for {}, {:+.3}", one.release, one.name, one.ours, one.recorded, one.worst))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// An event for the next heartbeat makes no request of its own, and a workspace without notes has nothing to promote.
#[test]
fn what_sent_nothing_is_known_to_send_nothing() {
    let facts = facts();
    let sent = |name: &str| -> Vec<usize> {
        let cases = facts["cases"].as_array().unwrap().iter().filter(|case| case["name"] == name && !is_forced(case));
        cases.map(|case| case["runs"][0]["requests"].as_array().unwrap().len()).collect()
    };
    for name in ["main next heartbeat", "promotion, nothing to promote"] {
        let sent = sent(name);
        assert!(sent.len() >= 2 && sent.iter().all(|count| *count == 0), "{name} {sent:?}");
    }
}
