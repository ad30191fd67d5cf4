//! Findings of one or more files: rustc-like text for people, versioned JSON for programs. Nothing here prints a secret
//! or lets a config's own bytes steer the terminal.

mod github;
mod json;
mod quote;
mod sarif;
mod text;

use crate::document::{Document, Edit, Position};
use crate::gateway::home::is_in_main;
use crate::gateway::release::Version;
use crate::rules::{Fix, Lint};
use crate::secrets::text::secret_ranges_in_text;

pub use github::render as render_github;
pub use json::render as render_json;
pub use sarif::render as render_sarif;
pub use text::render as render_text;

/// A file that was linted.
#[derive(Clone, Copy, Debug)]
pub struct FileLint<'a> {
    /// Its name, as the user gave it.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What it was read as; `None` when it could not be read.
    pub document: Option<&'a Document>,
    /// The release it was read for; `None` when it could not be read.
    pub release: Option<Version>,
    /// The agents that were looked at.
    pub agents: usize,
    /// What was found.
    pub lint: &'a Lint,
}

impl FileLint<'_> {
    /// A fix as edits of the text. None where they belong in an included file or the text is not edited safely, and none
    /// where an edit would print a secret that it moves: the finding then stands without its fix.
    fn edits(&self, fix: &Fix) -> Option<Vec<Edit>> {
        let document = self.document?;
        if !fix.changes.iter().all(|change| is_in_main(document.value(), &change.path)) {
            return None;
        }
        let edits = document.edits(&fix.changes).ok().filter(|edits| !edits.is_empty())?;
        let prints_secret = edits.iter().any(|edit| !secret_ranges_in_text(&edit.text).is_empty());
        (!prints_secret).then_some(edits)
    }

    fn position(&self, byte: usize) -> Position {
        match self.document {
            Some(document) => document.position(byte),
            None => {
                let byte = self.text.floor_char_boundary(byte);
                let start = self.text[..byte].rfind('\n').map_or(0, |at| at + 1);
                let line = self.text[..byte].matches('\n').count() + 1;
                let column = self.text[start..byte].trim_start_matches('\u{feff}').chars().count() + 1;
                Position { line, column, byte }
            }
        }
    }
}
