//! A unified diff of one file that `git apply` and `patch -p1` take as it is. Context lines that hold a secret are
//! left out; where that leaves a hunk lopsided, it is trimmed to a shape that both programs still place exactly.

use std::fmt::Write as _;
use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};
use thiserror::Error;

use crate::secrets::text::secret_ranges_in_text;

const CONTEXT: usize = 3;

/// One side of a diff.
#[derive(Clone, Copy, Debug)]
pub struct DiffSide<'a> {
    /// The text.
    pub text: &'a str,
    /// The byte ranges of its secrets, as far as known; what looks like one is found without.
    pub secrets: &'a [Range<usize>],
}

/// A diff and what its reader should know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnifiedDiff {
    /// The diff; empty where nothing differs.
    pub text: String,
    /// Context was left out because it holds secrets.
    pub context_hidden: bool,
    /// A secret right below a change leaves a hunk that `git apply` takes only with `--unidiff-zero`.
    pub needs_unidiff_zero: bool,
}

/// Why there is no diff to show.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DiffError {
    /// A line that changes, not merely one beside it, holds a secret.
    #[error(
        "line {line} changes and holds a secret, so a diff would print it; use `--format commands`, or `--include-secrets`"
    )]
    ChangedLineHoldsSecret {
        /// The line, from 1, in the old text or, if only the new one holds it, in the new text.
        line: usize,
    },
}

/// The diff from `old` to `new` of the file at `path`, which is relative and has forward slashes.
pub fn unified(
    path: &str,
    old: DiffSide<'_>,
    new: DiffSide<'_>,
    include_secrets: bool,
) -> Result<UnifiedDiff, DiffError> {
    let old = DiffLines::of(old, include_secrets);
    let new = DiffLines::of(new, include_secrets);
    let changes = changes(&old, &new);
    for (lines, side) in [(&old, 0), (&new, 1)] {
        let mut changed = changes.iter().flat_map(|change| change[side].clone());
        if let Some(line) = changed.find(|&line| lines.is_secret(line)) {
            return Err(DiffError::ChangedLineHoldsSecret { line: line + 1 });
        }
    }
    let mut diff = UnifiedDiff::default();
    if changes.is_empty() {
        return Ok(diff);
    }
    let (a, b) = (header_name("a", path), header_name("b", path));
    diff.text = format!("--- {a}\n+++ {b}\n");
    for hunk in hunks(&changes, &old) {
        diff.context_hidden |= hunk.hidden;
        diff.needs_unidiff_zero |= hunk.misleads_git(old.lines.len());
        hunk.render(&old, &new, &mut diff.text);
    }
    Ok(diff)
}

/// A text by lines, terminators included, and which of them hold a secret.
struct DiffLines<'a> {
    lines: Vec<&'a str>,
    secret: Vec<bool>,
}

impl<'a> DiffLines<'a> {
    fn of(side: DiffSide<'a>, include_secrets: bool) -> Self {
        // Only line feeds end a line for patch and git; a lone carriage return is part of one.
        let lines: Vec<&str> = side.text.split_inclusive('\n').collect();
        let mut secret = vec![false; lines.len()];
        if !include_secrets {
            let starts: Vec<usize> =
                lines.iter().map(|line| line.as_ptr() as usize - side.text.as_ptr() as usize).collect();
            let line_at = |byte: usize| starts.partition_point(|&start| start <= byte).saturating_sub(1);
            let found = secret_ranges_in_text(side.text);
            for range in side.secrets.iter().chain(&found).filter(|range| !range.is_empty()) {
                let last = line_at(range.end - 1);
                secret.iter_mut().take(last + 1).skip(line_at(range.start)).for_each(|line| *line = true);
            }
        }
        DiffLines { lines, secret }
    }

    fn is_secret(&self, line: usize) -> bool {
        self.secret.get(line).is_some_and(|&secret| secret)
    }
}

