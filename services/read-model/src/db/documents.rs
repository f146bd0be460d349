//! The table `documents`.

mod filed;
mod tombstones;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use public_api::routes::View;
use uuid::Uuid;

use super::Statement;
use super::view_clocks::Place;
use crate::error::ReadModelError;
use crate::projection::Projected;

pub use filed::{Filed, filed};
pub use tombstones::{Tombstone, bury};

/// When each view changes: what [`super::view_clocks::advance`] gave.
pub type Stamps = BTreeMap<Place, DateTime<Utc>>;

/// Why documents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A record changed.
    Record,
    /// The time did. What is found and sorted as before, and only counts other days, has not
    /// changed for those who ask what did.
    Time,
}

/// Writes documents over what is there, and leaves those alone that are the same. The caller
/// holds the views.
pub async fn put(
    conn: &mut AsyncPgConnection,
    documents: &[Projected],
    stamps: &Stamps,
    cause: Cause,
) -> Result<(), ReadModelError> {
    if documents.is_empty() {
        return Ok(());
    }
    insert(documents, stamps)?
        .sql(
            " ON CONFLICT (organization_id, view, id) DO UPDATE SET
                 version = excluded.version, sort_key = excluded.sort_key,
                 location_id = excluded.location_id, facets = excluded.facets,
                 body = excluded.body, detail_body = excluded.detail_body,
                 turns_at = excluded.turns_at, deleted = false,
                 updated_at = CASE
                     WHEN ? AND NOT d.deleted AND d.facets = excluded.facets
                         AND d.sort_key = excluded.sort_key THEN d.updated_at
                     ELSE excluded.updated_at
                 END
             WHERE d.deleted OR d.version <> excluded.version OR d.body <> excluded.body
                 OR d.detail_body IS DISTINCT FROM excluded.detail_body
                 OR d.sort_key <> excluded.sort_key OR d.facets <> excluded.facets
                 OR d.location_id IS DISTINCT FROM excluded.location_id
                 OR d.turns_at IS DISTINCT FROM excluded.turns_at",
        )
        .bind::<Bool, _>(cause == Cause::Time)
        .run(conn)
        .await?;
    Ok(())
}

/// Writes documents that are not there yet and returns the ids of just those, by organisation.
pub async fn add(
    conn: &mut AsyncPgConnection,
    documents: &[Projected],
    stamps: &Stamps,
) -> Result<BTreeSet<(OrgId, String)>, ReadModelError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        organization_id: Uuid,
        #[diesel(sql_type = Text)]
        id: String,
    }
    let added: Vec<Row> = insert(documents, stamps)?
        .sql(" ON CONFLICT (organization_id, view, id) DO NOTHING RETURNING organization_id, id")
        .load(conn)
        .await?;
    Ok(added
        .into_iter()
        .map(|row| (row.organization_id.into(), row.id))
        .collect())
}

fn insert<'a>(
    documents: &'a [Projected],
    stamps: &Stamps,
) -> Result<Statement<'a>, ReadModelError> {
    let facets = documents.iter().map(|d| serde_json::to_value(&d.facets));
    let facets = facets.collect::<serde_json::Result<Vec<_>>>()?;
    let stamped = documents
        .iter()
        .map(|d| stamp(stamps, d.organization_id, d.view));
    let stamped = stamped.collect::<Result<Vec<_>, _>>()?;
    let texts = |of: for<'d> fn(&'d Projected) -> &'d str| {
        documents.iter().map(of).collect::<Vec<&'a str>>()
    };
    let organizations: Vec<Uuid> = documents.iter().map(|d| d.organization_id.0).collect();
    let locations: Vec<Option<Uuid>> = documents
        .iter()
        .map(|d| d.location_id.map(|id| id.0))
        .collect();
    Ok(Statement::new(
        "INSERT INTO documents AS d
             (organization_id, view, id, version, sort_key, location_id, facets, body, detail_body,
              turns_at, updated_at)
         SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind::<Array<SqlUuid>, _>(organizations)
    .bind::<Array<Text>, _>(texts(|d| d.view.as_str()))
    .bind::<Array<Text>, _>(texts(|d| &d.id))
    .bind::<Array<BigInt>, _>(documents.iter().map(|d| d.version).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(texts(|d| &d.sort_key))
    .bind::<Array<Nullable<SqlUuid>>, _>(locations)
    .bind::<Array<Jsonb>, _>(facets)
    .bind::<Array<Binary>, _>(
        documents
            .iter()
            .map(|d| d.body.as_slice())
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Nullable<Binary>>, _>(
        documents
            .iter()
            .map(|d| d.detail.as_deref())
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Nullable<Timestamptz>>, _>(
        documents.iter().map(|d| d.turns_at).collect::<Vec<_>>(),
    )
    .bind::<Array<Timestamptz>, _>(stamped))
}

/// When a document changes that is written now. Whoever writes holds its view, so it is known.
fn stamp(
    stamps: &Stamps,
    organization: OrgId,
    view: View,
) -> Result<DateTime<Utc>, ReadModelError> {
    let found = stamps.get(&(organization, view)).copied();
    found.ok_or(ReadModelError::NotHeld(view.as_str()))
}

/// One document's body, as its detail serves it, and the base that it belongs to.
pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    view: View,
    id: &str,
) -> QueryResult<Option<(Vec<u8>, Option<Uuid>)>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Binary)]
        body: Vec<u8>,
        #[diesel(sql_type = Nullable<SqlUuid>)]
        location_id: Option<Uuid>,
    }
    let row: Option<Row> = Statement::new(
        "SELECT coalesce(detail_body, body) AS body, location_id FROM documents
         WHERE organization_id = ? AND view = ? AND id = ? AND NOT deleted",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<Text, _>(view.as_str())
    .bind::<Text, _>(id)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| (row.body, row.location_id)))
}
