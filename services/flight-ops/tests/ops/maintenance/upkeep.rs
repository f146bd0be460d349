//! What a school asks of the maintenance of its aircraft, whose tach reads 0.50 h and hobbs 1.00 h.

use std::collections::HashSet;

use contracts::rpc::RpcError;
use contracts::v1::{
    Aircraft, CompleteDueItemRequest, CreateWorkOrderRequest, Done, DueItem, DueItemResponse,
    FlightEntry, Landings, MeterReading, MeterSpan, PostMetersRequest, PostMetersResponse,
    ReleaseWorkOrderRequest, ReportSquawkRequest, ReturnToService, SaveDueItemRequest, Squawk,
    SquawkResponse, Target, TransitionSquawkRequest, TransitionWorkOrderRequest, WorkOrder,
    WorkOrderContent, WorkOrderResponse, record_change::Record, transition_squawk_request::Action,
};
use domain::event::EventData;
use domain::maintenance::MaintenanceAlert;

use crate::school::{School, new_id};
use crate::world::World;

impl School {
    /// Every 100 hours on the hobbs, next at `hundredths`; overdue, it grounds.
    pub fn hundred_hour(&self, hundredths: i64) -> DueItem {
        DueItem {
            id: new_id(),
            organization_id: self.id.clone(),
            aircraft_id: self.aircraft.clone(),
            title: "100-hour".into(),
            kind: "hundred_hour".into(),
            interval_hundredths: Some(10_000),
            tolerance_hundredths: Some(1_000),
            due_at_hundredths: Some(hundredths),
            meter_kind: "hobbs".into(),
            recurring: true,
            prevents_dispatch: true,
            warn_hundredths: Some(10),
            early_late_rule: "carry_forward".into(),
            ..DueItem::default()
        }
    }

    /// Every 12 calendar months, next on `date`.
    pub fn annual(&self, date: &str) -> DueItem {
        DueItem {
            title: "Annual".into(),
            kind: "annual".into(),
            interval_hundredths: None,
            interval_months: Some(12),
            due_at_hundredths: None,
            due_date: Some(date.into()),
            ..self.hundred_hour(0)
        }
    }

    pub fn squawk(&self, grounds_aircraft: bool) -> ReportSquawkRequest {
        ReportSquawkRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            aircraft_id: self.aircraft.clone(),
            title: "left magneto drops 200".into(),
            description: "on run-up, twice".into(),
            severity: "major".into(),
            grounds_aircraft,
            ..ReportSquawkRequest::default()
        }
    }

    pub fn order(&self, priority: &str, open: bool) -> CreateWorkOrderRequest {
        CreateWorkOrderRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            aircraft_id: self.aircraft.clone(),
            content: Some(WorkOrderContent {
                title: "left magneto".into(),
                kind: "unscheduled".into(),
                priority: priority.into(),
                ..WorkOrderContent::default()
            }),
            open,
            opened_at: None,
        }
    }

    pub fn aim_at(&self, id: &str) -> Option<Target> {
        Some(Target {
            organization_id: self.id.clone(),
            id: id.to_owned(),
            expected_version: None,
            actor_id: None,
        })
    }

    pub fn signed() -> ReturnToService {
        ReturnToService {
            signed_by: "Robin Wright".into(),
            certificate_number: "3141592".into(),
            certificate_type: "ia".into(),
            statement: "inspected and found airworthy".into(),
            signed_at: None,
        }
    }

    /// A hobbs reading.
    pub fn reading(&self, hundredths: i64, correction: bool) -> PostMetersRequest {
        PostMetersRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            aircraft_id: self.aircraft.clone(),
            meters: vec![MeterReading {
                kind: "hobbs".into(),
                value_hundredths: hundredths,
                ..MeterReading::default()
            }],
            correction,
            ..PostMetersRequest::default()
        }
    }

    /// A flight that moves the hobbs so, with that many landings.
    pub fn hop(&self, start: i64, end: i64, landings: i32) -> FlightEntry {
        FlightEntry {
            meters: vec![MeterSpan {
                kind: "hobbs".into(),
                start_hundredths: Some(start),
                end_hundredths: Some(end),
            }],
            landings: Some(Landings {
                day: landings,
                ..Landings::default()
            }),
            ..self.entry(start, end)
        }
    }
}

impl World {
    pub async fn save_item(&self, item: &DueItem) -> Result<DueItemResponse, RpcError> {
        let item = Some(item.clone());
        self.ops.save_due_item(SaveDueItemRequest { item }).await
    }

