//! How an aircraft stands: the columns beside its record, and everything open about it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::maintenance::{Declared, DueItem, Squawk, WorkOrder};
use domain::{AircraftId, OrgId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::Statement;
use uuid::Uuid;

use crate::db::UnreadableRow;

/// What stands beside the record in the aircraft's row.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Standing {
    /// None as long as the record's own word is all that was said.
    pub declared: Option<Declared>,
    /// When the calendar alone changes something.
    pub look_at: Option<DateTime<Utc>>,
}

/// An aircraft's standing, all its due items, and its squawks and work orders that are not
/// settled; each kind by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Open {
    pub standing: Standing,
    pub due_items: Vec<DueItem>,
    pub squawks: Vec<Squawk>,
    pub work_orders: Vec<WorkOrder>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Jsonb)]
    record: serde_json::Value,
}

/// Reads everything open about an aircraft that is locked, in one go.
pub async fn open(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    aircraft: AircraftId,
) -> QueryResult<Open> {
    let mut statement = Statement::new(
        "SELECT 'standing' AS kind, id,
                jsonb_build_object('declared', declared, 'look_at', look_at) AS record
         FROM aircraft WHERE organization_id = ? AND id = ?
         UNION ALL SELECT 'due_item', id, record FROM due_items
         WHERE organization_id = ? AND aircraft_id = ? AND deleted_at IS NULL
         UNION ALL SELECT 'squawk', id, record FROM squawks
         WHERE organization_id = ? AND aircraft_id = ?
             AND status NOT IN ('rejected', 'resolved', 'closed')
         UNION ALL SELECT 'work_order', id, record FROM work_orders
         WHERE organization_id = ? AND aircraft_id = ? AND status NOT IN ('released', 'cancelled')
         ORDER BY id",
    );
    for _ in 0..4 {
        statement = statement
            .bind::<SqlUuid, _>(organization.0)
            .bind::<SqlUuid, _>(aircraft.0);
    }
    let rows: Vec<Row> = statement.load(conn).await?;
    let mut open = Open::default();
    for Row { kind, record } in rows {
        match kind.as_str() {
            "standing" => open.standing = read("aircraft", record)?,
            "due_item" => open.due_items.push(read("due_items", record)?),
            "squawk" => open.squawks.push(read("squawks", record)?),
            _ => open.work_orders.push(read("work_orders", record)?),
        }
    }
    Ok(open)
}

fn read<T: DeserializeOwned>(table: &'static str, record: serde_json::Value) -> QueryResult<T> {
    serde_json::from_value(record).map_err(|error| {
        UnreadableRow {
            column: table,
            reason: error.to_string(),
        }
        .into()
    })
}

/// Writes the standing of an aircraft that is locked.
pub async fn write(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    aircraft: AircraftId,
    standing: &Standing,
) -> QueryResult<()> {
    let declared = standing.declared.as_ref().map(serde_json::to_value);
    let declared = declared.transpose();
    let declared = declared.map_err(|e| diesel::result::Error::SerializationError(e.into()))?;
    let statement = Statement::new(
        "UPDATE aircraft SET declared = ?, look_at = ? WHERE organization_id = ? AND id = ?",
    )
    .bind::<Nullable<Jsonb>, _>(declared)
    .bind::<Nullable<Timestamptz>, _>(standing.look_at)
    .bind::<SqlUuid, _>(organization.0)
    .bind::<SqlUuid, _>(aircraft.0);
    statement.run(conn).await.map(drop)
}

/// Locks aircraft that are to be looked at, the longest due first, leaving out those that
/// another transaction holds: whatever it does, it looks at them itself.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<(OrgId, AircraftId)>> {
    #[derive(QueryableByName)]
    struct Claimed {
        #[diesel(sql_type = SqlUuid)]
        organization_id: Uuid,
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let claimed: Vec<Claimed> = Statement::new(
        "SELECT organization_id, id FROM aircraft WHERE look_at <= ?
         ORDER BY look_at LIMIT ? FOR NO KEY UPDATE SKIP LOCKED",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let ids = |claimed: Claimed| (OrgId(claimed.organization_id), AircraftId(claimed.id));
    Ok(claimed.into_iter().map(ids).collect())
}

/// Looks at an aircraft again no sooner than at `look_at`.
pub async fn postpone(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    aircraft: AircraftId,
    look_at: DateTime<Utc>,
) -> QueryResult<()> {
    let statement =
        Statement::new("UPDATE aircraft SET look_at = ? WHERE organization_id = ? AND id = ?")
            .bind::<Timestamptz, _>(look_at)
            .bind::<SqlUuid, _>(organization.0)
            .bind::<SqlUuid, _>(aircraft.0);
    statement.run(conn).await.map(drop)
}
