//! Settling invoices with what lies on account of a payment.

use contracts::v1;
use domain::finance::{Allocation, Payment};
use domain::{PaymentId, Refusal};
use store::AsyncPgConnection;

use super::settling::{self, PaymentState};
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;

pub struct AllocatePayment {
    aim: Aim,
    /// What of the payment settles each of these, all in all.
    wanted: Vec<Allocation>,
}

impl TryFrom<v1::AllocatePaymentRequest> for AllocatePayment {
    type Error = OpsError;

    fn try_from(request: v1::AllocatePaymentRequest) -> Result<Self, OpsError> {
        Ok(Self {
            aim: Aim::read::<PaymentId>(request.target)?,
            wanted: settling::allocations(request.allocations)?,
        })
    }
}

impl Command for AllocatePayment {
    const NAME: &'static str = "allocate_payment";
    type Answer = PaymentState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<PaymentState>, OpsError> {
        let Self { aim, .. } = self;
        let Aimed {
            record: payment, ..
        } = aim.load::<Payment>(conn).await?;
        let more = self.beyond(&payment)?;
        if more.is_empty() {
            aim.expected(payment.version)?;
            return Ok(Outcome::AlreadyApplied(
                PaymentState::load(conn, payment).await?,
            ));
        }
        aim.expects(payment.version)?;
        let now = context.now();
        let invoices = settling::invoices_of(conn, aim.organization_id, &more).await?;
        let settled = payment.touched(now).allocate(&more, invoices, now)?;
        settling::saved(aggregates::update(conn, &settled.payment).await)?;
        settling::save_all(conn, &settled.invoices).await?;
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&settled.payment);
        settled
            .invoices
            .iter()
            .for_each(|invoice| outgoing.record(invoice));
        outgoing.write(conn).await?;
        let state = PaymentState::load(conn, settled.payment).await?;
        Ok(Outcome::Executed(state))
    }
}

impl AllocatePayment {
    /// What is wanted beyond what the payment settles already.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] `allocation_stands`, where less is wanted.
    fn beyond(&self, payment: &Payment) -> Result<Vec<Allocation>, Refusal> {
        let mut more = Vec::new();
        for wanted in &self.wanted {
            let mut known = payment.allocations.iter();
            let known = known.find(|a| a.invoice_id == wanted.invoice_id);
            let amount_minor = wanted.amount_minor - known.map_or(0, |known| known.amount_minor);
            if amount_minor < 0 && known.is_some() {
                let detail = "what a payment settles it does not let go of; credit the invoice";
                return Err(Refusal::conflict("allocation_stands", detail));
            }
            if amount_minor != 0 || known.is_none() {
                more.push(Allocation {
                    amount_minor,
                    ..*wanted
                });
            }
        }
        Ok(more)
    }
}
