//! YAML as people write it: block and flow, lists at both indents, block texts, comments in every place, anchors, tags,
//! document marks, CRLF, and JSON on one line.

use clawbeat::document::{Document, EditError, Format};
use proptest::prelude::*;
use serde_json::Value;

use super::laws::{self, Outcome};
use super::values::{Whims, changes, config, root, whims, wishes};

#[derive(Clone, Debug)]
struct Habit {
    newline: &'static str,
    unit: usize,
    list_indent: bool,
    quote: Option<char>,
    /// Everything in flow style on one line.
    minified: bool,
    bom: bool,
    marks: bool,
    final_newline: bool,
    /// Anchors, aliases, tags and explicit keys occur.
    rich: bool,
    whims: Whims,
}

struct Writer {
    habit: Habit,
    text: String,
    anchors: usize,
    after_text: bool,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends a line, maybe with a comment, maybe with lines of comments and nothing else.
    fn end_line(&mut self) {
        let number = self.habit.whims.turn();
        self.after_text = false;
        match self.habit.whims.next(6) {
            0 => self.push(&format!(" # c{number}: {{'")),
            1 if self.text.ends_with(char::is_alphanumeric) => self.push("\t# tab"),
            2 if self.habit.whims.once_in(4) => self.push("  "),
            _ => {}
        }
        self.push(self.habit.newline);
    }

    fn between(&mut self, indent: usize) {
        let number = self.habit.whims.turn();
        // What follows a block text may be taken for more of it.
        let after_text = std::mem::take(&mut self.after_text);
        match self.habit.whims.next(12) {
            0 => {
                let indent = if after_text { indent } else { indent + usize::from(self.habit.whims.next(3)) };
                self.push(&format!("{}# own {number}{}", " ".repeat(indent), self.habit.newline));
            }
            1 if !after_text => self.push(self.habit.newline),
            2 if self.habit.whims.once_in(4) => self.push(&format!("# far left{}", self.habit.newline)),
            _ => {}
        }
    }

    /// The items of a container, each ending its line; `behind` means the first stands behind a dash.
    fn block(&mut self, value: &Value, indent: usize, behind: bool) {
        let items: Vec<(Option<&str>, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (Some(key.as_str()), value)).collect(),
            Value::Array(list) => list.iter().map(|value| (None, value)).collect(),
            _ => Vec::new(),
        };
        for (position, (key, value)) in items.into_iter().enumerate() {
            if position > 0 || !behind {
                self.between(indent);
                self.push(&" ".repeat(indent));
            }
            match key {
                Some(key) if self.habit.rich && self.habit.whims.once_in(25) => {
                    self.push("? ");
                    self.scalar_text(key, true);
                    self.end_line();
                    self.push(&format!("{}:", " ".repeat(indent)));
                }
                Some(key) => {
                    self.scalar_text(key, true);
                    let colon = if self.habit.whims.once_in(9) { " :" } else { ":" };
                    self.push(colon);
                }
                None => self.push("-"),
            }
            self.item_value(value, indent, key.is_none());
        }
    }

    fn item_value(&mut self, value: &Value, indent: usize, behind_dash: bool) {
        let blank = if self.habit.whims.once_in(12) { "  " } else { " " };
        if self.habit.rich && self.habit.whims.once_in(10) {
            self.anchors += 1;
            let name = if self.habit.whims.once_in(3) {
                format!(" !t{}", self.anchors)
            } else {
                format!(" &x{}", self.anchors)
            };
            // A tag on nothing, or on a plain scalar that is no string, would change what it is.
            let may_be_tagged = value.is_string() || is_filled(value);
            if !value.is_null() && (may_be_tagged || name.starts_with(" &")) {
                self.push(&name);
            }
        }
        match value {
            value if is_filled(value) && self.habit.whims.next(5) > 0 => {
                let deeper = match value {
                    Value::Array(_) if !self.habit.list_indent && !behind_dash => indent,
                    _ if behind_dash => indent + 2,
                    _ => indent + self.habit.unit,
                };
                let on_line = self.text.ends_with('-') && self.habit.whims.next(4) > 0;
                if on_line {
                    self.push(" ");
                } else {
                    self.end_line();
                }
                self.block(value, deeper, on_line);
            }
            Value::Null if self.habit.whims.once_in(2) => self.end_line(),
            Value::String(text) if self.can_be_literal(text) && self.habit.whims.next(3) > 0 => {
                self.literal(text, indent)
            }
            value => {
                self.push(blank);
                self.flow(value, indent + 1);
                self.end_line();
            }
        }
    }

    fn can_be_literal(&self, text: &str) -> bool {
        let plain = |c: char| c == '\n' || (!c.is_control() && !matches!(c, '\u{2028}' | '\u{feff}'));
        text.contains('\n')
            && !text.starts_with([' ', '\n', '\t'])
            && text.chars().all(plain)
            && !text.trim().is_empty()
    }

    fn literal(&mut self, text: &str, indent: usize) {
        let ends = text.len() - text.trim_end_matches('\n').len();
        self.push(match ends {
            0 => " |-",
            1 => " |",
            _ => " |+",
        });
        if self.habit.whims.once_in(5) {
            self.push(" # text");
        }
        self.push(self.habit.newline);
        for line in text.split_terminator('\n') {
            if !line.is_empty() {
                self.push(&format!("{}{line}", " ".repeat(indent + self.habit.unit)));
            }
            self.push(self.habit.newline);
        }
        self.after_text = true;
    }

    fn flow(&mut self, value: &Value, indent: usize) {
        let (open, close) = match value {
            Value::String(text) => return self.scalar_text(text, false),
            Value::Object(_) => ("{", "}"),
            Value::Array(_) => ("[", "]"),
            Value::Null => {
                let null = ["null", "~", "Null"][usize::from(self.habit.whims.next(3))];
                return self.push(null);
            }
            plain => return self.push(&plain.to_string()),
        };
        let items: Vec<(Option<&str>, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (Some(key.as_str()), value)).collect(),
            _ => value.as_array().into_iter().flatten().map(|value| (None, value)).collect(),
        };
        let lines = !self.habit.minified && self.habit.whims.once_in(6);
        let pad = if !self.habit.minified && self.habit.whims.once_in(2) { " " } else { "" };
        self.push(open);
        self.push(pad);
        let count = items.len();
        for (position, (key, value)) in items.into_iter().enumerate() {
            if lines {
                self.end_line();
                self.push(&" ".repeat(indent + self.habit.unit));
            }
            if let Some(key) = key {
                if self.habit.minified {
                    self.push(&format!("{}:", Value::from(key)));
                } else {
                    self.scalar_text(key, true);
                    self.push(": ");
                }
            }
            self.flow(value, indent + self.habit.unit);
            if position + 1 < count {
                self.push(if self.habit.minified { "," } else { ", " });
            } else if !self.habit.minified && self.habit.whims.once_in(9) {
                self.push(" ,");
            }
        }
        if lines {
            self.end_line();
            self.push(&" ".repeat(indent));
        } else {
            self.push(pad);
        }
        self.push(close);
    }

    /// A string plain where every place allows it, else between quotes.
    fn scalar_text(&mut self, text: &str, key: bool) {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.');
        let starts_plain = text.starts_with(|c: char| c.is_alphabetic()) || matches!(text, "5m" | "0m" | "1h");
        let typed = ["null", "~", "true", "false"].contains(&text);
        let plain = starts_plain && text.chars().all(word) && !typed;
        if plain && self.habit.quote.is_none() && !self.habit.minified {
            return self.push(text);
        }
        let odd = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{feff}');
        let single = !self.habit.minified && self.habit.quote != Some('"') && !text.contains(odd);
        if single && (!key || !self.habit.whims.once_in(4)) {
            return self.push(&format!("'{}'", text.replace('\'', "''")));
        }
        let mut written = String::new();
        for c in Value::from(text).to_string().chars() {
            match c {
                c if odd(c) => written.push_str(&format!("\\u{:04x}", u32::from(c))),
                c if c.is_ascii_alphabetic() && self.habit.whims.once_in(60) && !written.ends_with('\\') => {
                    written.push_str(&format!("\\x{:02x}", u32::from(c)));
                }
                c => written.push(c),
            }
        }
        self.push(&written);
    }
}

