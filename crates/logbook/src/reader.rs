//! The reader: from the bytes of a file to its rows.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::iter::FusedIterator;

use crate::aircraft::LogbookAircraft;
use crate::cells::Cells;
use crate::error::{NotALogbook, OpenError};
use crate::fields::Fields;
use crate::fleet::Fleet;
use crate::flight;
use crate::header::{self, Header, Table};
use crate::limits::{MAX_FIELDS, MAX_PREFACE_BYTES, MAX_PREFACE_ROWS};
use crate::occurrence::Occurrences;
use crate::records::{Framing, Records};
use crate::row::{Row, RowContent};
use crate::warning::Warning;

mod refusal;

/// Reads a ForeFlight export, a row at a time.
///
/// It is an iterator of rows. An error is one of the file system, and ends it;
/// nothing that stands in the file does.
pub struct Reader<R> {
    records: Records<R>,
    fields: Fields,
    section: Section,
    fleet: Fleet,
    occurrences: Occurrences,
    preface: VecDeque<Row>,
    header_warnings: Vec<Warning>,
    warnings: Vec<Warning>,
    done: bool,
}

/// Where in the file the reader is.
enum Section {
    /// Ahead of the first table.
    Preamble,
    /// Behind the name of a table that stands in this line, ahead of its
    /// header.
    Named(Table, u64),
    /// Behind a header.
    Rows(Table, Header),
}

/// What a record of the file comes to.
enum Step {
    EndOfFile,
    /// A blank row, a name of a table, a header, or text ahead of the tables.
    NoData,
    Row(Row),
}

impl<R: Read> Reader<R> {
    /// Opens a file: reads up to the header of its flights table. The rows up
    /// to there, which are the aircraft, are kept and come first.
    ///
    /// # Errors
    /// [`OpenError::NotALogbook`] where there is no flights table with a
    /// header, [`OpenError::Io`] where the file cannot be read.
    pub fn new(source: R) -> Result<Self, OpenError> {
        let mut reader = Self {
            records: Records::new(source),
            fields: Fields::default(),
            section: Section::Preamble,
            fleet: Fleet::default(),
            occurrences: Occurrences::default(),
            preface: VecDeque::new(),
            header_warnings: Vec::new(),
            warnings: Vec::new(),
            done: false,
        };
        while !matches!(reader.section, Section::Rows(Table::Flights, _)) {
            match reader.step()? {
                Step::EndOfFile => return Err(reader.not_a_logbook().into()),
                Step::NoData => reader.expect_text()?,
                Step::Row(row) => reader.preface.push_back(row),
            }
            let rows_left = reader.preface.len() <= MAX_PREFACE_ROWS;
            if !rows_left || reader.records.bytes_read() > MAX_PREFACE_BYTES {
                return Err(reader.not_a_logbook().into());
            }
        }
        reader.warnings = std::mem::take(&mut reader.header_warnings);
        if !reader.fleet.has_table() {
            reader
                .warnings
                .push(refusal::no_aircraft_table(reader.records.line()));
        }
        Ok(reader)
    }

    /// What is odd in the file as a whole, such as columns that are not known.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    fn not_a_logbook(&self) -> NotALogbook {
        match self.section {
            Section::Named(Table::Flights, line) => NotALogbook::NoHeader { line },
            _ if self.records.bytes_read() == 0 => NotALogbook::Empty,
            _ => NotALogbook::NoFlightsTable {
                lines: self.records.line(),
            },
        }
    }

    fn expect_text(&self) -> Result<(), NotALogbook> {
        let preamble = matches!(self.section, Section::Preamble);
        match preamble && self.records.bytes().contains(&0) {
            true => Err(NotALogbook::NotText {
                line: self.records.line(),
            }),
            false => Ok(()),
        }
    }

    /// Reads one record.
    fn step(&mut self) -> io::Result<Step> {
        let Some(framing) = self.records.advance()? else {
            return Ok(Step::EndOfFile);
        };
        let line = self.records.line();
        let in_preamble = matches!(self.section, Section::Preamble);
        if framing != Framing::Whole {
            return Ok(match in_preamble {
                true => Step::NoData,
                false => Step::Row(refusal::of_framing(line, framing)),
            });
        }
        self.fields.split(self.records.bytes());
        if self.fields.is_blank() {
            return Ok(Step::NoData);
        }
        if let Some(table) = Table::begins(&self.fields) {
            self.section = Section::Named(table, line);
            return Ok(Step::NoData);
        }
        Ok(match self.section {
            Section::Preamble => Step::NoData,
            Section::Named(table, _) => self.begin_table(table, line),
            Section::Rows(..) => Step::Row(self.row(line)),
        })
    }

    fn begin_table(&mut self, table: Table, line: u64) -> Step {
        let Some((header, warnings)) = Header::read(table, line, &self.fields) else {
            return match header::is_row_of_types(&self.fields) {
                true => Step::NoData,
                false => Step::Row(refusal::of_headless(line)),
            };
        };
        if table == Table::Aircraft {
            self.fleet.begin_table();
        }
        // A file of nothing but headers would pile these up.
        if self.header_warnings.len() <= MAX_FIELDS {
            self.header_warnings.extend(warnings);
        }
        self.section = Section::Rows(table, header);
        Step::NoData
    }

    fn row(&mut self, line: u64) -> Row {
        let Section::Rows(table, header) = &self.section else {
            return refusal::of_headless(line);
        };
        let mut cells = Cells::new(header, &self.fields, line);
        let content = match (refusal::by_size(&mut cells, &self.fields, header), table) {
            (true, _) => RowContent::Refused,
            (false, Table::Aircraft) => match LogbookAircraft::read(&mut cells) {
                Some(aircraft) => RowContent::Aircraft(aircraft),
                None => RowContent::Refused,
            },
            (false, Table::Flights) => flight::read(&mut cells, &self.fleet),
        };
        let mut warnings = cells.into_warnings();
        let mut occurrence = 0;
        match &content {
            RowContent::Aircraft(aircraft) if !self.fleet.add(&aircraft.aircraft_id) => {
                warnings.push(refusal::repeated_aircraft(line));
            }
            RowContent::Flight(flight) => {
                occurrence = self.occurrences.number(flight.fingerprint());
                warnings.extend(refusal::repeated_flight(line, occurrence));
            }
            _ => (),
        }
        Row {
            line,
            occurrence,
            content,
            warnings,
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.preface.pop_front() {
            return Some(Ok(row));
        }
        while !self.done {
            match self.step() {
                Ok(Step::NoData) => (),
                Ok(Step::Row(mut row)) => {
                    row.warnings.append(&mut self.header_warnings);
                    return Some(Ok(row));
                }
                Ok(Step::EndOfFile) => self.done = true,
                Err(error) => {
                    self.done = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl<R: Read> FusedIterator for Reader<R> {}
