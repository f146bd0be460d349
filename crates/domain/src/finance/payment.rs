//! Payments: money that came in, credit that was granted, money that went back.

mod transitions;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{CustomerId, Money, PaymentKind, PaymentMethod, PaymentStatus};
use crate::{InvoiceId, OrgId, PaymentId};

pub use transitions::{NewPayment, NewRefund, Settled};

/// A payment. Its amount is above zero whichever way the money went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub id: PaymentId,
    pub organization_id: OrgId,
    /// Rises by one with every change.
    pub version: i64,
    pub customer_id: CustomerId,
    pub kind: PaymentKind,
    pub method: PaymentMethod,
    pub status: PaymentStatus,
    pub amount: Money,
    pub processor_fee_minor: Option<i64>,
    /// The processor's own name for it; never a card's number.
    pub processor_reference: Option<String>,
    pub received_at: DateTime<Utc>,
    /// The day of it in the school's zone, which the books go by.
    pub received_on: NaiveDate,
    /// What of it settles which document; together no more than the amount.
    pub allocations: Vec<Allocation>,
    /// What of a payment went back that settled nothing.
    pub refunded_minor: i64,
    /// The payment that a refund gives back from, where it is not a credit note that it pays out.
    pub refunds_id: Option<PaymentId>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a payment settles of an invoice, or a refund of a credit note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    pub invoice_id: InvoiceId,
    /// Above zero, of the payment's currency.
    pub amount_minor: i64,
}

impl Payment {
    pub fn allocated_minor(&self) -> i64 {
        self.allocations.iter().map(|a| a.amount_minor).sum()
    }

    /// What of it lies on the customer's account: it settles nothing and did not go back.
    pub fn on_account_minor(&self) -> i64 {
        self.amount.minor - self.allocated_minor() - self.refunded_minor
    }

    /// As of the next version.
    #[must_use]
    pub fn touched(self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }

    /// Money that came in with it. A credit or an adjustment settles without any.
    pub fn money_in(&self) -> i64 {
        match (self.kind, self.status) {
            (PaymentKind::Payment, PaymentStatus::Succeeded | PaymentStatus::Refunded) => {
                self.amount.minor
            }
            _ => 0,
        }
    }

    /// Money that went back with it.
    pub fn money_back(&self) -> i64 {
        match (self.kind, self.status) {
            (PaymentKind::Refund, PaymentStatus::Succeeded) => self.amount.minor,
            _ => 0,
        }
    }
}
