//! A row as it is stored: as it is, compressed, or in a line. What is made of it needs nothing but its bytes, so that it can
//! be done on any thread.

use super::jsonl::{cold, unpacked_row};
use super::row::{TranscriptRow, may_matter, parse};

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
    },
    /// It is no row.
    Nothing,
    /// It is cut off.
    Torn,
}

/// Reads a stored row. `stored` is when it was, in milliseconds.
pub(super) fn taken(bytes: &[u8], (form, stored): (Form, Option<i64>)) -> TakenRow {
    let row = match form {
        Form::Session => return TakenRow::Session(String::from_utf8_lossy(bytes).into()),
        Form::Plain => read(bytes, stored),
        Form::Packed => unpacked_row(bytes).ok().and_then(|bytes| read(&bytes, stored)),
        Form::Line | Form::LastLine => match cold(bytes) {
            Some((row, created)) => read(row.as_bytes(), created.or(stored)),
            None => read(bytes, stored),
        },
    };
    row.unwrap_or(if matches!(form, Form::LastLine) { TakenRow::Torn } else { TakenRow::Nothing })
}

fn read(bytes: &[u8], stored: Option<i64>) -> Option<TakenRow> {
    if !may_matter(bytes) {
        return Some(TakenRow::Row { row: TranscriptRow::Other, stored, lossy: false });
    }
    let (row, lossy) = match str::from_utf8(bytes) {
        Ok(text) => (parse(text), false),
        Err(_) => (parse(&String::from_utf8_lossy(bytes)), true),
    };
    row.ok().map(|row| TakenRow::Row { row, stored, lossy })
}
