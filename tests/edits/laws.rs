//! What holds for every text and every change, whoever wrote them: the generated documents beside this file and the
//! fuzzers under `fuzz/` are held to the same laws. Only the public interface is used.

use std::ops::Range;

use clawbeat::document::{Change, Document, Edit, EditError, Format, KeyPath, Segment};
use serde_json::{Map, Value};

/// What became of a change.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The text is no document.
    Unread,
    /// The change does not fit the document, and was refused.
    Impossible,
    /// The editor would not make it.
    Refused(EditError),
    /// It was made, by all laws.
    Made,
}

/// Makes changes and holds the result to the laws; the error says which was broken.
pub(crate) fn check(text: &str, format: Format, changes: &[Change]) -> Result<Outcome, String> {
    let Ok(document) = Document::parse(text, format) else { return Ok(Outcome::Unread) };
    let mut wanted = document.value().clone();
    let made = document.apply(changes);
    if changes.iter().try_for_each(|change| change.make(&mut wanted)).is_err() {
        return require(made.is_err(), "an impossible change is refused").map(|()| Outcome::Impossible);
    }
    let edited = match made {
        Ok(edited) => edited,
        Err(error) => return Ok(Outcome::Refused(error)),
    };
    let after = Document::parse(edited.as_str(), format).map_err(|error| format!("unreadable: {error}\n{edited}"))?;
    let told = |law: &str| format!("{law}\n--- before\n{text}\n--- after\n{edited}");
    require(*after.value() == wanted, &told("the result means old + change"))?;
    require(comments(&document) == comments(&after), &told("every comment survives"))?;
    let edits = document.edits(changes).map_err(|error| error.to_string())?;
    require(replay(text, &edits) == edited, &told("the edits lead to the text"))?;
    require(edits.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), &told("edits are sorted"))?;
    if *document.value() == wanted && changes.len() == 1 {
        require(edited == text, &told("no change leaves every byte"))?;
    }
    // Removing an element once more would remove the next one.
    let repeatable = |change: &Change| change.to.is_some() || matches!(change.path.last(), Some(Segment::Key(_)));
    if let [change] = changes {
        if repeatable(change) {
            require(after.edits(changes) == Ok(vec![]), &told("twice equals once"))?;
        }
        if document.duplicate_keys().is_empty() {
            stays_near(&document, &edited, change).map_err(|law| told(&law))?;
            inverse(&document, &after, change).map_err(|law| told(&law))?;
        }
    } else {
        let each: Vec<&[Change]> = changes.chunks(1).collect();
        for (change, answer) in each.iter().zip(document.edits_of_each(&each)) {
            let beside_others = answer.map(|edits| replay(text, &edits));
            require(beside_others == document.apply(change), &told("asked beside others, a change is the same"))?;
        }
    }
    Ok(Outcome::Made)
}

/// Lines that the change is not about are byte-identical.
fn stays_near(document: &Document, edited: &str, change: &Change) -> Result<(), String> {
    let text = document.text();
    let Some(near) = neighbourhood(document, change) else { return Ok(()) };
    let after = text.len() - near.end;
    let kept = edited.len() >= near.start + after
        && edited.as_bytes()[..near.start] == text.as_bytes()[..near.start]
        && edited.as_bytes()[edited.len() - after..] == text.as_bytes()[near.end..];
    require(kept, &format!("only {:?} may change", &text[near]))
}

