//! The `tasks:` block of HEARTBEAT.md, as 2026.4.15 and 2026.7.35 read it line by line (R19b): each task is due at its
//! own interval, and a tick on which none is due calls no model.

use crate::releases::duration;

/// A periodic task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Task {
    /// Its name, under which its last run is kept.
    pub name: String,
    /// Milliseconds between two runs; 0 is due on each tick, `None` is outside the grammar: due once and never again.
    pub interval: Option<u64>,
    /// Characters of its line in the prompt.
    pub chars: u64,
}

/// The tasks of a file whose lines went through [`lines`]. One without name, interval or prompt is none; what is not
/// indented below a name ends the block, an unknown key as well.
pub(super) fn parse(lines: &[String]) -> Vec<Task> {
    let (mut tasks, mut inside) = (Vec::new(), false);
    for (at, line) in lines.iter().enumerate() {
        let line = trim(line);
        if line == "tasks:" {
            inside = true;
        } else if !inside {
            continue;
        } else if let Some(name) = line.strip_prefix("- name:") {
            let (interval, prompt, ends) = fields(&lines[at + 1..]);
            inside = !ends;
            let name = unquoted(name);
            if !name.is_empty() && !interval.is_empty() && !prompt.is_empty() {
                let chars = format!("- {name}: {prompt}").encode_utf16().count() as u64;
                let interval = duration::parse(interval, true).map(|interval| interval.ms().unwrap_or(0));
                tasks.push(Task { name: name.to_owned(), interval, chars });
            }
        } else if !(line.is_empty() || ["-", "interval:", "prompt:"].iter().any(|start| line.starts_with(start))) {
            inside = false;
        }
    }
    tasks
}

/// The interval and the prompt that follow a name, and whether the block ends with them.
fn fields(lines: &[String]) -> (&str, &str, bool) {
    let (mut interval, mut prompt) = ("", "");
    for whole in lines {
        let line = trim(whole);
        let field = |key: &str| line.strip_prefix(key).filter(|_| whole.starts_with([' ', '\t']));
        if line.starts_with("- name:") {
            break;
        } else if let Some(value) = field("interval:") {
            interval = unquoted(value);
        } else if let Some(value) = field("prompt:") {
            prompt = unquoted(value);
        } else if !line.is_empty() {
            return (interval, prompt, true);
        }
    }
    (interval, prompt, false)
}

/// Without blanks around it and one quote at either end.
fn unquoted(text: &str) -> &str {
    let quote = ['"', '\''];
    let text = trim(text);
    let text = text.strip_prefix(quote).unwrap_or(text);
    text.strip_suffix(quote).unwrap_or(text)
}

/// As JavaScript trims: a byte order mark is a blank, too.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// The lines of a file; on releases that see comments as empty without those that begin a line.
pub(super) fn lines(text: &str, comments_are_empty: bool) -> Vec<String> {
    let mut inside = false;
    let strip = |line: &str| {
        if !comments_are_empty {
            return line.to_owned();
        }
        let mut rest = line;
        while inside || rest.trim_start().starts_with("<!--") {
            let searched = if inside { rest } else { rest.trim_start() };
            let Some((_, after)) = searched.split_once("-->") else {
                inside = true;
                return String::new();
            };
            inside = false;
            rest = after;
        }
        rest.to_owned()
    };
    text.split('\n').map(strip).collect()
}

/// Characters of the text outside the block; older releases send several blanks as one.
pub(super) fn beside(text: &str, line_by_line: bool) -> u64 {
    let text = directives(text, line_by_line);
    let follows = |pair: &&[char]| !line_by_line && pair.iter().all(|c| [' ', '\t'].contains(c));
    let chars: Vec<char> = text.chars().collect();
    text.encode_utf16().count() as u64 - chars.windows(2).filter(follows).count() as u64
}

/// The text outside the block, as a release adds it to the prompt of the tasks: what stands behind the first line
/// `tasks:` up to a line that is empty or not indented (2026.4.15), or every line but the block (2026.7.35).
fn directives(text: &str, line_by_line: bool) -> String {
    let kept = if line_by_line { outside(text) } else { behind(text).unwrap_or(text).to_owned() };
    trim(&kept).to_owned()
}

fn behind(text: &str) -> Option<&str> {
    let starts = |from: usize| text[from..].find('\n').map(|at| from + at + 1);
    let mut at = 0;
    while !text[at..].starts_with("tasks:") {
        at = starts(at)?;
    }
    loop {
        at = starts(at)?;
        let rest = &text[at..];
        if rest.is_empty() || rest.starts_with(['\n', '\r']) || !rest.starts_with(char::is_whitespace) {
            return Some(rest);
        }
    }
}

