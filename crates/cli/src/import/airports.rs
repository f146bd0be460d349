//! Where a flight began and ended.

use contracts::v1;
use domain::airport::Airport;
use logbook::LogbookFlight;

use super::notes::Note;

/// What ICAO writes where a place has no location indicator (Doc 4444, appendix 2, item 13).
const UNKNOWN: &str = "ZZZZ";

/// Departure and arrival. Where one is unknown, the flight is taken to have begun and ended at
/// the other; where both are, [`UNKNOWN`] stands for them.
pub fn of(flight: &LogbookFlight, line: u64, notes: &mut Vec<Note>) -> (v1::Airport, v1::Airport) {
    let from = read("From", flight.from.as_deref(), line, notes);
    let to = read("To", flight.to.as_deref(), line, notes);
    let mut unknown = |column, stands| {
        let reason = format!("names no airport; {stands} stands for it");
        notes.push(Note::new(line, column, "airport_unknown", reason));
    };
    match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => {
            unknown("To", from.ident.as_str());
            (from.clone(), from)
        }
        (None, Some(to)) => {
            unknown("From", to.ident.as_str());
            (to.clone(), to)
        }
        (None, None) => {
            unknown("From", UNKNOWN);
            let nowhere = v1::Airport {
                ident: UNKNOWN.to_owned(),
                icao_code: None,
                local_code: None,
            };
            (nowhere.clone(), nowhere)
        }
    }
}

fn read(column: &str, text: Option<&str>, line: u64, notes: &mut Vec<Note>) -> Option<v1::Airport> {
    let text = text?;
    match Airport::from_ident(text) {
        Ok(Airport {
            ident,
            icao_code,
            local_code,
        }) => Some(v1::Airport {
            ident,
            icao_code,
            local_code,
        }),
        Err(reason) => {
            let note = Note::new(line, column, "airport_unreadable", reason.to_string());
            notes.push(note.of_value(text));
            None
        }
    }
}
