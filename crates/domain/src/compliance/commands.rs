//! What is done with records.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Act, ComplianceChange, ComplianceChangeKind, ComplianceRecord, ComplianceStatus, Hold, Paper,
    Standing,
};
use crate::{ComplianceId, Moment, OrgId, PersonId, Refusal};

const WHAT: &str = "compliance record";
/// How far the clock of whoever tells us may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

impl ComplianceRecord {
    /// A new record, which waits for somebody to look at it.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]
    pub fn new(
        id: ComplianceId,
        organization_id: OrgId,
        paper: Paper,
        external_reference: Option<String>,
        moment: &Moment,
    ) -> Result<Self, Refusal> {
        paper.check(moment.today())?;
        Ok(Self {
            id,
            organization_id,
            version: 1,
            paper,
            standing: Standing::PendingReview,
            verification: None,
            hold: None,
            external_reference,
            created_at: moment.now,
            updated_at: moment.now,
        })
    }

    /// The record with another paper: a renewal, or a correction. It is looked at again, unless
    /// only the school's own notes changed; what is suspended stays so.
    ///
    /// # Errors
    /// [`Refusal::Invalid`]; what is revoked stays as it is.
    pub fn revise(
        self,
        paper: Paper,
        external_reference: Option<String>,
        moment: &Moment,
    ) -> Result<Self, Refusal> {
        if self.standing == Standing::Revoked {
            return Err(self.cannot("changed"));
        }
        paper.check(moment.today())?;
        let is_same = self.paper.is_same_paper(&paper);
        let standing = match self.standing {
            Standing::Verified if !is_same => Standing::PendingReview,
            other => other,
        };
        let verification = self.verification.filter(|_| is_same);
        let next = Self {
            paper,
            external_reference,
            standing,
            verification,
            ..self
        };
        Ok(next.changed(moment.now))
    }

    /// Somebody has looked at it and found it in order.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Conflict`] where there is nothing to look at,
    /// [`Refusal::Invalid`] when `act` lies in the future.
    pub fn verify(self, act: Act, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.standing != Standing::PendingReview {
            return Err(self.cannot("verified"));
        }
        if self.paper.is_missing() {
            return Err(Refusal::conflict(
                "nothing_to_verify",
                "neither a reference, a date of issue nor a copy has come in",
            ));
        }
        not_in_the_future(act.at, now)?;
        let verified = Self {
            standing: Standing::Verified,
            verification: Some(act),
            ..self
        };
        Ok(verified.changed(now))
    }

    /// It does not count for the time being.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Invalid`] when `hold` lies in the future.
    pub fn suspend(self, hold: Hold, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if matches!(self.standing, Standing::Suspended | Standing::Revoked) {
            return Err(self.cannot("suspended"));
        }
        self.hold(Standing::Suspended, hold, now)
    }

    /// It never counts again.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::Invalid`] when `hold` lies in the future.
    pub fn revoke(self, hold: Hold, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.standing == Standing::Revoked {
            return Err(self.cannot("revoked"));
        }
        self.hold(Standing::Revoked, hold, now)
    }

    /// What was suspended counts again, as far as it was verified before.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`]
    pub fn reinstate(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.standing != Standing::Suspended {
            return Err(self.cannot("reinstated"));
        }
        let standing = match self.verification {
            Some(_) => Standing::Verified,
            None => Standing::PendingReview,
        };
        let reinstated = Self {
            standing,
            hold: None,
            ..self
        };
        Ok(reinstated.changed(now))
    }

    /// What `compliance.updated` tells of this record, which followed upon `before`.
    pub fn change_from(
        &self,
        before: Option<&ComplianceRecord>,
        moment: &Moment,
    ) -> ComplianceChange {
        let status = |record: &Self| -> ComplianceStatus { record.status_on(moment.today()) };
        ComplianceChange {
            kind: match before {
                None => ComplianceChangeKind::Created,
                Some(_) => ComplianceChangeKind::Updated,
            },
            record: self.clone(),
            validity: self.validity(moment),
            previous_status: before.map(status),
        }
    }

    fn hold(self, standing: Standing, hold: Hold, now: DateTime<Utc>) -> Result<Self, Refusal> {
        not_in_the_future(hold.at, now)?;
        let held = Self {
            standing,
            hold: Some(hold),
            ..self
        };
        Ok(held.changed(now))
    }

    fn changed(self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }

    fn cannot(&self, attempted: &'static str) -> Refusal {
        Refusal::InvalidTransition {
            what: WHAT,
            from: self.standing.as_str(),
            attempted,
        }
    }
}

impl Act {
    pub fn new(by: PersonId, at: DateTime<Utc>) -> Self {
        Self { by, at }
    }
}

fn not_in_the_future(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if at > now + AHEAD {
        return Err(Refusal::invalid(
            "at",
            "in_the_future",
            "it cannot have been done later than now",
        ));
    }
    Ok(())
}
