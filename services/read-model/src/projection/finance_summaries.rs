use chrono::{DateTime, Utc};
use domain::finance::{Invoice, Payment, Summary, SummaryId};
use domain::moment::Moment;
use public_api::documents::FinanceSummaryDocument;
use public_api::routes::View;

use super::{Derived, Facet, Projected, Related, keys};
use crate::record::{Record, kind, summaries_of};

/// `finance-summaries`: a document for each day and month, and each currency, of which there is an
/// issued document or a payment. By the period's first day and the currency.
pub struct FinanceSummaries;

impl Derived for FinanceSummaries {
    fn view(&self) -> View {
        View::FinanceSummaries
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[kind::INVOICE, kind::PAYMENT]
    }

    /// A period is no record.
    fn root(&self) -> Option<&'static str> {
        None
    }

    fn turns(&self) -> bool {
        true
    }

    fn affected(&self, record: &Record, _: &Related) -> Vec<String> {
        summaries_of(record)
    }

    fn project(
        &self,
        id: &str,
        related: &Related,
        moment: &Moment,
    ) -> serde_json::Result<Option<Projected>> {
        let (invoices, payments) = (related.all::<Invoice>(id), related.all::<Payment>(id));
        let Some(summary_id) = id
            .parse()
            .ok()
            .filter(|_| invoices.len() + payments.len() > 0)
        else {
            return Ok(None);
        };
        let parts = Parts {
            id: summary_id,
            invoices,
            payments,
        };
        parts.projected(related, moment).map(Some)
    }
}

/// What a summary is made of.
struct Parts<'r> {
    id: SummaryId,
    invoices: Vec<&'r Invoice>,
    payments: Vec<&'r Payment>,
}

impl Parts<'_> {
    fn projected(&self, related: &Related, moment: &Moment) -> serde_json::Result<Projected> {
        let (period, today) = (self.id.period, moment.today());
        let invoices = || self.invoices.iter().copied();
        let payments = self.payments.iter().copied();
        let summary = Summary::of(self.id, invoices(), payments, today);
        let turns_on = Summary::changes_on(self.id, invoices(), today);
        let document = FinanceSummaryDocument::new(&summary, self.updated_at(moment));
        let start = period.start().to_string();
        Ok(Projected {
            organization_id: related.organization_id(),
            view: View::FinanceSummaries,
            id: self.id.to_string(),
            version: self.version(),
            sort_key: keys::text(&[&start, self.id.currency.as_str()]),
            location_id: None,
            facets: [
                Facet::new("granularity", period.granularity()),
                // Nobody looks for it: it makes a figure that changed with the time a change that
                // `updated_since` shows.
                Facet::new("overdue_minor", summary.overdue_minor),
            ]
            .into(),
            body: serde_json::to_vec(&document)?,
            detail: None,
            turns_at: turns_on.map(|day| moment.start_of(day)),
        })
    }

    /// Rises with every change of a part.
    fn version(&self) -> i64 {
        let invoices = self.invoices.iter().map(|invoice| invoice.version);
        let payments = self.payments.iter().map(|payment| payment.version);
        invoices.chain(payments).sum()
    }

    /// When a part last changed, or an invoice last became overdue.
    fn updated_at(&self, moment: &Moment) -> DateTime<Utc> {
        let today = moment.today();
        let invoices = self.invoices.iter().map(|invoice| invoice.updated_at);
        let payments = self.payments.iter().map(|payment| payment.updated_at);
        let overdue = self
            .invoices
            .iter()
            .filter_map(|invoice| invoice.overdue_from());
        let overdue = overdue
            .filter(|day| *day <= today)
            .map(|day| moment.start_of(day));
        let changes = invoices.chain(payments).chain(overdue);
        changes.max().unwrap_or_default()
    }
}
