use domain::maintenance::WorkOrder;
use domain::maintenance::work_order::{
    AlertedOrder, Cancellation, Part, ReturnToService, Task, WorkOrderContent,
};

use super::{meter_at_in, meter_at_out};
use crate::convert::{
    InvalidMessage, Read, date, instant, instant_optional, parse, required, text, timestamp,
};
use crate::v1;

impl From<&WorkOrder> for v1::WorkOrder {
    fn from(o: &WorkOrder) -> Self {
        Self {
            id: o.id.to_string(),
            organization_id: o.organization_id.to_string(),
            aircraft_id: o.aircraft_id.to_string(),
            version: o.version,
            number: o.number.clone(),
            status: o.status.to_string(),
            content: Some((&o.content).into()),
            opened_at: Some(timestamp(o.opened_at)),
            started_at: o.started_at.map(timestamp),
            completed_at: o.completed_at.map(timestamp),
            meter_at_open: o.meter_at_open.map(meter_at_out),
            return_to_service: o.return_to_service.as_ref().map(signed_out),
            cancellation: o.cancellation.as_ref().map(|c| v1::WorkOrderCancellation {
                reason: c.reason.clone(),
                at: Some(timestamp(c.at)),
            }),
            alerted_aog: o.alerted.aog,
            alerted_past_due: o.alerted.past_due,
            created_at: Some(timestamp(o.created_at)),
            updated_at: Some(timestamp(o.updated_at)),
        }
    }
}

impl TryFrom<v1::WorkOrder> for WorkOrder {
    type Error = InvalidMessage;

    fn try_from(o: v1::WorkOrder) -> Read<Self> {
        let meter_at_open = o.meter_at_open.map(|at| meter_at_in("meter_at_open", at));
        Ok(Self {
            id: parse("id", &o.id)?,
            organization_id: parse("organization_id", &o.organization_id)?,
            aircraft_id: parse("aircraft_id", &o.aircraft_id)?,
            version: o.version,
            number: o.number,
            status: parse("status", &o.status)?,
            content: required("content", o.content)?.try_into()?,
            opened_at: instant("opened_at", o.opened_at)?,
            started_at: instant_optional("started_at", o.started_at)?,
            completed_at: instant_optional("completed_at", o.completed_at)?,
            meter_at_open: meter_at_open.transpose()?,
            return_to_service: o.return_to_service.map(TryInto::try_into).transpose()?,
            cancellation: o.cancellation.map(cancellation_in).transpose()?,
            alerted: AlertedOrder {
                aog: o.alerted_aog,
                past_due: o.alerted_past_due,
            },
            created_at: instant("created_at", o.created_at)?,
            updated_at: instant("updated_at", o.updated_at)?,
        })
    }
}

impl From<&WorkOrderContent> for v1::WorkOrderContent {
    fn from(c: &WorkOrderContent) -> Self {
        let task = |t: &Task| v1::WorkOrderTask {
            description: t.description.clone(),
            ata_chapter: t.ata_chapter.clone(),
            status: t.status.to_string(),
            labor_minutes: t.labor_minutes,
        };
        let part = |p: &Part| v1::WorkOrderPart {
            part_number: p.part_number.clone(),
            serial_number: p.serial_number.clone(),
            quantity: p.quantity,
        };
        Self {
            title: c.title.clone(),
            kind: c.kind.to_string(),
            priority: c.priority.to_string(),
            due_on: text(c.due_on),
            assigned_to: c.assigned_to.clone(),
            shop_name: c.shop_name.clone(),
            squawk_ids: c.squawk_ids.iter().map(ToString::to_string).collect(),
            due_item_ids: c.due_item_ids.iter().map(ToString::to_string).collect(),
            tasks: c.tasks.iter().map(task).collect(),
            parts: c.parts.iter().map(part).collect(),
            cost_minor: c.cost_minor,
            currency: c.currency.clone(),
            external_reference: c.external_reference.clone(),
        }
    }
}

impl TryFrom<v1::WorkOrderContent> for WorkOrderContent {
    type Error = InvalidMessage;

    fn try_from(c: v1::WorkOrderContent) -> Read<Self> {
        let squawks = c.squawk_ids.iter().map(|id| parse("squawk_ids", id));
        let items = c.due_item_ids.iter().map(|id| parse("due_item_ids", id));
        let part = |p: v1::WorkOrderPart| Part {
            part_number: p.part_number,
            serial_number: p.serial_number,
            quantity: p.quantity,
        };
        Ok(Self {
            kind: parse("kind", &c.kind)?,
            priority: parse("priority", &c.priority)?,
            due_on: date("due_on", c.due_on.as_deref())?,
            squawk_ids: squawks.collect::<Read<_>>()?,
            due_item_ids: items.collect::<Read<_>>()?,
            tasks: c.tasks.into_iter().map(task_in).collect::<Read<_>>()?,
            parts: c.parts.into_iter().map(part).collect(),
            title: c.title,
            assigned_to: c.assigned_to,
            shop_name: c.shop_name,
            cost_minor: c.cost_minor,
            currency: c.currency,
            external_reference: c.external_reference,
        })
    }
}

impl TryFrom<v1::ReturnToService> for ReturnToService {
    type Error = InvalidMessage;

    fn try_from(r: v1::ReturnToService) -> Read<Self> {
        Ok(Self {
            signed_by: r.signed_by,
            certificate_number: r.certificate_number,
            certificate_type: parse("certificate_type", &r.certificate_type)?,
            statement: r.statement,
            signed_at: instant("signed_at", r.signed_at)?,
        })
    }
}

fn signed_out(r: &ReturnToService) -> v1::ReturnToService {
    v1::ReturnToService {
        signed_by: r.signed_by.clone(),
        certificate_number: r.certificate_number.clone(),
        certificate_type: r.certificate_type.to_string(),
        statement: r.statement.clone(),
        signed_at: Some(timestamp(r.signed_at)),
    }
}

fn task_in(t: v1::WorkOrderTask) -> Read<Task> {
    Ok(Task {
        description: t.description,
        ata_chapter: t.ata_chapter,
        status: parse("tasks.status", &t.status)?,
        labor_minutes: t.labor_minutes,
    })
}

fn cancellation_in(c: v1::WorkOrderCancellation) -> Read<Cancellation> {
    Ok(Cancellation {
        reason: c.reason,
        at: instant("cancellation.at", c.at)?,
    })
}
