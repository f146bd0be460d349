//! Made-up flights: the same in every run, and of the same make in every organisation, whatever
//! its size. Only the rare values have as many flights in each, for a page of them to be the same.

use chrono::{DateTime, TimeDelta, Utc};
use domain::airport::Airport;
use domain::flight::{
    Act, Flight, FlightEntry, FlightMinutes, FlightStatus, FlightTimes, FlightType, Landings,
};
use domain::meter::{Meter, MeterKind, MeterSpan};
use domain::{FlightId, OrgId};
use uuid::Uuid;

/// Flights of each rare value.
pub const RARE: u32 = 60;
/// The first flight of every school.
const BEGIN: i64 = 1_451_606_400; // 2016-01-01
const YEARS: TimeDelta = TimeDelta::days(3_650);

/// Who flew how often.
#[derive(Clone, Copy)]
pub enum Share {
    /// Many of the flights.
    Common,
    /// [`RARE`] of them.
    Rare,
    /// Some of what is left.
    Other(u32),
}

/// An organisation with so many flights, in the order of their times.
#[derive(Clone, Copy)]
pub struct School {
    number: u32,
    pub flights: u32,
}

impl School {
    pub fn new(number: u32, flights: u32) -> Self {
        Self { number, flights }
    }

    pub fn organization(self) -> OrgId {
        id(0, self.number)
    }

    pub fn flight_id(self, n: u32) -> FlightId {
        id(self.number, n)
    }

    /// When flight `n` left. They are spread evenly over ten years.
    pub fn off_block_at(self, n: u32) -> DateTime<Utc> {
        let micros = YEARS.num_microseconds().unwrap_or_default() / i64::from(self.flights.max(1));
        let begin = DateTime::from_timestamp(BEGIN, 0).unwrap_or_default();
        begin + TimeDelta::microseconds(micros * i64::from(n))
    }

    pub fn flight(self, n: u32) -> anyhow::Result<Flight> {
        let off_block_at = self.off_block_at(n);
        let on_block_at = off_block_at + TimeDelta::minutes(78);
        let pilot_id = person(self.share(n, 0, 100, 200));
        let instructor = self.share(n, 1, 250, 20);
        let aircraft = self.share(n, 2, 500, 20);
        let with_instructor = n.is_multiple_of(2) || matches!(instructor, Share::Rare);
        let act = Act {
            by: pilot_id,
            at: on_block_at,
        };
        Ok(Flight {
            id: self.flight_id(n),
            organization_id: self.organization(),
            location_id: None,
            version: 1,
            status: self.status(n),
            entry: FlightEntry {
                flight_type: FlightType::Dual,
                flight_rules: None,
                aircraft_id: plane(aircraft),
                registration: "N740SP".to_owned(),
                aircraft_type: Some("C172".to_owned()),
                pilot_id,
                instructor_id: with_instructor.then(|| instructor_id(instructor)),
                pic_id: pilot_id,
                departure: Airport::from_ident("KPAO")?,
                arrival: Airport::from_ident("O69")?,
                route: Some("KPAO O69".to_owned()),
                times: FlightTimes {
                    off_block_at,
                    takeoff_at: None,
                    landing_at: None,
                    on_block_at,
                    recorded: true,
                },
                meters: vec![MeterSpan {
                    kind: MeterKind::Hobbs,
                    start: Some(Meter(i64::from(n))),
                    end: Some(Meter(i64::from(n) + 130)),
                }],
                minutes: FlightMinutes {
                    block: 78,
                    ..FlightMinutes::default()
                },
                landings: Landings::default(),
                approaches: Vec::new(),
                holds: None,
                fuel_added: None,
                oil_added_hundredths: None,
                persons_on_board: Some(2),
                remarks: None,
            },
            submitted: Some(act),
            approved: None,
            rejected: None,
            replaces_id: None,
            external_reference: None,
            created_at: on_block_at,
            updated_at: on_block_at,
        })
    }

    /// Of a thousand flights, 900 are approved, and a few have each other status.
    fn status(self, n: u32) -> FlightStatus {
        match draw(n, 9) % 1_000 {
            0..12 => FlightStatus::Voided,
            12..40 => FlightStatus::Rejected,
            40..65 => FlightStatus::Draft,
            65..100 => FlightStatus::Submitted,
            _ => FlightStatus::Approved,
        }
    }

    /// Every so many flights a rare one, at another place for each `kind`; of the others so many in
    /// a thousand are the common one's.
    fn share(self, n: u32, kind: u32, common: u32, others: u32) -> Share {
        let step = (self.flights / RARE).max(1);
        if n % step == kind && n / step < RARE {
            return Share::Rare;
        }
        let drawn = draw(n, kind);
        if drawn % 1_000 < common {
            Share::Common
        } else {
            Share::Other(drawn / 1_000 % others)
        }
    }
}

/// The same people and aircraft in every school: ids are of a school.
pub fn person<T: From<Uuid>>(share: Share) -> T {
    id(1_000_001, ordinal(share))
}

pub fn instructor_id<T: From<Uuid>>(share: Share) -> T {
    id(1_000_002, ordinal(share))
}

pub fn plane<T: From<Uuid>>(share: Share) -> T {
    id(1_000_003, ordinal(share))
}

fn ordinal(share: Share) -> u32 {
    match share {
        Share::Common => 1,
        Share::Rare => 2,
        Share::Other(other) => 10 + other,
    }
}

/// As good as random (splitmix64), and the same for the same arguments. The ids are mixed too, so
/// that they stand in no order, as real ones do.
fn mix(high: u32, low: u32) -> u64 {
    let mut z = ((u64::from(high) << 32) | u64::from(low)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn draw(n: u32, kind: u32) -> u32 {
    u32::try_from(mix(kind, n) >> 32).unwrap_or_default()
}

fn id<T: From<Uuid>>(high: u32, low: u32) -> T {
    Uuid::from_u64_pair(mix(high, low), (u64::from(high) << 32) | u64::from(low)).into()
}
