//! What was recorded of each retired part of a file (`scripts/record-repairs.mjs`): a row a part, by its place and its value.

use std::sync::OnceLock;

use serde_json::Value;

use crate::certain;
use crate::releases::shape::type_letter;

/// A place as in `retired.tsv`; a value as JSON, or nothing for all that is retired there; what becomes of it: `-` it
/// goes, `> PLACE` it moves, with `= JSON` as another value, `= JSON` it is replaced, `?` no simple rule. `^N` ends a row
/// of which so many holders go with it if nothing else is in them. Stars of the second place are those of the first, in order.
const TABLE: &str = include_str!("../repairs.tsv");

/// The rows about one place.
pub(super) struct Rows {
    pub(super) place: &'static str,
    rows: Vec<RepairRow>,
}

/// What becomes of a value.
pub(super) struct RepairRow {
    value: Option<Value>,
    pub(super) effect: RepairEffect,
    /// How many holders go with it if nothing else is in them.
    pub(super) holders: usize,
}

/// What a start does to a part.
#[derive(PartialEq)]
pub(super) enum RepairEffect {
    Gone,
    Moved { place: &'static str, to: Option<Value> },
    Replaced(Value),
    Unknown,
}

impl Rows {
    /// The row about a value: the one that names it, else what all values of its type come to.
    pub(super) fn becomes(&self, value: &Value) -> Option<&RepairRow> {
        let named = self.rows.iter().find(|row| row.value.as_ref().is_none_or(|named| named == value));
        let mut alike = self
            .rows
            .iter()
            .filter(|row| row.value.as_ref().is_some_and(|named| type_letter(named) == type_letter(value)));
        named.or_else(|| {
            let first = alike.next()?;
            let keeps = !matches!(first.effect, RepairEffect::Replaced(_) | RepairEffect::Moved { to: Some(_), .. });
            (keeps && alike.all(|row| row.effect == first.effect && row.holders == first.holders)).then_some(first)
        })
    }
}

/// All rows, by place.
pub(super) fn table() -> &'static [Rows] {
    static READ: OnceLock<Vec<Rows>> = OnceLock::new();
    READ.get_or_init(|| {
        let mut all: Vec<Rows> = Vec::new();
        for line in TABLE.lines() {
            let (place, row) = certain::made("repairs.tsv", row(line).ok_or(line));
            match all.last_mut().filter(|rows| rows.place == place) {
                Some(rows) => rows.rows.push(row),
                None => all.push(Rows { place, rows: vec![row] }),
            }
        }
        all
    })
}

fn row(line: &'static str) -> Option<(&'static str, RepairRow)> {
    let mut cells = line.split('\t');
    let (place, value, effect) = (cells.next()?, cells.next()?, cells.next()?);
    let value = if value.is_empty() { None } else { Some(serde_json::from_str(value).ok()?) };
    let (effect, holders) = match effect.rsplit_once(" ^") {
        Some((effect, holders)) => (effect, holders.parse().ok()?),
        None => (effect, 0),
    };
    let effect = match effect.split_at(1) {
        ("-", "") => RepairEffect::Gone,
        (">", rest) => match rest.trim().split_once(" = ") {
            Some((place, to)) => RepairEffect::Moved { place, to: Some(serde_json::from_str(to).ok()?) },
            None => RepairEffect::Moved { place: rest.trim(), to: None },
        },
        ("=", rest) => RepairEffect::Replaced(serde_json::from_str(rest).ok()?),
        ("?", "") => RepairEffect::Unknown,
        _ => return None,
    };
    Some((place, RepairRow { value, effect, holders }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row that cannot be read would stop the program.
    #[test]
    fn every_row_is_read() {
        assert!(table().len() > 300);
        assert_eq!(TABLE.lines().count(), table().iter().map(|rows| rows.rows.len()).sum::<usize>());
    }
}
