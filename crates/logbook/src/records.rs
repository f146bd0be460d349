//! Records of a file: lines, joined where a quoted value holds a line end.

use std::io::{self, Read};

use crate::limits::MAX_ROW_BYTES;
use crate::lines::{LineEnd, Lines};
use crate::quotes::Quotes;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Whole,
    /// Longer than [`MAX_ROW_BYTES`]; the rest of it was skipped.
    TooLong,
    /// A quote is opened in this line and not closed. Only this line is lost:
    /// reading goes on with the next, and each line that the quote had
    /// swallowed is then read as a record by itself, so that no byte is read
    /// more than twice.
    Unterminated,
}

/// The records of a file, one at a time in one buffer.
pub(crate) struct Records<R> {
    lines: Lines<R>,
    record: Vec<u8>,
    line: u64,
    next_line: u64,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            lines: Lines::new(source),
            record: Vec::new(),
            line: 0,
            next_line: 1,
        }
    }

    /// Moves on to the next record, and says what became of it. `None` at the
    /// end of the file.
    pub(crate) fn advance(&mut self) -> io::Result<Option<Framing>> {
        self.record.clear();
        let one_line_only = self.lines.replaying();
        let mut quotes = Quotes::FieldStart;
        let mut first_line_end = 0;
        loop {
            let start = self.record.len();
            let end = self.lines.read_line(&mut self.record, MAX_ROW_BYTES)?;
            if self.record.is_empty() {
                return Ok(None);
            }
            if start == 0 {
                self.line = self.next_line;
            } else if end == LineEnd::Full || self.record.len() == start {
                return Ok(Some(self.step_back(first_line_end)));
            }
            self.next_line += 1;
            if end == LineEnd::Full {
                self.lines.skip_line()?;
                return Ok(Some(Framing::TooLong));
            }
            let stray;
            (quotes, stray) = quotes.scan(self.text_from(start));
            if start > 0 && stray {
                return Ok(Some(self.step_back(first_line_end)));
            }
            if quotes != Quotes::Quoted {
                return Ok(Some(Framing::Whole));
            }
            if one_line_only {
                return Ok(Some(Framing::Unterminated));
            }
            if start == 0 {
                first_line_end = self.record.len();
            }
        }
    }

    /// The current record without its last line end and without a byte order
    /// mark.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.text_from(0)
    }

    /// The line at which the current record begins, from 1; 0 before any.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Bytes taken from the file so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.lines.bytes_read()
    }

    fn text_from(&self, start: usize) -> &[u8] {
        let bytes = self.record.get(start..).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        match (self.line, start) {
            (1, 0) => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes),
            _ => bytes,
        }
    }

    fn step_back(&mut self, first_line_end: usize) -> Framing {
        let swallowed = self.record.get(first_line_end..).unwrap_or_default();
        self.lines.push_back(swallowed);
        self.record.truncate(first_line_end);
        self.next_line = self.line + 1;
        Framing::Unterminated
    }
}

#[cfg(test)]
mod tests;
