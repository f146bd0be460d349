//! What was heard of endpoints while something was read of them.

use std::collections::HashMap;
use std::time::Duration;

use domain::EndpointId;
use tokio::time::Instant;

use super::destination::Destination;

/// A claim, or the writing of an event, that was begun before an endpoint changed may be answered after
/// everybody has heard of the change. What it brings is for the endpoint as it was.
#[derive(Default)]
pub struct Recalls {
    last: HashMap<EndpointId, Instant>,
    /// Of any.
    last_of_all: Option<Instant>,
}

/// Longer than any statement takes with the wait for its connection. What was read before goes back,
/// whatever was heard.
const REMEMBERED: Duration = Duration::from_secs(60);

impl Recalls {
    pub fn note(&mut self, endpoint: EndpointId, now: Instant) {
        self.last
            .retain(|_, at| now.duration_since(*at) <= REMEMBERED);
        self.last.insert(endpoint, now);
    }

    pub fn note_all(&mut self, now: Instant) {
        self.last.clear();
        self.last_of_all = Some(now);
    }

    /// Whether the endpoint may be another by now than it was when it was read. A probe is let through:
    /// it is one delivery, and handed back it would cost the endpoint its turn, which may have come just
    /// because of the change.
    pub fn concern(&self, destination: &Destination, now: Instant) -> bool {
        if destination.is_failing {
            return false;
        }
        let read_at = destination.read_at;
        let last = self.last.get(&destination.endpoint_id);
        last.max(self.last_of_all.as_ref())
            .is_some_and(|recalled| *recalled >= read_at)
            || now.duration_since(read_at) > REMEMBERED
    }
}
