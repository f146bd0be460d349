//! What goes on at a school, before the rebuild and while it is under way.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use contracts::v1::{
    CompliancePaper, CreateWorkOrderRequest, Customer, DraftInvoiceRequest, FlightOpsClient,
    InvoiceEntry, InvoiceLineEntry, IssueVtrRequest, SaveComplianceRequest, Target,
    WorkOrderContent,
};
use domain::VtrId;
use simulator::driver::Driver;
use simulator::{Command, Day, Setting};
use system_tests::{Api, School, Stack, approve_all};
use test_support::eventually;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::PATIENCE;

/// How long ago the simulated days began.
const AGO: u64 = 100;
/// Between two days while the rebuild is under way.
const PACE: Duration = Duration::from_millis(500);

/// A school in which something goes on.
pub struct Life {
    rpc: bus::RpcClient,
    ops: FlightOpsClient<bus::RpcClient>,
    organization_id: String,
    simulated: simulator::School,
    until: NaiveDate,
    /// Flights that wait for approval.
    waiting: Vec<String>,
    /// Whom invoices are drafted for.
    pilot: String,
    aircraft: String,
    /// One in which something was signed off.
    enrollment: String,
    draft: Option<String>,
    pub discarded: Vec<String>,
    /// What the simulated school asked for last, by name.
    pub asked: BTreeSet<&'static str>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the services live by this clock too"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A zone in which the day does not end within the hour, since documents tell of days.
pub fn zone() -> Tz {
    let west = chrono_tz::America::Los_Angeles;
    if now().with_timezone(&west).format("%H").to_string() == "23" {
        chrono_tz::Asia::Tokyo
    } else {
        west
    }
}

impl Life {
    /// Weeks of a simulated school, and `flights` out of a logbook, half of which are approved.
    pub async fn begin(stack: &Stack, school: &School, days: usize, flights: u64) -> Self {
        let today = now().with_timezone(&zone()).date_naive();
        let organization_id = school.organization_id.clone();
        let setting = Setting {
            organization: organization_id.parse().expect("an id"),
            location: None,
            zone: zone(),
            seed: 3,
            first_day: today - Days::new(AGO),
            aircraft: 3,
        };
        let mut waiting = school.submit_flights(stack, flights).await;
        let approved = waiting.split_off(waiting.len() / 2);
        let done = Arc::new(AtomicUsize::new(0));
        approve_all(stack.rpc.clone(), organization_id.clone(), approved, done).await;
        let mut life = Self {
            rpc: stack.rpc.clone(),
            ops: stack.flight_ops(),
            organization_id,
            simulated: simulator::School::new(setting.clone()),
            until: today,
            waiting,
            pilot: String::new(),
            aircraft: String::new(),
            enrollment: String::new(),
            draft: None,
            discarded: Vec::new(),
            asked: BTreeSet::new(),
        };
        life.pilot = life.somebody().await;
        let founding = life.simulated.founding();
        life.live(vec![founding]).await;
        let lived: Vec<Day> = (0..days).map(|_| life.simulated.day()).collect();
        for week in lived.chunks(7) {
            life.live(week.to_vec()).await;
        }
        life.seldom_happens().await;
        life.draft_and_discard().await;
        life.draft_and_discard().await;
        life.end_drafts().await;
        life
    }

    async fn somebody(&self) -> String {
        let request = contracts::v1::ListPeopleRequest {
            organization_id: self.organization_id.clone(),
            limit: 1,
            ..Default::default()
        };
        let people = self.ops.list_people(request).await.expect("people").people;
        people[0].id.clone()
    }

    /// Goes on, day after day, until it is told to end.
    pub async fn go_on(mut self, end: CancellationToken) -> Self {
        self.asked.clear();
        let mut pace = tokio::time::interval(PACE);
        while !end.is_cancelled() {
            pace.tick().await;
            if self.simulated.today() < self.until {
                let day = self.simulated.day();
                self.live(vec![day]).await;
            }
            let some = self.waiting.len().saturating_sub(3);
            self.approve(some).await;
            self.draft_and_discard().await;
            self.paper("Contract").await;
        }
        self.approve(0).await;
        self.end_drafts().await;
        self
    }

