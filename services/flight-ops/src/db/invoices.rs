//! The table `invoices`, and what its lines refer to.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::finance::Invoice;
use domain::{InvoiceId, OrgId};
use store::Statement;
use uuid::Uuid;

use super::aggregates;

/// Those of these that there are, each locked until the transaction ends, in the order of their
/// ids whichever way they are named.
pub async fn lock_all(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    ids: impl IntoIterator<Item = InvoiceId>,
) -> QueryResult<Vec<Invoice>> {
    let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from).collect();
    let statement =
        aggregates::select::<Invoice>(organization, "id = ANY(?) ORDER BY id FOR NO KEY UPDATE");
    aggregates::all(conn, statement.bind::<Array<SqlUuid>, _>(ids)).await
}

/// What a line may refer to.
#[derive(Debug, Clone, Copy)]
pub enum Referred {
    Flight,
    Aircraft,
    Person,
}

/// Whether all of these are the organisation's.
pub async fn are_known(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    referred: Referred,
    ids: BTreeSet<Uuid>,
) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    if ids.is_empty() {
        return Ok(true);
    }
    let table = match referred {
        Referred::Flight => "flights",
        Referred::Aircraft => "aircraft",
        Referred::Person => "people",
    };
    let known: Vec<Row> = Statement::new(format!(
        "SELECT id FROM {table} WHERE organization_id = ? AND id = ANY(?)"
    ))
    .bind::<SqlUuid, _>(organization.0)
    .bind::<Array<SqlUuid>, _>(ids.iter().copied().collect::<Vec<_>>())
    .load(conn)
    .await?;
    Ok(known.into_iter().map(|row| row.id).collect::<BTreeSet<_>>() == ids)
}
