//! One attempt.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use egress::{Answer, Egress};
use futures::FutureExt;
use service_kit::{Clock, traceparent};
use tracing::Instrument;

use super::destination::Unusable;
use super::stages::Parcel;

/// An attempt that has ended.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// From 1.
    pub number: i32,
    pub started_at: DateTime<Utc>,
    pub duration: Duration,
    pub outcome: AttemptOutcome,
}

#[derive(Debug, Clone)]
pub enum AttemptOutcome {
    Answered(Answer),
    /// There was no complete answer.
    Failed {
        /// Machine readable: `timeout`.
        kind: &'static str,
        detail: String,
        /// Where the answer began, and broke off.
        status: Option<u16>,
    },
}

/// An attempt longer than this counts as slow: its endpoint gets less to do at a time.
const SLOW: Duration = Duration::from_secs(2);

impl Attempt {
    pub fn was_quick(&self) -> bool {
        self.duration < SLOW
    }

    /// The status of the answer, where there was one.
    pub fn status(&self) -> Option<u16> {
        match &self.outcome {
            AttemptOutcome::Answered(answer) => Some(answer.status),
            AttemptOutcome::Failed { status, .. } => *status,
        }
    }

    /// Why it failed, machine readable and in words; `None` after success.
    pub fn error(&self) -> Option<(&'static str, Option<&str>)> {
        match &self.outcome {
            AttemptOutcome::Answered(answer) if answer.is_success() => None,
            AttemptOutcome::Answered(answer) if answer.is_redirect() => Some((
                "redirect",
                Some("redirects are not followed: register the address itself"),
            )),
            AttemptOutcome::Answered(_) => Some(("status", None)),
            AttemptOutcome::Failed { kind, detail, .. } => Some((kind, Some(detail))),
        }
    }

    /// The partner has taken the endpoint away (RFC 9110, 15.5.11).
    pub fn says_gone(&self) -> bool {
        matches!(&self.outcome, AttemptOutcome::Answered(answer) if answer.status == 410)
    }

    /// The beginning of the answer.
    pub fn excerpt(&self) -> &[u8] {
        match &self.outcome {
            AttemptOutcome::Answered(answer) => &answer.excerpt,
            AttemptOutcome::Failed { .. } => &[],
        }
    }
}

/// Sends `parcel` once. It always ends within the deadlines of `egress`.
pub async fn attempt(egress: &Egress, clock: &Clock, parcel: &Parcel) -> Attempt {
    let number = parcel.attempts_made.saturating_add(1);
    let started_at = clock.now().trunc_subsecs(6);
    let span = tracing::info_span!(
        "webhook_attempt",
        delivery_id = %parcel.id,
        endpoint_id = %parcel.destination.endpoint_id,
        event_id = parcel.event_id,
        number,
    );
    if let Some(parent) = &parcel.traceparent {
        traceparent::continue_from(&span, parent);
    }
    let parent = traceparent::of(&span).or_else(|| parcel.traceparent.clone());
    let sending = post(egress, parcel, number, started_at, parent.as_deref());
    // A panic must not take the delivery with it: what is leased to a living replica is nobody
    // else's to send.
    let sent = AssertUnwindSafe(sending)
        .catch_unwind()
        .instrument(span)
        .await;
    let (outcome, duration) =
        sent.unwrap_or_else(|_| (failed("internal", "the attempt broke off"), Duration::ZERO));
    Attempt {
        number,
        started_at,
        duration,
        outcome,
    }
}

async fn post(
    egress: &Egress,
    parcel: &Parcel,
    number: i32,
    now: DateTime<Utc>,
    traceparent: Option<&str>,
) -> (AttemptOutcome, Duration) {
    let way = match parcel.destination.way() {
        Ok(way) => way,
        Err(unusable) => return (refused(unusable, parcel), Duration::ZERO),
    };
    let mut headers = way.signer.headers(parcel, number, now, traceparent);
    way.headers.add_to(&mut headers);
    match egress.post(&way.target, headers, parcel.body.clone()).await {
        Ok(answer) => {
            let duration = answer.duration;
            tracing::debug!(status = answer.status, ?duration, "answered");
            (AttemptOutcome::Answered(answer), duration)
        }
        Err(failure) => {
            tracing::debug!(%failure, "no answer");
            let kind = failure.kind.as_str();
            (
                AttemptOutcome::Failed {
                    kind,
                    detail: failure.detail,
                    status: failure.status,
                },
                failure.duration,
            )
        }
    }
}

fn refused(unusable: &Unusable, parcel: &Parcel) -> AttemptOutcome {
    match unusable {
        Unusable::Address(reason) => failed("refused_address", &format!("the address {reason}")),
        Unusable::Secret(_) | Unusable::Scheme(_) | Unusable::Key(_) => {
            tracing::error!(endpoint_id = %parcel.destination.endpoint_id, error = %unusable, "cannot sign");
            failed("signing", "the delivery could not be signed")
        }
    }
}

fn failed(kind: &'static str, detail: &str) -> AttemptOutcome {
    AttemptOutcome::Failed {
        kind,
        detail: detail.to_owned(),
        status: None,
    }
}
