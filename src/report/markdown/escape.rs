//! Foreign text in Markdown: ids, values and paths of a config show as what they are and do nothing. No markup, link,
//! mention, reference or table cell comes of them, and no line of a build log is taken for a command.

use crate::words::plain;

/// Characters of one foreign text that are shown.
const LONGEST: usize = 240;

/// A code span, also inside a table: there a `|` would end the cell, whatever stands around it.
pub(super) fn code(text: &str) -> String {
    let text = clipped(&plain(text)).replace('|', r"\u{7c}");
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// Text of ours that may hold foreign text, as prose.
pub(super) fn prose(text: &str) -> String {
    let text = clipped_at(&plain(text), 4 * LONGEST);
    let characters: Vec<char> = text.chars().collect();
    let at = |index: usize| characters.get(index).copied();
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (index, &character) in characters.iter().enumerate() {
        let next = at(index + 1).unwrap_or(' ');
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' => out.push_str("&#124;"),
            '$' if !next.is_ascii_digit() => out.push_str("&#36;"),
            // What would open a list, a heading or a rule.
            '-' | '+' | '=' | '#' if index == 0 && (next == ' ' || next == character) => out.extend(['\\', character]),
            '.' | ')' if next == ' ' && (1..10).contains(&index) && digits(&characters[..index]) => {
                out.extend(['\\', character]);
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '~' => out.extend(['\\', character]),
            _ => out.push(character),
        }
        let before = index.checked_sub(1).and_then(at).unwrap_or(' ');
        // Renderers make links, mentions and pictures of bare text, too; a space of no width keeps them apart.
        let apart = match character {
            '@' => true,
            '#' => next.is_alphanumeric(),
            ':' => next.is_ascii_alphabetic() || "/:+-".contains(next),
            'w' | 'W' => next == '.',
            '-' => before.eq_ignore_ascii_case(&'h') && next.is_ascii_digit(),
            _ => false,
        };
        if apart {
            out.push_str("&#8203;");
        }
    }
    out
}

fn digits(characters: &[char]) -> bool {
    characters.iter().all(char::is_ascii_digit)
}

fn clipped(text: &str) -> String {
    clipped_at(text, LONGEST)
}

fn clipped_at(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
