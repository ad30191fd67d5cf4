//! `${NAME}` in strings (R2): replaced from the environment and the config's own `env`, left as it stands when nothing
//! sets it; `$${NAME}` is the literal text.

use crate::document::Named;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

/// The names that a config asks for and nothing sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unset(BTreeSet<String>);

impl Unset {
    /// The first `${NAME}` left in a text, if any: its value is not known here. An escaped one is a text like any other.
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut places = text.match_indices("${").map(|(at, _)| &text[at..]);
        places.find_map(|rest| {
            let end = rest.find('}')?;
            self.0.contains(&rest[2..end]).then(|| &rest[..=end])
        })
    }
}

/// Replaces every `${NAME}` that `environment` or the config itself sets. An empty value counts as none, the environment
/// comes before the config, and there `env.NAME` before `env.vars.NAME` (asked of 2026.4.15, 2026.7.35 and 2026.9.6).
/// Keys called `__proto__` are lost on the way, as they are in OpenClaw. A text of `stand_ins` is read as what stands there
/// for it.
pub fn substitute(
    mut value: Arc<Value>,
    environment: &BTreeMap<String, String>,
    stand_ins: &BTreeMap<String, String>,
) -> (Arc<Value>, Unset) {
    let env = value.at("env").cloned();
    let env = env.as_ref();
    let own = |name: &str| {
        let of = |holder: Option<&Value>| {
            let text = holder?.get(name)?.as_str()?;
            (!text.trim().is_empty() && !holds_variable(text)).then(|| text.to_owned())
        };
        of(env.filter(|_| !matches!(name, "vars" | "shellEnv"))).or_else(|| of(env.and_then(|env| env.at("vars"))))
    };
    let lookup = |name: &str| match environment.get(name) {
        Some(text) if !text.trim().is_empty() => Some(text.clone()),
        empty => own(name).or_else(|| empty.cloned().filter(|text| !text.is_empty())),
    };
    let mut unset = Unset::default();
    let mut read = |text: &str| match stand_ins.get(text) {
        Some(stand_in) => stand_in.clone(),
        None => replace(text, &lookup, &mut unset),
    };
    // Most configs name variables that nothing sets here, and stay as they are.
    if changes(&value, &mut read) {
        walk(Arc::make_mut(&mut value), &mut read);
    }
    (value, unset)
}

/// Whether there is anything to replace or to lose; all texts that stay are read.
fn changes(value: &Value, read: &mut dyn FnMut(&str) -> String) -> bool {
    let mut any = false;
    match value {
        Value::String(text) => any = text.contains("${") && read(text) != *text,
        Value::Array(items) => items.iter().for_each(|item| any |= changes(item, read)),
        Value::Object(fields) => {
            fields.iter().for_each(|(key, field)| any |= key == "__proto__" || changes(field, read));
        }
        _ => {}
    }
    any
}

fn walk(value: &mut Value, read: &mut dyn FnMut(&str) -> String) {
    match value {
        Value::String(text) if text.contains("${") => *text = read(text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, read)),
        Value::Object(fields) => {
            fields.shift_remove("__proto__");
            fields.values_mut().for_each(|field| walk(field, read));
        }
        _ => {}
    }
}

fn replace(text: &str, lookup: &dyn Fn(&str) -> Option<String>, unset: &mut Unset) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let escaped = rest[..at].ends_with('$');
        let end = rest[at..].find('}').map(|end| at + end + 1);
        let name = end.map(|end| &rest[at + 2..end - 1]).filter(|name| is_name(name));
        let (Some(end), Some(name)) = (end, name) else {
            result.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        match (escaped, lookup(name)) {
            (true, _) => {
                result.push_str(&rest[..at - 1]);
                result.push_str(&rest[at..end]);
            }
            (false, Some(set)) => {
                result.push_str(&rest[..at]);
                result.push_str(&set);
            }
            (false, None) => {
                unset.0.insert(name.to_owned());
                result.push_str(&rest[..end]);
            }
        }
        rest = &rest[end..];
    }
    result.push_str(rest);
    result
}

/// Whether a text names a variable that is not escaped.
fn holds_variable(text: &str) -> bool {
    let mut unset = Unset::default();
    replace(text, &|_| None, &mut unset);
    !unset.0.is_empty()
}

fn is_name(name: &str) -> bool {
    let upper = |b: u8| b.is_ascii_uppercase() || b == b'_';
    name.bytes().next().is_some_and(upper) && name.bytes().all(|b| upper(b) || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn set_names_are_replaced_and_others_stay() {
        let environment = BTreeMap::from([("EVERY".to_owned(), "2h".to_owned())]);
        let value = json!({ "env": { "vars": { "MODEL": "m", "EVERY": "9h" } },
            "a": ["${EVERY}", "x-${MODEL}-y", "${UNSET}", "$${EVERY}", "${lower}", "${EVERY", "$"] });
        let expected = json!(["2h", "x-m-y", "${UNSET}", "${EVERY}", "${lower}", "${EVERY", "$"]);
        let (substituted, unset) = substitute(Arc::new(value), &environment, &BTreeMap::new());
        assert_eq!(substituted["a"], expected);
        assert_eq!(unset.find("at ${UNSET} o'clock"), Some("${UNSET}"));
        assert_eq!(unset.find("${lower}"), None);
        assert_eq!(unset.find("${EVERY}"), None, "set, or the escaped text");
    }

    /// An empty value is none, and the config's own `env` answers in its place, the nearer key first.
    #[test]
    fn the_first_that_is_not_empty_answers() {
        let environment =
            BTreeMap::from([("A", ""), ("B", " "), ("C", "env")].map(|(k, v)| (k.to_owned(), v.to_owned())));
        let value = json!({ "env": { "A": "key", "C": "key", "D": "key", "E": "${C}", "vars": { "A": "var", "D": "var",
            "B": "var", "F": "  ", "vars": "x" } }, "a": ["${A}", "${B}", "${C}", "${D}", "${E}", "${F}"] });
        let (substituted, unset) = substitute(Arc::new(value), &environment, &BTreeMap::new());
        assert_eq!(substituted["a"], json!(["key", "var", "env", "key", "${E}", "${F}"]));
        assert_eq!(unset.0, BTreeSet::from(["E", "F"].map(str::to_owned)));
    }

    #[test]
    fn a_key_called_proto_is_lost() {
        let value: Value = serde_json::from_str(r#"{ "a": { "__proto__": { "b": 1 }, "c": 2 } }"#).unwrap();
        assert_eq!(
            substitute(Arc::new(value), &BTreeMap::new(), &BTreeMap::new()).0.as_ref(),
            &json!({ "a": { "c": 2 } })
        );
    }
}
