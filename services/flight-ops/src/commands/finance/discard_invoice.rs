//! Throwing a draft away.

use contracts::v1;
use domain::InvoiceId;
use domain::finance::Invoice;
use store::AsyncPgConnection;

use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct DiscardInvoice(Aim);

impl TryFrom<v1::Target> for DiscardInvoice {
    type Error = OpsError;

    fn try_from(target: v1::Target) -> Result<Self, OpsError> {
        Aim::read::<InvoiceId>(Some(target)).map(Self)
    }
}

impl Command for DiscardInvoice {
    const NAME: &'static str = "discard_invoice";
    type Answer = ();

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<()>, OpsError> {
        let Self(aim) = self;
        let may_go = |invoice: &Invoice| Ok(invoice.may_be_discarded()?);
        aim.delete(conn, context, may_go).await
    }
}
