//! One command to several flights: some at the same time, each tried again where that may help.

use bus::RpcClient;
use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::{FlightCommand, FlightOpsClient, FlightResponse, ListFlightsRequest};
use domain::flight::FlightStatus;
use domain::{FlightId, OrgId, PersonId};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};

use super::list::PAGE;
use super::outcomes::{Outcome, Outcomes};
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::retry::Patience;
use crate::session::Session;

/// How a command is carried out on several flights.
#[derive(Debug, Args)]
pub struct Manner {
    #[command(flatten)]
    org: OrgArg,
    /// Who does it [default: the pilot submits, the organisation's owner does the rest]
    #[arg(long, value_name = "PERSON_ID")]
    by: Option<PersonId>,
    /// How many flights at the same time
    #[arg(long, default_value_t = 16, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    concurrency: u16,
    #[command(flatten)]
    patience: Patience,
}

/// Which flights.
pub enum Flights {
    These(Vec<FlightId>),
    /// All that wait for approval.
    AllSubmitted,
}

type Client = FlightOpsClient<RpcClient>;

/// Carries a command out on each flight and shows what became of them. `did` is the past
/// participle: `approved`.
pub async fn carry_out(
    session: &mut Session,
    flights: Flights,
    manner: Manner,
    did: &'static str,
    command: impl AsyncFn(&Client, FlightCommand) -> Result<FlightResponse, RpcError>,
) -> Result<(), Failure> {
    let org = manner.org.resolve(session)?;
    let client = session.flight_ops().await?;
    let mut progress = session.progress("flights");
    let ids = match flights {
        Flights::These(ids) => stream::iter(ids.into_iter().map(Ok)).boxed(),
        Flights::AllSubmitted => all_submitted(client.clone(), org, manner.patience),
    };
    let answers = ids
        .map_ok(|id| {
            let (client, command) = (&client, &command);
            let request = FlightCommand {
                organization_id: org.to_string(),
                flight_id: id.to_string(),
                expected_version: None,
                actor_id: manner.by.map(|by| by.to_string()),
            };
            async move {
                let answer = manner
                    .patience
                    .call(|| command(client, request.clone()))
                    .await;
                Ok(Outcome::new(id, answer))
            }
        })
        .try_buffer_unordered(usize::from(manner.concurrency));
    let mut answers = std::pin::pin!(answers);
    let mut outcomes = Outcomes::new(did);
    let mut broken_off = None;
    loop {
        match answers.try_next().await {
            Ok(Some(outcome)) => outcomes.push(outcome),
            Ok(None) => break,
            // The list of flights ended early; what was done is told all the same.
            Err(failure) => {
                broken_off = Some(failure);
                break;
            }
        }
        progress.advance(1, &mut session.output);
    }
    progress.finish();
    outcomes.tell(session)?;
    broken_off.map_or(Ok(()), Err)
}

/// The ids of all submitted flights, a page at a time. A flight that leaves the list while its
/// page is worked on does not disturb the next page, which begins behind an id.
fn all_submitted(
    client: Client,
    org: OrgId,
    patience: Patience,
) -> BoxStream<'static, Result<FlightId, Failure>> {
    let first = Some(None::<String>);
    stream::try_unfold(first, move |next| {
        let client = client.clone();
        async move {
            let Some(after_id) = next else {
                return Ok::<_, Failure>(None);
            };
            let request = ListFlightsRequest {
                organization_id: org.to_string(),
                status: Some(FlightStatus::Submitted.to_string()),
                after_id,
                limit: i32::try_from(PAGE).unwrap_or(i32::MAX),
            };
            let failed = |error| Failure::of_call("flight-ops", error);
            let page = patience
                .call(|| client.list_flights(request.clone()))
                .await
                .map_err(failed)?
                .flights;
            let ids: Result<Vec<FlightId>, _> =
                page.iter().map(|flight| flight.id.parse()).collect();
            let ids = ids.map_err(|_| failed(RpcError::Malformed))?;
            let full = ids.len() >= PAGE;
            let next = page
                .into_iter()
                .next_back()
                .filter(|_| full)
                .map(|flight| Some(flight.id));
            Ok(Some((stream::iter(ids.into_iter().map(Ok)), next)))
        }
    })
    .try_flatten()
    .boxed()
}
