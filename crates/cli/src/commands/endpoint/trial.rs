//! What a `webhook.test` came to.

use std::time::Duration;

use bus::RpcClient;
use contracts::rpc::RpcError;
use contracts::v1::{GetDeliveryRequest, ListDeliveriesRequest, WebhookDispatcherClient};
use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::commands::delivery::view::AttemptView;
use crate::failure::{Failure, Status};

/// Longer than an attempt may take, and what comes before it.
const LIMIT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(100);

/// A test delivery, with its first attempt once that is known.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    event_id: String,
    delivery_id: Option<String>,
    attempt: Option<AttemptView>,
}

/// Waits for the first attempt of the event, which goes to one endpoint.
pub async fn of(
    client: &WebhookDispatcherClient<RpcClient>,
    organization_id: &str,
    event_id: String,
) -> Result<Trial, Failure> {
    let mut trial = Trial {
        event_id,
        delivery_id: None,
        attempt: None,
    };
    let deadline = Instant::now() + LIMIT;
    while trial.attempt.is_none() && Instant::now() < deadline {
        match look(client, organization_id, &mut trial).await {
            Err(error) if !error.is_transient() => {
                return Err(Failure::of_call("webhook-dispatcher", error));
            }
            Ok(()) if trial.attempt.is_some() => {}
            Ok(()) | Err(_) => sleep(PAUSE).await,
        }
    }
    Ok(trial)
}

async fn look(
    client: &WebhookDispatcherClient<RpcClient>,
    organization_id: &str,
    trial: &mut Trial,
) -> Result<(), RpcError> {
    if trial.delivery_id.is_none() {
        let request = ListDeliveriesRequest {
            organization_id: organization_id.to_owned(),
            event_id: Some(trial.event_id.clone()),
            limit: 1,
            ..ListDeliveriesRequest::default()
        };
        let listed = client.list_deliveries(request).await?.deliveries;
        trial.delivery_id = listed.into_iter().next().map(|delivery| delivery.id);
    }
    let Some(delivery_id) = trial.delivery_id.clone() else {
        return Ok(());
    };
    let request = GetDeliveryRequest {
        organization_id: organization_id.to_owned(),
        delivery_id,
    };
    let first = client.get_delivery(request).await?.attempts.into_iter();
    trial.attempt = first
        .map(|attempt| AttemptView::try_from(attempt).map_err(|_| RpcError::Malformed))
        .next()
        .transpose()?;
    Ok(())
}

impl Trial {
    pub fn text(&self) -> String {
        match (&self.attempt, &self.delivery_id) {
            (Some(attempt), Some(id)) => format!(
                "webhook.test: {} after {} ms. All of it: gaf delivery show {id}",
                attempt.result(),
                attempt.duration_ms
            ),
            _ => format!(
                "webhook.test was not attempted yet. See how it goes with: gaf deliveries --event {}",
                self.event_id
            ),
        }
    }

    /// # Errors
    /// Where the endpoint did not take it, or nobody knows yet.
    pub fn verdict(self) -> Result<(), Failure> {
        let failed = |code, message| Failure::new(Status::Failed, code, message);
        match self.attempt {
            Some(attempt) if attempt.error.is_none() => Ok(()),
            Some(attempt) => {
                let message = format!("the test delivery failed: {}", attempt.result());
                Err(failed("test_failed", message)
                    .next("It is tried again as every delivery is; the endpoint is saved."))
            }
            None => Err(failed(
                "test_pending",
                "the test delivery was not attempted in time".to_owned(),
            )
            .next("It is on its way; the endpoint is saved.")),
        }
    }
}
