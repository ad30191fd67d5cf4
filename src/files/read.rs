//! Reads a config once, whole, and remembers exactly which bytes it was, so that a later write can tell whether the
//! file is still the same. Only regular files are opened: a pipe or device would block or never end.

use std::fmt::Write as _;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

pub use crate::document::size::{MAX_BYTES, too_large};

/// Which bytes a file held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// SHA-256 of the bytes, in lower-case hex.
    pub sha256: String,
    /// The number of bytes.
    pub len: u64,
}

impl Fingerprint {
    /// The fingerprint of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::default();
        hasher.add(bytes);
        Fingerprint { sha256: hasher.sha256(), len: bytes.len() as u64 }
    }
}

/// SHA-256 of bytes that come one after the other.
#[derive(Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Takes further bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all, in lower-case hex.
    pub fn sha256(self) -> String {
        let mut sha256 = String::with_capacity(64);
        for byte in self.0.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(sha256, "{byte:02x}");
        }
        sha256
    }
}

/// Where a text came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextSource {
    /// Standard input; cannot be written back.
    Stdin,
    /// A file.
    File {
        /// The path as it was given.
        given: PathBuf,
        /// The same file without symbolic links: what a write replaces.
        real: PathBuf,
        /// The given path is itself a symbolic link, which OpenClaw refuses as a config.
        symlink: bool,
    },
}

impl TextSource {
    /// The file without symbolic links, if it is one.
    pub fn real(&self) -> Option<&Path> {
        match self {
            TextSource::Stdin => None,
            TextSource::File { real, .. } => Some(real),
        }
    }
}

/// A text as it was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The text, byte for byte: a byte order mark and CRLF are kept.
    pub text: String,
    /// Which bytes it was.
    pub fingerprint: Fingerprint,
    /// Where it came from.
    pub source: TextSource,
}

/// Why a config could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The operating system said no.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A directory, pipe, device or socket.
    #[error("{} is {kind}, not a regular file; {hint}", path.display())]
    NotRegular {
        /// The file.
        path: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
        /// What would work.
        hint: &'static str,
    },
    /// More bytes than a config may have.
    #[error("{}", too_large(path.display(), *limit))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// Bytes that are no UTF-8.
    #[error("{}:{line}:{column}: invalid UTF-8 at byte {byte}; save the file as UTF-8", path.display())]
    InvalidUtf8 {
        /// The file.
        path: PathBuf,
        /// The line of the first bad byte, from 1.
        line: usize,
        /// Its column in characters, from 1.
        column: usize,
        /// Its offset in bytes, from 0.
        byte: usize,
    },
}

/// Where a shell puts what it writes for `<(…)`. There is a writer, so that opening does not wait, and no file behind it.
const SUBSTITUTED: &str = "/dev/fd";

/// Reads a config; `-` is `stdin`.
pub fn read(path: &Path, stdin: &mut dyn Read) -> Result<Loaded, ReadError> {
    let at = |source| ReadError::Io { path: path.to_owned(), source };
    let stream = |name: &Path, input: &mut dyn Read| {
        let bytes = read_limited(name, input, MAX_BYTES)?;
        let fingerprint = Fingerprint::of(&bytes);
        Ok(Loaded { text: decode(name, bytes)?, fingerprint, source: TextSource::Stdin })
    };
    if path == Path::new("-") {
        return stream(Path::new("<stdin>"), stdin);
    }
    if path.starts_with(SUBSTITUTED) {
        return stream(path, &mut File::open(path).map_err(at)?);
    }
    let symlink = fs::symlink_metadata(path).map_err(at)?.is_symlink();
    let real = fs::canonicalize(path).map_err(at)?;
    let bytes = read_regular(&real, MAX_BYTES).map_err(|error| match error {
        ReadError::TooLarge { limit, .. } => ReadError::TooLarge { path: path.to_owned(), limit },
        error => error,
    })?;
    let fingerprint = Fingerprint::of(&bytes);
    let text = decode(path, bytes)?;
    Ok(Loaded { text, fingerprint, source: TextSource::File { given: path.to_owned(), real, symlink } })
}

/// Reads the bytes of a data file of at most `limit` bytes; `-` is `stdin`.
///
/// # Errors
///
/// It cannot be read, or has more.
pub fn read_bytes(path: &Path, stdin: &mut dyn Read, limit: u64) -> Result<Vec<u8>, ReadError> {
    if path == Path::new("-") {
        return read_limited(Path::new("<stdin>"), stdin, limit);
    }
    if path.starts_with(SUBSTITUTED) {
        return read_limited(
            path,
            File::open(path).map_err(|source| ReadError::Io { path: path.to_owned(), source })?,
            limit,
        );
    }
    read_regular(path, limit)
}

/// Reads the bytes of a regular file of at most `limit` bytes.
pub(crate) fn read_regular(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let at = |source| ReadError::Io { path: path.to_owned(), source };
    // Looked at before it is opened, since opening a device may do something.
    require_regular(path, &fs::metadata(path).map_err(at)?)?;
    let file = without_waiting(OpenOptions::new().read(true)).open(path).map_err(at)?;
    let metadata = file.metadata().map_err(at)?;
    require_regular(path, &metadata)?;
    if metadata.len() > limit {
        return Err(ReadError::TooLarge { path: path.to_owned(), limit });
    }
    read_limited(path, file, limit)
}

