//! A text that must stay as it is, in the log of a build.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The text for the log of a GitHub job: where it holds anything that the runner might take for a command, the runner is
/// told to take none until a token comes. The token is a hash of the text itself, so the text cannot hold it, and `git
/// apply` and `patch` pass over both lines.
pub fn fenced(text: &str) -> String {
    if !["::", "##"].iter().any(|sign| text.contains(sign)) {
        return text.to_owned();
    }
    let token = HEXLOWER.encode(&Sha256::digest(text)[..16]);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("::stop-commands::{token}\n{text}{end}::{token}::\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_a_command_is_fenced() {
        assert_eq!(fenced("+every: 2h\n"), "+every: 2h\n");
        for text in [" ::error::x\n", "+a##[b]c\n", " x\r::y\n"] {
            let fenced = fenced(text);
            let (first, rest) = fenced.split_once('\n').unwrap();
            let token = first.strip_prefix("::stop-commands::").unwrap();
            assert_eq!(rest, format!("{text}::{token}::\n"));
            assert!(!text.contains(token));
        }
    }
}
