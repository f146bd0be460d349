//! Numbers of issued documents: without a gap in each series and year.

use std::fmt;

use super::InvoiceKind;

/// The number of an issued document: `2026-00412`, and `CN-2026-00001` for a credit note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceNumber {
    pub kind: InvoiceKind,
    /// Of the day of issue.
    pub year: i32,
    /// From 1 in every year.
    pub sequence: i64,
}

impl InvoiceNumber {
    /// What the numbers of a kind are counted under, and begin with.
    pub const fn series(kind: InvoiceKind) -> &'static str {
        match kind {
            InvoiceKind::Invoice => "",
            InvoiceKind::CreditNote => "CN-",
        }
    }
}

impl fmt::Display for InvoiceNumber {
    /// Five digits, and more when a year needs them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            year,
            sequence,
        } = self;
        write!(f, "{}{year:04}-{sequence:05}", Self::series(*kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_contract_shows_them() {
        let number = |kind, sequence| {
            InvoiceNumber {
                kind,
                year: 2026,
                sequence,
            }
            .to_string()
        };
        assert_eq!(number(InvoiceKind::Invoice, 412), "2026-00412");
        assert_eq!(number(InvoiceKind::CreditNote, 1), "CN-2026-00001");
        assert_eq!(number(InvoiceKind::Invoice, 123_456), "2026-123456");
    }
}
