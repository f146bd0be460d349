//! Who is invoiced.

use domain::OrgId;
use domain::finance::{Company, Customer, CustomerId};
use store::AsyncPgConnection;

use crate::db::{aggregates, people};
use crate::error::OpsError;

/// The customer, as he is called today.
///
/// # Errors
/// [`OpsError::NotFound`] with the field `customer`.
pub async fn resolve(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: CustomerId,
) -> Result<Customer, OpsError> {
    let name = match id {
        CustomerId::Pilot(pilot) => people::find(conn, organization, pilot)
            .await?
            .map(|person| format!("{} {}", person.first_name, person.last_name))
            .ok_or(OpsError::no_such_at("customer", "person"))?,
        CustomerId::Company(company) => aggregates::find::<Company>(conn, organization, company)
            .await?
            .map(|company| company.name)
            .ok_or(OpsError::no_such_at("customer", "company"))?,
    };
    Ok(Customer { id, name })
}
