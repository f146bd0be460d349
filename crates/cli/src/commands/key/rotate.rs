//! `gaf key rotate`

use chrono::TimeDelta;
use clap::Args;
use contracts::convert::timestamp;
use contracts::rpc::RpcError;
use contracts::v1::RotateKeyRequest;
use domain::ApiKeyId;
use serde::Serialize;

use super::view::KeyView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;
use crate::text::maybe_time;
use crate::when::When;

/// Make a new token for a key's rights. The old one lives on for the overlap
#[derive(Debug, Args)]
pub struct Rotate {
    /// The key's id, as `gaf key list` shows it; not the token
    key_id: ApiKeyId,
    #[command(flatten)]
    org: OrgArg,
    /// How long the old key lives on, 0 to 30 days: 0h, 48h, 7d
    #[arg(long, value_name = "SPAN", default_value = "24h")]
    overlap: When,
    /// When the new key ends: 90d, or 2027-01-31T18:00:00Z [default: when the old one would have]
    #[arg(long, value_name = "WHEN")]
    expires: Option<When>,
    /// Why, for the audit trail
    #[arg(long)]
    reason: Option<String>,
    /// Who does it, for the audit trail
    #[arg(long, value_name = "WHO", default_value = "gaf")]
    by: String,
}

#[derive(Serialize)]
struct Rotated {
    #[serde(flatten)]
    key: KeyView,
    token: String,
    retired: KeyView,
}

impl Rotate {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = self.request(session)?;
        let client = session.keys().await?;
        // Not tried again: the token of the first answer would be lost.
        let answer = client.rotate(request).await.map_err(failed)?;
        let read = |key: Option<_>| {
            KeyView::read(key.unwrap_or_default(), session.now())
                .map_err(|_| failed(RpcError::Malformed))
        };
        let (key, retired) = (read(answer.key)?, read(answer.retired)?);
        session.show(&Rotated {
            key,
            token: answer.token,
            retired,
        })
    }

    fn request(self, session: &Session) -> Result<RotateKeyRequest, Failure> {
        let When::In(overlap) = self.overlap else {
            return Err(Failure::bad_input(
                "invalid_key",
                "--overlap is a span of time: 48h",
            ));
        };
        if overlap > TimeDelta::days(30) {
            return Err(Failure::bad_input(
                "invalid_key",
                "--overlap is at most 30 days",
            ));
        }
        let expires_at = self.expires.map(|when| {
            let at = when.from(session.now()).filter(|at| *at > session.now());
            at.ok_or_else(|| Failure::bad_input("invalid_key", "--expires is not in the future"))
        });
        Ok(RotateKeyRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            key_id: self.key_id.to_string(),
            overlap_seconds: Some(overlap.num_seconds()),
            expires_at: expires_at.transpose()?.map(timestamp),
            rotated_by: Some(self.by),
            reason: self.reason,
        })
    }
}

fn failed(error: RpcError) -> Failure {
    let uncertain = matches!(error, RpcError::DeadlineExceeded(_));
    let failure = Failure::of_call("key-service", error);
    if !uncertain {
        return failure;
    }
    failure.next("The key may have been rotated, with a token nobody has seen: look with `gaf key list`, revoke the new key, and rotate again.")
}

impl Answer for Rotated {
    fn text(&self) -> String {
        format!(
            "{}\n\n  {}\n\nThis is the new token. It is shown this once: put it into a secret manager now. \
             The old one, {}, works until {}.",
            self.key.fields(),
            self.token,
            self.retired.looks_like(),
            maybe_time(self.retired.expires_at),
        )
    }
}
