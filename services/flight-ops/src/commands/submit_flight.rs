//! `draft | rejected → submitted`.

use contracts::v1;
use domain::flight::FlightStatus;
use store::AsyncPgConnection;

use super::target::{Loaded, Target};
use super::{Command, FlightState, Outcome, conclude};
use crate::context::Context;
use crate::error::OpsError;

pub struct SubmitFlight(Target);

impl TryFrom<v1::FlightCommand> for SubmitFlight {
    type Error = OpsError;

    fn try_from(command: v1::FlightCommand) -> Result<Self, OpsError> {
        command.try_into().map(Self)
    }
}

impl Command for SubmitFlight {
    const NAME: &'static str = "submit_flight";
    type Answer = FlightState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<FlightState>, OpsError> {
        let Self(target) = self;
        let Loaded { flight, .. } = target.load(conn).await?;
        if flight.status == FlightStatus::Submitted && target.made(flight.submitted) {
            target.expected(&flight)?;
            return Ok(Outcome::AlreadyApplied(flight.into()));
        }
        target.expects(&flight)?;
        // A flight is its pilot's to submit, so that somebody else can approve it.
        let actor = target.actor_id.unwrap_or(flight.entry.pilot_id);
        conclude(conn, context, flight.submit(actor, context.now())?).await
    }
}
