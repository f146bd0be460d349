//! The table `work_order_numbers`.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use store::Statement;

/// The next number of a year. It is given with the transaction, so none is left out.
pub async fn next(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    year: i32,
) -> QueryResult<i32> {
    #[derive(QueryableByName)]
    struct Given {
        #[diesel(sql_type = Integer)]
        last: i32,
    }
    let given: Given = Statement::new(
        "INSERT INTO work_order_numbers AS numbers (organization_id, year, last) VALUES (?, ?, 1)
         ON CONFLICT (organization_id, year) DO UPDATE SET last = numbers.last + 1
         RETURNING last",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<Integer, _>(year)
    .get_result(conn)
    .await?;
    Ok(given.last)
}
