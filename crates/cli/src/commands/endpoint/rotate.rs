//! `gaf endpoint rotate`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::RotateSecretRequest;
use domain::EndpointId;
use serde::Serialize;

use super::view::EndpointView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;
use crate::text::maybe_time;

/// Make a new signing secret. For 72 hours both sign, so that the receiver can change over
#[derive(Debug, Args)]
pub struct Rotate {
    endpoint_id: EndpointId,
    #[command(flatten)]
    org: OrgArg,
    /// The old secret signs no more: it leaked
    #[arg(long)]
    at_once: bool,
}

#[derive(Serialize)]
struct Rotated {
    #[serde(flatten)]
    endpoint: EndpointView,
    secret: String,
}

impl Rotate {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = RotateSecretRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            endpoint_id: self.endpoint_id.to_string(),
            at_once: self.at_once,
        };
        let client = session.webhooks().await?;
        let failed = |error| Failure::of_call("webhook-dispatcher", error);
        // Not tried again: the secret of the first time would have been shown to nobody.
        let answer = client.rotate_secret(request).await.map_err(failed)?;
        let endpoint = answer.endpoint.unwrap_or_default().try_into();
        session.show(&Rotated {
            endpoint: endpoint.map_err(|_| failed(RpcError::Malformed))?,
            secret: answer.secret,
        })
    }
}

impl Answer for Rotated {
    fn text(&self) -> String {
        let old = match self.endpoint.previous_secret_until {
            None => "The old one signs no more.".to_owned(),
            until => format!("The old one signs, too, until {}.", maybe_time(until)),
        };
        format!(
            "  {}\n\nThis is the new signing secret. It is shown this once: give it to the receiver now. {old}",
            self.secret
        )
    }
}
