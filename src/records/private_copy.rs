//! A copy of a database for where the original cannot be read in place without a trace. The original may hold keys, so the
//! copy is closed to others from its first byte, and its names are gone as soon as SQLite holds the files open.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

/// The files beside a database that belong to its contents.
const PARTS: [&str; 3] = ["", "-wal", "-journal"];

/// A copied database. Its files go away with this value at the latest.
#[derive(Debug)]
pub(super) struct PrivateCopy {
    folder: PathBuf,
}

impl PrivateCopy {
    /// Copies a database that may be written meanwhile: a copy during which it changed is made again.
    pub(super) fn of(database: &Path) -> io::Result<Self> {
        const TRIES: usize = 3;
        let mut tries = 0;
        loop {
            let copy = PrivateCopy { folder: make_folder()? };
            let before = state(database);
            for part in PARTS {
                copy.take(&beside(database, part), part)?;
            }
            tries += 1;
            if before == state(database) || tries == TRIES {
                return Ok(copy);
            }
        }
    }

    /// Where the copied database is.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join("copy.sqlite")
    }

    /// Removes the names; what SQLite holds open stays readable where the system has it so.
    pub(super) fn unlink(&self) {
        let _ = fs::remove_dir_all(&self.folder);
    }

    fn take(&self, from: &Path, part: &str) -> io::Result<()> {
        let mut source = match File::open(from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !part.is_empty() => return Ok(()),
            opened => opened?,
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        io::copy(&mut source, &mut options.open(beside(&self.path(), part))?)?;
        Ok(())
    }
}

impl Drop for PrivateCopy {
    fn drop(&mut self) {
        self.unlink();
    }
}

/// A file beside a database, such as its log.
pub(super) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn state(database: &Path) -> Vec<Option<(u64, Option<SystemTime>)>> {
    let of = |part: &&str| fs::metadata(beside(database, part)).ok().map(|file| (file.len(), file.modified().ok()));
    PARTS.iter().map(of).collect()
}

/// Makes a folder of a name that this process has not used before: what goes away with an older copy, SQLite's own log by
/// its name included, must not be that of a newer one.
fn make_folder() -> io::Result<PathBuf> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let base = std::env::temp_dir();
    for _ in 0..1000 {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = base.join(format!("clawbeat-{}-{number}", std::process::id()));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("no free name for a folder in {}", base.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_that_goes_away_takes_no_newer_one_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let database = dir.path().join("a.sqlite");
        fs::write(&database, "pages").unwrap();
        let first = PrivateCopy::of(&database).unwrap();
        first.unlink();
        let second = PrivateCopy::of(&database).unwrap();
        drop(first);
        assert_eq!(fs::read(second.path()).unwrap(), b"pages");
        drop(second);
    }
}
