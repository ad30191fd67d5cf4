//! What started each run, from the runtime's own log of it: by the run's id where a row holds one, else by time.

use std::collections::HashMap;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::classify::Trigger;
use super::ids::RunId;
use super::row::{loose, moment, run_id, word};
use crate::releases::Version;

/// The runs of an agent.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// The newest release that logged them.
    pub(super) release: Option<Version>,
    by_id: HashMap<RunId, Trigger>,
    by_session: HashMap<Box<str>, Vec<RunSpan>>,
}

/// A run in time.
#[derive(Clone, Copy, Debug)]
struct RunSpan {
    from: i64,
    /// Unknown while it runs, and where the end was not logged.
    upto: Option<i64>,
    trigger: Option<Trigger>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrajectoryEvent<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    ts: Option<&'a RawValue>,
    session_id: Option<&'a RawValue>,
    session_key: Option<&'a RawValue>,
    run_id: Option<&'a RawValue>,
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct EventData<'a> {
    #[serde(borrow)]
    trigger: Option<&'a RawValue>,
}

/// The release that an event about its gateway names at its beginning; the rest of it holds paths and the config.
fn release(line: &[u8]) -> Option<Version> {
    static HARNESS: LazyLock<Finder<'_>> =
        LazyLock::new(|| Finder::new(br#""harness":{"type":"openclaw","name":"OpenClaw","version":""#));
    let line = &line[..line.len().min(2048)];
    let rest = &line[HARNESS.find(line)? + HARNESS.needle().len()..];
    std::str::from_utf8(&rest[..memchr::memchr(b'"', rest)?]).ok()?.parse().ok()
}

/// How far the clocks of a row and of a run's log may be apart.
const SLACK_MS: i64 = 1_000;

impl Runs {
    /// Takes one event of the log. Tells the session and its key if the event does.
    pub(super) fn add(&mut self, line: &[u8]) -> Option<(Box<str>, Box<str>)> {
        // Most events hold a whole prompt.
        static SESSION: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"session."));
        if SESSION.find(&line[..line.len().min(400)]).is_none() {
            self.release = self.release.max(release(line));
            return None;
        }
        let event: TrajectoryEvent<'_> = serde_json::from_str(std::str::from_utf8(line).ok()?).ok()?;
        let session: Box<str> = word(event.session_id)?.into();
        let at = event.ts.and_then(moment);
        match word(event.kind).as_deref() {
            Some("session.started") => {
                let trigger = loose::<EventData<'_>>(event.data)
                    .and_then(|data| word(data.trigger))
                    .and_then(|trigger| Trigger::of(&trigger));
                if let (Some(run), Some(trigger)) = (run_id(event.run_id), trigger) {
                    self.by_id.insert(run, trigger);
                }
                if let Some(from) = at {
                    self.by_session.entry(session.clone()).or_default().push(RunSpan { from, upto: None, trigger });
                }
            }
            Some("session.ended") => {
                let open = self.by_session.get_mut(&session).and_then(|spans| spans.last_mut());
                if let Some(span) = open.filter(|span| span.upto.is_none()) {
                    span.upto = at;
                }
            }
            _ => return None,
        }
        Some((session, word(event.session_key)?.into()))
    }

    /// Puts the runs in order of time, before any is asked for.
    pub(super) fn sort(&mut self) {
        for spans in self.by_session.values_mut() {
            spans.sort_by_key(|span| span.from);
        }
    }

    /// What started this run.
    pub(super) fn of_run(&self, run: RunId) -> Option<Trigger> {
        self.by_id.get(&run).copied()
    }

    /// What started the run in which a request was made at this time, for a turn that began at `turn`.
    pub(super) fn at(&self, session: &str, at: i64, turn: Option<i64>) -> Option<Trigger> {
        let spans = self.by_session.get(session)?;
        let span = spans[..spans.partition_point(|span| span.from <= at)].last()?;
        let within = match span.upto {
            Some(upto) => at <= upto.saturating_add(SLACK_MS),
            // Only the turn's own run: a log may stop before the session does.
            None => turn.is_some_and(|turn| span.from >= turn.saturating_sub(SLACK_MS)),
        };
        span.trigger.filter(|_| within)
    }
}
