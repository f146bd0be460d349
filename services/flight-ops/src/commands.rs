//! What changes the school's records: one transaction each, with the outbox rows in it.
//!
//! Every command may be repeated: one that finds its change made answers
//! [`Outcome::AlreadyApplied`] with the present state and writes nothing.

pub mod aim;
pub mod amend_flight;
pub mod approve_flight;
pub mod compliance;
pub mod create_organization;
pub mod create_sandbox;
pub mod draft_flight;
mod entry;
pub mod finance;
pub mod import_logbook;
pub mod maintenance;
mod meters;
pub mod planning;
pub mod reject_flight;
pub mod revise_flight;
pub mod save_aircraft;
pub mod save_location;
pub mod save_person;
pub mod saving;
pub mod submit_flight;
mod target;
pub mod training;
pub mod withdraw_flight;

use domain::OrgId;
use domain::flight::{Decided, Discrepancy, Flight, FlightEvent, PostedMeter};
use futures::{TryFutureExt, try_join};
use store::AsyncPgConnection;

use crate::context::Context;
use crate::db::flights;
use crate::db::organizations::{self, School};
use crate::error::OpsError;
use crate::outgoing::Outgoing;

/// Something that can be asked of the system of record.
pub trait Command: Send + Sync {
    /// As it appears in metrics and logs.
    const NAME: &'static str;
    type Answer: Send;

    /// Carries it out in the transaction of `conn`. It may be called again after the transaction
    /// was rolled back.
    fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> impl Future<Output = Result<Outcome<Self::Answer>, OpsError>> + Send;
}

/// The present state, and whether this command made it.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    Executed(T),
    AlreadyApplied(T),
}

impl<T> Outcome<T> {
    pub fn applied(&self) -> bool {
        matches!(self, Self::Executed(_))
    }

    pub fn into_state(self) -> T {
        match self {
            Self::Executed(state) | Self::AlreadyApplied(state) => state,
        }
    }
}

/// A flight, and what a command did to its aircraft's meters.
#[derive(Debug, Clone, PartialEq)]
pub struct FlightState {
    pub flight: Flight,
    pub posted: Vec<PostedMeter>,
    pub discrepancies: Vec<Discrepancy>,
}

impl From<Flight> for FlightState {
    fn from(flight: Flight) -> Self {
        Self {
            flight,
            posted: Vec::new(),
            discrepancies: Vec::new(),
        }
    }
}

pub(crate) async fn school(conn: &AsyncPgConnection, id: OrgId) -> Result<School, OpsError> {
    organizations::find(conn, id)
        .await?
        .ok_or(OpsError::no_such("organization"))
}

/// Saves a decision about a flight and tells of it: the end of the commands that change nothing
/// but the flight.
async fn conclude(
    conn: &mut AsyncPgConnection,
    context: &Context,
    decided: Decided,
) -> Result<Outcome<FlightState>, OpsError> {
    let mut outgoing = Outgoing::new(context);
    outgoing.decided(&decided);
    let insert = outgoing.insert(conn);
    // Both are on their way before the first is answered.
    try_join!(save(conn, &decided.flight), insert.run(conn).err_into())?;
    Ok(Outcome::Executed(decided.into()))
}

async fn save(conn: &AsyncPgConnection, flight: &Flight) -> Result<(), OpsError> {
    // The row is locked since it was read; the check of its version stands behind that.
    if flights::update(conn, flight).await? {
        Ok(())
    } else {
        Err(OpsError::VersionMismatch)
    }
}

impl From<Decided> for FlightState {
    fn from(Decided { flight, event }: Decided) -> Self {
        match event {
            Some(FlightEvent::Approved {
                posted,
                discrepancies,
                ..
            }) => Self {
                flight,
                posted,
                discrepancies,
            },
            _ => flight.into(),
        }
    }
}
