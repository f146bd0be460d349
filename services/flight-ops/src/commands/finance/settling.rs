//! What the commands about payments have in common.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use contracts::convert::{Read, instant};
use contracts::v1;
use diesel::QueryResult;
use domain::finance::{Allocation, Currency, Invoice, Payment};
use domain::organization::Organization;
use domain::{OrgId, Refusal};
use prost_types::Timestamp;
use store::AsyncPgConnection;

use crate::db::{aggregates, invoices};
use crate::error::OpsError;

/// How far a caller's clock may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// A payment, and everything that it touches, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentState {
    pub payment: Payment,
    /// What it settles.
    pub invoices: Vec<Invoice>,
    /// What a refund gave back from.
    pub refunded: Option<Payment>,
}

impl PaymentState {
    /// As the database has it.
    pub async fn load(conn: &mut AsyncPgConnection, payment: Payment) -> Result<Self, OpsError> {
        let organization = payment.organization_id;
        let mut invoices = Vec::with_capacity(payment.allocations.len());
        for allocation in &payment.allocations {
            invoices.extend(aggregates::find(conn, organization, allocation.invoice_id).await?);
        }
        let refunded = match payment.refunds_id {
            Some(id) => aggregates::find(conn, organization, id).await?,
            None => None,
        };
        Ok(Self {
            payment,
            invoices,
            refunded,
        })
    }
}

/// The invoices of the allocations, locked, one for one.
///
/// # Errors
/// [`OpsError::NotFound`] with the field `allocations`.
pub async fn invoices_of(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    allocations: &[Allocation],
) -> Result<Vec<Invoice>, OpsError> {
    let ids = allocations.iter().map(|a| a.invoice_id);
    let locked = invoices::lock_all(conn, organization, ids).await?;
    let of = |allocation: &Allocation| {
        let invoice = locked
            .iter()
            .find(|i| i.id == allocation.invoice_id)
            .cloned();
        invoice.ok_or(OpsError::no_such_at("allocations", "invoice"))
    };
    allocations.iter().map(of).collect()
}

/// Saves invoices that the transaction has locked.
pub async fn save_all(conn: &mut AsyncPgConnection, invoices: &[Invoice]) -> Result<(), OpsError> {
    for invoice in invoices {
        saved(aggregates::update(conn, invoice).await)?;
    }
    Ok(())
}

/// # Errors
/// [`OpsError::VersionMismatch`] where the row was not the one that was read.
pub fn saved(updated: QueryResult<bool>) -> Result<(), OpsError> {
    if updated? {
        Ok(())
    } else {
        Err(OpsError::VersionMismatch)
    }
}

pub fn allocations(allocations: Vec<v1::Allocation>) -> Read<Vec<Allocation>> {
    allocations.into_iter().map(TryInto::try_into).collect()
}

/// When money came or went, as precise as PostgreSQL keeps it.
pub fn received_at(at: Option<Timestamp>) -> Read<DateTime<Utc>> {
    Ok(instant("received_at", at)?.trunc_subsecs(6))
}

/// # Errors
/// [`Refusal::Invalid`] where it has not happened yet.
pub fn has_happened(received_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if received_at > now + AHEAD {
        let detail = "money is recorded when it has come or gone";
        return Err(Refusal::invalid("received_at", "in_the_future", detail));
    }
    Ok(())
}

/// The currency that was named, or the school's.
pub fn currency(named: Option<Currency>, school: &Organization) -> Result<Currency, OpsError> {
    match named {
        Some(currency) => Ok(currency),
        None => Ok(contracts::convert::parse("currency", &school.currency)?),
    }
}
