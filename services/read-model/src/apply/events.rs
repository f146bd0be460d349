use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::event::CatalogEvent;

use super::put;
use crate::db::{documents, facets};
use crate::error::ReadModelError;
use crate::projection::{self, Projected};

/// Adds events to the log. Returns how many were not in it yet.
pub async fn events<'a>(
    conn: &mut AsyncPgConnection,
    events: impl Iterator<Item = &'a CatalogEvent>,
    now: DateTime<Utc>,
) -> Result<usize, ReadModelError> {
    // In the order of their keys, so that replicas that were given the same events wait for each
    // other in the same order.
    let mut by_key: BTreeMap<_, Projected> = BTreeMap::new();
    for event in events {
        by_key.insert((event.organization_id, event.id), projection::event(event)?);
    }
    let documents: Vec<Projected> = by_key.into_values().collect();
    let added = documents::add(conn, &documents, now).await?;
    let new = documents
        .iter()
        .filter(|d| added.contains(&(d.organization_id, d.id.clone())));
    facets::add(conn, &put::entries(new)).await?;
    Ok(added.len())
}
