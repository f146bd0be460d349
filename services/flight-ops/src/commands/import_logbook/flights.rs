//! The flights of a logbook.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use contracts::v1::ImportedFlight;
use domain::flight::{Decided, Flight, FlightEntry, FlightError, NewFlight};
use domain::{FlightId, PersonId};
use store::AsyncPgConnection;
use uuid::Uuid;

use super::Book;
use super::aircraft::Fleet;
use super::refusal::Refusal;
use crate::commands::entry::RawEntry;
use crate::db::{flights, people};
use crate::error::OpsError;

/// Under which the ids of imported flights are made (UUID version 5, RFC 9562).
const NAMESPACE: Uuid = Uuid::from_u128(0x6a1d_4f0e_52b7_4c39_9a55_0f1e_7c0b_ac17);
const LONGEST_FINGERPRINT: usize = 64;

/// A row that can stand by itself. Its aircraft is known by the registration only.
pub struct FlightRow {
    line: u64,
    id: FlightId,
    pub entry: FlightEntry,
}

pub fn read(book: &Book, row: ImportedFlight) -> Result<FlightRow, Refusal> {
    let line = row.line;
    check_fingerprint(line, &row.fingerprint)?;
    let Some(mut entry) = row.entry else {
        return Err(Refusal::new(
            line,
            "entry",
            "required",
            "the row holds no flight",
        ));
    };
    entry.pilot_id = book.pilot_id.to_string();
    if entry.pic_id.is_empty() {
        entry.pic_id.clone_from(&entry.pilot_id);
    }
    entry.aircraft_id = Uuid::nil().to_string();
    let entry = RawEntry::read(entry).map_err(|invalid| Refusal::unreadable(line, &invalid))?;
    let entry = entry.completed("", None);
    match Refusal::of(line, &entry.violations()) {
        Some(refusal) => Err(refusal),
        None => Ok(FlightRow {
            line,
            id: id(book, &row.fingerprint, row.occurrence),
            entry,
        }),
    }
}

pub fn check_fingerprint(line: u64, fingerprint: &[u8]) -> Result<(), Refusal> {
    if (1..=LONGEST_FINGERPRINT).contains(&fingerprint.len()) {
        return Ok(());
    }
    let detail = format!("a fingerprint has 1 to {LONGEST_FINGERPRINT} bytes");
    Err(Refusal::new(line, "fingerprint", "malformed", detail))
}

/// The same row of the same logbook is the same flight.
fn id(book: &Book, fingerprint: &[u8], occurrence: u32) -> FlightId {
    let name = [
        book.organization_id.0.as_bytes(),
        book.pilot_id.0.as_bytes(),
        fingerprint,
        &occurrence.to_be_bytes(),
    ];
    FlightId(Uuid::new_v5(&NAMESPACE, &name.concat()))
}

/// The rows whose instructor and pilot in command are people of the organisation.
pub async fn of_known_people<'r>(
    conn: &mut AsyncPgConnection,
    book: &Book,
    rows: &'r [FlightRow],
    refused: &mut Vec<Refusal>,
) -> Result<Vec<&'r FlightRow>, OpsError> {
    let named = |row: &FlightRow| {
        [
            ("instructor_id", row.entry.instructor_id),
            ("pic_id", Some(row.entry.pic_id)),
        ]
    };
    let ids: HashSet<PersonId> = rows
        .iter()
        .flat_map(named)
        .filter_map(|(_, id)| id)
        .collect();
    let known: HashSet<PersonId> = people::known(conn, book.organization_id, ids)
        .await?
        .into_iter()
        .collect();
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        let stranger = named(row)
            .into_iter()
            .find(|(_, id)| id.is_some_and(|id| !known.contains(&id)));
        match stranger {
            None => kept.push(row),
            Some((pointer, _)) => {
                refused.push(Refusal::new(
                    row.line,
                    pointer,
                    "not_found",
                    "there is no such person",
                ));
            }
        }
    }
    Ok(kept)
}

/// What the rows become, in the order in which all imports insert flights.
pub fn decide(
    book: &Book,
    rows: &[&FlightRow],
    fleet: &Fleet,
    now: DateTime<Utc>,
    refused: &mut Vec<Refusal>,
) -> Vec<Decided> {
    let mut decided = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(aircraft_id) = fleet.id(&row.entry.registration) else {
            continue;
        };
        let entry = FlightEntry {
            aircraft_id,
            ..row.entry.clone()
        };
        match write_down(book, row.id, entry, now) {
            Ok(flight) => decided.push(flight),
            Err(FlightError::Invalid(violations)) => {
                refused.extend(Refusal::of(row.line, &violations))
            }
            Err(error) => refused.push(Refusal::new(
                row.line,
                "entry",
                "invalid",
                error.to_string(),
            )),
        }
    }
    decided.sort_by_key(|decided| decided.flight.id);
    decided
}

fn write_down(
    book: &Book,
    id: FlightId,
    entry: FlightEntry,
    now: DateTime<Utc>,
) -> Result<Decided, FlightError> {
    let new = NewFlight {
        id,
        organization_id: book.organization_id,
        location_id: book.location_id,
        entry,
        external_reference: None,
    };
    let draft = Flight::draft(new, now)?;
    if book.submitted {
        draft.submit(book.pilot_id, now)
    } else {
        Ok(Decided {
            flight: draft,
            event: None,
        })
    }
}

/// Inserts the flights and returns those that were new.
pub async fn insert<'d>(
    conn: &mut AsyncPgConnection,
    decided: &'d [Decided],
) -> Result<Vec<&'d Decided>, OpsError> {
    if decided.is_empty() {
        return Ok(Vec::new());
    }
    let flights = decided.iter().map(|decided| &decided.flight);
    let mut new: HashSet<FlightId> = flights::insert_all(conn, flights)
        .await?
        .into_iter()
        .collect();
    // Of two equal rows one went in.
    Ok(decided
        .iter()
        .filter(|decided| new.remove(&decided.flight.id))
        .collect())
}