fn outside(text: &str) -> String {
    let (mut kept, mut inside) = (Vec::new(), false);
    for line in text.lines() {
        let trimmed = trim(line);
        if !inside && trimmed == "tasks:" {
            inside = true;
            continue;
        }
        if inside {
            if trimmed.is_empty() || line.starts_with(char::is_whitespace) || trimmed.starts_with("- name:") {
                continue;
            }
            inside = false;
        }
        kept.push(line);
    }
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Option<u64>)> {
        let tasks = parse(&lines(text, true));
        tasks.into_iter().map(|task| (task.name, task.interval)).collect()
    }

    fn named(names: &[(&str, Option<u64>)]) -> Vec<(String, Option<u64>)> {
        names.iter().map(|(name, interval)| ((*name).to_owned(), *interval)).collect()
    }

    const H: u64 = 3_600_000;

    /// The answers of `parseHeartbeatTasks` of 2026.7.35 and 2026.4.15 to the same texts.
    #[test]
    fn blocks_are_read_as_the_release_reads_them() {
        for (text, expected) in [
            ("tasks:\n- name: a\n  interval: 6h\n  prompt: \"look\"\n", &[("a", Some(6 * H))][..]),
            ("# H\ntext\n  tasks:  \n\n  - name: 'a'\n    interval: 90\n    prompt: x\n", &[("a", Some(90 * 60_000))]),
            ("tasks:\r\n- name: a\r\n  interval: 1h30m\r\n  prompt: x\r\n", &[("a", Some(90 * 60_000))]),
            (
                "tasks:\n- name: a\n  interval: 0m\n  prompt: x\n- name: b\n  interval: soon\n  prompt: y",
                &[("a", Some(0)), ("b", None)],
            ),
            // Not indented, without an interval, without a prompt: no task, and the first of them ends the block.
            ("tasks:\n- name: a\ninterval: 6h\nprompt: x\n- name: b\n  interval: 1h\n  prompt: y\n", &[]),
            ("tasks:\n- name: a\n  prompt: x\n- name: b\n  interval: 1h\n  prompt: y\n", &[("b", Some(H))]),
            ("tasks:\n- name: a\n  interval: 1h\n", &[]),
            // An unknown key ends the block, after the task that it stands in.
            (
                "tasks:\n- name: a\n  interval: 1h\n  prompt: x\n  note: n\n- name: b\n  interval: 1h\n  prompt: y\n",
                &[("a", Some(H))],
            ),
            (
                "tasks:\n- name: a\n  interval: 1h\n  prompt: x\nmore\n- name: b\n  interval: 1h\n  prompt: y\n",
                &[("a", Some(H))],
            ),
            ("Tasks:\n- name: a\n  interval: 1h\n  prompt: x\n", &[]),
            ("tasks: []\n- name: a\n  interval: 1h\n  prompt: x\n", &[]),
            ("<!--\ntasks:\n- name: a\n  interval: 1h\n  prompt: x\n-->\n", &[]),
            (
                "tasks:\n- name: a\n  interval: 1h\n  prompt: x\nend\ntasks:\n- name: b\n  interval: 2h\n  prompt: y\n",
                &[("a", Some(H)), ("b", Some(2 * H))],
            ),
        ] {
            assert_eq!(read(text), named(expected), "{text}");
        }
        let commented = "<!--\ntasks:\n- name: a\n  interval: 1h\n  prompt: x\n-->\n";
        assert_eq!(parse(&lines(commented, false)).len(), 1);
    }

    #[test]
    fn what_stands_around_a_block_goes_along() {
        let text = "# H\n\ntasks:\n  - name: a\n    interval: 1h\n    prompt: x\nafter\n";
        assert_eq!(directives(text, false), "after");
        assert_eq!(directives(text, true), "# H\n\nafter");
        // Of a block that is not indented 2026.4.15 takes only the first line for the block.
        let flat = "tasks:\n\n- name: a\n  interval: 1h\n  prompt: x\n";
        assert_eq!(directives(flat, false), "- name: a\n  interval: 1h\n  prompt: x");
        assert_eq!(directives(flat, true), "");
        // Without a line end behind it the whole text goes along.
        assert_eq!(directives("tasks:\n  - name: a", false), "tasks:\n  - name: a");
    }
}
