use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::event::CatalogEvent;
use public_api::routes::View;

use super::{Done, filed_at, put};
use crate::db::{documents, facets, view_clocks};
use crate::error::ReadModelError;
use crate::projection::{self, Projected};

/// Adds events to the log.
pub(super) async fn events<'a>(
    conn: &mut AsyncPgConnection,
    events: impl Iterator<Item = &'a CatalogEvent>,
    now: DateTime<Utc>,
) -> Result<Done, ReadModelError> {
    let mut by_key: BTreeMap<_, Projected> = BTreeMap::new();
    let mut clocks = BTreeMap::new();
    for event in events {
        by_key.insert((event.organization_id, event.id), projection::event(event)?);
        let clock = clocks.entry((event.organization_id, View::Events));
        let clock = clock.or_insert(now);
        *clock = filed_at(event.occurred_at, now).max(*clock);
    }
    let documents: Vec<Projected> = by_key.into_values().collect();
    let stamps = view_clocks::advance(conn, &clocks).await?;
    let added = documents::add(conn, &documents, &stamps).await?;
    let new = documents
        .iter()
        .filter(|d| added.contains(&(d.organization_id, d.id.clone())));
    facets::add(conn, &put::entries(new)).await?;
    Ok(Done {
        count: added.len(),
        stamps,
    })
}
