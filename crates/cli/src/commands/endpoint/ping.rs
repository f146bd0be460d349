//! `gaf endpoint ping`

use clap::Args;
use contracts::v1::PingEndpointRequest;
use domain::{EndpointId, PersonId};
use serde::Serialize;

use super::trial::{self, Trial};
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;

/// Send webhook.test to an endpoint, signed and delivered as every other event is
#[derive(Debug, Args)]
pub struct Ping {
    endpoint_id: EndpointId,
    #[command(flatten)]
    org: OrgArg,
    /// Who asks
    #[arg(long, value_name = "PERSON_ID")]
    by: Option<PersonId>,
    /// Wait until it was attempted, and tell what the endpoint answered
    #[arg(long)]
    wait: bool,
}

#[derive(Serialize)]
struct Pinged {
    event_id: String,
    endpoint_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<Trial>,
}

impl Ping {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let endpoint_id = self.endpoint_id.to_string();
        let organization_id = self.org.resolve(session)?.to_string();
        let request = PingEndpointRequest {
            organization_id: organization_id.clone(),
            endpoint_id: endpoint_id.clone(),
            requested_by_id: self.by.map(|id| id.to_string()),
        };
        let client = session.webhooks().await?;
        // Not tried again: each ping is an event of its own.
        let answer = client.ping_endpoint(request).await;
        let event_id = answer
            .map_err(|error| Failure::of_call("webhook-dispatcher", error))?
            .event_id;
        let mut pinged = Pinged {
            event_id: event_id.clone(),
            endpoint_id,
            test: None,
        };
        if !self.wait {
            return session.show(&pinged);
        }
        let trial = trial::of(&client, &organization_id, event_id).await?;
        pinged.test = Some(trial.clone());
        session.show(&pinged)?;
        trial.verdict()
    }
}

impl Answer for Pinged {
    fn text(&self) -> String {
        if let Some(trial) = &self.test {
            return trial.text();
        }
        format!(
            "{} is on its way. See how it went with: gaf deliveries --event {}",
            self.event_id, self.event_id
        )
    }
}
