//! The module `clawbeat` for Python: many configs in an Arrow batch, a row each out. What is said of a config is said by the
//! library, so that it is what `clawbeat fleet` says; here columns become entries and lines columns.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, LargeStringArray, RecordBatch};
use arrow_cast::cast;
use arrow_schema::DataType;
use beat::fleet::alone::{Terms, line};
use beat::fleet::columns::Columns;
use beat::fleet::entry::{BadEntry, Entry, Given};
use beat::fleet::{Field, LineNeeds, selected};
use beat::{Catalogue, Version, Workload};
use jiff::civil::Date;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;
use pyo3_arrow::input::AnyRecordBatch;

/// A column of texts, as it came where that can be.
struct Texts(LargeStringArray);

impl Texts {
    fn of(batch: &RecordBatch, name: &str) -> PyResult<Option<Self>> {
        let Some(column) = batch.column_by_name(name) else { return Ok(None) };
        let texts: ArrayRef = cast(column, &DataType::LargeUtf8)
            .map_err(|error| PyValueError::new_err(format!("column '{name}': expected texts: {error}")))?;
        Ok(Some(Texts(texts.as_string::<i64>().clone())))
    }

    fn at(column: &Option<Self>, row: usize) -> Option<&str> {
        column.as_ref().filter(|texts| texts.0.is_valid(row)).map(|texts| texts.0.value(row))
    }
}

fn terms(
    month: &Bound<'_, PyAny>,
    openclaw_version: Option<&str>,
    workload: &str,
    prices: Option<std::path::PathBuf>,
) -> PyResult<Terms> {
    let wrong = |what: String| PyValueError::new_err(what);
    // A date is written as its text, and of a month the day is missing.
    let text = month.str()?.to_string();
    let whole = if text.len() == 7 { format!("{text}-01") } else { text.clone() };
    let month: Date = whole.parse().map_err(|_| wrong(format!("month '{text}': expected one such as 2026-11")))?;
    let version = openclaw_version.map(|text| text.parse::<Version>().map_err(|error| wrong(error.to_string())));
    let load = Workload::preset(workload).ok_or_else(|| {
        let presets = beat::workload::PRESETS.join("', '");
        wrong(format!("no workload '{workload}'; expected one of '{presets}'"))
    })?;
    let catalogue = match prices {
        None => Catalogue::builtin(),
        Some(path) => {
            let at = |error: &dyn std::fmt::Display| wrong(format!("{}: {error}", path.display()));
            let text = std::fs::read_to_string(&path).map_err(|error| at(&error))?;
            let format = beat::Format::sniff(&text);
            let document = beat::Document::parse(text, format).map_err(|error| at(&error.message))?;
            Catalogue::with_prices(document.value()).map_err(|error| at(&error))?
        }
    };
    Ok(Terms {
        version: version.transpose()?,
        month,
        catalogue,
        workload: load,
        months: Default::default(),
        lines: Default::default(),
    })
}

/// The rows of a batch, of which the first is `first`.
fn answer(batch: &RecordBatch, first: u64, terms: &Terms, fields: &[Field], columns: &mut Columns) -> PyResult<()> {
    let column = |name| Texts::of(batch, name);
    let (ids, texts, configs) = (column("id")?, column("text")?, column("config")?);
    let (formats, releases, workloads) = (column("format")?, column("release")?, column("workload")?);
    if texts.is_none() && configs.is_none() {
        return Err(PyValueError::new_err("the batch has neither a column 'text' nor 'config'"));
    }
    for (row, number) in (0..batch.num_rows()).zip(first..) {
        let id = Texts::at(&ids, row).map_or_else(|| number.to_string(), str::to_owned);
        let given = Given {
            config: Texts::at(&configs, row),
            text: Texts::at(&texts, row),
            format: Texts::at(&formats, row),
            release: Texts::at(&releases, row),
            workload: Texts::at(&workloads, row),
        };
        let entry: Result<Entry, BadEntry> =
            given.entry(&id).map_err(|error| BadEntry { id, error: format!("line {number}: {error}") });
        columns.add(&line(entry, terms, LineNeeds::of(fields)), fields);
    }
    Ok(())
}

fn many(py: Python<'_>, batch: AnyRecordBatch, terms: Terms, fields: Vec<Field>) -> PyResult<Bound<'_, PyAny>> {
    let reader = batch.into_reader()?;
    let answered = py.detach(move || -> PyResult<RecordBatch> {
        let (mut columns, mut first) = (Columns::default(), 1);
        for batch in reader {
            let batch = batch.map_err(|error| PyValueError::new_err(error.to_string()))?;
            answer(&batch, first, &terms, &fields, &mut columns)?;
            first += batch.num_rows() as u64;
        }
        columns.take().map_err(|error| PyValueError::new_err(error.to_string()))
    })?;
    PyRecordBatch::new(answered).into_pyarrow(py)
}

#[pyfunction]
#[pyo3(signature = (batch, *, month, openclaw_version = None, workload = "typical", prices = None))]
fn report_many<'py>(
    py: Python<'py>,
    batch: AnyRecordBatch,
    month: &Bound<'py, PyAny>,
    openclaw_version: Option<&str>,
    workload: &str,
    prices: Option<std::path::PathBuf>,
) -> PyResult<Bound<'py, PyAny>> {
    many(py, batch, terms(month, openclaw_version, workload, prices)?, Vec::new())
}

#[pyfunction]
#[pyo3(signature = (batch, *, month, openclaw_version = None, workload = "typical", prices = None))]
fn lint_many<'py>(
    py: Python<'py>,
    batch: AnyRecordBatch,
    month: &Bound<'py, PyAny>,
    openclaw_version: Option<&str>,
    workload: &str,
    prices: Option<std::path::PathBuf>,
) -> PyResult<Bound<'py, PyAny>> {
    many(py, batch, terms(month, openclaw_version, workload, prices)?, selected(true, &[]))
}

#[pymodule]
fn _clawbeat(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(report_many, module)?)?;
    module.add_function(wrap_pyfunction!(lint_many, module)?)
}
