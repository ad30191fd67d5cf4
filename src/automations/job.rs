//! A job of the scheduler as `cron/jobs.json` and the row of a database hold it, in every form that releases have written.

use serde_json::Value;
use thiserror::Error;

use super::schedule::{BadSchedule, Schedule};
use crate::document::KeyPath;
use crate::releases::duration::parse;
use crate::words::plain;

/// What an automation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobKind {
    /// The heartbeat of an agent.
    Heartbeat,
    /// A job of the user's.
    Cron,
    /// What is worth keeping is moved into the memory ("dreaming").
    Promotion,
    /// The skills of an agent are looked through.
    Review,
    /// A call from outside.
    Hook,
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobSource {
    /// In a file, which can be edited while the gateway is down.
    File(String),
    /// In a database, which only commands change.
    Database(String),
    /// A key of the config asks for it.
    Key(KeyPath),
    /// The release runs it unless it is told not to.
    Default,
}

/// The session that a run takes place in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The agent's own, as its heartbeat.
    Main,
    /// One of its own, which starts empty each time.
    Isolated,
    /// The conversation that it was made in.
    Current,
    /// A named one, which goes on.
    Named(String),
}

/// What a run does. Characters are UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A turn of an agent.
    Turn {
        /// Characters of what it asks.
        chars: u64,
        /// The model it names.
        model: Option<String>,
        /// Without the workspace files.
        light: bool,
        /// How many tools it is left, where it names them.
        tools: Option<usize>,
    },
    /// A line for the main session.
    Event {
        /// Its characters.
        chars: u64,
    },
    /// A command or a script, which calls no model.
    NoModel,
}

/// When an event of the main session is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// At once.
    Now,
    /// With the next heartbeat.
    NextHeartbeat,
}

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobDelivery {
    /// Nobody.
    None,
    /// A chat, which is named or the last one used.
    Chat {
        /// Whether it names whom.
        named: bool,
    },
    /// An address of the web.
    Webhook,
    /// The job does not say.
    Unsaid,
}

/// An automation.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id in the store.
    pub id: String,
    /// Its name, or its id.
    pub name: String,
    /// What it is for.
    pub kind: JobKind,
    /// Whose it is, in lower case; nobody's in particular where it does not say.
    pub agent: Option<String>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// When it is due.
    pub schedule: Result<Schedule, BadSchedule>,
    /// Where it runs.
    pub target: Target,
    /// What it does.
    pub payload: Payload,
    /// When an event is looked at.
    pub wake: Wake,
    /// A script decides whether it runs.
    pub has_trigger: bool,
    /// Who reads the answer.
    pub delivery: JobDelivery,
    /// Whether it has run already.
    pub has_run: bool,
    /// Failures in a row.
    pub failures: u64,
    /// The shortest and the longest time, in milliseconds, after which a run may ask for the next one.
    pub pacing: [Option<u64>; 2],
    /// The requests of a run from the least to the most, where runs of its agent's jobs are on record.
    pub requests: Option<[u64; 3]>,
    /// Its name or what it asks speaks of the heartbeat or its file.
    pub names_heartbeat: bool,
    /// Where it stands.
    pub source: JobSource,
}

/// Something that is no job.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoJob {
    /// It is no object, or has no id.
    #[error("{0} is not a job: it has no id")]
    NoId(String),
    /// Nothing says what it does.
    #[error("job '{0}' has no payload of a known kind (agentTurn, systemEvent, command, script)")]
    NoPayload(String),
}

/// What declares the jobs that OpenClaw keeps for itself.
pub(super) const PROMOTION: &str = "memory-core:memory-dreaming-promotion";
pub(super) const REVIEW: &str = "skill-collection-review:";
const PROMOTION_TAG: &str = "[managed-by=memory-core.";

