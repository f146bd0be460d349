//! Moving an aircraft's meters, and writing down why.

use chrono::{DateTime, Utc};
use domain::aircraft::Aircraft;
use domain::flight::{Flight, PostedMeter};
use store::AsyncPgConnection;

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

/// Moves meters of the airframe, and returns the aircraft as it then is, if any did move.
pub async fn move_meters(
    conn: &mut AsyncPgConnection,
    before: Aircraft,
    moved: &[PostedMeter],
    Cause {
        source,
        read_at,
        now,
    }: Cause,
) -> Result<Option<Aircraft>, OpsError> {
    if moved.is_empty() {
        return Ok(None);
    }
    let after = before.with_meters_moved(moved, read_at, now);
    if !aircraft::update(conn, &after).await? {
        return Err(OpsError::VersionMismatch);
    }
    let entry = |moved: &PostedMeter| Entry {
        kind: moved.kind,
        engine_position: None,
        from: moved.from,
        to: moved.to,
        source,
        read_at,
    };
    let entries: Vec<Entry> = moved.iter().map(entry).collect();
    meter_readings::append(conn, after.organization_id, after.id, &entries, now).await?;
    Ok(Some(after))
}
