//! A new file that waits beside the old one until all of it is on the disk, and then takes its name in one step. Until
//! then it is removed when it is dropped; what a stopped process left behind, the next one removes.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::private;
use super::step::step;

/// A file under its temporary name.
#[derive(Debug)]
pub(crate) struct Staged {
    path: PathBuf,
    target: PathBuf,
    file: File,
}

impl Staged {
    /// Creates the file, closed to others, in the directory of `target`.
    pub(crate) fn beside(target: &Path) -> io::Result<Self> {
        let path = target.with_file_name(temporary_name(target));
        let file = step("create the new file", || private::create_new(&path))?;
        Ok(Staged { path, target: target.to_owned(), file })
    }

    /// Gives it the owner and group of the old file.
    pub(crate) fn own_as(&self, old: &Metadata) -> io::Result<()> {
        step("give the new file its owner", || private::own_as(&self.file, old))
    }

    /// Gives it permission bits.
    pub(crate) fn set_mode(&self, mode: u32) -> io::Result<()> {
        step("give the new file its mode", || private::set_mode(&self.file, mode))
    }

    /// Writes it, and has it on the disk when it returns.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        step("write the new file", || self.file.write_all(bytes))?;
        step("flush the new file", || self.file.sync_all())
    }

    /// Takes the old file's name.
    pub(crate) fn rename(self) -> io::Result<()> {
        step("rename the new file", || fs::rename(&self.path, &self.target))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Nothing of this name is left after a rename.
        let _ = fs::remove_file(&self.path);
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

fn temporary_name(target: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(MARK);
    name.push(std::process::id().to_string());
    name
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
