//! The quoting of CSV, byte by byte.
//!
//! The `csv` crate is not used to read: it grows its record without limit, and
//! cannot step back from a quote that is never closed. A test compares the two
//! on everything both can read.

/// Where in a record the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// At the first byte of a value.
    FieldStart,
    /// In a value, outside quotes.
    Plain,
    /// Inside quotes: commas and line ends are part of the value.
    Quoted,
    /// Behind a quote inside quotes: the end of them, or half of an escape.
    QuoteSeen,
}

/// What a byte means for the value it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Keep,
    Skip,
    EndOfField,
}

impl Quotes {
    /// The state behind `byte`, and what the byte means.
    pub(crate) fn step(self, byte: u8) -> (Self, Meaning) {
        match (self, byte) {
            (Self::Quoted, b'"') => (Self::QuoteSeen, Meaning::Skip),
            (Self::Quoted, _) | (Self::QuoteSeen, b'"') => (Self::Quoted, Meaning::Keep),
            (Self::FieldStart, b'"') => (Self::Quoted, Meaning::Skip),
            (_, b',') => (Self::FieldStart, Meaning::EndOfField),
            (_, _) => (Self::Plain, Meaning::Keep),
        }
    }

    /// Whether a closing quote is followed by anything but a comma, given the
    /// state behind it and the next one.
    pub(crate) fn is_stray(self, next: Self) -> bool {
        self == Self::QuoteSeen && next == Self::Plain
    }

    /// The state at the end of `line` (without its line end), and whether a
    /// quote in it is stray. In a record of several lines that is the mark of
    /// an opening quote without an end, which ran into the next quoted value.
    pub(crate) fn scan(self, line: &[u8]) -> (Self, bool) {
        line.iter().fold((self, false), |(state, stray), byte| {
            let (next, _) = state.step(*byte);
            (next, stray || state.is_stray(next))
        })
    }
}
