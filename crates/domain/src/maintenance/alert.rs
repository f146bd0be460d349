//! What is worth telling of: something fell due, or an aircraft may not fly.

use super::due_item::{DueKind, DuePoint, Remaining};
use super::squawk::{SquawkSeverity, SquawkStatus};
use super::work_order::WorkOrderStatus;
use crate::aircraft::Airworthiness;
use crate::meter::MeterKind;
use crate::vocabulary::vocabulary;
use crate::{AircraftId, DueItemId, SquawkId, WorkOrderId};

vocabulary! {
    /// In the order of urgency.
    Severity, "alert severity" { Upcoming => "upcoming", Overdue => "overdue", Grounded => "grounded" }
}

vocabulary! {
    AlertKind, "alert kind" { DueItem => "due_item", WorkOrder => "work_order", Squawk => "squawk" }
}

/// `maintenance.alert`, as of the transaction that made it true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaintenanceAlert {
    pub severity: Severity,
    pub aircraft_id: AircraftId,
    pub registration: String,
    pub about: AlertSubject,
    /// As it is after whatever led to the alert.
    pub airworthiness_status: Airworthiness,
}

/// What crossed a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertSubject {
    DueItem {
        id: DueItemId,
        title: String,
        kind: DueKind,
        due: DuePoint,
        meter_kind: MeterKind,
        remaining: Remaining,
    },
    WorkOrder {
        id: WorkOrderId,
        number: String,
        status: WorkOrderStatus,
    },
    /// A defect that grounds.
    Squawk {
        id: SquawkId,
        severity: SquawkSeverity,
        status: SquawkStatus,
    },
}

impl AlertSubject {
    pub fn kind(&self) -> AlertKind {
        match self {
            Self::DueItem { .. } => AlertKind::DueItem,
            Self::WorkOrder { .. } => AlertKind::WorkOrder,
            Self::Squawk { .. } => AlertKind::Squawk,
        }
    }

    pub fn id(&self) -> uuid::Uuid {
        match self {
            Self::DueItem { id, .. } => id.0,
            Self::WorkOrder { id, .. } => id.0,
            Self::Squawk { id, .. } => id.0,
        }
    }
}
