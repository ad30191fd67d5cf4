//! What a reader of the figures should know: what could not be read, and where. The same thing in many places is one
//! note with a count.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::era::Era;
use super::ledger::RequestLedger;
use super::{Compaction, TurnKind};
use crate::releases::{Behaviour, Version};
use crate::words;

/// What is amiss.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The file or database could not be opened.
    Unreadable(String),
    /// It was read up to a point.
    Partial(String),
    /// Written by a release that is newer than this program.
    NewerSchema(i64),
    /// The same of the database of the gateway itself.
    NewerState(i64),
    /// A row of the scheduler that is no job.
    NoJob,
    /// A job that another store of the same database holds, which does not run.
    OtherStore,
    /// The last line of a file is cut off, as in a store that is being written.
    TornLine,
    /// A row that is no JSON, or none of this shape.
    NotJson,
    /// A row that is not UTF-8; what could be read of it was used.
    NotUtf8,
    /// A row that is too long to be one.
    TooLong,
    /// A reply without usage.
    NoUsage,
    /// A reply without a time of its own.
    NoTime,
    /// Hidden summaries, whose requests are not stored.
    Recaps,
    /// A reply whose input held the cached tokens once more.
    DoubledInput,
    /// A release that takes quiet ticks out of the transcript again.
    ErasedTicks(Version),
    /// Files of a release that they do not name.
    AssumedRelease(Era),
    /// A model whose writes to the cache are not reported.
    NoWrites(Arc<str>),
    /// A turn of the Codex harness, of which only the last response is stored.
    Codex,
}

/// Counts by what and where.
#[derive(Debug, Default)]
pub(super) struct Notes {
    root: PathBuf,
    counts: BTreeMap<What, BTreeMap<String, u64>>,
}

/// One thing that a reader of the figures should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    trouble: bool,
}

const UNREAD: &str = "not read: ";
const PARTLY: &str = "read in part: ";

impl Note {
    /// What could not be read and why, for a sentence that says that it was not.
    pub(super) fn trouble(&self) -> &str {
        [UNREAD, PARTLY].iter().find_map(|said| self.text.strip_prefix(said)).unwrap_or(&self.text)
    }

