use contracts::convert::timestamp;
use contracts::v1::{Airport, Flight, FlightEntry, FlightMinutes, Landings};

use crate::world::{id, org};

/// A flight in that state.
pub fn flight(number: u128, status: &str) -> Flight {
    let at = |text: &str| Some(timestamp(text.parse().unwrap()));
    let airport = |ident: &str| {
        Some(Airport {
            ident: ident.into(),
            icao_code: None,
            local_code: None,
        })
    };
    let entry = FlightEntry {
        flight_type: "rental".into(),
        aircraft_id: id(5),
        registration: "N740SP".into(),
        aircraft_type: Some("C172".into()),
        pilot_id: id(6),
        pic_id: id(6),
        departure: airport("KPAO"),
        arrival: airport("O69"),
        off_block_at: at("2026-05-02T00:00:00Z"),
        on_block_at: at("2026-05-02T01:36:00Z"),
        minutes: Some(FlightMinutes {
            block: 96,
            pic: 96,
            ..Default::default()
        }),
        landings: Some(Landings {
            day: 2,
            night: 1,
            ..Default::default()
        }),
        remarks: Some("tail\u{1b}[31mwind".into()),
        ..Default::default()
    };
    Flight {
        id: id(number),
        organization_id: org(),
        version: 1,
        status: status.into(),
        entry: Some(entry),
        created_at: at("2026-05-02T02:00:00Z"),
        updated_at: at("2026-05-02T02:00:00Z"),
        ..Default::default()
    }
}
