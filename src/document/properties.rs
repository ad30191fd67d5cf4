//! What holds for every document and every change: random styles, comments and nesting against random sets and
//! removals.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// A document as a person might have written it, and how it is written.
#[derive(Clone, Debug)]
struct Written {
    root: Value,
    habit: Habit,
}

#[derive(Clone, Debug)]
struct Habit {
    newline: &'static str,
    unit: &'static str,
    bare: bool,
    quote: char,
    trailing_comma: bool,
    leading_comma: bool,
    bom: bool,
    /// Endless small decisions: where comments, blanks and line breaks go.
    whims: Vec<u8>,
}

struct Writer<'h> {
    habit: &'h Habit,
    turn: usize,
    text: String,
}

impl Writer<'_> {
    fn whim(&mut self, of: u8) -> u8 {
        self.turn += 1;
        self.habit.whims[self.turn % self.habit.whims.len()] % of
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn blank(&mut self) {
        let comment = self.turn;
        match self.whim(12) {
            0 => self.push(&format!(" /* c{comment}, '{{ */ ")),
            1 => self.push(&format!(" // c{comment}: \"[{}", self.habit.newline)),
            2 => self.push("\t"),
            3..6 => self.push(" "),
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
                let items: Vec<_> = map.iter().map(|(key, value)| (Some(key), value)).collect();
                self.container(['{', '}'], &items, depth);
            }
            Value::Array(list) => {
                let items: Vec<_> = list.iter().map(|value| (None, value)).collect();
                self.container(['[', ']'], &items, depth);
            }
            Value::String(text) => self.string(text),
            plain => self.push(&plain.to_string()),
        }
    }

    fn string(&mut self, text: &str) {
        let quote = self.habit.quote;
        self.push(&format!("{quote}{}{quote}", text.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"))));
    }

    fn container(&mut self, [open, close]: [char; 2], items: &[(Option<&String>, &Value)], depth: usize) {
        let lines = self.whim(3) > 0;
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
                match self.habit.bare && key.chars().all(|c| c.is_ascii_alphanumeric()) {
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

impl Written {
    fn text(&self) -> String {
        let mut writer = Writer { habit: &self.habit, turn: 0, text: String::new() };
        if self.habit.bom {
            writer.push("\u{feff}");
        }
        writer.blank();
        writer.value(&self.root, 0);
        writer.blank();
        writer.text
    }
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        prop::sample::select(vec!["5m", "", "it's", "say \"hi\"", "a // b", "/* c */", "ü\\n", "${VAR}"])
            .prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["agents", "list", "every", "a", "b-c", "ü", "x y"]).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((key(), inner), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = Value> {
    vec((key(), value()), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()))
}

fn written() -> impl Strategy<Value = Written> {
    let layout = (prop::sample::select(vec!["\n", "\r\n"]), prop::sample::select(vec!["  ", "    ", "\t"]));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let quote = prop::sample::select(vec!['"', '\'']);
    (object(), layout, flags, quote, vec(any::<u8>(), 1..40), any::<bool>()).prop_map(
        |(root, (newline, unit), (bare, trailing_comma, leading_comma, rare), quote, whims, bom)| Written {
            root,
            habit: Habit {
                newline,
                unit,
                bare,
                quote,
                trailing_comma,
                leading_comma: leading_comma && rare,
                bom: bom && rare,
                whims,
            },
        },
    )
}

/// A path that is often there: at each step one of the children, or a name that may be new.
fn pick(root: &Value, whims: &[(u8, String)]) -> KeyPath {
    let mut path = KeyPath::root();
    let mut here = Some(root);
    for (whim, name) in whims {
        let count =
            here.map_or(0, |value| value.as_object().map_or(0, Map::len).max(value.as_array().map_or(0, Vec::len)));
        let at = usize::from(*whim) % (count + 1);
        path = match here {
            Some(Value::Array(_)) => path.index(at),
            Some(Value::Object(map)) => path.key(map.keys().nth(at).unwrap_or(name)),
            _ => path.key(name),
        };
        here = path.resolve(root);
    }
    path
}

/// What decides a path (see [`pick`]) and the value it shall have.
type Wish = (Vec<(u8, String)>, Option<Value>);

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    vec((vec((any::<u8>(), key()), 1..4), prop::option::weighted(0.6, value())), 1..4)
}

fn comments(document: &Document) -> Vec<&str> {
    let mut texts: Vec<_> = document.comments().into_iter().map(|range| &document.text()[range]).collect();
    texts.sort_unstable();
    texts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_means_the_change_and_loses_nothing(written in written(), wishes in wishes()) {
        let text = written.text();
        let document = Document::parse(text.as_str(), Format::Json5).unwrap();
        prop_assert_eq!(document.value(), &written.root);
        let changes: Vec<_> = wishes.into_iter().map(|(whims, to)| Change { path: pick(&written.root, &whims), to }).collect();
        let mut wanted = written.root.clone();
        if changes.iter().try_for_each(|change| change::steps(&mut wanted, change).map(drop)).is_err() {
            return Ok(());
        }
        let edited = document.apply(&changes).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        let after = Document::parse(edited.as_str(), Format::Json5).unwrap();
        prop_assert_eq!(after.value(), &wanted);
        prop_assert_eq!(comments(&after), comments(&document));
        // Removing an element once more would remove the next one.
        let repeatable = |change: &Change| change.to.is_some() || matches!(change.path.last(), Some(Segment::Key(_)));
        if changes.len() == 1 && changes.iter().all(repeatable) {
            prop_assert_eq!(after.edits(&changes), Ok(vec![]));
        }
    }

    #[test]
    fn a_set_touches_no_line_but_its_own(written in written(), whims in vec((any::<u8>(), key()), 1..4), to in scalar()) {
        let text = written.text();
        let document = Document::parse(text.as_str(), Format::Json5).unwrap();
        let path = pick(&written.root, &whims);
        let old = document.get(&path).cloned();
        if old.as_ref().is_some_and(|old| old.is_object() || old.is_array()) {
            return Ok(());
        }
        let change = [Change::set(path.clone(), to)];
        let Ok(edits) = document.edits(&change) else { return Ok(()) };
        let edited = document.apply(&change).unwrap();
        if let Some(old) = old {
            // Only the bytes of the value change, and the old value brings the old bytes back.
            let span = document.value_span(&path).unwrap();
            prop_assert!(edits.iter().all(|edit| edit.range == span));
            let after = Document::parse(edited.as_str(), Format::Json5).unwrap();
            let back = after.apply(&[Change::set(path, old.clone())]).unwrap();
            if !old.is_string() || edits.is_empty() || written_alike(&text[span], &edited, &edits) {
                prop_assert_eq!(back, text);
            }
        } else {
            // Nothing goes but blanks of an empty container.
            for edit in &edits {
                let gone = &text[edit.range.clone()];
                prop_assert!(gone.trim().is_empty() || gone == "null", "{:?}", edit);
            }
        }
    }

    #[test]
    fn strict_json_stays_strict_json(root in object(), pretty in any::<bool>(), wishes in wishes()) {
        let text = if pretty { serde_json::to_string_pretty(&root) } else { serde_json::to_string(&root) }.unwrap();
        let document = Document::parse(text, Format::Json).unwrap();
        let changes: Vec<_> = wishes.into_iter().map(|(whims, to)| Change { path: pick(&root, &whims), to }).collect();
        let Ok(edited) = document.apply(&changes) else { return Ok(()) };
        prop_assert!(serde_json::from_str::<Value>(&edited).is_ok(), "{}", edited);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[\\]{}:,'\"/*\\\\a0 .\n\u{feff}ü#|>&-]{0,40}") {
        for format in [Format::Json5, Format::Yaml] {
            if let Ok(document) = Document::parse(text.as_str(), format) {
                document.span_or_nearest(&KeyPath::root().key("a"));
                document.edits(&[Change::set(KeyPath::root().key("a"), json!({"b": 1}))]).ok();
            }
        }
    }
}

/// Whether a string was replaced by another of the same quotes, so that putting it back can restore it.
fn written_alike(before: &str, edited: &str, edits: &[Edit]) -> bool {
    let quote = |text: &str| text.chars().next();
    edits.iter().all(|edit| quote(&edited[edit.range.start..]) == quote(before))
}
