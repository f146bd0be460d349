//! The header of a table: which column stands where.

use std::collections::{HashMap, HashSet};

use crate::column::{self, Column};
use crate::fields::Fields;
use crate::warning::{Warning, WarningCode};

/// Characters of an unknown column's name that a warning repeats.
const SHOWN_NAME_CHARS: usize = 64;

/// Cells of the row of types that stands above some headers.
const TYPES: &[&str] = &[
    "text",
    "yyyy",
    "hh:mm",
    "date",
    "datetime",
    "number",
    "decimal",
    "decimal or hh:mm",
    "boolean",
    "packed detail",
];

/// One of the two tables of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Aircraft,
    Flights,
}

impl Table {
    /// The table that begins with this row.
    pub(crate) fn begins(row: &Fields) -> Option<Self> {
        let first = row.get(0)?.trim_ascii();
        if first.eq_ignore_ascii_case(b"Aircraft Table") {
            Some(Self::Aircraft)
        } else if first.eq_ignore_ascii_case(b"Flights Table") {
            Some(Self::Flights)
        } else {
            None
        }
    }
}

/// The columns of a table, by name.
#[derive(Debug)]
pub(crate) struct Header {
    names: Vec<String>,
    places: HashMap<Column, Vec<usize>>,
    width: usize,
}

impl Header {
    /// Reads a row as the header of `table`, with a warning for each column
    /// that is unknown or stands there twice. `None` where it is no header.
    pub(crate) fn read(table: Table, line: u64, row: &Fields) -> Option<(Self, Vec<Warning>)> {
        if row.too_many() {
            return None;
        }
        let names: Vec<String> = row.iter().map(name).collect();
        let mut header = Self {
            width: names.iter().rposition(|name| !name.is_empty())? + 1,
            places: HashMap::new(),
            names: Vec::new(),
        };
        let mut warnings = Vec::new();
        let mut seen = HashSet::new();
        for (index, name) in names.iter().enumerate() {
            let Some(column) = Column::named(name) else {
                warnings.extend(unknown(line, name));
                continue;
            };
            if !seen.insert(column::key(name)) {
                warnings.push(duplicate(line, name));
            }
            header.places.entry(column).or_default().push(index);
        }
        header.names = names;
        header.is_header_of(table).then_some((header, warnings))
    }

    fn is_header_of(&self, table: Table) -> bool {
        match table {
            Table::Aircraft => self.places.contains_key(&Column::AircraftId),
            Table::Flights => self.places.contains_key(&Column::Date) && self.places.len() > 1,
        }
    }

    /// Where a column stands: nowhere, once, or several times.
    pub(crate) fn places(&self, column: Column) -> &[usize] {
        self.places
            .get(&column)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Every known column and where it stands.
    pub(crate) fn known(&self) -> impl Iterator<Item = (Column, usize)> {
        let all = self.places.iter();
        all.flat_map(|(column, places)| places.iter().map(|place| (*column, *place)))
    }

    /// Whether the table has columns of people or remarks.
    pub(crate) fn has_private_columns(&self) -> bool {
        self.known().any(|(column, _)| column.is_private())
    }

    /// The name at `index` as it stands in the file.
    pub(crate) fn name(&self, index: usize) -> Option<&str> {
        self.names.get(index).map(String::as_str)
    }

    /// The name of a column as it stands in the file, or the usual one.
    pub(crate) fn name_of(&self, column: Column) -> &str {
        let first = self.places(column).first();
        first
            .and_then(|index| self.name(*index))
            .unwrap_or(column.label())
    }

    /// The number of columns up to the last one with a name.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The number of columns, those without a name at the end among them.
    pub(crate) fn full_width(&self) -> usize {
        self.names.len()
    }
}

/// A name on one line, whatever bytes the file has for it.
fn name(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace(char::is_control, " ");
    text.trim().to_owned()
}

/// Whether a row is the row of types above a header.
pub(crate) fn is_row_of_types(row: &Fields) -> bool {
    let mut cells = row
        .iter()
        .map(<[u8]>::trim_ascii)
        .filter(|cell| !cell.is_empty());
    cells.all(|cell| {
        TYPES
            .iter()
            .any(|kind| cell.eq_ignore_ascii_case(kind.as_bytes()))
    })
}

fn unknown(line: u64, name: &str) -> Option<Warning> {
    if name.is_empty() || column::is_left_alone(name) {
        return None;
    }
    let reason = match name.starts_with('[') {
        true => "a column of the pilot's own; it is not read",
        false => "no column of this name is known; it is not read",
    };
    Some(warning(line, name, WarningCode::UnknownColumn, reason))
}

fn duplicate(line: u64, name: &str) -> Warning {
    let reason = "the header names this column twice; in each row the first value counts";
    warning(line, name, WarningCode::DuplicateColumn, reason)
}

fn warning(line: u64, name: &str, code: WarningCode, reason: &str) -> Warning {
    Warning {
        line,
        column: Some(name.chars().take(SHOWN_NAME_CHARS).collect()),
        code,
        reason: reason.to_owned(),
        value: None,
    }
}

#[cfg(test)]
mod tests;
