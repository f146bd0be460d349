//! How far back a recovery can look.

use chrono::{DateTime, Utc};
use domain::OrgId;
use store::AsyncPgConnection;

use crate::db::retention;
use crate::retention::Days;

/// From then on the organisation's log is whole: every event with every delivery. Of what is older
/// a delivery that arrived may be gone, and its event not. `standard` is of those who chose nothing.
pub async fn whole_since(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    standard: Days,
    now: DateTime<Utc>,
) -> diesel::QueryResult<DateTime<Utc>> {
    let chosen = retention::find(conn, organization).await?;
    let days = chosen.and_then(|row| row.days());
    Ok(now - days.unwrap_or(standard).span())
}
