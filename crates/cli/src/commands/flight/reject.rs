//! `gaf flight reject`

use clap::Args;
use contracts::v1::RejectFlightRequest;
use domain::FlightId;

use super::many::{self, Flights, Manner};
use crate::failure::Failure;
use crate::session::Session;

/// Reject submitted flights, for a reason their pilots can act on
#[derive(Debug, Args)]
pub struct Reject {
    /// The flights to reject
    #[arg(required = true, value_name = "FLIGHT_ID")]
    ids: Vec<FlightId>,
    /// Why, 1 to 1000 characters
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    manner: Manner,
}

impl Reject {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let reason = self.reason;
        many::carry_out(
            session,
            Flights::These(self.ids),
            self.manner,
            "rejected",
            async |client, command| {
                client
                    .reject_flight(RejectFlightRequest {
                        command: Some(command),
                        reason: reason.clone(),
                    })
                    .await
            },
        )
        .await
    }
}
