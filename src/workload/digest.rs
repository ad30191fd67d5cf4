//! What is left of an AGENTS.md over its cap: its head, a digest of its rules, and its tail (R23). OpenClaw takes every
//! heading, list item and line with a word of command for a rule, so a file of rules fills its cap and prose does not.

/// Shares of the cap, in percent.
const HEAD_AND_TAIL: u64 = 45 + 15;
const DIGEST: u64 = 35;
/// The three lines that say what was left out.
const NOTES: u64 = 200;
/// A longer rule is cut.
const LONGEST: u64 = 240;

const WORDS: [&str; 20] = [
    "agents.md",
    "scoped",
    "required",
    "must",
    "never",
    "do not",
    "before subtree",
    "owner",
    "security",
    "secret",
    "credential",
    "test",
    "validation",
    "command",
    "commit",
    "push",
    "github",
    "pr",
    "禁止",
    "必須",
];

/// The characters that a file of `size` with so many characters of rules keeps under a cap that it exceeds.
pub(super) fn kept(rules: u64, cap: u64) -> u64 {
    (cap * HEAD_AND_TAIL / 100 + rules.min(cap * DIGEST / 100) + NOTES).min(cap)
}

/// The characters of the rules in a text, each with the line of prose before it.
pub(super) fn rules(text: &str) -> u64 {
    let (mut sum, mut prose) = (0, 0);
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let chars = words.join(" ").encode_utf16().count() as u64;
        let chars = chars.min(LONGEST);
        prose = match words.first() {
            None => 0,
            Some(first) if first.starts_with("```") || first.starts_with("~~~") => 0,
            Some(first) if is_marker(first) && words.len() > 1 || has_word(line) => {
                sum += prose + chars + 1;
                0
            }
            Some(_) => chars + 1,
        };
    }
    sum
}

/// `#`, `-`, `1.` and the like.
fn is_marker(word: &str) -> bool {
    let heading = word.len() <= 6 && word.chars().all(|c| c == '#');
    let number = word.strip_suffix(['.', ')']).is_some_and(|digits| digits.parse::<u32>().is_ok());
    heading || number || ["-", "*", "+"].contains(&word)
}

fn has_word(line: &str) -> bool {
    let line = line.to_lowercase();
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    WORDS.iter().any(|word| {
        line.match_indices(word).any(|(at, _)| {
            let (before, after) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
            !word.is_ascii() || !(before.is_some_and(is_letter) || after.is_some_and(is_letter))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_items_and_commands_are_rules() {
        // "## A" and "- b", each with its line end; the fence ends the prose before it.
        assert_eq!(rules("## A\n\n- b\nprose\n```\n"), 5 + 4);
        // "Prose goes along" (17) with "You must" (9).
        assert_eq!(rules("Prose goes along\nYou must\n"), 17 + 9);
        assert_eq!(rules("a mustard seed\nprose\n"), 0);
        assert_eq!(rules(&format!("- {}\n", "x".repeat(500))), 241);
    }
}