    pub async fn item(&self, item: DueItem) -> DueItem {
        self.save_item(&item).await.unwrap().item.unwrap()
    }

    pub async fn complete(
        &self,
        school: &School,
        item: &DueItem,
        on: &str,
        at: Option<i64>,
    ) -> Result<DueItemResponse, RpcError> {
        let done = Done {
            on: on.into(),
            at_hundredths: at,
            at_cycles: None,
        };
        let request = CompleteDueItemRequest {
            target: school.aim_at(&item.id),
            done: Some(done),
        };
        self.ops.complete_due_item(request).await
    }

    pub async fn post(&self, posting: PostMetersRequest) -> PostMetersResponse {
        self.ops.post_meters(posting).await.unwrap()
    }

    pub async fn report(&self, squawk: ReportSquawkRequest) -> Squawk {
        let answer = self.ops.report_squawk(squawk).await;
        answer.unwrap().squawk.unwrap()
    }

    pub async fn act(
        &self,
        school: &School,
        squawk: &str,
        action: Action,
    ) -> Result<SquawkResponse, RpcError> {
        let request = TransitionSquawkRequest {
            target: school.aim_at(squawk),
            action: Some(action),
        };
        self.ops.transition_squawk(request).await
    }

    pub async fn plain(&self, school: &School, squawk: &str, action: &str) -> Squawk {
        let answer = self.act(school, squawk, Action::Plain(action.into())).await;
        answer.unwrap().squawk.unwrap()
    }

    pub async fn order(&self, order: CreateWorkOrderRequest) -> WorkOrder {
        let answer = self.ops.create_work_order(order).await;
        answer.unwrap().order.unwrap()
    }

    pub async fn step(
        &self,
        school: &School,
        order: &str,
        to: &str,
    ) -> Result<WorkOrderResponse, RpcError> {
        let request = TransitionWorkOrderRequest {
            target: school.aim_at(order),
            to: to.into(),
            at: None,
        };
        self.ops.transition_work_order(request).await
    }

    pub async fn release(
        &self,
        school: &School,
        order: &str,
    ) -> Result<WorkOrderResponse, RpcError> {
        let request = ReleaseWorkOrderRequest {
            target: school.aim_at(order),
            return_to_service: Some(School::signed()),
        };
        self.ops.release_work_order(request).await
    }

    /// Flies so, and has it approved.
    pub async fn flown(&self, school: &School, entry: FlightEntry) -> contracts::v1::Flight {
        let draft = self.ops.draft_flight(school.draft(entry)).await.unwrap();
        let draft = draft.flight.unwrap();
        let submitted = self.ops.submit_flight(school.by_pilot(&draft)).await;
        let submitted = submitted.unwrap().flight.unwrap();
        self.approve(school, &submitted).await.flight.unwrap()
    }

    /// The aircraft as the newest record of it says, once everything was published.
    pub async fn fleet_record(&self, school: &School) -> Aircraft {
        let sql = format!(
            "SELECT version AS n FROM aircraft WHERE id = '{}'",
            school.aircraft
        );
        let version = self.number(&sql).await;
        let id = format!("aircraft:{}:{version}", school.aircraft);
        match self.hearing.record(&id).await.1.record {
            Some(Record::Aircraft(aircraft)) => aircraft,
            other => panic!("no aircraft: {other:?}"),
        }
    }

    /// Every alert so far, as (kind, severity, airworthiness), in the order they were told in.
    pub async fn alerts(&self) -> Vec<(String, String, String)> {
        let told = self.alerts_in_full().await;
        let words = |alert: MaintenanceAlert| {
            let kind = alert.about.kind().to_string();
            let severity = alert.severity.to_string();
            (kind, severity, alert.airworthiness_status.to_string())
        };
        told.into_iter().map(words).collect()
    }

    /// Waits until everything owed was published and heard.
    pub async fn alerts_in_full(&self) -> Vec<MaintenanceAlert> {
        // Whoever hears of a later message has heard of all before it.
        let school = self.school().await;
        let last = self.submitted(&school).await;
        self.hearing.event("flight.submitted", &last.id).await;
        let mut known = HashSet::new();
        let mut events = self.hearing.events();
        events.retain(|event| known.insert(event.id));
        let alert = |event: domain::event::CatalogEvent| match event.data {
            EventData::MaintenanceAlert(alert) => Some(alert),
            _ => None,
        };
        events.into_iter().filter_map(alert).collect()
    }
}

/// An alert in words.
pub fn told(kind: &str, severity: &str, airworthiness: &str) -> (String, String, String) {
    (kind.into(), severity.into(), airworthiness.into())
}
