//! Invoices, payments and credit notes.

mod numbers;
mod payments;
mod refusals;
mod way;

use chrono::TimeDelta;
use contracts::convert::timestamp;
use contracts::v1::{
    Allocation, Customer, DraftInvoiceRequest, Invoice, InvoiceEntry, InvoiceLineEntry,
    IssueCreditNoteRequest, IssueInvoiceRequest, RecordPaymentRequest, RefundPaymentRequest,
    Target, refund_payment_request::Of,
};

use crate::school::{School, new_id};
use crate::world::{World, start_of_time};

pub fn line(
    kind: &str,
    quantity_hundredths: i64,
    unit_price_minor: i64,
    rate: i32,
) -> InvoiceLineEntry {
    InvoiceLineEntry {
        kind: kind.to_owned(),
        description: format!("{kind} of the day"),
        quantity_hundredths,
        unit: "hour".into(),
        unit_price_minor,
        tax_rate_bp: rate,
        ..InvoiceLineEntry::default()
    }
}

impl School {
    pub fn customer(&self) -> Option<Customer> {
        Some(Customer {
            r#type: "pilot".into(),
            id: self.pilot.clone(),
            name: String::new(),
        })
    }

    /// 592.48 of it, 28.98 tax.
    pub fn bill(&self) -> DraftInvoiceRequest {
        let aircraft = InvoiceLineEntry {
            meter_kind: Some("hobbs".into()),
            tax_code: Some("FUEL7".into()),
            accounts_code: Some("4010".into()),
            aircraft_id: Some(self.aircraft.clone()),
            ..line("aircraft", 230, 18_000, 700)
        };
        let instructor = InvoiceLineEntry {
            instructor_id: Some(self.instructor.clone()),
            ..line("instructor_flight", 230, 6_500, 0)
        };
        self.bill_of(vec![aircraft, instructor])
    }

    pub fn bill_of(&self, lines: Vec<InvoiceLineEntry>) -> DraftInvoiceRequest {
        DraftInvoiceRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            currency: None,
            entry: Some(InvoiceEntry {
                customer: self.customer(),
                lines,
                external_reference: Some("desk-7".into()),
            }),
        }
    }

    pub fn at(&self, id: &str) -> Option<Target> {
        Some(Target {
            organization_id: self.id.clone(),
            id: id.to_owned(),
            expected_version: None,
            actor_id: None,
        })
    }

    pub fn issue(&self, id: &str) -> IssueInvoiceRequest {
        IssueInvoiceRequest {
            target: self.at(id),
            issued_on: "2026-05-12".into(),
            due_on: "2026-05-26".into(),
        }
    }

    /// Everything of it.
    pub fn credit(&self, invoice: &Invoice) -> IssueCreditNoteRequest {
        IssueCreditNoteRequest {
            target: self.at(&invoice.id),
            id: new_id(),
            lines: Vec::new(),
            issued_on: "2026-05-20".into(),
            reason: "broken off".into(),
            external_reference: None,
        }
    }

    pub fn payment(&self, amount_minor: i64, parts: &[(&Invoice, i64)]) -> RecordPaymentRequest {
        RecordPaymentRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            customer: self.customer(),
            kind: "payment".into(),
            method: "card".into(),
            amount_minor,
            currency: None,
            processor_fee_minor: Some(30),
            processor_reference: Some("ch_1".into()),
            received_at: Some(timestamp(start_of_time() - TimeDelta::hours(6))),
            allocations: parts
                .iter()
                .map(|(invoice, amount)| allocation(invoice, *amount))
                .collect(),
            external_reference: None,
        }
    }

    pub fn refund(&self, of: Of, amount_minor: i64) -> RefundPaymentRequest {
        RefundPaymentRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            of: Some(of),
            amount_minor,
            method: "card".into(),
            processor_reference: None,
            received_at: Some(timestamp(start_of_time())),
            external_reference: None,
        }
    }
}

pub fn allocation(invoice: &Invoice, amount_minor: i64) -> Allocation {
    Allocation {
        invoice_id: invoice.id.clone(),
        amount_minor,
    }
}

impl World {
    pub async fn billed(&self, school: &School) -> Invoice {
        let answer = self.ops.draft_invoice(school.bill()).await.unwrap();
        answer.invoice.unwrap()
    }

    /// 592.48, issued on 12 May, due on the 26th.
    pub async fn issued(&self, school: &School) -> Invoice {
        let draft = self.billed(school).await;
        let answer = self
            .ops
            .issue_invoice(school.issue(&draft.id))
            .await
            .unwrap();
        answer.invoice.unwrap()
    }
}
