//! Instrument approaches.

use crate::cells::Cells;
use crate::column::Column;
use crate::private::Private;
use crate::value;
use crate::warning::WarningCode;

/// Approaches of one kind, from a packed cell such as
/// `1;RNAV (GPS);25;KIOW;Land 12;CIRCLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approach {
    /// How many were flown, 1 to 999.
    pub count: u32,
    /// The kind as the file has it, such as `ILS OR LOC`.
    pub kind: String,
    /// The runway, such as `25R`.
    pub runway: Option<String>,
    /// The airport's identifier.
    pub airport: Option<String>,
    /// What the pilot remarked about it.
    pub comment: Option<Private>,
    /// Whether the approach ended in circling to another runway.
    pub circling: bool,
}

impl Approach {
    /// Every approach of a row.
    pub(crate) fn read_all(cells: &mut Cells<'_>) -> Vec<Self> {
        let mut approaches = Vec::new();
        for (place, text) in cells.texts(Column::Approach) {
            match Self::unpack(&text) {
                Some(approach) => approaches.push(approach),
                None => {
                    let reason = "is not packed as count;kind;runway;airport;comment \
                                  and was dropped";
                    cells.warn_at(place, WarningCode::UnreadableValue, reason);
                }
            }
        }
        approaches
    }

    /// `None` where there is no kind, or the count is no count or zero.
    fn unpack(packed: &str) -> Option<Self> {
        let mut parts = packed.splitn(5, ';').map(str::trim);
        let (count, kind) = match (parts.next()?, parts.next()) {
            ("", Some(kind)) => (1, kind),
            (count, Some(kind)) => (value::count(count).ok()?, kind),
            // Hand-made files have the kind alone.
            (kind, None) => (1, kind),
        };
        let named = kind.contains(|c: char| c.is_alphabetic());
        if count == 0 || !named {
            return None;
        }
        let mut next = || {
            parts
                .next()
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
        };
        let (runway, airport) = (next(), next());
        let rest = next().unwrap_or_default();
        let (comment, circling) = match rest.rsplit_once(';') {
            Some((comment, last)) if last.trim().eq_ignore_ascii_case("CIRCLE") => (comment, true),
            _ => (rest.as_str(), false),
        };
        let comment = comment.trim_matches(|c: char| c == ';' || c.is_whitespace());
        Some(Self {
            count,
            kind: kind.to_owned(),
            runway,
            airport,
            comment: Some(comment)
                .filter(|text| !text.is_empty())
                .map(Private::new),
            circling,
        })
    }
}
