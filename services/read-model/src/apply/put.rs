//! Documents and the entries they are found by, kept in step.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use crate::db::{documents, documents::Filed, facets, facets::Entry};
use crate::error::ReadModelError;
use crate::projection::{Facet, Projected};

/// Writes documents over what is there. The caller holds locks that keep others from them, taken
/// by an earlier statement, so that what is read here is the present.
pub(super) async fn put(
    conn: &mut AsyncPgConnection,
    documents: &[Projected],
    now: DateTime<Utc>,
) -> Result<(), ReadModelError> {
    if documents.is_empty() {
        return Ok(());
    }
    let filed = documents::filed(conn, documents).await?;
    documents::put(conn, documents, now).await?;
    let (gone, come) = differences(&filed, documents);
    facets::remove(conn, &gone).await?;
    facets::add(conn, &come).await?;
    Ok(())
}

/// The entries of new documents.
pub(super) fn entries<'a>(documents: impl Iterator<Item = &'a Projected>) -> Vec<Entry<'a>> {
    documents
        .flat_map(|d| d.facets.iter().map(|facet| entry(d, facet)))
        .collect()
}

fn differences<'a>(
    filed: &'a [Filed],
    documents: &'a [Projected],
) -> (Vec<Entry<'a>>, Vec<Entry<'a>>) {
    let before: BTreeMap<_, _> = filed
        .iter()
        .map(|f| ((f.organization_id, f.view.as_str(), f.id.as_str()), f))
        .collect();
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for document in documents {
        let key = (
            document.organization_id.0,
            document.view.as_str(),
            document.id.as_str(),
        );
        let filed = before.get(&key);
        // Entries hold the sort key, so all of them move with it.
        let unmoved = filed.filter(|filed| filed.sort_key == document.sort_key);
        let is_kept = |facet: &Facet| unmoved.is_some_and(|filed| filed.facets.contains(facet));
        come.extend(
            document
                .facets
                .iter()
                .filter(|facet| !is_kept(facet))
                .map(|facet| entry(document, facet)),
        );
        if let Some(filed) = filed {
            let stays = |facet: &Facet| unmoved.is_some() && document.facets.contains(facet);
            let left = filed.facets.iter().filter(|facet| !stays(facet));
            gone.extend(left.map(|facet| Entry {
                sort_key: &filed.sort_key,
                ..entry(document, facet)
            }));
        }
    }
    (gone, come)
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
