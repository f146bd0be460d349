//! `submitted → draft`: the pilot takes it back.

use contracts::v1;
use domain::flight::FlightStatus;
use store::AsyncPgConnection;

use super::target::{Loaded, Target};
use super::{Command, FlightState, Outcome, conclude};
use crate::context::Context;
use crate::error::OpsError;

pub struct WithdrawFlight(Target);

impl TryFrom<v1::FlightCommand> for WithdrawFlight {
    type Error = OpsError;

    fn try_from(command: v1::FlightCommand) -> Result<Self, OpsError> {
        command.try_into().map(Self)
    }
}

impl Command for WithdrawFlight {
    const NAME: &'static str = "withdraw_flight";
    type Answer = FlightState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<FlightState>, OpsError> {
        let Self(target) = self;
        let Loaded { flight, .. } = target.load(conn).await?;
        if flight.status == FlightStatus::Draft {
            target.expected(&flight)?;
            return Ok(Outcome::AlreadyApplied(flight.into()));
        }
        target.expects(&flight)?;
        conclude(conn, context, flight.withdraw(context.now())?).await
    }
}
