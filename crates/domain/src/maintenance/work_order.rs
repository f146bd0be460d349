//! Work on an aircraft.
//!
//! `draft → open → in_progress ⇄ awaiting_parts`, `in_progress → pending_approval → completed →
//! released` with the return to service signed; any before completed may be cancelled.

mod rules;
mod steps;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::meter::{Meter, MeterKind};
use crate::vocabulary::vocabulary;
use crate::{AircraftId, DueItemId, OrgId, SquawkId, WorkOrderId};

pub use steps::Step;

vocabulary! {
    WorkOrderKind, "work order kind" {
        Scheduled => "scheduled", Unscheduled => "unscheduled", AdSb => "ad_sb", Modification => "modification",
    }
}

vocabulary! {
    WorkOrderStatus, "work order status" {
        Draft => "draft", Open => "open", InProgress => "in_progress", AwaitingParts => "awaiting_parts",
        PendingApproval => "pending_approval", Completed => "completed", Released => "released",
        Cancelled => "cancelled",
    }
}

vocabulary! {
    Priority, "priority" { Low => "low", Normal => "normal", High => "high", Aog => "aog" }
}

vocabulary! {
    TaskStatus, "task status" { Open => "open", InProgress => "in_progress", Done => "done" }
}

vocabulary! {
    /// By which licence or approval somebody returns an aircraft to service.
    CertificateType, "certificate type" {
        AAndP => "a_and_p", Ia => "ia", Part145 => "part145", Part66 => "part_66", Camo => "camo",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrder {
    pub id: WorkOrderId,
    pub organization_id: OrgId,
    pub aircraft_id: AircraftId,
    /// Rises by one with every change.
    pub version: i64,
    /// `WO-2026-031`, unique within the organisation.
    pub number: String,
    pub status: WorkOrderStatus,
    pub content: WorkOrderContent,
    /// Until it is opened, when it was written down.
    pub opened_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    /// The aircraft's maintenance meter when it was opened.
    pub meter_at_open: Option<MeterAt>,
    pub return_to_service: Option<ReturnToService>,
    pub cancellation: Option<Cancellation>,
    /// What was alerted on already.
    pub alerted: AlertedOrder,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What the school writes down, and may revise while the work is going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrderContent {
    pub title: String,
    pub kind: WorkOrderKind,
    pub priority: Priority,
    pub due_on: Option<NaiveDate>,
    /// In words: whoever does the work need not be a person of the school.
    pub assigned_to: Option<String>,
    pub shop_name: Option<String>,
    pub squawk_ids: Vec<SquawkId>,
    pub due_item_ids: Vec<DueItemId>,
    pub tasks: Vec<Task>,
    pub parts: Vec<Part>,
    pub cost_minor: i64,
    /// ISO 4217.
    pub currency: String,
    pub external_reference: Option<String>,
}

/// What one meter read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterAt {
    pub kind: MeterKind,
    pub value: Meter,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub description: String,
    /// ATA 100: `32`.
    pub ata_chapter: Option<String>,
    pub status: TaskStatus,
    pub labor_minutes: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub part_number: String,
    pub serial_number: Option<String>,
    pub quantity: i32,
}

/// Whoever signs says that the aircraft may fly again (14 CFR 43.9, 43.11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnToService {
    /// The name as signed.
    pub signed_by: String,
    pub certificate_number: String,
    pub certificate_type: CertificateType,
    pub statement: String,
    pub signed_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// Each is alerted on once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertedOrder {
    pub aog: bool,
    pub past_due: bool,
}

impl WorkOrder {
    /// Released or cancelled: nothing more comes of it.
    pub fn is_settled(&self) -> bool {
        matches!(
            self.status,
            WorkOrderStatus::Released | WorkOrderStatus::Cancelled
        )
    }

    /// Somebody works on the aircraft, or it waits for its return to service.
    pub fn is_under_way(&self) -> bool {
        matches!(
            self.status,
            WorkOrderStatus::InProgress
                | WorkOrderStatus::AwaitingParts
                | WorkOrderStatus::PendingApproval
                | WorkOrderStatus::Completed
        )
    }

    /// Opened as `aog`, and not settled yet.
    pub fn is_aog(&self) -> bool {
        self.content.priority == Priority::Aog
            && !self.is_settled()
            && self.status != WorkOrderStatus::Draft
    }

    /// Opened, not completed, and its day has gone by.
    pub fn is_past_due(&self, today: NaiveDate) -> bool {
        self.may_become_past_due() && self.content.due_on.is_some_and(|due| due < today)
    }

    /// The day on which it becomes past due, if that is to come.
    pub fn turns_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        let due = self.content.due_on.filter(|_| self.may_become_past_due())?;
        due.succ_opt().filter(|day| *day > today)
    }

    fn may_become_past_due(&self) -> bool {
        !self.is_settled()
            && !matches!(
                self.status,
                WorkOrderStatus::Draft | WorkOrderStatus::Completed
            )
    }
}