/// Reads the bytes of a regular file of at most `limit` bytes that nobody vouches for: a link is not followed.
pub(crate) fn read_plain(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let file = open_plain(path, OpenOptions::new().read(true));
    read_limited(path, file.map_err(|source| ReadError::Io { path: path.to_owned(), source })?, limit)
}

/// Opens a regular file, and neither what a link leads to nor a pipe or device.
pub(crate) fn open_plain(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let plain = |metadata: &Metadata| {
        let not = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, not a plain file"));
        match metadata.file_type() {
            kind if kind.is_file() => Ok(()),
            kind if kind.is_symlink() => Err(not("a symbolic link")),
            kind if kind.is_dir() => Err(not("a directory")),
            _ => Err(not(special_kind(metadata))),
        }
    };
    plain(&fs::symlink_metadata(path)?)?;
    #[cfg(unix)]
    let options = with_flags(options, rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK);
    let file = options.open(path)?;
    plain(&file.metadata()?)?;
    Ok(file)
}

/// A pipe that has taken a file's place meanwhile is not waited for.
fn without_waiting(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    let options = with_flags(options, rustix::fs::OFlags::NONBLOCK);
    options
}

#[cfg(unix)]
fn with_flags(options: &mut OpenOptions, flags: rustix::fs::OFlags) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.bits().cast_signed())
}

/// Refuses anything that is not a regular file.
pub(crate) fn require_regular(path: &Path, metadata: &Metadata) -> Result<(), ReadError> {
    if metadata.is_file() {
        return Ok(());
    }
    let (kind, hint) = if metadata.is_dir() {
        ("a directory", "name the config file in it")
    } else {
        (special_kind(metadata), "use - to read standard input")
    };
    Err(ReadError::NotRegular { path: path.to_owned(), kind, hint })
}

#[cfg(unix)]
fn special_kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn special_kind(_: &Metadata) -> &'static str {
    "a device"
}

fn read_limited(path: &Path, input: impl Read, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    input.take(limit + 1).read_to_end(&mut bytes).map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
    if bytes.len() as u64 > limit {
        return Err(ReadError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// The bytes as text, or where they stop being text.
pub(crate) fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, ReadError> {
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..byte]);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        ReadError::InvalidUtf8 { path: path.to_owned(), line, column, byte }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_file(path: &Path) -> Result<Loaded, ReadError> {
        read(path, &mut io::empty())
    }

    #[test]
    fn a_file_is_read_byte_for_byte() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a b.json");
        fs::write(&path, "\u{feff}{ a: 1 }\r\n").unwrap();
        let loaded = read_file(&path).unwrap();
        assert_eq!(loaded.text, "\u{feff}{ a: 1 }\r\n");
        assert_eq!(loaded.fingerprint.len, 13);
        assert!(matches!(loaded.source, TextSource::File { symlink: false, .. }));
        fs::write(&path, "").unwrap();
        let empty = read_file(&path).unwrap();
        assert_eq!(empty.fingerprint.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn a_dash_is_standard_input() {
        let loaded = read(Path::new("-"), &mut "{}".as_bytes()).unwrap();
        assert_eq!((loaded.text.as_str(), loaded.source), ("{}", TextSource::Stdin));
        let error = read(Path::new("-"), &mut io::repeat(b' ')).unwrap_err();
        assert_eq!(error.to_string(), "<stdin> is larger than the limit of 16 MiB");
    }

    #[test]
    fn bad_utf8_is_located() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.json");
        fs::write(&path, b"{\n \"\xc3\xa9\xff\"}").unwrap();
        let error = read_file(&path).unwrap_err().to_string();
        assert!(error.contains("x.json:2:4: invalid UTF-8 at byte 6"), "{error}");
    }

    #[test]
    fn only_regular_files_are_opened() {
        let dir = tempfile::tempdir().unwrap();
        let error = read_file(dir.path()).unwrap_err().to_string();
        assert!(error.ends_with("is a directory, not a regular file; name the config file in it"), "{error}");
        assert!(matches!(read_file(&dir.path().join("none")), Err(ReadError::Io { .. })));
        if cfg!(unix) {
            let error = read_file(Path::new("/dev/zero")).unwrap_err().to_string();
            assert!(error.contains("a device"), "{error}");
            let fifo = dir.path().join("fifo");
            if std::process::Command::new("mkfifo").arg(&fifo).status().is_ok_and(|s| s.success()) {
                let error = read_file(&fifo).unwrap_err().to_string();
                assert!(error.contains("a named pipe, not a regular file; use - "), "{error}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_is_followed_and_noted() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("real.json");
        let link = dir.path().join("link.json");
        fs::write(&real, "{}").unwrap();
        std::os::unix::fs::symlink("real.json", &link).unwrap();
        let loaded = read_file(&link).unwrap();
        let expected = TextSource::File { given: link, real: fs::canonicalize(real).unwrap(), symlink: true };
        assert_eq!(loaded.source, expected);
    }
}
