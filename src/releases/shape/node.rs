//! The table behind the check: what released OpenClaws accept, recorded by `scripts/record-shape.mjs`. A line is a node,
//! read when it is first needed; its children are line numbers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use crate::certain;

const TABLE: &str = include_str!("openclaw.jsonl");

/// The line of "nothing fits".
pub(super) const NOTHING: usize = 0;

/// What fits at one place. The names are those of the table.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ShapeNode {
    /// Types, a letter each: string, number, integer, boolean, object, array, z for null. None is any.
    pub(super) t: Cow<'static, str>,
    /// The only values.
    pub(super) e: Vec<Value>,
    /// Properties.
    #[serde(borrow)]
    pub(super) p: BTreeMap<Cow<'static, str>, usize>,
    /// Any other property.
    pub(super) a: Option<usize>,
    /// Properties that must be there.
    pub(super) r: Vec<Cow<'static, str>>,
    /// The names of properties.
    pub(super) n: Option<usize>,
    /// Items.
    pub(super) i: Option<usize>,
    /// The first items.
    pub(super) x: Vec<usize>,
    /// One of these must fit.
    pub(super) o: Vec<usize>,
    /// All of these must fit.
    pub(super) l: Vec<usize>,
    /// Bounds of a number.
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) over: Option<f64>,
    pub(super) under: Option<f64>,
    /// Bounds of a text's length, in UTF-16 units.
    pub(super) short: Option<usize>,
    pub(super) long: Option<usize>,
    /// Bounds of a number of items or properties.
    pub(super) few: Option<usize>,
    pub(super) many: Option<usize>,
    /// A pattern of JavaScript.
    pub(super) m: Option<Cow<'static, str>>,
    /// An address.
    pub(super) u: bool,
    /// The pattern, once it was asked for.
    #[serde(skip)]
    regex: OnceLock<Option<fancy_regex::Regex>>,
}

/// The node of a line, read when it is first asked for.
pub(super) fn node(line: usize) -> &'static ShapeNode {
    static NODES: [OnceLock<Box<ShapeNode>>; LINES] = [const { OnceLock::new() }; LINES];
    certain::made("openclaw.jsonl", NODES.get(line).ok_or(line)).get_or_init(|| Box::new(read(line)))
}

impl ShapeNode {
    /// Whether a text has the node's pattern, if it has one.
    pub(super) fn has_pattern(&self, text: &str) -> bool {
        let regex = |source| fancy_regex::Regex::new(&as_read_here(source)).ok();
        let Some(source) = self.m.as_deref() else { return true };
        let regex = self.regex.get_or_init(|| regex(source));
        regex.as_ref().is_some_and(|regex| regex.is_match(text).unwrap_or(false))
    }
}

/// A pattern of JavaScript as the crate reads it: there a bracket within brackets stands for itself.
fn as_read_here(source: &str) -> String {
    let source = source.replace("\\0", "\\x00").replace("\\/", "/").replace("\\p{Cs}", "\\x{E000}");
    let (mut read, mut within, mut escaped) = (String::new(), false, false);
    for c in source.chars() {
        if within && !escaped && c == '[' {
            read.push('\\');
        } else if !escaped && matches!(c, '[' | ']') {
            within = c == '[';
        }
        escaped = !escaped && c == '\\';
        read.push(c);
    }
    read
}

/// A line of the table; one that is not there cannot be read.
fn read<T: Deserialize<'static>>(line: usize) -> T {
    let end = ENDS.get(line).copied().unwrap_or_default();
    let start = line.checked_sub(1).map_or(0, |before| ENDS[before] + 1);
    certain::read("openclaw.jsonl", TABLE.get(start..end).unwrap_or_default())
}

const LINES: usize = line_ends::<0>().1;
/// Where each line ends, told when the program is built: to look for them takes longer than to read those that are asked for.
static ENDS: [usize; LINES] = line_ends::<LINES>().0;

/// Where the first `N` lines end, and how many there are.
#[allow(long_running_const_eval)]
const fn line_ends<const N: usize>() -> ([usize; N], usize) {
    let (mut ends, mut found, mut at) = ([0; N], 0, 0);
    while at < TABLE.len() {
        if TABLE.as_bytes()[at] == b'\n' {
            if found < N {
                ends[found] = at;
            }
            found += 1;
        }
        at += 1;
    }
    (ends, found)
}

/// The releases that were read, each with the line of its root.
pub(super) fn roots() -> BTreeMap<Cow<'static, str>, usize> {
    read(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that cannot be read would let everything pass.
    #[test]
    fn every_line_is_a_node() {
        assert_eq!(TABLE.lines().count(), LINES);
        for (at, line) in TABLE.lines().enumerate().skip(1) {
            let read: ShapeNode = serde_json::from_str(line).unwrap_or_else(|error| panic!("line {at}: {error}"));
            let node = node(at);
            // Whatever else is tested meanwhile may have made the pattern.
            let said = |node: &ShapeNode| format!("{node:?}").split("regex").next().map(str::to_owned);
            assert_eq!(said(node), said(&read), "line {at}");
            let children = node.p.values().chain(&node.a).chain(&node.n).chain(&node.i).chain(&node.x);
            assert!(children.chain(&node.o).chain(&node.l).all(|child| *child < LINES), "line {at}");
            if let Some(pattern) = &node.m {
                assert!(fancy_regex::Regex::new(&as_read_here(pattern)).is_ok(), "line {at}: {pattern}");
            }
        }
        let releases: Vec<String> = roots().into_keys().map(Cow::into_owned).collect();
        assert_eq!(releases, ["2026.4.15", "2026.7.35", "2026.9.6"]);
    }
}
