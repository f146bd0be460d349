//! Writing an invoice.

use contracts::convert::{parse, parse_optional};
use contracts::v1;
use domain::finance::{Currency, Invoice, NewInvoice};
use domain::{InvoiceId, OrgId};
use store::AsyncPgConnection;

use super::entry::RawEntry;
use super::settling;
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct DraftInvoice {
    id: InvoiceId,
    organization_id: OrgId,
    currency: Option<Currency>,
    entry: RawEntry,
}

impl TryFrom<v1::DraftInvoiceRequest> for DraftInvoice {
    type Error = OpsError;

    fn try_from(request: v1::DraftInvoiceRequest) -> Result<Self, OpsError> {
        let id: InvoiceId = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        if let Some(currency) = &request.currency {
            checks.currency(currency);
        }
        checks.finish()?;
        Ok(Self {
            id,
            organization_id: parse("organization_id", &request.organization_id)?,
            currency: parse_optional("currency", request.currency.as_deref())?,
            entry: RawEntry::read(request.entry)?,
        })
    }
}

impl Command for DraftInvoice {
    const NAME: &'static str = "draft_invoice";
    type Answer = Invoice;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Invoice>, OpsError> {
        let school = school(conn, self.organization_id).await?;
        let currency = settling::currency(self.currency, &school.organization)?;
        if let Some(present) = aggregates::find(conn, self.organization_id, self.id).await? {
            return self.repeats(present, currency);
        }
        let new = NewInvoice {
            id: self.id,
            organization_id: self.organization_id,
            currency,
            entry: self.entry.resolve(conn, self.organization_id).await?,
        };
        let invoice = Invoice::draft(new, context.now())?;
        if !aggregates::insert(conn, &invoice).await? {
            // Another call of the same id was faster, and its row is visible now; or it was
            // discarded.
            let present = aggregates::find(conn, self.organization_id, self.id).await?;
            return self.repeats(present.ok_or(OpsError::IdTaken("invoice"))?, currency);
        }
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&invoice);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(invoice))
    }
}

impl DraftInvoice {
    /// The same entry again is a repetition, however far the invoice has come since.
    fn repeats(&self, present: Invoice, currency: Currency) -> Result<Outcome<Invoice>, OpsError> {
        if present.currency == currency && self.entry.is_said_by(&present) {
            Ok(Outcome::AlreadyApplied(present))
        } else {
            Err(OpsError::IdTaken("invoice"))
        }
    }
}
