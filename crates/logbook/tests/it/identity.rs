//! Fingerprints, and the numbers of identical rows.

use logbook::{Row, RowContent};

use crate::{codes, rows};

const FILE: &str = "\
Flights Table
Date,AircraftID,From,To,TimeOut,TotalTime,PilotComments
2026-03-02,N51OA,KPAO,KHAF,1705,0.5,
2026-03-02,N51OA,KPAO,KPAO,,1.0,first
2026-03-02,N51OA,KPAO,KPAO,,1.0,second
2026-03-01,N51OA,KPAO,KPAO,,1.0,
2026-03-02,n51oa,kpao,KPAO,,1:00,third
";

fn identities(rows: &[Row]) -> Vec<(String, u32)> {
    let identity = |row: &Row| match &row.content {
        RowContent::Flight(flight) => (hex::encode(flight.fingerprint()), row.occurrence),
        other => panic!("{other:?}"),
    };
    rows.iter().map(identity).collect()
}

#[test]
fn identical_rows_are_different_flights() {
    let rows = rows(FILE);
    let occurrences: Vec<u32> = rows.iter().map(|row| row.occurrence).collect();
    assert_eq!(occurrences, [0, 0, 1, 0, 2]);
    assert_eq!(codes(&rows[2].warnings), ["repeated_flight"]);
    assert!(rows[2].warnings[0].reason.contains("flight 2 of its kind"));
    let mut identities = identities(&rows);
    identities.sort();
    identities.dedup();
    assert_eq!(identities.len(), 5);
}

#[test]
fn the_same_file_gives_the_same_identities() {
    assert_eq!(identities(&rows(FILE)), identities(&rows(FILE)));
}

/// The value is computed elsewhere (`printf ... | sha256sum`). When it changes,
/// every logbook imported so far would be imported again.
#[test]
fn the_encoding_of_a_fingerprint_is_fixed() {
    let expected = "2fcbeedc5cfc47b32cae3933fff18656baae47e05289f66396215a3c4fdb043d";
    assert_eq!(identities(&rows(FILE))[0].0, expected);
}
