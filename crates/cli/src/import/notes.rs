//! What was odd in a file, row by row.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use contracts::v1::ImportRefusal;
use serde::Serialize;

/// Notes that are kept to be shown; the file given by `--warnings` has them all.
pub const MOST_KEPT: usize = 50;

/// One oddity, where it stands, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column as the file's header names it, or the field as the record does; none where the
    /// whole row is meant.
    pub column: Option<String>,
    pub code: String,
    pub reason: String,
    /// The value as it stands in the file. Never one of a column of people or remarks.
    pub value: Option<String>,
}

impl Note {
    pub fn new(line: u64, column: &str, code: &str, reason: impl Into<String>) -> Self {
        Self {
            line,
            column: Some(column.to_owned()),
            code: code.to_owned(),
            reason: reason.into(),
            value: None,
        }
    }

    #[must_use]
    pub fn of_value(self, value: &str) -> Self {
        Self {
            value: Some(value.to_owned()),
            ..self
        }
    }
}

impl From<logbook::Warning> for Note {
    fn from(w: logbook::Warning) -> Self {
        Self {
            line: w.line,
            column: w.column,
            code: w.code.to_string(),
            reason: w.reason,
            value: w.value,
        }
    }
}

/// A row that flight-ops did not take.
impl From<ImportRefusal> for Note {
    fn from(r: ImportRefusal) -> Self {
        Self {
            line: r.line,
            column: Some(r.pointer).filter(|pointer| !pointer.is_empty()),
            code: r.code,
            reason: format!("refused: {}", r.detail),
            value: None,
        }
    }
}

/// Collects notes: the first few in memory, all of them in a file if there is one.
#[derive(Debug, Default)]
pub struct Notes {
    first: Vec<Note>,
    count: u64,
    file: Option<BufWriter<File>>,
}

impl Notes {
    /// `file` takes a line of JSON a note.
    pub fn new(file: Option<File>) -> Self {
        Self {
            file: file.map(BufWriter::new),
            ..Self::default()
        }
    }

    pub fn add(&mut self, note: Note) -> io::Result<()> {
        self.count += 1;
        if let Some(file) = &mut self.file {
            serde_json::to_writer(&mut *file, &note)?;
            file.write_all(b"\n")?;
        }
        if self.first.len() < MOST_KEPT {
            self.first.push(note);
        }
        Ok(())
    }

    /// The first of them in the order of the file, and how many there were.
    pub fn finish(mut self) -> io::Result<(Vec<Note>, u64)> {
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        self.first.sort_by_key(|note| note.line);
        Ok((self.first, self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_written_and_a_few_are_kept() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut notes = Notes::new(Some(file.reopen().unwrap()));
        for line in (1..=60).rev() {
            notes
                .add(Note::new(line, "From", "missing", "is missing"))
                .unwrap();
        }
        let (first, count) = notes.finish().unwrap();
        assert_eq!((first.len(), count, first[0].line), (MOST_KEPT, 60, 11));
        let written = std::fs::read_to_string(file.path()).unwrap();
        let lines: Vec<serde_json::Value> = written
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(lines.len(), 60);
        assert_eq!(
            (&lines[0]["line"], &lines[0]["column"]),
            (&60.into(), &"From".into())
        );
    }
}
