use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use contracts::rpc::Call;
use contracts::v1::{
    CreateOrganizationRequest, CreateOrganizationResponse, CreateSandboxRequest,
    CreateSandboxResponse, Fault, Flight, FlightCommand, FlightOps, FlightResponse,
    GetFlightRequest, ImportLogbookRequest, ImportLogbookResponse, ListFlightsRequest,
    ListFlightsResponse, ListOrganizationsRequest, ListOrganizationsResponse,
    ListSigningKeysRequest, ListSigningKeysResponse, Location, Organization, Person, PostedMeter,
    RejectFlightRequest, RotateSigningKeyRequest, RotateSigningKeyResponse, SavePersonRequest,
    SavePersonResponse, SigningKey,
};

use crate::world::{LIMIT, id};

/// A flight-ops without a database.
#[derive(Clone, Default)]
pub struct FakeFlightOps(pub Arc<Mutex<State>>);

#[derive(Default)]
pub struct State {
    pub organizations: Vec<CreateOrganizationRequest>,
    /// The organisations whose sandboxes were asked for, and when those were made.
    pub sandboxes: Vec<(String, DateTime<Utc>)>,
    pub people: Vec<Person>,
    pub flights: BTreeMap<String, Flight>,
    pub commands: Vec<FlightCommand>,
    pub reasons: Vec<String>,
    pub imports: Vec<ImportLogbookRequest>,
    /// Rows that were imported.
    pub known: HashSet<(Vec<u8>, u32)>,
    pub aircraft: HashSet<String>,
    /// The one that signs first.
    pub signing_keys: Vec<SigningKey>,
    /// The ids that new keys were asked for by.
    pub rotations: Vec<String>,
    /// Lines that are refused.
    pub refuses: HashSet<u64>,
    /// Calls that fail for a passing reason before one succeeds.
    pub failures: u32,
    /// Commands and imports being worked on, now and at the same time at most.
    active: usize,
    pub most_active: usize,
    /// The first ones are not answered before so many have arrived.
    pub gather: usize,
}

impl FakeFlightOps {
    pub fn with_flights(flights: impl IntoIterator<Item = Flight>) -> Self {
        let fake = Self::default();
        fake.0.lock().unwrap().flights = flights.into_iter().map(|f| (f.id.clone(), f)).collect();
        fake
    }

    /// Counts how much goes on at once, and fails as often as it was told to.
    async fn work(&self) -> Result<(), Fault> {
        let failing = {
            let mut state = self.0.lock().unwrap();
            state.active += 1;
            state.most_active = state.most_active.max(state.active);
            let failing = state.failures > 0;
            state.failures = state.failures.saturating_sub(1);
            failing
        };
        let gathered = async {
            while {
                let s = self.0.lock().unwrap();
                s.most_active < s.gather
            } {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, gathered)
            .await
            .expect("enough requests arrive together");
        // One too many gets a chance to arrive.
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        self.0.lock().unwrap().active -= 1;
        if failing {
            Err(Fault::unavailable("the database is away"))
        } else {
            Ok(())
        }
    }

    async fn change(
        &self,
        command: FlightCommand,
        from: &str,
        to: &str,
    ) -> Result<FlightResponse, Fault> {
        self.work().await?;
        let mut state = self.0.lock().unwrap();
        state.commands.push(command.clone());
        let flight = state
            .flights
            .get_mut(&command.flight_id)
            .ok_or_else(|| Fault::not_found("flight"))?;
        let applied = flight.status == from;
        if !applied && flight.status != to {
            let detail = format!("the flight is {}; it cannot be {to}", flight.status);
            return Err(Fault::conflict("invalid_transition", detail));
        }
        if applied {
            to.clone_into(&mut flight.status);
            flight.version += 1;
        }
        let posted = PostedMeter {
            kind: "hobbs".into(),
            from_hundredths: 227_430,
            to_hundredths: 227_660,
        };
        let posted = if to == "approved" {
            vec![posted]
        } else {
            vec![]
        };
        Ok(FlightResponse {
            flight: Some(flight.clone()),
            applied,
            posted,
            discrepancies: vec![],
        })
    }
}

impl FlightOps for FakeFlightOps {
    async fn create_organization(
        &self,
        _: Call,
        request: CreateOrganizationRequest,
    ) -> Result<CreateOrganizationResponse, Fault> {
        self.work().await?;
        if request.timezone == "Mars/Olympus" {
            let detail = "timezone is a zone of the IANA database, such as Europe/Berlin";
            return Err(Fault::invalid("validation_failed", "1 field cannot stand")
                .with_field("timezone", "unknown", detail));
        }
        self.0.lock().unwrap().organizations.push(request.clone());
        Ok(CreateOrganizationResponse {
            organization: Some(Organization {
                id: request.id,
                name: request.name,
                timezone: request.timezone,
                currency: request.currency,
                country: request.country,
                ..Default::default()
            }),
            location: Some(Location {
                id: id(2),
                ..Default::default()
            }),
            owner: Some(Person {
                id: id(3),
                ..Default::default()
            }),
            applied: true,
        })
    }

    async fn create_sandbox(
        &self,
        _: Call,
        request: CreateSandboxRequest,
    ) -> Result<CreateSandboxResponse, Fault> {
        self.work().await?;
        super::sandbox::found(&mut self.0.lock().unwrap(), request)
    }

