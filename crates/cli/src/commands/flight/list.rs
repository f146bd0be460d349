//! `gaf flight list`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::ListFlightsRequest;
use domain::flight::FlightStatus;

use super::view::FlightView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::Columns;

/// List flights, in the order of their ids
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    /// Only flights that are so: draft, submitted, approved, rejected or voided
    #[arg(long)]
    status: Option<FlightStatus>,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    #[command(flatten)]
    patience: Patience,
}

/// Flights asked for at once.
pub const PAGE: usize = 200;

impl List {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let organization_id = self.org.resolve(session)?.to_string();
        let client = session.flight_ops().await?;
        let failed = |error| Failure::of_call("flight-ops", error);
        let most = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let (mut all, mut after_id) = (Vec::<FlightView>::new(), None);
        loop {
            let wanted = PAGE.min(most - all.len());
            let request = ListFlightsRequest {
                organization_id: organization_id.clone(),
                status: self.status.map(|status| status.to_string()),
                after_id: after_id.take(),
                limit: i32::try_from(wanted).unwrap_or(i32::MAX),
            };
            let page = self
                .patience
                .call(|| client.list_flights(request.clone()))
                .await
                .map_err(failed)?
                .flights;
            after_id = page.last().map(|flight| flight.id.clone());
            let full = page.len() >= wanted;
            for flight in page.into_iter().take(wanted) {
                all.push(FlightView::read(flight).map_err(|_| failed(RpcError::Malformed))?);
            }
            if !full || all.len() >= most {
                return session.show(&all);
            }
        }
    }
}

impl Answer for Vec<FlightView> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "There is no such flight.".to_owned();
        }
        let heading = [
            "id",
            "status",
            "off block",
            "aircraft",
            "from",
            "to",
            "type",
            "hours",
            "landings",
        ];
        let mut columns = Columns::new(heading).figures(&[7, 8]);
        for flight in self {
            columns.row([
                flight.id.to_string(),
                flight.status.to_string(),
                flight.when(),
                flight.registration.clone(),
                flight.departure.clone(),
                flight.arrival.clone(),
                flight.flight_type.to_string(),
                flight.hours(),
                flight.landings().to_string(),
            ]);
        }
        columns.to_string()
    }
}
