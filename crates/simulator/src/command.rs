//! What the school asks of the system of record: the same commands as any user.

use contracts::rpc::{RpcError, Transport};
use contracts::v1::{self, FlightOpsClient};

macro_rules! commands {
    ($($request:ident => $command:ident, $method:ident;)+) => {
        /// A command, ready to be sent, and as often as one likes.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command { $($command(Box<v1::$request>)),+ }

        impl Command {
            /// As the service calls it.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$command(_) => stringify!($method)),+ }
            }

            /// Whether it changed anything: no, when it was carried out before.
            pub async fn send<T: Transport>(
                &self,
                ops: &FlightOpsClient<T>,
            ) -> Result<bool, RpcError> {
                match self {
                    $(Self::$command(request) => {
                        ops.$method(request.as_ref().clone()).await.map(|answer| answer.applied)
                    })+
                }
            }
        }
    };
}

commands! {
    SavePersonRequest => SavePerson, save_person;
    SaveAircraftRequest => SaveAircraft, save_aircraft;
    SaveRoomRequest => SaveRoom, save_room;
    RequestSessionRequest => RequestSession, request_session;
    CancelSessionRequest => CancelSession, cancel_session;
    Target => StartSession, start_session;
    CompleteSessionRequest => CompleteSession, complete_session;
    SaveProgramRequest => SaveProgram, save_program;
    PublishProgramRevisionRequest => PublishProgramRevision, publish_program_revision;
    EnrollRequest => Enroll, enroll;
    Target => ActivateEnrollment, activate_enrollment;
    CompleteEnrollmentRequest => CompleteEnrollment, complete_enrollment;
    RecordSignoffRequest => RecordSignoff, record_signoff;
    IssueVtrRequest => IssueVtr, issue_vtr;
    SaveDueItemRequest => SaveDueItem, save_due_item;
    ReportSquawkRequest => ReportSquawk, report_squawk;
    TransitionSquawkRequest => TransitionSquawk, transition_squawk;
    CreateWorkOrderRequest => CreateWorkOrder, create_work_order;
    TransitionWorkOrderRequest => TransitionWorkOrder, transition_work_order;
    ReleaseWorkOrderRequest => ReleaseWorkOrder, release_work_order;
    SaveComplianceRequest => SaveCompliance, save_compliance;
    VerifyComplianceRequest => VerifyCompliance, verify_compliance;
    DraftInvoiceRequest => DraftInvoice, draft_invoice;
    IssueInvoiceRequest => IssueInvoice, issue_invoice;
    RecordPaymentRequest => RecordPayment, record_payment;
    DraftFlightRequest => DraftFlight, draft_flight;
    FlightCommand => SubmitFlight, submit_flight;
    ReviseFlightRequest => ReviseFlight, revise_flight;
    RejectFlightRequest => RejectFlight, reject_flight;
    FlightCommand => ApproveFlight, approve_flight;
}

/// What is done in its order by one: commands of one lane go one after the other, those of
/// different lanes may go at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// An aircraft or simulator.
    Aircraft(usize),
    Classroom,
    Person(usize),
    Office,
}

/// A command in its lane.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub lane: Lane,
    /// When the others of its week are through.
    pub closing: bool,
    pub command: Command,
}
