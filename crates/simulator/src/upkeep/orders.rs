//! A day in the shop: the session, the work order, and the return to service.

use chrono::NaiveDate;
use contracts::convert::timestamp;
use contracts::v1;
use domain::{SessionId, SquawkId, WorkOrderId};

use crate::command::{Command, Lane};
use crate::school::{School, Steps};

/// The shop's hours, in minutes after midnight.
const OPENS: i64 = 8 * 60;
const CLOSES: i64 = 17 * 60;
const SHOP: &str = "Bayshore Aircraft Services";

impl School {
    pub(super) fn work_on(&mut self, plane: usize, day: NaiveDate, steps: &mut Steps) {
        let (titles, due_items) = self.inspect(plane, day);
        let squawks = self.shop.squawks.remove(&plane).unwrap_or_default();
        self.shop.grounded.remove(&plane);
        if titles.is_empty() && squawks.is_empty() {
            return;
        }
        let lane = Lane::Aircraft(plane);
        let session: SessionId = self.setting.id(&format!("shop {day} {plane}"));
        steps.push(lane, self.reserve(plane, day, session));
        steps.push(lane, Command::StartSession(Box::new(self.target(session))));
        let order: WorkOrderId = self.setting.id(&format!("work order {day} {plane}"));
        let content = content(&titles, &squawks, &due_items);
        let create = v1::CreateWorkOrderRequest {
            id: order.to_string(),
            organization_id: self.organization(),
            aircraft_id: self.plane_id(plane).to_string(),
            content: Some(content),
            open: true,
            opened_at: Some(timestamp(self.at(day, OPENS))),
        };
        steps.push(lane, Command::CreateWorkOrder(Box::new(create)));
        let steps_of_work = [
            ("in_progress", OPENS + 15),
            ("pending_approval", CLOSES - 60),
            ("completed", CLOSES - 40),
        ];
        for (to, minutes) in steps_of_work {
            let step = v1::TransitionWorkOrderRequest {
                target: Some(self.target(order)),
                to: to.to_owned(),
                at: Some(timestamp(self.at(day, minutes))),
            };
            steps.push(lane, Command::TransitionWorkOrder(Box::new(step)));
        }
        let release = v1::ReleaseWorkOrderRequest {
            target: Some(self.target(order)),
            return_to_service: Some(v1::ReturnToService {
                signed_by: "Walter Brandt".to_owned(),
                certificate_number: "2871904".to_owned(),
                certificate_type: if titles.is_empty() { "a_and_p" } else { "ia" }.to_owned(),
                statement: "I certify that this aircraft has been inspected in accordance with \
                            the manufacturer's instructions and was determined to be in \
                            airworthy condition."
                    .to_owned(),
                signed_at: Some(timestamp(self.at(day, CLOSES - 30))),
            }),
        };
        steps.push(lane, Command::ReleaseWorkOrder(Box::new(release)));
        self.note_annual(plane, day, steps);
        let complete = v1::CompleteSessionRequest {
            target: Some(self.target(session)),
            flight_id: None,
        };
        steps.push(lane, Command::CompleteSession(Box::new(complete)));
    }

    fn reserve(&self, plane: usize, day: NaiveDate, session: SessionId) -> Command {
        Command::RequestSession(Box::new(v1::RequestSessionRequest {
            id: session.to_string(),
            organization_id: self.organization(),
            location_id: self.setting.location.map(|id| id.to_string()),
            plan: Some(v1::SessionPlan {
                kind: "maintenance".to_owned(),
                title: Some(SHOP.to_owned()),
                starts_at: Some(timestamp(self.at(day, OPENS))),
                ends_at: Some(timestamp(self.at(day, CLOSES))),
                resource: Some(v1::SessionResource {
                    r#type: "aircraft".to_owned(),
                    id: self.plane_id(plane).to_string(),
                    label: String::new(),
                }),
                ..v1::SessionPlan::default()
            }),
            scheduled: true,
            external_reference: None,
        }))
    }
}

fn content(
    titles: &[&str],
    squawks: &[SquawkId],
    due_items: &[domain::DueItemId],
) -> v1::WorkOrderContent {
    let inspection = !titles.is_empty();
    let mut tasks: Vec<v1::WorkOrderTask> =
        titles.iter().map(|title| task(title, "05", 120)).collect();
    tasks.extend(
        squawks
            .iter()
            .map(|_| task("Put right what was written up", "32", 75)),
    );
    let labor: i32 = tasks.iter().map(|task| task.labor_minutes).sum();
    v1::WorkOrderContent {
        title: titles
            .first()
            .copied()
            .unwrap_or("Unscheduled repair")
            .to_owned(),
        kind: if inspection {
            "scheduled"
        } else {
            "unscheduled"
        }
        .to_owned(),
        priority: if inspection { "normal" } else { "high" }.to_owned(),
        assigned_to: Some("Walter Brandt".to_owned()),
        shop_name: Some(SHOP.to_owned()),
        squawk_ids: squawks.iter().map(ToString::to_string).collect(),
        due_item_ids: due_items.iter().map(ToString::to_string).collect(),
        cost_minor: i64::from(labor) * 150 + 8_500,
        tasks,
        parts: vec![v1::WorkOrderPart {
            part_number: "CH48110-1".to_owned(),
            serial_number: None,
            quantity: 1,
        }],
        ..v1::WorkOrderContent::default()
    }
}

fn task(description: &str, chapter: &str, labor_minutes: i32) -> v1::WorkOrderTask {
    v1::WorkOrderTask {
        description: description.to_owned(),
        ata_chapter: Some(chapter.to_owned()),
        status: "done".to_owned(),
        labor_minutes,
    }
}
