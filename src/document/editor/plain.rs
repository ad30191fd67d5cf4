//! YAML scalars: which strings may stand without quotes, and how the others are quoted. The readers of a config differ:
//! Ansible and older Helm take `off`, `yes` and `24:00` for a boolean or a number where YAML 1.2 sees text, so only what
//! every reader takes for a string goes bare.

use serde_json::Value;

/// Whether a string may stand without quotes, as a key or a value, in block and flow style.
pub(super) fn is_plain(text: &str) -> bool {
    let starts = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/');
    // A colon in the middle, as in `ollama/llama3:8b`, would part key and value in old readers of flow style.
    let inside = |c: char| starts(c) || matches!(c, '.' | '-' | '+' | '@');
    text.starts_with(starts) && text.chars().all(inside) && !is_word(text) && (!is_numeric(text) || is_duration(text))
}

/// What some reader takes for a boolean, null or a merge.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// What may be a number, a date or a time to some reader.
fn is_numeric(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Digits and units such as `30m` and `1h30m`, which no number of any YAML has.
fn is_duration(text: &str) -> bool {
    text.ends_with(is_unit) && text.chars().all(|c| c.is_ascii_digit() || is_unit(c))
}

fn is_unit(c: char) -> bool {
    matches!(c, 's' | 'm' | 'h' | 'w')
}

/// A string between quotes: in single ones where those can hold it, else with the escapes of JSON.
pub(super) fn quoted(text: &str, quote: char) -> String {
    let printable = |c: char| matches!(c, ' '..='~' | '\u{a1}'..='\u{2027}' | '\u{2030}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..);
    if quote == '\'' && text.chars().all(printable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::new();
    for c in Value::from(text).to_string().chars() {
        match c {
            _ if printable(c) => quoted.push(c),
            _ => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use serde_yaml::Value as Yaml;

    use super::*;

    #[test]
    fn only_what_every_reader_takes_for_a_string_goes_bare() {
        for text in ["0m", "30m", "1h30m", "anthropic/claude-opus-4-6", "Europe/Berlin", "main", "/v1", "a.b@c+d"] {
            assert!(is_plain(text), "{text}");
        }
        // Booleans, nulls, numbers in base 10, 8, 16 and 60, dates, floats of YAML 1.1 or 1.2.
        let typed = "off on yes no y n Y NO null Null ~ true 1 010 0o10 0x1f 24:00 08:00 1:30:00 2026-11-01 1e3 .5 -1 \
            1_000 .inf .nan 12e03 685_230.15 0b11 << =";
        for text in
            typed.split_whitespace().chain(["", " a", "a ", "a: b", "a #b", "- a", "{a}", "*a", "&a", "!a", "|"])
        {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn quotes_keep_every_character() {
        let odd =
            ["", "it's", "say \"hi\"", "a\\b", "tab\t\u{1}\u{7f}\u{85}\u{2028}\u{feff}", "ü 名前 😀", "a\nb\n", "# c"];
        for text in odd {
            for quote in ['"', '\''] {
                let written = quoted(text, quote);
                assert_eq!(serde_yaml::from_str::<Yaml>(&written).unwrap(), Yaml::from(text), "{written}");
            }
        }
        assert_eq!(quoted("it's", '\''), "'it''s'");
    }
}
