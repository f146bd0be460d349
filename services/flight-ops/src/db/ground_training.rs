//! The table `ground_training`.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{OrgId, PersonId};
use uuid::Uuid;

use crate::schema::ground_training;

/// Training on the ground, as a logbook records it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroundTraining {
    pub fingerprint: Vec<u8>,
    pub occurrence: u32,
    pub date: NaiveDate,
    pub minutes_received: i32,
    pub minutes_given: i32,
}

#[derive(Insertable)]
#[diesel(table_name = ground_training)]
struct GroundTrainingRow<'a> {
    organization_id: Uuid,
    pilot_id: Uuid,
    fingerprint: &'a [u8],
    occurrence: i64,
    date: NaiveDate,
    minutes_received: i32,
    minutes_given: i32,
    recorded_at: DateTime<Utc>,
}

/// Inserts those that are new, in the order given, and tells how many were.
pub async fn insert_all(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    pilot: PersonId,
    entries: &[GroundTraining],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let rows = entries.iter().map(|entry| GroundTrainingRow {
        organization_id: organization.0,
        pilot_id: pilot.0,
        fingerprint: &entry.fingerprint,
        occurrence: i64::from(entry.occurrence),
        date: entry.date,
        minutes_received: entry.minutes_received,
        minutes_given: entry.minutes_given,
        recorded_at: now,
    });
    let rows: Vec<GroundTrainingRow<'_>> = rows.collect();
    diesel::insert_into(ground_training::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)
        .await
}