impl Job {
    /// Why the gateway skips each run of it, if what it sends does not fit its session (run on 2026.4.15; 2026.7.35 and 2026.9.6
    /// say the same of it in their code).
    pub fn misfit(&self) -> Option<&'static str> {
        match (&self.payload, self.kind) {
            (Payload::Turn { .. }, JobKind::Cron) if self.target == Target::Main => {
                Some("each run is skipped, as a job of the main session needs an event (systemEvent)")
            }
            (Payload::Event { .. }, JobKind::Cron) if self.target != Target::Main => {
                Some("each run is skipped, as an event needs the main session")
            }
            _ => None,
        }
    }

    /// Reads a job; `None` for the heartbeat's own, and for the review of skills as 2026.8.1 to 2026.9.1 keep it, both of which
    /// the config decides. `state` is what a store holds of its runs
    /// apart from it, and `place` names it if it has no id.
    pub fn read(job: &Value, state: Option<&Value>, source: JobSource, place: &str) -> Result<Option<Job>, NoJob> {
        let text = |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let id = text(&job["id"]).or(text(&job["jobId"])).ok_or_else(|| NoJob::NoId(place.to_owned()))?;
        let payload_of = &job["payload"];
        let payload = payload_of;
        let declared = job["declarationKey"].as_str().unwrap_or_default();
        let description = job["description"].as_str().unwrap_or_default();
        let is_own = ["heartbeat", "skillCollectionReview"].iter().any(|own| payload["kind"] == *own);
        if is_own || declared.starts_with("heartbeat:") {
            return Ok(None);
        }
        let kind = match declared {
            PROMOTION => JobKind::Promotion,
            _ if declared.starts_with(REVIEW) => JobKind::Review,
            _ if description.starts_with(PROMOTION_TAG) => JobKind::Promotion,
            _ => JobKind::Cron,
        };
        let chars = |value: &Value| value.as_str().map_or(0, |text| text.encode_utf16().count() as u64);
        let payload = match payload["kind"].as_str() {
            Some("agentTurn") => Payload::Turn {
                chars: chars(&payload["message"]),
                model: text(&payload["model"]),
                light: payload["lightContext"] == true,
                tools: tools(&payload["toolsAllow"]),
            },
            Some("systemEvent") => Payload::Event { chars: chars(&payload["text"]) },
            Some("command" | "script") => Payload::NoModel,
            _ => return Err(NoJob::NoPayload(plain(&id))),
        };
        let state = state.filter(|state| state.is_object()).unwrap_or(&job["state"]);
        let moment = |value: &Value| value.as_i64().filter(|at| *at > 0);
        let asks = [&job["name"], &payload_of["message"], &payload_of["text"]];
        let names_heartbeat =
            asks.iter().any(|text| text.as_str().is_some_and(|text| text.to_lowercase().contains("heartbeat")));
        let wakes_later = job["wakeMode"] == "next-heartbeat";
        Ok(Some(Job {
            name: text(&job["name"]).unwrap_or_else(|| id.clone()),
            kind,
            agent: text(&job["agentId"]).map(|agent| agent.to_lowercase()),
            enabled: job["enabled"] != false,
            schedule: Schedule::read(&job["schedule"])
                .map(|schedule| schedule.counted_from(moment(&job["createdAtMs"]), moment(&state["lastRunAtMs"]))),
            target: target(&job["sessionTarget"], &payload),
            payload,
            wake: if wakes_later { Wake::NextHeartbeat } else { Wake::Now },
            has_trigger: job["trigger"].is_object(),
            delivery: delivery(job),
            has_run: moment(&state["lastRunAtMs"]).is_some(),
            failures: state["consecutiveErrors"].as_u64().unwrap_or(0),
            pacing: ["min", "max"].map(|end| text(&job["pacing"][end]).and_then(|bound| parse(&bound, true)?.ms())),
            requests: None,
            names_heartbeat,
            source,
            id,
        }))
    }
}

fn tools(allowed: &Value) -> Option<usize> {
    let names: Vec<&str> = allowed.as_array()?.iter().filter_map(Value::as_str).collect();
    (!names.contains(&"*")).then_some(names.len())
}

fn target(target: &Value, payload: &Payload) -> Target {
    match (target.as_str(), payload) {
        (Some("main"), _) | (None, Payload::Event { .. }) => Target::Main,
        (Some("current"), _) => Target::Current,
        (Some(other), _) => other.strip_prefix("session:").map_or(Target::Isolated, |id| Target::Named(id.to_owned())),
        (None, _) => Target::Isolated,
    }
}

fn delivery(job: &Value) -> JobDelivery {
    let (delivery, payload) = (&job["delivery"], &job["payload"]);
    let named = |of: &Value| of["to"].as_str().is_some() || of["channel"].as_str().is_some_and(|name| name != "last");
    match delivery["mode"].as_str() {
        Some("none") => JobDelivery::None,
        Some("webhook") => JobDelivery::Webhook,
        Some(_) => JobDelivery::Chat { named: named(delivery) },
        // Until 2026.2 the payload said it.
        None if payload["deliver"] == true => JobDelivery::Chat { named: named(payload) },
        None if payload["deliver"] == false => JobDelivery::None,
        None => JobDelivery::Unsaid,
    }
}

