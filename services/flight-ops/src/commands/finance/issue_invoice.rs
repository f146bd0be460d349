//! `draft → issued`, with the next number of the year.

use chrono::NaiveDate;
use contracts::convert::day;
use contracts::v1;
use domain::InvoiceId;
use domain::finance::{Invoice, InvoiceKind};
use domain::moment::Moment;
use store::AsyncPgConnection;

use super::{customers, numbering};
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct IssueInvoice {
    aim: Aim,
    issued_on: NaiveDate,
    due_on: NaiveDate,
}

impl TryFrom<v1::IssueInvoiceRequest> for IssueInvoice {
    type Error = OpsError;

    fn try_from(request: v1::IssueInvoiceRequest) -> Result<Self, OpsError> {
        Ok(Self {
            aim: Aim::read::<InvoiceId>(request.target)?,
            issued_on: day("issued_on", &request.issued_on)?,
            due_on: day("due_on", &request.due_on)?,
        })
    }
}

impl Command for IssueInvoice {
    const NAME: &'static str = "issue_invoice";
    type Answer = Invoice;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Invoice>, OpsError> {
        let Self {
            aim,
            issued_on,
            due_on,
        } = self;
        let Aimed { record, school, .. } = aim.load::<Invoice>(conn).await?;
        if self.is_done(&record) {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let (organization, now) = (aim.organization_id, context.now());
        let today = Moment::at(now, &school.organization.timezone).today();
        // As he is called on the day of issue.
        let customer = customers::resolve(conn, organization, record.customer.id).await?;
        let kind = InvoiceKind::Invoice;
        let issue = numbering::issue(conn, organization, kind, *issued_on, *due_on).await?;
        let after = Invoice { customer, ..record }.issue(issue, today, now)?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}

impl IssueInvoice {
    /// Whether it was issued so, however far it has come since.
    fn is_done(&self, invoice: &Invoice) -> bool {
        let issue = invoice.issue.as_ref();
        invoice.kind == InvoiceKind::Invoice
            && issue.is_some_and(|i| (i.issued_on, i.due_on) == (self.issued_on, self.due_on))
    }
}
