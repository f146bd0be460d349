//! `gaf endpoint create`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::CreateEndpointRequest;
use domain::LocationId;
use domain::api_key::RateLimit;
use serde::Serialize;

use super::pairs;
use super::trial::{self, Trial};
use super::view::EndpointView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;
use crate::text::Fields;

/// Register a webhook endpoint. Its signing secret is shown this once and can never be shown again
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    org: OrgArg,
    /// Where deliveries go; https
    #[arg(long)]
    url: String,
    /// What it hears of: exact types, `flight.*`, or `*`. Repeat it or separate several by commas
    #[arg(long, value_name = "PATTERN", value_delimiter = ',', required = true)]
    events: Vec<String>,
    /// What to remember about it
    #[arg(long)]
    description: Option<String>,
    /// How deliveries are signed: ga, trueflight or standard (Standard Webhooks)
    #[arg(long, default_value = "ga")]
    scheme: String,
    /// Only events of this location
    #[arg(long, value_name = "LOCATION_ID")]
    location: Option<LocationId>,
    /// A header of your own, sent with every delivery: `X-Tenant: 7`. Repeat it for several. Others
    /// on this machine can see it here
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = pairs::header)]
    headers: Vec<(String, String)>,
    /// A note of your own, which means nothing here: `team=ops`. Repeat it for several
    #[arg(long = "metadata", value_name = "NAME=VALUE", value_parser = pairs::note)]
    metadata: Vec<(String, String)>,
    /// How long a delivery is tried: short (13 minutes) or long (three days)
    #[arg(long, default_value = "short")]
    retries: String,
    /// Deliveries begun in a time, at most, evenly spaced: 10/s, 600/min [default: as many as it
    /// takes]
    #[arg(long, value_name = "RATE")]
    rate: Option<RateLimit>,
    /// Send what concerns one flight, aircraft or record one after another: the next when the one
    /// before has arrived or failed
    #[arg(long)]
    in_order: bool,
    /// Send webhook.test to it at once, and tell what it answered
    #[arg(long)]
    test: bool,
}

#[derive(Serialize)]
struct Created {
    #[serde(flatten)]
    endpoint: EndpointView,
    secret: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<Trial>,
}

impl Create {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = CreateEndpointRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            url: self.url,
            description: self.description,
            event_types: self.events,
            scheme: self.scheme,
            location_id: self.location.map(|id| id.to_string()),
            headers: pairs::map("--header", self.headers)?,
            metadata: pairs::map("--metadata", self.metadata)?,
            retries: self.retries,
            rate_limit: self.rate.map(Into::into),
            in_order: self.in_order,
            test: self.test,
        };
        let client = session.webhooks().await?;
        // Not tried again: a second endpoint might be made, and its secret shown to nobody.
        let answer = client.create_endpoint(request).await.map_err(failed)?;
        let endpoint = answer.endpoint.unwrap_or_default().try_into();
        let mut created = Created {
            endpoint: endpoint.map_err(|_| failed(RpcError::Malformed))?,
            secret: answer.secret,
            test: None,
        };
        let Some(event_id) = answer.test_event_id else {
            return session.show(&created);
        };
        // Whatever becomes of the test, the secret is shown.
        let trial = trial::of(&client, &created.endpoint.organization_id, event_id).await;
        created.test = trial.as_ref().ok().cloned();
        session.show(&created)?;
        trial?.verdict()
    }
}

fn failed(error: RpcError) -> Failure {
    let uncertain = matches!(error, RpcError::DeadlineExceeded(_));
    let failure = Failure::of_call("webhook-dispatcher", error);
    if !uncertain {
        return failure;
    }
    failure.next("An endpoint may have been made, with a secret nobody has seen: look with `gaf endpoint list`.")
}

impl Answer for Created {
    fn text(&self) -> String {
        let fields = Fields::default()
            .with("id", &self.endpoint.id)
            .with("url", &self.endpoint.url)
            .with("events", self.endpoint.event_types.join(", "))
            .with("signed", &self.endpoint.scheme);
        let next = match &self.test {
            Some(trial) => format!("\n\n{}", trial.text()),
            None => format!(
                " Try the endpoint with: gaf endpoint ping {}",
                self.endpoint.id
            ),
        };
        format!(
            "{fields}\n\n  {}\n\nThis is the signing secret. It is shown this once: give it to the receiver now.{next}",
            self.secret
        )
    }
}