    /// Whether something could not be read, rather than being missing by design.
    pub fn is_trouble(&self) -> bool {
        self.trouble
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Notes {
    /// Names the places that follow from here on.
    pub(super) fn under(&mut self, root: &Path) {
        root.clone_into(&mut self.root);
    }

    /// Counts one.
    pub(super) fn add(&mut self, path: &Path, what: What) {
        let place = self.place(path);
        *self.counts.entry(what).or_default().entry(place).or_default() += 1;
    }

    fn place(&self, path: &Path) -> String {
        let place = path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        if place.is_empty() { ".".to_owned() } else { place }
    }

    /// After all, nothing of it could be read.
    pub(super) fn unread(&mut self, path: &Path, why: &str) {
        let place = self.place(path);
        for places in self.counts.iter_mut().filter(|(what, _)| matches!(what, What::Partial(_))).map(|(_, at)| at) {
            places.remove(&place);
        }
        self.counts.retain(|_, places| !places.is_empty());
        self.add(path, What::Unreadable(why.to_owned()));
    }

    /// The notes, what could not be read first.
    pub(super) fn done(self, ledger: &RequestLedger) -> Vec<Note> {
        let mut notes: Vec<Note> = self
            .counts
            .iter()
            .map(|(what, places)| Note { text: told(what, places), trouble: what.is_trouble() })
            .collect();
        let silent = ledger.never_written().into_iter().map(What::NoWrites);
        notes.extend(silent.map(|what| Note { text: told(&what, &BTreeMap::new()), trouble: false }));
        let compactions = ledger.compactions();
        let (compactions, tokens) = (compactions.len() as u64, Compaction::read_by(&compactions));
        if compactions > 0 {
            let [whose, what] = match compactions {
                1 => ["request is not stored: it", "a summary"],
                _ => ["requests are not stored: they", "summaries"],
            };
            let text = format!(
                "{}, whose {whose} read about {} tokens of history and wrote {what}",
                several(compactions, "compaction"),
                words::tokens(tokens)
            );
            notes.push(Note { text, trouble: false });
        }
        let failing = ledger.failing();
        let (failing, read) = (failing.len(), Compaction::read_by(&failing));
        if failing > 0 {
            let text = format!(
                "the last {failing} runs of a conversation failed, and none has come through since: so it looks when a \
                 compaction fails, which is tried again on every run by requests that are not stored, here of about {} \
                 tokens in all",
                words::tokens(read)
            );
            notes.push(Note { text, trouble: false });
        }
        let errors = ledger.count(TurnKind::Error);
        if errors > 0 {
            notes.push(Note {
                text: format!(
                    "{} failed before a token was counted, and cost nothing here",
                    several(errors, "request")
                ),
                trouble: false,
            });
        }
        notes
    }
}

impl What {
    fn is_trouble(&self) -> bool {
        matches!(
            self,
            What::Unreadable(_)
                | What::Partial(_)
                | What::NewerSchema(_)
                | What::NewerState(_)
                | What::NoJob
                | What::TornLine
                | What::NotJson
                | What::NotUtf8
                | What::TooLong
                | What::NoUsage
                | What::NoTime
        )
    }
}

fn told(what: &What, places: &BTreeMap<String, u64>) -> String {
    let count = places.values().sum();
    let at = named(places);
    match what {
        What::Unreadable(why) => format!("{UNREAD}{at}: {why}"),
        What::Partial(why) => {
            // How often it showed says nothing of how much is missing.
            let once = places.keys().map(|place| (place.clone(), 1)).collect();
            format!("{PARTLY}{}: {why}", named(&once))
        }
        What::NewerSchema(version) => newer(*version, super::database::NEWEST_SCHEMA, &at),
        What::NewerState(version) => newer(*version, super::database::NEWEST_STATE_SCHEMA, &at),
        What::NoJob => format!("{} not a job, left out: {at}", are(count, "row of the scheduler")),
        What::OtherStore => {
            format!("{} of another store than the gateway's (cron.store) left out: {at}", several(count, "job"))
        }
        What::TornLine => format!("the last line is cut off, and was left out: {at}"),
        What::NotJson => format!("{} damaged, left out: {at}", are(count, "row")),
        What::NotUtf8 => format!("{} not UTF-8, read as far as possible: {at}", are(count, "row")),
        What::TooLong => format!("{} too long, left out: {at}", are(count, "row")),
        What::NoUsage => format!("{} without usage, left out: {at}", several(count, "reply")),
        What::NoTime => format!("{} without a time, left out: {at}", several(count, "reply")),
        What::Recaps => format!(
            "hidden recaps are not stored from {} on; expect about 0.5k tokens of the small model after most turns: {at}",
            Behaviour::since(|behaviour| !behaviour.stores_recaps)
        ),
        What::DoubledInput => {
            format!("the input of {} held the cached tokens too; they are counted once: {at}", several(count, "reply"))
        }
        What::ErasedTicks(release) => format!(
            "OpenClaw {release} erases heartbeats that have nothing to say from the transcript: of those that ran, only the \
             others are here"
        ),
        What::AssumedRelease(era) => {
            let Era { from, before, read_as } = era;
            let follows = if era.erases_quiet_ticks() {
                "it erases heartbeats that have nothing to say from the transcript, and those are counted as often as the \
                 config asks for them, so that the figures are several times too high if another release ran"
            } else {
                "what is measured does not depend on it; what jobs and other settings would cost does"
            };
            format!(
                "the records do not say which OpenClaw wrote them: by what stands in them it was {from} or a later one before \
                 {before}. {read_as} is assumed: {follows}. Name the right one with --openclaw-version"
            )
        }
        What::NoWrites(model) => format!(
            "{model} reads from the cache and never writes to it: this route does not report writes, so they stand under \
             input and were billed higher than that"
        ),
        What::Codex => format!(
            "{} of the Codex harness: only the last response of a turn is stored, so they used more: {at}",
            several(count, "turn")
        ),
    }
}

fn newer(version: i64, known: i64, at: &str) -> String {
    format!("written by a newer release (schema {version}; known up to {known}), so that rows may be missing: {at}")
}

fn are(count: u64, noun: &str) -> String {
    format!("{} {}", several(count, noun), if count == 1 { "is" } else { "are" })
}

fn several(count: u64, noun: &str) -> String {
    let plural = |noun: &str| noun.strip_suffix('y').map_or_else(|| format!("{noun}s"), |stem| format!("{stem}ies"));
    if count == 1 { format!("1 {noun}") } else { format!("{count} {}", plural(noun)) }
}

/// The places with their counts; a few of them where there are many.
fn named(places: &BTreeMap<String, u64>) -> String {
    const SHOWN: usize = 3;
    let times = |count: u64| if count > 1 { format!(" ({count})") } else { String::new() };
    let mut named: Vec<String> =
        places.iter().take(SHOWN).map(|(place, count)| format!("{place}{}", times(*count))).collect();
    if places.len() > SHOWN {
        named.push(format!("{} more", places.len() - SHOWN));
    }
    named.join(", ")
}
