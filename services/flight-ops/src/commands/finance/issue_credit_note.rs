//! Taking back from an issued invoice.

use chrono::NaiveDate;
use contracts::convert::{day, parse};
use contracts::v1;
use domain::InvoiceId;
use domain::finance::{Credited, Invoice, InvoiceKind, LineEntry, NewCreditNote};
use domain::moment::Moment;
use store::AsyncPgConnection;

use super::{entry, numbering, settling};
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct IssueCreditNote {
    /// At the invoice.
    aim: Aim,
    id: InvoiceId,
    lines: Option<Vec<LineEntry>>,
    issued_on: NaiveDate,
    reason: String,
    external_reference: Option<String>,
}

impl TryFrom<v1::IssueCreditNoteRequest> for IssueCreditNote {
    type Error = OpsError;

    fn try_from(request: v1::IssueCreditNoteRequest) -> Result<Self, OpsError> {
        let id: InvoiceId = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        let external_reference = checks.reference(request.external_reference.as_deref());
        checks.finish()?;
        let lines = entry::lines(request.lines)?;
        Ok(Self {
            aim: Aim::read::<InvoiceId>(request.target)?,
            id,
            lines: Some(lines).filter(|lines| !lines.is_empty()),
            issued_on: day("issued_on", &request.issued_on)?,
            reason: request.reason.trim().to_owned(),
            external_reference,
        })
    }
}

impl Command for IssueCreditNote {
    const NAME: &'static str = "issue_credit_note";
    type Answer = Credited;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Credited>, OpsError> {
        let organization = self.aim.organization_id;
        // The invoice's lock keeps a second call of the same id waiting.
        let Aimed {
            record: invoice,
            school,
            ..
        } = self.aim.load::<Invoice>(conn).await?;
        if let Some(note) = aggregates::find(conn, organization, self.id).await? {
            return self.repeats(invoice, note);
        }
        self.aim.expects(invoice.version)?;
        entry::require_known(
            conn,
            organization,
            self.lines.as_deref().unwrap_or_default(),
        )
        .await?;
        let now = context.now();
        let today = Moment::at(now, &school.organization.timezone).today();
        let (kind, on) = (InvoiceKind::CreditNote, self.issued_on);
        let new = NewCreditNote {
            id: self.id,
            lines: self.lines.clone(),
            issue: numbering::issue(conn, organization, kind, on, on).await?,
            reason: self.reason.clone(),
            external_reference: self.external_reference.clone(),
        };
        let credited = invoice.credit(new, today, now)?;
        if !aggregates::insert(conn, &credited.note).await? {
            return Err(OpsError::IdTaken("invoice"));
        }
        settling::saved(aggregates::update(conn, &credited.invoice).await)?;
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&credited.invoice);
        outgoing.record(&credited.note);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(credited))
    }
}

impl IssueCreditNote {
    /// The same credit again is a repetition, however far both have come since.
    fn repeats(&self, invoice: Invoice, note: Invoice) -> Result<Outcome<Credited>, OpsError> {
        let same_lines = match &self.lines {
            Some(lines) => entry::says(&note, lines),
            None => note
                .lines
                .iter()
                .map(|l| &l.entry)
                .eq(invoice.lines.iter().map(|l| &l.entry)),
        };
        let same = note.credits_id == Some(invoice.id)
            && note.issued_on() == Some(self.issued_on)
            && note.reason.as_ref() == Some(&self.reason)
            && note.external_reference == self.external_reference
            && same_lines;
        if same {
            Ok(Outcome::AlreadyApplied(Credited { invoice, note }))
        } else {
            Err(OpsError::IdTaken("invoice"))
        }
    }
}
