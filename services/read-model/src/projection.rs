//! From records to documents.
//!
//! Every function here knows nothing but its arguments: no database, no clock. What the service
//! keeps up to date change by change is therefore exactly what [`project`] makes of all records
//! at once.

mod events;
mod fleet;
mod flights;
pub mod keys;
mod pilots;
mod totals;

use std::collections::{BTreeMap, BTreeSet};

use domain::{LocationId, OrgId, PersonId};
use public_api::routes::View;
use serde::{Deserialize, Serialize};

use crate::record::Record;

pub use events::event;
pub use fleet::aircraft;
pub use flights::flight;
pub use pilots::pilot;
pub use totals::{Totals, contribution};

/// A document with all that it is sorted and found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projected {
    pub organization_id: OrgId,
    pub view: View,
    pub id: String,
    pub version: i64,
    /// Ordered byte by byte.
    pub sort_key: String,
    pub location_id: Option<LocationId>,
    pub facets: BTreeSet<Facet>,
    /// UTF-8 JSON, as served.
    pub body: Vec<u8>,
}

/// A value a document is found by. Written as the pair `["status","approved"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(String, String)", into = "(String, String)")]
pub struct Facet {
    pub name: String,
    pub value: String,
}

impl Facet {
    pub fn new(name: &str, value: impl ToString) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_string(),
        }
    }
}

impl From<(String, String)> for Facet {
    fn from((name, value): (String, String)) -> Self {
        Self { name, value }
    }
}

impl From<Facet> for (String, String) {
    fn from(facet: Facet) -> Self {
        (facet.name, facet.value)
    }
}

/// Whose totals.
pub type PilotKey = (OrgId, PersonId);

/// All documents of these records, each given once, in its latest version: what a rebuild writes.
///
/// # Errors
/// None that a record can cause; the serializer's own are handed through.
pub fn project<'a>(
    records: impl IntoIterator<Item = &'a Record> + Clone,
) -> serde_json::Result<Vec<Projected>> {
    let mut totals: BTreeMap<PilotKey, Totals> = BTreeMap::new();
    for record in records.clone() {
        if let Some((pilot, minutes)) = contribution(record) {
            *totals.entry(pilot).or_default() += minutes;
        }
    }
    let documents = records.into_iter().filter_map(|record| match record {
        Record::Person(person) => {
            let totals = totals.get(&(person.organization_id, person.id)).copied();
            Some(pilot(person, totals.unwrap_or_default()))
        }
        alone => of_one(alone),
    });
    documents.collect()
}

/// The document of a record that needs no other record.
pub fn of_one(record: &Record) -> Option<serde_json::Result<Projected>> {
    match record {
        Record::Flight(f) => Some(flight(f)),
        Record::Aircraft(a) => Some(aircraft(a)),
        Record::Person(_) | Record::Organization(_) | Record::Location(_) => None,
    }
}
