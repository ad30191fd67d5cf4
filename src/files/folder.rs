//! The gateway configs of a folder: files named `openclaw.json`, `.json5`, `.yaml` or `.yml`, in it and below. What git
//! ignores, hidden folders and links are passed over.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// The names by which a config is known.
pub const NAMES: [&str; 4] = ["openclaw.json", "openclaw.json5", "openclaw.yaml", "openclaw.yml"];

/// The configs in a folder and below, in order of their paths.
///
/// # Errors
///
/// What cannot be read, with its path.
pub fn configs_below(folder: &Path) -> Result<Vec<PathBuf>, ignore::Error> {
    let is_config = |name: &std::ffi::OsStr| NAMES.iter().any(|known| name == *known);
    let mut found = Vec::new();
    for entry in WalkBuilder::new(folder).require_git(false).build() {
        let entry = entry?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) && is_config(entry.file_name()) {
            found.push(entry.into_path());
        }
    }
    found.sort();
    Ok(found)
}

/// The config in a folder itself, by the first of the names that is there.
pub fn config_in(folder: &Path) -> Option<PathBuf> {
    NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn configs_are_found_where_people_keep_them_and_no_others() {
        let dir = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for path in ["openclaw.yaml", "b/openclaw.json", "a/c/openclaw.json5", "a/openclaw.yml"] {
            put(path, "{}");
        }
        for path in
            ["openclaw.plugin.json", "package.json", "node_modules/x/openclaw.json", ".clawbeat/backups/openclaw.json"]
        {
            put(path, "{}");
        }
        put(".gitignore", "node_modules\n");
        let found = configs_below(dir.path()).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["a/c/openclaw.json5", "a/openclaw.yml", "b/openclaw.json", "openclaw.yaml"]);
        assert_eq!(config_in(dir.path()), Some(dir.path().join("openclaw.yaml")));
        assert_eq!(config_in(&dir.path().join("a/c/d")), None);
        assert!(configs_below(&dir.path().join("gone")).is_err());
    }
}
