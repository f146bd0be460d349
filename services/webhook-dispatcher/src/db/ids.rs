//! Ids that begin with their time.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What no UUID of version 7 that was made at `at` or later is below.
pub(super) fn least_id(at: DateTime<Utc>) -> Uuid {
    least_id_of(u64::try_from(at.timestamp_millis()).unwrap_or_default())
}

/// The same of a moment in milliseconds since 1970: 48 bits of it, then nothing.
pub(super) fn least_id_of(unix_ms: u64) -> Uuid {
    Uuid::from_u128(u128::from(unix_ms) << 80)
}
