//! Recording money that came in, or a credit, and what it settles.

use chrono::{DateTime, Utc};
use contracts::convert::{customer_id, parse, parse_optional, required};
use contracts::v1;
use domain::finance::{
    Allocation, Currency, CustomerId, Money, NewPayment, Payment, PaymentKind, PaymentMethod,
};
use domain::moment::Moment;
use domain::organization::Organization;
use domain::{OrgId, PaymentId};
use store::AsyncPgConnection;

use super::customers;
use super::settling::{self, PaymentState};
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct RecordPayment {
    id: PaymentId,
    organization_id: OrgId,
    customer_id: CustomerId,
    kind: PaymentKind,
    method: PaymentMethod,
    amount_minor: i64,
    currency: Option<Currency>,
    processor_fee_minor: Option<i64>,
    processor_reference: Option<String>,
    received_at: DateTime<Utc>,
    allocations: Vec<Allocation>,
    external_reference: Option<String>,
}

impl TryFrom<v1::RecordPaymentRequest> for RecordPayment {
    type Error = OpsError;

    fn try_from(request: v1::RecordPaymentRequest) -> Result<Self, OpsError> {
        let id: PaymentId = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        if let Some(currency) = &request.currency {
            checks.currency(currency);
        }
        let reference = request.processor_reference.as_deref();
        let processor_reference = checks.optional("processor_reference", reference, 1..=200);
        let external_reference = checks.reference(request.external_reference.as_deref());
        checks.finish()?;
        Ok(Self {
            id,
            organization_id: parse("organization_id", &request.organization_id)?,
            customer_id: customer_id(&required("customer", request.customer)?)?,
            kind: parse("kind", &request.kind)?,
            method: parse("method", &request.method)?,
            amount_minor: request.amount_minor,
            currency: parse_optional("currency", request.currency.as_deref())?,
            processor_fee_minor: request.processor_fee_minor,
            processor_reference,
            received_at: settling::received_at(request.received_at)?,
            allocations: settling::allocations(request.allocations)?,
            external_reference,
        })
    }
}

impl Command for RecordPayment {
    const NAME: &'static str = "record_payment";
    type Answer = PaymentState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<PaymentState>, OpsError> {
        let organization = self.organization_id;
        let school = school(conn, organization).await?;
        let new = self.new_payment(&school.organization)?;
        let invoices = settling::invoices_of(conn, organization, &self.allocations).await?;
        // Whoever waited for the invoices finds the payment of a call that was faster.
        if let Some(present) = aggregates::find(conn, organization, self.id).await? {
            return self.repeats(conn, present, &new).await;
        }
        let now = context.now();
        settling::has_happened(self.received_at, now)?;
        customers::resolve(conn, organization, self.customer_id).await?;
        let settled =
            Payment::record(new.clone(), now)?.allocate(&self.allocations, invoices, now)?;
        if !aggregates::insert(conn, &settled.payment).await? {
            // Another call of the same id was faster; its row is visible now.
            let present = aggregates::find(conn, organization, self.id).await?;
            let present = present.ok_or(OpsError::IdTaken("payment"))?;
            return self.repeats(conn, present, &new).await;
        }
        settling::save_all(conn, &settled.invoices).await?;
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&settled.payment);
        settled
            .invoices
            .iter()
            .for_each(|invoice| outgoing.record(invoice));
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(PaymentState {
            payment: settled.payment,
            invoices: settled.invoices,
            refunded: None,
        }))
    }
}

impl RecordPayment {
    fn new_payment(&self, school: &Organization) -> Result<NewPayment, OpsError> {
        let currency = settling::currency(self.currency, school)?;
        Ok(NewPayment {
            id: self.id,
            organization_id: self.organization_id,
            customer_id: self.customer_id,
            kind: self.kind,
            method: self.method,
            amount: Money {
                minor: self.amount_minor,
                currency,
            },
            processor_fee_minor: self.processor_fee_minor,
            processor_reference: self.processor_reference.clone(),
            received_at: self.received_at,
            received_on: Moment::at(self.received_at, &school.timezone).today(),
            external_reference: self.external_reference.clone(),
        })
    }

    /// The same payment again is a repetition, whatever more it has settled since.
    async fn repeats(
        &self,
        conn: &mut AsyncPgConnection,
        present: Payment,
        new: &NewPayment,
    ) -> Result<Outcome<PaymentState>, OpsError> {
        let settles = |wanted: &Allocation| {
            let mut known = present.allocations.iter();
            known
                .any(|a| a.invoice_id == wanted.invoice_id && a.amount_minor >= wanted.amount_minor)
        };
        let same = (
            present.customer_id,
            present.kind,
            present.method,
            present.amount,
        ) == (new.customer_id, new.kind, new.method, new.amount)
            && present.received_at == new.received_at
            && present.processor_fee_minor == new.processor_fee_minor
            && present.processor_reference == new.processor_reference
            && present.external_reference == new.external_reference
            && self.allocations.iter().all(settles);
        if !same {
            return Err(OpsError::IdTaken("payment"));
        }
        Ok(Outcome::AlreadyApplied(
            PaymentState::load(conn, present).await?,
        ))
    }
}