/// The bytes that a change may touch: those of a value for a value, else the lines of what it is about.
fn neighbourhood(document: &Document, change: &Change) -> Option<Range<usize>> {
    let text = document.text();
    let path = &change.path;
    let parent = path.parent()?;
    match (document.get(path), &change.to) {
        (Some(old), Some(new)) if !is_container(old) && !is_container(new) => {
            let span = document.value_span(path)?;
            let written = &text[span.clone()];
            let in_one_line = !written.is_empty() && !written.contains('\n') && !written.starts_with(['|', '>']);
            if in_one_line { Some(span) } else { Some(lines(text, item(document, path)?)) }
        }
        (Some(_), Some(_)) => Some(lines(text, item(document, path)?)),
        (Some(_), None) => {
            let (siblings, at) = siblings(document.get(&parent)?, path)?;
            if siblings.len() == 1 {
                return Some(lines(text, item(document, &parent)?));
            }
            let beside = |index: Option<usize>| item(document, &parent.join(siblings.get(index?)?.clone()));
            let container = document.value_span(&parent)?;
            let start = beside(at.checked_sub(1)).map_or(container.start, |before| before.end);
            let end = beside(Some(at + 1)).map_or(container.end, |after| after.start);
            Some(lines(text, start..end.max(item(document, path)?.end)))
        }
        (None, Some(_)) => {
            let holder = holder(document, path);
            let last = match document.get(&holder)? {
                Value::Object(map) => map.keys().next_back().map(|key| Segment::Key(key.clone())),
                Value::Array(list) => list.len().checked_sub(1).map(Segment::Index),
                _ => None,
            };
            match last.and_then(|last| item(document, &holder.join(last))) {
                Some(last) => Some(lines(text, last.end..document.value_span(&holder)?.end.max(last.end))),
                None => Some(lines(text, item(document, &holder)?)),
            }
        }
        (None, None) => Some(0..0),
    }
}

/// The opposite change, where it is made, gives the bytes back if the old ones were written as an edit would write them.
fn inverse(before: &Document, after: &Document, change: &Change) -> Result<(), String> {
    let text = before.text();
    let path = &change.path;
    let back = match (before.get(path), &change.to) {
        (Some(old), Some(new)) if !is_container(old) && !is_container(new) => {
            let (Some(was), Some(is)) = (before.value_span(path), after.value_span(path)) else { return Ok(()) };
            if !written_alike(&text[was], old, &after.text()[is]) {
                return Ok(());
            }
            Change::set(path.clone(), old.clone())
        }
        (None, Some(_)) => {
            let holder = holder(before, path);
            let Some(span) = before.value_span(&holder) else { return Ok(()) };
            let has_items = before.get(&holder).is_some_and(|value| is_container(value) && !is_empty(value));
            let as_written = matches!(&text[span.clone()], "{}" | "[]")
                && [": ", "- "].iter().any(|lead| text[..span.start].ends_with(lead));
            if !has_items && !as_written {
                return Ok(());
            }
            Change::remove(holder.join(path.segments()[holder.segments().len()].clone()))
        }
        _ => return Ok(()),
    };
    let same = |restored: &str| if is_tidy(text) { restored == text } else { unblanked(restored) == unblanked(text) };
    match after.apply(std::slice::from_ref(&back)) {
        Ok(restored) if same(&restored) => Ok(()),
        Err(_) => Ok(()),
        Ok(restored) => Err(format!("the inverse restores the bytes, got {restored:?}")),
    }
}

/// Whether blanks stand where an edit would put them; others do not all come back. A fuzzer knows no such texts.
fn is_tidy(text: &str) -> bool {
    if !cfg!(test) {
        return false;
    }
    let is_odd = |line: &str| ["  ", "\t", "\u{a0}", " ,", ",}", ",]"].iter().any(|odd| line.contains(odd));
    let tidy = |line: &str| !is_odd(line) && !line.ends_with(' ') && !line.starts_with(',');
    let plain = |c: char| !c.is_whitespace() || matches!(c, ' ' | '\n' | '\r' | '\t');
    let line_ends = [text.matches("\r\n").count(), text.matches('\n').count(), text.matches('\r').count()];
    let same_ends = line_ends[2] == line_ends[0] && (line_ends[0] == 0 || line_ends[0] == line_ends[1]);
    same_ends && text.chars().all(plain) && text.lines().map(str::trim_start).all(tidy)
}

