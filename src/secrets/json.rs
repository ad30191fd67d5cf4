//! Credentials in a text of JSON, in its keys and its values alike.

use std::borrow::Cow;

use super::credentials::{looks_like_secret, masked};

/// Keys of ours whose values look random and are none: the hashes of files.
const HASHES: [&str; 2] = ["sha256", "sha256After"];

/// JSON with what looks like a credential masked in its strings.
pub fn masked_json(json: &str) -> Cow<'_, str> {
    if !looks_like_secret(json) && !json.contains('\\') {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    let mut key = "";
    let mut rest = json;
    while let Some(open) = rest.find('"') {
        let Some(len) = literal(&rest[open..]) else { break };
        let (before, after) = (&rest[..open], &rest[open + len..]);
        let inside = &rest[open + 1..open + len - 1];
        shown.push_str(before);
        let is_key = after.trim_start().starts_with(':');
        match if !is_key && HASHES.contains(&key) { None } else { shown_literal(inside) } {
            Some(literal) => shown.push_str(&literal),
            None => shown.push_str(&rest[open..open + len]),
        }
        if is_key {
            key = inside;
        }
        rest = after;
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// The bytes of the string literal that a text begins with.
fn literal(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The literal to print instead, where what it says holds a credential.
fn shown_literal(inside: &str) -> Option<String> {
    let literal = format!("\"{inside}\"");
    let text: String = serde_json::from_str(&literal).ok()?;
    match masked(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => serde_json::to_string(&text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_keys_are_masked_and_hashes_are_not() {
        let hash = "9f86d081884c7d659a2feaa0c55ad015".repeat(2);
        let json = format!(
            r#"{{"sha256": "{hash}", "a": "{hash}", "ghp_16C7e42F292c6912E7": ["https:\/\/u:p\\w@h"], "s": "-----BEGIN KEY-----\nx\ny"}}"#
        );
        let shown = format!(r#"{{"sha256": "{hash}", "a": "***", "***": ["https://***@h"], "s": "***"}}"#);
        assert_eq!(masked_json(&json), shown.as_str());
        assert_eq!(masked_json(r#"{"a": "b\n\"c"}"#), r#"{"a": "b\n\"c"}"#);
    }
}
