//! The table `documents`.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use public_api::routes::View;
use uuid::Uuid;

use super::Statement;
use crate::error::ReadModelError;
use crate::projection::{Facet, Projected};

/// How a document is filed at present.
pub struct Filed {
    pub organization_id: Uuid,
    pub view: String,
    pub id: String,
    pub sort_key: String,
    pub facets: BTreeSet<Facet>,
}

#[derive(QueryableByName)]
struct FiledRow {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    view: String,
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    sort_key: String,
    #[diesel(sql_type = Jsonb)]
    facets: serde_json::Value,
}

/// How these documents are filed, as far as they exist.
pub async fn filed(
    conn: &mut AsyncPgConnection,
    documents: &[Projected],
) -> Result<Vec<Filed>, ReadModelError> {
    let rows: Vec<FiledRow> = Statement::new(
        "SELECT d.organization_id, d.view, d.id, d.sort_key, d.facets
         FROM unnest(?, ?, ?) AS k (organization_id, view, id)
         JOIN documents d USING (organization_id, view, id)",
    )
    .bind::<Array<SqlUuid>, _>(
        documents
            .iter()
            .map(|d| d.organization_id.0)
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(
        documents
            .iter()
            .map(|d| d.view.as_str())
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(documents.iter().map(|d| d.id.as_str()).collect::<Vec<_>>())
    .load(conn)
    .await?;
    rows.into_iter().map(Filed::try_from).collect()
}

impl TryFrom<FiledRow> for Filed {
    type Error = ReadModelError;

    fn try_from(row: FiledRow) -> Result<Self, ReadModelError> {
        Ok(Self {
            facets: serde_json::from_value(row.facets)?,
            organization_id: row.organization_id,
            view: row.view,
            id: row.id,
            sort_key: row.sort_key,
        })
    }
}

/// Writes documents over what is there. The caller holds the lock that keeps others from them.
pub async fn put(
    conn: &mut AsyncPgConnection,
    documents: &[Projected],
    now: DateTime<Utc>,
) -> Result<(), ReadModelError> {
    insert(documents, now)?
        .sql(
            " ON CONFLICT (organization_id, view, id) DO UPDATE SET
                 version = excluded.version, sort_key = excluded.sort_key, location_id = excluded.location_id,
                 facets = excluded.facets, body = excluded.body, deleted = false, updated_at = excluded.updated_at",
        )
        .run(conn)
        .await?;
    Ok(())
}

/// Writes documents that are not there yet and returns the ids of just those, by organisation.
pub async fn add(
    conn: &mut AsyncPgConnection,
    documents: &[Projected],
    now: DateTime<Utc>,
) -> Result<BTreeSet<(OrgId, String)>, ReadModelError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        organization_id: Uuid,
        #[diesel(sql_type = Text)]
        id: String,
    }
    let added: Vec<Row> = insert(documents, now)?
        .sql(" ON CONFLICT (organization_id, view, id) DO NOTHING RETURNING organization_id, id")
        .load(conn)
        .await?;
    Ok(added
        .into_iter()
        .map(|row| (row.organization_id.into(), row.id))
        .collect())
}

fn insert(documents: &[Projected], now: DateTime<Utc>) -> serde_json::Result<Statement<'_>> {
    let facets = documents.iter().map(|d| serde_json::to_value(&d.facets));
    let facets = facets.collect::<serde_json::Result<Vec<_>>>()?;
    Ok(Statement::new(
        "INSERT INTO documents
             (organization_id, view, id, version, sort_key, location_id, facets, body, updated_at)
         SELECT u.*, ? FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) AS u",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(
        documents
            .iter()
            .map(|d| d.organization_id.0)
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(
        documents
            .iter()
            .map(|d| d.view.as_str())
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(documents.iter().map(|d| d.id.as_str()).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(documents.iter().map(|d| d.version).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(
        documents
            .iter()
            .map(|d| d.sort_key.as_str())
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Nullable<SqlUuid>>, _>(
        documents
            .iter()
            .map(|d| d.location_id.map(|id| id.0))
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Jsonb>, _>(facets)
    .bind::<Array<Binary>, _>(
        documents
            .iter()
            .map(|d| d.body.as_slice())
            .collect::<Vec<_>>(),
    ))
}

/// One document's body.
pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    view: View,
    id: &str,
) -> QueryResult<Option<Vec<u8>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Binary)]
        body: Vec<u8>,
    }
    let row: Option<Row> = Statement::new(
        "SELECT body FROM documents WHERE organization_id = ? AND view = ? AND id = ? AND NOT deleted",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<Text, _>(view.as_str())
    .bind::<Text, _>(id)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| row.body))
}
