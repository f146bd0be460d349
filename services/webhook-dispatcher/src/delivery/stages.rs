//! The stages of a delivery in memory. Each is made only from the one before, so that an attempt
//! that was not recorded cannot be called done.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use domain::DeliveryId;
use tokio::time::Instant;
use uuid::Uuid;

use super::attempt::Attempt;
use super::destination::Destination;
use super::room::Place;
use crate::lease::Lease;

/// What is to be sent, and where.
pub struct Parcel {
    pub id: DeliveryId,
    pub event_id: Arc<str>,
    pub event_type: Cow<'static, str>,
    /// W3C Trace Context of what caused the event.
    pub traceparent: Option<String>,
    /// Exactly what is signed and sent, in every attempt.
    pub body: Bytes,
    pub sequence: i64,
    /// Attempts whose outcome is known.
    pub attempts_made: i32,
    /// Of those, the probes of its endpoint.
    pub probes: i32,
    pub destination: Arc<Destination>,
}

/// A parcel that this replica alone may send, as long as its lease lasts.
pub struct Leased {
    parcel: Parcel,
    lease: Arc<Lease>,
    place: Place,
    slot: Option<Slot>,
    consignment: Option<Uuid>,
}

/// A place in time: an attempt begins in it, or gets another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub not_before: Instant,
    pub not_after: Instant,
}

impl Leased {
    /// `parcel` is in the table under `lease`.
    pub fn new(parcel: Parcel, lease: Arc<Lease>, place: Place) -> Self {
        Self {
            parcel,
            lease,
            place,
            slot: None,
            consignment: None,
        }
    }

    /// Where the endpoint is sent to at a rate, `slot` is its place.
    #[must_use]
    pub fn within(self, slot: Option<Slot>) -> Self {
        Self { slot, ..self }
    }

    /// It stands in this one, unless that was opened meanwhile.
    #[must_use]
    pub fn consigned(self, consignment: Uuid) -> Self {
        Self {
            consignment: Some(consignment),
            ..self
        }
    }

    pub fn consignment(&self) -> Option<Uuid> {
        self.consignment
    }

    /// None: it may be sent at once.
    pub fn not_before(&self) -> Option<Instant> {
        self.slot.map(|slot| slot.not_before)
    }

    /// Its place in time has passed: it has to get another.
    pub fn is_too_late(&self, now: Instant) -> bool {
        self.slot.is_some_and(|slot| now > slot.not_after)
    }

    pub fn parcel(&self) -> &Parcel {
        &self.parcel
    }

    pub fn lease(&self) -> &Lease {
        &self.lease
    }

    pub fn sent(self, attempt: Attempt) -> Sent {
        Sent {
            leased: self,
            attempt,
        }
    }
}

/// A parcel after an attempt whose outcome is known in memory only.
pub struct Sent {
    leased: Leased,
    attempt: Attempt,
}

impl Sent {
    pub fn parcel(&self) -> &Parcel {
        self.leased.parcel()
    }

    pub fn lease(&self) -> &Lease {
        self.leased.lease()
    }

    pub fn consignment(&self) -> Option<Uuid> {
        self.leased.consignment()
    }

    pub fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// The next of its line waits for its outcome.
    pub fn is_awaited(&self) -> bool {
        self.leased.place.wakes_when_free()
    }

    /// To be called once the outcome is committed, or is another replica's to write.
    pub(super) fn recorded(self, still_ours: bool) -> Recorded {
        drop(self.leased.place);
        Recorded { still_ours }
    }
}

/// An attempt whose outcome is in the table; nothing is left to do in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// False: the lease had passed on, and nothing was written.
    pub still_ours: bool,
}
