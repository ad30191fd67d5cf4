//! Lines of a fleet as columns of Arrow, for engines and warehouses: what sums and filters need has a column of its own, exact
//! as decimals, and the whole line stands beside it as JSON.

use std::sync::Arc;

use arrow_array::builder::{Decimal128Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use serde_json::Value;

use super::line::{Field as LineField, FleetLine};
use crate::money::Money;

/// Digits of an amount, and those of them behind the point.
const DECIMAL: DataType = DataType::Decimal128(38, 12);

/// The text columns, by the names that a line has for them.
const TEXTS: [&str; 6] = ["id", "path", "release", "verdict", "error", "unit"];
/// The counts: a name and where it stands in a line.
const COUNTS: [(&str, &str); 4] = [
    ("agents", "/agents"),
    ("errors", "/findings/error"),
    ("warnings", "/findings/warning"),
    ("infos", "/findings/info"),
];
/// The amounts: a name and where it stands in a line.
const AMOUNTS: [(&str, &str); 7] = [
    ("current_low", "/current/low"),
    ("current", "/current/typical"),
    ("current_high", "/current/high"),
    ("recommended_low", "/recommended/low"),
    ("recommended", "/recommended/typical"),
    ("recommended_high", "/recommended/high"),
    ("saving", "/saving/amount"),
];

/// Columns that are being filled.
pub struct Columns {
    texts: [StringBuilder; 6],
    counts: [Int64Builder; 4],
    amounts: [Decimal128Builder; 7],
    lines: StringBuilder,
    rows: usize,
}

impl Default for Columns {
    fn default() -> Self {
        Columns {
            texts: Default::default(),
            counts: Default::default(),
            amounts: std::array::from_fn(|_| Decimal128Builder::new().with_data_type(DECIMAL)),
            lines: StringBuilder::new(),
            rows: 0,
        }
    }
}

impl Columns {
    /// What they are called and hold. Only the line is never null.
    pub fn schema() -> SchemaRef {
        let texts = TEXTS.iter().map(|name| Field::new(*name, DataType::Utf8, true));
        let counts = COUNTS.iter().map(|(name, _)| Field::new(*name, DataType::Int64, true));
        let amounts = AMOUNTS.iter().map(|(name, _)| Field::new(*name, DECIMAL, true));
        let line = Field::new("line", DataType::Utf8, false);
        Arc::new(Schema::new(texts.chain(counts).chain(amounts).chain([line]).collect::<Vec<_>>()))
    }

    /// Adds a row, whose line has some fields or all.
    pub fn add(&mut self, line: &FleetLine, fields: &[LineField]) {
        let at = |pointer: &str| {
            let mut steps = pointer.split('/').skip(1);
            let first = steps.next().map_or(&Value::Null, |name| line.get(name));
            steps.try_fold(first, |value, name| value.get(name)).unwrap_or(&Value::Null)
        };
        let texts = self.texts.iter_mut().zip(TEXTS);
        texts.for_each(|(column, name)| column.append_option(line.get(name).as_str()));
        let counts = self.counts.iter_mut().zip(COUNTS);
        counts.for_each(|(column, (_, pointer))| column.append_option(at(pointer).as_i64()));
        let amounts = self.amounts.iter_mut().zip(AMOUNTS);
        amounts.for_each(|(column, (_, pointer))| {
            column.append_option(at(pointer).as_str().and_then(Money::parse).map(Money::pico));
        });
        self.lines.append_value(line.to_text(fields).trim_end());
        self.rows += 1;
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The rows so far; the next one begins anew.
    ///
    /// # Errors
    ///
    /// None that the columns themselves could be the cause of.
    pub fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let texts = self.texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let counts = self.counts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let amounts = self.amounts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        let mut columns: Vec<ArrayRef> = texts.chain(counts).chain(amounts).collect();
        columns.push(Arc::new(self.lines.finish()));
        RecordBatch::try_new(Self::schema(), columns)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Decimal128Type;

    use super::*;

    #[test]
    fn what_is_known_is_exact_and_what_is_not_is_null() {
        let line = r#"{"id":"a","path":null,"current":{"low":"1","typical":"2.000000000001","high":"3"},"agents":2}"#;
        let mut columns = Columns::default();
        columns.add(&FleetLine::read(line).unwrap(), &[]);
        columns.add(&FleetLine::of("b", None).with_error("no such file"), &[]);
        assert_eq!(columns.rows(), 2);
        let batch = columns.take().unwrap();
        let current = batch.column_by_name("current").unwrap().as_primitive::<Decimal128Type>();
        assert_eq!((current.value(0), current.is_valid(1)), (2_000_000_000_001, false));
        assert_eq!(batch.column_by_name("line").unwrap().as_string::<i32>().value(0), line);
        assert_eq!(batch.column_by_name("error").unwrap().as_string::<i32>().value(1), "no such file");
        assert_eq!(columns.take().unwrap().num_rows(), 0);
    }
}
