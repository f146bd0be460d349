//! `submitted → rejected`, with a reason.

use contracts::convert::required;
use contracts::v1;
use domain::flight::FlightStatus;
use store::AsyncPgConnection;

use super::target::{Loaded, Target};
use super::{Command, FlightState, Outcome, conclude};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

pub struct RejectFlight {
    target: Target,
    reason: String,
}

impl TryFrom<v1::RejectFlightRequest> for RejectFlight {
    type Error = OpsError;

    fn try_from(request: v1::RejectFlightRequest) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let reason = checks.text("reason", &request.reason, 0..=1_000);
        checks.finish()?;
        Ok(Self {
            target: required("command", request.command)?.try_into()?,
            reason,
        })
    }
}

impl Command for RejectFlight {
    const NAME: &'static str = "reject_flight";
    type Answer = FlightState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<FlightState>, OpsError> {
        let Self { target, reason } = self;
        let Loaded { flight, actor, .. } = target.load(conn).await?;
        if flight.status == FlightStatus::Rejected
            && let Some(rejection) = &flight.rejected
            && target.made_by(rejection.by)
            && rejection.reason == *reason
        {
            target.expected(&flight)?;
            return Ok(Outcome::AlreadyApplied(flight.into()));
        }
        target.expects(&flight)?;
        conclude(conn, context, flight.reject(actor, reason, context.now())?).await
    }
}
