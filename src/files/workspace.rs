//! Reads the files of an agent's workspace that OpenClaw may put into a prompt, by its own rules: regular files of at
//! most 2 MiB with a single name, inside the folder; legacy releases also follow links that stay inside.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::read::{ReadError, read_regular};
use super::{Env, discover};
use crate::gateway::Gateway;
use crate::gateway::folder::WorkspaceFolder;
use crate::workload::FoundWorkspace;
use crate::workload::workspace::Workspace;

/// The largest file that OpenClaw reads.
const MAX_BYTES: u64 = 2 << 20;

/// The workspaces of the agents that run, where the config `real` names a folder that is on this machine, or is itself
/// where OpenClaw keeps it. `tree` is the config as it is written: a folder with a variable in it is left alone.
pub fn named(gateway: &Gateway, tree: &Value, real: &Path, env: Env<'_>) -> BTreeMap<String, FoundWorkspace> {
    let mut found = BTreeMap::new();
    let is_state = |dir: PathBuf| fs::canonicalize(dir).is_ok_and(|dir| Some(dir.as_path()) == real.parent());
    let is_at_home = discover::state_dir(env).is_some_and(is_state);
    for agent in gateway.enrolled() {
        let WorkspaceFolder { key, part } = gateway.folder_of(agent);
        let (path, shown, named_by) = match &key {
            Some(key) => {
                let Some(text) = key.resolve(tree).and_then(Value::as_str).map(str::trim) else { continue };
                let path = discover::expand(text, discover::home(env).as_deref());
                if text.contains('$') {
                    continue;
                }
                // OpenClaw starts from where it was started, which no file says; configs are kept beside their workspace.
                let from = if path.is_relative() { ", taken from the config's folder" } else { "" };
                let path = real.parent().map_or(path.clone(), |beside| beside.join(&path));
                let below = part.iter().fold(path, |path, part| path.join(part));
                let shown = part.iter().fold(text.to_owned(), |text, part| format!("{text}/{part}"));
                (Some(below), shown, format!("{key}{from}"))
            }
            None if !is_at_home => continue,
            None => {
                let path = match &part {
                    None => discover::workspace(env, &gateway.behaviour),
                    Some(part) => discover::state_dir(env).map(|dir| dir.join(format!("workspace-{part}"))),
                };
                (path, "the default folder".to_owned(), "OpenClaw's own place".to_owned())
            }
        };
        // What cannot be read is as if it were not here: nobody asked for it.
        let files = path.and_then(|path| read(&path).ok()).filter(|files| !files.is_empty());
        if let Some(workspace) = files {
            found.insert(agent.id.clone(), FoundWorkspace { workspace, folder: shown, named_by });
        }
    }
    found
}

/// Whether a config may name what is looked for beside it: a file that it includes, or a workspace.
pub fn names_neighbours(tree: &Value) -> bool {
    match tree {
        Value::Object(fields) => fields.iter().any(|(key, field)| match (key.as_str(), field) {
            ("$include", _) => true,
            ("workspace", Value::String(text)) => !text.trim().starts_with(['/', '~']),
            _ => names_neighbours(field),
        }),
        Value::Array(items) => items.iter().any(names_neighbours),
        _ => false,
    }
}

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
