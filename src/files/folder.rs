//! The gateway configs of a folder: files named `openclaw.json`, `.json5`, `.yaml` or `.yml`, in it and below, also in hidden
//! folders. What git ignores and links to folders are passed over.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// The names by which a config is known.
pub const NAMES: [&str; 4] = ["openclaw.json", "openclaw.json5", "openclaw.yaml", "openclaw.yml"];

/// What becomes of a part of a folder that cannot be read.
pub type PassedOver<'a> = dyn FnMut(ignore::Error) -> Result<(), ignore::Error> + 'a;

/// Directories without configs of their own: those of git, of the backups of this program, and those in which Kubernetes
/// keeps what the links of a mounted volume point to.
fn is_beside(name: &OsStr) -> bool {
    name == ".git" || name == ".clawbeat" || name.as_encoded_bytes().starts_with(b"..")
}

/// The configs in a folder and below, in order of their paths. What cannot be read below it is given to `unread`, which
/// says whether to go on without it.
///
/// # Errors
///
/// The folder cannot be read, and what `unread` gives back.
pub fn configs_below(folder: &Path, unread: &mut PassedOver<'_>) -> Result<Vec<PathBuf>, ignore::Error> {
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false).hidden(false);
    walk.filter_entry(|entry| entry.depth() == 0 || !is_beside(entry.file_name()));
    files_of(&walk, unread, |path| path.file_name().is_some_and(|name| NAMES.iter().any(|known| name == *known)))
}

/// The files of a walk that are wanted, in order of their paths. A link to a file is one; links to folders are not followed.
///
/// # Errors
///
/// Those of [`configs_below`].
pub fn files_of(
    walk: &WalkBuilder,
    unread: &mut PassedOver<'_>,
    is_wanted: impl Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, ignore::Error> {
    let mut found = Vec::new();
    for entry in walk.build() {
        match entry {
            // The folder itself.
            Err(error) if error.depth() == Some(0) => return Err(error),
            Err(error) => unread(error)?,
            Ok(entry) => {
                let is_file = entry
                    .file_type()
                    .is_some_and(|kind| kind.is_file() || (kind.is_symlink() && entry.path().is_file()));
                if is_wanted(entry.path()) && is_file {
                    found.push(entry.into_path());
                }
            }
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
        for path in
            ["openclaw.yaml", "b/openclaw.json", "a/c/openclaw.json5", "a/openclaw.yml", ".openclaw/openclaw.json"]
        {
            put(path, "{}");
        }
        for path in [
            "openclaw.plugin.json",
            "package.json",
            "node_modules/x/openclaw.json",
            ".clawbeat/backups/openclaw.json",
            ".git/openclaw.json",
            "mounted/..2026_11_30/openclaw.json",
        ] {
            put(path, "{}");
        }
        put(".gitignore", "node_modules\n");
        #[cfg(unix)]
        for (from, to) in [("..2026_11_30", "mounted/..data"), ("..data/openclaw.json", "mounted/openclaw.json")] {
            std::os::unix::fs::symlink(from, dir.path().join(to)).unwrap();
        }
        let found = configs_below(dir.path(), &mut Err).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap()).collect();
        let mut expected = vec![".openclaw/openclaw.json", "a/c/openclaw.json5", "a/openclaw.yml", "b/openclaw.json"];
        expected.extend(cfg!(unix).then_some("mounted/openclaw.json"));
        expected.push("openclaw.yaml");
        assert_eq!(names, expected);
        assert_eq!(config_in(dir.path()), Some(dir.path().join("openclaw.yaml")));
        assert_eq!(config_in(&dir.path().join("a/c/d")), None);
        assert!(configs_below(&dir.path().join("gone"), &mut |_| Ok(())).is_err());
    }

    /// A folder whose path is too long cannot be read, whoever asks.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_cannot_be_read_does_not_hide_the_rest() {
        let dir = tempfile::tempdir().unwrap();
        let long: PathBuf = std::iter::repeat_n("d".repeat(200), 12).collect();
        let (upper, lower) = (dir.path().join(&long), dir.path().join("e").join(&long));
        fs::create_dir_all(&upper).unwrap();
        fs::create_dir_all(&lower).unwrap();
        fs::rename(dir.path().join("e"), upper.join("e")).unwrap();
        fs::write(dir.path().join("openclaw.json"), "{}").unwrap();
        let mut told = Vec::new();
        let found = configs_below(dir.path(), &mut |error| {
            told.push(error.to_string());
            Ok(())
        });
        assert_eq!(found.unwrap(), [dir.path().join("openclaw.json")]);
        assert!(told.len() == 1 && told[0].starts_with(upper.to_str().unwrap()), "{told:?}");
        assert!(configs_below(dir.path(), &mut Err).is_err());
    }
}
