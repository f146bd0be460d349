//! `gaf flight approve`

use clap::Args;
use domain::FlightId;

use super::many::{self, Flights, Manner};
use crate::failure::Failure;
use crate::session::Session;

/// Approve submitted flights, which posts their meters. Approving an approved flight changes nothing
#[derive(Debug, Args)]
pub struct Approve {
    /// The flights to approve
    #[arg(required_unless_present = "all_submitted", value_name = "FLIGHT_ID")]
    ids: Vec<FlightId>,
    /// Every flight that waits for approval
    #[arg(long, conflicts_with = "ids")]
    all_submitted: bool,
    #[command(flatten)]
    manner: Manner,
}

impl Approve {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let flights = if self.all_submitted {
            Flights::AllSubmitted
        } else {
            Flights::These(self.ids)
        };
        many::carry_out(
            session,
            flights,
            self.manner,
            "approved",
            async |client, command| client.approve_flight(command).await,
        )
        .await
    }
}
