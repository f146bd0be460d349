//! `submitted → approved`, and with it the aircraft's meters, its landings, and what falls due.

use contracts::v1;
use domain::Moment;
use domain::flight::FlightStatus;
use store::AsyncPgConnection;

use super::maintenance::hangar::Hangar;
use super::meters::{Cause, aircraft_of, count_landings, move_meters};
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
            school,
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
        let aircraft = aircraft_of(conn, &flight).await?;
        let now = context.now();
        let decided = flight.approve(actor, school.policy, &aircraft, now)?;
        save(conn, &decided.flight).await?;

        let mut outgoing = Outgoing::new(context);
        outgoing.decided(&decided);
        let state = FlightState::from(decided);
        let cause = Cause {
            source: Source::Flight(state.flight.id),
            read_at: state.flight.entry.times.on_block_at,
            now,
        };
        let moment = Moment::at(now, &school.timezone);
        let mut hangar = Hangar::around(conn, aircraft, moment).await?;
        let aircraft = &mut hangar.upkeep.aircraft;
        move_meters(conn, aircraft, &state.posted, cause).await?;
        count_landings(conn, aircraft, &state.flight, now).await?;
        hangar.close(conn, &mut outgoing).await?;
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(state))
    }
}
