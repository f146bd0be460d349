//! `gaf event why`

use chrono::{DateTime, Utc};
use clap::Args;
use contracts::convert::{InvalidMessage, instant_optional};
use contracts::rpc::RpcError;
use contracts::v1::{self, ExplainEventRequest, ExplainEventResponse};
use domain::{EndpointId, EventId};
use serde::Serialize;

use crate::args::OrgArg;
use crate::commands::delivery::view::DeliveryView;
use crate::failure::{Failure, Status};
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Columns, Fields, time};

/// Tell of each endpoint whether it got an event, and why not
#[derive(Debug, Args)]
pub struct Why {
    event_id: EventId,
    /// Only this endpoint
    #[arg(long, value_name = "ENDPOINT_ID")]
    endpoint: Option<EndpointId>,
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Explained {
    event_id: String,
    event_type: Option<String>,
    occurred_at: Option<DateTime<Utc>>,
    endpoints: Vec<ExplanationView>,
}

#[derive(Serialize)]
struct ExplanationView {
    endpoint_id: String,
    url: String,
    verdict: String,
    reason: Option<String>,
    delivery: Option<DeliveryView>,
}

impl Why {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = ExplainEventRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            event_id: self.event_id.to_string(),
            endpoint_id: self.endpoint.map(|id| id.to_string()),
        };
        let client = session.webhooks().await?;
        let failed = |error| Failure::of_call("webhook-dispatcher", error);
        let answer = self.patience.call(|| client.explain_event(request.clone()));
        let answer = answer.await.map_err(|error| match self.endpoint {
            // It may be the endpoint that is unknown.
            Some(_) => failed(error),
            None => unknown(failed(error)),
        })?;
        let explained = explained(self.event_id, answer);
        session.show(&explained.map_err(|_| failed(RpcError::Malformed))?)
    }
}

fn unknown(failure: Failure) -> Failure {
    if failure.status != Status::NotFound {
        return failure;
    }
    failure.next(
        "Check the id and --org. Events are kept for as long as the organisation's retention says, \
         and only where it had an endpoint when they happened.",
    )
}

fn explained(event_id: EventId, answer: ExplainEventResponse) -> Result<Explained, InvalidMessage> {
    let endpoints = answer.endpoints.into_iter().map(ExplanationView::try_from);
    Ok(Explained {
        event_id: event_id.to_string(),
        event_type: answer.event_type,
        occurred_at: instant_optional("occurred_at", answer.occurred_at)?,
        endpoints: endpoints.collect::<Result<_, _>>()?,
    })
}

impl TryFrom<v1::Explanation> for ExplanationView {
    type Error = InvalidMessage;

    fn try_from(e: v1::Explanation) -> Result<Self, InvalidMessage> {
        Ok(Self {
            endpoint_id: e.endpoint_id,
            url: e.url,
            verdict: e.verdict,
            reason: e.reason,
            delivery: e.delivery.map(TryInto::try_into).transpose()?,
        })
    }
}

impl ExplanationView {
    fn words(&self) -> String {
        let delivery = self.delivery.as_ref();
        let next = delivery.and_then(|d| d.next_attempt_at).map(time);
        let why = self.reason.as_deref().unwrap_or_default();
        match (self.verdict.as_str(), why, next) {
            ("filtered", "type", _) => "it did not ask for this type".to_owned(),
            ("filtered", "location", _) => "it asked for another location only".to_owned(),
            ("filtered", "other_endpoint", _) => "the event is about another endpoint".to_owned(),
            ("not_there_yet", ..) => "it was made later".to_owned(),
            ("endpoint_deleted", ..) => "it was deleted before".to_owned(),
            ("paused", ..) => "owed; sent once the endpoint is enabled".to_owned(),
            ("pending", "endpoint_failing", _) => {
                "the endpoint is failing; it is probed".to_owned()
            }
            ("pending", "in_order", _) => "it waits for others of its subject".to_owned(),
            ("pending", "rate_limit", _) => "it waits for the endpoint's rate".to_owned(),
            ("pending", "endpoint_catching_up", _) => "the endpoint is catching up".to_owned(),
            ("pending", "", Some(at)) => format!("next attempt {at}"),
            ("pending", why, Some(at)) => format!("next attempt {at}; the last one: {why}"),
            (_, why, _) => why.to_owned(),
        }
    }
}

impl Answer for Explained {
    fn text(&self) -> String {
        let fields = Fields::default()
            .with("event", &self.event_id)
            .maybe("type", self.event_type.as_deref())
            .maybe("occurred", self.occurred_at.map(time));
        let mut columns = Columns::new(["endpoint", "url", "verdict", "why", "delivery"]);
        for endpoint in &self.endpoints {
            let delivery = endpoint.delivery.as_ref();
            columns.row([
                endpoint.endpoint_id.clone(),
                endpoint.url.clone(),
                endpoint.verdict.clone(),
                endpoint.words(),
                delivery.map_or_else(|| "-".to_owned(), |d| d.id.clone()),
            ]);
        }
        format!("{fields}\n\n{columns}")
    }
}
