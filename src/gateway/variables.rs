//! `${NAME}` in strings (R2): replaced from the environment and `env.vars`, left as it stands when nothing sets it;
//! `$${NAME}` is the literal text.

use std::collections::BTreeMap;

use serde_json::Value;

/// Replaces every `${NAME}` that `environment` or the config's own `env.vars` sets; the environment wins. A text of
/// `stand_ins` is read as what stands there for it.
pub fn substitute(
    value: &Value,
    environment: &BTreeMap<String, String>,
    stand_ins: &BTreeMap<String, String>,
) -> Value {
    let own = value.pointer("/env/vars").and_then(Value::as_object);
    let lookup = |name: &str| match environment.get(name) {
        Some(text) => Some(text.clone()),
        None => own?.get(name)?.as_str().map(str::to_owned),
    };
    walk(value, &|text| stand_ins.get(text).cloned().unwrap_or_else(|| replace(text, &lookup)))
}

fn walk(value: &Value, read: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) if text.contains("${") => Value::String(read(text)),
        Value::Array(items) => items.iter().map(|item| walk(item, read)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, field)| (key.clone(), walk(field, read))).collect(),
        other => other.clone(),
    }
}

fn replace(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> String {
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
            (false, None) => result.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    result.push_str(rest);
    result
}

fn is_name(name: &str) -> bool {
    let upper = |b: u8| b.is_ascii_uppercase() || b == b'_';
    name.bytes().next().is_some_and(upper) && name.bytes().all(|b| upper(b) || b.is_ascii_digit())
}

/// The first `${NAME}` left in a text, if any: its value is not known here.
pub fn unresolved(text: &str) -> Option<&str> {
    let at = text.match_indices("${").find(|(at, _)| !text[..*at].ends_with('$'))?.0;
    let end = at + text[at..].find('}')? + 1;
    is_name(&text[at + 2..end - 1]).then(|| &text[at..end])
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
        assert_eq!(substitute(&value, &environment, &BTreeMap::new())["a"], expected);
        assert_eq!(unresolved("at ${UNSET} o'clock"), Some("${UNSET}"));
        assert_eq!(unresolved("${lower}"), None);
    }
}
