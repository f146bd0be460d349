//! A work order goes on: it is opened, started, handed in, completed, released or cancelled.

use chrono::{DateTime, Utc};
use contracts::convert::{parse, required};
use contracts::v1;
use domain::WorkOrderId;
use domain::maintenance::work_order::ReturnToService;
use domain::maintenance::{Step, WorkOrder, WorkOrderStatus};
use prost_types::Timestamp;
use store::AsyncPgConnection;

use super::hangar::{Hangar, read_instant, stated};
use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct StepWorkOrder {
    aim: Aim,
    step: Step,
    /// What the request calls the time it was done at.
    pointer: &'static str,
    /// None: now.
    at: Option<DateTime<Utc>>,
}

impl TryFrom<v1::TransitionWorkOrderRequest> for StepWorkOrder {
    type Error = OpsError;

    fn try_from(request: v1::TransitionWorkOrderRequest) -> Result<Self, OpsError> {
        let steps = [
            Step::Open,
            Step::Start,
            Step::AwaitParts,
            Step::HandIn,
            Step::Complete,
        ];
        let to: WorkOrderStatus = parse("to", &request.to)?;
        let mut checks = Checks::default();
        let step = steps.into_iter().find(|step| step.leads_to() == to);
        if step.is_none() {
            let detail = format!("a work order comes to be {to} in another way");
            checks.refuse("to", "not_allowed", detail);
        }
        checks.finish()?;
        Ok(Self {
            aim: Aim::read::<WorkOrderId>(request.target)?,
            step: required("to", step)?,
            pointer: "at",
            at: read_instant("at", request.at)?,
        })
    }
}

impl TryFrom<v1::ReleaseWorkOrderRequest> for StepWorkOrder {
    type Error = OpsError;

    fn try_from(request: v1::ReleaseWorkOrderRequest) -> Result<Self, OpsError> {
        let mut signed = required("return_to_service", request.return_to_service)?;
        let at = read_instant("signed_at", signed.signed_at)?;
        signed.signed_at = Some(Timestamp::default());
        let mut checks = Checks::default();
        let signed = checks.return_to_service(signed.try_into()?);
        checks.finish()?;
        Ok(Self {
            aim: Aim::read::<WorkOrderId>(request.target)?,
            step: Step::Release(signed),
            pointer: "signed_at",
            at,
        })
    }
}

impl TryFrom<v1::CancelWorkOrderRequest> for StepWorkOrder {
    type Error = OpsError;

    fn try_from(request: v1::CancelWorkOrderRequest) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let reason = checks.description("reason", &request.reason);
        checks.finish()?;
        Ok(Self {
            aim: Aim::read::<WorkOrderId>(request.target)?,
            step: Step::Cancel { reason },
            pointer: "at",
            at: None,
        })
    }
}

impl Command for StepWorkOrder {
    const NAME: &'static str = "step_work_order";
    type Answer = WorkOrder;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<WorkOrder>, OpsError> {
        let aim = &self.aim;
        let (_, school) = aim.actor(conn).await?;
        let school = school.organization;
        let found: Option<WorkOrder> = aggregates::find(conn, school.id, aim.id).await?;
        let found = found.ok_or(OpsError::no_such("work order"))?;
        let mut hangar = Hangar::open(conn, context, &school, found.aircraft_id).await?;
        let present = hangar.admit_order(conn, found.id).await?;
        if self.is_taken_by(&present) {
            aim.expected(present.version)?;
            return Ok(Outcome::AlreadyApplied(present));
        }
        aim.expects(present.version)?;
        let moment = hangar.moment;
        let at = stated(self.pointer, self.at, moment.now)?;
        let step = match self.step.clone() {
            Step::Release(signed) => Step::Release(ReturnToService {
                signed_at: at,
                ..signed
            }),
            step => step,
        };
        hangar.upkeep.step(present.id, step, at, moment)?;
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        let after = hangar.work_order(present.id).cloned();
        Ok(Outcome::Executed(after.unwrap_or(present)))
    }
}

impl StepWorkOrder {
    /// Whether the order is there already by the same step.
    fn is_taken_by(&self, order: &WorkOrder) -> bool {
        if order.status != self.step.leads_to() {
            return false;
        }
        match &self.step {
            Step::Release(said) => order.return_to_service.as_ref().is_some_and(|signed| {
                let signed_at = self.at.unwrap_or(signed.signed_at);
                let said = said.clone();
                *signed == ReturnToService { signed_at, ..said }
            }),
            Step::Cancel { reason } => order
                .cancellation
                .as_ref()
                .is_some_and(|cancelled| cancelled.reason == *reason),
            _ => true,
        }
    }
}
