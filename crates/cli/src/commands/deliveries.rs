//! `gaf deliveries`

use clap::Args;
use contracts::convert::timestamp;
use contracts::rpc::RpcError;
use contracts::v1::ListDeliveriesRequest;
use domain::{EndpointId, EventId};

use crate::args::OrgArg;
use crate::commands::delivery::view::DeliveryView;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Columns, maybe_time, time};
use crate::when::When;

/// List webhook deliveries, newest first
#[derive(Debug, Args)]
pub struct Deliveries {
    #[command(flatten)]
    org: OrgArg,
    /// Only those to this endpoint
    #[arg(long, value_name = "ENDPOINT_ID")]
    endpoint: Option<EndpointId>,
    /// Only those of this event
    #[arg(long, value_name = "EVENT_ID")]
    event: Option<EventId>,
    /// Only those that are so. Undelivered: of what never arrived, the newest delivery, pending or
    /// failed
    #[arg(long, value_parser = ["pending", "succeeded", "failed", "undelivered"])]
    status: Option<String>,
    /// Only those made since: `2h` ago, or a time with its offset from UTC
    #[arg(long, value_name = "WHEN")]
    since: Option<When>,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    #[command(flatten)]
    patience: Patience,
}

/// Deliveries asked for at once.
const PAGE: usize = 200;

impl Deliveries {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let most = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut request = self.request(session)?;
        let client = session.webhooks().await?;
        let failed = |error| Failure::of_call("webhook-dispatcher", error);
        let mut all = Vec::<DeliveryView>::new();
        loop {
            request.limit = i32::try_from(PAGE.min(most - all.len())).unwrap_or(i32::MAX);
            let page = self
                .patience
                .call(|| client.list_deliveries(request.clone()));
            let page = page.await.map_err(failed)?;
            for delivery in page.deliveries.into_iter().take(most - all.len()) {
                all.push(
                    delivery
                        .try_into()
                        .map_err(|_| failed(RpcError::Malformed))?,
                );
            }
            request.after_id = page.next_after_id;
            if request.after_id.is_none() || all.len() >= most {
                return session.show(&all);
            }
        }
    }

    fn request(&self, session: &Session) -> Result<ListDeliveriesRequest, Failure> {
        let since = self.since.map(|since| since.before(session.now()));
        let since = since.map(|at| {
            at.ok_or_else(|| Failure::bad_input("invalid_time", "--since is too long ago"))
        });
        let since = since.transpose()?;
        Ok(ListDeliveriesRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            endpoint_id: self.endpoint.map(|id| id.to_string()),
            event_id: self.event.map(|id| id.to_string()),
            status: self.status.clone(),
            since: since.map(timestamp),
            ..ListDeliveriesRequest::default()
        })
    }
}

impl Answer for Vec<DeliveryView> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "There is no such delivery.".to_owned();
        }
        let heading = [
            "id", "event", "event id", "no.", "created", "status", "attempts", "last", "next",
        ];
        let mut columns = Columns::new(heading).figures(&[3, 6]);
        for delivery in self {
            columns.row([
                delivery.id.clone(),
                delivery.event_type.clone(),
                delivery.event_id.clone(),
                delivery.sequence.to_string(),
                time(delivery.created_at),
                delivery.status.clone(),
                delivery.attempt_count.to_string(),
                delivery.last(),
                maybe_time(delivery.next_attempt_at),
            ]);
        }
        columns.to_string()
    }
}
