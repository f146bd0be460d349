//! What a payment does to the documents that it settles.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Allocation, Payment};
use crate::finance::{
    CustomerId, Invoice, InvoiceKind, Money, PaymentKind, PaymentMethod, PaymentStatus,
};
use crate::{OrgId, PaymentId, Refusal, Violation};

/// A hundred million of a currency of two decimals.
const MAX_AMOUNT: i64 = 10_000_000_000;
/// Documents that one payment settles at most.
const MOST_ALLOCATIONS: usize = 100;

/// What it takes to record a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPayment {
    pub id: PaymentId,
    pub organization_id: OrgId,
    pub customer_id: CustomerId,
    /// Anything but a refund, which is [`NewRefund`]'s.
    pub kind: PaymentKind,
    pub method: PaymentMethod,
    pub amount: Money,
    pub processor_fee_minor: Option<i64>,
    pub processor_reference: Option<String>,
    pub received_at: DateTime<Utc>,
    pub received_on: NaiveDate,
    pub external_reference: Option<String>,
}

/// What it takes to give money back. Its currency and customer are those of what it gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    pub id: PaymentId,
    pub method: PaymentMethod,
    pub amount_minor: i64,
    pub processor_reference: Option<String>,
    pub received_at: DateTime<Utc>,
    pub received_on: NaiveDate,
    pub external_reference: Option<String>,
}

/// A payment and the documents that it settled, in the order of its allocations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub payment: Payment,
    pub invoices: Vec<Invoice>,
}

impl Payment {
    /// Records money that came in, or a credit, without settling anything yet.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]
    pub fn record(new: NewPayment, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut found = amount(new.amount.minor);
        let fee = new.processor_fee_minor.unwrap_or_default();
        if !(0..=new.amount.minor.max(0)).contains(&fee) {
            let detail = "a processor keeps no more than the amount";
            found.push(Violation::new(
                "processor_fee_minor",
                "out_of_range",
                detail,
            ));
        }
        if new.kind == PaymentKind::Refund {
            let detail = "a refund says what it gives back: it has a command of its own";
            found.push(Violation::new("kind", "inconsistent", detail));
        }
        if new.kind == PaymentKind::Payment && new.method == PaymentMethod::AccountBalance {
            let detail = "what lies on the account came in before: allocate that payment";
            found.push(Violation::new("method", "inconsistent", detail));
        }
        Refusal::unless_empty(found)?;
        Ok(Self {
            id: new.id,
            organization_id: new.organization_id,
            version: 1,
            customer_id: new.customer_id,
            kind: new.kind,
            method: new.method,
            status: PaymentStatus::Succeeded,
            amount: new.amount,
            processor_fee_minor: new.processor_fee_minor,
            processor_reference: new.processor_reference,
            received_at: new.received_at,
            received_on: new.received_on,
            allocations: Vec::new(),
            refunded_minor: 0,
            refunds_id: None,
            external_reference: new.external_reference,
            created_at: now,
            updated_at: now,
        })
    }

    /// Settles documents with what lies on account of it. `invoices` are those of `allocations`,
    /// one for one. The version stays: it is the caller's to raise, once for all that it does.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where an amount exceeds the payment or a balance, or the document is
    /// another customer's or of another currency; [`Refusal::Invalid`].
    pub fn allocate(
        self,
        allocations: &[Allocation],
        invoices: Vec<Invoice>,
        now: DateTime<Utc>,
    ) -> Result<Settled, Refusal> {
        if self.kind == PaymentKind::Refund || self.status != PaymentStatus::Succeeded {
            return Err(Refusal::InvalidTransition {
                what: "payment",
                from: self.status.as_str(),
                attempted: "allocated",
            });
        }
        Refusal::unless_empty(well_formed(allocations))?;
        let (sum, left) = (sum(allocations), self.on_account_minor());
        if sum > left {
            let detail = format!("{sum} is more than the {left} that is left of the payment");
            return Err(Refusal::conflict("exceeds_payment", detail));
        }
        let mut settled = Vec::with_capacity(invoices.len());
        for (allocation, invoice) in allocations.iter().zip(invoices) {
            self.fits(&invoice)?;
            settled.push(invoice.settle(allocation.amount_minor, now)?);
        }
        let mut payment = self;
        for new in allocations {
            let known = payment
                .allocations
                .iter_mut()
                .find(|a| a.invoice_id == new.invoice_id);
            match known {
                Some(known) => known.amount_minor += new.amount_minor,
                None => payment.allocations.push(*new),
            }
        }
        Ok(Settled {
            payment,
            invoices: settled,
        })
    }

