//! Records that are kept whole, as one `jsonb`, each kind in a table of its own. What rules,
//! constraints and queries need of a record are generated columns of its table (ADR 7).

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Statement;
use uuid::Uuid;

use super::UnreadableRow;
use crate::records::Record;

/// A record with a table of its own.
pub trait Aggregate: Record + Serialize + DeserializeOwned + Send + Sync {
    /// The table: `organization_id`, `id`, `version`, `record`, `deleted_at`, and what is generated
    /// from `record`.
    const TABLE: &'static str;
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    record: serde_json::Value,
}

/// Whether the id was new. One that is there already is left as it is, also when its record was
/// deleted: an id is never given twice.
pub async fn insert<T: Aggregate>(conn: &mut AsyncPgConnection, new: &T) -> QueryResult<bool> {
    let statement = Statement::new(format!(
        "INSERT INTO {} (organization_id, id, version, record) VALUES (?, ?, ?, ?)
         ON CONFLICT (organization_id, id) DO NOTHING",
        T::TABLE
    ))
    .bind::<SqlUuid, _>(new.organization().0)
    .bind::<SqlUuid, _>(new.id())
    .bind::<BigInt, _>(new.version())
    .bind::<Jsonb, _>(json(new)?);
    Ok(statement.run(conn).await? > 0)
}

/// Saves what follows upon the version before it. `false` when that is not the present one.
pub async fn update<T: Aggregate>(conn: &mut AsyncPgConnection, changed: &T) -> QueryResult<bool> {
    let version = changed.version();
    let statement = Statement::new(format!(
        "UPDATE {} SET version = ?, record = ?
         WHERE organization_id = ? AND id = ? AND version = ? AND deleted_at IS NULL",
        T::TABLE
    ))
    .bind::<BigInt, _>(version)
    .bind::<Jsonb, _>(json(changed)?)
    .bind::<SqlUuid, _>(changed.organization().0)
    .bind::<SqlUuid, _>(changed.id())
    .bind::<BigInt, _>(version - 1);
    Ok(statement.run(conn).await? > 0)
}

pub async fn find<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: impl Into<Uuid>,
) -> QueryResult<Option<T>> {
    one(
        conn,
        select::<T>(organization, "id = ?").bind::<SqlUuid, _>(id.into()),
    )
    .await
}

/// [`find`], locked until the transaction ends.
pub async fn lock<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: impl Into<Uuid>,
) -> QueryResult<Option<T>> {
    let statement = select::<T>(organization, "id = ? FOR NO KEY UPDATE");
    one(conn, statement.bind::<SqlUuid, _>(id.into())).await
}

/// Deletes a record as of its next version, which stays known as deleted. `None` when there is no
/// such record, or it is deleted already.
pub async fn delete<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    record: &T,
    now: chrono::DateTime<chrono::Utc>,
) -> QueryResult<Option<i64>> {
    let version = record.version();
    let statement = Statement::new(format!(
        "UPDATE {} SET version = ?, deleted_at = ?
         WHERE organization_id = ? AND id = ? AND version = ? AND deleted_at IS NULL",
        T::TABLE
    ))
    .bind::<BigInt, _>(version + 1)
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(record.organization().0)
    .bind::<SqlUuid, _>(record.id())
    .bind::<BigInt, _>(version);
    let deleted = statement.run(conn).await? > 0;
    Ok(deleted.then_some(version + 1))
}

/// Whether there was such a record, which is deleted now.
pub async fn was_deleted<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: impl Into<Uuid>,
) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        deleted_at: Option<chrono::DateTime<chrono::Utc>>,
    }
    let found: Option<Found> = Statement::new(format!(
        "SELECT deleted_at FROM {} WHERE organization_id = ? AND id = ?",
        T::TABLE
    ))
    .bind::<SqlUuid, _>(organization.0)
    .bind::<SqlUuid, _>(id.into())
    .get_result(conn)
    .await
    .optional()?;
    Ok(found.is_some_and(|row| row.deleted_at.is_some()))
}

/// The records of an organisation for which `condition` holds; its `?` are to be bound. What
/// follows a condition may follow here: `aircraft_id = ? ORDER BY id LIMIT ? FOR NO KEY UPDATE`.
pub fn select<'a, T: Aggregate>(organization: OrgId, condition: &str) -> Statement<'a> {
    Statement::new(format!(
        "SELECT record FROM {} WHERE organization_id = ? AND deleted_at IS NULL AND {condition}",
        T::TABLE
    ))
    .bind::<SqlUuid, _>(organization.0)
}

/// A page of all records of the kind, by id.
pub async fn page<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    after: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<T>> {
    let statement = select::<T>(organization, "id > ? ORDER BY id LIMIT ?")
        .bind::<SqlUuid, _>(after.unwrap_or_default())
        .bind::<BigInt, _>(limit);
    all(conn, statement).await
}

/// Reads the records of a [`select`].
pub async fn all<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    statement: Statement<'_>,
) -> QueryResult<Vec<T>> {
    let rows: Vec<Row> = statement.load(conn).await?;
    rows.into_iter().map(read).collect()
}

/// Reads the only record of a [`select`].
pub async fn one<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    statement: Statement<'_>,
) -> QueryResult<Option<T>> {
    let row: Option<Row> = statement.get_result(conn).await.optional()?;
    row.map(read).transpose()
}

fn json<T: Aggregate>(record: &T) -> QueryResult<serde_json::Value> {
    serde_json::to_value(record)
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))
}

fn read<T: Aggregate>(row: Row) -> QueryResult<T> {
    serde_json::from_value(row.record).map_err(|error| {
        UnreadableRow {
            column: T::TABLE,
            reason: error.to_string(),
        }
        .into()
    })
}
