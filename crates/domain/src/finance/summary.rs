//! What a school invoiced, was paid and is owed in a period, in one currency.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    Invoice, InvoiceKind, InvoiceStatus, LineKind, LineUnit, Payment, Quantity, SummaryId,
};

/// The figures of a period. Documents count in the period they were issued in, whenever they are
/// paid; money counts in the period it came or went. Drafts and void documents count nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub id: SummaryId,
    /// Totals of invoices, with tax, less those of credit notes.
    pub invoiced_minor: i64,
    /// What of it is tax.
    pub tax_minor: i64,
    /// Money that came in.
    pub paid_minor: i64,
    /// Money that went back.
    pub refunded_minor: i64,
    /// What customers still owe of the period's invoices.
    pub outstanding_minor: i64,
    /// What of it is overdue.
    pub overdue_minor: i64,
    /// Invoices, without credit notes.
    pub invoice_count: i64,
    /// Net amounts by kind of line, less what was credited; together, `invoiced − tax`.
    pub by_category: BTreeMap<LineKind, i64>,
    /// Hours on lines of aircraft, less what was credited.
    pub flight_hours_billed: Quantity,
}

impl Summary {
    /// Sums up what of `invoices` and `payments` belongs to the period and the currency; the rest
    /// is passed over. `today` is the day in the school's zone.
    pub fn of<'a>(
        id: SummaryId,
        invoices: impl IntoIterator<Item = &'a Invoice>,
        payments: impl IntoIterator<Item = &'a Payment>,
        today: NaiveDate,
    ) -> Self {
        let mut summary = Self {
            id,
            invoiced_minor: 0,
            tax_minor: 0,
            paid_minor: 0,
            refunded_minor: 0,
            outstanding_minor: 0,
            overdue_minor: 0,
            invoice_count: 0,
            by_category: BTreeMap::new(),
            flight_hours_billed: Quantity(0),
        };
        for invoice in invoices.into_iter().filter(|invoice| id.counts(invoice)) {
            summary.add(invoice, today);
        }
        for payment in payments.into_iter().filter(|payment| id.has(payment)) {
            summary.paid_minor += payment.money_in();
            summary.refunded_minor += payment.money_back();
        }
        summary
    }

    fn add(&mut self, invoice: &Invoice, today: NaiveDate) {
        let sign = match invoice.kind {
            InvoiceKind::Invoice => 1,
            InvoiceKind::CreditNote => -1,
        };
        self.invoiced_minor += sign * invoice.total_minor();
        self.tax_minor += sign * invoice.tax_minor();
        for line in &invoice.lines {
            *self.by_category.entry(line.entry.kind).or_default() += sign * line.net_minor;
            if line.entry.kind == LineKind::Aircraft && line.entry.unit == LineUnit::Hour {
                self.flight_hours_billed.0 += sign * line.entry.quantity.0;
            }
        }
        if invoice.kind == InvoiceKind::Invoice {
            self.invoice_count += 1;
            self.outstanding_minor += invoice.balance_minor();
        }
        if invoice.is_overdue(today) {
            self.overdue_minor += invoice.balance_minor();
        }
    }

    /// The next day on which the figures change by themselves: the first after `today` on which
    /// one of the invoices becomes overdue.
    pub fn changes_on<'a>(
        id: SummaryId,
        invoices: impl IntoIterator<Item = &'a Invoice>,
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        let counted = invoices.into_iter().filter(|invoice| id.counts(invoice));
        let days = counted.filter_map(Invoice::overdue_from);
        days.filter(|day| *day > today).min()
    }
}

impl SummaryId {
    fn counts(self, invoice: &Invoice) -> bool {
        let issued = invoice
            .issued_on()
            .is_some_and(|day| self.period.contains(day));
        issued && invoice.currency == self.currency && invoice.status != InvoiceStatus::Void
    }

    fn has(self, payment: &Payment) -> bool {
        payment.amount.currency == self.currency && self.period.contains(payment.received_on)
    }
}
