//! Moving an aircraft's meters and counts, and writing down why.

use chrono::{DateTime, Utc};
use domain::aircraft::{Aircraft, Count};
use domain::flight::{Flight, PostedMeter};
use store::AsyncPgConnection;

use crate::db::maintenance::counts::{self, Counted};
use crate::db::meter_readings::{Entry, Source};
use crate::db::{aircraft, meter_readings};
use crate::error::OpsError;

/// Why an aircraft's meters move.
pub struct Cause {
    pub source: Source,
    /// When the meters stood so.
    pub read_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

/// The flight's aircraft, locked.
pub async fn aircraft_of(
    conn: &mut AsyncPgConnection,
    flight: &Flight,
) -> Result<Aircraft, OpsError> {
    let found = aircraft::lock(conn, flight.organization_id, flight.entry.aircraft_id).await?;
    found.ok_or(OpsError::no_such("aircraft"))
}

/// Moves meters of the airframe; the aircraft is the caller's to save.
pub async fn move_meters(
    conn: &mut AsyncPgConnection,
    aircraft: &mut Aircraft,
    moved: &[PostedMeter],
    Cause {
        source,
        read_at,
        now,
    }: Cause,
) -> Result<(), OpsError> {
    if moved.is_empty() {
        return Ok(());
    }
    *aircraft = aircraft.clone().with_meters_moved(moved, read_at, now);
    let entry = |moved: &PostedMeter| Entry {
        kind: moved.kind,
        engine_position: None,
        from: moved.from,
        to: moved.to,
        source,
        read_at,
    };
    let entries: Vec<Entry> = moved.iter().map(entry).collect();
    let (organization, id) = (aircraft.organization_id, aircraft.id);
    meter_readings::append(conn, organization, id, &entries, now).await?;
    Ok(())
}

/// Adds a flight's landings to the counts that the aircraft keeps: a landing is a cycle.
pub async fn count_landings(
    conn: &mut AsyncPgConnection,
    aircraft: &mut Aircraft,
    flight: &Flight,
    now: DateTime<Utc>,
) -> Result<(), OpsError> {
    let landings = flight.entry.landings;
    let landed = i64::from(landings.day) + i64::from(landings.night);
    let source = Source::Flight(flight.id);
    let added = Count::ALL.iter().map(|count| (*count, landed));
    change_counts(conn, aircraft, added.collect(), source, now).await
}

/// Takes back what the approval of a flight counted.
pub async fn uncount_landings(
    conn: &mut AsyncPgConnection,
    aircraft: &mut Aircraft,
    flight: &Flight,
    now: DateTime<Utc>,
) -> Result<(), OpsError> {
    let posted = counts::posted_by(conn, flight.organization_id, flight.id).await?;
    let taken = posted.into_iter().map(|(count, change)| (count, -change));
    let source = Source::Adjustment(Some(flight.id));
    change_counts(conn, aircraft, taken.collect(), source, now).await
}

/// Nothing is counted below zero or beyond the most, and nothing that the aircraft does not count.
async fn change_counts(
    conn: &mut AsyncPgConnection,
    aircraft: &mut Aircraft,
    changes: Vec<(Count, i64)>,
    source: Source,
    now: DateTime<Utc>,
) -> Result<(), OpsError> {
    let mut counted = Vec::new();
    for (count, change) in changes {
        let Some(from) = aircraft.count(count) else {
            continue;
        };
        let to = (from + change).clamp(0, Count::MAX);
        if to != from {
            aircraft.set_count(count, to);
            counted.push(Counted {
                count,
                from,
                to,
                source,
            });
        }
    }
    counts::append(conn, aircraft, &counted, now).await?;
    Ok(())
}
