//! Work on an aircraft is written down, or opened at once.

use chrono::{DateTime, Datelike, Utc};
use contracts::convert::{parse, required};
use contracts::v1;
use domain::maintenance::WorkOrder;
use domain::maintenance::work_order::{AlertedOrder, Step, WorkOrderContent, WorkOrderStatus};
use domain::{AircraftId, Moment, OrgId, WorkOrderId};
use store::AsyncPgConnection;

use super::hangar::{Hangar, read_instant, stated};
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::aggregates;
use crate::db::maintenance::numbers;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct CreateWorkOrder {
    id: WorkOrderId,
    organization_id: OrgId,
    aircraft_id: AircraftId,
    content: WorkOrderContent,
    open: bool,
    opened_at: Option<DateTime<Utc>>,
}

impl TryFrom<v1::CreateWorkOrderRequest> for CreateWorkOrder {
    type Error = OpsError;

    fn try_from(request: v1::CreateWorkOrderRequest) -> Result<Self, OpsError> {
        let id: WorkOrderId = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        let content = checks.work_order(required("content", request.content)?.try_into()?);
        checks.finish()?;
        Ok(Self {
            id,
            organization_id: parse("organization_id", &request.organization_id)?,
            aircraft_id: parse("aircraft_id", &request.aircraft_id)?,
            content,
            open: request.open,
            opened_at: read_instant("opened_at", request.opened_at)?,
        })
    }
}

impl Command for CreateWorkOrder {
    const NAME: &'static str = "create_work_order";
    type Answer = WorkOrder;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<WorkOrder>, OpsError> {
        let school = school(conn, self.organization_id).await?.organization;
        let mut hangar = Hangar::open(conn, context, &school, self.aircraft_id).await?;
        let mut content = self.content.clone();
        if content.currency.is_empty() {
            content.currency.clone_from(&school.currency);
        }
        let present: Option<WorkOrder> = aggregates::find(conn, school.id, self.id).await?;
        if let Some(present) = present {
            return self.repeats(present, &content);
        }
        let Moment { now, zone } = hangar.moment;
        let opened_at = stated("opened_at", self.opened_at, now)?;
        let year = opened_at.with_timezone(&zone).year();
        let number = numbers::next(conn, school.id, year).await?;
        hangar.upkeep.take_in(WorkOrder {
            number: format!("WO-{year}-{number:03}"),
            ..self.draft(content, opened_at)
        })?;
        if self.open {
            let moment = hangar.moment;
            let opening = hangar.upkeep.step(self.id, Step::Open, opened_at, moment);
            opening?;
        }
        let mut outgoing = Outgoing::new(context);
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        let created = hangar.work_order(self.id).cloned();
        Ok(Outcome::Executed(
            created.ok_or(OpsError::no_such("work order"))?,
        ))
    }
}

impl CreateWorkOrder {
    fn draft(&self, content: WorkOrderContent, opened_at: DateTime<Utc>) -> WorkOrder {
        WorkOrder {
            id: self.id,
            organization_id: self.organization_id,
            aircraft_id: self.aircraft_id,
            version: 1,
            number: String::new(),
            status: WorkOrderStatus::Draft,
            content,
            opened_at,
            started_at: None,
            completed_at: None,
            meter_at_open: None,
            return_to_service: None,
            cancellation: None,
            alerted: AlertedOrder::default(),
            created_at: opened_at,
            updated_at: opened_at,
        }
    }

    fn repeats(
        &self,
        present: WorkOrder,
        content: &WorkOrderContent,
    ) -> Result<Outcome<WorkOrder>, OpsError> {
        let opened = !self.open || present.status != WorkOrderStatus::Draft;
        if present.aircraft_id == self.aircraft_id && present.content == *content && opened {
            Ok(Outcome::AlreadyApplied(present))
        } else {
            Err(OpsError::IdTaken("work order"))
        }
    }
}
