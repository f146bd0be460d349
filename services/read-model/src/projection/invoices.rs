use domain::finance::Invoice;
use domain::moment::Moment;
use public_api::documents::{InvoiceDetail, InvoiceDocument};
use public_api::routes::View;
use public_api::sort_key;

use super::{Derived, Facet, Projected, Related, keys};
use crate::record::{Record, kind};

/// `invoices`: by the day of issue and the number; drafts, which have neither, lie before them all.
/// A document is of its invoice alone, and of the date: an invoice becomes overdue by itself.
pub struct Invoices;

impl Derived for Invoices {
    fn view(&self) -> View {
        View::Invoices
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[kind::INVOICE]
    }

    fn root(&self) -> Option<&'static str> {
        Some(kind::INVOICE)
    }

    fn turns(&self) -> bool {
        true
    }

    fn affected(&self, record: &Record, _: &Related) -> Vec<String> {
        match record {
            Record::Invoice(invoice) => vec![invoice.id.to_string()],
            _ => Vec::new(),
        }
    }

    fn project(
        &self,
        id: &str,
        related: &Related,
        moment: &Moment,
    ) -> serde_json::Result<Option<Projected>> {
        let invoice = related.one::<Invoice>(id);
        invoice
            .map(|invoice| projected(invoice, moment))
            .transpose()
    }
}

fn projected(invoice: &Invoice, moment: &Moment) -> serde_json::Result<Projected> {
    let today = moment.today();
    let item = InvoiceDocument::new(invoice, today);
    let sort_key = match &invoice.issue {
        Some(issue) => keys::text(&[&issue.issued_on.to_string(), &issue.number]),
        None => keys::text(&["", &sort_key::instant(invoice.created_at)]),
    };
    let turns_on = invoice.overdue_from().filter(|from| *from > today);
    Ok(Projected {
        organization_id: invoice.organization_id,
        view: View::Invoices,
        id: invoice.id.to_string(),
        version: invoice.version,
        sort_key,
        location_id: None,
        facets: [
            Facet::new("status", invoice.status),
            Facet::new("customer_id", invoice.customer.id.uuid()),
            Facet::new("overdue", item.is_overdue),
        ]
        .into(),
        body: serde_json::to_vec(&item)?,
        detail: Some(serde_json::to_vec(&InvoiceDetail::new(invoice, today))?),
        turns_at: turns_on.map(|day| moment.start_of(day)),
    })
}
