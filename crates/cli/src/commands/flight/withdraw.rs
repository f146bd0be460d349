//! `gaf flight withdraw`

use clap::Args;
use domain::FlightId;

use super::many::{self, Flights, Manner};
use crate::failure::Failure;
use crate::session::Session;

/// Take submitted flights back: submitted becomes draft
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The flights to withdraw
    #[arg(required = true, value_name = "FLIGHT_ID")]
    ids: Vec<FlightId>,
    #[command(flatten)]
    manner: Manner,
}

impl Withdraw {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        many::carry_out(
            session,
            Flights::These(self.ids),
            self.manner,
            "withdrawn",
            async |client, command| client.withdraw_flight(command).await,
        )
        .await
    }
}
