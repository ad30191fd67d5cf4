//! Arguments as a POSIX shell takes them.

use super::foreign::{is_hidden, marked};

/// One argument, quoted where it must be: the shell hands over exactly this text. What a runner would take for a command
/// is parted by an empty pair of quotes. Text that hides is written byte by byte, in the quotes that POSIX has since 2024
/// and bash and zsh long had.
pub fn quoted(argument: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,".contains(c);
    if !argument.is_empty() && argument.chars().all(harmless) && !argument.starts_with("::") {
        return argument.to_owned();
    }
    match argument.chars().any(is_hidden) {
        true => format!("$'{}'", by_number(argument)),
        false => format!("'{}'", as_it_is(argument)),
    }
}

fn as_it_is(argument: &str) -> String {
    let mut quoted = String::new();
    for (_, character, marked) in marked(argument) {
        match character {
            '\'' => quoted.push_str(r"'\''"),
            _ if marked => quoted.extend([character, '\'', '\'']),
            _ => quoted.push(character),
        }
    }
    quoted
}

fn by_number(argument: &str) -> String {
    let mut quoted = String::new();
    for (_, character, marked) in marked(argument) {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            _ if marked => {
                quoted.extend(character.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\{byte:03o}")));
            }
            _ => quoted.push(character),
        }
    }
    quoted
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Arguments that a shell, a runner or an eye may take for something else.
    pub(crate) const HOSTILE: &[&str] = &[
        "",
        " ",
        "'",
        "''",
        "\"",
        "\\",
        "$HOME",
        "`id`",
        "$(id)",
        "a;b",
        "a&&b",
        "a|b",
        "*",
        "~",
        "#x",
        "!!",
        "a=b",
        "x'$(touch y)'",
        "-n",
        "--help",
        "{a,b}",
        "[0]",
        "é漢",
        "%s",
        "\\n",
        "::error::x",
        "a ::error::x",
        "a##[b]c",
        "##vso[c]'",
        "a\nb",
        "tab\t",
        "\u{7f}",
        "ev\u{200b}ery",
        "\u{1b}[2J'\\ ::x ##[y",
    ];

    #[cfg(unix)]
    #[test]
    fn a_shell_hands_over_exactly_the_text() {
        for text in HOSTILE {
            let shell = if text.chars().any(is_hidden) { "bash" } else { "sh" };
            let script = format!("printf '%s\\0' {}", quoted(text));
            let output = std::process::Command::new(shell).arg("-c").arg(&script).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{text}\0"), "{script}");
        }
    }

    #[test]
    fn a_quoted_text_is_seen_and_does_nothing() {
        for text in HOSTILE {
            let quoted = quoted(text);
            assert!(!marked(&quoted).any(|(_, _, marked)| marked), "{quoted:?}");
        }
        assert_eq!(quoted("ev\u{200b}ery"), r"$'ev\342\200\213ery'");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("a##[b]"), "'a#''#[b]'");
    }
}
