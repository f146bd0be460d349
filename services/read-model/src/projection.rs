//! From records to documents.
//!
//! Every function here knows nothing but its arguments: no database, no clock. What the service
//! keeps up to date change by change is therefore exactly what [`project`] makes of all records
//! at once.

mod compliance;
mod derived;
mod events;
mod finance_summaries;
mod fleet;
mod flights;
mod invoices;
pub mod keys;
mod locations;
mod maintenance_due;
mod organizations;
mod pilots;
mod related;
mod sessions;
mod signoffs;
pub mod spans;
mod totals;
mod training_progress;
mod vtr;
mod work_orders;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{LocationId, OrgId, PersonId};
use public_api::routes::View;
use serde::{Deserialize, Serialize};

use crate::record::{Record, kind};

pub use compliance::Compliance;
pub use derived::{DERIVED, Derived, derived};
pub use events::event;
pub use finance_summaries::FinanceSummaries;
pub use fleet::aircraft;
pub use flights::Flights;
pub use invoices::Invoices;
pub use locations::location;
pub use maintenance_due::MaintenanceDue;
pub use organizations::organization;
pub use pilots::pilot;
pub use related::{Missing, Related};
pub use sessions::session;
pub use signoffs::signoff;
pub use totals::{Totals, contribution};
pub use training_progress::TrainingProgress;
pub use vtr::vtr;
pub use work_orders::work_order;

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
    /// What the detail serves, where it says more than the list.
    pub detail: Option<Vec<u8>>,
    /// When the document changes by itself.
    pub turns_at: Option<DateTime<Utc>>,
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

/// All documents of these records at `now`, each record given once, in its latest version: what
/// change by change comes to.
///
/// # Errors
/// None that a record can cause; the serializer's own are handed through.
pub fn project<'a>(
    records: impl IntoIterator<Item = &'a Record> + Clone,
    now: DateTime<Utc>,
) -> serde_json::Result<Vec<Projected>> {
    let mut totals: BTreeMap<PilotKey, Totals> = BTreeMap::new();
    let mut organizations: BTreeMap<OrgId, Vec<&Record>> = BTreeMap::new();
    for record in records.clone() {
        if let Some((pilot, minutes)) = contribution(record) {
            *totals.entry(pilot).or_default() += minutes;
        }
        let organization = organizations.entry(record.organization_id());
        organization.or_default().push(record);
    }
    let mut documents = Vec::new();
    for record in records {
        documents.extend(match record {
            Record::Person(person) => {
                let totals = totals.get(&(person.organization_id, person.id)).copied();
                Some(pilot(person, totals.unwrap_or_default())?)
            }
            alone => of_one(alone).transpose()?,
        });
    }
    for (organization, records) in organizations {
        let related = Related::complete(organization, records.iter().copied());
        for derived in DERIVED {
            let moment = related.moment(now);
            let affected = records.iter().flat_map(|r| derived.affected(r, &related));
            for id in affected.collect::<BTreeSet<_>>() {
                documents.extend(derived.project(&id, &related, &moment)?);
            }
        }
    }
    Ok(documents)
}

/// The document of a record that needs no other record and no time.
pub fn of_one(record: &Record) -> Option<serde_json::Result<Projected>> {
    match record {
        Record::Aircraft(a) => Some(aircraft(a)),
        Record::WorkOrder(w) => Some(work_order(w)),
        Record::Signoff(s) => Some(signoff(s)),
        Record::Vtr(v) => Some(vtr(v)),
        Record::Session(s) => Some(session(s)),
        Record::Organization(o) => Some(organization(o)),
        Record::Location(l) => Some(location(l)),
        _ => None,
    }
}

/// The view whose documents bear the ids of this kind's records: where a tombstone stands when
/// such a record is deleted.
pub fn view_of(kind: &str) -> Option<View> {
    match kind {
        kind::AIRCRAFT => Some(View::Fleet),
        kind::PERSON => Some(View::Pilots),
        kind::WORK_ORDER => Some(View::WorkOrders),
        kind::SIGNOFF => Some(View::Signoffs),
        kind::VTR => Some(View::Vtr),
        kind::SESSION => Some(View::Sessions),
        kind::ORGANIZATION => Some(View::Organizations),
        kind::LOCATION => Some(View::Locations),
        _ => {
            let rooted = DERIVED.iter().find(|d| d.root() == Some(kind))?;
            Some(rooted.view())
        }
    }
}
