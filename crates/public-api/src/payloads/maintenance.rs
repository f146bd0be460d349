//! The `data` of `maintenance.alert`.

use chrono::NaiveDate;
use domain::aircraft::Airworthiness;
use domain::maintenance::{
    AlertKind, AlertSubject, DueKind, MaintenanceAlert, Severity, SquawkSeverity, SquawkStatus,
    WorkOrderStatus,
};
use domain::meter::MeterKind;
use domain::{AircraftId, DueItemId, SquawkId, WorkOrderId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::Decimal;

/// What fell due on an aircraft, or keeps it from flying. The one of `due_item`, `work_order` and
/// `squawk` that `alert_kind` names is present. An item is told of once when it crosses to
/// upcoming and once when it crosses to overdue.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AlertFields<'a> {
    pub alert_kind: AlertKind,
    pub severity: Severity,
    pub aircraft_id: AircraftId,
    pub registration: &'a str,
    pub due_item: Option<AlertedItemFields<'a>>,
    pub work_order: Option<AlertedOrderFields<'a>>,
    /// As it is after what led to the alert.
    pub airworthiness_status: Airworthiness,
    /// An addition: a defect that grounds the aircraft.
    pub squawk: Option<AlertedSquawkFields>,
}

/// The item as it stood; what remains is below zero once its point is passed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AlertedItemFields<'a> {
    pub id: DueItemId,
    pub title: &'a str,
    pub kind: DueKind,
    pub due_date: Option<NaiveDate>,
    pub due_at_meter: Option<Decimal>,
    pub meter_kind: MeterKind,
    pub remaining_hours: Option<Decimal>,
    pub remaining_days: Option<i64>,
    pub remaining_cycles: Option<i64>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AlertedOrderFields<'a> {
    pub id: WorkOrderId,
    pub number: &'a str,
    pub status: WorkOrderStatus,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AlertedSquawkFields {
    pub id: SquawkId,
    pub severity: SquawkSeverity,
    pub status: SquawkStatus,
}

impl<'a> From<&'a MaintenanceAlert> for AlertFields<'a> {
    fn from(alert: &'a MaintenanceAlert) -> Self {
        let mut fields = Self {
            alert_kind: alert.about.kind(),
            severity: alert.severity,
            aircraft_id: alert.aircraft_id,
            registration: &alert.registration,
            due_item: None,
            work_order: None,
            airworthiness_status: alert.airworthiness_status,
            squawk: None,
        };
        match &alert.about {
            AlertSubject::DueItem {
                id,
                title,
                kind,
                due,
                meter_kind,
                remaining,
            } => {
                fields.due_item = Some(AlertedItemFields {
                    id: *id,
                    title,
                    kind: *kind,
                    due_date: due.date,
                    due_at_meter: due.meter.map(Into::into),
                    meter_kind: *meter_kind,
                    remaining_hours: remaining.hours.map(Into::into),
                    remaining_days: remaining.days,
                    remaining_cycles: remaining.cycles,
                });
            }
            AlertSubject::WorkOrder { id, number, status } => {
                fields.work_order = Some(AlertedOrderFields {
                    id: *id,
                    number,
                    status: *status,
                });
            }
            AlertSubject::Squawk {
                id,
                severity,
                status,
            } => {
                fields.squawk = Some(AlertedSquawkFields {
                    id: *id,
                    severity: *severity,
                    status: *status,
                });
            }
        }
        fields
    }
}
