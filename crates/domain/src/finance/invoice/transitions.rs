//! `state + command + now → new state`.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Invoice, InvoiceEntry, Issue};
use crate::finance::line::lines;
use crate::finance::{Currency, InvoiceKind, InvoiceStatus, Line, LineEntry};
use crate::{InvoiceId, OrgId, Refusal, Violation};

/// Lines of a document at most.
const MOST_LINES: usize = 200;
const MAX_REASON: usize = 1_000;

/// What it takes to write an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvoice {
    pub id: InvoiceId,
    pub organization_id: OrgId,
    pub currency: Currency,
    pub entry: InvoiceEntry,
}

/// What it takes to credit an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCreditNote {
    pub id: InvoiceId,
    /// What is credited. None: everything, which must not have been credited in part before.
    pub lines: Option<Vec<LineEntry>>,
    pub issue: Issue,
    pub reason: String,
    pub external_reference: Option<String>,
}

/// A credit note, and the invoice that it takes back from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credited {
    pub invoice: Invoice,
    pub note: Invoice,
}

impl Invoice {
    /// Writes an invoice as a draft.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]
    pub fn draft(new: NewInvoice, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let NewInvoice {
            id,
            organization_id,
            currency,
            entry,
        } = new;
        Ok(Self {
            id,
            organization_id,
            version: 1,
            kind: InvoiceKind::Invoice,
            status: InvoiceStatus::Draft,
            currency,
            customer: entry.customer,
            lines: valid_lines(id, entry.lines)?,
            issue: None,
            paid_minor: 0,
            credited_minor: 0,
            credits_id: None,
            reason: None,
            external_reference: entry.external_reference,
            created_at: now,
            updated_at: now,
        })
    }

    /// Rewrites a draft. Its currency stays.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`] once it is issued, [`Refusal::Invalid`].
    pub fn revise(self, entry: InvoiceEntry, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require(self.status == InvoiceStatus::Draft, "revised")?;
        Ok(Self {
            customer: entry.customer,
            lines: valid_lines(self.id, entry.lines)?,
            external_reference: entry.external_reference,
            ..self.touched(now)
        })
    }

    /// Whether it may be thrown away: a draft, which no one was ever sent.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`]
    pub fn may_be_discarded(&self) -> Result<(), Refusal> {
        self.require(self.status == InvoiceStatus::Draft, "discarded")
    }

    /// `draft → issued`; one that asks for nothing is `paid` at once. `today` is the day in the
    /// school's zone.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Invalid`].
    pub fn issue(
        self,
        issue: Issue,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        self.require(self.status == InvoiceStatus::Draft, "issued")?;
        let mut found = dates(&issue, today);
        if self.lines.is_empty() {
            found.push(Violation::new(
                "lines",
                "required",
                "an invoice has a line at least",
            ));
        }
        Refusal::unless_empty(found)?;
        let issued = Self {
            issue: Some(issue),
            ..self.touched(now)
        };
        Ok(issued.with_status())
    }

    /// `issued → void`, while nothing of it is settled; crediting settles, too.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Invalid`].
    pub fn void(self, reason: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let voidable = self.status == InvoiceStatus::Issued && self.kind == InvoiceKind::Invoice;
        self.require(voidable, "voided")?;
        Ok(Self {
            status: InvoiceStatus::Void,
            reason: Some(valid_reason(reason)?),
            ..self.touched(now)
        })
    }

    /// Puts an amount against what is open: `issued → partially_paid → paid`.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Conflict`] `exceeds_balance`.
    pub fn settle(self, amount_minor: i64, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require(self.is_open(), "paid")?;
        let balance = self.balance_minor();
        if amount_minor > balance {
            let detail = format!("{amount_minor} is more than its balance of {balance}");
            return Err(Refusal::conflict("exceeds_balance", detail));
        }
        let settled = Self {
            paid_minor: self.paid_minor + amount_minor,
            ..self.touched(now)
        };
        Ok(settled.with_status())
    }

