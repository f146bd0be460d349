//! The event log: what happened is in the read model, how its deliveries stand is in the
//! dispatcher.

use std::collections::HashMap;

use contracts::convert::InvalidMessage;
use contracts::v1::{DeliverySummary, Document, SummarizeDeliveriesRequest};
use domain::OrgId;
use public_api::envelope;
use serde::Serialize;

use crate::error::GatewayError;
use crate::gateway::Gateway;

/// The member that is added to each event.
pub(crate) const DELIVERY_SUMMARY: &str = "delivery_summary";

/// How the deliveries of one event stand, as published.
#[derive(Debug, Serialize)]
struct Summary {
    endpoints: i32,
    succeeded: i32,
    failed: i32,
    pending: i32,
}

impl From<DeliverySummary> for Summary {
    fn from(summary: DeliverySummary) -> Self {
        Self {
            endpoints: summary.endpoints,
            succeeded: summary.succeeded,
            failed: summary.failed,
            pending: summary.pending,
        }
    }
}

impl Gateway {
    /// Asks once for the whole page. Where the dispatcher does not answer in time, the events are
    /// served all the same, with `null` in the place of what it would have said.
    pub(crate) async fn with_delivery_summaries(
        &self,
        organization: OrgId,
        mut documents: Vec<Document>,
    ) -> Result<Vec<Document>, GatewayError> {
        if documents.is_empty() {
            return Ok(documents);
        }
        let summaries = self.summaries(organization, &documents).await;
        for document in &mut documents {
            // An event that the dispatcher does not name is owed to nobody.
            let summary = summaries
                .as_ref()
                .map(|all| all.get(&document.id).unwrap_or(&Summary::NONE));
            let value = serde_json::to_string(&summary)
                .map_err(|error| InvalidMessage::new(DELIVERY_SUMMARY, error))?;
            let body = envelope::with_member(&document.body, DELIVERY_SUMMARY, &value)
                .ok_or_else(|| InvalidMessage::new("body", "the document is no JSON object"))?;
            document.body = body.into();
        }
        Ok(documents)
    }

    async fn summaries(
        &self,
        organization: OrgId,
        events: &[Document],
    ) -> Option<HashMap<String, Summary>> {
        let request = SummarizeDeliveriesRequest {
            organization_id: organization.to_string(),
            event_ids: events.iter().map(|event| event.id.clone()).collect(),
        };
        match self.dispatcher.summarize_deliveries(request).await {
            Ok(answer) => Some(
                answer
                    .summaries
                    .into_iter()
                    .map(|s| (s.event_id.clone(), s.into()))
                    .collect(),
            ),
            Err(error) => {
                tracing::warn!(%error, "events are served without the state of their deliveries");
                None
            }
        }
    }
}

impl Summary {
    const NONE: Self = Self {
        endpoints: 0,
        succeeded: 0,
        failed: 0,
        pending: 0,
    };
}
