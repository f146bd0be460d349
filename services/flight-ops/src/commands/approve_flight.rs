//! `submitted → approved`, and the aircraft's meters with it.

use contracts::v1;
use domain::flight::FlightStatus;
use store::AsyncPgConnection;

use super::meters::{Cause, aircraft_of, move_meters};
use super::target::{Loaded, Target};
use super::{Command, FlightState, Outcome, save};
use crate::context::Context;
use crate::db::meter_readings::{self, Source};
use crate::error::OpsError;
use crate::outgoing::Outgoing;

pub struct ApproveFlight(Target);

impl TryFrom<v1::FlightCommand> for ApproveFlight {
    type Error = OpsError;

    fn try_from(command: v1::FlightCommand) -> Result<Self, OpsError> {
        command.try_into().map(Self)
    }
}

impl Command for ApproveFlight {
    const NAME: &'static str = "approve_flight";
    type Answer = FlightState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<FlightState>, OpsError> {
        let Self(target) = self;
        let Loaded {
            flight,
            actor,
            policy,
        } = target.load(conn).await?;
        if flight.status == FlightStatus::Approved && target.made(flight.approved) {
            target.expected(&flight)?;
            let posted = meter_readings::posted_by(conn, flight.organization_id, flight.id).await?;
            return Ok(Outcome::AlreadyApplied(FlightState {
                posted,
                ..flight.into()
            }));
        }
        target.expects(&flight)?;
        let before = aircraft_of(conn, &flight).await?;
        let decided = flight.approve(actor, policy, &before, context.now())?;
        save(conn, &decided.flight).await?;

        let mut outgoing = Outgoing::new(context);
        outgoing.decided(&decided);
        let state = FlightState::from(decided);
        let cause = Cause {
            source: Source::Flight(state.flight.id),
            read_at: state.flight.entry.times.on_block_at,
            now: state.flight.updated_at,
        };
        if let Some(after) = move_meters(conn, before, &state.posted, cause).await? {
            outgoing.record(&after);
        }
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(state))
    }
}
