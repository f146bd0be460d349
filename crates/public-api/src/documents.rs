//! The resources as partners read them: GA Flight's here, TrueFlight's in [`trueflight`].
//!
//! Field names, their order and their types are the contract; renaming a field of the domain
//! changes nothing here. A nullable field is always present, as `null`. Where the contract marks a
//! field as always present and a school does not know its value (seats, airframe hours), it is
//! `null` too: a 0 would say that the airframe is new.

mod aircraft;
mod compliance;
mod event;
mod finance;
mod flight;
mod maintenance;
mod pilot;
mod replay;
mod resource;
mod scalars;
mod session;
mod tombstone;
mod training;
pub mod trueflight;
mod vtr;

pub use aircraft::{AircraftDocument, ReadingFields};
pub use compliance::{ComplianceDocument, ComplianceSubjectFields};
pub use event::{DeliverySummaryFields, EventDocument, ServedEvent, SubjectFields};
pub use finance::{
    CategoryFields, CustomerFields, FinanceSummaryDocument, InvoiceDetail, InvoiceDocument,
    InvoiceLineFields,
};
pub use flight::{
    ApproachFields, ApprovalFields, FlightDocument, FlightLinks, FuelFields, LandingFields,
    MeterEnds, MeterFields, MinuteFields,
};
pub use maintenance::{
    DueItemFields, MaintenanceDueDetail, MaintenanceDueDocument, MeterAtFields, NextDueFields,
    PartFields, ReturnToServiceFields, TaskFields, WorkOrderDocument,
};
pub use pilot::{LicenceFields, MedicalFields, PilotDocument, PilotTotals, RatingFields};
pub use replay::ReplayDocument;
pub use resource::ResourceFields;
pub use scalars::{AirportFields, Decimal, Timestamp};
pub use session::{CancellationFields, SessionDocument};
pub use tombstone::TombstoneDocument;
pub use training::{
    CertificateFields, CompetencyFields, EndorsementFields, ItemFields, MinutesFields,
    ProgramFields, RequiredFields, SignatureFields, SignoffDocument, StageCheckFields,
    TheoryFields, TrainingProgressDocument,
};
pub use vtr::{IssuerFields, VtrDocument};
