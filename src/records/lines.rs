//! Lines of a stream that may be of any size, torn or hostile: one buffer, and no line longer than a row can be.

use std::io::{self, BufRead};

/// More than OpenClaw stores in a row (4 MiB), with room for escapes.
const LONGEST: usize = 64 << 20;

/// A line without its end.
pub(super) enum RawLine<'a> {
    /// A whole one.
    Whole(&'a [u8]),
    /// The last one, without a line end.
    Last(&'a [u8]),
    /// One that is too long.
    TooLong,
}

/// Hands over the lines of a stream.
pub(super) fn each(reader: &mut dyn BufRead, sink: &mut dyn FnMut(RawLine<'_>)) -> io::Result<()> {
    let mut line = Vec::new();
    let mut overflown = false;
    loop {
        let part = match reader.fill_buf() {
            Ok(part) => part,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if part.is_empty() {
            if overflown {
                sink(RawLine::TooLong);
            } else if !line.is_empty() {
                sink(RawLine::Last(&line));
            }
            return Ok(());
        }
        let end = memchr::memchr(b'\n', part);
        let piece = &part[..end.unwrap_or(part.len())];
        let used = piece.len() + usize::from(end.is_some());
        if end.is_some() && line.is_empty() && !overflown {
            sink(RawLine::Whole(piece));
        } else {
            overflown |= line.len() + piece.len() > LONGEST;
            if overflown {
                line.clear();
            } else {
                line.extend_from_slice(piece);
            }
            if end.is_some() {
                sink(if overflown { RawLine::TooLong } else { RawLine::Whole(&line) });
                line.clear();
                overflown = false;
            }
        }
        reader.consume(used);
    }
}
