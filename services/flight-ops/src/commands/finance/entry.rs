//! Reading what an invoice is to say.

use std::collections::BTreeSet;

use contracts::convert::{customer_id, required};
use contracts::v1;
use domain::OrgId;
use domain::finance::{CustomerId, Invoice, InvoiceEntry, LineEntry};
use store::AsyncPgConnection;
use uuid::Uuid;

use super::customers;
use crate::db::invoices::{self, Referred};
use crate::error::OpsError;
use crate::validate::Checks;

/// An entry as it arrived, without the customer's name.
pub struct RawEntry {
    pub customer_id: CustomerId,
    pub lines: Vec<LineEntry>,
    pub external_reference: Option<String>,
}

impl RawEntry {
    pub fn read(entry: Option<v1::InvoiceEntry>) -> Result<Self, OpsError> {
        let entry = required("entry", entry)?;
        let mut checks = Checks::default();
        let external_reference = checks.reference(entry.external_reference.as_deref());
        checks.finish()?;
        Ok(Self {
            customer_id: customer_id(&required("customer", entry.customer)?)?,
            lines: lines(entry.lines)?,
            external_reference,
        })
    }

    /// The entry, once everything that it refers to is known to be the organisation's.
    pub async fn resolve(
        &self,
        conn: &mut AsyncPgConnection,
        organization: OrgId,
    ) -> Result<InvoiceEntry, OpsError> {
        require_known(conn, organization, &self.lines).await?;
        Ok(InvoiceEntry {
            customer: customers::resolve(conn, organization, self.customer_id).await?,
            lines: self.lines.clone(),
            external_reference: self.external_reference.clone(),
        })
    }

    /// Whether the invoice says this already.
    pub fn is_said_by(&self, invoice: &Invoice) -> bool {
        invoice.customer.id == self.customer_id
            && invoice.external_reference == self.external_reference
            && says(invoice, &self.lines)
    }
}

/// Texts without white space around them; an empty code is none.
pub fn lines(lines: Vec<v1::InvoiceLineEntry>) -> Result<Vec<LineEntry>, OpsError> {
    let trimmed = |code: Option<String>| {
        let code = code.map(|code| code.trim().to_owned());
        code.filter(|code| !code.is_empty())
    };
    let read = |line: v1::InvoiceLineEntry| -> Result<LineEntry, OpsError> {
        let line = LineEntry::try_from(line)?;
        Ok(LineEntry {
            description: line.description.trim().to_owned(),
            tax_code: trimmed(line.tax_code),
            accounts_code: trimmed(line.accounts_code),
            ..line
        })
    };
    lines.into_iter().map(read).collect()
}

/// Whether these are the lines of the invoice.
pub fn says(invoice: &Invoice, lines: &[LineEntry]) -> bool {
    invoice.lines.iter().map(|line| &line.entry).eq(lines)
}

/// # Errors
/// [`OpsError::NotFound`] with the field that refers to nothing.
pub async fn require_known(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    lines: &[LineEntry],
) -> Result<(), OpsError> {
    let ids = |of: fn(&LineEntry) -> Option<Uuid>| lines.iter().filter_map(of).collect();
    let referred: [(Referred, &str, &str, BTreeSet<Uuid>); 3] = [
        (
            Referred::Flight,
            "lines.flight_id",
            "flight",
            ids(|l| l.flight_id.map(Uuid::from)),
        ),
        (
            Referred::Aircraft,
            "lines.aircraft_id",
            "aircraft",
            ids(|l| l.aircraft_id.map(Uuid::from)),
        ),
        (
            Referred::Person,
            "lines.instructor_id",
            "person",
            ids(|l| l.instructor_id.map(Uuid::from)),
        ),
    ];
    for (referred, pointer, what, ids) in referred {
        if !invoices::are_known(conn, organization, referred, ids).await? {
            return Err(OpsError::no_such_at(pointer, what));
        }
    }
    Ok(())
}