    async fn list_organizations(
        &self,
        _: Call,
        request: ListOrganizationsRequest,
    ) -> Result<ListOrganizationsResponse, Fault> {
        let from = request
            .after_id
            .map_or(0, |after| after[..8].parse::<usize>().unwrap() + 1);
        let to = (from + usize::try_from(request.limit).unwrap()).min(250);
        let organizations = (from..to).map(|n| Organization {
            id: format!("{n:08}-0000-0000-0000-000000000000"),
            name: format!("School {n}"),
            timezone: "Europe/Berlin".into(),
            ..Default::default()
        });
        Ok(ListOrganizationsResponse {
            organizations: organizations.collect(),
        })
    }

    async fn save_person(
        &self,
        _: Call,
        request: SavePersonRequest,
    ) -> Result<SavePersonResponse, Fault> {
        let person = request.person.unwrap();
        let mut state = self.0.lock().unwrap();
        if state.people.iter().any(|known| known.id == person.id) {
            return Err(Fault::conflict(
                "id_taken",
                "there is another person of this id",
            ));
        }
        state.people.push(person.clone());
        Ok(SavePersonResponse {
            person: Some(person),
            applied: true,
        })
    }

    async fn submit_flight(
        &self,
        _: Call,
        command: FlightCommand,
    ) -> Result<FlightResponse, Fault> {
        self.change(command, "draft", "submitted").await
    }

    async fn withdraw_flight(
        &self,
        _: Call,
        command: FlightCommand,
    ) -> Result<FlightResponse, Fault> {
        self.change(command, "submitted", "draft").await
    }

    async fn approve_flight(
        &self,
        _: Call,
        command: FlightCommand,
    ) -> Result<FlightResponse, Fault> {
        self.change(command, "submitted", "approved").await
    }

    async fn reject_flight(
        &self,
        _: Call,
        request: RejectFlightRequest,
    ) -> Result<FlightResponse, Fault> {
        self.0.lock().unwrap().reasons.push(request.reason);
        self.change(request.command.unwrap(), "submitted", "rejected")
            .await
    }

    async fn get_flight(
        &self,
        _: Call,
        request: GetFlightRequest,
    ) -> Result<FlightResponse, Fault> {
        let flight = self
            .0
            .lock()
            .unwrap()
            .flights
            .get(&request.flight_id)
            .cloned();
        let flight = Some(flight.ok_or_else(|| Fault::not_found("flight"))?);
        Ok(FlightResponse {
            flight,
            ..Default::default()
        })
    }

    async fn list_flights(
        &self,
        _: Call,
        request: ListFlightsRequest,
    ) -> Result<ListFlightsResponse, Fault> {
        let state = self.0.lock().unwrap();
        let wanted = |flight: &&Flight| {
            let after = request
                .after_id
                .as_ref()
                .is_none_or(|after| flight.id > *after);
            after
                && request
                    .status
                    .as_ref()
                    .is_none_or(|status| flight.status == *status)
        };
        let limit = usize::try_from(request.limit).unwrap().min(200);
        Ok(ListFlightsResponse {
            flights: state
                .flights
                .values()
                .filter(wanted)
                .take(limit)
                .cloned()
                .collect(),
        })
    }

    async fn import_logbook(
        &self,
        _: Call,
        request: ImportLogbookRequest,
    ) -> Result<ImportLogbookResponse, Fault> {
        self.work().await?;
        Ok(super::logbook::take(&mut self.0.lock().unwrap(), request))
    }

    async fn rotate_signing_key(
        &self,
        _: Call,
        request: RotateSigningKeyRequest,
    ) -> Result<RotateSigningKeyResponse, Fault> {
        let target = request.target.unwrap();
        self.0.lock().unwrap().rotations.push(target.id.clone());
        self.work().await?;
        Ok(super::signing_keys::rotate(
            &mut self.0.lock().unwrap(),
            target,
        ))
    }

    async fn list_signing_keys(
        &self,
        _: Call,
        _: ListSigningKeysRequest,
    ) -> Result<ListSigningKeysResponse, Fault> {
        let keys = self.0.lock().unwrap().signing_keys.clone();
        Ok(ListSigningKeysResponse { keys })
    }

    contracts::refuse_flight_ops! {
        export_records, save_location, list_people, save_aircraft, draft_flight, revise_flight,
        amend_flight, post_meters, save_due_item, complete_due_item, delete_due_item,
        list_due_items, create_work_order, revise_work_order, transition_work_order,
        release_work_order, cancel_work_order, list_work_orders, report_squawk, transition_squawk,
        list_squawks, save_company, draft_invoice, revise_invoice, discard_invoice, issue_invoice,
        void_invoice, issue_credit_note, record_payment, allocate_payment, refund_payment,
        save_compliance, verify_compliance, suspend_compliance, revoke_compliance,
        reinstate_compliance, request_session, schedule_session, move_session, cancel_session,
        start_session, complete_session, save_room, save_program, publish_program_revision,
        archive_program, enroll, activate_enrollment, stand_by_enrollment, complete_enrollment,
        discontinue_enrollment, transfer_enrollment, record_signoff, supersede_signoff,
        revoke_signoff, acknowledge_signoff, issue_vtr, supersede_vtr, revoke_vtr, verify_vtr,
    }
}
