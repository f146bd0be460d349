//! Work orders, and what a step of one does to the squawks and due items it sees to.

use chrono::{DateTime, Utc};

use super::Upkeep;
use crate::maintenance::Counters;
use crate::maintenance::due_item::Done;
use crate::maintenance::squawk::{Resolution, Squawk, SquawkAction, SquawkStatus};
use crate::maintenance::work_order::{
    MeterAt, ReturnToService, Step, WorkOrder, WorkOrderContent, WorkOrderStatus,
};
use crate::{Moment, Refusal, SquawkId, WorkOrderId};

impl Upkeep {
    /// The meter that maintenance goes by, as it reads.
    pub fn maintenance_meter(&self) -> Option<MeterAt> {
        let kind = self.aircraft.maintenance_meter;
        let value = Counters::from(&self.aircraft).meter(kind)?;
        Some(MeterAt { kind, value })
    }

    /// Takes in a work order, which then sees to its squawks.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it names a squawk or due item that is none of this aircraft, or
    /// is settled; [`Refusal::Conflict`] when another order sees to a squawk already.
    pub fn take_in(&mut self, order: WorkOrder) -> Result<(), Refusal> {
        Refusal::unless_empty(order.content.violations())?;
        self.attach(order.id, &order.content, &[])?;
        self.work_orders.push(order);
        Ok(())
    }

    /// Gives an order other content.
    ///
    /// # Errors
    /// As [`Upkeep::take_in`], and [`Refusal::InvalidTransition`] when its content is final.
    pub fn revise(&mut self, id: WorkOrderId, content: WorkOrderContent) -> Result<(), Refusal> {
        let present = self.order(id)?.clone();
        let had = present.content.squawk_ids.clone();
        let order = present.revise(content)?;
        self.attach(id, &order.content, &had)?;
        let under_way = order.is_under_way();
        *self.order(id)? = order;
        if under_way {
            self.start_work_on(id)?;
        }
        Ok(())
    }

    /// Takes a step of an order, and does to its squawks and due items what follows: work begins
    /// on squawks with the order, and ends when it is cancelled; its release signs off both.
    /// `at` is when the step was taken, `moment` is now, at the school.
    ///
    /// # Errors
    /// As [`WorkOrder::step`], and whatever stands against signing off.
    pub fn step(
        &mut self,
        id: WorkOrderId,
        step: Step,
        at: DateTime<Utc>,
        moment: Moment,
    ) -> Result<(), Refusal> {
        let meter = self.maintenance_meter();
        let order = self.order(id)?;
        let after = order.clone().step(step, at, meter)?;
        *order = after.clone();
        match (after.status, &after.return_to_service) {
            (WorkOrderStatus::InProgress, _) => self.start_work_on(id),
            (WorkOrderStatus::Cancelled, _) => self.detach(id, &[]),
            (WorkOrderStatus::Released, Some(signed)) => {
                self.sign_off_items(&after, signed.signed_at, moment)?;
                self.sign_off_squawks(&after, signed)
            }
            _ => Ok(()),
        }
    }

    fn order(&mut self, id: WorkOrderId) -> Result<&mut WorkOrder, Refusal> {
        let order = self.work_orders.iter_mut().find(|order| order.id == id);
        order.ok_or_else(|| Refusal::conflict("settled", "the work order is settled"))
    }

    /// Makes the order the one that sees to its squawks, and to no others. One that it `had` may
    /// have been settled since.
    fn attach(
        &mut self,
        id: WorkOrderId,
        content: &WorkOrderContent,
        had: &[SquawkId],
    ) -> Result<(), Refusal> {
        for item in &content.due_item_ids {
            if !self.due_items.iter().any(|known| known.id == *item) {
                return Err(unknown("due_item_ids", "due item"));
            }
        }
        for squawk in &content.squawk_ids {
            let known = self.squawks.iter_mut().find(|known| known.id == *squawk);
            if known.is_none() && had.contains(squawk) {
                continue;
            }
            let known = known.ok_or_else(|| unknown("squawk_ids", "unsettled squawk"))?;
            if known.work_order_id.is_some_and(|other| other != id) {
                let detail = "another work order sees to a squawk of this one";
                return Err(Refusal::conflict("squawk_taken", detail));
            }
            known.work_order_id = Some(id);
        }
        self.detach(id, &content.squawk_ids)
    }

    /// Lets go of the order's squawks but those to keep.
    fn detach(&mut self, id: WorkOrderId, keep: &[SquawkId]) -> Result<(), Refusal> {
        for squawk in &mut self.squawks {
            if squawk.work_order_id == Some(id) && !keep.contains(&squawk.id) {
                squawk.work_order_id = None;
                if squawk.status == SquawkStatus::InWork {
                    *squawk = squawk.clone().act(SquawkAction::GiveUp)?;
                }
            }
        }
        Ok(())
    }

    fn start_work_on(&mut self, id: WorkOrderId) -> Result<(), Refusal> {
        for squawk in self.seen_to_by(id) {
            if matches!(squawk.status, SquawkStatus::Open | SquawkStatus::Deferred) {
                *squawk = squawk.clone().act(SquawkAction::Start)?;
            }
        }
        Ok(())
    }

    /// The items were done with the counters as they read; but for what was done by itself since the
    /// order was opened, with the counters at the same.
    fn sign_off_items(
        &mut self,
        order: &WorkOrder,
        signed_at: DateTime<Utc>,
        moment: Moment,
    ) -> Result<(), Refusal> {
        let day_of = |at| Moment::new(at, moment.zone).today();
        let (opened_on, on) = (day_of(order.opened_at), day_of(signed_at));
        let counters = Counters::from(&self.aircraft);
        let items = &order.content.due_item_ids;
        let due = self.due_items.iter_mut();
        for item in due.filter(|item| items.contains(&item.id) && !item.due.is_none()) {
            let done = Done {
                on,
                meter: counters.meter(item.meter_kind),
                cycles: counters.cycles,
            };
            let is_done = item
                .last_done
                .is_some_and(|last| last.on >= opened_on && Done { on, ..last } == done);
            if !is_done {
                *item = item
                    .clone()
                    .complete(done, Some(order.id), moment.today())?;
            }
        }
        Ok(())
    }

    fn sign_off_squawks(
        &mut self,
        order: &WorkOrder,
        signed: &ReturnToService,
    ) -> Result<(), Refusal> {
        let resolution = Resolution {
            notes: Some(format!("released with {}", order.number)),
            resolved_by: signed.signed_by.clone(),
            certificate_number: Some(signed.certificate_number.clone()),
            at: signed.signed_at,
        };
        for squawk in self.seen_to_by(order.id) {
            // Whoever signs the release has judged what nobody had looked at yet.
            squawk.status = SquawkStatus::InWork;
            let resolve = SquawkAction::Resolve(resolution.clone());
            *squawk = squawk.clone().act(resolve)?;
        }
        Ok(())
    }

    /// The order's squawks that are not settled. One that was settled without it and reopened since
    /// is on its list, and not its own any more.
    fn seen_to_by(&mut self, id: WorkOrderId) -> impl Iterator<Item = &mut Squawk> {
        let squawks = self.squawks.iter_mut();
        squawks.filter(move |squawk| squawk.work_order_id == Some(id) && !squawk.is_settled())
    }
}

fn unknown(pointer: &'static str, what: &'static str) -> Refusal {
    let detail = format!("the aircraft has no such {what}");
    Refusal::invalid(pointer, "not_found", detail)
}