    /// Gives back what lies on account of a payment: the refund, and the payment after it.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Conflict`] `exceeds_payment`,
    /// [`Refusal::Invalid`].
    pub fn give_back(self, new: NewRefund, now: DateTime<Utc>) -> Result<(Self, Self), Refusal> {
        let given = self.kind == PaymentKind::Payment && self.status == PaymentStatus::Succeeded;
        if !given {
            return Err(Refusal::InvalidTransition {
                what: "payment",
                from: self.status.as_str(),
                attempted: "refunded",
            });
        }
        let left = self.on_account_minor();
        if new.amount_minor > left {
            let detail = format!(
                "{} is more than the {left} that settles nothing; credit the invoice to give back more",
                new.amount_minor
            );
            return Err(Refusal::conflict("exceeds_payment", detail));
        }
        let refunds_id = Some(self.id);
        let (customer, currency) = (self.customer_id, self.amount.currency);
        let money = Money {
            minor: new.amount_minor,
            currency,
        };
        let refund = refund(new, self.organization_id, customer, money, now)?;
        let refunded_minor = self.refunded_minor + money.minor;
        let status = if refunded_minor == self.amount.minor {
            PaymentStatus::Refunded
        } else {
            self.status
        };
        let payment = Self {
            status,
            refunded_minor,
            ..self.touched(now)
        };
        Ok((
            Self {
                refunds_id,
                ..refund
            },
            payment,
        ))
    }

    /// Pays out what a credit note still owes the customer.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Conflict`] `exceeds_balance`,
    /// [`Refusal::Invalid`].
    pub fn pay_out(new: NewRefund, note: Invoice, now: DateTime<Utc>) -> Result<Settled, Refusal> {
        if note.kind != InvoiceKind::CreditNote {
            let detail = "an invoice is credited before it is refunded";
            return Err(Refusal::conflict("not_credited", detail));
        }
        let money = Money {
            minor: new.amount_minor,
            currency: note.currency,
        };
        let refund = refund(new, note.organization_id, note.customer.id, money, now)?;
        let allocation = Allocation {
            invoice_id: note.id,
            amount_minor: money.minor,
        };
        Ok(Settled {
            payment: Self {
                allocations: vec![allocation],
                ..refund
            },
            invoices: vec![note.settle(money.minor, now)?],
        })
    }

    /// Whether the document is one that this payment may settle.
    fn fits(&self, invoice: &Invoice) -> Result<(), Refusal> {
        let refuse = |code, detail| Err(Refusal::conflict(code, detail));
        if invoice.kind != InvoiceKind::Invoice {
            return refuse("not_an_invoice", "a credit note is paid out by a refund");
        }
        if invoice.currency != self.amount.currency {
            return refuse("other_currency", "the invoice is of another currency");
        }
        if invoice.customer.id != self.customer_id {
            return refuse("other_customer", "the invoice is another customer's");
        }
        Ok(())
    }
}

fn refund(
    new: NewRefund,
    organization_id: OrgId,
    customer_id: CustomerId,
    money: Money,
    now: DateTime<Utc>,
) -> Result<Payment, Refusal> {
    let mut found = amount(money.minor);
    if new.method == PaymentMethod::AccountBalance {
        let detail = "a refund is money that leaves the account";
        found.push(Violation::new("method", "inconsistent", detail));
    }
    Refusal::unless_empty(found)?;
    Ok(Payment {
        id: new.id,
        organization_id,
        version: 1,
        customer_id,
        kind: PaymentKind::Refund,
        method: new.method,
        status: PaymentStatus::Succeeded,
        amount: money,
        processor_fee_minor: None,
        processor_reference: new.processor_reference,
        received_at: new.received_at,
        received_on: new.received_on,
        allocations: Vec::new(),
        refunded_minor: 0,
        refunds_id: None,
        external_reference: new.external_reference,
        created_at: now,
        updated_at: now,
    })
}

fn amount(minor: i64) -> Vec<Violation> {
    if (1..=MAX_AMOUNT).contains(&minor) {
        return Vec::new();
    }
    let detail = format!("an amount is 1 to {MAX_AMOUNT}");
    vec![Violation::new("amount_minor", "out_of_range", detail)]
}

fn well_formed(allocations: &[Allocation]) -> Vec<Violation> {
    let mut found = Vec::new();
    let distinct: BTreeSet<_> = allocations.iter().map(|a| a.invoice_id).collect();
    if distinct.len() < allocations.len() {
        found.push(Violation::new(
            "allocations",
            "repeated",
            "an invoice is named twice",
        ));
    }
    if allocations.len() > MOST_ALLOCATIONS {
        let detail = format!("a payment settles {MOST_ALLOCATIONS} invoices at most");
        found.push(Violation::new("allocations", "too_many", detail));
    }
    if allocations
        .iter()
        .any(|a| !(1..=MAX_AMOUNT).contains(&a.amount_minor))
    {
        let detail = "an allocation is above zero";
        found.push(Violation::new("allocations", "out_of_range", detail));
    }
    found
}

fn sum(allocations: &[Allocation]) -> i64 {
    allocations.iter().map(|a| a.amount_minor).sum()
}
