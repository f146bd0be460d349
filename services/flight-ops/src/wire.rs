//! Answers of commands and queries, as they go onto the wire.

mod compliance;
mod finance;
mod maintenance;
mod planning;
mod training;

use contracts::v1;
use domain::aircraft::Aircraft;
use domain::flight::{Discrepancy, Flight};
use domain::organization::Location;
use domain::person::Person;

use crate::commands::amend_flight::Amended;
use crate::commands::create_organization::Founded;
use crate::commands::create_sandbox::Sandbox;
use crate::commands::import_logbook::{Imported, Refusal};
use crate::commands::{FlightState, Outcome};

impl From<Outcome<Founded>> for v1::CreateOrganizationResponse {
    fn from(outcome: Outcome<Founded>) -> Self {
        let applied = outcome.applied();
        let Founded {
            organization,
            location,
            owner,
        } = outcome.into_state();
        Self {
            organization: Some((&organization).into()),
            location: Some((&location).into()),
            owner: Some((&owner).into()),
            applied,
        }
    }
}

impl From<Outcome<Sandbox>> for v1::CreateSandboxResponse {
    fn from(outcome: Outcome<Sandbox>) -> Self {
        let applied = outcome.applied();
        let Sandbox {
            organization,
            locations,
            owner,
        } = outcome.into_state();
        Self {
            organization: Some((&organization).into()),
            locations: locations.iter().map(Into::into).collect(),
            owner: Some((&owner).into()),
            applied,
        }
    }
}

impl From<Outcome<Location>> for v1::SaveLocationResponse {
    fn from(outcome: Outcome<Location>) -> Self {
        let applied = outcome.applied();
        Self {
            location: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<Person>> for v1::SavePersonResponse {
    fn from(outcome: Outcome<Person>) -> Self {
        let applied = outcome.applied();
        Self {
            person: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<Aircraft>> for v1::SaveAircraftResponse {
    fn from(outcome: Outcome<Aircraft>) -> Self {
        let applied = outcome.applied();
        Self {
            aircraft: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<FlightState>> for v1::FlightResponse {
    fn from(outcome: Outcome<FlightState>) -> Self {
        let applied = outcome.applied();
        let FlightState {
            flight,
            posted,
            discrepancies,
        } = outcome.into_state();
        Self {
            flight: Some((&flight).into()),
            applied,
            posted: posted.into_iter().map(Into::into).collect(),
            discrepancies: discrepancies.into_iter().map(discrepancy).collect(),
        }
    }
}

/// The answer of a query: nothing was applied.
pub fn flight_found(flight: Flight) -> v1::FlightResponse {
    Outcome::AlreadyApplied(FlightState::from(flight)).into()
}

impl From<Outcome<Amended>> for v1::AmendFlightResponse {
    fn from(outcome: Outcome<Amended>) -> Self {
        let applied = outcome.applied();
        let Amended {
            voided,
            replacement,
            discrepancies,
        } = outcome.into_state();
        Self {
            voided: Some((&voided).into()),
            replacement: Some((&replacement).into()),
            applied,
            discrepancies: discrepancies.into_iter().map(discrepancy).collect(),
        }
    }
}

fn discrepancy(
    Discrepancy {
        kind,
        expected,
        found,
    }: Discrepancy,
) -> v1::MeterDiscrepancy {
    v1::MeterDiscrepancy {
        kind: kind.to_string(),
        expected_hundredths: expected.0,
        found_hundredths: found.0,
    }
}

impl From<Outcome<Imported>> for v1::ImportLogbookResponse {
    fn from(outcome: Outcome<Imported>) -> Self {
        let imported = outcome.into_state();
        let refusal = |Refusal {
                           line,
                           pointer,
                           code,
                           detail,
                       }| v1::ImportRefusal {
            line,
            pointer,
            code,
            detail,
        };
        Self {
            aircraft_created: count(imported.aircraft_created),
            flights_created: count(imported.flights_created),
            ground_training_created: count(imported.ground_training_created),
            unchanged: count(imported.unchanged),
            refused: imported.refused.into_iter().map(refusal).collect(),
        }
    }
}

/// A request holds a thousand rows at most.
fn count(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}
