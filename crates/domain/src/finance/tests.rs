//! A customer, what is sold to him, and what he pays.

mod credit_notes;
mod invoices;
mod payments;
mod properties;
mod summaries;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::*;
use crate::{InvoiceId, OrgId, PaymentId, PersonId, Refusal};

pub(super) fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn now() -> DateTime<Utc> {
    "2026-05-28T12:00:00Z".parse().unwrap()
}

pub(super) fn today() -> NaiveDate {
    day("2026-05-28")
}

pub(super) fn usd() -> Currency {
    "USD".parse().unwrap()
}

pub(super) fn jane() -> Customer {
    Customer {
        id: CustomerId::Pilot(id::<PersonId>(7)),
        name: "Jane Smith".to_owned(),
    }
}

pub(super) fn line(
    kind: LineKind,
    quantity: i64,
    unit_price_minor: i64,
    tax_rate_bp: i32,
) -> LineEntry {
    LineEntry {
        kind,
        description: kind.to_string(),
        quantity: Quantity(quantity),
        unit: LineUnit::Hour,
        meter_kind: None,
        unit_price_minor,
        tax_code: None,
        tax_rate_bp,
        accounts_code: None,
        flight_id: None,
        aircraft_id: None,
        instructor_id: None,
    }
}

/// The example of the contract: 2.3 hours of aircraft and instructor, 592.48 in all.
pub(super) fn lesson() -> Vec<LineEntry> {
    vec![
        line(LineKind::Aircraft, 230, 18_000, 700),
        line(LineKind::InstructorFlight, 230, 6_500, 0),
    ]
}

pub(super) fn entry(lines: Vec<LineEntry>) -> InvoiceEntry {
    InvoiceEntry {
        customer: jane(),
        lines,
        external_reference: None,
    }
}

pub(super) fn draft(number: u128, lines: Vec<LineEntry>) -> Result<Invoice, Refusal> {
    let new = NewInvoice {
        id: id::<InvoiceId>(number),
        organization_id: id::<OrgId>(1),
        currency: usd(),
        entry: entry(lines),
    };
    Invoice::draft(new, now())
}

pub(super) fn issue_on(issued_on: &str, due_on: &str) -> Issue {
    Issue {
        number: "2026-00412".to_owned(),
        issued_on: day(issued_on),
        due_on: day(due_on),
    }
}

pub(super) fn issued(number: u128) -> Invoice {
    let draft = draft(number, lesson()).unwrap();
    draft
        .issue(issue_on("2026-05-12", "2026-05-26"), today(), now())
        .unwrap()
}

pub(super) fn payment(number: u128, minor: i64) -> Result<Payment, Refusal> {
    Payment::record(new_payment(number, minor), now())
}

pub(super) fn new_payment(number: u128, minor: i64) -> NewPayment {
    NewPayment {
        id: id::<PaymentId>(number),
        organization_id: id::<OrgId>(1),
        customer_id: jane().id,
        kind: PaymentKind::Payment,
        method: PaymentMethod::Card,
        amount: Money {
            minor,
            currency: usd(),
        },
        processor_fee_minor: None,
        processor_reference: None,
        received_at: now(),
        received_on: today(),
        external_reference: None,
    }
}

pub(super) fn new_refund(number: u128, amount_minor: i64) -> NewRefund {
    NewRefund {
        id: id::<PaymentId>(number),
        method: PaymentMethod::Card,
        amount_minor,
        processor_reference: None,
        received_at: now(),
        received_on: today(),
        external_reference: None,
    }
}

pub(super) fn new_note(number: u128, lines: Option<Vec<LineEntry>>) -> NewCreditNote {
    NewCreditNote {
        id: id::<InvoiceId>(number),
        lines,
        issue: Issue {
            number: "CN-2026-00001".to_owned(),
            ..issue_on("2026-05-20", "2026-05-20")
        },
        reason: "the lesson was broken off".to_owned(),
        external_reference: None,
    }
}

/// Pays an invoice in part or in whole.
pub(super) fn pay(invoice: Invoice, minor: i64) -> Settled {
    let allocation = Allocation {
        invoice_id: invoice.id,
        amount_minor: minor,
    };
    let payment = payment(90, minor).unwrap();
    payment
        .allocate(&[allocation], vec![invoice], now())
        .unwrap()
}

/// The code of a refusal, or of its first field.
pub(super) fn code<T: std::fmt::Debug>(answer: Result<T, Refusal>) -> &'static str {
    match answer.unwrap_err() {
        Refusal::InvalidTransition { .. } => "invalid_transition",
        Refusal::Invalid(violations) => violations[0].code,
        Refusal::Conflict { code, .. } | Refusal::Forbidden { code, .. } => code,
    }
}
