//! One attempt.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use egress::{Answer, Egress};
use futures::FutureExt;
use service_kit::{Clock, traceparent};
use tracing::{Instrument, Span};

use super::destination::Unusable;
use super::exchange::Exchange;
use super::stages::Parcel;

/// An attempt that has ended.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// From 1.
    pub number: i32,
    pub started_at: DateTime<Utc>,
    pub duration: Duration,
    pub outcome: AttemptOutcome,
    pub exchange: Exchange,
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
        retry_after: Option<String>,
    },
}

/// An attempt longer than this counts as slow: its endpoint gets less to do at a time.
pub const SLOW: Duration = Duration::from_secs(2);

impl Attempt {
    pub fn was_quick(&self) -> bool {
        self.duration < SLOW
    }

    pub fn ended_at(&self) -> DateTime<Utc> {
        let took = TimeDelta::from_std(self.duration).unwrap_or_default();
        (self.started_at + took).trunc_subsecs(6)
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
        self.status() == Some(410)
    }

    /// What the other side asks to wait, as it came.
    pub fn retry_after(&self) -> Option<&str> {
        match &self.outcome {
            AttemptOutcome::Answered(answer) => answer.retry_after.as_deref(),
            AttemptOutcome::Failed { retry_after, .. } => retry_after.as_deref(),
        }
    }

    /// The beginning of the answer.
    pub fn excerpt(&self) -> &[u8] {
        match &self.outcome {
            AttemptOutcome::Answered(answer) => &answer.excerpt,
            AttemptOutcome::Failed { .. } => &[],
        }
    }
}

/// Who takes parcels to their endpoints.
pub trait Courier: Send + Sync + 'static {
    /// Sends `parcel` once. It always ends, in a time that is bounded.
    fn attempt(&self, parcel: &Parcel) -> impl Future<Output = Attempt> + Send;
}

/// Sends over HTTP, within the deadlines of `egress`.
pub struct HttpCourier {
    pub egress: Egress,
    pub clock: Clock,
    /// Whether somebody looks at traces. Otherwise no attempt has a span of its own, which would cost
    /// as much as signing it, and what is sent bears the trace of its event as it came.
    pub traced: bool,
}

impl Courier for HttpCourier {
    async fn attempt(&self, parcel: &Parcel) -> Attempt {
        let number = parcel.attempts_made.saturating_add(1);
        let started_at = self.clock.now().trunc_subsecs(6);
        let sending = async {
            let (span, own) = match self.traced {
                true => traced(parcel, number),
                false => (Span::none(), None),
            };
            let parent = own.as_deref().or(parcel.traceparent.as_deref());
            post(&self.egress, parcel, number, started_at, parent)
                .instrument(span)
                .await
        };
        // A panic must not take the delivery with it: what is leased to a living replica is nobody
        // else's to send.
        let sent = AssertUnwindSafe(sending).catch_unwind().await;
        let posted = sent.unwrap_or_else(|_| {
            tracing::error!(delivery_id = %parcel.id, number, "the attempt broke off");
            Posted::not(failed("internal", "the attempt broke off"))
        });
        Attempt {
            number,
            started_at,
            duration: posted.duration,
            outcome: posted.outcome,
            exchange: posted.exchange,
        }
    }
}

/// The span of an attempt, and how it is told to the other side.
fn traced(parcel: &Parcel, number: i32) -> (Span, Option<String>) {
    let span = tracing::info_span!(
        "webhook_attempt",
        delivery_id = %parcel.id,
        endpoint_id = %parcel.destination.endpoint_id,
        event_id = &*parcel.event_id,
        number,
    );
    if let Some(parent) = &parcel.traceparent {
        traceparent::continue_from(&span, parent);
    }
    let told = traceparent::of(&span);
    (span, told)
}

/// What a request came to.
struct Posted {
    outcome: AttemptOutcome,
    duration: Duration,
    exchange: Exchange,
}

impl Posted {
    /// Nothing was sent, as far as is known.
    fn not(outcome: AttemptOutcome) -> Self {
        Self {
            outcome,
            duration: Duration::ZERO,
            exchange: Exchange::default(),
        }
    }
}

async fn post(
    egress: &Egress,
    parcel: &Parcel,
    number: i32,
    now: DateTime<Utc>,
    traceparent: Option<&str>,
) -> Posted {
    let way = match parcel.destination.way() {
        Ok(way) => way,
        Err(unusable) => return Posted::not(refused(unusable, parcel)),
    };
    let mut headers = way.signer.headers(parcel, number, now, traceparent);
    way.headers.add_to(&mut headers);
    let mut exchange = Exchange::of_request(&way.target, &headers);
    let (outcome, duration) = match egress.post(&way.target, headers, parcel.body.clone()).await {
        Ok(mut answer) => {
            let duration = answer.duration;
            tracing::debug!(delivery_id = %parcel.id, number, status = answer.status, ?duration, "answered");
            exchange.answered(&std::mem::take(&mut answer.headers), &way.headers);
            answer.excerpt = way.headers.hide_in(answer.excerpt);
            (AttemptOutcome::Answered(answer), duration)
        }
        Err(failure) => {
            tracing::debug!(delivery_id = %parcel.id, number, %failure, "no answer");
            if failure.status.is_some() {
                exchange.answered(&failure.headers, &way.headers);
            }
            let outcome = AttemptOutcome::Failed {
                kind: failure.kind.as_str(),
                detail: failure.detail,
                status: failure.status,
                retry_after: failure.retry_after,
            };
            (outcome, failure.duration)
        }
    };
    Posted {
        outcome,
        duration,
        exchange,
    }
}

fn refused(unusable: &Unusable, parcel: &Parcel) -> AttemptOutcome {
    match unusable {
        Unusable::Address(reason) => failed("refused_address", &format!("the address {reason}")),
        Unusable::Secret(_) | Unusable::Scheme(_) | Unusable::Key(_) => {
            tracing::error!(delivery_id = %parcel.id, endpoint_id = %parcel.destination.endpoint_id, error = %unusable, "cannot sign");
            failed("signing", "the delivery could not be signed")
        }
    }
}

fn failed(kind: &'static str, detail: &str) -> AttemptOutcome {
    AttemptOutcome::Failed {
        kind,
        detail: detail.to_owned(),
        status: None,
        retry_after: None,
    }
}