/// The jobs in the value of a `cron/jobs.json`, with what is said of those that are none.
pub fn jobs_of(file: &Value, name: &str) -> (Vec<Job>, Vec<String>) {
    let listed = file.get("jobs").unwrap_or(file);
    let Some(listed) = listed.as_array() else {
        return (Vec::new(), vec![format!("{name}: expected a list of jobs under 'jobs'")]);
    };
    let (mut jobs, mut notes) = (Vec::new(), Vec::new());
    if let Some(version) = file["version"].as_u64().filter(|version| *version > 1) {
        notes.push(format!("{name}: version {version} is newer than is known here; read as far as its keys are known"));
    }
    for (at, job) in listed.iter().enumerate() {
        match Job::read(job, None, JobSource::File(name.to_owned()), &format!("jobs[{at}]")) {
            Ok(job) => jobs.extend(job),
            Err(problem) => notes.push(format!("{name}: {problem}")),
        }
    }
    (jobs, notes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(job: Value) -> Job {
        Job::read(&job, None, JobSource::File("jobs.json".to_owned()), "jobs[0]").unwrap().unwrap()
    }

    #[test]
    fn a_turn_needs_a_session_of_its_own_and_an_event_the_main_one() {
        let turn = json!({ "kind": "agentTurn", "message": "x" });
        let event = json!({ "kind": "systemEvent", "text": "x" });
        let sessions = ["main", "isolated", "current", "session:a"];
        for (payload, fits) in [(&turn, [false, true, true, true]), (&event, [true, false, false, false])] {
            for (session, fits) in sessions.into_iter().zip(fits) {
                let job = read(json!({ "id": "a", "sessionTarget": session, "payload": payload }));
                assert_eq!(job.misfit().is_none(), fits, "{session} {payload}");
            }
            assert_eq!(read(json!({ "id": "a", "payload": payload })).misfit(), None);
        }
    }

    #[test]
    fn a_job_is_read_in_the_forms_of_all_releases() {
        let job = read(json!({ "id": "a", "agentId": "Ops", "schedule": { "kind": "every", "everyMs": 60_000 },
            "payload": { "kind": "agentTurn", "message": "ß𝕏", "lightContext": true, "model": "a/b" } }));
        let turn = Payload::Turn { chars: 3, model: Some("a/b".to_owned()), light: true, tools: None };
        assert_eq!((job.payload, job.target, job.agent.as_deref()), (turn, Target::Isolated, Some("ops")));
        assert_eq!((job.name.as_str(), job.enabled, job.delivery), ("a", true, JobDelivery::Unsaid));
        let old = read(json!({ "jobId": "b", "name": "Tea", "schedule": { "kind": "at", "atMs": 5 }, "sessionTarget":
            "main", "wakeMode": "next-heartbeat", "payload": { "kind": "systemEvent", "text": "tea" } }));
        assert_eq!((old.id.as_str(), old.wake, old.target), ("b", Wake::NextHeartbeat, Target::Main));
        assert_eq!(old.schedule, Ok(Schedule::At(5)));
        let delivered =
            json!({ "id": "c", "payload": { "kind": "agentTurn", "message": "x", "deliver": true, "to": "1" } });
        assert_eq!(read(delivered).delivery, JobDelivery::Chat { named: true });
    }

    #[test]
    fn the_gateways_own_jobs_are_told_apart() {
        let own = |key: &str| json!({ "id": "a", "declarationKey": key, "payload": { "kind": "agentTurn" } });
        assert_eq!(read(own(PROMOTION)).kind, JobKind::Promotion);
        assert_eq!(read(own("skill-collection-review:main")).kind, JobKind::Review);
        for kind in ["heartbeat", "skillCollectionReview"] {
            let own = json!({ "id": "a", "payload": { "kind": kind } });
            assert_eq!(Job::read(&own, None, JobSource::Default, ""), Ok(None));
        }
    }

    #[test]
    fn what_is_no_job_is_named_and_the_rest_is_read() {
        let file = json!({ "version": 3, "jobs": [5, { "id": "x" }, { "id": "y", "payload": { "kind": "command" } }] });
        let (jobs, notes) = jobs_of(&file, "cron/jobs.json");
        assert_eq!((jobs.len(), notes.len()), (1, 3));
        assert!(notes[1].contains("jobs[0]") && notes[2].contains("job 'x'"), "{notes:?}");
        assert_eq!(jobs_of(&json!("x"), "f").1, ["f: expected a list of jobs under 'jobs'"]);
    }
}
