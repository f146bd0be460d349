//! Invoices and credit notes.
//!
//! A credit note is an invoice the other way round: its amounts are what the school gives back,
//! above zero like an invoice's, and its balance is what of that is still owed to the customer.

mod transitions;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Currency, Customer, InvoiceKind, InvoiceStatus, Line, LineEntry};
use crate::{FlightId, InvoiceId, OrgId};

pub use transitions::{Credited, NewCreditNote, NewInvoice};

/// An invoice or a credit note. What it says does not change once it is issued; what changes is
/// how much of it is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    pub id: InvoiceId,
    pub organization_id: OrgId,
    /// Rises by one with every change.
    pub version: i64,
    pub kind: InvoiceKind,
    pub status: InvoiceStatus,
    /// Of every amount, for good.
    pub currency: Currency,
    pub customer: Customer,
    pub lines: Vec<Line>,
    /// None for a draft, and for nothing else.
    pub issue: Option<Issue>,
    /// What of the total is settled: by payments and credit notes, or, of a credit note, by what
    /// was set off or paid back.
    pub paid_minor: i64,
    /// What credit notes take back of the total, settled or not.
    pub credited_minor: i64,
    /// The invoice that a credit note takes back from.
    pub credits_id: Option<InvoiceId>,
    /// Why it was voided or credited.
    pub reason: Option<String>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a document gets when it is issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// As [`super::InvoiceNumber`] writes it.
    pub number: String,
    /// A day in the school's zone.
    pub issued_on: NaiveDate,
    /// The last day on which it is paid in time.
    pub due_on: NaiveDate,
}

/// What a draft says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceEntry {
    pub customer: Customer,
    pub lines: Vec<LineEntry>,
    pub external_reference: Option<String>,
}

impl Invoice {
    /// Σ net of the lines.
    pub fn subtotal_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.net_minor).sum()
    }

    /// Σ tax of the lines.
    pub fn tax_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.tax_minor).sum()
    }

    /// Subtotal and tax. Not below zero.
    pub fn total_minor(&self) -> i64 {
        self.subtotal_minor() + self.tax_minor()
    }

    /// What is still to be settled: `total − paid`, and nothing once it is void. Not below zero.
    pub fn balance_minor(&self) -> i64 {
        match self.status {
            InvoiceStatus::Void => 0,
            _ => self.total_minor() - self.paid_minor,
        }
    }

    pub fn issued_on(&self) -> Option<NaiveDate> {
        self.issue.as_ref().map(|issue| issue.issued_on)
    }

    /// The flights that were charged for with it, each once: those that the lines of an issued
    /// invoice are about, void or not. A credit note charges for nothing.
    pub fn flight_ids(&self) -> BTreeSet<FlightId> {
        let charges = self.kind == InvoiceKind::Invoice && self.issue.is_some();
        let lines = self.lines.iter().filter(|_| charges);
        lines.filter_map(|line| line.entry.flight_id).collect()
    }

    /// Whether money can be put against it.
    pub fn is_open(&self) -> bool {
        matches!(
            self.status,
            InvoiceStatus::Issued | InvoiceStatus::PartiallyPaid
        )
    }

    /// From which day on an invoice is overdue if nothing more is paid: the one after it is due.
    pub fn overdue_from(&self) -> Option<NaiveDate> {
        let issue = self.issue.as_ref()?;
        let counts = self.kind == InvoiceKind::Invoice && self.is_open();
        counts.then(|| issue.due_on.succ_opt()).flatten()
    }

    /// Whether it is overdue on a day of the school's zone. Derived, never stored: it turns at
    /// midnight by itself.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.overdue_from().is_some_and(|from| from <= today)
    }
}
