//! Values and wishes that the generated documents are made of, and the whims that decide how they are written.

use clawbeat::document::{Change, KeyPath};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value};

/// Documents of each syntax; with two syntaxes 20,000 in all.
pub(crate) const CASES: u32 = 10_000;

/// How the cases are run: the same ones each time, so that a build does not fail by chance. `EDIT_CASES` asks for others, and
/// for that many; `PROPTEST_RNG_SEED` for those of a seed, as a failure prints it.
pub(crate) fn config() -> ProptestConfig {
    let asked = std::env::var("EDIT_CASES").ok().and_then(|cases| cases.parse().ok());
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: asked.unwrap_or(CASES),
        failure_persistence: None,
        max_shrink_iters: 4096,
        rng_seed: match usual.rng_seed {
            RngSeed::Random if asked.is_none() => RngSeed::Fixed(20_261_128),
            chosen => chosen,
        },
        ..usual
    }
}

/// Endless small decisions: where comments, blanks and line breaks go.
#[derive(Clone, Debug)]
pub(crate) struct Whims {
    bytes: Vec<u8>,
    turn: usize,
}

impl Whims {
    /// A number below `of`.
    pub(crate) fn next(&mut self, of: u8) -> u8 {
        self.turn += 1;
        self.bytes[self.turn % self.bytes.len()] % of
    }

    /// One time in `of`.
    pub(crate) fn once_in(&mut self, of: u8) -> bool {
        self.next(of) == 0
    }

    /// A number no other decision has.
    pub(crate) fn turn(&self) -> usize {
        self.turn
    }
}

/// A vector of a length that shares no factor with habits of writing.
pub(crate) fn whims() -> impl Strategy<Value = Whims> {
    vec(any::<u8>(), 1..97).prop_map(|bytes| Whims { bytes, turn: 0 })
}

pub(crate) fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "5m",
        "0m",
        "1h",
        "",
        "it's",
        "say \"hi\"",
        "a // b",
        "/* c */",
        "a # b",
        "ü\\n",
        "${VAR}",
        "off",
        "on",
        "null",
        "~",
        "08:00",
        "24:00",
        "1e3",
        "0x1f",
        "2026-11-01",
        "- a",
        "a: b",
        "{{ x }}",
        "*a",
        "&a",
        "!t",
        "|",
        "名前",
        "😀",
        "anthropic/claude-opus-4-6",
        "a\nb",
        "a\n\n  b\n",
        "\ttab",
        " lead",
        "trail ",
        "\u{2028}",
        "\u{7f}",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "[ -~ü\\n]{0,12}"]
}

pub(crate) fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => (-9999..9999_i32).prop_map(|hundredths| Value::from(f64::from(hundredths) / 128.0)),
        4 => text().prop_map(Value::from),
    ]
}

pub(crate) fn key() -> impl Strategy<Value = String> {
    let keys = ["agents", "list", "every", "a", "b-c", "ü", "x y", "on", "1", "openclaw.json", "名", "", "#", "a:"];
    prop::sample::select(keys.to_vec()).prop_map(str::to_owned)
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((key(), inner), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// An object, in one case of twelve deep inside others.
pub(crate) fn root() -> impl Strategy<Value = Value> {
    let object = vec((key(), value()), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()));
    (object, prop_oneof![11 => Just(0_usize), 1 => 1..60_usize]).prop_map(|(object, depth)| {
        (0..depth).fold(object, |inner, _| Value::Object(Map::from_iter([("a".to_owned(), inner)])))
    })
}

/// What decides a path (see [`change`]) and the value it shall have.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    steps: Vec<(u8, String)>,
    to: Option<Value>,
}

pub(crate) fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let wish = |to| (vec((any::<u8>(), key()), 1..5), to).prop_map(|(steps, to)| Wish { steps, to });
    let to = prop_oneof![3 => scalar().prop_map(Some), 2 => value().prop_map(Some), 3 => Just(None)].boxed();
    prop_oneof![2 => vec(wish(to.clone()), 1..2), 1 => vec(wish(to), 2..4)]
}

/// The changes that are wished for.
pub(crate) fn changes(root: &Value, wishes: &[Wish]) -> Vec<Change> {
    wishes.iter().map(|wish| change(root, wish)).collect()
}

/// A path that is often there: at each step one of the children, or a name that may be new. Below a chain of single
/// children the path starts deep.
fn change(root: &Value, wish: &Wish) -> Change {
    let mut path = KeyPath::root();
    let mut here = root;
    while let Value::Object(map) = here
        && map.len() == 1
        && let Some((key, inner)) = map.iter().next()
        && inner.is_object()
    {
        path = path.key(key);
        here = inner;
    }
    for (whim, name) in &wish.steps {
        path = match path.resolve(root) {
            Some(Value::Array(list)) => path.index(usize::from(*whim) % (list.len() + 1)),
            Some(Value::Object(map)) => path.key(map.keys().nth(usize::from(*whim) % (map.len() + 1)).unwrap_or(name)),
            _ => path.key(name),
        };
    }
    Change { path, to: wish.to.clone() }
}