fn unblanked(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether a scalar was written the way its successor is: plain after plain, in the same quotes, without escapes.
fn written_alike(was: &str, old: &Value, is: &str) -> bool {
    let quote = |text: &str| text.chars().next().filter(|c| matches!(c, '"' | '\''));
    match old {
        Value::String(old) => match quote(was) {
            Some(q) => quote(is) == Some(q) && was[1..was.len() - 1] == **old && old.chars().all(is_ordinary),
            // A plain string that an edit would quote, or one after a quoted one, comes back in quotes.
            None => false,
        },
        plain => {
            let json = plain.to_string();
            json == was
        }
    }
}

/// Whether every editor writes a character of a string as itself.
fn is_ordinary(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\\' | '\'' | '"' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A change of a document, by bytes: where, and what to put there.
pub(crate) fn wish(root: &Value, bytes: &[u8]) -> Change {
    const NAMES: [&str; 8] = ["every", "heartbeat", "a", "b-c", "x y", "ü", "on", ""];
    let (to, steps) = bytes.split_first().map_or((0, bytes), |(to, steps)| (*to, steps));
    let mut path = KeyPath::root();
    for &step in steps.iter().take(5) {
        let name = NAMES[usize::from(step) % NAMES.len()];
        path = match path.resolve(root) {
            Some(Value::Array(list)) => path.index(usize::from(step) % (list.len() + 1)),
            Some(Value::Object(map)) => {
                path.key(map.keys().nth(usize::from(step) % (map.len() + 1)).map_or(name, String::as_str))
            }
            _ => path.key(name),
        };
    }
    let value = match to % 12 {
        0..3 => return Change::remove(path),
        3 => Value::Null,
        4 => Value::Bool(true),
        5 => Value::from(i64::from(to)),
        6 => Value::from("1h"),
        7 => Value::from("off"),
        8 => Value::from("it's \"x\" # // ü\n"),
        9 => Value::Object(Map::new()),
        10 => serde_json::json!({"every": "0m", "list": ["a", {"b": null}]}),
        _ => serde_json::json!([1, []]),
    };
    Change::set(path, value)
}

fn require(holds: bool, law: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(law.to_owned()) }
}

fn comments(document: &Document) -> Vec<&str> {
    let mut texts: Vec<_> = document.comments().into_iter().map(|range| &document.text()[range]).collect();
    texts.sort_unstable();
    texts
}

fn replay(text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.range.clone(), &edit.text);
    }
    text
}

/// The longest part of a path that is there.
fn holder(document: &Document, path: &KeyPath) -> KeyPath {
    let mut holder = path.clone();
    while document.get(&holder).is_none() {
        match holder.parent() {
            Some(parent) => holder = parent,
            None => break,
        }
    }
    holder
}

/// The steps to all items of a container, and which of them a path is.
fn siblings(parent: &Value, path: &KeyPath) -> Option<(Vec<Segment>, usize)> {
    let all: Vec<Segment> = match parent {
        Value::Object(map) => map.keys().cloned().map(Segment::Key).collect(),
        Value::Array(list) => (0..list.len()).map(Segment::Index).collect(),
        _ => return None,
    };
    let at = all.iter().position(|segment| Some(segment) == path.last())?;
    Some((all, at))
}

/// The bytes of a property or element, name or dash included.
fn item(document: &Document, path: &KeyPath) -> Option<Range<usize>> {
    let value = document.value_span(path)?;
    let before = &document.text()[..value.start];
    let in_brackets = before.trim_end().ends_with([',', '[']);
    let dash = before.rfind('-').filter(|_| document.format() == Format::Yaml && !in_brackets && !path.is_root());
    let start = document.key_span(path).map(|key| key.start).or(dash).unwrap_or(value.start);
    // A block text that keeps its blank lines has them.
    let is_header = |line: &str| line.split(" #").next().is_some_and(|marks| marks.trim_end().ends_with('+'));
    let keeps = document.format() == Format::Yaml && document.text()[value.clone()].lines().any(is_header);
    let rest = &document.text()[value.end..];
    Some(start..if keeps { value.end + rest.len() - rest.trim_start().len() } else { value.end })
}

fn lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    // Where the last line goes, the end of the line before goes with it.
    let start = if end == text.len() { text[..start].trim_end_matches(['\n', '\r']).len() } else { start };
    start..end
}

fn is_container(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}
