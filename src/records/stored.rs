//! A row as it is stored: as it is, compressed, or in a line (L13). What is made of it needs nothing but its bytes, so that it
//! can be done on any thread.

use std::io::{self, Read};

use ruzstd::decoding::StreamingDecoder;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::ids::RowLink;
use super::row::{TranscriptRow, loose, may_matter, moment, parse};

/// How a row is stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// Not at all: the id of the session whose rows follow.
    Session,
    Plain,
    Packed,
    Line,
    /// The last line of a file, without a line end.
    LastLine,
}

/// What became of a row.
#[derive(Debug)]
pub(super) enum TakenRow {
    /// The rows of another session follow.
    Session(Box<str>),
    Row {
        row: TranscriptRow,
        /// When it was stored, in milliseconds.
        stored: Option<i64>,
        /// It is not UTF-8, and was read as far as possible.
        lossy: bool,
        /// Where it stands among the others of its file.
        link: Option<RowLink>,
    },
    /// It is no row.
    Nothing,
    /// It is cut off.
    Torn,
}

impl TakenRow {
    fn linked(self, line: &[u8]) -> Self {
        match self {
            TakenRow::Row { row, stored, lossy, .. } => TakenRow::Row { row, stored, lossy, link: RowLink::of(line) },
            other => other,
        }
    }
}

/// Reads a stored row. `stored` is when it was, in milliseconds.
pub(super) fn taken(bytes: &[u8], (form, stored): (Form, Option<i64>)) -> TakenRow {
    let row = match form {
        Form::Session => return TakenRow::Session(String::from_utf8_lossy(bytes).into()),
        Form::Plain => read(bytes, stored),
        Form::Packed => unpacked_row(bytes).ok().and_then(|bytes| read(&bytes, stored)),
        Form::Line | Form::LastLine => match cold(bytes) {
            Some((row, created)) => read(row.as_bytes(), created.or(stored)),
            None => read(bytes, stored).map(|taken| taken.linked(bytes)),
        },
    };
    row.unwrap_or(if matches!(form, Form::LastLine) { TakenRow::Torn } else { TakenRow::Nothing })
}

fn read(bytes: &[u8], stored: Option<i64>) -> Option<TakenRow> {
    if !may_matter(bytes) {
        // To parse all of it would take longer than all else; what is cut off or overwritten shows at its ends.
        if !(bytes.trim_ascii().starts_with(b"{") && bytes.trim_ascii().ends_with(b"}")) {
            return None;
        }
        return Some(TakenRow::Row { row: TranscriptRow::Other, stored, lossy: false, link: None });
    }
    let (row, lossy) = match str::from_utf8(bytes) {
        Ok(text) => (parse(text), false),
        Err(_) => (parse(&String::from_utf8_lossy(bytes)), true),
    };
    row.ok().map(|row| TakenRow::Row { row, stored, lossy, link: None })
}

/// The bytes of a row that was stored compressed, no more than a row may have.
pub(super) fn unpacked_row(packed: &[u8]) -> io::Result<Vec<u8>> {
    const MOST: u64 = 4 << 20;
    let mut bytes = Vec::new();
    StreamingDecoder::new(packed).map_err(io::Error::other)?.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST { Err(io::Error::other("larger than a row can be")) } else { Ok(bytes) }
}

/// The row in a line of cold storage, and when it was stored.
fn cold(line: &[u8]) -> Option<(String, Option<i64>)> {
    #[derive(Deserialize)]
    struct Line<'a> {
        #[serde(borrow)]
        row: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Row<'a> {
        event_json: String,
        #[serde(borrow)]
        created_at: Option<&'a RawValue>,
    }
    if !line.starts_with(b"{\"kind\":\"event\"") {
        return None;
    }
    let line: Line<'_> = serde_json::from_str(std::str::from_utf8(line).ok()?).ok()?;
    let row: Row<'_> = loose(line.row)?;
    Some((row.event_json, row.created_at.and_then(moment)))
}
