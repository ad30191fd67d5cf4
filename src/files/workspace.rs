//! Reads the files of an agent's workspace that OpenClaw may put into a prompt, by its own rules: regular files of at
//! most 2 MiB with a single name, inside the folder; legacy releases also follow links that stay inside.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use super::read::{ReadError, read_regular};
use crate::workload::workspace::Workspace;

/// The largest file that OpenClaw reads.
const MAX_BYTES: u64 = 2 << 20;

/// Reads a workspace. Missing files are left out; those that OpenClaw would not read are noted.
///
/// # Errors
///
/// The folder, or a file that OpenClaw would read, cannot be read.
pub fn read(folder: &Path) -> io::Result<Workspace> {
    fs::read_dir(folder)?;
    let root = fs::canonicalize(folder)?;
    let mut workspace = Workspace::default();
    for name in Workspace::names() {
        let path = folder.join(name);
        let is_link = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata.is_symlink(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if is_link && !fs::canonicalize(&path).is_ok_and(|real| real.starts_with(&root)) {
            workspace.skip(name, "it is a link out of the folder");
            continue;
        }
        if has_other_names(&fs::metadata(&path)?) {
            workspace.skip(name, "it has another name elsewhere (a hard link)");
            continue;
        }
        match read_regular(&path, MAX_BYTES) {
            Ok(bytes) if is_link => workspace.add_linked(name, &String::from_utf8_lossy(&bytes)),
            Ok(bytes) => workspace.add(name, &String::from_utf8_lossy(&bytes)),
            Err(ReadError::Io { source, .. }) => return Err(source),
            Err(ReadError::TooLarge { .. }) => workspace.skip(name, "it is larger than 2 MiB"),
            Err(_) => workspace.skip(name, "it is not a regular file"),
        }
    }
    Ok(workspace)
}

#[cfg(unix)]
fn has_other_names(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.is_file() && metadata.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}
