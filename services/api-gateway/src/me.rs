//! What TrueFlight says of itself and of the caller: `/health` and `/me`.

use contracts::convert::InvalidMessage;
use contracts::v1::{Document, GetDocumentRequest, ListDocumentsRequest};
use public_api::documents::Timestamp;
use public_api::documents::trueflight::{
    HealthDocument, HealthStatus, KeyFields, KeyKind, MeDocument,
};
use public_api::envelope;
use public_api::problem::{Problem, ProblemError};
use public_api::routes::{MAX_LIMIT, Open, View};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::admission::Caller;
use crate::error::{GatewayError, RETRY_AFTER};
use crate::gateway::Gateway;
use crate::http::Answer;
use crate::keys::KnownKey;
use crate::reach::Reach;

impl Gateway {
    /// What is answered without a key.
    pub(crate) fn open(&self, open: Open) -> Result<Answer, GatewayError> {
        let body = match open {
            Open::Health => json(&HealthDocument {
                status: HealthStatus::Ok,
                version: env!("CARGO_PKG_VERSION"),
                time: Timestamp(self.now()),
            }),
        };
        Ok(Answer::Momentary { body: body? })
    }

    /// Organisation and locations are the read model's bytes; the key is as it was looked up.
    pub(crate) async fn me(&self, caller: &Caller) -> Result<Answer, GatewayError> {
        let Caller { key, reach } = caller;
        let organization = self.organization(key, reach).await?;
        let request = ListDocumentsRequest {
            organization_id: reach.organization.to_string(),
            view: View::Locations.as_str().to_owned(),
            limit: MAX_LIMIT.into(),
            only: reach.only(View::Locations)?,
            ..ListDocumentsRequest::default()
        };
        let locations = self.read_model.list(request).await?.documents;
        let locations = locations.iter().map(raw).collect::<Result<_, _>>()?;
        let document = json(&MeDocument {
            organization: raw(&organization)?,
            key: self.key_fields(key),
            locations,
        });
        Ok(Answer::Documents {
            body: envelope::detail(&document?),
            next: None,
        })
    }

    fn key_fields<'k>(&self, key: &'k KnownKey) -> KeyFields<'k> {
        KeyFields {
            id: key.id,
            name: &key.name,
            prefix: &key.display_prefix,
            last_four: &key.last_four,
            environment: key.surface.into(),
            kind: if key.locations.is_empty() {
                KeyKind::Org
            } else {
                KeyKind::Location
            },
            scopes: key.accesses(),
            created_at: Timestamp(key.created_at),
            last_used_at: key.last_used_at.map(Timestamp),
            expires_at: key.expires_at.map(Timestamp),
            rate_limit: key.rate_limit.unwrap_or(self.default_limits.key).into(),
        }
    }

    /// Whether what a test key reads is there at all: asked where nothing was found, for an empty
    /// sandbox is told from none.
    pub(crate) async fn check_sandbox(
        &self,
        key: &KnownKey,
        reach: &Reach,
    ) -> Result<(), GatewayError> {
        if reach.is_sandbox {
            self.organization(key, reach).await?;
        }
        Ok(())
    }

    /// The organisation whose documents are read.
    async fn organization(&self, key: &KnownKey, reach: &Reach) -> Result<Document, GatewayError> {
        let id = reach.organization.to_string();
        let request = GetDocumentRequest {
            organization_id: id.clone(),
            view: View::Organizations.as_str().to_owned(),
            id,
        };
        match self.read_model.get(request).await?.document {
            Some(document) => Ok(document),
            None if reach.is_sandbox => Err(no_sandbox(key).into()),
            // A key is of an organisation that there is: what it says of itself has yet to come.
            None => {
                tracing::warn!(organization = %reach.organization, "not in the read model yet");
                Err(Problem::service_unavailable(RETRY_AFTER).into())
            }
        }
    }
}

fn no_sandbox(key: &KnownKey) -> Problem {
    let detail = format!(
        "a test key reads the sandbox of its organisation, and yours has none yet; whoever runs the \
         school's TrueFlight makes it with `gaf org sandbox {}`",
        key.organization
    );
    Problem::not_found(detail.clone())
        .with_errors(vec![ProblemError::request("no_sandbox", detail)])
}

fn raw(document: &Document) -> Result<&RawValue, GatewayError> {
    serde_json::from_slice(&document.body)
        .map_err(|error| InvalidMessage::new("body", error).into())
}

fn json(document: &impl Serialize) -> Result<Vec<u8>, GatewayError> {
    serde_json::to_vec(document).map_err(|error| InvalidMessage::new("body", error).into())
}
