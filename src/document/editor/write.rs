//! Writing new values in the style of a file.

use serde_json::Value;

use super::plain;
use super::style::Style;

/// Where a value is written: the indent of its line and whether containers open lines.
#[derive(Clone, Copy)]
pub(super) struct WritePlace<'i> {
    pub(super) indent: &'i str,
    pub(super) lines: bool,
}

impl Style {
    /// A whole item: a value with its key, if it has one.
    pub(super) fn item(&self, key: Option<&str>, value: &Value, place: WritePlace<'_>) -> String {
        let value = self.value(value, place);
        match key {
            Some(key) => {
                let key = self.key(key);
                // YAML takes a colon without a space after it as the end of a key only behind a quote.
                let colon = if self.yaml && !key.ends_with(['"', '\'']) { ": " } else { self.colon };
                format!("{key}{colon}{value}")
            }
            None => value,
        }
    }

    pub(super) fn value(&self, value: &Value, place: WritePlace<'_>) -> String {
        match value {
            Value::String(text) if self.is_bare(text) => text.clone(),
            Value::String(text) => self.quoted(text, self.quote()),
            Value::Array(list) if list.is_empty() => "[]".to_owned(),
            Value::Object(map) if map.is_empty() => "{}".to_owned(),
            Value::Array(list) => {
                // A list of plain values reads best in one line.
                let lines = place.lines && list.iter().any(|element| element.is_object() || element.is_array());
                let place = WritePlace { lines, ..place };
                self.container(['[', ']'], "", place, list.iter().map(|element| (None, element)))
            }
            Value::Object(map) => {
                let items = map.iter().map(|(key, value)| (Some(key.as_str()), value));
                self.container(['{', '}'], self.pad(), place, items)
            }
            plain => plain.to_string(),
        }
    }

    fn container<'v>(
        &self,
        [open, close]: [char; 2],
        pad: &str,
        place: WritePlace<'_>,
        items: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
    ) -> String {
        let inner = if place.lines { format!("{}{}", place.indent, self.unit) } else { place.indent.to_owned() };
        let inner_place = WritePlace { indent: &inner, ..place };
        let items: Vec<_> = items.map(|(key, value)| self.item(key, value, inner_place)).collect();
        if !place.lines {
            return format!("{open}{pad}{}{pad}{close}", items.join(&format!(",{}", self.comma())));
        }
        let lines = items.join(&format!(",{}{inner}", self.newline));
        let comma = if self.trailing_comma { "," } else { "" };
        format!("{open}{newline}{inner}{lines}{comma}{newline}{}{close}", place.indent, newline = self.newline)
    }

    pub(super) fn key(&self, key: &str) -> String {
        match self.bare_keys {
            true if self.can_be_bare(key) => key.to_owned(),
            true => self.quoted(key, self.quote()),
            false => self.quoted(key, self.key_quote),
        }
    }

    fn quoted(&self, text: &str, quote: char) -> String {
        if self.yaml { plain::quoted(text, quote) } else { quoted(text, quote) }
    }
}

/// A string literal; the escapes are those of JSON, which every reader knows.
fn quoted(text: &str, quote: char) -> String {
    let json = Value::from(text).to_string();
    if quote == '"' {
        return json;
    }
    let mut single = String::from('\'');
    let mut chars = json[1..json.len() - 1].chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => single.push_str("\\'"),
            '\\' => match chars.next() {
                Some('"') => single.push('"'),
                escaped => single.extend(std::iter::once('\\').chain(escaped)),
            },
            plain => single.push(plain),
        }
    }
    single.push('\'');
    single
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_quotes_mean_the_same() {
        for text in ["", "it's", "say \"hi\"", "back\\slash", "tab\t\u{1} ü\u{2028}", "\\'\"\\"] {
            for quote in ['"', '\''] {
                assert_eq!(json5::from_str::<String>(&quoted(text, quote)).unwrap(), text);
            }
        }
        assert_eq!(quoted("it's \"5m\"", '\''), r#"'it\'s "5m"'"#);
    }
}
