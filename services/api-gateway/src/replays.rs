//! `POST /events/{id}/replay`: an event goes once more to the endpoints that want it.

use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName};
use contracts::convert::{self, InvalidMessage};
use contracts::fault::code;
use contracts::rpc::RpcError;
use contracts::v1::ReplayEventRequest;
use domain::EventId;
use domain::api_key::hide_keys;
use public_api::documents::ReplayDocument;
use public_api::envelope;
use public_api::payloads::LoggedEvent;
use public_api::problem::{Exhausted, Problem, ProblemError, ProblemKind};
use public_api::routes::View;

use crate::auth;
use crate::documents::Found;
use crate::error::{GatewayError, RETRY_AFTER};
use crate::gateway::Gateway;
use crate::http::Answer;
use crate::reach::Reach;

/// The header under which a request may be sent again without being carried out twice.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Bytes of a key at most.
const MAX_KEY: usize = 255;
/// Until an organisation has its whole share of replays again.
const SHARE_TIME: Duration = Duration::from_secs(60);

impl Gateway {
    /// The event is looked for in the log of the organisation, so nobody else's is ever sent.
    pub(crate) async fn replay(
        &self,
        reach: &Reach,
        id: Option<String>,
        headers: &HeaderMap,
    ) -> Result<Answer, GatewayError> {
        let idempotency_key = idempotency_key(headers)?;
        let Found {
            document,
            location_id,
        } = self.find(reach, View::Events, id).await?;
        let organization = reach.organization;
        let event_id: EventId = convert::parse("id", &document.id)?;
        let logged = LoggedEvent::read(organization, &document.body)
            .map_err(|error| InvalidMessage::new("body", error))?;
        let request = ReplayEventRequest {
            organization_id: organization.to_string(),
            event_id: document.id,
            event_type: logged.event_type.to_string(),
            occurred_at: Some(convert::timestamp(logged.occurred_at)),
            subject_id: logged.subject_id.to_string(),
            body: logged.body.into(),
            idempotency_key,
            location_id,
        };
        let replayed = self.replays.replay_event(request).await.map_err(refused)?;
        let document = ReplayDocument {
            event_id,
            endpoints: replayed.endpoints,
            already_pending: replayed.already_pending,
        };
        let document =
            serde_json::to_vec(&document).map_err(|error| InvalidMessage::new("body", error))?;
        Ok(Answer::Accepted {
            body: envelope::detail(&document),
        })
    }
}

/// The caller's name for the request: visible ASCII.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let name = HeaderName::from_static("idempotency-key");
    let Some(key) = auth::only(headers, &name, IDEMPOTENCY_KEY)? else {
        return Ok(None);
    };
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    // It is kept, and an API key is not.
    let keepable = visible && hide_keys(key) == key;
    if keepable && (1..=MAX_KEY).contains(&key.len()) {
        return Ok(Some(key.to_owned()));
    }
    let detail = format!(
        "the header {IDEMPOTENCY_KEY} holds 1 to {MAX_KEY} visible ASCII characters, without \
         spaces, and no API key"
    );
    Err(Problem::invalid_parameters(vec![ProblemError::header(
        IDEMPOTENCY_KEY,
        "malformed",
        detail,
    )]))
}

/// What the dispatcher refuses for a reason that the caller can know.
fn refused(error: RpcError) -> GatewayError {
    match &error {
        RpcError::Fault(fault) if fault.code == code::IDEMPOTENCY_KEY_REUSED => {
            let error = ProblemError::header(IDEMPOTENCY_KEY, "reused", fault.detail.clone());
            Problem::new(ProblemKind::IdempotencyKeyReused, fault.detail.clone())
                .with_errors(vec![error])
                .into()
        }
        RpcError::Fault(fault) if fault.code == code::TOO_MANY_REPLAYS => Problem {
            detail: fault.detail.clone(),
            ..Problem::rate_limited(Exhausted::Replays, SHARE_TIME)
        }
        .into(),
        RpcError::DeadlineExceeded(_) => {
            tracing::warn!(%error, "whether an event goes once more is not known");
            let detail = "it is not known whether the event goes once more; send the request \
                          again, with the same Idempotency-Key if it had one";
            Problem {
                detail: detail.to_owned(),
                ..Problem::service_unavailable(RETRY_AFTER)
            }
            .into()
        }
        _ => error.into(),
    }
}
