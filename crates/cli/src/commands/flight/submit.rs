//! `gaf flight submit`

use clap::Args;
use domain::FlightId;

use super::many::{self, Flights, Manner};
use crate::failure::Failure;
use crate::session::Session;

/// Submit flights for approval: draft or rejected becomes submitted
#[derive(Debug, Args)]
pub struct Submit {
    /// The flights to submit
    #[arg(required = true, value_name = "FLIGHT_ID")]
    ids: Vec<FlightId>,
    #[command(flatten)]
    manner: Manner,
}

impl Submit {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        many::carry_out(
            session,
            Flights::These(self.ids),
            self.manner,
            "submitted",
            async |client, command| client.submit_flight(command).await,
        )
        .await
    }
}
