//! `fleet --format parquet`: rows in groups, of which one is held at a time. The file takes its name when it is whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clawbeat::fleet::columns::Columns;
use clawbeat::fleet::{Field, FleetLine};
use parquet::arrow::ArrowWriter;

/// Rows of a group.
const GROUP: usize = 8_192;

/// The file.
pub(super) struct ParquetFile {
    path: PathBuf,
    unfinished: PathBuf,
    writer: ArrowWriter<File>,
    columns: Columns,
    fields: Vec<Field>,
}

impl ParquetFile {
    /// Begins it beside the name that it will have.
    pub(super) fn create(path: &Path, fields: &[Field]) -> anyhow::Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push(".unfinished");
        let unfinished = PathBuf::from(name);
        let file = File::create(&unfinished).with_context(|| format!("cannot write {}", unfinished.display()))?;
        let writer = ArrowWriter::try_new(file, Columns::schema(), None)?;
        Ok(ParquetFile {
            path: path.to_owned(),
            unfinished,
            writer,
            columns: Columns::default(),
            fields: fields.to_vec(),
        })
    }

    /// Adds a row.
    pub(super) fn add(&mut self, line: &FleetLine) -> anyhow::Result<()> {
        self.columns.add(line, &self.fields);
        if self.columns.rows() < GROUP { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        let rows = self.columns.take()?;
        self.writer
            .write(&rows)
            .and_then(|()| self.writer.flush())
            .with_context(|| self.unfinished.display().to_string())
    }

    /// Gives the file its name.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.flush()?;
        self.writer.close().with_context(|| self.unfinished.display().to_string())?;
        fs::rename(&self.unfinished, &self.path).with_context(|| format!("cannot write {}", self.path.display()))
    }
}
