//! A new file that waits beside the old one until all of it is on the disk, and then takes its name in one step. Until
//! then it is removed when it is dropped; what a stopped process left behind, the next one removes.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::attributes::{self, Lost};
use super::private;
use super::step::step;

/// A file under its temporary name.
#[derive(Debug)]
pub(crate) struct Staged {
    path: PathBuf,
    target: PathBuf,
    file: File,
    /// Its name has become that of a file that is not ours.
    stays: bool,
}

impl Staged {
    /// Creates the file, closed to others, in the directory of `target`.
    pub(crate) fn beside(target: &Path) -> io::Result<Self> {
        let mut names = temporary_names(target);
        loop {
            let path = target.with_file_name(names.next().unwrap_or_default());
            let created = step("create the new file", &path, || match private::create_new(&path) {
                // Of a stopped process of this number, or of one in another container; whose it is, cannot be told.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && names.len() > 0 => Ok(None),
                result => result.map(Some),
            })?;
            if let Some(file) = created {
                return Ok(Staged { path, target: target.to_owned(), file, stays: false });
            }
        }
    }

    /// Gives it the owner and group of the old file.
    pub(crate) fn own_as(&self, old: &Metadata) -> io::Result<()> {
        step("give the new file its owner", &self.path, || private::own_as(&self.file, old))
    }

    /// Gives it the extended attributes of the old file.
    pub(crate) fn attributes_of(&self, old: &File) -> io::Result<Result<(), Lost>> {
        step("give the new file its attributes", &self.path, || Ok(attributes::copy(old, &self.file)))
    }

    /// Gives it permission bits.
    pub(crate) fn set_mode(&self, mode: u32) -> io::Result<()> {
        step("give the new file its mode", &self.path, || private::set_mode(&self.file, mode))
    }

    /// Writes further bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        step("write the new file", &self.path, || self.file.write_all(bytes))
    }

    /// Writes it, and has it on the disk when it returns.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.add(bytes)?;
        self.flush()
    }

    /// Has what is written on the disk when it returns.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        step("flush the new file", &self.path, || self.file.sync_all())
    }

    /// Takes the target's name, whoever has it.
    pub(crate) fn rename(self) -> io::Result<()> {
        step("rename the new file", &self.target, || fs::rename(&self.path, &self.target))
    }

    /// Takes the target's name if the file of that name is still the one `expected`; says whether it was. Another one,
    /// which a writer put there since the last look, has its name back.
    pub(crate) fn take_over(mut self, expected: &dyn Fn(&Path) -> bool) -> io::Result<bool> {
        let exchanged = step("rename the new file", &self.target, || {
            let exchanged = exchange(&self.path, &self.target)?;
            if !exchanged {
                // A file system that cannot exchange names: what came since the last look is lost.
                fs::rename(&self.path, &self.target)?;
            }
            Ok(exchanged)
        })?;
        if !exchanged {
            return Ok(true);
        }
        if expected(&self.path) {
            // What is not removed now, the next one removes.
            let _ = step("remove the old file", &self.path, || fs::remove_file(&self.path));
            return Ok(true);
        }
        // Back; where yet another file has come meanwhile, that one is the newest and keeps the name.
        let back = exchange(&self.path, &self.target).and_then(|_| match self.is_at(&self.path)? {
            true => Ok(()),
            false => exchange(&self.path, &self.target).map(drop),
        });
        match back {
            Ok(()) => Ok(false),
            Err(error) => {
                self.stays = true;
                let kept = self.path.display();
                Err(io::Error::new(error.kind(), format!("{error}; what another program wrote is kept as {kept}")))
            }
        }
    }

    /// Whether this is the file of a name.
    fn is_at(&self, path: &Path) -> io::Result<bool> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let (own, there) = (self.file.metadata()?, fs::symlink_metadata(path)?);
            Ok((own.dev(), own.ino()) == (there.dev(), there.ino()))
        }
        #[cfg(not(unix))]
        Ok(path == self.path)
    }
}

/// Gives two files each the other's name in one step, or says that this cannot be done here.
fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(true),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
            Err(errno) => Err(errno.into()),
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = (one, other);
        Ok(false)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Nothing of this name is left after a rename.
        if !self.stays {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes what stopped processes left of a config in one of its folders. Only for who holds its lock.
pub(crate) fn remove_leftovers(folder: &Path, config: &OsStr) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| is_leftover(&entry.file_name(), config)) {
        let _ = fs::remove_file(entry.path());
    }
}

const MARK: &str = ".clawbeat-";

/// Names to try: numbers that begin with the process's own.
fn temporary_names(target: &Path) -> impl ExactSizeIterator<Item = OsString> {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(MARK);
    // WebAssembly has no processes.
    name.push(if cfg!(target_os = "wasi") { "0".to_owned() } else { std::process::id().to_string() });
    (0..100_u8).map(move |again| {
        let mut name = name.clone();
        name.push(if again == 0 { String::new() } else { format!("{again:02}") });
        name
    })
}

/// Of the config or of the record of a backup, and of no other config whose name only begins alike.
fn is_leftover(name: &OsStr, config: &OsStr) -> bool {
    let rest = name.as_encoded_bytes().strip_prefix(b".").and_then(|rest| rest.strip_prefix(config.as_encoded_bytes()));
    let rest = rest.and_then(|rest| std::str::from_utf8(rest).ok());
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_record =
        |middle: &str| middle.strip_prefix('.').and_then(|middle| middle.strip_suffix(".json")).is_some_and(is_number);
    rest.and_then(|rest| rest.split_once(MARK))
        .is_some_and(|(middle, process)| (middle.is_empty() || is_record(middle)) && is_number(process))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_are_told_from_what_others_keep() {
        let of = |name: &str| is_leftover(OsStr::new(name), OsStr::new("openclaw.json"));
        for name in [".openclaw.json.clawbeat-1", ".openclaw.json.0001.json.clawbeat-4321"] {
            assert!(of(name), "{name}");
        }
        for name in [
            "openclaw.json",
            ".openclaw.json",
            ".openclaw.json.clawbeat-",
            ".openclaw.json.clawbeat-x",
            ".openclaw.json.bak.clawbeat-1",
            ".openclaw.json5.clawbeat-1",
            "openclaw.json.clawbeat-1",
            "openclaw.json.0001",
        ] {
            assert!(!of(name), "{name}");
        }
    }
}
