//! The first era: a file a session, a row a line. What a reset, a deletion, an import or a move to cold storage left behind
//! is the same with another name, and may be compressed.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::time::UNIX_EPOCH;

use ruzstd::decoding::StreamingDecoder;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::in_order::in_order;
use super::lines::{RawLine, each};
use super::notes::{Notes, What};
use super::prompt;
use super::row::loose;
use super::session::{KnownSessions, OpenSession, Sink};
use super::stored::{Form, taken};

const BUFFER: usize = 256 << 10;
/// How a compressed frame begins.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What the name of a file says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Transcript,
    Trajectory,
    /// The keys of the sessions.
    Index,
    /// A copy, or no record at all.
    Other,
}

impl Name {
    /// Of a file in a folder of transcripts.
    pub(super) fn of(name: &str) -> Self {
        if name.contains(".checkpoint.") || name.ends_with(".lock") {
            Name::Other
        } else if name.contains(".trajectory.jsonl") {
            Name::Trajectory
        } else if name.contains(".jsonl") {
            Name::Transcript
        } else if name.contains("sessions.json") {
            Name::Index
        } else {
            Name::Other
        }
    }
}

/// Reads a transcript. False if nothing of it could be read.
pub(super) fn transcript(path: &Path, known: &KnownSessions<'_>, sink: &mut Sink<'_>) -> bool {
    let opened = File::open(path).and_then(|file| {
        let stored = file.metadata()?.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Ok((file, stored.and_then(|at| i64::try_from(at.as_millis()).ok())))
    });
    let (file, stored) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            sink.notes.add(path, What::Unreadable(error.to_string()));
            return false;
        }
    };
    rows(BufReader::with_capacity(BUFFER, file), path, &session_id(path), stored, known, sink)
}

/// Reads the rows of a transcript in memory.
pub(super) fn blob(bytes: &[u8], place: &Path, session: &str, known: &KnownSessions<'_>, sink: &mut Sink<'_>) -> bool {
    rows(bytes, place, session, None, known, sink)
}

fn rows(
    reader: impl BufRead,
    place: &Path,
    session: &str,
    stored: Option<i64>,
    known: &KnownSessions<'_>,
    sink: &mut Sink<'_>,
) -> bool {
    let mut session = OpenSession::new(known, place, session);
    let (mut rows, mut too_long) = (0_u64, 0_u64);
    let read = in_order(taken, &mut |row| rows += u64::from(session.take(row, sink)), |order| {
        each(&mut *unpacked(reader)?, &mut |line| match line {
            RawLine::Whole(bytes) | RawLine::Last(bytes) if bytes.trim_ascii().is_empty() => {}
            RawLine::Whole(bytes) => order.push(bytes, (Form::Line, stored)),
            RawLine::Last(bytes) => order.push(bytes, (Form::LastLine, stored)),
            RawLine::TooLong => too_long += 1,
        })
    });
    (0..too_long).for_each(|_| sink.notes.add(place, What::TooLong));
    if let Err(error) = &read {
        let why = error.to_string();
        sink.notes.add(place, if rows > 0 { What::Partial(why) } else { What::Unreadable(why) });
    }
    read.is_ok() || rows > 0
}

/// The lines of a log of runs.
pub(super) fn trajectory(path: &Path, known: &mut KnownSessions<'_>, notes: &mut Notes) {
    let read =
        File::open(path).and_then(|file| unpacked(BufReader::with_capacity(BUFFER, file))).and_then(|mut reader| {
            each(&mut *reader, &mut |line| {
                if let RawLine::Whole(bytes) | RawLine::Last(bytes) = line
                    && let Some((session, key)) = known.runs.add(bytes)
                {
                    known.keys.entry(session).or_insert(key);
                }
            })
        });
    if let Err(error) = read {
        notes.add(path, What::Partial(error.to_string()));
    }
}

/// The keys of the sessions in an index such as `sessions.json`.
pub(super) fn index(path: &Path, known: &mut KnownSessions<'_>, notes: &mut Notes) {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Entry {
        session_id: Option<String>,
        session_file: Option<String>,
    }
    let read = std::fs::read(path).map_err(|error| error.to_string()).and_then(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        let entries: std::collections::HashMap<String, &RawValue> =
            serde_json::from_str(&text).map_err(|error| error.to_string())?;
        for (key, entry) in entries {
            let entry_text = entry;
            let Some(entry) = loose::<Entry>(Some(entry)) else { continue };
            known.prompts_noted.extend(prompt::noted(entry_text.get()));
            known.marks = known.marks.and(prompt::marks(entry_text.get()));
            let file = entry.session_file.as_deref().map(|file| session_id(Path::new(file)));
            for id in entry.session_id.into_iter().chain(file) {
                known.keys.entry(id.into()).or_insert_with(|| key.as_str().into());
            }
        }
        Ok(())
    });
    if let Err(why) = read {
        notes.add(path, What::Partial(why));
    }
}

/// The session whose transcript has this name.
fn session_id(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split_once(".jsonl").map_or(&*name, |(name, _)| name);
    // An import puts the session's key before the name.
    let name = name.rsplit('.').next().unwrap_or(name);
    name.split_once("-topic-").map_or(name, |(id, _)| id).to_owned()
}

/// The stream itself, or what is compressed in it.
fn unpacked<'a>(mut reader: impl BufRead + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    if !reader.fill_buf()?.starts_with(&ZSTD) {
        return Ok(Box::new(reader));
    }
    let decoder = StreamingDecoder::new(reader).map_err(io::Error::other)?;
    Ok(Box::new(BufReader::with_capacity(BUFFER, decoder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_a_file_is() {
        for (name, expected) in [
            ("5f-1.jsonl", Name::Transcript),
            ("5f-1-topic-7.jsonl", Name::Transcript),
            ("5f-1.jsonl.reset.2026-02-01T00-00-00.000Z", Name::Transcript),
            ("5f-1.jsonl.deleted.2026-02-01T00-00-00.000Z.ab12.zst", Name::Transcript),
            ("agent-main-main.5f-1.jsonl.imported-1795367036158", Name::Transcript),
            ("5f-1.trajectory.jsonl", Name::Trajectory),
            ("5f-1.trajectory.jsonl.deleted.2026-02-01", Name::Trajectory),
            ("5f-1.checkpoint.77.jsonl", Name::Other),
            ("5f-1.jsonl.lock", Name::Other),
            ("sessions.json.lock", Name::Other),
            ("sessions.json", Name::Index),
            ("sessions.json.bak", Name::Index),
            ("notes.txt", Name::Other),
        ] {
            assert_eq!(Name::of(name), expected, "{name}");
            if expected == Name::Transcript {
                assert_eq!(session_id(Path::new(name)), "5f-1", "{name}");
            }
        }
    }
}
