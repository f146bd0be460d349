//! `issued → void`: its number stays taken.

use contracts::v1;
use domain::InvoiceId;
use domain::finance::{Invoice, InvoiceStatus};
use store::AsyncPgConnection;

use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct VoidInvoice {
    aim: Aim,
    reason: String,
}

impl TryFrom<v1::VoidInvoiceRequest> for VoidInvoice {
    type Error = OpsError;

    fn try_from(request: v1::VoidInvoiceRequest) -> Result<Self, OpsError> {
        Ok(Self {
            aim: Aim::read::<InvoiceId>(request.target)?,
            reason: request.reason.trim().to_owned(),
        })
    }
}

impl Command for VoidInvoice {
    const NAME: &'static str = "void_invoice";
    type Answer = Invoice;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Invoice>, OpsError> {
        let Self { aim, reason } = self;
        let Aimed { record, .. } = aim.load::<Invoice>(conn).await?;
        if record.status == InvoiceStatus::Void && record.reason.as_ref() == Some(reason) {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let after = record.void(reason, context.now())?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}
