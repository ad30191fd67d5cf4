//! Finds secrets in raw text, where no parser looks: comments, repeated keys, files that do not parse. It reads lines
//! loosely as `key: value` or `key = value`, and so serves JSON5 and YAML alike.

use std::ops::Range;

use super::credentials::credential_ranges;
use super::keys::is_secret_key;

/// The byte ranges of what looks like secrets, in no particular order; they may overlap.
pub fn secret_ranges_in_text(text: &str) -> Vec<Range<usize>> {
    let mut found = credential_ranges(text);
    let mut end = 0;
    for (at, _) in text.match_indices([':', '=']) {
        // Inside a value that is secret already there is nothing more to find, and a long one is read only once.
        if at >= end
            && let Some(value) = value_after(text, at)
        {
            end = value.end;
            found.push(value);
        }
    }
    found
}

/// The value after the separator at `at`, where a secret key stands before it.
fn value_after(text: &str, at: usize) -> Option<Range<usize>> {
    let before = text[..at].trim_end_matches([' ', '\t']).trim_end_matches(['"', '\'']);
    let key_start = before
        .rfind(|c: char| !(c.is_alphanumeric() || "_-.".contains(c)))
        .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    if !is_secret_key(&before[key_start..]) {
        return None;
    }
    let rest = text[at + 1..].trim_start_matches([' ', '\t']);
    let start = text.len() - rest.len();
    let len = match rest.chars().next()? {
        quote @ ('"' | '\'') => quoted_len(rest, quote),
        // The members of an object or array are looked at on their own.
        '{' | '[' => 0,
        _ => rest.find([',', '}', ']', '\r', '\n']).unwrap_or(rest.len()),
    };
    let plain = matches!(rest[..len].trim_end(), "" | "\"\"" | "''" | "true" | "false" | "null");
    (!plain).then_some(start..start + len)
}

fn quoted_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        secret_ranges_in_text(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn secrets_are_found_in_comments_and_any_quoting() {
        for (text, expected) in [
            ("// botToken: \"hunter2\",", "\"hunter2\""),
            ("{ 'api_key' : 'a\\'b' }", "'a\\'b'"),
            ("# password = hunter2 # old\n", "hunter2 # old"),
            ("token: plain words\r\nmore", "plain words"),
            ("/* was sk-proj1234567 */", "sk-proj1234567"),
            ("\"token\": \"unclosed", "\"unclosed"),
            ("é.token: ü", "ü"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_long_line_takes_no_longer_than_it_must() {
        for unit in ["token:", "token:'", "a:", "token=\"\\", "x:/?&=@"] {
            let text = unit.repeat((1 << 18) / unit.len());
            let start = std::time::Instant::now();
            secret_ranges_in_text(&text);
            assert!(start.elapsed().as_secs() < 10, "{unit}");
        }
    }

    #[test]
    fn plain_settings_are_not() {
        for text in [
            "{ every: '30m', model: 'anthropic/claude-opus-4-6', sessionKey: 'main' }",
            "maxTokens: 8192",
            "token: \"\", secret: null, key: true",
            "apiKey: { source: 'env' }",
            "baseUrl: 'https://api.nexos.ai/v1'",
            "token",
            "token:",
            ":",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
