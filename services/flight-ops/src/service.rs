//! The RPC surface: from the wire to a command or query, and back.

mod work;

use std::sync::Arc;

use contracts::rpc::Call;
use contracts::v1;
use contracts::v1::{Fault, FlightOps};
use service_kit::Clock;
use store::Db;

use crate::commands::amend_flight::AmendFlight;
use crate::commands::approve_flight::ApproveFlight;
use crate::commands::create_organization::CreateOrganization;
use crate::commands::draft_flight::DraftFlight;
use crate::commands::import_logbook::ImportLogbook;
use crate::commands::reject_flight::RejectFlight;
use crate::commands::revise_flight::ReviseFlight;
use crate::commands::save_aircraft::SaveAircraft;
use crate::commands::save_location::SaveLocation;
use crate::commands::save_person::SavePerson;
use crate::commands::submit_flight::SubmitFlight;
use crate::commands::withdraw_flight::WithdrawFlight;
use crate::context::Entropy;
use crate::metrics::Metrics;
use crate::queries;
use crate::wire::flight_found;

/// Answers the requests of the service's queue.
pub struct Service {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Entropy,
    pub metrics: Arc<Metrics>,
}

/// A method that is a command: its request is read, carried out and answered.
macro_rules! commands {
    ($($method:ident: $request:ident => $command:ident => $response:ident),+ $(,)?) => {$(
        async fn $method(&self, call: Call, request: v1::$request) -> Result<v1::$response, Fault> {
            self.command::<$command, _>(call, request).await.map(Into::into)
        }
    )+};
}

impl FlightOps for Service {
    commands! {
        create_organization: CreateOrganizationRequest => CreateOrganization => CreateOrganizationResponse,
        save_location: SaveLocationRequest => SaveLocation => SaveLocationResponse,
        save_person: SavePersonRequest => SavePerson => SavePersonResponse,
        save_aircraft: SaveAircraftRequest => SaveAircraft => SaveAircraftResponse,
        draft_flight: DraftFlightRequest => DraftFlight => FlightResponse,
        revise_flight: ReviseFlightRequest => ReviseFlight => FlightResponse,
        submit_flight: FlightCommand => SubmitFlight => FlightResponse,
        withdraw_flight: FlightCommand => WithdrawFlight => FlightResponse,
        approve_flight: FlightCommand => ApproveFlight => FlightResponse,
        reject_flight: RejectFlightRequest => RejectFlight => FlightResponse,
        amend_flight: AmendFlightRequest => AmendFlight => AmendFlightResponse,
        import_logbook: ImportLogbookRequest => ImportLogbook => ImportLogbookResponse,
    }

    async fn get_flight(
        &self,
        _: Call,
        request: v1::GetFlightRequest,
    ) -> Result<v1::FlightResponse, Fault> {
        let found = self.query("get_flight", async |conn| {
            queries::get_flight(conn, &request).await
        });
        found.await.map(flight_found)
    }

    async fn list_flights(
        &self,
        _: Call,
        request: v1::ListFlightsRequest,
    ) -> Result<v1::ListFlightsResponse, Fault> {
        let found = self.query("list_flights", async |conn| {
            queries::list_flights(conn, &request).await
        });
        let flights = found.await?.iter().map(Into::into).collect();
        Ok(v1::ListFlightsResponse { flights })
    }

    async fn list_people(
        &self,
        _: Call,
        request: v1::ListPeopleRequest,
    ) -> Result<v1::ListPeopleResponse, Fault> {
        let found = self.query("list_people", async |conn| {
            queries::list_people(conn, &request).await
        });
        let people = found.await?.iter().map(Into::into).collect();
        Ok(v1::ListPeopleResponse { people })
    }

    async fn list_organizations(
        &self,
        _: Call,
        request: v1::ListOrganizationsRequest,
    ) -> Result<v1::ListOrganizationsResponse, Fault> {
        let found = self.query("list_organizations", async |conn| {
            queries::list_organizations(conn, &request).await
        });
        let organizations = found.await?.iter().map(Into::into).collect();
        Ok(v1::ListOrganizationsResponse { organizations })
    }
}
