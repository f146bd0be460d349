//! The table `pilot_totals`.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Statement;
use crate::projection::{PilotKey, Totals};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pilot_id: Uuid,
    #[diesel(sql_type = BigInt)]
    total_minutes: i64,
    #[diesel(sql_type = BigInt)]
    pic_minutes: i64,
    #[diesel(sql_type = BigInt)]
    dual_received_minutes: i64,
    #[diesel(sql_type = BigInt)]
    night_minutes: i64,
    #[diesel(sql_type = BigInt)]
    instrument_minutes: i64,
}

/// Adds to the totals of each pilot once and returns what they are then. Until the transaction
/// ends nobody else changes these totals, nor the documents that show them; the order of the keys
/// is the order of the locks.
pub async fn add(
    conn: &mut AsyncPgConnection,
    changes: &BTreeMap<PilotKey, Totals>,
) -> QueryResult<BTreeMap<PilotKey, Totals>> {
    let minutes = |of: fn(&Totals) -> i64| changes.values().map(of).collect::<Vec<_>>();
    let rows: Vec<Row> = Statement::new(
        "INSERT INTO pilot_totals AS t
         SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (organization_id, pilot_id) DO UPDATE SET
             total_minutes = t.total_minutes + excluded.total_minutes,
             pic_minutes = t.pic_minutes + excluded.pic_minutes,
             dual_received_minutes = t.dual_received_minutes + excluded.dual_received_minutes,
             night_minutes = t.night_minutes + excluded.night_minutes,
             instrument_minutes = t.instrument_minutes + excluded.instrument_minutes
         RETURNING t.*",
    )
    .bind::<Array<SqlUuid>, _>(changes.keys().map(|(org, _)| org.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(changes.keys().map(|(_, pilot)| pilot.0).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(minutes(|t| t.total))
    .bind::<Array<BigInt>, _>(minutes(|t| t.pic))
    .bind::<Array<BigInt>, _>(minutes(|t| t.dual_received))
    .bind::<Array<BigInt>, _>(minutes(|t| t.night))
    .bind::<Array<BigInt>, _>(minutes(|t| t.instrument))
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(Row::into_entry).collect())
}

impl Row {
    fn into_entry(self) -> (PilotKey, Totals) {
        let totals = Totals {
            total: self.total_minutes,
            pic: self.pic_minutes,
            dual_received: self.dual_received_minutes,
            night: self.night_minutes,
            instrument: self.instrument_minutes,
        };
        ((self.organization_id.into(), self.pilot_id.into()), totals)
    }
}
