//! `gaf endpoint update`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::{Entries, EventTypes, SendingRate, UpdateEndpointRequest};
use domain::EndpointId;
use domain::api_key::RateLimit;
use serde::Serialize;

use super::pairs;
use super::trial::{self, Trial};
use super::view::EndpointView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;

/// Change an endpoint. What is not named stays as it is
#[derive(Debug, Args)]
pub struct Update {
    endpoint_id: EndpointId,
    #[command(flatten)]
    org: OrgArg,
    /// Where deliveries go; https
    #[arg(long)]
    url: Option<String>,
    /// What it hears of, instead of what it heard of before
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    events: Vec<String>,
    /// What to remember about it; empty: nothing
    #[arg(long)]
    description: Option<String>,
    /// Only events of this location; empty: of every one
    #[arg(long, value_name = "LOCATION_ID")]
    location: Option<String>,
    /// Headers of your own, instead of those before. Others on this machine can see them here
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = pairs::header)]
    headers: Vec<(String, String)>,
    /// Send no headers of your own any more
    #[arg(long, conflicts_with = "headers")]
    no_headers: bool,
    /// Notes of your own, instead of those before
    #[arg(long = "metadata", value_name = "NAME=VALUE", value_parser = pairs::note)]
    metadata: Vec<(String, String)>,
    /// How long a delivery is tried: short (13 minutes) or long (three days)
    #[arg(long)]
    retries: Option<String>,
    /// Deliveries begun in a time, at most, evenly spaced: 10/s, 600/min
    #[arg(long, value_name = "RATE", conflicts_with = "no_rate")]
    rate: Option<RateLimit>,
    /// Send as many as it takes
    #[arg(long)]
    no_rate: bool,
    /// Send what concerns one flight, aircraft or record one after another, from now on
    #[arg(long, conflicts_with = "any_order")]
    in_order: bool,
    /// Let them overtake each other, from now on
    #[arg(long)]
    any_order: bool,
    /// Send nothing for now; what happens meanwhile is kept
    #[arg(long, conflicts_with = "enable")]
    pause: bool,
    /// Send again, also after the platform disabled it
    #[arg(long)]
    enable: bool,
    /// Send webhook.test to it at once, and tell what it answered
    #[arg(long)]
    test: bool,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Updated {
    #[serde(flatten)]
    endpoint: EndpointView,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<Trial>,
}

impl Update {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let (patience, request) = (self.patience, self.request(session)?);
        let client = session.webhooks().await?;
        let failed = |error| Failure::of_call("webhook-dispatcher", error);
        let answer = patience.call(|| client.update_endpoint(request.clone()));
        let answer = answer.await.map_err(failed)?;
        let endpoint = answer.endpoint.unwrap_or_default().try_into();
        let endpoint: EndpointView = endpoint.map_err(|_| failed(RpcError::Malformed))?;
        let Some(event_id) = answer.test_event_id else {
            let test = None;
            return session.show(&Updated { endpoint, test });
        };
        let trial = trial::of(&client, &endpoint.organization_id, event_id).await?;
        let test = Some(trial.clone());
        session.show(&Updated { endpoint, test })?;
        trial.verdict()
    }

    fn request(self, session: &Session) -> Result<UpdateEndpointRequest, Failure> {
        let entries = |argument, given: Vec<_>| -> Result<Option<Entries>, Failure> {
            let named = !given.is_empty();
            let entries = pairs::map(argument, given)?;
            Ok(named.then_some(Entries { entries }))
        };
        let headers = entries("--header", self.headers)?;
        let status = match (self.pause, self.enable) {
            (true, _) => Some("paused"),
            (_, true) => Some("enabled"),
            (false, false) => None,
        };
        Ok(UpdateEndpointRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            endpoint_id: self.endpoint_id.to_string(),
            url: self.url,
            description: self.description,
            event_types: (!self.events.is_empty()).then_some(EventTypes {
                patterns: self.events,
            }),
            location_id: self.location,
            headers: headers.or_else(|| self.no_headers.then(Entries::default)),
            metadata: entries("--metadata", self.metadata)?,
            retries: self.retries,
            rate_limit: (self.rate.is_some() || self.no_rate).then(|| SendingRate {
                limit: self.rate.map(Into::into),
            }),
            in_order: (self.in_order || self.any_order).then_some(self.in_order),
            status: status.map(str::to_owned),
            test: self.test,
        })
    }
}

impl Answer for Updated {
    fn text(&self) -> String {
        match &self.test {
            Some(trial) => format!("{}\n\n{}", self.endpoint.fields(), trial.text()),
            None => self.endpoint.fields().to_string(),
        }
    }
}