/// The changed lines of the old and of the new text.
type ChangedLines = [Range<usize>; 2];

fn changes(old: &DiffLines<'_>, new: &DiffLines<'_>) -> Vec<ChangedLines> {
    let mut changes: Vec<ChangedLines> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old.lines, &new.lines) {
        let (tag, old, new) = op.as_tag_tuple();
        match changes.last_mut() {
            _ if tag == DiffTag::Equal => {}
            Some([last_old, last_new]) if last_old.end == old.start && last_new.end == new.start => {
                last_old.end = old.end;
                last_new.end = new.end;
            }
            _ => changes.push([old, new]),
        }
    }
    changes
}

/// Changes that are shown together, with the context around them.
struct Hunk<'a> {
    changes: &'a [ChangedLines],
    before: usize,
    after: usize,
    hidden: bool,
}

fn hunks<'a>(changes: &'a [ChangedLines], old: &DiffLines<'_>) -> Vec<Hunk<'a>> {
    let is_near = |[a, b]: &[&ChangedLines; 2]| {
        let gap = a[0].end..b[0].start;
        gap.len() <= 2 * CONTEXT && !gap.into_iter().any(|line| old.is_secret(line))
    };
    let groups = changes.chunk_by(|a, b| is_near(&[a, b]));
    let mut hunks: Vec<Hunk<'a>> = Vec::new();
    for group in groups {
        let (Some([first, _]), Some([last, _])) = (group.first(), group.last()) else { continue };
        let clean = |line: &usize| !old.is_secret(*line);
        let (above, below) = (first.start.saturating_sub(CONTEXT), (last.end + CONTEXT).min(old.lines.len()));
        let mut before = (above..first.start).rev().take_while(clean).count();
        let after = (last.end..below).take_while(clean).count();
        let hidden = before < first.start - above || after < below - last.end;
        // Both programs take less context below than above for the end of the file, so a hunk that is cut short below
        // is cut as short above. The other way round they are content.
        if last.end + after < old.lines.len() {
            before = before.min(after);
        }
        hunks.push(Hunk { changes: group, before, after, hidden });
    }
    hunks
}

impl Hunk<'_> {
    fn end(&self) -> usize {
        self.range(0).end
    }

    // `git apply` takes a hunk without context below for the end of the file, and one that says line 1 for its start.
    fn misleads_git(&self, lines: usize) -> bool {
        (self.after == 0 && self.end() < lines) || self.range(0) == (1..1)
    }

    fn range(&self, side: usize) -> Range<usize> {
        let start = self.changes.first().map_or(0, |change| change[side].start - self.before);
        start..self.changes.last().map_or(0, |change| change[side].end + self.after)
    }

    fn render(&self, old: &DiffLines<'_>, new: &DiffLines<'_>, out: &mut String) {
        let shown = |range: Range<usize>| match range.len() {
            // An empty range is named by the line before it.
            0 => format!("{},0", range.start),
            1 => format!("{}", range.start + 1),
            len => format!("{},{len}", range.start + 1),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "@@ -{} +{} @@", shown(self.range(0)), shown(self.range(1)));
        let mut at = self.range(0).start;
        for [removed, added] in self.changes {
            push(out, ' ', &old.lines[at..removed.start]);
            push(out, '-', &old.lines[removed.clone()]);
            push(out, '+', &new.lines[added.clone()]);
            at = removed.end;
        }
        push(out, ' ', &old.lines[at..self.end()]);
    }
}

fn push(out: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// The name in a header as git writes it: quoted where a reader would stumble, ended by a tab where it has a space.
fn header_name(side: &str, path: &str) -> String {
    let name = format!("{side}/{path}");
    if !name.contains(|c: char| c.is_ascii_control() || c == '"' || c == '\\') {
        return if name.contains(' ') { name + "\t" } else { name };
    }
    let mut quoted = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_ascii_control() => {
                let _ = write!(quoted, "\\{:03o}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests;
