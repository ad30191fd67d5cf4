//! Where the configs of a fleet come from, one after the other: paths, folders, patterns, a list of paths, NDJSON or a tar.
//! No more than one is held here at a time.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use clawbeat::files::folder::{NAMES, configs_below, files_of};
use clawbeat::files::read::{MAX_BYTES, too_large};
use clawbeat::fleet::entry;
use globset::GlobBuilder;
use ignore::WalkBuilder;

use super::super::output::complain;
use super::super::told_once;

/// One config that is to be read.
pub(super) enum Item {
    /// A file.
    Path(PathBuf),
    /// A line of NDJSON.
    Line { number: u64, bytes: Vec<u8> },
    /// A file of a tar.
    Member { name: String, bytes: Vec<u8> },
    /// What holds no config that could be read, and why.
    Bad { id: String, path: Option<String>, error: String },
}

impl Item {
    /// What its line is known by.
    pub(super) fn id(&self) -> String {
        match self {
            Item::Path(path) => path.display().to_string(),
            Item::Line { number, bytes } => entry::id(&String::from_utf8_lossy(bytes), *number),
            Item::Member { name: id, .. } | Item::Bad { id, .. } => id.clone(),
        }
    }
}

/// The configs that a command line names.
pub(super) enum Inputs {
    /// Files, in order.
    Paths(Vec<PathBuf>),
    /// Standard input: NDJSON or a tar.
    Stream,
    /// Standard input: paths that end with a NUL.
    List,
}

/// A line may hold a config of the largest size with each of its bytes escaped (`\\u0009`), and the keys beside it.
const LONGEST_LINE: u64 = 6 * MAX_BYTES + (1 << 20);
/// The block of a tar.
const BLOCK: u64 = 512;
/// What stands in the first block of a tar.
const TAR_MARK: &[u8] = b"ustar";
/// Where it stands there.
const TAR_MARK_AT: usize = 257;
/// How a text begins that was compressed: gzip, zstd, xz.
const COMPRESSED: [(&[u8], &str); 3] =
    [(b"\x1f\x8b", "gzip -dc"), (b"\x28\xb5\x2f\xfd", "zstd -dc"), (b"\xfd7zXZ\0", "xz -dc")];

impl Inputs {
    /// Finds what is named.
    ///
    /// # Errors
    ///
    /// A folder or pattern without a config, or standard input among other paths.
    pub(super) fn find(named: &[PathBuf], is_list: bool) -> anyhow::Result<Self> {
        if is_list {
            return Ok(Inputs::List);
        }
        if named.iter().any(|path| path.as_os_str() == "-") {
            if named.len() > 1 {
                bail!("- is standard input; it cannot be given with other paths");
            }
            return Ok(Inputs::Stream);
        }
        Ok(Inputs::Paths(named.iter().map(|path| configs(path)).collect::<anyhow::Result<Vec<_>>>()?.concat()))
    }

    /// How many there are, where that is known.
    pub(super) fn len(&self) -> Option<u64> {
        match self {
            Inputs::Paths(paths) => Some(paths.len() as u64),
            Inputs::Stream | Inputs::List => None,
        }
    }

    /// Gives each to `take`, until that wants no more.
    ///
    /// # Errors
    ///
    /// Standard input cannot be read, or is none of what is expected.
    pub(super) fn each(self, take: &mut dyn FnMut(Item) -> bool) -> anyhow::Result<()> {
        match self {
            Inputs::Paths(paths) => {
                let _ = paths.into_iter().all(|path| take(Item::Path(path)));
                Ok(())
            }
            Inputs::List => list(BufReader::new(io::stdin()), take),
            Inputs::Stream => stream(BufReader::with_capacity(1 << 16, io::stdin()), take),
        }
    }
}

/// The configs that an argument means: itself, those in a folder, or those that a pattern fits.
fn configs(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let text = path.to_string_lossy();
    let (found, expected) = if path.is_dir() {
        let pattern = path.join("**/*.json");
        let expected =
            format!("a file named {}; others are named by a pattern: '{}'", NAMES.join(", "), pattern.display());
        (configs_below(path, &mut warn)?, expected)
    } else if !path.exists() && text.contains(['*', '?', '[', '{']) {
        (fitting(path, &text)?, "a file that fits it".to_owned())
    } else {
        return Ok(vec![path.to_owned()]);
    };
    if found.is_empty() {
        bail!("no config in {}: expected {expected}", path.display());
    }
    Ok(found)
}

/// Says what cannot be read, and goes on without it: one folder of a host hides none of the others.
fn warn(error: ignore::Error) -> Result<(), ignore::Error> {
    complain(&format!("warning: passed over, with all the configs in it: {error}"));
    Ok(())
}

