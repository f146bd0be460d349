//! Pilots and what their flights add up to.

use std::collections::BTreeMap;

use bytes::Bytes;
use diesel_async::AsyncPgConnection;

use crate::db::{pilot_totals, records};
use crate::error::ReadModelError;
use crate::projection::{self, PilotKey, Projected, Totals, contribution};
use crate::record::{Change, Record, kind};

/// Notes what a change adds to whose totals. A person's own change adds nothing, and takes the
/// place in the totals all the same: it is the lock of the pilot's document.
pub(super) fn count(
    totals: &mut BTreeMap<PilotKey, Totals>,
    change: &Change,
    previous: Option<&Change>,
) {
    if let Some(Record::Person(person)) = &change.record {
        totals
            .entry((person.organization_id, person.id))
            .or_default();
    }
    let minutes = |change: &Change| change.record.as_ref().and_then(contribution);
    let before = previous.and_then(minutes);
    let after = minutes(change);
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
pub(super) async fn documents(
    conn: &mut AsyncPgConnection,
    changes: &BTreeMap<PilotKey, Totals>,
) -> Result<Vec<Projected>, ReadModelError> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let totals = pilot_totals::add(conn, changes).await?;
    let keys = changes.keys();
    let keys = keys
        .map(|(organization, pilot)| (*organization, kind::PERSON, pilot.to_string()))
        .collect();
    let mut documents = Vec::with_capacity(changes.len());
    for payload in records::payloads(conn, keys).await? {
        if let Some(Record::Person(person)) = Change::parse(Bytes::from(payload))?.record {
            let totals = totals.get(&(person.organization_id, person.id)).copied();
            documents.push(projection::pilot(&person, totals.unwrap_or_default())?);
        }
    }
    Ok(documents)
}
