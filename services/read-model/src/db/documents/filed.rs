//! How documents are filed at present.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Jsonb, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::db::Statement;
use crate::error::ReadModelError;
use crate::projection::Facet;

/// What a document is sorted and found by, in the table.
pub struct Filed {
    pub organization_id: Uuid,
    pub view: String,
    pub id: String,
    pub sort_key: String,
    pub facets: BTreeSet<Facet>,
    pub deleted: bool,
}

#[derive(QueryableByName)]
struct Row {
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
    #[diesel(sql_type = Bool)]
    deleted: bool,
}

/// How these documents (organisation, view and id) are filed, as far as they exist.
pub async fn filed(
    conn: &mut AsyncPgConnection,
    keys: Vec<(Uuid, &'static str, String)>,
) -> Result<Vec<Filed>, ReadModelError> {
    let (mut organizations, mut views, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for (organization, view, id) in keys {
        organizations.push(organization);
        views.push(view);
        ids.push(id);
    }
    let rows: Vec<Row> = Statement::new(
        "SELECT d.organization_id, d.view, d.id, d.sort_key, d.facets, d.deleted
         FROM unnest(?, ?, ?) AS k (organization_id, view, id)
         JOIN documents d USING (organization_id, view, id)",
    )
    .bind::<Array<SqlUuid>, _>(organizations)
    .bind::<Array<Text>, _>(views)
    .bind::<Array<Text>, _>(ids)
    .load(conn)
    .await?;
    rows.into_iter().map(Filed::try_from).collect()
}

impl TryFrom<Row> for Filed {
    type Error = ReadModelError;

    fn try_from(row: Row) -> Result<Self, ReadModelError> {
        Ok(Self {
            facets: serde_json::from_value(row.facets)?,
            organization_id: row.organization_id,
            view: row.view,
            id: row.id,
            sort_key: row.sort_key,
            deleted: row.deleted,
        })
    }
}
