//! JSON5 as people write it: random styles, comments in every place, escapes, duplicate keys, one line or many.

use clawbeat::document::{Document, Format};
use proptest::prelude::*;
use serde_json::Value;

use super::laws::{self, Outcome};
use super::values::{Whims, changes, config, root, whims, wishes};

#[derive(Clone, Debug)]
struct Habit {
    newline: &'static str,
    unit: &'static str,
    bare: bool,
    quote: char,
    minified: bool,
    trailing_comma: bool,
    leading_comma: bool,
    bom: bool,
    final_newline: bool,
    duplicates: bool,
    whims: Whims,
}

struct Writer {
    habit: Habit,
    text: String,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn blank(&mut self) {
        if self.habit.minified {
            return;
        }
        let number = self.habit.whims.turn();
        match self.habit.whims.next(14) {
            0 => self.push(&format!(" /* c{number}, '{{ */ ")),
            1 => self.push(&format!(" // c{number}: \"[{}", self.habit.newline)),
            2 => self.push(&format!(" /* c{number}{}  # */", self.habit.newline)),
            3 => self.push("\t"),
            4..7 => self.push(" "),
            7 if self.habit.whims.once_in(4) => self.push("\u{a0}"),
            8 if self.habit.whims.once_in(2) => self.push(&self.habit.newline.repeat(2)),
            _ => {}
        }
    }

    fn line(&mut self, depth: usize) {
        self.push(self.habit.newline);
        self.push(&self.habit.unit.repeat(depth));
    }

    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Object(map) => {
                let mut items: Vec<_> = map.iter().map(|(key, value)| (Some(key.as_str()), value)).collect();
                if let (true, Some(&(key, _))) = (self.habit.duplicates, items.last()) {
                    // An earlier property of the same name, which the last one overrides.
                    items.insert(0, (key, &Value::Null));
                }
                self.container(['{', '}'], &items, depth);
            }
            Value::Array(list) => {
                let items: Vec<_> = list.iter().map(|value| (None, value)).collect();
                self.container(['[', ']'], &items, depth);
            }
            Value::String(text) => self.string(text),
            Value::Number(number) if number.as_u64().is_some_and(|n| n > 0) && self.habit.whims.once_in(6) => {
                let number = number.as_u64().unwrap_or_default();
                let text = if self.habit.whims.once_in(2) { format!("0x{number:X}") } else { format!("+{number}") };
                self.push(&text);
            }
            plain => self.push(&plain.to_string()),
        }
    }

    fn string(&mut self, text: &str) {
        let other = if self.habit.quote == '"' { '\'' } else { '"' };
        let quote = if self.habit.whims.once_in(8) { other } else { self.habit.quote };
        self.text.push(quote);
        let exotic = self.habit.whims.once_in(5);
        for c in text.chars() {
            match c {
                '\\' => self.push("\\\\"),
                '\n' => self.push("\\n"),
                '\u{2028}' => self.push("\\u2028"),
                c if c == quote => self.push(&format!("\\{c}")),
                c if c < ' ' => self.push(&format!("\\x{:02x}", u32::from(c))),
                c if exotic && c.is_ascii() && self.habit.whims.once_in(3) => {
                    self.push(&format!("\\u{:04X}", u32::from(c)));
                }
                c => self.text.push(c),
            }
            if exotic && !self.habit.minified && self.habit.whims.once_in(6) {
                self.push(&format!("\\{}", self.habit.newline));
            }
        }
        self.text.push(quote);
    }

    fn container(&mut self, [open, close]: [char; 2], items: &[(Option<&str>, &Value)], depth: usize) {
        let lines = !self.habit.minified && self.habit.whims.next(3) > 0;
        self.text.push(open);
        for (position, (key, value)) in items.iter().enumerate() {
            let leads = lines && self.habit.leading_comma && position > 0;
            self.blank();
            if position > 0 && !leads {
                self.push(",");
                self.blank();
            }
            if lines {
                self.line(depth + 1);
            }
            if leads {
                self.push(", ");
            }
            if let Some(key) = key {
                let word = key.starts_with(char::is_alphabetic) && key.chars().all(char::is_alphanumeric);
                match self.habit.bare && word {
                    true => self.push(key),
                    false => self.string(key),
                }
                self.blank();
                self.push(":");
                self.blank();
            }
            self.value(value, depth + 1);
        }
        self.blank();
        if self.habit.trailing_comma && !items.is_empty() {
            self.push(",");
            self.blank();
        }
        if lines {
            self.line(depth);
        }
        self.text.push(close);
    }
}

fn habit() -> impl Strategy<Value = Habit> {
    let flags = (any::<bool>(), any::<bool>(), 0..6_u8, 0..6_u8, any::<bool>(), 0..6_u8);
    let marks = (prop::sample::select(vec!["\n", "\r\n"]), prop::sample::select(vec!["", " ", "  ", "    ", "\t"]));
    (flags, marks, whims(), 0..8_u8).prop_map(
        |((bare, trailing_comma, leading, bom, final_newline, double), (newline, unit), whims, minified)| Habit {
            newline,
            unit,
            bare,
            quote: if double < 3 { '\'' } else { '"' },
            minified: minified == 0,
            trailing_comma,
            leading_comma: leading == 0,
            bom: bom == 0,
            final_newline,
            duplicates: double == 0,
            whims,
        },
    )
}

fn write(habit: &Habit, root: &Value) -> String {
    let mut writer = Writer { habit: habit.clone(), text: String::new() };
    if habit.bom {
        writer.push("\u{feff}");
    }
    writer.blank();
    writer.value(root, 0);
    writer.blank();
    if habit.final_newline {
        writer.push(habit.newline);
    }
    writer.text
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn edits_of_json5_keep_the_laws(root in root(), habit in habit(), wishes in wishes()) {
        let text = write(&habit, &root);
        let document = Document::parse(text.as_str(), Format::Json5).unwrap_or_else(|error| panic!("{error}\n{text}"));
        prop_assert_eq!(document.value(), &root, "{}", text);
        let changes = changes(&root, &wishes);
        match laws::check(&text, Format::Json5, &changes) {
            Ok(Outcome::Made | Outcome::Impossible) => {}
            other => prop_assert!(false, "{other:?}\n{changes:?}\n{text}"),
        }
    }
}
