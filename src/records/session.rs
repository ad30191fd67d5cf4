//! The rows of one session in order: which turn is going on, and the requests that it made.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::classify::{RequestTurn, SessionClass, agent_of, is_poll};
use super::era::{Era, Marks};
use super::ids::{RowId, RowLink, RunId, digest};
use super::ledger::{LedgerEntry, RequestLedger};
use super::notes::{Notes, What};
use super::row::{Reply, TranscriptRow, User};
use super::stored::TakenRow;
use super::trajectory::Runs;
use super::{ConversationPlace, Prompt, TurnKind};
use crate::releases::Version;
use crate::simulate::Tokens;

/// What is known of an agent's sessions before their rows are read.
#[derive(Debug)]
pub(super) struct KnownSessions<'a> {
    /// The agent whose folder this is.
    pub(super) agent: Arc<str>,
    /// The user's own heartbeat prompts.
    pub(super) prompts: &'a [String],
    /// The keys of sessions by id.
    pub(super) keys: HashMap<Box<str>, Box<str>>,
    /// The keys of sessions that a call from outside began, where they do not say so.
    pub(super) hooks: HashSet<Box<str>>,
    /// What started the runs.
    pub(super) runs: Runs,
    /// What was noted of the sessions' last prompts.
    pub(super) prompts_noted: Vec<Prompt>,
    /// The release that wrote last.
    pub(super) release: Option<Version>,
    /// What stands in the index from some release on.
    pub(super) marks: Marks,
}

/// Where requests and remarks go.
pub(super) struct Sink<'a> {
    pub(super) ledger: &'a mut RequestLedger,
    pub(super) notes: &'a mut Notes,
}

/// A session that is being read.
pub(super) struct OpenSession<'a> {
    known: &'a KnownSessions<'a>,
    path: &'a Path,
    id: Box<str>,
    class: SessionClass,
    agent: Arc<str>,
    /// When it began, in milliseconds; what is older was copied from another session.
    began: Option<i64>,
    turn: RequestTurn,
    turn_began: Option<i64>,
    place: ConversationPlace,
    /// Characters of messages and answers so far, since the last cut.
    chars: u64,
    /// The characters before each row, by the row, to find what a cut keeps.
    rows: Vec<(RowId, u64)>,
    /// Those of its file that were read.
    seen: HashSet<RowId>,
    /// The run that made the last request, and what for: a message that comes in between does not end it.
    run: Option<(RunId, TurnKind)>,
}

impl<'a> OpenSession<'a> {
    /// A session before its first row.
    pub(super) fn new(known: &'a KnownSessions<'a>, path: &'a Path, id: &str) -> Self {
        let agent = Arc::clone(&known.agent);
        let mut session = OpenSession {
            known,
            path,
            id: Box::default(),
            class: SessionClass::default(),
            agent,
            began: None,
            turn: RequestTurn::default(),
            turn_began: None,
            place: ConversationPlace::default(),
            chars: 0,
            rows: Vec::new(),
            seen: HashSet::new(),
            run: None,
        };
        session.called(id);
        session
    }

    fn called(&mut self, id: &str) {
        self.id = id.into();
        self.place.session = digest(&id);
        if let Some(key) = self.known.keys.get(id) {
            self.class = if self.known.hooks.contains(key) { SessionClass::Hook } else { SessionClass::of(key) };
            if let Some(agent) = agent_of(key).filter(|agent| **agent != *self.agent) {
                self.agent = agent.into();
            }
        }
    }

    /// Takes what comes next. False if it is no row.
    pub(super) fn take(&mut self, taken: TakenRow, sink: &mut Sink<'_>) -> bool {
        match taken {
            TakenRow::Session(id) => *self = OpenSession::new(self.known, self.path, &id),
            TakenRow::Nothing => sink.notes.add(self.path, What::NotJson),
            TakenRow::Torn => sink.notes.add(self.path, What::TornLine),
            TakenRow::Row { row, stored, lossy, link } => {
                if lossy {
                    sink.notes.add(self.path, What::NotUtf8);
                }
                let marks = self.known.marks.and(sink.ledger.marks);
                if let Some(link) = link.filter(|_| marks.era().is_some_and(Era::erases_quiet_ticks)) {
                    self.follow(link);
                }
                self.row(row, stored, sink);
                return true;
            }
        }
        false
    }

    /// Takes the next row. `stored` is when it was stored, for rows that do not say.
    fn row(&mut self, row: TranscriptRow, stored: Option<i64>, sink: &mut Sink<'_>) {
        match row {
            TranscriptRow::Header { session, at } => {
                self.began = self.began.or(at);
                if let Some(id) = session.filter(|id| **id != *self.id) {
                    if !self.known.keys.contains_key(&*self.id) {
                        self.called(&id);
                    }
                    // A reset leaves the file under its name to a conversation with an id of its own.
                    self.place.session = digest(&&*id);
                }
            }
            TranscriptRow::User(user) => {
                self.asked(&user);
                sink.ledger.marks.polls |= is_poll(&user.text);
                self.turn_began = user.written.or(stored);
                self.turn = RequestTurn::of(&user, self.class_at(self.turn_began), self.known.prompts);
            }
            TranscriptRow::Reply(reply) => self.reply(&reply, stored, sink),
            TranscriptRow::Compaction { row, written, before, summary, kept } => {
                self.cut(summary, kept);
                sink.ledger.compacted(row, written.or(stored), before);
            }
            TranscriptRow::Reset { row } => self.begin_anew(row, sink),
            TranscriptRow::Back { to } => self.go_back(to),
            TranscriptRow::Bootstrapped => sink.ledger.marks.bootstrap_rows = true,
            TranscriptRow::Other => {}
        }
    }

