//! Reads the files that `$include` names. None may lie, symbolic links resolved, outside the directory of the main
//! config or a root that the operator allowed, so that a config cannot make a report quote `/etc`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::read::{Fingerprint, Loaded, ReadError, TextSource, decode, read_regular};

/// The largest included file, in bytes: OpenClaw's own limit since 2026.2.26.
pub const MAX_INCLUDE_BYTES: u64 = 2 << 20;

/// Why an included file could not be read.
#[derive(Debug, Error)]
pub enum IncludeError {
    /// The path leads out of every directory that includes may come from.
    #[error("$include of {} is outside {} and OPENCLAW_INCLUDE_ROOTS", path.display(), main.display())]
    Outside {
        /// The path as resolved against the including file.
        path: PathBuf,
        /// The directory of the main config.
        main: PathBuf,
    },
    /// The file cannot be read.
    #[error("$include: {0}")]
    Read(#[from] ReadError),
}

/// The directories that included files may come from.
#[derive(Clone, Debug)]
pub struct IncludeScope {
    main: PathBuf,
    roots: Vec<PathBuf>,
}

impl IncludeScope {
    /// The directory of the main config and further roots; a root that does not exist allows nothing.
    pub fn new(main_dir: &Path, roots: &[PathBuf]) -> io::Result<Self> {
        let main = fs::canonicalize(main_dir)?;
        let roots = roots.iter().filter_map(|root| fs::canonicalize(root).ok()).collect();
        Ok(IncludeScope { main, roots })
    }

    /// Reads `path`, which is relative to the directory of the file that includes it.
    pub fn read(&self, including_dir: &Path, path: &str) -> Result<Loaded, IncludeError> {
        let given = including_dir.join(path);
        let outside = || IncludeError::Outside { path: given.clone(), main: self.main.clone() };
        let real = match fs::canonicalize(&given) {
            Ok(real) => real,
            // An absolute or climbing path is refused before anything is said about whether it exists.
            Err(_) if Path::new(path).is_absolute() || path.contains("..") => return Err(outside()),
            Err(source) => return Err(ReadError::Io { path: given, source }.into()),
        };
        if !std::iter::once(&self.main).chain(&self.roots).any(|root| real.starts_with(root)) {
            return Err(outside());
        }
        let bytes = read_regular(&real, MAX_INCLUDE_BYTES)?;
        let fingerprint = Fingerprint::of(&bytes);
        let text = decode(&given, bytes)?;
        let symlink = fs::symlink_metadata(&given).is_ok_and(|metadata| metadata.is_symlink());
        Ok(Loaded { text, fingerprint, source: TextSource::File { given, real, symlink } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_stay_within_the_main_directory_and_the_roots() {
        let outer = tempfile::tempdir().unwrap();
        let main = outer.path().join("main");
        let shared = outer.path().join("shared");
        fs::create_dir_all(main.join("sub")).unwrap();
        fs::create_dir(&shared).unwrap();
        fs::write(main.join("sub/a.json5"), "{ a: 1 }").unwrap();
        fs::write(shared.join("b.json5"), "{ b: 1 }").unwrap();
        fs::write(outer.path().join("main-other.json"), "{}").unwrap();

        let scope = IncludeScope::new(&main, &[]).unwrap();
        assert_eq!(scope.read(&main, "./sub/a.json5").unwrap().text, "{ a: 1 }");
        assert_eq!(scope.read(&main.join("sub"), "../sub/a.json5").unwrap().text, "{ a: 1 }");
        for hostile in ["../shared/b.json5", "../main-other.json", "/etc/passwd", "/no/such/file", "../none"] {
            let error = scope.read(&main, hostile).unwrap_err();
            assert!(matches!(error, IncludeError::Outside { .. }), "{hostile}: {error}");
        }
        let missing = scope.read(&main, "none.json").unwrap_err();
        assert!(matches!(missing, IncludeError::Read(ReadError::Io { .. })));

        let wider = IncludeScope::new(&main, &[shared, "/no/such/root".into()]).unwrap();
        assert_eq!(wider.read(&main, "../shared/b.json5").unwrap().text, "{ b: 1 }");
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_does_not_lead_out() {
        let outer = tempfile::tempdir().unwrap();
        let main = outer.path().join("main");
        fs::create_dir(&main).unwrap();
        fs::write(outer.path().join("secret"), "hunter2").unwrap();
        std::os::unix::fs::symlink("../secret", main.join("link")).unwrap();
        let error = IncludeScope::new(&main, &[]).unwrap().read(&main, "link").unwrap_err();
        assert!(matches!(error, IncludeError::Outside { .. }));
        assert!(!error.to_string().contains("hunter2"));
    }

    #[test]
    fn a_large_include_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("big.json"), vec![b' '; (2 << 20) + 1]).unwrap();
        let error = IncludeScope::new(dir.path(), &[]).unwrap().read(dir.path(), "big.json").unwrap_err();
        assert!(error.to_string().ends_with("larger than the limit of 2 MiB"), "{error}");
    }
}
