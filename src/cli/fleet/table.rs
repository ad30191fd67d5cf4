//! `fleet --format parquet`: rows in groups, of which one is held at a time. The file takes its name when it is whole.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clawbeat::files::save::Unfinished;
use clawbeat::fleet::columns::Columns;
use clawbeat::fleet::{Field, FleetLine};
use parquet::arrow::ArrowWriter;

/// Rows of a group.
const GROUP: usize = 8_192;

/// The file.
pub(super) struct ParquetFile {
    path: PathBuf,
    writer: ArrowWriter<Unfinished>,
    columns: Columns,
    fields: Vec<Field>,
}

impl ParquetFile {
    /// Begins it.
    pub(super) fn begin(path: &Path, fields: &[Field]) -> anyhow::Result<Self> {
        let writer = ArrowWriter::try_new(Unfinished::begin(path)?, Columns::schema(), None)?;
        Ok(ParquetFile { path: path.to_owned(), writer, columns: Columns::default(), fields: fields.to_vec() })
    }

    /// Adds a row.
    pub(super) fn add(&mut self, line: &FleetLine) -> anyhow::Result<()> {
        self.columns.add(line, &self.fields);
        if self.columns.rows() < GROUP { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        let rows = self.columns.take()?;
        let written = self.writer.write(&rows).and_then(|()| self.writer.flush());
        written.with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Gives the file its name.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.flush()?;
        let file = self.writer.into_inner().with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(file.finish()?)
    }
}
