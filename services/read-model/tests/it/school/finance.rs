//! Invoices and payments, made by the domain's own rules.

use chrono::NaiveDate;
use domain::finance::{
    Allocation, Credited, Currency, Customer, CustomerId, Invoice, InvoiceEntry, Issue, LineEntry,
    LineKind, LineUnit, Money, NewCreditNote, NewInvoice, NewPayment, NewRefund, Payment,
    PaymentKind, PaymentMethod, Quantity, Settled,
};

use super::{School, id, instant};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An hour of this, at that price, with 7 % tax.
fn line(kind: LineKind, unit_price_minor: i64) -> LineEntry {
    LineEntry {
        kind,
        description: kind.to_string(),
        quantity: Quantity(100),
        unit: LineUnit::Hour,
        meter_kind: None,
        unit_price_minor,
        tax_code: None,
        tax_rate_bp: 700,
        accounts_code: None,
        flight_id: None,
        aircraft_id: None,
        instructor_id: None,
    }
}

fn made(on: NaiveDate) -> chrono::DateTime<chrono::Utc> {
    instant("2026-01-01T12:00:00Z") + (on - day("2026-01-01"))
}

impl School {
    /// Of the customer of its number modulo four: 200.00 of aircraft and 100.00 of instructor, with
    /// tax 321.00.
    pub fn draft(self, number: u32, currency: &str) -> Invoice {
        let new = NewInvoice {
            id: id(number),
            organization_id: self.org,
            currency: currency.parse().unwrap(),
            entry: InvoiceEntry {
                customer: self.customer(number),
                lines: vec![
                    line(LineKind::Aircraft, 20_000),
                    line(LineKind::InstructorFlight, 10_000),
                ],
                external_reference: None,
            },
        };
        Invoice::draft(new, made(day("2026-03-01"))).unwrap()
    }

    fn customer(self, number: u32) -> Customer {
        let id = match number % 4 {
            3 => CustomerId::Company(id(903)),
            pilot => CustomerId::Pilot(id(900 + pilot)),
        };
        Customer {
            id,
            name: format!("Customer {}", number % 4),
        }
    }

    /// [`Self::draft`], issued on that day and due a fortnight later.
    pub fn issued(self, number: u32, currency: &str, on: NaiveDate) -> Invoice {
        let issue = Issue {
            number: format!("2026-{number:05}"),
            issued_on: on,
            due_on: on + chrono::TimeDelta::days(14),
        };
        let draft = self.draft(number, currency);
        draft.issue(issue, on, made(on)).unwrap()
    }

    /// A payment of the invoice's customer, which settles that much of it.
    pub fn pay(self, number: u32, invoice: &Invoice, minor: i64, on: NaiveDate) -> Settled {
        let new = NewPayment {
            id: id(number),
            organization_id: self.org,
            customer_id: invoice.customer.id,
            kind: PaymentKind::Payment,
            method: PaymentMethod::Card,
            amount: money(minor, invoice.currency),
            processor_fee_minor: None,
            processor_reference: None,
            received_at: made(on),
            received_on: on,
            external_reference: None,
        };
        let allocation = Allocation {
            invoice_id: invoice.id,
            amount_minor: minor,
        };
        let payment = Payment::record(new, made(on)).unwrap();
        let settled = payment.allocate(&[allocation], vec![invoice.clone()], made(on));
        settled.unwrap()
    }

    /// Everything of the invoice, taken back.
    pub fn credit(self, number: u32, invoice: &Invoice, on: NaiveDate) -> Credited {
        let new = NewCreditNote {
            id: id(number),
            lines: None,
            issue: Issue {
                number: format!("CN-2026-{number:05}"),
                issued_on: on,
                due_on: on,
            },
            reason: "broken off".into(),
            external_reference: None,
        };
        invoice.clone().credit(new, on, made(on)).unwrap()
    }

    /// What a credit note owes, paid out.
    pub fn pay_out(self, number: u32, note: &Invoice, on: NaiveDate) -> Settled {
        let new = NewRefund {
            id: id(number),
            method: PaymentMethod::Card,
            amount_minor: note.balance_minor(),
            processor_reference: None,
            received_at: made(on),
            received_on: on,
            external_reference: None,
        };
        Payment::pay_out(new, note.clone(), made(on)).unwrap()
    }

    pub fn void(self, invoice: &Invoice, on: NaiveDate) -> Invoice {
        invoice.clone().void("twice", made(on)).unwrap()
    }
}

fn money(minor: i64, currency: Currency) -> Money {
    Money { minor, currency }
}
