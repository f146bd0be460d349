//! `gaf delivery show`

use std::collections::BTreeMap;

use clap::Args;
use contracts::convert::InvalidMessage;
use contracts::rpc::RpcError;
use contracts::v1::{GetDeliveryRequest, GetDeliveryResponse};
use domain::DeliveryId;
use serde::Serialize;

use super::view::{AttemptView, DeliveryView};
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Columns, Fields, printable, time};

/// Characters of an answer that a table shows; `--json` has all that was kept.
const EXCERPT: usize = 60;

/// Show a delivery with each of its attempts: what was sent, and what was answered
#[derive(Debug, Args)]
pub struct Show {
    delivery_id: DeliveryId,
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    patience: Patience,
    /// Show the headers and the body of each request and each answer
    #[arg(long, short)]
    verbose: bool,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    delivery: DeliveryView,
    url: String,
    /// As every attempt sends it.
    request_body: String,
    attempts: Vec<AttemptView>,
    #[serde(skip)]
    verbose: bool,
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
        let mut shown = Shown::try_from(answer).map_err(|_| failed(RpcError::Malformed))?;
        shown.verbose = self.verbose;
        session.show(&shown)
    }
}

impl TryFrom<GetDeliveryResponse> for Shown {
    type Error = InvalidMessage;

    fn try_from(answer: GetDeliveryResponse) -> Result<Self, InvalidMessage> {
        Ok(Self {
            delivery: answer.delivery.unwrap_or_default().try_into()?,
            url: answer.url,
            request_body: String::from_utf8_lossy(&answer.request_body).into_owned(),
            verbose: false,
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
            .with("endpoint", format!("{} ({})", d.endpoint_id, self.url))
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
        if !self.verbose {
            return format!("{fields}\n\n{columns}");
        }
        let exchanges = self.attempts.iter().map(exchange);
        let exchanges: Vec<_> = exchanges.collect();
        format!(
            "{fields}\n\n{columns}\n\nBODY OF THE REQUEST\n{}\n\n{}",
            lines(&self.request_body),
            exchanges.join("\n\n")
        )
    }
}

/// The headers of a request and those of its answer, with the answer's body.
fn exchange(attempt: &AttemptView) -> String {
    let of = |mark, headers: &BTreeMap<String, String>| {
        let lines = headers.iter();
        lines
            .map(|(name, value)| format!("{mark} {}", printable(&format!("{name}: {value}"))))
            .collect::<Vec<_>>()
    };
    let mut parts = vec![format!(
        "ATTEMPT {}: {}",
        attempt.number,
        printable(&attempt.result())
    )];
    parts.extend(of('>', &attempt.request_headers));
    parts.extend(of('<', &attempt.response_headers));
    if !attempt.response.is_empty() {
        parts.push(lines(&attempt.response));
    }
    parts.join("\n")
}

/// Its own lines, with nothing else in them that moves the cursor.
fn lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}
