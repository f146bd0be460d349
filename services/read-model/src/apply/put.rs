//! Documents and the entries they are found by, kept in step.

use std::collections::BTreeMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::db::documents::{self, Cause, Filed, Stamps, Tombstone};
use crate::db::facets::{self, Entry};
use crate::error::ReadModelError;
use crate::projection::{Facet, Projected};

/// What is to become of documents.
#[derive(Debug, Default)]
pub(super) struct Writes {
    pub documents: Vec<Projected>,
    /// In the place of documents whose records were deleted, known or not.
    pub tombstones: Vec<Tombstone>,
    /// In the place of documents that came to not exist, where they did.
    pub vanished: Vec<Tombstone>,
}

/// Writes over what is there. The caller holds the views, so that what is read here is the present.
pub(super) async fn put(
    conn: &mut AsyncPgConnection,
    writes: Writes,
    stamps: &Stamps,
    cause: Cause,
) -> Result<(), ReadModelError> {
    let Writes {
        documents,
        mut tombstones,
        mut vanished,
    } = writes;
    if documents.is_empty() && tombstones.is_empty() && vanished.is_empty() {
        return Ok(());
    }
    let live = documents.iter().map(key);
    let gone = tombstones.iter().chain(&vanished).map(Tombstone::key);
    let keys = live
        .chain(gone)
        .map(|(org, view, id)| (org, view, id.to_owned()));
    let keys = keys.collect();
    let filed = documents::filed(conn, keys).await?;
    let before: BTreeMap<Key<'_>, &Filed> = filed.iter().map(|f| (f.key(), f)).collect();
    vanished.retain(|t| before.get(&t.key()).is_some_and(|f| !f.deleted));
    tombstones.append(&mut vanished);

    let (mut left, come) = differences(&before, &documents);
    for filed in tombstones.iter().filter_map(|t| before.get(&t.key())) {
        left.extend(filed.facets.iter().map(|facet| filed.entry(facet)));
    }
    documents::put(conn, &documents, stamps, cause).await?;
    documents::bury(conn, &tombstones, stamps).await?;
    facets::remove(conn, &left).await?;
    facets::add(conn, &come).await?;
    Ok(())
}

/// The entries of new documents.
pub(super) fn entries<'a>(documents: impl Iterator<Item = &'a Projected>) -> Vec<Entry<'a>> {
    documents
        .flat_map(|d| d.facets.iter().map(|facet| entry(d, facet)))
        .collect()
}

/// Organisation, view and id.
type Key<'a> = (Uuid, &'a str, &'a str);

fn key(document: &Projected) -> (Uuid, &'static str, &str) {
    (
        document.organization_id.0,
        document.view.as_str(),
        &document.id,
    )
}

impl Filed {
    fn key(&self) -> Key<'_> {
        (self.organization_id, &self.view, &self.id)
    }

    fn entry<'a>(&'a self, facet: &'a Facet) -> Entry<'a> {
        Entry {
            organization_id: self.organization_id,
            view: &self.view,
            facet: &facet.name,
            value: &facet.value,
            sort_key: &self.sort_key,
            id: &self.id,
        }
    }
}

/// The entries that leave, and those that come.
fn differences<'a>(
    before: &BTreeMap<Key<'_>, &'a Filed>,
    documents: &'a [Projected],
) -> (Vec<Entry<'a>>, Vec<Entry<'a>>) {
    let (mut left, mut come) = (Vec::new(), Vec::new());
    for document in documents {
        let filed = before.get(&key(document)).copied();
        // Entries hold the sort key, so all of them move with it.
        let kept = |facet: &Facet| {
            filed.is_some_and(|filed| {
                filed.sort_key == document.sort_key
                    && filed.facets.contains(facet)
                    && document.facets.contains(facet)
            })
        };
        let new = document.facets.iter().filter(|facet| !kept(facet));
        come.extend(new.map(|facet| entry(document, facet)));
        if let Some(filed) = filed {
            let old = filed.facets.iter().filter(|facet| !kept(facet));
            left.extend(old.map(|facet| filed.entry(facet)));
        }
    }
    (left, come)
}

fn entry<'a>(document: &'a Projected, facet: &'a Facet) -> Entry<'a> {
    Entry {
        organization_id: document.organization_id.0,
        view: document.view.as_str(),
        facet: &facet.name,
        value: &facet.value,
        sort_key: &document.sort_key,
        id: &document.id,
    }
}
