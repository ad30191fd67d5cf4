//! Text that others wrote, made fit to print: what hides, moves a cursor, turns text around or would be a command to the
//! runner of a build is shown by its number and does nothing.

use crate::secrets::credentials::masked;
use crate::secrets::json::masked_json;
use unicode_general_category::{GeneralCategory, get_general_category};

/// Whether a reader would not see a character as itself: it moves a terminal's cursor, colours it, turns the text around,
/// stands for a space that is none, or shows nothing at all. This is the one list of them.
pub fn is_hidden(character: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, SpaceSeparator};
    match character {
        ' '..='~' => false,
        // The wide space of Chinese and Japanese is seen.
        '\u{3000}' => false,
        // Unicode's Default_Ignorable_Code_Point as far as no category tells, and the empty Braille cell.
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}' => true,
        '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        _ => matches!(
            get_general_category(character),
            Control | Format | LineSeparator | ParagraphSeparator | SpaceSeparator
        ),
    }
}

/// The characters of a text with their bytes; `true` where one is not to be printed as itself, for it is hidden or begins
/// what a runner would take for a command: `::` where a line may be broken, `##[`, `##vso[` or `##teamcity[` anywhere.
pub fn marked(text: &str) -> impl Iterator<Item = (usize, char, bool)> + '_ {
    let mut may_begin_line = true;
    text.char_indices().map(move |(at, character)| {
        let begins_command = match character {
            ':' => may_begin_line && text[at..].starts_with("::"),
            '#' => text[at..].strip_prefix("##").is_some_and(is_called),
            _ => false,
        };
        may_begin_line = character.is_whitespace();
        (at, character, begins_command || is_hidden(character))
    })
}

fn is_called(after: &str) -> bool {
    after.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with('[')
}

/// Foreign text on one line; what looks like a credential is masked.
pub fn plain(text: &str) -> String {
    let text = &*masked(text);
    let mut plain = String::with_capacity(text.len());
    marked(text).for_each(|(_, character, marked)| push(&mut plain, character, marked));
    plain
}

/// Foreign text of several lines, with its line ends and tabs; what looks like a credential is masked.
pub fn plain_lines(text: &str) -> String {
    let text = &*masked(text);
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let end = ["\r\n", "\n"].into_iter().find(|end| line.ends_with(end)).unwrap_or_default();
        for (_, character, marked) in marked(&line[..line.len() - end.len()]) {
            push(&mut plain, character, marked && character != '\t');
        }
        plain.push_str(end);
    }
    plain
}

fn push(text: &mut String, character: char, marked: bool) {
    match character {
        '\t' | '\n' | '\r' if marked => text.extend(character.escape_default()),
        _ if marked => text.extend(character.escape_unicode()),
        _ => text.push(character),
    }
}

/// Text for JSON output: what is not to be printed as itself is written as an escape, which means the same to any reader
/// of JSON. Line ends between its parts stay. What looks like a credential is masked.
pub fn json_escaped(json: &str) -> String {
    exact_json_escaped(&masked_json(json))
}

/// The same with everything that stands there, for JSON that a program takes as it is.
pub fn exact_json_escaped(json: &str) -> String {
    // Nearly all of it, by the million lines.
    if json.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'"' | b'$'..=b'~')) {
        return json.to_owned();
    }
    let mut escaped = String::with_capacity(json.len());
    for (_, character, marked) in marked(json) {
        match character {
            // Outside of strings there is none of these; a line of JSON never begins with a colon.
            ':' | '\n' => escaped.push(character),
            _ if marked => {
                escaped.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The most names that a message lists; a roster may have thousands.
const FEW: usize = 8;

/// Names in a message, shortened where there are many: `'a', 'b'`.
pub fn few_of(names: &[impl AsRef<str>]) -> String {
    let few: Vec<String> = names.iter().take(FEW).map(|name| format!("'{}'", name.as_ref())).collect();
    let more = match names.len() - few.len() {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        more => format!(" and {more} others"),
    };
    few.join(", ") + &more
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthChar;

    use super::*;

    #[test]
    fn foreign_text_cannot_speak_to_a_terminal() {
        assert_eq!(plain("a\u{1b}[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\\n");
        assert_eq!(
            plain_lines("\u{1b}[2J\ta\rb\r\n\u{202e}\u{9b}31m\u{7}\u{8}\n\n\u{1b}]0;x"),
            "\\u{1b}[2J\ta\\rb\r\n\\u{202e}\\u{9b}31m\\u{7}\\u{8}\n\n\\u{1b}]0;x"
        );
        assert_eq!(json_escaped("{\"a\":\"\u{9b}31m\"}\n"), "{\"a\":\"\\u009b31m\"}\n");
    }

    // GitHub's runner trims a line before it looks for `::`, and looks for `##[` anywhere; Azure's looks for `##vso[`.
    #[test]
    fn foreign_text_cannot_speak_to_a_runner() {
        assert_eq!(plain("::error::x a::b ::warning::y"), "\\u{3a}:error::x a::b \\u{3a}:warning::y");
        assert_eq!(plain("##[group]x #1 ## 2"), "\\u{23}#[group]x #1 ## 2");
        assert_eq!(
            plain("x##[a]###[b]##vso[c]##teamcity[d"),
            "x\\u{23}#[a]#\\u{23}#[b]\\u{23}#vso[c]\\u{23}#teamcity[d"
        );
        assert_eq!(plain_lines(" \u{a0}\t::x\n"), " \\u{a0}\t\\u{3a}:x\n");
        assert_eq!(json_escaped("{\"a\":\"x##[b] ::c\"}"), "{\"a\":\"x\\u0023#[b] ::c\"}");
    }

    #[test]
    fn what_hides_is_shown() {
        assert_eq!(plain("ev\u{200b}ery"), "ev\\u{200b}ery");
        // Soft hyphen, joiners, fillers, variation selectors, tags: all that smuggles text past a reader.
        for hidden in
            "\u{ad}\u{200c}\u{200d}\u{2060}\u{2066}\u{3164}\u{ffa0}\u{2800}\u{fe0f}\u{e0041}\u{e0101}\u{a0}\u{feff}"
                .chars()
        {
            assert_eq!(plain(&hidden.to_string()), format!("\\u{{{:x}}}", u32::from(hidden)));
            assert_eq!(
                serde_json::from_str::<String>(&json_escaped(&format!("\"{hidden}\""))).unwrap(),
                hidden.to_string()
            );
        }
        assert_eq!(plain("é 漢字　ぁ ا Ж e\u{301} 👋"), "é 漢字　ぁ ا Ж e\u{301} 👋");
    }

    // Columns are worked out elsewhere, from Unicode's Default_Ignorable_Code_Point: of what takes none only marks on other
    // characters, letters and signs that join others, and what Unicode added later are not on the list.
    #[test]
    fn nothing_that_takes_no_column_is_left_out() {
        use GeneralCategory::{EnclosingMark, NonspacingMark, OtherLetter, OtherPunctuation, SpacingMark, Unassigned};
        let left_out = ('\0'..=char::MAX).filter(|&c| c.width().unwrap_or(0) == 0 && !is_hidden(c));
        let mut others = left_out.filter(|&c| {
            let joins = [EnclosingMark, NonspacingMark, SpacingMark, OtherLetter, OtherPunctuation, Unassigned];
            !joins.contains(&get_general_category(c))
        });
        assert_eq!(others.next(), None);
    }
}
