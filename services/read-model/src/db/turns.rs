//! When documents change by themselves: the column `turns_at`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use public_api::routes::View;

use super::Statement;

/// Whether any document of the view is due.
pub async fn any_due(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    view: View,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        due: bool,
    }
    let row: Row = Statement::new(
        "SELECT EXISTS (SELECT FROM documents
             WHERE organization_id = ? AND view = ? AND turns_at <= ?) AS due",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<Text, _>(view.as_str())
    .bind::<Timestamptz, _>(now)
    .get_result(conn)
    .await?;
    Ok(row.due)
}

/// Ids of documents of the view that are due, the longest due first.
pub async fn due(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    view: View,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let rows: Vec<Row> = Statement::new(
        "SELECT id FROM documents
         WHERE organization_id = ? AND view = ? AND turns_at <= ?
         ORDER BY turns_at LIMIT ?",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<Text, _>(view.as_str())
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Makes every document of these views due, because the organisation's days now end at another
/// time. The caller holds the views.
pub async fn all_due(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    views: &[View],
) -> QueryResult<()> {
    Statement::new(
        "UPDATE documents SET turns_at = ?
         WHERE organization_id = ? AND view = ANY (?) AND NOT deleted",
    )
    // Due by every replica's clock.
    .bind::<Timestamptz, _>(DateTime::UNIX_EPOCH)
    .bind::<SqlUuid, _>(organization.0)
    .bind::<Array<Text>, _>(views.iter().map(|view| view.as_str()).collect::<Vec<_>>())
    .run(conn)
    .await?;
    Ok(())
}

/// When the next document of any organisation is due.
pub async fn next(conn: &mut AsyncPgConnection) -> QueryResult<Option<DateTime<Utc>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        next: Option<DateTime<Utc>>,
    }
    let row: Row = Statement::new("SELECT min(turns_at) AS next FROM documents")
        .get_result(conn)
        .await?;
    Ok(row.next)
}
