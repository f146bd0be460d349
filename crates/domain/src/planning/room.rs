//! Rooms, as far as planning needs to know them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{LocationId, OrgId, RoomId};

/// A classroom or another place that is booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub id: RoomId,
    pub organization_id: OrgId,
    pub location_id: Option<LocationId>,
    pub version: i64,
    pub name: String,
    /// How many people it seats.
    pub seats: Option<i32>,
    /// A room that is not used any more is not booked any more.
    pub active: bool,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
