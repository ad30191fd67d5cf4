//! Reads the files of an agent's workspace that OpenClaw may put into a prompt.

use std::io;
use std::path::Path;

use crate::workload::workspace::Workspace;

/// Reads a workspace. Files that are missing are left out; OpenClaw leaves out a file that is no text.
///
/// # Errors
///
/// The folder cannot be read.
pub fn read(folder: &Path) -> io::Result<Workspace> {
    std::fs::read_dir(folder)?;
    let mut workspace = Workspace::default();
    for name in Workspace::names() {
        match std::fs::read(folder.join(name)) {
            Ok(bytes) => workspace.add(name, &String::from_utf8_lossy(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(workspace)
}
