//! The file that changes go to: the config's own, or the one it includes that holds the keys.

use std::path::Path;

use anyhow::{Context, bail};
use clawbeat::document::{Change, Document};
use clawbeat::files::read::{Loaded, Source};
use clawbeat::gateway::holder::Holder;

use super::load::Subject;

/// A file and the changes that belong in it.
pub(super) struct EditedFile {
    /// The file as it was read.
    pub(super) loaded: Loaded,
    /// What it says.
    pub(super) document: Document,
    /// Its path as the user would write it.
    pub(super) path: String,
    /// The text with the changes made.
    pub(super) text: String,
    /// How many changes those are.
    pub(super) changes: usize,
}

impl Subject {
    /// Makes changes in the one file that holds all their keys.
    pub(super) fn edited_file(&self, changes: &[Change]) -> anyhow::Result<EditedFile> {
        let mut edited_files = self.edited_files(changes)?;
        if edited_files.len() > 1 {
            let paths: Vec<_> = edited_files.iter().map(|edited| edited.path.as_str()).collect();
            bail!("the change belongs in several files ({}), and one is written at a time", paths.join(", "));
        }
        edited_files.pop().context("there is nothing to change")
    }

    /// Makes changes, each in the file that holds its key.
    pub(super) fn edited_files(&self, changes: &[Change]) -> anyhow::Result<Vec<EditedFile>> {
        let mut parts: Vec<Part> = Vec::new();
        for change in changes {
            let Holder { file, path } = self.analysis.holder(&change.path)?;
            let inside = Change { path, to: change.to.clone() };
            match parts.iter_mut().find(|part| part.file == file) {
                Some(part) => {
                    part.whole.push(change.clone());
                    part.inside.push(inside);
                }
                None => parts.push(Part { file, whole: vec![change.clone()], inside: vec![inside] }),
            }
        }
        parts.into_iter().map(|part| self.edited_file_of(&part)).collect()
    }

    /// The hash of the included file that holds the keys of changes, as it is now; none where the config holds them.
    pub(super) fn holder_hash(&self, changes: &[Change]) -> Option<String> {
        let (name, from) = self.analysis.holder(&changes.first()?.path).ok()?.file?;
        let (loaded, _) = (self.reader)(&name, &from).ok()?;
        Some(loaded.fingerprint.sha256)
    }

    fn edited_file_of(&self, part: &Part) -> anyhow::Result<EditedFile> {
        let (loaded, document, path) = match &part.file {
            None => (self.loaded.clone(), self.analysis.document.clone(), self.path.clone()),
            Some((name, from)) => {
                let (loaded, document) = (self.reader)(name, from).map_err(anyhow::Error::msg)?;
                let path = shown(&loaded, &self.path);
                (loaded, document, path)
            }
        };
        let text = document.apply(&part.inside).with_context(|| path.clone())?;
        if let Some(file) = &part.file {
            let changed = document.reread(text.as_str())?;
            if !self.analysis.is_changed_by(file, changed.value(), &part.whole) {
                bail!("{path} is included in more than one place, so a change would reach others");
            }
        }
        Ok(EditedFile { loaded, document, path, text, changes: part.inside.len() })
    }
}

/// Changes of the config that belong in one file.
struct Part {
    /// The included file as written, and the directory it is included from; `None` for the main file.
    file: Option<(String, String)>,
    /// In paths of the config.
    whole: Vec<Change>,
    /// In paths of the file.
    inside: Vec<Change>,
}

/// An included file as the user would write it: relative to the directory the config was named with.
pub(super) fn shown(loaded: &Loaded, config: &str) -> String {
    let Source::File { given, real, .. } = &loaded.source else { return "<stdin>".to_owned() };
    let beside = Path::new(config).parent().unwrap_or(Path::new(""));
    let here = std::fs::canonicalize(if beside.as_os_str().is_empty() { Path::new(".") } else { beside });
    let relative = here.ok().and_then(|here| Some(beside.join(real.strip_prefix(here).ok()?)));
    relative.unwrap_or_else(|| given.clone()).display().to_string()
}
