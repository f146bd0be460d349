//! From one status to the next.

use chrono::{DateTime, Utc};

use super::{Cancellation, MeterAt, ReturnToService, TaskStatus, WorkOrder, WorkOrderStatus};
use crate::Refusal;

/// What may be done with a work order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `draft → open`
    Open,
    /// `open | awaiting_parts → in_progress`
    Start,
    /// `in_progress → awaiting_parts`
    AwaitParts,
    /// `in_progress → pending_approval`, once every task is done.
    HandIn,
    /// `pending_approval → completed`
    Complete,
    /// `completed → released`
    Release(ReturnToService),
    /// Any before `completed` `→ cancelled`
    Cancel { reason: String },
}

impl Step {
    /// Where it leads.
    pub fn leads_to(&self) -> WorkOrderStatus {
        match self {
            Self::Open => WorkOrderStatus::Open,
            Self::Start => WorkOrderStatus::InProgress,
            Self::AwaitParts => WorkOrderStatus::AwaitingParts,
            Self::HandIn => WorkOrderStatus::PendingApproval,
            Self::Complete => WorkOrderStatus::Completed,
            Self::Release(_) => WorkOrderStatus::Released,
            Self::Cancel { .. } => WorkOrderStatus::Cancelled,
        }
    }

    fn comes_from(&self) -> &'static [WorkOrderStatus] {
        use WorkOrderStatus as S;
        match self {
            Self::Open => &[S::Draft],
            Self::Start => &[S::Open, S::AwaitingParts],
            Self::AwaitParts | Self::HandIn => &[S::InProgress],
            Self::Complete => &[S::PendingApproval],
            Self::Release(_) => &[S::Completed],
            Self::Cancel { .. } => &[
                S::Draft,
                S::Open,
                S::InProgress,
                S::AwaitingParts,
                S::PendingApproval,
            ],
        }
    }

    fn attempted(&self) -> &'static str {
        match self {
            Self::Open => "opened",
            Self::Start => "started",
            Self::AwaitParts => "kept waiting for parts",
            Self::HandIn => "handed in for approval",
            Self::Complete => "completed",
            Self::Release(_) => "released",
            Self::Cancel { .. } => "cancelled",
        }
    }
}

impl WorkOrder {
    /// Takes a step that was taken `at` a moment. `meter` is the aircraft's maintenance meter.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`]; [`Refusal::Conflict`] with `tasks_open`;
    /// [`Refusal::Invalid`] when it was taken before the one before it, or gives no reason or no
    /// signature.
    pub fn step(
        mut self,
        step: Step,
        at: DateTime<Utc>,
        meter: Option<MeterAt>,
    ) -> Result<Self, Refusal> {
        self.require(step.comes_from(), step.attempted())?;
        let status = step.leads_to();
        let is_opening = step == Step::Open;
        if !is_opening && at < self.latest() {
            let detail = "the step before it was taken later than that";
            return Err(Refusal::invalid("at", "out_of_order", detail));
        }
        match step {
            Step::Open => {
                self.opened_at = at;
                self.meter_at_open = meter;
            }
            Step::Start => self.started_at = self.started_at.or(Some(at)),
            Step::HandIn => self.tasks_are_done()?,
            Step::Complete => self.completed_at = Some(at),
            Step::Release(signed) => self.return_to_service = Some(signed.checked()?),
            Step::Cancel { reason } => {
                let reason = stated("reason", &reason)?;
                self.cancellation = Some(Cancellation { reason, at });
            }
            Step::AwaitParts => (),
        }
        self.status = status;
        Ok(self)
    }

    /// When it was opened, started or completed last.
    fn latest(&self) -> DateTime<Utc> {
        let later = self.started_at.max(self.completed_at);
        later.map_or(self.opened_at, |later| later.max(self.opened_at))
    }

    fn tasks_are_done(&self) -> Result<(), Refusal> {
        let tasks = &self.content.tasks;
        let open = tasks.iter().filter(|task| task.status != TaskStatus::Done);
        match open.count() {
            0 => Ok(()),
            open => Err(Refusal::conflict(
                "tasks_open",
                format!("{open} task(s) of the work order are not done"),
            )),
        }
    }
}

impl ReturnToService {
    /// The signature, which names who signs by which certificate (14 CFR 43.9(a)(4)).
    fn checked(self) -> Result<Self, Refusal> {
        Ok(Self {
            signed_by: stated("signed_by", &self.signed_by)?,
            certificate_number: stated("certificate_number", &self.certificate_number)?,
            statement: stated("statement", &self.statement)?,
            ..self
        })
    }
}

fn stated(pointer: &'static str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        let detail = format!("{pointer} is not empty");
        Err(Refusal::invalid(pointer, "required", detail))
    } else {
        Ok(text.to_owned())
    }
}
