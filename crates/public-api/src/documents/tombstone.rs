//! What `updated_since` shows in the place of a document that is no more.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::Timestamp;

/// A document that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Tombstone")]
pub struct TombstoneDocument<'a> {
    pub id: &'a str,
    /// Always true.
    #[schemars(extend("const" = true))]
    pub deleted: bool,
    pub deleted_at: Timestamp,
}

impl<'a> TombstoneDocument<'a> {
    pub fn new(id: &'a str, deleted_at: DateTime<Utc>) -> Self {
        Self {
            id,
            deleted: true,
            deleted_at: Timestamp(deleted_at),
        }
    }
}
