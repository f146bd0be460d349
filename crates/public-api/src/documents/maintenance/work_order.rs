//! Work on an aircraft, up to its return to service.

use chrono::NaiveDate;
use domain::maintenance::work_order::{
    CertificateType, MeterAt, Part, Priority, ReturnToService, Task, TaskStatus, WorkOrder,
    WorkOrderKind, WorkOrderStatus,
};
use domain::meter::MeterKind;
use domain::{AircraftId, DueItemId, SquawkId, WorkOrderId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::{Decimal, Timestamp};

/// A work order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorkOrderDocument<'a> {
    pub id: WorkOrderId,
    /// The school's own number: `WO-2026-031`.
    pub number: &'a str,
    pub aircraft_id: AircraftId,
    pub title: &'a str,
    pub kind: WorkOrderKind,
    pub status: WorkOrderStatus,
    pub priority: Priority,
    /// Of a draft, when it was written down.
    pub opened_at: Timestamp,
    pub due_on: Option<NaiveDate>,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    /// The aircraft's maintenance meter when the order was opened.
    pub meter_at_open: Option<MeterAtFields>,
    pub assigned_to: Option<&'a str>,
    pub shop_name: Option<&'a str>,
    /// The defects it sees to.
    pub squawk_ids: &'a [SquawkId],
    /// The due items it sees to.
    pub due_item_ids: &'a [DueItemId],
    pub tasks: Vec<TaskFields<'a>>,
    pub parts: Vec<PartFields<'a>>,
    pub cost_minor: i64,
    /// ISO 4217.
    pub currency: &'a str,
    pub return_to_service: Option<ReturnToServiceFields<'a>>,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What one meter read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MeterAtFields {
    pub kind: MeterKind,
    pub value: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TaskFields<'a> {
    pub description: &'a str,
    /// ATA 100: `32`.
    pub ata_chapter: Option<&'a str>,
    pub status: TaskStatus,
    pub labor_minutes: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartFields<'a> {
    pub part_number: &'a str,
    pub serial_number: Option<&'a str>,
    pub quantity: i32,
}

/// The signature by which the aircraft may fly again (14 CFR 43.9 and 43.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReturnToServiceFields<'a> {
    /// The name as signed.
    pub signed_by: &'a str,
    pub certificate_number: &'a str,
    pub certificate_type: CertificateType,
    pub statement: &'a str,
    pub signed_at: Timestamp,
}

impl<'a> From<&'a WorkOrder> for WorkOrderDocument<'a> {
    fn from(order: &'a WorkOrder) -> Self {
        let content = &order.content;
        Self {
            id: order.id,
            number: &order.number,
            aircraft_id: order.aircraft_id,
            title: &content.title,
            kind: content.kind,
            status: order.status,
            priority: content.priority,
            opened_at: Timestamp(order.opened_at),
            due_on: content.due_on,
            started_at: order.started_at.map(Timestamp),
            completed_at: order.completed_at.map(Timestamp),
            meter_at_open: order.meter_at_open.map(Into::into),
            assigned_to: content.assigned_to.as_deref(),
            shop_name: content.shop_name.as_deref(),
            squawk_ids: &content.squawk_ids,
            due_item_ids: &content.due_item_ids,
            tasks: content.tasks.iter().map(Into::into).collect(),
            parts: content.parts.iter().map(Into::into).collect(),
            cost_minor: content.cost_minor,
            currency: &content.currency,
            return_to_service: order.return_to_service.as_ref().map(Into::into),
            external_reference: content.external_reference.as_deref(),
            created_at: Timestamp(order.created_at),
            updated_at: Timestamp(order.updated_at),
        }
    }
}

impl From<MeterAt> for MeterAtFields {
    fn from(read: MeterAt) -> Self {
        Self {
            kind: read.kind,
            value: read.value.into(),
        }
    }
}

impl<'a> From<&'a Task> for TaskFields<'a> {
    fn from(task: &'a Task) -> Self {
        Self {
            description: &task.description,
            ata_chapter: task.ata_chapter.as_deref(),
            status: task.status,
            labor_minutes: task.labor_minutes,
        }
    }
}

impl<'a> From<&'a Part> for PartFields<'a> {
    fn from(part: &'a Part) -> Self {
        Self {
            part_number: &part.part_number,
            serial_number: part.serial_number.as_deref(),
            quantity: part.quantity,
        }
    }
}

impl<'a> From<&'a ReturnToService> for ReturnToServiceFields<'a> {
    fn from(signed: &'a ReturnToService) -> Self {
        Self {
            signed_by: &signed.signed_by,
            certificate_number: &signed.certificate_number,
            certificate_type: signed.certificate_type,
            statement: &signed.statement,
            signed_at: Timestamp(signed.signed_at),
        }
    }
}

#[cfg(test)]
mod tests;
