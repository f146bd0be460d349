//! The table `number_series`: numbers without a gap.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use store::Statement;

/// The next number of a series and year. It is given when the transaction commits, and others of
/// the series wait for that; take it last.
pub async fn next(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    series: &str,
    year: i32,
) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        last: i64,
    }
    let row: Row = Statement::new(
        "INSERT INTO number_series (organization_id, series, year, last) VALUES (?, ?, ?, 1)
         ON CONFLICT (organization_id, series, year) DO UPDATE SET last = number_series.last + 1
         RETURNING last",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<Text, _>(series)
    .bind::<Integer, _>(year)
    .get_result(conn)
    .await?;
    Ok(row.last)
}
