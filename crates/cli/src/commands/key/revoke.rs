//! `gaf key revoke`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::RevokeKeyRequest;
use domain::ApiKeyId;
use serde::Serialize;

use super::view::KeyView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{maybe_time, printable};

/// End a key at once. Revoking a revoked key changes nothing
#[derive(Debug, Args)]
pub struct Revoke {
    /// The key's id, as `gaf key list` shows it; not the token
    key_id: ApiKeyId,
    #[command(flatten)]
    org: OrgArg,
    /// Why, for the audit trail
    #[arg(long)]
    reason: Option<String>,
    /// Who ends it, for the audit trail
    #[arg(long, value_name = "WHO", default_value = "gaf")]
    by: String,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Revoked {
    applied: bool,
    #[serde(flatten)]
    key: KeyView,
}

impl Revoke {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = RevokeKeyRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            key_id: self.key_id.to_string(),
            reason: self.reason,
            revoked_by: Some(self.by),
        };
        let client = session.keys().await?;
        let failed = |error| Failure::of_call("key-service", error);
        let answer = self
            .patience
            .call(|| client.revoke(request.clone()))
            .await
            .map_err(failed)?;
        let key = KeyView::read(answer.key.unwrap_or_default(), session.now());
        let key = key.map_err(|_| failed(RpcError::Malformed))?;
        session.show(&Revoked {
            applied: answer.applied,
            key,
        })
    }
}

impl Answer for Revoked {
    fn text(&self) -> String {
        let (name, looks_like) = (printable(&self.key.name), self.key.looks_like());
        match self.applied {
            true => {
                format!("The key {name} ({looks_like}) is revoked. Gateways refuse it from now on.")
            }
            false => {
                let at = maybe_time(self.key.revoked_at);
                format!(
                    "The key {name} ({looks_like}) was revoked before, at {at}. Nothing changed."
                )
            }
        }
    }
}