    /// Takes back from an issued invoice by a credit note. What is still open of the invoice is
    /// set off at once; the rest stays the note's balance, to be paid back.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Conflict`] `exceeds_invoice`,
    /// [`Refusal::Invalid`].
    pub fn credit(
        self,
        new: NewCreditNote,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Credited, Refusal> {
        let standing = self.is_open() || self.status == InvoiceStatus::Paid;
        self.require(standing && self.kind == InvoiceKind::Invoice, "credited")?;
        let mut found = dates(&new.issue, today);
        if self
            .issued_on()
            .is_some_and(|issued| new.issue.issued_on < issued)
        {
            let detail = "a credit note is not issued before its invoice";
            found.push(Violation::new("issued_on", "before_invoice", detail));
        }
        Refusal::unless_empty(found)?;
        let note = self.note(new, now)?;
        let (total, left) = (note.total_minor(), self.total_minor() - self.credited_minor);
        if total > left {
            let detail = format!("{total} is more than the {left} that is not credited yet");
            return Err(Refusal::conflict("exceeds_invoice", detail));
        }
        let set_off = total.min(self.balance_minor());
        let invoice = Self {
            paid_minor: self.paid_minor + set_off,
            credited_minor: self.credited_minor + total,
            ..self.touched(now)
        };
        let note = Self {
            paid_minor: set_off,
            ..note
        };
        Ok(Credited {
            invoice: invoice.with_status(),
            note: note.with_status(),
        })
    }

    /// The credit note, with nothing of it settled.
    fn note(&self, new: NewCreditNote, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let entries = match new.lines {
            Some(entries) => entries,
            None if self.credited_minor > 0 => {
                let detail = "a part is credited already; say which lines are to be credited now";
                return Err(Refusal::invalid("lines", "required", detail));
            }
            None => self.lines.iter().map(|line| line.entry.clone()).collect(),
        };
        let lines = valid_lines(new.id, entries)?;
        if total(&lines) == 0 {
            let detail = "a credit note gives something back";
            return Err(Refusal::invalid("lines", "required", detail));
        }
        Ok(Self {
            id: new.id,
            version: 1,
            kind: InvoiceKind::CreditNote,
            status: InvoiceStatus::Issued,
            lines,
            issue: Some(new.issue),
            paid_minor: 0,
            credited_minor: 0,
            credits_id: Some(self.id),
            reason: Some(valid_reason(&new.reason)?),
            external_reference: new.external_reference,
            created_at: now,
            updated_at: now,
            ..self.clone()
        })
    }

    /// Of an issued document, as its amounts have it.
    fn with_status(self) -> Self {
        let status = match (self.balance_minor(), self.paid_minor) {
            (0, _) => InvoiceStatus::Paid,
            (_, 0) => InvoiceStatus::Issued,
            _ => InvoiceStatus::PartiallyPaid,
        };
        Self { status, ..self }
    }

    fn require(&self, holds: bool, attempted: &'static str) -> Result<(), Refusal> {
        if holds {
            return Ok(());
        }
        let what = match self.kind {
            InvoiceKind::Invoice => "invoice",
            InvoiceKind::CreditNote => "credit note",
        };
        Err(Refusal::InvalidTransition {
            what,
            from: self.status.as_str(),
            attempted,
        })
    }

    fn touched(self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}

fn valid_lines(document: InvoiceId, entries: Vec<LineEntry>) -> Result<Vec<Line>, Refusal> {
    if entries.len() > MOST_LINES {
        let detail = format!("a document has {MOST_LINES} lines at most");
        return Err(Refusal::invalid("lines", "too_many", detail));
    }
    let lines = lines(document, entries).map_err(Refusal::Invalid)?;
    if total(&lines) < 0 {
        let detail = "discounts take off no more than there is";
        return Err(Refusal::invalid("lines", "negative_total", detail));
    }
    Ok(lines)
}

fn total(lines: &[Line]) -> i64 {
    lines
        .iter()
        .map(|line| line.net_minor + line.tax_minor)
        .sum()
}

fn dates(issue: &Issue, today: NaiveDate) -> Vec<Violation> {
    let mut found = Vec::new();
    if issue.issued_on > today {
        let detail = "a document is not issued on a day to come";
        found.push(Violation::new("issued_on", "in_the_future", detail));
    }
    if issue.due_on < issue.issued_on {
        let detail = "it is due on the day of issue or later";
        found.push(Violation::new("due_on", "before_issue", detail));
    }
    found
}

fn valid_reason(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    let length = reason.chars().count();
    if length == 0 || length > MAX_REASON || reason.chars().any(char::is_control) {
        let detail = "a reason has 1 to 1000 characters";
        return Err(Refusal::invalid("reason", "required", detail));
    }
    Ok(reason.to_owned())
}
