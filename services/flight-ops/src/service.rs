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
use crate::commands::compliance::hold_compliance::{RevokeCompliance, SuspendCompliance};
use crate::commands::compliance::reinstate_compliance::ReinstateCompliance;
use crate::commands::compliance::save_compliance::SaveCompliance;
use crate::commands::compliance::verify_compliance::VerifyCompliance;
use crate::commands::create_organization::CreateOrganization;
use crate::commands::create_sandbox::CreateSandbox;
use crate::commands::draft_flight::DraftFlight;
use crate::commands::finance::allocate_payment::AllocatePayment;
use crate::commands::finance::discard_invoice::DiscardInvoice;
use crate::commands::finance::draft_invoice::DraftInvoice;
use crate::commands::finance::issue_credit_note::IssueCreditNote;
use crate::commands::finance::issue_invoice::IssueInvoice;
use crate::commands::finance::record_payment::RecordPayment;
use crate::commands::finance::refund_payment::RefundPayment;
use crate::commands::finance::revise_invoice::ReviseInvoice;
use crate::commands::finance::save_company::SaveCompany;
use crate::commands::finance::void_invoice::VoidInvoice;
use crate::commands::import_logbook::ImportLogbook;
use crate::commands::maintenance::complete_due_item::CompleteDueItem;
use crate::commands::maintenance::create_work_order::CreateWorkOrder;
use crate::commands::maintenance::decide_squawk::DecideSquawk;
use crate::commands::maintenance::delete_due_item::DeleteDueItem;
use crate::commands::maintenance::post_meters::PostMeters;
use crate::commands::maintenance::report_squawk::ReportSquawk;
use crate::commands::maintenance::revise_work_order::ReviseWorkOrder;
use crate::commands::maintenance::save_due_item::SaveDueItem;
use crate::commands::maintenance::step_work_order::StepWorkOrder;
use crate::commands::planning::cancel_session::CancelSession;
use crate::commands::planning::complete_session::CompleteSession;
use crate::commands::planning::move_session::MoveSession;
use crate::commands::planning::request_session::RequestSession;
use crate::commands::planning::save_room::SaveRoom;
use crate::commands::planning::schedule_session::ScheduleSession;
use crate::commands::planning::start_session::StartSession;
use crate::commands::reject_flight::RejectFlight;
use crate::commands::revise_flight::ReviseFlight;
use crate::commands::save_aircraft::SaveAircraft;
use crate::commands::save_location::SaveLocation;
use crate::commands::save_person::SavePerson;
use crate::commands::submit_flight::SubmitFlight;
use crate::commands::training::acknowledge_signoff::AcknowledgeSignoff;
use crate::commands::training::activate_enrollment::ActivateEnrollment;
use crate::commands::training::archive_program::ArchiveProgram;
use crate::commands::training::complete_enrollment::CompleteEnrollment;
use crate::commands::training::end_enrollment::{DiscontinueEnrollment, TransferEnrollment};
use crate::commands::training::enroll::Enroll;
use crate::commands::training::issue_vtr::IssueVtr;
use crate::commands::training::publish_program_revision::PublishProgramRevision;
use crate::commands::training::record_signoff::RecordSignoff;
use crate::commands::training::revoke_signoff::RevokeSignoff;
use crate::commands::training::revoke_vtr::RevokeVtr;
use crate::commands::training::rotate_signing_key::RotateSigningKey;
use crate::commands::training::save_program::SaveProgram;
use crate::commands::training::stand_by_enrollment::StandByEnrollment;
use crate::commands::training::supersede_signoff::SupersedeSignoff;
use crate::commands::training::supersede_vtr::SupersedeVtr;
use crate::commands::training::verify_vtr::VerifyVtr;
use crate::commands::withdraw_flight::WithdrawFlight;
use crate::context::Entropy;
use crate::metrics::Metrics;
use crate::queries;
use crate::queries::maintenance;
use crate::vault::Vault;
use crate::wire::flight_found;