    /// Releases that erase heartbeats cut the file off where it ended before. What another turn of the same moment wrote goes with
    /// it, so that a row follows one that is not there: the turn that it belongs to began with the heartbeat.
    fn follow(&mut self, RowLink { row, follows }: RowLink) {
        let is_cut = follows.is_some_and(|before| !self.seen.is_empty() && !self.seen.contains(&before));
        if is_cut {
            let ConversationPlace { session, cuts, .. } = self.place;
            self.place = ConversationPlace { session, cuts, before: self.chars, ..ConversationPlace::default() };
            self.turn = RequestTurn::of_erased();
        }
        self.seen.insert(row);
    }

    fn asked(&mut self, user: &User) {
        self.note(user.row);
        let ConversationPlace { session, cuts, .. } = self.place;
        self.place =
            ConversationPlace { session, cuts, before: self.chars, asked: user.chars, ..ConversationPlace::default() };
        self.chars += user.chars;
    }

    /// Remembers where a row stands.
    fn note(&mut self, row: Option<RowId>) {
        self.rows.extend(row.map(|row| (row, self.chars)));
    }

    /// The conversation is a summary now, and what came last.
    fn cut(&mut self, summary: u64, kept: Option<RowId>) {
        let from = self.rows.iter().find(|(row, _)| Some(*row) == kept).map_or(self.chars, |(_, before)| *before);
        self.chars = summary + self.chars - from;
        self.rows.clear();
        self.place.cuts += 1;
        self.place.before = self.chars;
    }

    /// From 2026.8 on a reset leaves the session its id; what follows is another conversation all the same.
    fn begin_anew(&mut self, row: Option<RowId>, sink: &mut Sink<'_>) {
        let session = digest(&(self.place.session, row));
        sink.ledger.begins_anew(self.place.session, session);
        self.place = ConversationPlace { session, ..ConversationPlace::default() };
        self.chars = 0;
        self.rows.clear();
    }

    /// A try that was given up is taken back, with the message that it began with.
    fn go_back(&mut self, to: Option<RowId>) {
        let at = self.rows.iter().rposition(|(row, _)| Some(*row) == to);
        match at {
            Some(at) => {
                self.chars = self.rows.get(at + 1).map_or(self.chars, |(_, before)| *before);
                self.rows.truncate(at + 1);
            }
            None if self.place.round == 0 => self.chars = self.place.before,
            None => {}
        }
    }

    fn reply(&mut self, reply: &Reply, stored: Option<i64>, sink: &mut Sink<'_>) {
        let Some(at) = reply.asked.or(stored) else { return sink.notes.add(self.path, What::NoTime) };
        let written = reply.written.unwrap_or(at);
        let failed = reply.failed;
        let tokens = match reply.usage {
            Some(tokens) => tokens,
            None if failed => Tokens::default(),
            None => return sink.notes.add(self.path, What::NoUsage),
        };
        let turn_kind = self.kind(reply, at, written);
        let isolated = self.class_at(Some(written)) == SessionClass::Heartbeat;
        let calls = reply.calls;
        let place = ConversationPlace {
            isolated,
            woken: self.turn.woken,
            of_job: self.turn.is_job() || self.class_at(Some(written)) == SessionClass::Cron,
            said: reply.chars,
            quiet: reply.quiet,
            muddled: reply.muddled,
            calls,
            ..self.place
        };
        self.note(reply.row);
        if !calls {
            self.chars += reply.chars;
        }
        self.place.round += u32::from(!failed);
        let kind = if failed && tokens == Tokens::default() { TurnKind::Error } else { turn_kind };
        if reply.doubled {
            sink.notes.add(self.path, What::DoubledInput);
        }
        if reply.codex {
            sink.notes.add(self.path, What::Codex);
        }
        sink.ledger.add(
            &self.agent,
            &LedgerEntry {
                id: reply.id.as_deref(),
                at,
                kind,
                model: &reply.model,
                tokens,
                cost: reply.cost,
                place,
                row: reply.row,
                written,
                copied: self.is_copied(written),
            },
        );
    }

    fn kind(&mut self, reply: &Reply, at: i64, written: i64) -> TurnKind {
        let class = self.class_at(Some(written));
        let trigger = match reply.run {
            Some(run) => self.known.runs.of_run(run),
            None => self.known.runs.at(&self.id, at, self.turn_began),
        };
        let before = self.run.filter(|(id, _)| trigger.is_none() && reply.run == Some(*id)).map(|(_, kind)| kind);
        let kind = before.unwrap_or_else(|| self.turn.kind(trigger, class));
        self.run = reply.run.map(|run| (run, kind));
        kind
    }

    fn is_copied(&self, written: i64) -> bool {
        self.began.is_some_and(|began| written < began)
    }

    /// What the session is for, unless the row came from another one.
    fn class_at(&self, written: Option<i64>) -> SessionClass {
        if written.is_some_and(|written| self.is_copied(written)) { SessionClass::default() } else { self.class }
    }
}
