//! The rows of one session in order: which turn is going on, and the requests that it made.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::Kind;
use super::classify::{Class, Turn, agent_of};
use super::ledger::{Entry, Ledger};
use super::notes::{Notes, What};
use super::row::{Reply, Row, may_matter, parse};
use super::trajectory::Runs;
use crate::simulate::Tokens;

/// What is known of an agent's sessions before their rows are read.
#[derive(Debug)]
pub(super) struct Known<'a> {
    /// The agent whose folder this is.
    pub(super) agent: Arc<str>,
    /// The user's own heartbeat prompts.
    pub(super) prompts: &'a [String],
    /// The keys of sessions by id.
    pub(super) keys: HashMap<Box<str>, Box<str>>,
    /// What started the runs.
    pub(super) runs: Runs,
}

/// Where requests and remarks go.
pub(super) struct Sink<'a> {
    pub(super) ledger: &'a mut Ledger,
    pub(super) notes: &'a mut Notes,
}

/// A session that is being read.
pub(super) struct Session<'a> {
    known: &'a Known<'a>,
    place: &'a Path,
    id: Box<str>,
    class: Class,
    agent: Arc<str>,
    /// When it began, in milliseconds; what is older was copied from another session.
    began: Option<i64>,
    turn: Turn,
    turn_began: Option<i64>,
    /// The run that made the last request, and what for: a message that comes in between does not end it.
    run: Option<(Box<str>, Kind)>,
}

impl<'a> Session<'a> {
    /// A session before its first row.
    pub(super) fn new(known: &'a Known<'a>, place: &'a Path, id: &str) -> Self {
        let agent = Arc::clone(&known.agent);
        let mut session = Session {
            known,
            place,
            id: Box::default(),
            class: Class::default(),
            agent,
            began: None,
            turn: Turn::default(),
            turn_began: None,
            run: None,
        };
        session.called(id);
        session
    }

    fn called(&mut self, id: &str) {
        self.id = id.into();
        if let Some(key) = self.known.keys.get(id) {
            self.class = Class::of(key);
            if let Some(agent) = agent_of(key).filter(|agent| **agent != *self.agent) {
                self.agent = agent.into();
            }
        }
    }

    /// Takes the next row. `stored` is when it was stored, for rows that do not say. False if it is no row.
    pub(super) fn row(&mut self, bytes: &[u8], stored: Option<i64>, sink: &mut Sink<'_>) -> bool {
        if !may_matter(bytes) {
            return true;
        }
        let lossy;
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => {
                lossy = String::from_utf8_lossy(bytes);
                sink.notes.add(self.place, What::NotUtf8);
                &lossy
            }
        };
        match parse(text) {
            Err(_) => return false,
            Ok(Row::Header { session, at }) => {
                self.began = self.began.or(at);
                if let Some(id) = session.filter(|id| **id != *self.id && !self.known.keys.contains_key(&*self.id)) {
                    self.called(&id);
                }
            }
            Ok(Row::User(user)) => {
                self.turn_began = user.written.or(stored);
                self.turn = Turn::of(&user, self.class_at(self.turn_began), self.known.prompts);
            }
            Ok(Row::Reply(reply)) => self.reply(&reply, stored, sink),
            Ok(Row::Compaction { row, written, before }) => {
                sink.ledger.compacted(row.as_deref(), written.or(stored), before);
            }
            Ok(Row::Other) => {}
        }
        true
    }

    fn reply(&mut self, reply: &Reply<'_>, stored: Option<i64>, sink: &mut Sink<'_>) {
        let Some(at) = reply.asked.or(stored) else { return sink.notes.add(self.place, What::NoTime) };
        let written = reply.written.unwrap_or(at);
        let failed = matches!(&*reply.stop, "error" | "aborted");
        let tokens = match reply.usage {
            Some(tokens) => tokens,
            None if failed => Tokens::default(),
            None => return sink.notes.add(self.place, What::NoUsage),
        };
        let turn_kind = self.kind(reply, at, written);
        let kind = if failed && tokens == Tokens::default() { Kind::Error } else { turn_kind };
        if reply.doubled {
            sink.notes.add(self.place, What::DoubledInput);
        }
        if reply.codex {
            sink.notes.add(self.place, What::Codex);
        }
        sink.ledger.add(
            &self.agent,
            &Entry {
                id: reply.id.as_deref(),
                at,
                kind,
                provider: &reply.provider,
                model: &reply.model,
                tokens,
                row: reply.row.as_deref(),
                written,
                copied: self.is_copied(written),
            },
        );
    }

    fn kind(&mut self, reply: &Reply<'_>, at: i64, written: i64) -> Kind {
        let class = self.class_at(Some(written));
        let run = reply.run.as_deref();
        let trigger = match run {
            Some(run) => self.known.runs.of_run(run),
            None => self.known.runs.at(&self.id, at, self.turn_began),
        };
        let before = self.run.as_ref().filter(|(id, _)| trigger.is_none() && run == Some(id)).map(|(_, kind)| *kind);
        let kind = before.unwrap_or_else(|| self.turn.kind(trigger, class));
        self.run = run.map(|run| (run.into(), kind));
        kind
    }

    fn is_copied(&self, written: i64) -> bool {
        self.began.is_some_and(|began| written < began)
    }

    /// What the session is for, unless the row came from another one.
    fn class_at(&self, written: Option<i64>) -> Class {
        if written.is_some_and(|written| self.is_copied(written)) { Class::default() } else { self.class }
    }
}
