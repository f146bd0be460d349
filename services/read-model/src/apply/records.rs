//! Order of locks, the same in every replica: records by key, then pilots by key. Whoever holds
//! the record of a flight or an aircraft may write its document; whoever holds a pilot's totals,
//! the pilot's.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::OrgId;

use super::put;
use crate::db::{pilot_totals, records};
use crate::error::ReadModelError;
use crate::projection::{self, PilotKey, Projected, Totals, contribution};
use crate::record::{Change, Key, Record, kind};

/// Takes in what is newer than the replica, and brings documents and totals up to date. Returns
/// how many changes that were.
pub async fn records<'a>(
    conn: &mut AsyncPgConnection,
    changes: impl Iterator<Item = &'a Change>,
    now: DateTime<Utc>,
) -> Result<usize, ReadModelError> {
    let latest = latest(changes);
    let sorted: Vec<&Change> = latest.values().copied().collect();
    let mut documents = Vec::new();
    let mut totals: BTreeMap<PilotKey, Totals> = BTreeMap::new();
    let mut applied = 0;
    for replaced in records::replace(conn, &sorted).await? {
        let Some(change) = find(&latest, &replaced) else {
            continue;
        };
        applied += 1;
        let previous = replaced
            .previous
            .map(|payload| Change::parse(payload.into()))
            .transpose()?;
        count(&mut totals, change, previous.as_ref());
        if let Some(document) = projection::of_one(&change.record) {
            documents.push(document?);
        }
    }
    documents.extend(pilots(conn, &totals).await?);
    put::put(conn, &documents, now).await?;
    Ok(applied)
}

/// The newest version of each record, in the order of their keys.
fn latest<'a>(changes: impl Iterator<Item = &'a Change>) -> BTreeMap<Key, &'a Change> {
    let mut latest: BTreeMap<Key, &Change> = BTreeMap::new();
    for change in changes {
        let known = latest.entry(change.key()).or_insert(change);
        if change.record.version() > known.record.version() {
            *known = change;
        }
    }
    latest
}

fn find<'a>(
    latest: &BTreeMap<Key, &'a Change>,
    replaced: &records::Replaced,
) -> Option<&'a Change> {
    let kinds = [
        kind::ORGANIZATION,
        kind::LOCATION,
        kind::PERSON,
        kind::AIRCRAFT,
        kind::FLIGHT,
    ];
    let kind = kinds.into_iter().find(|kind| *kind == replaced.kind)?;
    let key = (OrgId(replaced.organization_id), kind, replaced.id.clone());
    latest.get(&key).copied()
}

/// Notes what the change adds to whose totals. A person's own change adds nothing, and takes the
/// place in the totals all the same: it is the lock of the pilot's document.
fn count(totals: &mut BTreeMap<PilotKey, Totals>, change: &Change, previous: Option<&Change>) {
    if let Record::Person(person) = &change.record {
        totals
            .entry((person.organization_id, person.id))
            .or_default();
    }
    let before = previous.and_then(|change| contribution(&change.record));
    let after = contribution(&change.record);
    if before == after {
        return;
    }
    if let Some((pilot, minutes)) = before {
        *totals.entry(pilot).or_default() -= minutes;
    }
    if let Some((pilot, minutes)) = after {
        *totals.entry(pilot).or_default() += minutes;
    }
}

/// The documents of the pilots whose totals or records changed, as far as the persons are known:
/// flights may come before their pilots.
async fn pilots(
    conn: &mut AsyncPgConnection,
    changes: &BTreeMap<PilotKey, Totals>,
) -> Result<Vec<Projected>, ReadModelError> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let totals = pilot_totals::add(conn, changes).await?;
    let keys = changes
        .keys()
        .map(|(organization, pilot)| (*organization, pilot.to_string()));
    let mut documents = Vec::with_capacity(changes.len());
    for payload in records::payloads(conn, kind::PERSON, keys).await? {
        if let Record::Person(person) = Change::parse(Bytes::from(payload))?.record {
            let totals = totals.get(&(person.organization_id, person.id)).copied();
            documents.push(projection::pilot(&person, totals.unwrap_or_default())?);
        }
    }
    Ok(documents)
}
