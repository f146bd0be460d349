//! One row under its header: values by column, and what was odd in them.

use chrono::NaiveTime;

use crate::column::Column;
use crate::fields::Fields;
use crate::header::Header;
use crate::limits::MAX_IDENT_CHARS;
use crate::private::Private;
use crate::value::{self, Bad};
use crate::warning::{Warning, WarningCode};

/// Characters of a value that a warning repeats at most.
const SHOWN_VALUE_CHARS: usize = 24;

/// Characters and digits of a value that is no name and no telephone number.
const HARMLESS_CHARS: usize = 10;
const HARMLESS_DIGITS: usize = 8;

/// The values of one row, by column. Reading them collects the warnings.
pub(crate) struct Cells<'a> {
    header: &'a Header,
    fields: &'a Fields,
    line: u64,
    warnings: Vec<Warning>,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(header: &'a Header, fields: &'a Fields, line: u64) -> Self {
        Self {
            header,
            fields,
            line,
            warnings: Vec::new(),
        }
    }

    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    /// A text, trimmed; `None` where it is empty.
    pub(crate) fn text(&mut self, column: Column) -> Option<String> {
        self.first(column).map(|(_, text)| text)
    }

    /// Free text, which must not be printed.
    pub(crate) fn private(&mut self, column: Column) -> Option<Private> {
        self.text(column).map(Private::new)
    }

    /// A registration, an airport or a type code.
    pub(crate) fn ident(&mut self, column: Column) -> Option<String> {
        self.parsed(column, |text| match text.chars().nth(MAX_IDENT_CHARS) {
            None => Ok(text.to_owned()),
            Some(_) => Err(Bad {
                code: WarningCode::OutOfRange,
                reason: "is longer than 32 characters and was dropped",
            }),
        })
    }

    /// Every value of a column that a file has several times, such as
    /// `Approach1` to `Approach6`, with the place it stands at.
    pub(crate) fn texts(&mut self, column: Column) -> Vec<(usize, String)> {
        let places = self.header.places(column).iter();
        places
            .filter_map(|place| Some((*place, self.decoded(*place)?)))
            .collect()
    }

    pub(crate) fn minutes(&mut self, column: Column) -> Option<u32> {
        self.parsed(column, value::minutes)
    }

    pub(crate) fn hundredths(&mut self, column: Column) -> Option<u32> {
        self.parsed(column, value::hundredths)
    }

    pub(crate) fn count(&mut self, column: Column) -> Option<u32> {
        self.parsed(column, value::count)
    }

    pub(crate) fn time(&mut self, column: Column) -> Option<NaiveTime> {
        self.parsed(column, value::time_of_day)
    }

    pub(crate) fn flag(&mut self, column: Column) -> bool {
        self.parsed(column, value::flag).unwrap_or_default()
    }

    /// A value of a kind of its own. One that cannot be read is dropped with a
    /// warning.
    pub(crate) fn parsed<T>(
        &mut self,
        column: Column,
        parse: impl FnOnce(&str) -> Result<T, Bad>,
    ) -> Option<T> {
        let (place, text) = self.first(column)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(bad) => {
                let value = self.shown(&text);
                self.push(
                    self.header.name(place),
                    bad.code,
                    bad.reason.to_owned(),
                    value,
                );
                None
            }
        }
    }

    /// Whether any column but those given says anything.
    pub(crate) fn holds_more_than(&self, columns: &[Column]) -> bool {
        let others = self
            .header
            .known()
            .filter(|(column, _)| !columns.contains(column));
        let mut texts = others.filter_map(|(_, place)| self.fields.get(place));
        texts.any(|bytes| match std::str::from_utf8(bytes) {
            Ok(text) => !value::is_nothing(text.trim()),
            Err(_) => true,
        })
    }

    /// A warning about the whole row.
    pub(crate) fn warn_row(&mut self, code: WarningCode, reason: impl Into<String>) {
        self.push(None, code, reason.into(), None);
    }

    /// A warning about a column.
    pub(crate) fn warn(&mut self, column: Column, code: WarningCode, reason: impl Into<String>) {
        self.push(Some(self.header.name_of(column)), code, reason.into(), None);
    }

    /// A warning about a column, with its value. Not for personal data.
    pub(crate) fn warn_of(&mut self, column: Column, code: WarningCode, reason: &str, value: &str) {
        let value = self.shown(value);
        self.push(
            Some(self.header.name_of(column)),
            code,
            reason.to_owned(),
            value,
        );
    }

    /// A warning about the column at `place`, without a value.
    pub(crate) fn warn_at(&mut self, place: usize, code: WarningCode, reason: &str) {
        self.push(self.header.name(place), code, reason.to_owned(), None);
    }

    /// The name of a column as the file has it.
    pub(crate) fn name_of(&self, column: Column) -> &'a str {
        self.header.name_of(column)
    }

    /// The first value of a column, of however many it has in this file.
    fn first(&mut self, column: Column) -> Option<(usize, String)> {
        let mut places = self.header.places(column).iter();
        places.find_map(|place| Some((*place, self.decoded(*place)?)))
    }

    fn decoded(&mut self, place: usize) -> Option<String> {
        let bytes = self.fields.get(place)?;
        // PostgreSQL and C strings hold no NUL, so it counts as broken text.
        let text = String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}");
        if text.as_bytes() != bytes {
            let reason = "holds bytes that are no text in UTF-8; they were replaced";
            self.warn_at(place, WarningCode::NotUtf8, reason);
        }
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A value for a warning. In a table with people and remarks, a misplaced
    /// comma or quote may have put these into any column: only what looks like
    /// a number, a time or a registration is shown, of a row in good order.
    fn shown(&self, value: &str) -> Option<String> {
        let in_order = self.fields.len() == self.header.full_width();
        let in_order = in_order && !self.fields.has_stray_quote();
        let harmless = !self.header.has_private_columns() || is_harmless(value);
        (in_order && harmless).then(|| value.chars().take(SHOWN_VALUE_CHARS).collect())
    }

    fn push(
        &mut self,
        column: Option<&str>,
        code: WarningCode,
        reason: String,
        value: Option<String>,
    ) {
        self.warnings.push(Warning {
            line: self.line,
            column: column.map(str::to_owned),
            code,
            reason,
            value,
        });
    }
}

/// Whether a value looks like a number, a time, a date or a registration.
fn is_harmless(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ".:,/+-".contains(c);
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let registration_or_number = digits > 0 || value.contains('-');
    let short = value.len() <= HARMLESS_CHARS && digits <= HARMLESS_DIGITS;
    registration_or_number && short && value.chars().all(plain)
}
