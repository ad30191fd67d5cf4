//! What a release accepts in any part of a config: keys, types, values and bounds, and what it checks across keys.
//! Recorded from the packages, so only for the releases that were read. The retired keys are what a start takes away.

mod cross;
mod formats;
mod node;
mod printed;
pub mod repairs;
pub mod retired;
mod talk;

pub use cross::Contradiction;
pub(crate) use retired::all_at;

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use crate::document::{KeyPath, Named, Segment};
use crate::releases::Version;
use crate::schema::{Misfit, MisfitKind, type_name};

use node::{NOTHING, ShapeNode, node};

/// The shape of a config in one release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    version: Version,
    root: usize,
}

impl Shape {
    /// That of a release, if its package was read.
    pub fn of(version: Version) -> Option<Self> {
        let root = *node::roots().get(version.to_string().as_str())?;
        Some(Shape { version, root })
    }

    /// The releases that were read, oldest first.
    pub fn known() -> Vec<Version> {
        let mut known: Vec<Version> = node::roots().keys().filter_map(|version| version.parse().ok()).collect();
        known.sort();
        known
    }

    /// Everything in a config that does not fit, its variables replaced. `agents.list`, which current releases turn into
    /// `agents.entries` first, is looked at as such.
    pub fn check(&self, config: &Value) -> Vec<Misfit> {
        let read = self.as_read(config);
        let mut walk = ShapeWalk { misfits: Vec::new() };
        walk.check(self.root, &read, &WayTo::Root);
        walk.check_list(self.root, &read);
        walk.misfits
    }

    /// Everything in a config that contradicts something else in it.
    pub fn contradictions(&self, config: &Value) -> Vec<Contradiction> {
        cross::check(&self.as_read(config), self.version)
    }

    /// A config without what the release leaves out before it looks.
    fn as_read<'c>(&self, config: &'c Value) -> Cow<'c, Value> {
        let kept = if self.version == cross::APRIL { talk::kept(config) } else { None };
        kept.map_or(Cow::Borrowed(config), Cow::Owned)
    }

    /// Whether a value fits at a place, whatever stands around it; none where the release has no such place.
    pub fn fits(&self, path: &KeyPath, value: &Value) -> Option<bool> {
        let mut walk = ShapeWalk { misfits: Vec::new() };
        let line = walk.line_of(self.root, path)?;
        walk.check(line, value, &WayTo::Root);
        Some(walk.misfits.is_empty())
    }
}

/// The way to the value at hand, written out only where something is wrong.
enum WayTo<'a> {
    Root,
    Key(&'a WayTo<'a>, &'a str),
    Index(&'a WayTo<'a>, usize),
}

impl WayTo<'_> {
    fn path(&self) -> KeyPath {
        let mut steps = Vec::new();
        let mut at = self;
        loop {
            at = match at {
                WayTo::Root => break,
                WayTo::Key(up, key) => {
                    steps.push(Segment::Key((*key).to_owned()));
                    up
                }
                WayTo::Index(up, index) => {
                    steps.push(Segment::Index(*index));
                    up
                }
            };
        }
        steps.into_iter().rev().collect()
    }
}

struct ShapeWalk {
    misfits: Vec<Misfit>,
}

impl ShapeWalk {
    fn report(&mut self, at: &WayTo<'_>, kind: MisfitKind) {
        self.misfits.push(Misfit { path: at.path(), kind });
    }

