//! `gaf key limit`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::ChangeRateLimitRequest;
use domain::ApiKeyId;
use domain::api_key::RateLimit;
use serde::Serialize;

use super::view::KeyView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::printable;

/// Change how many requests a key may make. The limit it has already changes nothing
#[derive(Debug, Args)]
pub struct Limit {
    /// The key's id, as `gaf key list` shows it; not the token
    key_id: ApiKeyId,
    /// Requests and the time in which they come back: 600/min, 10/s, 5000/h, 100/15s
    #[arg(value_name = "RATE", required_unless_present = "default")]
    rate_limit: Option<RateLimit>,
    /// Back to what the gateways give every key
    #[arg(long, conflicts_with = "rate_limit")]
    default: bool,
    #[command(flatten)]
    org: OrgArg,
    /// Why, for the audit trail
    #[arg(long)]
    reason: Option<String>,
    /// Who does it, for the audit trail
    #[arg(long, value_name = "WHO", default_value = "gaf")]
    by: String,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Limited {
    applied: bool,
    #[serde(flatten)]
    key: KeyView,
}

impl Limit {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = ChangeRateLimitRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            key_id: self.key_id.to_string(),
            rate_limit: self.rate_limit.map(Into::into),
            changed_by: Some(self.by),
            reason: self.reason,
        };
        let client = session.keys().await?;
        let failed = |error| Failure::of_call("key-service", error);
        let answer = self
            .patience
            .call(|| client.change_rate_limit(request.clone()))
            .await
            .map_err(failed)?;
        let key = KeyView::read(answer.key.unwrap_or_default(), session.now());
        let key = key.map_err(|_| failed(RpcError::Malformed))?;
        session.show(&Limited {
            applied: answer.applied,
            key,
        })
    }
}

impl Answer for Limited {
    fn text(&self) -> String {
        let (name, looks_like) = (printable(&self.key.name), self.key.looks_like());
        let limit = match self.key.rate_limit {
            Some(limit) => limit.to_string(),
            None => "the default of the gateways".to_owned(),
        };
        match self.applied {
            true => format!("The limit of the key {name} ({looks_like}) is {limit} from now on."),
            false => {
                format!("The limit of the key {name} ({looks_like}) is {limit}. Nothing changed.")
            }
        }
    }
}
