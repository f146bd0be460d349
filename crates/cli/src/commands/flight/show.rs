//! `gaf flight show`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::GetFlightRequest;
use domain::FlightId;

use super::view::FlightView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;

/// Show everything about a flight
#[derive(Debug, Args)]
pub struct Show {
    flight_id: FlightId,
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    patience: Patience,
}

impl Show {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = GetFlightRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            flight_id: self.flight_id.to_string(),
        };
        let client = session.flight_ops().await?;
        let failed = |error| Failure::of_call("flight-ops", error);
        let answer = self
            .patience
            .call(|| client.get_flight(request.clone()))
            .await
            .map_err(failed)?;
        let flight = FlightView::read(answer.flight.unwrap_or_default());
        session.show(&flight.map_err(|_| failed(RpcError::Malformed))?)
    }
}

impl Answer for FlightView {
    fn text(&self) -> String {
        self.fields().to_string()
    }
}
