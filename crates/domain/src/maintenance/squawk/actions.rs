//! From one status to the next.

use super::{Deferral, Resolution, Squawk, SquawkStatus};
use crate::maintenance::check_date;
use crate::{Refusal, Violation};

/// What may be done about a squawk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SquawkAction {
    /// `reported → in_review`
    Review,
    /// `in_review → open`
    Accept,
    /// `in_review → rejected`
    Reject,
    /// `open → deferred`
    Defer(Deferral),
    /// `deferred → open`
    EndDeferral,
    /// `open | deferred → in_work`
    Start,
    /// `in_work → open`: the work was given up.
    GiveUp,
    /// `in_work → resolved`
    Resolve(Resolution),
    /// `resolved → closed`
    Close,
    /// `rejected | resolved | closed → open`
    Reopen,
}

impl SquawkAction {
    /// Where it leads.
    pub fn leads_to(&self) -> SquawkStatus {
        match self {
            Self::Review => SquawkStatus::InReview,
            Self::Accept | Self::EndDeferral | Self::GiveUp | Self::Reopen => SquawkStatus::Open,
            Self::Reject => SquawkStatus::Rejected,
            Self::Defer(_) => SquawkStatus::Deferred,
            Self::Start => SquawkStatus::InWork,
            Self::Resolve(_) => SquawkStatus::Resolved,
            Self::Close => SquawkStatus::Closed,
        }
    }

    fn comes_from(&self) -> &'static [SquawkStatus] {
        use SquawkStatus as S;
        match self {
            Self::Review => &[S::Reported],
            Self::Accept | Self::Reject => &[S::InReview],
            Self::Defer(_) => &[S::Open],
            Self::EndDeferral => &[S::Deferred],
            Self::Start => &[S::Open, S::Deferred],
            Self::GiveUp | Self::Resolve(_) => &[S::InWork],
            Self::Close => &[S::Resolved],
            Self::Reopen => &[S::Rejected, S::Resolved, S::Closed],
        }
    }

    fn attempted(&self) -> &'static str {
        match self {
            Self::Review => "reviewed",
            Self::Accept => "accepted",
            Self::Reject => "rejected",
            Self::Defer(_) => "deferred",
            Self::EndDeferral => "taken out of its deferral",
            Self::Start => "worked on",
            Self::GiveUp => "given up",
            Self::Resolve(_) => "resolved",
            Self::Close => "closed",
            Self::Reopen => "reopened",
        }
    }
}

impl Squawk {
    /// Takes an action.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`]; [`Refusal::Invalid`] when a deferral has no end or names
    /// nobody, or a resolution lacks the identity of who signs it.
    pub fn act(mut self, action: SquawkAction) -> Result<Self, Refusal> {
        if !action.comes_from().contains(&self.status) {
            return Err(Refusal::InvalidTransition {
                what: "squawk",
                from: self.status.as_str(),
                attempted: action.attempted(),
            });
        }
        let status = action.leads_to();
        match action {
            SquawkAction::Defer(deferral) => {
                Refusal::unless_empty(deferral.violations())?;
                self.deferral = Some(deferral);
            }
            SquawkAction::Resolve(resolution) => {
                Refusal::unless_empty(resolution.violations(self.grounds_aircraft))?;
                self.resolution = Some(resolution);
            }
            SquawkAction::Reopen => {
                self.deferral = None;
                self.resolution = None;
                self.work_order_id = None;
            }
            SquawkAction::EndDeferral => self.deferral = None,
            _ => (),
        }
        self.status = status;
        Ok(self)
    }
}

impl Deferral {
    fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        if self.until_date.is_none() && self.until_meter.is_none() {
            let detail = "a deferral ends on a date or at a meter reading";
            found.push(Violation::new("until_date", "required", detail));
        }
        check_date("until_date", self.until_date, &mut found);
        required("approved_by", &self.approved_by, &mut found);
        found
    }
}

impl Resolution {
    fn violations(&self, grounds_aircraft: bool) -> Vec<Violation> {
        let mut found = Vec::new();
        required("resolved_by", &self.resolved_by, &mut found);
        if grounds_aircraft {
            let number = self.certificate_number.as_deref().unwrap_or_default();
            required("certificate_number", number, &mut found);
        }
        found
    }
}

fn required(pointer: &'static str, text: &str, found: &mut Vec<Violation>) {
    if text.trim().is_empty() {
        let detail = format!("{pointer} names who signs");
        found.push(Violation::new(pointer, "required", detail));
    }
}
