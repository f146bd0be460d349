//! `state + command + now → new state`.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{FlightId, LocationId, OrgId, Refusal, SessionId, Violation};

use super::{Cancellation, CancellationReason, Resource, Session, SessionPlan, SessionStatus};

/// How far ahead of ours the clock of whoever states a fact may be.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);
const COMMENT: usize = 1_000;

/// What it takes to write a session down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub id: SessionId,
    pub organization_id: OrgId,
    pub location_id: Option<LocationId>,
    pub plan: SessionPlan,
    /// Whether it stands at once, or is a request that somebody has yet to grant.
    pub scheduled: bool,
    pub external_reference: Option<String>,
}

/// Where a session is moved to. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionMove {
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
    /// The resource and what it is called.
    pub resource: Option<(Resource, String)>,
}

impl Session {
    /// Writes a session down.
    pub fn plan(new: NewSession, now: DateTime<Utc>) -> Result<Self, Refusal> {
        Refusal::unless_empty(new.plan.violations())?;
        Ok(Self {
            id: new.id,
            organization_id: new.organization_id,
            location_id: new.location_id,
            version: 1,
            status: if new.scheduled {
                SessionStatus::Scheduled
            } else {
                SessionStatus::Requested
            },
            plan: new.plan,
            cancellation: None,
            flight_id: None,
            external_reference: new.external_reference,
            created_at: now,
            updated_at: now,
        })
    }

    /// `requested → scheduled`.
    pub fn schedule(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require(&[SessionStatus::Requested], "scheduled")?;
        Ok(Self {
            status: SessionStatus::Scheduled,
            ..self.touched(now)
        })
    }

    /// Other times, or another resource, before it has begun; one that has begun may end at
    /// another time.
    pub fn moved(self, to: SessionMove, now: DateTime<Utc>) -> Result<Self, Refusal> {
        use SessionStatus::{InProgress, Requested, Scheduled};
        let plan = self.plan.clone().moved(to);
        let only_its_end = SessionPlan {
            ends_at: self.plan.ends_at,
            ..plan.clone()
        } == self.plan;
        if only_its_end {
            self.require(&[Requested, Scheduled, InProgress], "moved")?;
        } else {
            self.require(&[Requested, Scheduled], "moved")?;
        }
        Refusal::unless_empty(plan.violations())?;
        Ok(Self {
            plan,
            ..self.touched(now)
        })
    }

    /// `requested | scheduled → cancelled`. `at` is when it was called off; none: now.
    pub fn cancel(
        self,
        reason: CancellationReason,
        comment: Option<String>,
        at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        self.require(
            &[SessionStatus::Requested, SessionStatus::Scheduled],
            "cancelled",
        )?;
        let at = at.unwrap_or(now);
        let mut found = Vec::new();
        if at > now + LEEWAY {
            let detail = "at is when it was cancelled, and not yet to come";
            found.push(Violation::new("at", "in_the_future", detail));
        }
        let comment = comment
            .map(|comment| comment.trim().to_owned())
            .filter(|comment| !comment.is_empty());
        if comment
            .as_ref()
            .is_some_and(|comment| comment.chars().count() > COMMENT)
        {
            let detail = format!("comment has at most {COMMENT} characters");
            found.push(Violation::new("comment", "length", detail));
        }
        Refusal::unless_empty(found)?;
        Ok(Self {
            status: SessionStatus::Cancelled,
            cancellation: Some(Cancellation {
                reason,
                comment,
                at,
            }),
            ..self.touched(now)
        })
    }

    /// `scheduled → in_progress`.
    pub fn start(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require(&[SessionStatus::Scheduled], "started")?;
        Ok(Self {
            status: SessionStatus::InProgress,
            ..self.touched(now)
        })
    }

    /// `in_progress → completed`, with the flight that came of it.
    pub fn complete(
        self,
        flight_id: Option<FlightId>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        self.require(&[SessionStatus::InProgress], "completed")?;
        Ok(Self {
            status: SessionStatus::Completed,
            flight_id,
            ..self.touched(now)
        })
    }

    fn require(&self, allowed: &[SessionStatus], attempted: &'static str) -> Result<(), Refusal> {
        if allowed.contains(&self.status) {
            Ok(())
        } else {
            Err(Refusal::InvalidTransition {
                what: "session",
                from: self.status.as_str(),
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

impl SessionPlan {
    fn moved(self, to: SessionMove) -> Self {
        let (resource, label) = to.resource.unwrap_or((self.resource, self.label));
        Self {
            starts_at: to.starts_at.unwrap_or(self.starts_at),
            ends_at: to.ends_at.unwrap_or(self.ends_at),
            resource,
            label,
            ..self
        }
    }
}
