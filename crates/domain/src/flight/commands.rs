//! `state + command + now → new state + events`.

use chrono::{DateTime, Utc};

use crate::aircraft::Aircraft;
use crate::organization::Policy;
use crate::{FlightId, LocationId, OrgId, PersonId};

use super::meters::{self, Discrepancy, MeterMoves};
use super::{Act, Flight, FlightEntry, FlightStatus, PostedMeter, Rejection};
use crate::Violation;

/// What a decision leads to: the state to save and what to tell the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    pub flight: Flight,
    /// Drafts and withdrawals emit nothing.
    pub event: Option<FlightEvent>,
}

/// The transitions partners hear of.
#[derive(Debug, Clone, PartialEq)]
pub enum FlightEvent {
    Submitted(Act),
    Approved {
        act: Act,
        posted: Vec<PostedMeter>,
        discrepancies: Vec<Discrepancy>,
    },
    Rejected(Rejection),
}

/// An approved flight is replaced, never edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendment {
    pub voided: Flight,
    pub replacement: Decided,
    /// What the voided flight's aircraft gets back.
    pub taken_back: MeterMoves,
}

/// What stands in the place of an approved flight.
#[derive(Debug, Clone, PartialEq)]
pub struct Replacement {
    pub id: FlightId,
    pub entry: FlightEntry,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FlightError {
    #[error("the flight is {from}; it cannot be {attempted}")]
    InvalidTransition {
        from: FlightStatus,
        attempted: &'static str,
    },
    #[error("the entry breaks {} rule(s)", .0.len())]
    Invalid(Vec<Violation>),
    #[error("whoever submitted a flight does not approve it")]
    ApproverIsSubmitter,
    #[error("a rejection gives a reason of 1 to 1000 characters")]
    ReasonMissing,
}

/// What it takes to write a flight down.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFlight {
    pub id: FlightId,
    pub organization_id: OrgId,
    pub location_id: Option<LocationId>,
    pub entry: FlightEntry,
    pub external_reference: Option<String>,
}

impl Flight {
    /// Writes a flight down as a draft.
    pub fn draft(new: NewFlight, now: DateTime<Utc>) -> Result<Self, FlightError> {
        valid(&new.entry)?;
        Ok(Self {
            id: new.id,
            organization_id: new.organization_id,
            location_id: new.location_id,
            version: 1,
            status: FlightStatus::Draft,
            entry: new.entry,
            submitted: None,
            approved: None,
            rejected: None,
            replaces_id: None,
            external_reference: new.external_reference,
            created_at: now,
            updated_at: now,
        })
    }

    /// Corrects a draft or a rejected flight.
    pub fn revise(self, entry: FlightEntry, now: DateTime<Utc>) -> Result<Decided, FlightError> {
        self.require(&[FlightStatus::Draft, FlightStatus::Rejected], "revised")?;
        valid(&entry)?;
        Ok(Decided {
            flight: Self {
                entry,
                ..self.touched(now)
            },
            event: None,
        })
    }

    /// `draft | rejected → submitted`.
    pub fn submit(self, by: PersonId, now: DateTime<Utc>) -> Result<Decided, FlightError> {
        self.require(&[FlightStatus::Draft, FlightStatus::Rejected], "submitted")?;
        valid(&self.entry)?;
        let act = Act { by, at: now };
        let flight = Self {
            status: FlightStatus::Submitted,
            submitted: Some(act),
            rejected: None,
            ..self.touched(now)
        };
        Ok(Decided {
            flight,
            event: Some(FlightEvent::Submitted(act)),
        })
    }

    /// `submitted → draft`: the pilot takes it back.
    pub fn withdraw(self, now: DateTime<Utc>) -> Result<Decided, FlightError> {
        self.require(&[FlightStatus::Submitted], "withdrawn")?;
        let flight = Self {
            status: FlightStatus::Draft,
            submitted: None,
            ..self.touched(now)
        };
        Ok(Decided {
            flight,
            event: None,
        })
    }

    /// `submitted → approved`. The meters it posts are for the caller to apply to the aircraft,
    /// in the same transaction.
    pub fn approve(
        self,
        by: PersonId,
        policy: Policy,
        aircraft: &Aircraft,
        now: DateTime<Utc>,
    ) -> Result<Decided, FlightError> {
        self.require(&[FlightStatus::Submitted], "approved")?;
        let own = self.submitted.is_some_and(|s| s.by == by);
        if own && policy.approver_differs_from_submitter {
            return Err(FlightError::ApproverIsSubmitter);
        }
        let MeterMoves {
            moved: posted,
            discrepancies,
        } = self.entry.meter_moves(aircraft);
        let act = Act { by, at: now };
        let flight = Self {
            status: FlightStatus::Approved,
            approved: Some(act),
            ..self.touched(now)
        };
        Ok(Decided {
            flight,
            event: Some(FlightEvent::Approved {
                act,
                posted,
                discrepancies,
            }),
        })
    }

    /// `submitted → rejected`.
    pub fn reject(
        self,
        by: PersonId,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<Decided, FlightError> {
        self.require(&[FlightStatus::Submitted], "rejected")?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > 1000 {
            return Err(FlightError::ReasonMissing);
        }
        let rejection = Rejection {
            by,
            at: now,
            reason: reason.to_owned(),
        };
        let flight = Self {
            status: FlightStatus::Rejected,
            rejected: Some(rejection.clone()),
            ..self.touched(now)
        };
        Ok(Decided {
            flight,
            event: Some(FlightEvent::Rejected(rejection)),
        })
    }

    /// `approved → voided`, and a replacement that is submitted at once. `posted` is what the
    /// approval moved the meters of `aircraft` by; what can be taken back of it is for the caller
    /// to apply, in the same transaction.
    pub fn amend(
        self,
        replacement: Replacement,
        by: PersonId,
        posted: &[PostedMeter],
        aircraft: &Aircraft,
        now: DateTime<Utc>,
    ) -> Result<Amendment, FlightError> {
        self.require(&[FlightStatus::Approved], "amended")?;
        let draft = Self::draft(
            NewFlight {
                id: replacement.id,
                organization_id: self.organization_id,
                location_id: self.location_id,
                entry: replacement.entry,
                external_reference: self.external_reference.clone(),
            },
            now,
        )?;
        let replacement = Self {
            replaces_id: Some(self.id),
            ..draft
        }
        .submit(by, now)?;
        let voided = Self {
            status: FlightStatus::Voided,
            ..self.touched(now)
        };
        Ok(Amendment {
            voided,
            replacement,
            taken_back: meters::take_back(posted, aircraft),
        })
    }

    fn require(
        &self,
        allowed: &[FlightStatus],
        attempted: &'static str,
    ) -> Result<(), FlightError> {
        if allowed.contains(&self.status) {
            Ok(())
        } else {
            Err(FlightError::InvalidTransition {
                from: self.status,
                attempted,
            })
        }
    }

    fn touched(self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}

fn valid(entry: &FlightEntry) -> Result<(), FlightError> {
    let violations = entry.violations();
    if violations.is_empty() {
        Ok(())
    } else {
        Err(FlightError::Invalid(violations))
    }
}