fn is_filled(value: &Value) -> bool {
    value.as_object().is_some_and(|map| !map.is_empty()) || value.as_array().is_some_and(|list| !list.is_empty())
}

fn habit() -> impl Strategy<Value = Habit> {
    let flags = (any::<bool>(), 0..10_u8, 0..6_u8, 0..4_u8, any::<bool>(), 0..4_u8);
    let marks = (
        prop::sample::select(vec!["\n", "\n", "\r\n"]),
        1..5_usize,
        prop::sample::select(vec![None, None, Some('\''), Some('"')]),
    );
    (flags, marks, whims()).prop_map(
        |((list_indent, minified, bom, document, final_newline, rich), (newline, unit, quote), whims)| Habit {
            newline,
            unit,
            list_indent,
            quote,
            minified: minified == 0,
            bom: bom == 0,
            marks: document == 0,
            final_newline,
            rich: rich == 0,
            whims,
        },
    )
}

fn write(habit: &Habit, root: &Value) -> String {
    let mut writer = Writer { habit: habit.clone(), text: String::new(), anchors: 0, after_text: false };
    if habit.bom {
        writer.push("\u{feff}");
    }
    if habit.marks {
        writer.between(0);
        writer.push("---");
        writer.end_line();
    }
    if habit.minified || !is_filled(root) {
        writer.flow(root, 0);
        writer.end_line();
    } else {
        writer.block(root, 0, false);
    }
    if habit.marks {
        writer.push("...");
        writer.end_line();
    }
    let keeps = writer.text.contains("|");
    if !habit.final_newline && !keeps {
        let end = writer.text.trim_end_matches(['\n', '\r']).len();
        writer.text.truncate(end);
    }
    writer.text
}

/// Refusals that a text may deserve: keys behind a question mark are not understood in full, and where an item goes, an
/// indented comment may come to stand behind a block text and be taken for more of it. Elsewhere nothing is refused
/// because a check failed.
fn is_deserved(error: &EditError, text: &str) -> bool {
    let has_explicit_key = text.lines().any(|line| line.trim_start_matches([' ', '-', '\u{feff}']).starts_with('?'));
    let has_text = text.lines().any(|line| line.contains(" |"));
    let has_indented_comment = text.lines().any(|line| line.starts_with(' ') && line.trim_start().starts_with('#'));
    match error {
        EditError::NotLocated => has_explicit_key,
        EditError::Unverified(_) => has_explicit_key || (has_text && has_indented_comment),
        _ => false,
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn edits_of_yaml_keep_the_laws(root in root(), habit in habit(), wishes in wishes()) {
        let text = write(&habit, &root);
        let document = Document::parse(text.as_str(), Format::Yaml).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(document.value(), &root, "{}", text);
        let changes = changes(&root, &wishes);
        match laws::check(&text, Format::Yaml, &changes) {
            Ok(Outcome::Made | Outcome::Impossible) => {}
            Ok(Outcome::Refused(error)) if is_deserved(&error, &text) => {}
            other => prop_assert!(false, "{other:?}\n{changes:?}\n{text}"),
        }
    }
}
