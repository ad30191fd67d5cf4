//! Findings of one or more files: rustc-like text for people, versioned JSON for programs. Nothing here prints a secret
//! or lets a config's own bytes steer the terminal.

mod github;
mod json;
mod quote;
mod sarif;
mod statistics;
mod text;

use std::ops::Range;

use crate::document::{Change, Document, Edit, Position};
use crate::gateway::holder::is_in_main;
use crate::releases::Version;
use crate::rules::{Finding, Lint};
use crate::secrets::text::secret_ranges_in_text;

pub use github::render as render_github;
pub use json::render as render_json;
pub use sarif::render as render_sarif;
pub use statistics::render as render_statistics;
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
    /// What to know of that release.
    pub release_note: Option<&'a str>,
    /// The files it includes that hold a finding.
    pub included: &'a [IncludedFile],
    /// The agents that were looked at.
    pub agents: usize,
    /// What was found.
    pub lint: &'a Lint,
}

/// A file that a linted one includes.
#[derive(Clone, Debug)]
pub struct IncludedFile {
    /// Its name, as the user would write it.
    pub path: String,
    /// What it says.
    pub document: Document,
}

impl<'a> FileLint<'a> {
    /// Each finding with the file that holds its place and the bytes of that to look at.
    fn findings(&self) -> impl Iterator<Item = (FileLint<'a>, &'a Finding, Range<usize>)> + use<'a> {
        let this = *self;
        this.lint.findings.iter().map(move |finding| {
            let held = finding.held_by.as_ref().and_then(|held| {
                let file = this.included.iter().find(|file| file.path == held.file)?;
                Some((
                    FileLint { path: &file.path, text: file.document.text(), document: Some(&file.document), ..this },
                    held,
                ))
            });
            match held {
                Some((file, held)) => (file, finding, held.range.clone()),
                None => (this, finding, finding.range.clone()),
            }
        })
    }

    /// The same with the fix of each as edits of the text. None where they belong in an included file or the text is not
    /// edited safely, and none where an edit would print a secret that it moves: the finding then stands without its fix.
    pub fn fixable(
        &self,
    ) -> impl Iterator<Item = (FileLint<'a>, &'a Finding, Range<usize>, Option<Vec<Edit>>)> + use<'a> {
        self.findings().zip(self.edits()).map(|((file, finding, place), edits)| (file, finding, place, edits))
    }

    fn edits(&self) -> Vec<Option<Vec<Edit>>> {
        let findings = &self.lint.findings;
        let Some(document) = self.document else { return vec![None; findings.len()] };
        let fix = |finding: &'a Finding| {
            let fix = finding.fix.as_ref().filter(|_| finding.held_by.is_none())?;
            let in_main = fix.changes.iter().all(|change| is_in_main(document.value(), &change.path));
            in_main.then_some(fix.changes.as_slice())
        };
        let fixes: Vec<Option<&[Change]>> = findings.iter().map(fix).collect();
        let wanted: Vec<&[Change]> = fixes.iter().copied().flatten().collect();
        let mut answers = document.edits_of_each(&wanted).into_iter();
        let prints_secret = |edits: &[Edit]| edits.iter().any(|edit| !secret_ranges_in_text(&edit.text).is_empty());
        let shown = |edits: &Vec<Edit>| !edits.is_empty() && !prints_secret(edits);
        let each = fixes.into_iter().map(|fix| fix.and_then(|_| answers.next()?.ok()).filter(shown));
        each.collect()
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