    fn check(&mut self, line: usize, value: &Value, at: &WayTo<'_>) {
        let node = node(line);
        if !node.t.is_empty() && !node.t.chars().any(|letter| is_of(value, letter)) {
            let expected = expected(&node.t);
            return self.report(at, MisfitKind::Type { found: type_name(value), expected });
        }
        if !node.e.is_empty() && !node.e.contains(value) {
            return self.report(at, MisfitKind::NotAllowed { found: value.clone(), allowed: node.e.clone() });
        }
        match value {
            Value::Object(fields) => self.check_object(node, fields, at),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(line) = node.x.get(index).copied().or(node.i) {
                        self.check(line, item, &WayTo::Index(at, index));
                    }
                }
                self.check_count(node, items.len(), at);
            }
            Value::String(text) => self.check_text(node, text, at),
            Value::Number(number) => self.check_number(node, number.as_f64().unwrap_or(f64::NAN), at),
            Value::Bool(_) | Value::Null => {}
        }
        for line in &node.l {
            self.check(*line, value, at);
        }
        self.check_forms(node, value, at);
    }

    fn check_object(&mut self, node: &ShapeNode, fields: &serde_json::Map<String, Value>, at: &WayTo<'_>) {
        let mut unknown = Vec::new();
        let named = |key: &str| match at {
            // Providers are told by their names whatever the letters and blanks around.
            WayTo::Key(WayTo::Key(WayTo::Root, "models"), "providers") => {
                node.p.get(key.trim().to_lowercase().as_str())
            }
            _ => node.p.get(key),
        };
        for (key, value) in fields {
            let named = named(key).copied();
            if let Some(names) = node.n.filter(|_| named.is_none()) {
                self.check(names, &Value::String(key.clone()), &WayTo::Key(at, key));
            }
            match named.or(node.a) {
                Some(NOTHING) => unknown.push(key.clone()),
                Some(line) => self.check(line, value, &WayTo::Key(at, key)),
                None => {}
            }
        }
        if !unknown.is_empty() {
            let known = node.p.keys().map(|key| key.clone().into_owned()).collect();
            self.report(at, MisfitKind::UnknownKeys { keys: unknown, known });
        }
        for key in node.r.iter().filter(|key| !fields.contains_key(key.as_ref())) {
            self.report(at, MisfitKind::Missing(key.clone().into_owned()));
        }
        self.check_count(node, fields.len(), at);
        self.check_reference(node, fields, at);
    }

    /// A secret reference, wherever one may stand.
    fn check_reference(&mut self, node: &ShapeNode, fields: &serde_json::Map<String, Value>, at: &WayTo<'_>) {
        let text = |key: &str| fields.get(key).filter(|_| node.p.contains_key(key)).and_then(Value::as_str);
        if let (Some(source), Some(_), Some(id)) = (text("source"), text("provider"), text("id"))
            && let Some(asked) = formats::asked_of_id(source, id)
            && !is_of_plugin(&at.path())
        {
            self.report(&WayTo::Key(at, "id"), MisfitKind::Keyword(asked.to_owned()));
        }
    }

    fn check_count(&mut self, node: &ShapeNode, count: usize, at: &WayTo<'_>) {
        if let Some(few) = node.few.filter(|few| count < *few) {
            self.report(at, MisfitKind::Keyword(format!("at least {few}")));
        }
        if let Some(many) = node.many.filter(|many| count > *many) {
            self.report(at, MisfitKind::Keyword(format!("at most {many}")));
        }
    }

    fn check_text(&mut self, node: &ShapeNode, text: &str, at: &WayTo<'_>) {
        let length = || text.encode_utf16().count();
        if let Some(short) = node.short.filter(|short| length() < *short) {
            let asked = if short == 1 { "some text".to_owned() } else { format!("at least {short} characters") };
            self.report(at, MisfitKind::Keyword(asked));
        }
        if let Some(long) = node.long.filter(|long| length() > *long) {
            self.report(at, MisfitKind::Keyword(format!("at most {long} characters")));
        }
        if let Some(source) = node.m.as_deref().filter(|_| !node.has_pattern(text)) {
            self.report(at, MisfitKind::Keyword(format!("the pattern {source}")));
        }
        if node.u && !is_address(text) {
            self.report(at, MisfitKind::Keyword("an address such as https://example.org".to_owned()));
        }
    }

    fn check_number(&mut self, node: &ShapeNode, number: f64, at: &WayTo<'_>) {
        let mut asked = String::new();
        for (word, bound, fits) in [
            ("at least", node.min, node.min.is_none_or(|bound| number >= bound)),
            ("at most", node.max, node.max.is_none_or(|bound| number <= bound)),
            ("more than", node.over, node.over.is_none_or(|bound| number > bound)),
            ("less than", node.under, node.under.is_none_or(|bound| number < bound)),
        ] {
            if let Some(bound) = bound.filter(|_| !fits) {
                let _ = write!(asked, "{word} {bound}");
            }
        }
        if !asked.is_empty() {
            self.report(at, MisfitKind::Keyword(asked));
        }
    }

    /// One of several forms must fit; if none does, what is wrong with the one that comes nearest is said.
    fn check_forms(&mut self, node: &ShapeNode, value: &Value, at: &WayTo<'_>) {
        let mut nearest: Option<Vec<Misfit>> = None;
        let mut allowed = Vec::new();
        let before = std::mem::take(&mut self.misfits);
        for line in &node.o {
            self.check(*line, value, at);
            let wrong = std::mem::take(&mut self.misfits);
            if wrong.is_empty() {
                self.misfits = before;
                return;
            }
            if let [Misfit { kind: MisfitKind::NotAllowed { allowed: here, .. }, .. }] = wrong.as_slice() {
                allowed.extend(here.iter().cloned());
            }
            let rank = |wrong: &[Misfit]| {
                let here = at.path();
                let is_other_type =
                    wrong.iter().any(|one| one.path == here && matches!(one.kind, MisfitKind::Type { .. }));
                (is_other_type, wrong.len())
            };
            if nearest.as_deref().is_none_or(|nearest| rank(&wrong) < rank(nearest)) {
                nearest = Some(wrong);
            }
        }
        self.misfits = before;
        // Of several forms that are a value each, all values are allowed.
        if let Some([Misfit { kind: MisfitKind::NotAllowed { allowed: all, .. }, .. }]) = nearest.as_deref_mut() {
            all.clone_from(&allowed);
        }
        self.misfits.extend(nearest.into_iter().flatten());
    }

    /// The agents of a list, each as the entry it becomes.
    fn check_list(&mut self, root: usize, config: &Value) {
        let agents = KeyPath::root().key("agents");
        let entry = self.line_of(root, &agents.key("entries").key("*"));
        let (Some(entry), Some(items)) = (entry, config.at("agents.list").and_then(Value::as_array)) else {
            return;
        };
        let list = agents.key("list");
        let is_list = |misfit: &mut Misfit| match &mut misfit.kind {
            MisfitKind::UnknownKeys { keys, .. } if misfit.path == agents => {
                keys.retain(|key| key != "list");
                !keys.is_empty()
            }
            _ => true,
        };
        self.misfits.retain_mut(is_list);
        for (index, item) in items.iter().enumerate().filter(|(_, item)| item.is_object()) {
            let mut item = item.clone();
            item.as_object_mut().and_then(|fields| fields.remove("id"));
            let before = self.misfits.len();
            self.check(entry, &item, &WayTo::Root);
            for misfit in &mut self.misfits[before..] {
                misfit.path = list.index(index).join_all(&misfit.path);
            }
        }
    }

    /// The line that is responsible for a place, through the first form that has it.
    fn line_of(&self, line: usize, path: &KeyPath) -> Option<usize> {
        path.segments().iter().try_fold(line, |line, step| self.child(line, step))
    }

    fn child(&self, line: usize, step: &Segment) -> Option<usize> {
        let node = node(line);
        let own = match step {
            Segment::Key(key) => node.p.get(key.as_str()).copied().or(node.a),
            Segment::Index(index) => node.x.get(*index).copied().or(node.i),
        };
        let inside = || node.o.iter().chain(&node.l).find_map(|form| self.child(*form, step));
        own.filter(|line| *line != NOTHING).or_else(inside)
    }
}

