//! The table `meter_readings`: rows are only ever added.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::flight::PostedMeter;
use domain::meter::{Meter, MeterKind};
use domain::{AircraftId, FlightId, OrgId};
use uuid::Uuid;

use super::term;
use crate::schema::meter_readings;

/// How a meter came to read what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// What it read when the school wrote it down first.
    Opening,
    /// The approval of this flight.
    Flight(FlightId),
    /// A correction by hand, or what an amendment of a flight took back.
    Adjustment(Option<FlightId>),
}

/// One meter and what it reads from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub kind: MeterKind,
    pub engine_position: Option<i32>,
    pub from: Meter,
    pub to: Meter,
    pub source: Source,
    pub read_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = meter_readings)]
struct ReadingRow {
    organization_id: Uuid,
    aircraft_id: Uuid,
    kind: &'static str,
    engine_position: Option<i32>,
    value_hundredths: i64,
    change_hundredths: i64,
    source: &'static str,
    flight_id: Option<Uuid>,
    read_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
}

/// Adds entries, in the transaction that moves the aircraft's meters.
pub async fn append(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    aircraft: AircraftId,
    entries: &[Entry],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let row = |entry: &Entry| ReadingRow {
        organization_id: organization.0,
        aircraft_id: aircraft.0,
        kind: entry.kind.as_str(),
        engine_position: entry.engine_position,
        value_hundredths: entry.to.0,
        change_hundredths: entry.to.0 - entry.from.0,
        source: entry.source.as_str(),
        flight_id: entry.source.flight().map(Uuid::from),
        read_at: entry.read_at,
        recorded_at: now,
    };
    let rows: Vec<ReadingRow> = entries.iter().map(row).collect();
    diesel::insert_into(meter_readings::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// What the approval of a flight posted, in the order of its entry.
pub async fn posted_by(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    flight: FlightId,
) -> QueryResult<Vec<PostedMeter>> {
    let rows: Vec<(String, i64, i64)> = meter_readings::table
        .filter(meter_readings::organization_id.eq(organization.0))
        .filter(meter_readings::flight_id.eq(flight.0))
        .filter(meter_readings::source.eq(Source::Flight(flight).as_str()))
        .order(meter_readings::id)
        .select((
            meter_readings::kind,
            meter_readings::value_hundredths,
            meter_readings::change_hundredths,
        ))
        .load(conn)
        .await?;
    let posted = rows.into_iter().map(|(kind, value, change)| {
        let kind = term("kind", &kind)?;
        Ok(PostedMeter {
            kind,
            from: Meter(value - change),
            to: Meter(value),
        })
    });
    posted.collect()
}

impl Source {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Flight(_) => "flight",
            Self::Adjustment(_) => "adjustment",
        }
    }

    pub fn flight(self) -> Option<FlightId> {
        match self {
            Self::Opening => None,
            Self::Flight(flight) => Some(flight),
            Self::Adjustment(flight) => flight,
        }
    }
}
