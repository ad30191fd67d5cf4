//! The file that a fleet's lines go to, and what an earlier run left in it. A line is written at once and whole; where a
//! run was killed in the middle of one, that one is cut off and asked again.

use std::fs::{File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clawbeat::files::save::Unfinished;
use clawbeat::fleet::{FleetLine, FleetTotals};
use clawbeat::words::counted;

use super::super::output::unless_closed;
use super::inputs::{Inputs, Item};
use super::options::FleetFormat;
use super::question::FleetQuestion;

/// Where lines go.
pub(super) enum LineSink {
    /// Standard output.
    Stdout,
    /// A file that each line goes to at once; none until there is the first, so that an earlier answer stays until then.
    Lines(Option<File>, PathBuf),
    /// A file that takes its name when it is whole, since no later run can go on with it.
    Whole(Unfinished, PathBuf),
    /// A file of rows.
    #[cfg(feature = "parquet")]
    Table(Box<super::table::ParquetFile>),
}

/// What an earlier run answered: the ids of its lines in short.
#[derive(Default)]
pub(super) struct Answered(Vec<u64>);

impl Answered {
    /// Gives those that are not answered to `take`, until that wants no more.
    ///
    /// # Errors
    ///
    /// They cannot be read, or the first of them are not those that were answered.
    pub(super) fn each_other(&self, inputs: Inputs, take: &mut dyn FnMut(Item) -> bool) -> anyhow::Result<()> {
        let (mut ids, mut place, mut refused) = (self.0.iter(), 0, Ok(()));
        inputs.each(&mut |item| {
            let Some(answered) = ids.next() else { return take(item) };
            place += 1;
            let id = item.id();
            let is_answered = *answered == short(&id);
            if !is_answered {
                refused = Err(anyhow!(
                    "line {place} of the file answers another config than '{id}'; \
                     --resume can only continue with the same configs"
                ));
            }
            is_answered
        })?;
        refused?;
        if ids.len() > 0 {
            let more = counted(ids.len() as u64, "line");
            bail!(
                "{more} of the file answer configs that are not named now; --resume can only continue with the same configs"
            );
        }
        Ok(())
    }
}

fn short(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

impl LineSink {
    /// Where the answers of a format go, if each is written, and what is answered there already.
    pub(super) fn open(question: &FleetQuestion, totals: &mut FleetTotals) -> anyhow::Result<(Option<Self>, Answered)> {
        let options = &question.options;
        let sink = match (options.file(), question.format) {
            (Some(path), FleetFormat::Ndjson) if options.resume && path.exists() => {
                let (file, answered) = gone_on_with(path, question.terms.as_deref(), totals)?;
                return Ok((Some(LineSink::Lines(Some(file), path.to_owned())), answered));
            }
            (Some(path), FleetFormat::Ndjson) => Some(LineSink::Lines(None, path.to_owned())),
            (Some(path), FleetFormat::Plan) => Some(LineSink::Whole(Unfinished::begin(path)?, path.to_owned())),
            (None, FleetFormat::Ndjson | FleetFormat::Plan) => Some(LineSink::Stdout),
            #[cfg(feature = "parquet")]
            (Some(path), FleetFormat::Parquet) => {
                Some(LineSink::Table(Box::new(super::table::ParquetFile::begin(path, &question.fields)?)))
            }
            #[cfg(feature = "parquet")]
            (None, FleetFormat::Parquet) => bail!("--format parquet needs a file: --output FILE"),
            (_, FleetFormat::Text | FleetFormat::Json | FleetFormat::Html) => None,
        };
        Ok((sink, Answered::default()))
    }

    /// Ends what is not whole without an end.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            #[cfg(feature = "parquet")]
            LineSink::Table(table) => table.finish(),
            LineSink::Whole(file, _) => Ok(file.finish()?),
            // Of no lines.
            LineSink::Lines(None, path) => begun(&path).map(drop),
            LineSink::Lines(Some(_), _) | LineSink::Stdout => Ok(()),
        }
    }

    /// Writes a line, which is a text; whether anybody still reads.
    #[cfg_attr(not(feature = "parquet"), allow(unused_variables, reason = "rows are made of the line itself"))]
    pub(super) fn write(&mut self, of: &FleetLine, line: &str) -> anyhow::Result<bool> {
        match self {
            #[cfg(feature = "parquet")]
            LineSink::Table(table) => table.add(of).map(|()| true),
            LineSink::Lines(file, path) => {
                let file = match file {
                    Some(file) => file,
                    none => none.insert(begun(path)?),
                };
                file.write_all(line.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(true)
            }
            LineSink::Whole(file, path) => {
                file.write_all(line.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(true)
            }
            LineSink::Stdout => {
                let mut out = io::stdout().lock();
                let written = out.write_all(line.as_bytes()).and_then(|()| out.flush());
                let is_read = written.is_ok();
                unless_closed(written)?;
                Ok(is_read)
            }
        }
    }
}

/// A new file in the place of an earlier answer.
fn begun(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("cannot write {}", path.display()))
}

/// Opens a file behind its last whole line. The answers of its lines are taken into the totals, if they were asked under the
/// same terms.
fn gone_on_with(path: &Path, terms: Option<&str>, totals: &mut FleetTotals) -> anyhow::Result<(File, Answered)> {
    let at = || format!("cannot write {}", path.display());
    let mut answered = Answered::default();
    let mut input = BufReader::new(File::open(path).with_context(|| format!("cannot read {}", path.display()))?);
    let (mut text, mut whole) = (String::new(), 0);
    loop {
        text.clear();
        // What is no text was not written here whole.
        let read = input.read_line(&mut text).unwrap_or(0);
        if read == 0 || !text.ends_with('\n') {
            break;
        }
        let number = answered.0.len() + 1;
        let line = FleetLine::read(&text).filter(|line| line.get("id").is_string());
        let Some(line) = line else {
            bail!(
                "{}:{number}: not a line that clawbeat fleet wrote (no id); --resume can only continue its own output",
                path.display()
            );
        };
        if line.get("terms").as_str() != terms {
            bail!(
                "{}:{number}: the line was written for another month, under other settings or by another clawbeat; \
                 --resume needs the same arguments, --month among them",
                path.display()
            );
        }
        totals.add(&line);
        answered.0.push(short(line.get("id").as_str().unwrap_or_default()));
        whole += read as u64;
    }
    let mut file = OpenOptions::new().write(true).open(path).with_context(at)?;
    file.set_len(whole).with_context(at)?;
    io::Seek::seek(&mut file, io::SeekFrom::End(0)).with_context(at)?;
    Ok((file, answered))
}
