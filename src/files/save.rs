//! Writes an answer to a file of its own: the whole text takes the name at once, or the file stays as it was.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;

use super::attributes::Lost;
use super::private;
use super::read::{Loaded, MAX_BYTES, TextSource};
use super::stage::Staged;
use crate::document::Named;

/// An answer holds no secret, and others may read it.
const NEW_FILE: u32 = 0o644;

/// Why an answer was not written.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The name is that of a config the answer is about.
    #[error("{} is the config itself; name another file for the answer", path.display())]
    Config {
        /// The file.
        path: PathBuf,
    },
    /// It holds another gateway's config.
    #[error("{} is a gateway's config; name another file for the answer", path.display())]
    OtherConfig {
        /// The file.
        path: PathBuf,
    },
    /// A directory, pipe or device, which cannot be replaced by a file.
    #[error("{} is not a regular file; leave --output away to print the answer", path.display())]
    NotRegular {
        /// The file.
        path: PathBuf,
    },
    /// The operating system said no.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// Puts `text` into a file, keeping mode and owner of one that is there. The configs the answer was made `from` are
/// never replaced, and neither is another one.
pub fn save<'a>(path: &Path, text: &str, from: impl IntoIterator<Item = Option<&'a Loaded>>) -> Result<(), SaveError> {
    let real = target(path)?;
    let is_config =
        |loaded: &Loaded| matches!(&loaded.source, TextSource::File { real: config, .. } if *config == real);
    if from.into_iter().flatten().any(is_config) {
        return Err(SaveError::Config { path: path.to_owned() });
    }
    if holds_config(&real) {
        return Err(SaveError::OtherConfig { path: path.to_owned() });
    }
    let mut answer = Unfinished::beside(path, &real)?;
    answer.write_all(text.as_bytes()).map_err(|source| SaveError::Io { path: path.to_owned(), source })?;
    answer.finish()
}

/// The file that an answer is written to: a link keeps pointing where it does, and what it points to is replaced.
fn target(path: &Path) -> Result<PathBuf, SaveError> {
    match fs::canonicalize(path) {
        Ok(real) if !real.is_file() => Err(SaveError::NotRegular { path: path.to_owned() }),
        Ok(real) => Ok(real),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path.to_owned()),
        Err(source) => Err(SaveError::Io { path: path.to_owned(), source }),
    }
}

/// An answer that is written piece by piece. Until it is finished, and if it never is, its name is that of the file before.
#[derive(Debug)]
pub struct Unfinished {
    staged: Staged,
    path: PathBuf,
}

impl Unfinished {
    /// Begins it beside the file whose name it will have, with that one's mode and owner.
    ///
    /// # Errors
    ///
    /// The name is that of something else than a file, or nothing can be written there.
    pub fn begin(path: &Path) -> Result<Self, SaveError> {
        Self::beside(path, &target(path)?)
    }

    fn beside(path: &Path, real: &Path) -> Result<Self, SaveError> {
        let staged = staged(real).map_err(|source| SaveError::Io { path: path.to_owned(), source })?;
        Ok(Unfinished { staged, path: path.to_owned() })
    }

    /// Gives it its name, once all of it is on the disk.
    ///
    /// # Errors
    ///
    /// The operating system says no; the name is still that of the file before.
    pub fn finish(mut self) -> Result<(), SaveError> {
        let finished = self.staged.flush().and_then(|()| self.staged.rename());
        finished.map_err(|source| SaveError::Io { path: self.path, source })
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.staged.add(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a file that is there is a gateway's config. No answer says anything of `agents.defaults`.
fn holds_config(real: &Path) -> bool {
    let text = fs::metadata(real).ok().filter(|old| old.len() <= MAX_BYTES).and_then(|_| fs::read_to_string(real).ok());
    let value = text.and_then(|text| json5::from_str::<Value>(&text).ok());
    value.is_some_and(|value| value.at("agents.defaults").is_some())
}

fn staged(real: &Path) -> io::Result<Staged> {
    let file = Staged::beside(real)?;
    match fs::metadata(real) {
        Ok(old) => {
            file.own_as(&old)?;
            file.attributes_of(&fs::File::open(real)?)?.map_err(|Lost { source, .. }| source)?;
            private::mode(&old).map_or(Ok(()), |mode| file.set_mode(mode))?;
        }
        Err(_) => file.set_mode(NEW_FILE)?,
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::read::read;

    #[test]
    fn an_answer_replaces_an_answer_but_never_its_config() {
        let dir = tempfile::tempdir().unwrap();
        let (config, answer) = (dir.path().join("openclaw.json"), dir.path().join("answer.md"));
        fs::write(&config, "{}").unwrap();
        let loaded = read(&config, &mut io::empty()).unwrap();
        for text in ["one", "two"] {
            save(&answer, text, [Some(&loaded), None]).unwrap();
            assert_eq!(fs::read_to_string(&answer).unwrap(), text);
        }
        let refused = save(&dir.path().join("./openclaw.json"), "three", [Some(&loaded)]).unwrap_err();
        assert!(matches!(refused, SaveError::Config { .. }), "{refused}");
        assert_eq!(fs::read_to_string(&config).unwrap(), "{}");
        assert!(matches!(save(dir.path(), "", []), Err(SaveError::NotRegular { .. })));
        assert!(matches!(save(&dir.path().join("no/answer"), "", []), Err(SaveError::Io { .. })));
        let mut names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["answer.md", "openclaw.json"], "nothing else is left behind");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_leads_to_the_answer() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real.md"), dir.path().join("link.md"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        save(&link, "new", []).unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
