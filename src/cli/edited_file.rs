//! The files that changes go to: the config's own, and those it includes that hold the keys.

use std::path::Path;

use anyhow::Context;
use clawbeat::document::{Change, Document, KeyPath};
use clawbeat::files::read::{Loaded, TextSource};
use clawbeat::gateway::holder::FileChanges;

use super::subject::LoadedConfig;

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
    /// The keys that change, as paths of the config.
    pub(super) keys: Vec<KeyPath>,
}

impl LoadedConfig {
    /// Makes changes, each in the file that holds its key.
    pub(super) fn edited_files(&self, changes: &[Change]) -> anyhow::Result<Vec<EditedFile>> {
        self.analysis.parts(changes)?.iter().map(|part| self.edited_file_of(part)).collect()
    }

    /// The hash of the included file that holds the keys of changes, as it is now; none where the config holds them.
    pub(super) fn holder_hash(&self, changes: &[Change]) -> Option<String> {
        let (name, from) = self.analysis.parts(changes).ok()?.first()?.file.clone()?;
        let (loaded, _) = (self.reader)(&name, &from).ok()?;
        Some(loaded.fingerprint.sha256)
    }

    fn edited_file_of(&self, part: &FileChanges) -> anyhow::Result<EditedFile> {
        let (loaded, document, path) = match &part.file {
            None => (self.loaded.clone(), self.analysis.document.clone(), self.path.clone()),
            Some((name, from)) => {
                let (loaded, document) = (self.reader)(name, from).map_err(anyhow::Error::msg)?;
                let path = shown(&loaded, &self.path);
                (loaded, document, path)
            }
        };
        let text = document.apply(&part.inside).with_context(|| path.clone())?;
        let keys = part.whole.iter().map(|change| change.path.clone()).collect();
        Ok(EditedFile { loaded, document, path, text, keys })
    }
}

/// An included file as the user would write it: relative to the directory the config was named with.
pub(super) fn shown(loaded: &Loaded, config: &str) -> String {
    let TextSource::File { given, real, .. } = &loaded.source else { return "<stdin>".to_owned() };
    let beside = Path::new(config).parent().unwrap_or(Path::new(""));
    let here = std::fs::canonicalize(if beside.as_os_str().is_empty() { Path::new(".") } else { beside });
    let relative = here.ok().and_then(|here| Some(beside.join(real.strip_prefix(here).ok()?)));
    relative.unwrap_or_else(|| given.clone()).display().to_string()
}