/// Answers the requests of the service's queue.
pub struct Service {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Entropy,
    pub vault: Vault,
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
        create_sandbox: CreateSandboxRequest => CreateSandbox => CreateSandboxResponse,
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
        save_compliance: SaveComplianceRequest => SaveCompliance => ComplianceResponse,
        verify_compliance: VerifyComplianceRequest => VerifyCompliance => ComplianceResponse,
        suspend_compliance: HoldComplianceRequest => SuspendCompliance => ComplianceResponse,
        revoke_compliance: HoldComplianceRequest => RevokeCompliance => ComplianceResponse,
        reinstate_compliance: Target => ReinstateCompliance => ComplianceResponse,
        post_meters: PostMetersRequest => PostMeters => PostMetersResponse,
        save_due_item: SaveDueItemRequest => SaveDueItem => DueItemResponse,
        complete_due_item: CompleteDueItemRequest => CompleteDueItem => DueItemResponse,
        delete_due_item: DeleteDueItemRequest => DeleteDueItem => DeleteDueItemResponse,
        create_work_order: CreateWorkOrderRequest => CreateWorkOrder => WorkOrderResponse,
        revise_work_order: ReviseWorkOrderRequest => ReviseWorkOrder => WorkOrderResponse,
        transition_work_order: TransitionWorkOrderRequest => StepWorkOrder => WorkOrderResponse,
        release_work_order: ReleaseWorkOrderRequest => StepWorkOrder => WorkOrderResponse,
        cancel_work_order: CancelWorkOrderRequest => StepWorkOrder => WorkOrderResponse,
        report_squawk: ReportSquawkRequest => ReportSquawk => SquawkResponse,
        transition_squawk: TransitionSquawkRequest => DecideSquawk => SquawkResponse,
        save_company: SaveCompanyRequest => SaveCompany => SaveCompanyResponse,
        draft_invoice: DraftInvoiceRequest => DraftInvoice => InvoiceResponse,
        revise_invoice: ReviseInvoiceRequest => ReviseInvoice => InvoiceResponse,
        discard_invoice: Target => DiscardInvoice => DiscardInvoiceResponse,
        issue_invoice: IssueInvoiceRequest => IssueInvoice => InvoiceResponse,
        void_invoice: VoidInvoiceRequest => VoidInvoice => InvoiceResponse,
        issue_credit_note: IssueCreditNoteRequest => IssueCreditNote => IssueCreditNoteResponse,
        record_payment: RecordPaymentRequest => RecordPayment => PaymentResponse,
        allocate_payment: AllocatePaymentRequest => AllocatePayment => PaymentResponse,
        refund_payment: RefundPaymentRequest => RefundPayment => PaymentResponse,
        request_session: RequestSessionRequest => RequestSession => SessionResponse,
        schedule_session: Target => ScheduleSession => SessionResponse,
        move_session: MoveSessionRequest => MoveSession => SessionResponse,
        cancel_session: CancelSessionRequest => CancelSession => SessionResponse,
        start_session: Target => StartSession => SessionResponse,
        complete_session: CompleteSessionRequest => CompleteSession => SessionResponse,
        save_room: SaveRoomRequest => SaveRoom => SaveRoomResponse,
        save_program: SaveProgramRequest => SaveProgram => ProgramResponse,
        publish_program_revision: PublishProgramRevisionRequest => PublishProgramRevision => ProgramResponse,
        archive_program: Target => ArchiveProgram => ProgramResponse,
        enroll: EnrollRequest => Enroll => EnrollmentResponse,
        activate_enrollment: Target => ActivateEnrollment => EnrollmentResponse,
        stand_by_enrollment: Target => StandByEnrollment => EnrollmentResponse,
        complete_enrollment: CompleteEnrollmentRequest => CompleteEnrollment => EnrollmentResponse,
        discontinue_enrollment: EndEnrollmentRequest => DiscontinueEnrollment => EnrollmentResponse,
        transfer_enrollment: EndEnrollmentRequest => TransferEnrollment => EnrollmentResponse,
        record_signoff: RecordSignoffRequest => RecordSignoff => SignoffResponse,
        supersede_signoff: SupersedeSignoffRequest => SupersedeSignoff => SignoffResponse,
        revoke_signoff: RevokeSignoffRequest => RevokeSignoff => SignoffResponse,
        acknowledge_signoff: Target => AcknowledgeSignoff => SignoffResponse,
        issue_vtr: IssueVtrRequest => IssueVtr => VtrResponse,
        supersede_vtr: SupersedeVtrRequest => SupersedeVtr => VtrResponse,
        revoke_vtr: RevokeVtrRequest => RevokeVtr => VtrResponse,
        verify_vtr: Target => VerifyVtr => VtrResponse,
        rotate_signing_key: RotateSigningKeyRequest => RotateSigningKey => RotateSigningKeyResponse,
    }

    async fn export_records(
        &self,
        _: Call,
        request: v1::ExportRecordsRequest,
    ) -> Result<v1::ExportRecordsResponse, Fault> {
        let found = self.query("export_records", async |conn| {
            queries::export::export_records(conn, &request).await
        });
        found.await
    }

    async fn list_signing_keys(
        &self,
        _: Call,
        request: v1::ListSigningKeysRequest,
    ) -> Result<v1::ListSigningKeysResponse, Fault> {
        let found = self.query("list_signing_keys", async |conn| {
            queries::list_signing_keys(conn, &request).await
        });
        let keys = found.await?.iter().map(Into::into).collect();
        Ok(v1::ListSigningKeysResponse { keys })
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

    async fn list_due_items(
        &self,
        _: Call,
        request: v1::ListDueItemsRequest,
    ) -> Result<v1::ListDueItemsResponse, Fault> {
        let found = self.query("list_due_items", async |conn| {
            maintenance::list_due_items(conn, &request).await
        });
        let items = found.await?.iter().map(Into::into).collect();
        Ok(v1::ListDueItemsResponse { items })
    }

    async fn list_work_orders(
        &self,
        _: Call,
        request: v1::ListWorkOrdersRequest,
    ) -> Result<v1::ListWorkOrdersResponse, Fault> {
        let found = self.query("list_work_orders", async |conn| {
            maintenance::list_work_orders(conn, &request).await
        });
        let orders = found.await?.iter().map(Into::into).collect();
        Ok(v1::ListWorkOrdersResponse { orders })
    }

    async fn list_squawks(
        &self,
        _: Call,
        request: v1::ListSquawksRequest,
    ) -> Result<v1::ListSquawksResponse, Fault> {
        let found = self.query("list_squawks", async |conn| {
            maintenance::list_squawks(conn, &request).await
        });
        let squawks = found.await?.iter().map(Into::into).collect();
        Ok(v1::ListSquawksResponse { squawks })
    }
}
