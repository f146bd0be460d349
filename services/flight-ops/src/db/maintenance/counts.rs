//! The table `count_readings`: rows are only ever added.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::aircraft::{Aircraft, Count};
use domain::{FlightId, OrgId};
use store::Statement;
use uuid::Uuid;

use crate::db::meter_readings::Source;
use crate::db::term;

/// A count and what it is from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub count: Count,
    pub from: i64,
    pub to: i64,
    pub source: Source,
}

/// Adds entries, in the transaction that changes the aircraft's counts.
pub async fn append(
    conn: &mut AsyncPgConnection,
    aircraft: &Aircraft,
    entries: &[Counted],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    for entry in entries {
        let statement = Statement::new(
            "INSERT INTO count_readings
                 (organization_id, aircraft_id, kind, value, change, source, flight_id, recorded_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind::<SqlUuid, _>(aircraft.organization_id.0)
        .bind::<SqlUuid, _>(aircraft.id.0)
        .bind::<Text, _>(entry.count.as_str())
        .bind::<BigInt, _>(entry.to)
        .bind::<BigInt, _>(entry.to - entry.from)
        .bind::<Text, _>(entry.source.as_str())
        .bind::<Nullable<SqlUuid>, _>(entry.source.flight().map(Uuid::from))
        .bind::<Timestamptz, _>(now);
        statement.run(conn).await?;
    }
    Ok(())
}

/// What the approval of a flight added to each count.
pub async fn posted_by(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    flight: FlightId,
) -> QueryResult<Vec<(Count, i64)>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = BigInt)]
        change: i64,
    }
    let rows: Vec<Row> = Statement::new(
        "SELECT kind, change FROM count_readings
         WHERE organization_id = ? AND flight_id = ? AND source = 'flight' ORDER BY id",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<SqlUuid, _>(flight.0)
    .load(conn)
    .await?;
    let posted = rows.into_iter().map(|row| {
        let count = term("kind", &row.kind)?;
        Ok((count, row.change))
    });
    posted.collect()
}
