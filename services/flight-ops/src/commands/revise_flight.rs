//! Correcting a draft or a rejected flight.

use contracts::convert::{parse, required};
use contracts::v1;
use store::AsyncPgConnection;

use super::entry::{self, RawEntry};
use super::target::{Loaded, Target};
use super::{Command, FlightState, Outcome, conclude};
use crate::context::Context;
use crate::error::OpsError;

pub struct ReviseFlight {
    target: Target,
    entry: RawEntry,
}

impl TryFrom<v1::ReviseFlightRequest> for ReviseFlight {
    type Error = OpsError;

    fn try_from(request: v1::ReviseFlightRequest) -> Result<Self, OpsError> {
        let target = Target {
            organization_id: parse("organization_id", &request.organization_id)?,
            flight_id: parse("flight_id", &request.flight_id)?,
            expected_version: Some(request.expected_version),
            actor_id: None,
        };
        Ok(Self {
            target,
            entry: RawEntry::read(required("entry", request.entry)?)?,
        })
    }
}

impl Command for ReviseFlight {
    const NAME: &'static str = "revise_flight";
    type Answer = FlightState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<FlightState>, OpsError> {
        let Self { target, entry } = self;
        let Loaded { flight, .. } = target.load(conn).await?;
        if entry::is_same(&flight, entry) {
            target.expected(&flight)?;
            return Ok(Outcome::AlreadyApplied(flight.into()));
        }
        target.expects(&flight)?;
        let entry = entry.resolve(conn, target.organization_id).await?;
        conclude(conn, context, flight.revise(entry, context.now())?).await
    }
}
