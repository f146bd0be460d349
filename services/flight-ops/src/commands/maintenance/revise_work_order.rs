//! Work on an aircraft is described anew.

use contracts::convert::required;
use contracts::v1;
use domain::WorkOrderId;
use domain::maintenance::WorkOrder;
use domain::maintenance::work_order::WorkOrderContent;
use store::AsyncPgConnection;

use super::hangar::Hangar;
use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct ReviseWorkOrder {
    aim: Aim,
    content: WorkOrderContent,
}

impl TryFrom<v1::ReviseWorkOrderRequest> for ReviseWorkOrder {
    type Error = OpsError;

    fn try_from(request: v1::ReviseWorkOrderRequest) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let content = checks.work_order(required("content", request.content)?.try_into()?);
        checks.finish()?;
        Ok(Self {
            aim: Aim::read::<WorkOrderId>(request.target)?,
            content,
        })
    }
}

impl Command for ReviseWorkOrder {
    const NAME: &'static str = "revise_work_order";
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
        let mut content = self.content.clone();
        if content.currency.is_empty() {
            content.currency.clone_from(&school.currency);
        }
        let present = hangar.admit_order(conn, found.id).await?;
        if present.content == content {
            aim.expected(present.version)?;
            return Ok(Outcome::AlreadyApplied(present));
        }
        aim.expects(present.version)?;
        hangar.upkeep.revise(present.id, content)?;
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        let revised = hangar.work_order(present.id).cloned();
        Ok(Outcome::Executed(revised.unwrap_or(present)))
    }
}
