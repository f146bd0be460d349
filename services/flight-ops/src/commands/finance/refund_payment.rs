//! Giving money back: what lies on account of a payment, or what a credit note owes.

use chrono::{DateTime, Utc};
use contracts::convert::{parse, required};
use contracts::v1;
use contracts::v1::refund_payment_request::Of;
use domain::finance::{Invoice, NewRefund, Payment, PaymentKind, PaymentMethod};
use domain::moment::Moment;
use domain::{InvoiceId, OrgId, PaymentId};
use store::AsyncPgConnection;

use super::settling::{self, PaymentState};
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct RefundPayment {
    organization_id: OrgId,
    origin: Origin,
    id: PaymentId,
    method: PaymentMethod,
    amount_minor: i64,
    processor_reference: Option<String>,
    received_at: DateTime<Utc>,
    external_reference: Option<String>,
}

/// What the money is given back of.
#[derive(Debug, Clone, Copy)]
enum Origin {
    Payment(PaymentId),
    CreditNote(InvoiceId),
}

impl TryFrom<v1::RefundPaymentRequest> for RefundPayment {
    type Error = OpsError;

    fn try_from(request: v1::RefundPaymentRequest) -> Result<Self, OpsError> {
        let id: PaymentId = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        let reference = request.processor_reference.as_deref();
        let processor_reference = checks.optional("processor_reference", reference, 1..=200);
        let external_reference = checks.reference(request.external_reference.as_deref());
        checks.finish()?;
        let origin = match required("payment_id", request.of)? {
            Of::PaymentId(id) => Origin::Payment(parse("payment_id", &id)?),
            Of::CreditNoteId(id) => Origin::CreditNote(parse("credit_note_id", &id)?),
        };
        Ok(Self {
            organization_id: parse("organization_id", &request.organization_id)?,
            origin,
            id,
            method: parse("method", &request.method)?,
            amount_minor: request.amount_minor,
            processor_reference,
            received_at: settling::received_at(request.received_at)?,
            external_reference,
        })
    }
}

impl Command for RefundPayment {
    const NAME: &'static str = "refund_payment";
    type Answer = PaymentState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<PaymentState>, OpsError> {
        let organization = self.organization_id;
        let school = school(conn, organization).await?;
        let source = self.lock(conn).await?;
        // Whoever waited for the lock finds the refund of a call that was faster.
        if let Some(present) = aggregates::find::<Payment>(conn, organization, self.id).await? {
            return self.repeats(conn, present).await;
        }
        let now = context.now();
        settling::has_happened(self.received_at, now)?;
        let new = NewRefund {
            id: self.id,
            method: self.method,
            amount_minor: self.amount_minor,
            processor_reference: self.processor_reference.clone(),
            received_at: self.received_at,
            received_on: Moment::at(self.received_at, &school.organization.timezone).today(),
            external_reference: self.external_reference.clone(),
        };
        let state = source.refund(new, now)?;
        if !aggregates::insert(conn, &state.payment).await? {
            return Err(OpsError::IdTaken("payment"));
        }
        settling::save_all(conn, &state.invoices).await?;
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&state.payment);
        if let Some(refunded) = &state.refunded {
            settling::saved(aggregates::update(conn, refunded).await)?;
            outgoing.record(refunded);
        }
        state.invoices.iter().for_each(|note| outgoing.record(note));
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(state))
    }
}

/// What the money comes from, locked.
enum Source {
    Payment(Payment),
    CreditNote(Invoice),
}

impl Source {
    fn refund(self, new: NewRefund, now: DateTime<Utc>) -> Result<PaymentState, OpsError> {
        Ok(match self {
            Self::Payment(payment) => {
                let (refund, payment) = payment.give_back(new, now)?;
                PaymentState {
                    payment: refund,
                    invoices: Vec::new(),
                    refunded: Some(payment),
                }
            }
            Self::CreditNote(note) => {
                let settled = Payment::pay_out(new, note, now)?;
                PaymentState {
                    payment: settled.payment,
                    invoices: settled.invoices,
                    refunded: None,
                }
            }
        })
    }
}

impl RefundPayment {
    async fn lock(&self, conn: &mut AsyncPgConnection) -> Result<Source, OpsError> {
        let organization = self.organization_id;
        match self.origin {
            Origin::Payment(id) => {
                let payment = aggregates::lock(conn, organization, id).await?;
                payment
                    .map(Source::Payment)
                    .ok_or(OpsError::no_such_at("payment_id", "payment"))
            }
            Origin::CreditNote(id) => {
                let note = aggregates::lock(conn, organization, id).await?;
                let missing = OpsError::no_such_at("credit_note_id", "credit note");
                note.map(Source::CreditNote).ok_or(missing)
            }
        }
    }

    async fn repeats(
        &self,
        conn: &mut AsyncPgConnection,
        present: Payment,
    ) -> Result<Outcome<PaymentState>, OpsError> {
        let same_source = match self.origin {
            Origin::Payment(id) => present.refunds_id == Some(id),
            Origin::CreditNote(id) => present.allocations.iter().any(|a| a.invoice_id == id),
        };
        let same = same_source
            && (present.kind, present.method) == (PaymentKind::Refund, self.method)
            && (present.amount.minor, present.received_at) == (self.amount_minor, self.received_at)
            && present.processor_reference == self.processor_reference
            && present.external_reference == self.external_reference;
        if !same {
            return Err(OpsError::IdTaken("payment"));
        }
        Ok(Outcome::AlreadyApplied(
            PaymentState::load(conn, present).await?,
        ))
    }
}