/// The files that a pattern fits, in order of their paths. Nothing is passed over for its name.
fn fitting(path: &Path, pattern: &str) -> anyhow::Result<Vec<PathBuf>> {
    let glob =
        GlobBuilder::new(pattern).literal_separator(true).build().with_context(|| format!("pattern '{pattern}'"))?;
    let matcher = glob.compile_matcher();
    let plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']);
    let root: PathBuf = path.components().take_while(plain).collect();
    let is_here = root.as_os_str().is_empty();
    let start = if is_here { Path::new(".") } else { &root };
    if !start.exists() {
        return Ok(Vec::new());
    }
    let shown = |path: &Path| path.strip_prefix(".").ok().filter(|_| is_here).unwrap_or(path).to_owned();
    let mut walk = WalkBuilder::new(start);
    // Only ** fits what is deeper than the pattern itself.
    let depth = path.components().skip_while(plain).count();
    walk.standard_filters(false).max_depth((!pattern.contains("**")).then_some(depth));
    let found = files_of(&walk, &mut warn, |path| matcher.is_match(shown(path)))?;
    Ok(found.iter().map(|path| shown(path)).collect())
}

fn list(input: impl BufRead, take: &mut dyn FnMut(Item) -> bool) -> anyhow::Result<()> {
    for name in input.split(0) {
        let path = path_of(name.context("cannot read the list of paths")?);
        let paths = if path.is_dir() { configs(&path) } else { Ok(vec![path.clone()]) };
        let items = match paths {
            Ok(paths) => paths.into_iter().map(Item::Path).collect(),
            Err(error) => {
                let id = path.display().to_string();
                vec![Item::Bad { path: Some(id.clone()), id, error: told_once(&error) }]
            }
        };
        if !items.into_iter().all(&mut *take) {
            break;
        }
    }
    Ok(())
}

/// The path that bytes are. Only Unix has paths that are no UTF-8.
fn path_of(bytes: Vec<u8>) -> PathBuf {
    #[cfg(unix)]
    let name: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
    #[cfg(not(unix))]
    let name = OsString::from(String::from_utf8_lossy(&bytes).into_owned());
    name.into()
}

fn stream(mut input: BufReader<io::Stdin>, take: &mut dyn FnMut(Item) -> bool) -> anyhow::Result<()> {
    // No more is waited for than shows what it is: whoever writes may wait for the first answer.
    let start = input.fill_buf().context("cannot read standard input")?;
    if start.iter().find(|byte| !byte.is_ascii_whitespace()).is_none_or(|byte| *byte == b'{') {
        return lines(&mut input, take);
    }
    if let Some((_, how)) = COMPRESSED.iter().find(|(mark, _)| start.starts_with(mark)) {
        bail!("standard input is compressed; pass it through {how}");
    }
    let mut block = Vec::new();
    input.by_ref().take(BLOCK).read_to_end(&mut block).context("cannot read standard input")?;
    if !block.get(TAR_MARK_AT..).is_some_and(|rest| rest.starts_with(TAR_MARK)) {
        bail!(
            "standard input is neither NDJSON (one line such as {{\"id\":\"a\",\"config\":{{…}}}} per config) nor a tar; \
             -0 reads a list of paths"
        );
    }
    members(io::Cursor::new(block).chain(input), take)
}

fn lines(input: &mut dyn BufRead, take: &mut dyn FnMut(Item) -> bool) -> anyhow::Result<()> {
    for number in 1.. {
        let mut line = Vec::new();
        let read =
            (&mut *input).take(LONGEST_LINE).read_until(b'\n', &mut line).context("cannot read standard input")?;
        if read == 0 {
            break;
        }
        let is_cut = line.len() as u64 == LONGEST_LINE && line.last() != Some(&b'\n');
        let item = if is_cut && input.skip_until(b'\n').context("cannot read standard input")? > 0 {
            let error = format!("line {number}: {}", too_large("the config", MAX_BYTES));
            Item::Bad { id: number.to_string(), path: None, error }
        } else if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        } else {
            Item::Line { number, bytes: line }
        };
        if !take(item) {
            break;
        }
    }
    Ok(())
}

/// The files of a tar that are configs by the ends of their names.
fn members(input: impl Read, take: &mut dyn FnMut(Item) -> bool) -> anyhow::Result<()> {
    let mut archive = tar::Archive::new(input);
    let mut last = "its start".to_owned();
    for member in archive.entries().context("cannot read the tar")? {
        let damaged = || format!("the tar on standard input is damaged or cut short after {last}");
        let mut member = member.with_context(damaged)?;
        let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
        let end = Path::new(&name).extension().and_then(|end| end.to_str()).unwrap_or_default();
        let is_config = ["json", "json5", "yaml", "yml"].contains(&end);
        if !member.header().entry_type().is_file() || !is_config {
            continue;
        }
        let mut bytes = Vec::new();
        let read = member.by_ref().take(MAX_BYTES + 1).read_to_end(&mut bytes);
        let read = read.with_context(damaged)? as u64;
        if read < member.size().min(MAX_BYTES) {
            bail!("{}", damaged());
        }
        last.clone_from(&name);
        let item = match read > MAX_BYTES {
            true => {
                let error = too_large(&name, MAX_BYTES);
                Item::Bad { id: name.clone(), path: Some(name), error }
            }
            false => Item::Member { name, bytes },
        };
        if !take(item) {
            break;
        }
    }
    Ok(())
}
