//! Rewriting a draft.

use contracts::v1;
use domain::InvoiceId;
use domain::finance::{Invoice, InvoiceStatus};
use store::AsyncPgConnection;

use super::entry::RawEntry;
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct ReviseInvoice {
    aim: Aim,
    entry: RawEntry,
}

impl TryFrom<v1::ReviseInvoiceRequest> for ReviseInvoice {
    type Error = OpsError;

    fn try_from(request: v1::ReviseInvoiceRequest) -> Result<Self, OpsError> {
        Ok(Self {
            aim: Aim::read::<InvoiceId>(request.target)?,
            entry: RawEntry::read(request.entry)?,
        })
    }
}

impl Command for ReviseInvoice {
    const NAME: &'static str = "revise_invoice";
    type Answer = Invoice;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Invoice>, OpsError> {
        let Self { aim, entry } = self;
        let Aimed { record, .. } = aim.load::<Invoice>(conn).await?;
        if record.status == InvoiceStatus::Draft && entry.is_said_by(&record) {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let entry = entry.resolve(conn, aim.organization_id).await?;
        let after = record.revise(entry, context.now())?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}
