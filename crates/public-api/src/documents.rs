//! The resources as partners read them.
//!
//! Field names, their order and their types are the contract; renaming a field of the domain
//! changes nothing here. A nullable field is always present, as `null`. Where the contract marks a
//! field as always present and a school does not know its value (seats, airframe hours), it is
//! `null` too: a 0 would say that the airframe is new.

mod aircraft;
mod event;
mod flight;
mod pilot;
mod scalars;

pub use aircraft::{AircraftDocument, ReadingFields};
pub use event::{EventDocument, SubjectFields};
pub use flight::{
    ApproachFields, ApprovalFields, FlightDocument, FuelFields, LandingFields, MeterEnds,
    MeterFields, MinuteFields,
};
pub use pilot::{LicenceFields, MedicalFields, PilotDocument, PilotTotals, RatingFields};
pub use scalars::{AirportFields, Decimal, Timestamp};
