//! `gaf deliveries show`

use clap::Args;
use contracts::convert::InvalidMessage;
use contracts::rpc::RpcError;
use contracts::v1::{GetDeliveryRequest, GetDeliveryResponse};
use domain::DeliveryId;
use serde::Serialize;

use super::view::{AttemptView, DeliveryView};
use super::{OrgArg, Patience};
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;
use crate::text::{Columns, Fields, time};

/// Characters of an answer that a table shows; `--json` has all that was kept.
const EXCERPT: usize = 60;

/// Show a delivery with each of its attempts
#[derive(Debug, Args)]
pub struct Show {
    delivery_id: DeliveryId,
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    delivery: DeliveryView,
    attempts: Vec<AttemptView>,
}

impl Show {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = GetDeliveryRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            delivery_id: self.delivery_id.to_string(),
        };
        let client = session.webhooks().await?;
        let failed = |error| Failure::of_call("webhook-dispatcher", error);
        let answer = self
            .patience
            .call(|| client.get_delivery(request.clone()))
            .await
            .map_err(failed)?;
        session.show(&Shown::try_from(answer).map_err(|_| failed(RpcError::Malformed))?)
    }
}

impl TryFrom<GetDeliveryResponse> for Shown {
    type Error = InvalidMessage;

    fn try_from(answer: GetDeliveryResponse) -> Result<Self, InvalidMessage> {
        Ok(Self {
            delivery: answer.delivery.unwrap_or_default().try_into()?,
            attempts: answer
                .attempts
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Answer for Shown {
    fn text(&self) -> String {
        let d = &self.delivery;
        let fields = Fields::default()
            .with("id", &d.id)
            .with("event", format!("{} ({})", d.event_type, d.event_id))
            .with("endpoint", &d.endpoint_id)
            .with("number", d.sequence)
            .with("status", &d.status)
            .with("created", time(d.created_at))
            .maybe("next attempt", d.next_attempt_at.map(time))
            .maybe("completed", d.completed_at.map(time));
        if self.attempts.is_empty() {
            return format!("{fields}\n\nNothing was attempted yet.");
        }
        let mut columns =
            Columns::new(["attempt", "started", "took ms", "result", "answer"]).figures(&[0, 2]);
        for attempt in &self.attempts {
            columns.row([
                attempt.number.to_string(),
                time(attempt.started_at),
                attempt.duration_ms.to_string(),
                attempt.result(),
                attempt.response.chars().take(EXCERPT).collect(),
            ]);
        }
        format!("{fields}\n\n{columns}")
    }
}
