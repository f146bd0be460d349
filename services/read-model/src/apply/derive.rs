//! Documents that are derived from several records. The caller holds their views.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::OrgId;
use domain::organization::Organization;
use public_api::routes::View;

use super::put::Writes;
use crate::db::documents::Tombstone;
use crate::db::{record_links, records};
use crate::error::ReadModelError;
use crate::projection::{self, DERIVED, Derived, Missing, Related};
use crate::record::{self, Change, Record};

/// What is known of each organisation's records.
type Known = BTreeMap<OrgId, Related>;

/// Documents to derive, and what is known of their records by now.
#[derive(Default)]
pub(super) struct Affected {
    known: Known,
    documents: BTreeSet<(OrgId, View, String)>,
}

impl Affected {
    /// These documents of one view.
    pub fn of(organization: OrgId, view: View, ids: impl IntoIterator<Item = String>) -> Self {
        let documents = ids.into_iter().map(|id| (organization, view, id));
        Self {
            known: Known::new(),
            documents: documents.collect(),
        }
    }
}

/// The documents in which these records have a part. `changes` are what was taken in just now: the
/// caller holds the records, so they are what would be read.
pub(super) async fn affected<'a>(
    conn: &mut AsyncPgConnection,
    changes: impl Iterator<Item = &'a Change>,
    records: impl Iterator<Item = &'a Record>,
) -> Result<Affected, ReadModelError> {
    let mut found = Affected::default();
    let mut asked: Vec<(&'static dyn Derived, &Record)> = Vec::new();
    for record in records {
        let part = DERIVED.iter().filter(|d| d.has_part(record));
        asked.extend(part.map(|derived| (*derived, record)));
    }
    for change in changes {
        let organization = change.organization_id;
        let related = found.known.entry(organization);
        let related = related.or_insert_with(|| Related::unknown(organization));
        related.know(change.clone());
    }
    // Every document is made in its school's zone.
    let organizations: BTreeSet<OrgId> = asked.iter().map(|(_, r)| r.organization_id()).collect();
    for organization in organizations {
        related(&mut found.known, organization).one::<Organization>(organization);
    }
    while !asked.is_empty() {
        asked.retain(|(derived, record)| {
            let organization = record.organization_id();
            let related = related(&mut found.known, organization);
            let already = related.has_all();
            let ids = derived.affected(record, related);
            let view = derived.view();
            let documents = ids.into_iter().map(|id| (organization, view, id));
            found.documents.extend(documents);
            // Where something was missing before, this one is asked once more than it need be.
            !(already && related.has_all())
        });
        fetch(conn, &mut found.known).await?;
    }
    Ok(found)
}

/// Derives the documents as they are at `now`.
pub(super) async fn documents(
    conn: &mut AsyncPgConnection,
    affected: Affected,
    now: DateTime<Utc>,
    writes: &mut Writes,
) -> Result<(), ReadModelError> {
    let Affected {
        mut known,
        documents: mut open,
    } = affected;
    while !open.is_empty() {
        let mut again = BTreeSet::new();
        for (organization, view, id) in open {
            let Some(derived) = projection::derived(view) else {
                continue;
            };
            let related = related(&mut known, organization);
            let already = related.has_all();
            let document = derived.project(&id, related, &related.moment(now))?;
            if !(already && related.has_all()) {
                again.insert((organization, view, id));
                continue;
            }
            match document {
                Some(document) => writes.documents.push(document),
                None => {
                    let key = (organization, view, id);
                    writes.vanished.push(Tombstone::new(key, 0, now)?);
                }
            }
        }
        fetch(conn, &mut known).await?;
        open = again;
    }
    // Where the record itself was deleted, it says when.
    let buried: BTreeSet<_> = writes.tombstones.iter().map(Tombstone::key).collect();
    writes.vanished.retain(|t| !buried.contains(&t.key()));
    Ok(())
}

fn related(known: &mut Known, organization: OrgId) -> &Related {
    known
        .entry(organization)
        .or_insert_with(|| Related::unknown(organization))
}

/// Fetches what was asked for in vain.
async fn fetch(conn: &mut AsyncPgConnection, known: &mut Known) -> Result<(), ReadModelError> {
    let missing: BTreeMap<OrgId, Missing> = known
        .iter()
        .filter(|(_, related)| !related.has_all())
        .map(|(organization, related)| (*organization, related.take_missing()))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let ids = missing.iter().flat_map(|(organization, missing)| {
        let ids = missing.ids.iter().cloned();
        ids.map(|(kind, id)| (*organization, kind, id))
    });
    let ids = ids.collect();
    let links = missing.iter().flat_map(|(organization, missing)| {
        let links = missing.links.iter().cloned();
        links.map(|(kind, link)| (*organization, kind, link))
    });
    let links = links.collect();
    let mut payloads = records::payloads(conn, ids).await?;
    let mut gathered: BTreeMap<OrgId, Vec<(&'static str, String, String)>> = BTreeMap::new();
    for row in record_links::gathered(conn, links).await? {
        if let Some(kind) = record::known(&row.kind) {
            let organization = gathered.entry(OrgId(row.organization_id)).or_default();
            organization.push((kind, row.gathered_by, row.id));
        }
        payloads.push(row.payload);
    }
    let mut found: BTreeMap<OrgId, Vec<Change>> = BTreeMap::new();
    for payload in payloads {
        let change = Change::parse(Bytes::from(payload))?;
        found
            .entry(change.organization_id)
            .or_default()
            .push(change);
    }
    for (organization, missing) in missing {
        let found = found.remove(&organization).unwrap_or_default();
        let gathered = gathered.remove(&organization).unwrap_or_default();
        if let Some(related) = known.get_mut(&organization) {
            related.fill(missing, found.into_iter(), gathered.into_iter());
        }
    }
    Ok(())
}