    async fn live(&mut self, days: Vec<Day>) {
        for step in days.iter().flat_map(|day| &day.steps) {
            self.asked.insert(step.command.name());
            match &step.command {
                Command::SaveAircraft(request) => {
                    self.aircraft = request.aircraft.as_ref().expect("one").id.clone();
                }
                Command::RecordSignoff(request) => {
                    self.enrollment.clone_from(&request.enrollment_id);
                }
                _ => {}
            }
        }
        let at_once = NonZeroUsize::new(8).expect("some");
        let driver = Driver::new(self.ops.clone(), at_once, PATIENCE);
        let tally = driver.live(days).await.expect("it lives");
        assert_eq!(tally.refusals, [""; 0]);
    }

    /// What weeks may pass without.
    async fn seldom_happens(&self) {
        let order = CreateWorkOrderRequest {
            id: Uuid::new_v4().to_string(),
            organization_id: self.organization_id.clone(),
            aircraft_id: self.aircraft.clone(),
            content: Some(WorkOrderContent {
                title: "Left magneto".to_owned(),
                kind: "unscheduled".to_owned(),
                priority: "normal".to_owned(),
                ..WorkOrderContent::default()
            }),
            open: true,
            opened_at: None,
        };
        let created = self.ops.create_work_order(order).await;
        created.expect("a work order");
        let vtr = IssueVtrRequest {
            target: Some(self.target(VtrId::from_parts(1, Uuid::new_v4().as_u128()).to_string())),
            enrollment_id: self.enrollment.clone(),
            ..IssueVtrRequest::default()
        };
        self.ops.issue_vtr(vtr).await.expect("a record of training");
    }

    fn target(&self, id: String) -> Target {
        Target {
            organization_id: self.organization_id.clone(),
            id,
            ..Target::default()
        }
    }

    /// All of those that wait, from that one on.
    async fn approve(&mut self, from: usize) {
        let ids = self.waiting.split_off(from);
        let done = Arc::new(AtomicUsize::new(0));
        approve_all(self.rpc.clone(), self.organization_id.clone(), ids, done).await;
    }

    async fn draft_and_discard(&mut self) {
        let line = InvoiceLineEntry {
            kind: "store".to_owned(),
            description: "Charts".to_owned(),
            quantity_hundredths: 100,
            unit: "each".to_owned(),
            unit_price_minor: 1_250,
            ..InvoiceLineEntry::default()
        };
        let id = Uuid::new_v4().to_string();
        let request = DraftInvoiceRequest {
            id: id.clone(),
            organization_id: self.organization_id.clone(),
            currency: None,
            entry: Some(InvoiceEntry {
                customer: Some(Customer {
                    r#type: "pilot".to_owned(),
                    id: self.pilot.clone(),
                    name: String::new(),
                }),
                lines: vec![line],
                external_reference: None,
            }),
        };
        self.ops.draft_invoice(request).await.expect("a draft");
        self.end_drafts().await;
        self.draft = Some(id);
    }

    async fn end_drafts(&mut self) {
        let Some(id) = self.draft.take() else {
            return;
        };
        let target = self.target(id.clone());
        self.ops.discard_invoice(target).await.expect("discarded");
        self.discarded.push(id);
    }

    async fn paper(&self, title: &str) -> String {
        let id = Uuid::new_v4().to_string();
        let save = SaveComplianceRequest {
            id: id.clone(),
            organization_id: self.organization_id.clone(),
            version: 0,
            paper: Some(CompliancePaper {
                subject_type: "organization".to_owned(),
                subject_id: self.organization_id.clone(),
                r#type: "contract".to_owned(),
                title: title.to_owned(),
                document_present: true,
                ..CompliancePaper::default()
            }),
            external_reference: None,
        };
        self.ops.save_compliance(save).await.expect("a paper");
        id
    }

    /// Waits until all that was done is seen: one more paper comes in, and record and event of it
    /// are behind all others in their queues.
    pub async fn quiet(&self, api: &Api) {
        let id = self.paper("The last of all").await;
        eventually("the last paper is seen", PATIENCE, async || {
            let record = api.get(&format!("/compliance/{id}")).await;
            let event = api.get(&format!("/events?subject_id={id}")).await;
            let told = event.json()["data"].as_array().map(Vec::len);
            (record.status == 200 && told == Some(1)).then_some(())
        })
        .await;
    }
}
