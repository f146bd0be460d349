//! A batch of record changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::OrgId;
use public_api::routes::View;

use super::put::Writes;
use super::{Done, derive, filed_at, pilots, put};
use crate::db::documents::{Cause, Tombstone};
use crate::db::record_links::{self, Link};
use crate::db::view_clocks::{self, Place};
use crate::db::{records, turns};
use crate::error::ReadModelError;
use crate::projection::{self, DERIVED, PilotKey, Totals};
use crate::record::{self, Change, Key, Record, kind};

/// A change that was taken in, and what it took the place of.
struct Taken<'a> {
    change: &'a Change,
    previous: Option<Change>,
}

/// Takes in what is newer than the replica, and brings documents and totals up to date.
pub(super) async fn records<'a>(
    conn: &mut AsyncPgConnection,
    changes: impl Iterator<Item = &'a Change>,
    now: DateTime<Utc>,
) -> Result<Done, ReadModelError> {
    let latest = latest(changes);
    let taken = replace(conn, &latest).await?;
    relink(conn, &taken).await?;
    let mut totals: BTreeMap<PilotKey, Totals> = BTreeMap::new();
    let mut writes = Writes::default();
    for taken in &taken {
        pilots::count(&mut totals, taken.change, taken.previous.as_ref());
        alone(&mut writes, taken.change)?;
    }
    writes
        .documents
        .extend(pilots::documents(conn, &totals).await?);
    let moved: BTreeSet<OrgId> = taken.iter().filter_map(Taken::moved).collect();
    let clocks = clocks(&taken, &writes, &moved, now);
    let stamps = view_clocks::advance(conn, &clocks).await?;
    for organization in moved {
        turns::all_due(conn, organization, &turning()).await?;
    }
    let parts = taken.iter().flat_map(Taken::parts);
    let changes = taken.iter().map(|taken| taken.change);
    let derived = derive::affected(conn, changes, parts).await?;
    derive::documents(conn, derived, now, &mut writes).await?;
    put::put(conn, writes, &stamps, Cause::Record).await?;
    Ok(Done {
        count: taken.len(),
        stamps,
    })
}

/// The newest version of each record, in the order of their keys.
fn latest<'a>(changes: impl Iterator<Item = &'a Change>) -> BTreeMap<Key, &'a Change> {
    let mut latest: BTreeMap<Key, &Change> = BTreeMap::new();
    for change in changes {
        let known = latest.entry(change.key()).or_insert(change);
        if change.version > known.version {
            *known = change;
        }
    }
    latest
}

async fn replace<'a>(
    conn: &mut AsyncPgConnection,
    latest: &BTreeMap<Key, &'a Change>,
) -> Result<Vec<Taken<'a>>, ReadModelError> {
    let sorted: Vec<&Change> = latest.values().copied().collect();
    let mut taken = Vec::with_capacity(sorted.len());
    for replaced in records::replace(conn, &sorted).await? {
        let key = record::known(&replaced.kind)
            .map(|kind| (OrgId(replaced.organization_id), kind, replaced.id));
        let Some(change) = key.and_then(|key| latest.get(&key).copied()) else {
            continue;
        };
        let previous = replaced
            .previous
            .map(|payload| Change::parse(payload.into()));
        taken.push(Taken {
            change,
            previous: previous.transpose()?,
        });
    }
    let deleted = taken.iter().map(|taken| taken.change);
    let deleted: Vec<&Change> = deleted.filter(|change| change.record.is_none()).collect();
    records::forget_previous(conn, &deleted).await?;
    Ok(taken)
}

/// Keeps what the records are gathered by in step with them.
async fn relink(conn: &mut AsyncPgConnection, taken: &[Taken<'_>]) -> Result<(), ReadModelError> {
    let (mut left, mut come) = (Vec::new(), Vec::new());
    for Taken { change, previous } in taken {
        let before = previous.as_ref().map(Change::links).unwrap_or_default();
        let after = change.links();
        let link = |gathered_by: &String| Link {
            organization_id: change.organization_id.0,
            kind: change.kind,
            gathered_by: gathered_by.clone(),
            id: change.id.clone(),
        };
        left.extend(before.difference(&after).map(link));
        come.extend(after.difference(&before).map(link));
    }
    record_links::remove(conn, &left).await?;
    record_links::add(conn, &come).await?;
    Ok(())
}

/// What becomes of a document by one record alone.
fn alone(writes: &mut Writes, change: &Change) -> Result<(), ReadModelError> {
    match &change.record {
        Some(record) => {
            let document = projection::of_one(record).transpose()?;
            writes.documents.extend(document);
        }
        None => {
            if let Some(view) = projection::view_of(change.kind) {
                let key = (change.organization_id, view, change.id.clone());
                let tombstone = Tombstone::new(key, change.version, change.happened_at)?;
                writes.tombstones.push(tombstone);
            }
        }
    }
    Ok(())
}

/// The views that may be written, and the time their clocks are to show.
fn clocks(
    taken: &[Taken<'_>],
    writes: &Writes,
    moved: &BTreeSet<OrgId>,
    now: DateTime<Utc>,
) -> BTreeMap<Place, DateTime<Utc>> {
    let mut latest: BTreeMap<OrgId, DateTime<Utc>> = BTreeMap::new();
    let mut places: BTreeSet<Place> = BTreeSet::new();
    for taken in taken {
        let change = taken.change;
        let at = latest.entry(change.organization_id).or_insert(now);
        *at = filed_at(change.happened_at, now).max(*at);
        let part = DERIVED
            .iter()
            .filter(|d| taken.parts().any(|r| d.has_part(r)));
        places.extend(part.map(|d| (change.organization_id, d.view())));
    }
    let documents = writes.documents.iter();
    places.extend(documents.map(|d| (d.organization_id, d.view)));
    let tombstones = writes.tombstones.iter();
    places.extend(tombstones.map(|t| (t.organization_id, t.view)));
    for organization in moved {
        places.extend(turning().iter().map(|v| (*organization, *v)));
    }
    places
        .into_iter()
        .map(|place| (place, latest.get(&place.0).copied().unwrap_or(now)))
        .collect()
}

/// Views whose documents change with the time.
fn turning() -> Vec<View> {
    let turning = DERIVED.iter().filter(|d| d.turns());
    turning.map(|d| d.view()).collect()
}

impl Taken<'_> {
    /// The organisation, when its days now end at another time.
    fn moved(&self) -> Option<OrgId> {
        fn zone(change: &Change) -> Option<&str> {
            match &change.record {
                Some(Record::Organization(o)) => Some(&o.timezone),
                _ => None,
            }
        }
        let before = self.previous.as_ref().and_then(zone).unwrap_or("UTC");
        let after = zone(self.change).unwrap_or("UTC");
        (self.change.kind == kind::ORGANIZATION && before != after)
            .then_some(self.change.organization_id)
    }

    /// The record as it now is, and as it was before.
    fn parts(&self) -> impl Iterator<Item = &Record> {
        let before = self.previous.as_ref().and_then(|c| c.record.as_ref());
        self.change.record.iter().chain(before)
    }
}
