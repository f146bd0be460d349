//! Giving documents their numbers.

use chrono::{Datelike, NaiveDate};
use domain::OrgId;
use domain::finance::{InvoiceKind, InvoiceNumber, Issue};
use store::AsyncPgConnection;

use crate::db::numbers;
use crate::error::OpsError;

/// Issues a document of the kind on a day: with the next number of that day's year. The number is
/// gone only if the transaction commits, so the rules may still refuse.
pub async fn issue(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    kind: InvoiceKind,
    issued_on: NaiveDate,
    due_on: NaiveDate,
) -> Result<Issue, OpsError> {
    let year = issued_on.year();
    let sequence = numbers::next(conn, organization, InvoiceNumber::series(kind), year).await?;
    let number = InvoiceNumber {
        kind,
        year,
        sequence,
    };
    Ok(Issue {
        number: number.to_string(),
        issued_on,
        due_on,
    })
}
