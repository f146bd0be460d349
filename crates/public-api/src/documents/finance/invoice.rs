//! Invoices and credit notes.

use chrono::NaiveDate;
use domain::InvoiceId;
use domain::finance::{Customer, CustomerType, Invoice, InvoiceKind, InvoiceStatus};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::InvoiceLineFields;
use crate::documents::Timestamp;

/// An invoice or a credit note. Amounts are whole minor units of `currency`; a credit note's are
/// what the school gives back, above zero like an invoice's. What an issued document says stands;
/// what changes is how much of it is settled.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InvoiceDocument<'a> {
    pub id: InvoiceId,
    /// Without a gap in each year, credit notes in a series of their own; null for a draft.
    pub number: Option<&'a str>,
    pub kind: InvoiceKind,
    pub status: InvoiceStatus,
    /// Whether something of it is open after `due_on`, in the school's time zone.
    pub is_overdue: bool,
    pub customer: CustomerFields<'a>,
    /// Null for a draft.
    pub issued_on: Option<NaiveDate>,
    /// The last day on which it is paid in time; null for a draft.
    pub due_on: Option<NaiveDate>,
    /// ISO 4217.
    pub currency: &'a str,
    pub subtotal_minor: i64,
    pub tax_minor: i64,
    /// Subtotal and tax.
    pub total_minor: i64,
    /// What of the total is settled, by payments and by credit notes.
    pub paid_minor: i64,
    /// What is still open; of a credit note, what is still owed to the customer.
    pub balance_minor: i64,
    /// Addition: the invoice that a credit note takes back from.
    pub credited_invoice_id: Option<InvoiceId>,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An invoice or a credit note with its lines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InvoiceDetail<'a> {
    #[serde(flatten)]
    pub invoice: InvoiceDocument<'a>,
    pub lines: Vec<InvoiceLineFields<'a>>,
}

/// Who is invoiced, as the document names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CustomerFields<'a> {
    #[serde(rename = "type")]
    pub customer_type: CustomerType,
    pub id: Uuid,
    pub name: &'a str,
}

impl<'a> From<&'a Customer> for CustomerFields<'a> {
    fn from(customer: &'a Customer) -> Self {
        Self {
            customer_type: customer.id.customer_type(),
            id: customer.id.uuid(),
            name: &customer.name,
        }
    }
}

impl<'a> InvoiceDocument<'a> {
    /// The document on a day of the school's zone.
    pub fn new(invoice: &'a Invoice, today: NaiveDate) -> Self {
        let issue = invoice.issue.as_ref();
        Self {
            id: invoice.id,
            number: issue.map(|issue| issue.number.as_str()),
            kind: invoice.kind,
            status: invoice.status,
            is_overdue: invoice.is_overdue(today),
            customer: (&invoice.customer).into(),
            issued_on: issue.map(|issue| issue.issued_on),
            due_on: issue.map(|issue| issue.due_on),
            currency: invoice.currency.as_str(),
            subtotal_minor: invoice.subtotal_minor(),
            tax_minor: invoice.tax_minor(),
            total_minor: invoice.total_minor(),
            paid_minor: invoice.paid_minor,
            balance_minor: invoice.balance_minor(),
            credited_invoice_id: invoice.credits_id,
            external_reference: invoice.external_reference.as_deref(),
            created_at: Timestamp(invoice.created_at),
            updated_at: Timestamp(invoice.updated_at),
        }
    }
}

impl<'a> InvoiceDetail<'a> {
    /// [`InvoiceDocument::new`], with the lines.
    pub fn new(invoice: &'a Invoice, today: NaiveDate) -> Self {
        Self {
            invoice: InvoiceDocument::new(invoice, today),
            lines: invoice.lines.iter().map(Into::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payloads::samples::finance;

    const LISTED: &str = concat!(
        r#"{"id":"00000000-0000-0000-0000-0000000001e1","number":"2026-00412","kind":"invoice","#,
        r#""status":"partially_paid","is_overdue":false,"#,
        r#""customer":{"type":"pilot","id":"00000000-0000-0000-0000-0000000000b1","name":"Jane Sample"},"#,
        r#""issued_on":"2026-05-04","due_on":"2026-05-18","currency":"USD","subtotal_minor":56350,"#,
        r#""tax_minor":2898,"total_minor":59248,"paid_minor":20000,"balance_minor":39248,"#,
        r#""credited_invoice_id":null,"external_reference":null,"#,
        r#""created_at":"2026-05-02T21:40:00Z","updated_at":"2026-05-10T16:00:00Z""#,
    );

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_document_is_what_the_contract_says() {
        let invoice = finance::invoice();
        let item = InvoiceDocument::new(&invoice, day("2026-05-18"));
        assert_eq!(serde_json::to_string(&item).unwrap(), format!("{LISTED}}}"));
        let detail = InvoiceDetail::new(&invoice, day("2026-05-18"));
        let lines = concat!(
            r#","lines":[{"id":"00000000-0000-0000-0000-0000000001f1","position":1,"kind":"aircraft","#,
            r#""description":"N740SP wet, Hobbs","quantity":"2.3","unit":"hour","meter_kind":"hobbs","#,
            r#""unit_price_minor":18000,"net_minor":41400,"tax_code":"FL-7","tax_rate_bp":700,"tax_minor":2898,"#,
            r#""flight_id":"00000000-0000-0000-0000-0000000000f1","#,
            r#""aircraft_id":"00000000-0000-0000-0000-0000000000a1","instructor_id":null,"accounts_code":"4010"},"#,
            r#"{"id":"00000000-0000-0000-0000-0000000001f2","position":2,"kind":"instructor_flight","#,
            r#""description":"Dual instruction","quantity":"2.3","unit":"hour","meter_kind":null,"#,
            r#""unit_price_minor":6500,"net_minor":14950,"tax_code":null,"tax_rate_bp":0,"tax_minor":0,"#,
            r#""flight_id":"00000000-0000-0000-0000-0000000000f1","aircraft_id":null,"#,
            r#""instructor_id":"00000000-0000-0000-0000-0000000000b2","accounts_code":"4020"}]}"#,
        );
        assert_eq!(
            serde_json::to_string(&detail).unwrap(),
            format!("{LISTED}{lines}")
        );
    }

    #[test]
    fn it_is_overdue_from_the_day_after_it_is_due() {
        let invoice = finance::invoice();
        let overdue = |today| InvoiceDocument::new(&invoice, day(today)).is_overdue;
        assert_eq!(
            [overdue("2026-05-18"), overdue("2026-05-19")],
            [false, true]
        );
    }

    #[test]
    fn a_draft_has_neither_number_nor_dates() {
        let draft = Invoice {
            status: InvoiceStatus::Draft,
            issue: None,
            ..finance::invoice()
        };
        let json = serde_json::to_value(InvoiceDocument::new(&draft, day("2026-05-18"))).unwrap();
        for field in ["number", "issued_on", "due_on"] {
            assert_eq!(json.get(field), Some(&serde_json::Value::Null), "{field}");
        }
    }
}
