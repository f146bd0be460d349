//! The table `document_facets`.

use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::Statement;

/// One entry: the document `id` has this value.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub organization_id: Uuid,
    pub view: &'a str,
    pub facet: &'a str,
    pub value: &'a str,
    pub sort_key: &'a str,
    pub id: &'a str,
}

pub async fn add(conn: &mut AsyncPgConnection, entries: &[Entry<'_>]) -> QueryResult<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let statement = Statement::new(
        "INSERT INTO document_facets SELECT * FROM unnest(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    bind(statement, entries).run(conn).await?;
    Ok(())
}

pub async fn remove(conn: &mut AsyncPgConnection, entries: &[Entry<'_>]) -> QueryResult<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let statement = Statement::new(
        "DELETE FROM document_facets f
         USING unnest(?, ?, ?, ?, ?, ?) AS u (organization_id, view, facet, value, sort_key, id)
         WHERE f.organization_id = u.organization_id AND f.view = u.view AND f.facet = u.facet
             AND f.value = u.value AND f.sort_key = u.sort_key AND f.id = u.id",
    );
    bind(statement, entries).run(conn).await?;
    Ok(())
}

/// The columns, in the order of the table.
fn bind<'a>(statement: Statement<'a>, entries: &[Entry<'a>]) -> Statement<'a> {
    let texts =
        |of: for<'e> fn(&Entry<'e>) -> &'e str| entries.iter().map(of).collect::<Vec<&'a str>>();
    statement
        .bind::<Array<SqlUuid>, _>(
            entries
                .iter()
                .map(|e| e.organization_id)
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Text>, _>(texts(|e| e.view))
        .bind::<Array<Text>, _>(texts(|e| e.facet))
        .bind::<Array<Text>, _>(texts(|e| e.value))
        .bind::<Array<Text>, _>(texts(|e| e.sort_key))
        .bind::<Array<Text>, _>(texts(|e| e.id))
}
