//! Documents that are found by every filter of their list, out of the route table itself: a new row
//! is covered the day it appears. Their bodies say nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use domain::OrgId;
use public_api::routes::{Form, Route};
use public_api::sort_key;
use read_model::db::documents;
use read_model::db::facets::{self, Entry};
use read_model::projection::{Facet, Projected, keys, spans};
use uuid::Uuid;

use crate::school::instant;

/// Documents written at once; they have one time of change.
const BATCH: u32 = 1_000;

/// The other record that a document refers to, one of so many.
pub const REFERRED: u32 = 40;

/// What the list's sort key is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Instant,
    Date,
    Text,
}

impl Key {
    pub fn of(route: &Route) -> Self {
        let mut forms = route.filters().iter().map(|filter| filter.form);
        if forms.clone().any(|form| matches!(form, Form::Instant(_))) {
            Self::Instant
        } else if forms.any(|form| matches!(form, Form::Date(_))) {
            Self::Date
        } else {
            Self::Text
        }
    }

    /// Of document `n`.
    pub fn at(self, n: u32) -> String {
        match self {
            Self::Instant => sort_key::instant(begins(n)),
            Self::Date => begins(n).date_naive().to_string(),
            Self::Text => keys::text(&[NAMES[at(n, NAMES.len())], &n.to_string()]),
        }
    }
}

/// When document `n` begins: one after the other, by the half hour.
pub fn begins(n: u32) -> DateTime<Utc> {
    instant("2020-01-01T08:00:00Z") + TimeDelta::minutes(30 * i64::from(n))
}

/// When document `n` changed.
pub fn changed(n: u32) -> DateTime<Utc> {
    instant("2026-01-01T00:00:00Z") + TimeDelta::seconds(i64::from(n / BATCH))
}

pub fn id(n: u32) -> Uuid {
    Uuid::from_u128(1 << 64 | u128::from(n))
}

const NAMES: [&str; 8] = [
    "Ada", "Blériot", "Cessna", "Dumont", "Earhart", "Farman", "Gabreski", "Hartmann",
];

fn at(n: u32, of: usize) -> usize {
    usize::try_from(n).unwrap() % of
}

/// `count` documents of the list, for this organisation.
pub async fn file(conn: &mut AsyncPgConnection, organization: OrgId, route: &Route, count: u32) {
    for first in (0..count).step_by(1_000) {
        let batch = first..count.min(first + BATCH);
        let documents: Vec<_> = batch.map(|n| document(organization, route, n)).collect();
        let stamps = BTreeMap::from([((organization, route.view), changed(first))]);
        documents::add(conn, &documents, &stamps).await.unwrap();
        let entries = documents.iter().flat_map(|document| {
            document.facets.iter().map(|facet| Entry {
                organization_id: organization.0,
                view: route.view.as_str(),
                facet: &facet.name,
                value: &facet.value,
                sort_key: &document.sort_key,
                id: &document.id,
            })
        });
        facets::add(conn, &entries.collect::<Vec<_>>())
            .await
            .unwrap();
    }
}

/// With the statistics that autovacuum keeps.
pub async fn settle(conn: &mut AsyncPgConnection) {
    conn.batch_execute("VACUUM (ANALYZE) documents, document_facets")
        .await
        .unwrap();
}

fn document(organization_id: OrgId, route: &Route, n: u32) -> Projected {
    let mut facets: BTreeSet<Facet> = BTreeSet::new();
    for filter in route.filters() {
        match filter.form {
            Form::Enum(terms) => {
                // Half have the first, one of 300 the last, the others are of all other kinds.
                let place = match n {
                    n if n.is_multiple_of(300) => terms.len() - 1,
                    n if n.is_multiple_of(2) => 0,
                    n => at(n / 2, terms.len().max(2) - 1),
                };
                facets.insert(Facet::new(filter.name, terms[place]));
            }
            Form::Bool => {
                facets.insert(Facet::new(filter.name, n.is_multiple_of(40)));
            }
            Form::Uuid => {
                facets.insert(Facet::new(filter.name, id(n % REFERRED)));
            }
            Form::Text { .. } => {
                let words = [NAMES[at(n, 8)], NAMES[at(n / 8, 8)], &format!("CS{n}")].join(" ");
                for word in keys::words(&words) {
                    facets
                        .extend(keys::beginnings(&word).map(|part| Facet::new(filter.name, part)));
                }
            }
            Form::Instant(_) | Form::Date(_) => {}
        }
    }
    if route.view.lasts() {
        facets.extend(spans::facets(begins(n), begins(n) + TimeDelta::minutes(90)));
    }
    Projected {
        organization_id,
        view: route.view,
        id: id(n).to_string(),
        version: 1,
        sort_key: Key::of(route).at(n),
        location_id: None,
        facets,
        body: format!(r#"{{"id":"{}","filler":"{}"}}"#, id(n), "x".repeat(600)).into_bytes(),
        detail: None,
        turns_at: None,
    }
}