/// Whether a channel or plugin brings the shape of a place, which is then all that is checked there.
fn is_of_plugin(path: &KeyPath) -> bool {
    let root = KeyPath::root();
    path.starts_with(&root.key("channels")) || path.starts_with(&root.key("plugins").key("entries"))
}

/// The letter of a value's type in the tables.
fn type_letter(value: &Value) -> char {
    match value {
        Value::Null => 'z',
        Value::Bool(_) => 'b',
        Value::Number(_) => 'n',
        Value::String(_) => 's',
        Value::Array(_) => 'a',
        Value::Object(_) => 'o',
    }
}

fn is_of(value: &Value, letter: char) -> bool {
    match letter {
        'i' => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        letter => letter == type_letter(value),
    }
}

fn expected(letters: &str) -> String {
    let name = |letter: char| match letter {
        's' => "a string",
        'n' => "a number",
        'i' => "a whole number",
        'b' => "true or false",
        'o' => "an object",
        'a' => "an array",
        _ => "null",
    };
    letters.chars().map(name).collect::<Vec<_>>().join(" or ")
}

/// Whether a text is an absolute address, about as JavaScript's `URL` reads one.
fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim().split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let is_web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ws" | "wss" | "ftp");
    let host = rest.trim_start_matches(['/', '\\']);
    is_scheme && (!is_web || (!host.is_empty() && !host.starts_with([':', '?', '#'])))
}
