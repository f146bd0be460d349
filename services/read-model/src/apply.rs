//! What a batch of messages does to the database, within one transaction, and what the time does.
//!
//! Order of locks, the same in every replica: records by key, then pilots by key, then views by
//! key. Whoever holds a view may write its documents. What a document is derived from is read only
//! once its view is held: whoever changed any of it before has then committed, and whoever changes
//! it later derives the document again.
//!
//! While documents are built anew, all of it happens twice: where they are served, and then where
//! they are built ([`generation`]).

mod derive;
mod events;
mod pilots;
mod put;
mod records;
mod turn;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use domain::OrgId;
use domain::event::CatalogEvent;
use public_api::routes::View;

use crate::db::documents::Stamps;
use crate::db::generation;
use crate::error::ReadModelError;
use crate::record::Change;

pub use turn::turn_here;

/// How far another service's clock may be ahead of ours. What a message says beyond that moves no
/// clock of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// The time a view's clock is to show for what `happened_at` then: whoever has read that it
/// happened asks for what changed after it, so nothing is filed under an earlier time.
fn filed_at(happened_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    happened_at.min(now + AHEAD).max(now)
}

/// What was done, and at what time each view changed with it.
struct Done {
    count: usize,
    stamps: Stamps,
}

/// Takes in record changes. Returns how many of them were new.
pub async fn records<'a>(
    conn: &mut AsyncPgConnection,
    changes: impl Iterator<Item = &'a Change> + Clone,
    now: DateTime<Utc>,
) -> Result<usize, ReadModelError> {
    let under_way = generation::enter(conn).await?;
    let served = records::records(conn, changes.clone(), now).await?;
    if under_way {
        generation::turn_to_built(conn).await?;
        let built = records::records(conn, changes, now).await?;
        generation::keep_times(conn, &built.stamps).await?;
        generation::turn_to_served(conn).await?;
    }
    Ok(served.count)
}

/// Adds events to the log. Returns how many were not in it yet.
pub async fn events<'a>(
    conn: &mut AsyncPgConnection,
    events: impl Iterator<Item = &'a CatalogEvent> + Clone,
    now: DateTime<Utc>,
) -> Result<usize, ReadModelError> {
    let under_way = generation::enter(conn).await?;
    let served = events::events(conn, events.clone(), now).await?;
    if under_way {
        generation::turn_to_built(conn).await?;
        let built = events::events(conn, events, now).await?;
        generation::keep_times(conn, &built.stamps).await?;
        generation::turn_to_served(conn).await?;
    }
    Ok(served.count)
}

/// Derives anew what is due in a view, `limit` documents at most. Returns how many that were.
pub async fn turn_view(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    view: View,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, ReadModelError> {
    let under_way = generation::enter(conn).await?;
    let served = turn::turn_view(conn, organization, view, now, limit).await?;
    if under_way {
        generation::turn_to_built(conn).await?;
        let built = turn::turn_view(conn, organization, view, now, limit).await?;
        generation::keep_times(conn, &built.stamps).await?;
        generation::turn_to_served(conn).await?;
    }
    Ok(served.count)
}

/// Derives anew what is due in some view that nobody else holds. Returns how many documents that
/// were; 0 means that nothing is due, or that others see to it.
pub async fn turn_next(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, ReadModelError> {
    let under_way = generation::enter(conn).await?;
    match turn::next(conn, now).await? {
        None => Ok(0),
        Some((organization, view)) => {
            let served = turn::turn_view(conn, organization, view, now, limit).await?;
            if under_way {
                generation::turn_to_built(conn).await?;
                let built = turn::turn_view(conn, organization, view, now, limit).await?;
                generation::keep_times(conn, &built.stamps).await?;
                generation::turn_to_served(conn).await?;
            }
            Ok(served.count)
        }
    }
}
