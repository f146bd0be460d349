//! The table `record_links`: what records are gathered by.

use diesel::prelude::*;
use diesel::sql_types::{Array, Binary, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use uuid::Uuid;

use super::Statement;

/// The record `id` is gathered by this.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    pub organization_id: Uuid,
    pub kind: &'static str,
    pub gathered_by: String,
    pub id: String,
}

/// The caller holds the records.
pub async fn add(conn: &mut AsyncPgConnection, links: &[Link]) -> QueryResult<()> {
    if links.is_empty() {
        return Ok(());
    }
    let statement = Statement::new(
        "INSERT INTO record_links SELECT * FROM unnest(?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    bind(statement, links).run(conn).await?;
    Ok(())
}

/// The caller holds the records.
pub async fn remove(conn: &mut AsyncPgConnection, links: &[Link]) -> QueryResult<()> {
    if links.is_empty() {
        return Ok(());
    }
    let statement = Statement::new(
        "DELETE FROM record_links l
         USING unnest(?, ?, ?, ?) AS u (organization_id, kind, gathered_by, id)
         WHERE l.organization_id = u.organization_id AND l.kind = u.kind
             AND l.gathered_by = u.gathered_by AND l.id = u.id",
    );
    bind(statement, links).run(conn).await?;
    Ok(())
}

fn bind<'a>(statement: Statement<'a>, links: &'a [Link]) -> Statement<'a> {
    let texts =
        |of: for<'l> fn(&'l Link) -> &'l str| links.iter().map(of).collect::<Vec<&'a str>>();
    let organizations: Vec<Uuid> = links.iter().map(|l| l.organization_id).collect();
    statement
        .bind::<Array<SqlUuid>, _>(organizations)
        .bind::<Array<Text>, _>(texts(|l| l.kind))
        .bind::<Array<Text>, _>(texts(|l| &l.gathered_by))
        .bind::<Array<Text>, _>(texts(|l| &l.id))
}

/// A record that is gathered by what was asked for.
#[derive(QueryableByName)]
pub struct Gathered {
    #[diesel(sql_type = SqlUuid)]
    pub organization_id: Uuid,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub gathered_by: String,
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Binary)]
    pub payload: Vec<u8>,
}

/// The records that are gathered by these (organisation, kind and link).
pub async fn gathered(
    conn: &mut AsyncPgConnection,
    links: Vec<(OrgId, &'static str, String)>,
) -> QueryResult<Vec<Gathered>> {
    let (mut organizations, mut kinds, mut by) = (Vec::new(), Vec::new(), Vec::new());
    for (organization, kind, link) in links {
        organizations.push(organization.0);
        kinds.push(kind);
        by.push(link);
    }
    if by.is_empty() {
        return Ok(Vec::new());
    }
    Statement::new(
        "SELECT l.organization_id, l.kind, l.gathered_by, l.id, r.payload
         FROM unnest(?, ?, ?) AS k (organization_id, kind, gathered_by)
         JOIN record_links l USING (organization_id, kind, gathered_by)
         JOIN records r USING (organization_id, kind, id)
         WHERE NOT r.deleted",
    )
    .bind::<Array<SqlUuid>, _>(organizations)
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Text>, _>(by)
    .load(conn)
    .await
}
