//! Amounts, counts and foreign text as people read them: rounded, with a unit, and without control characters.

use crate::money::{Money, Unit};
use crate::secrets::credentials::masked;
use crate::secrets::json::masked_json;
use crate::simulate::estimate::Range;

/// An amount with its unit, such as `$564.13`, `$1,910` or `0.0578 credits`.
pub fn amount(money: Money, unit: Unit) -> String {
    match unit {
        Unit::Usd => figure(money, unit),
        Unit::Credits => format!("{} credits", figure(money, unit)),
    }
}

/// The same for a table whose head names the unit: dollars keep their sign.
pub fn figure(money: Money, unit: Unit) -> String {
    let size = Money::from_pico(money.pico().abs());
    let hundred_thousandth = Money::from_pico(10_000_000);
    let digits = match size {
        Money::ZERO => "0".to_owned(),
        size if size < hundred_thousandth => "<0.00001".to_owned(),
        size if size >= Money::from_pico(1_000_000_000_000_000) => grouped(&size.round_to(0)),
        size if size >= Money::from_pico(10_000_000_000) => size.round_to(2),
        size => size.round_to(5).trim_end_matches('0').to_owned(),
    };
    let sign = if money < Money::ZERO { "-" } else { "" };
    match (unit, digits.strip_prefix('<')) {
        (Unit::Usd, Some(digits)) => format!("{sign}<${digits}"),
        (Unit::Usd, None) => format!("{sign}${digits}"),
        (Unit::Credits, _) => format!("{sign}{digits}"),
    }
}

/// An amount with its unit, or `unknown`.
pub fn amount_if_known(money: Option<Money>, unit: Unit) -> String {
    money.map_or_else(|| UNKNOWN.to_owned(), |money| amount(money, unit))
}

/// The same for a table whose head names the unit.
pub fn figure_if_known(money: Option<Money>, unit: Unit) -> String {
    money.map_or_else(|| UNKNOWN.to_owned(), |money| figure(money, unit))
}

const UNKNOWN: &str = "unknown";

/// A column's name, with the unit where its figures do not carry it.
pub fn in_unit(name: &str, unit: Unit) -> String {
    match unit {
        Unit::Usd => name.to_owned(),
        Unit::Credits => format!("{name}, credits"),
    }
}

/// `from … to …` around a typical figure.
pub fn spread(range: Range, unit: Unit) -> String {
    format!("{} to {}", figure(range.low, unit), figure(range.high, unit))
}

/// A share with one decimal, such as `97.8%`; only all of it is `100.0%`.
pub fn percent(share: Money) -> String {
    let (all, most) = (Money::from_pico(100_000_000_000_000), Money::from_pico(99_900_000_000_000));
    format!("{}%", if share < all && share > most { most } else { share }.round_to(1))
}

/// A count with thousands separated.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// A number of things, such as `1 agent` or `3 agents`.
pub fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Tokens in thousands or millions.
pub fn tokens(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        1_000..1_000_000 => format!("{}.{}k", number / 1_000, number % 1_000 / 100),
        _ => format!("{}.{}M", grouped(&(number / 1_000_000).to_string()), number % 1_000_000 / 100_000),
    }
}

/// Milliseconds as `28m`, `1h 5m` or `2d 3h`.
pub fn duration(ms: u64) -> String {
    let minutes = (ms + 30_000) / 60_000;
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, 0) => format!("{}s", ms / 1000),
        (0, 0, rest) => format!("{rest}m"),
        (0, hours, 0) => format!("{hours}h"),
        (0, hours, rest) => format!("{hours}h {rest}m"),
        (days, 0, _) => format!("{days}d"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}

fn grouped(digits: &str) -> String {
    let mut result = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result
}

/// Foreign text on one line: control and direction characters are shown as escapes, never sent to a terminal, and so is
/// what would begin a workflow command where the line is broken. What looks like a credential is masked.
pub fn plain(text: &str) -> String {
    let text = &*masked(text);
    let mut plain = String::new();
    let mut after_space = true;
    for (at, character) in text.char_indices() {
        let begins_command = after_space && ["::", "##["].iter().any(|command| text[at..].starts_with(command));
        if needs_escape(character) {
            plain.extend(character.escape_default());
        } else if begins_command {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
        after_space = character.is_whitespace();
    }
    plain
}

/// Foreign text of several lines, with its line ends and tabs.
pub fn plain_lines(text: &str) -> String {
    let piece = |line: &str| line.split('\t').map(plain).collect::<Vec<_>>().join("\t");
    let line = |line: &str| {
        let end = ["\r\n", "\n"].into_iter().find(|end| line.ends_with(end)).unwrap_or_default();
        piece(&line[..line.len() - end.len()]) + end
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Whether a character could move a terminal's cursor, colour it or turn its text around.
pub fn needs_escape(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Text for JSON output: what `serde_json` leaves as it is but a terminal would act on is written as an escape, which
/// means the same to any reader. What looks like a credential is masked.
pub fn json_escaped(json: &str) -> String {
    exact_json_escaped(&masked_json(json))
}

/// The same with everything that stands there, for JSON that a program takes as it is.
pub fn exact_json_escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if needs_escape(character) && character != '\n' {
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_the_digits_that_matter() {
        let usd = |text: &str| amount(Money::parse(text).unwrap(), Unit::Usd);
        assert_eq!(usd("564.126"), "$564.13");
        assert_eq!(usd("1910.4"), "$1,910");
        assert_eq!(usd("1234567.8"), "$1,234,568");
        assert_eq!(usd("0.00578"), "$0.00578");
        assert_eq!(usd("-3.5"), "-$3.50");
        assert_eq!(usd("0"), "$0");
        assert_eq!(usd("0.0000001"), "<$0.00001");
        assert_eq!(percent(Money::parse("99.98").unwrap()), "99.9%");
        assert_eq!(percent(Money::parse("100").unwrap()), "100.0%");
        assert_eq!(amount(Money::parse("0.05775").unwrap(), Unit::Credits), "0.06 credits");
    }

    #[test]
    fn foreign_text_cannot_speak_to_a_terminal() {
        assert_eq!(plain("a\u{1b}[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\\n");
        assert_eq!(
            plain_lines("\u{1b}[2J\ta\rb\r\n\u{202e}\u{9b}31m\u{7}\u{8}\n\n\u{1b}]0;x"),
            "\\u{1b}[2J\ta\\rb\r\n\\u{202e}\\u{9b}31m\\u{7}\\u{8}\n\n\\u{1b}]0;x"
        );
        // A runner acts on these wherever a line begins, and a line may be broken at any space.
        assert_eq!(plain("::error::x a::b ::warning::y"), "\\u{3a}:error::x a::b \\u{3a}:warning::y");
        assert_eq!(plain("##[group]x #1"), "\\u{23}#[group]x #1");
        assert_eq!(json_escaped("{\"a\":\"\u{9b}31m\"}\n"), "{\"a\":\"\\u009b31m\"}\n");
    }
}
