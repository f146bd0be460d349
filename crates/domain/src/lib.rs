//! The school's vocabulary, aggregates and rules.
//!
//! Pure: no I/O, no async, no database, no HTTP. Time, ids and randomness come in as
//! arguments. A rule is a function from a state and a command to a new state and its events.

pub mod aircraft;
pub mod airport;
pub mod api_key;
pub mod canonical;
pub mod compliance;
pub mod event;
pub mod finance;
pub mod flight;
pub mod ids;
pub mod maintenance;
pub mod meter;
pub mod moment;
pub mod organization;
pub mod person;
pub mod planning;
pub mod refusal;
pub mod scope;
pub mod signing;
pub mod training;
mod vocabulary;
pub mod vtr;
pub mod webhook;

pub use ids::{
    AircraftId, ApiKeyId, CompanyId, ComplianceId, DeliveryId, DueItemId, EndpointId, EnrollmentId,
    EventId, FlightId, InvoiceId, InvoiceLineId, LocationId, OrgId, PaymentId, PersonId, ProgramId,
    ProgramItemId, RoomId, SessionId, SigningKeyId, SignoffId, SquawkId, VtrId, WorkOrderId,
};
pub use moment::Moment;
pub use refusal::{Refusal, Violation};
pub use vocabulary::UnknownTerm;
