//! What a document is derived from.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use domain::OrgId;
use domain::moment::Moment;
use domain::organization::Organization;

use crate::record::{Change, Kind, Record};

/// Records of one organisation by kind and id.
type ById = BTreeMap<(&'static str, String), Option<Record>>;
/// Ids of records by kind and what gathers them.
type ByLink = BTreeMap<(&'static str, String), BTreeSet<String>>;

/// The records of one organisation, as far as they have been asked for. Projections ask for
/// whatever they need; what is not here yet reads as absent, is noted, and has been fetched when
/// the projection is run again. An answer counts only once nothing it asked for was missing.
#[derive(Debug)]
pub struct Related {
    organization_id: OrgId,
    by_id: ById,
    by_link: ByLink,
    /// Everything there is has been given: what is not here does not exist.
    complete: bool,
    missing: RefCell<Missing>,
}

/// What was asked for in vain.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Missing {
    pub ids: BTreeSet<(&'static str, String)>,
    pub links: BTreeSet<(&'static str, String)>,
}

impl Missing {
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.links.is_empty()
    }
}

impl Related {
    /// Nothing is known yet.
    pub fn unknown(organization_id: OrgId) -> Self {
        Self {
            organization_id,
            by_id: ById::new(),
            by_link: ByLink::new(),
            complete: false,
            missing: RefCell::default(),
        }
    }

    /// These are all records of the organisation.
    pub fn complete<'a>(organization_id: OrgId, records: impl Iterator<Item = &'a Record>) -> Self {
        let mut related = Self::unknown(organization_id);
        related.complete = true;
        for record in records {
            related.file(record.clone());
        }
        related
    }

    pub fn organization_id(&self) -> OrgId {
        self.organization_id
    }

    /// The record of that id, unless there is none.
    pub fn one<T: Kind>(&self, id: impl ToString) -> Option<&T> {
        let key = (T::KIND, id.to_string());
        match self.by_id.get(&key) {
            Some(record) => record.as_ref().and_then(T::of),
            None => {
                if !self.complete {
                    self.missing.borrow_mut().ids.insert(key);
                }
                None
            }
        }
    }

    /// The records that are gathered by that, in the order of their ids.
    pub fn all<T: Kind>(&self, gathered_by: impl ToString) -> Vec<&T> {
        let key = (T::KIND, gathered_by.to_string());
        let Some(ids) = self.by_link.get(&key) else {
            if !self.complete {
                self.missing.borrow_mut().links.insert(key);
            }
            return Vec::new();
        };
        ids.iter().filter_map(|id| self.one(id)).collect()
    }

    /// The time, in the organisation's zone; in UTC while the organisation is not known.
    pub fn moment(&self, now: chrono::DateTime<chrono::Utc>) -> Moment {
        let organization = self.one::<Organization>(self.organization_id);
        Moment::at(now, organization.map_or("UTC", |o| o.timezone.as_str()))
    }

    /// Whether nothing was asked for in vain since the last [`Self::take_missing`].
    pub fn has_all(&self) -> bool {
        self.missing.borrow().is_empty()
    }

    pub fn take_missing(&self) -> Missing {
        self.missing.take()
    }

    /// Takes in what is known of a record without being asked for.
    pub fn know(&mut self, change: Change) {
        self.by_id.insert((change.kind, change.id), change.record);
    }

    /// Takes in what was found of what was missing; the rest does not exist. `gathered` says
    /// which records answer which link.
    pub fn fill(
        &mut self,
        missing: Missing,
        found: impl Iterator<Item = Change>,
        gathered: impl Iterator<Item = (&'static str, String, String)>,
    ) {
        for key in missing.ids {
            self.by_id.entry(key).or_default();
        }
        for key in missing.links {
            self.by_link.entry(key).or_default();
        }
        for (kind, link, id) in gathered {
            self.by_link.entry((kind, link)).or_default().insert(id);
        }
        found.for_each(|change| self.know(change));
    }

    fn file(&mut self, record: Record) {
        let (kind, id) = (record.kind(), record.id());
        for link in record.gathered_by() {
            let ids = self.by_link.entry((kind, link)).or_default();
            ids.insert(id.clone());
        }
        self.by_id.insert((kind, id), Some(record));
    }
}
