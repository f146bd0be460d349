//! Where and when a school is simulated.

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::{LocationId, OrgId, PersonId};
use uuid::Uuid;

/// The same setting brings forth the same school, day for day and id for id.
#[derive(Debug, Clone)]
pub struct Setting {
    pub organization: OrgId,
    pub location: Option<LocationId>,
    pub zone: Tz,
    /// Which of all schools.
    pub seed: u64,
    /// The first day it is alive.
    pub first_day: NaiveDate,
    /// How many aircraft it flies, besides its simulator; everything else follows from that.
    pub aircraft: usize,
}

impl Setting {
    /// What all ids and all chance of the school are made from.
    pub(crate) fn world(&self) -> Uuid {
        let name = format!("simulator {}", self.seed);
        Uuid::new_v5(&self.organization.0, name.as_bytes())
    }

    /// The id of what is called so.
    pub(crate) fn id<T: From<Uuid>>(&self, name: &str) -> T {
        Uuid::new_v5(&self.world(), name.as_bytes()).into()
    }

    pub(crate) fn person(&self, number: usize) -> PersonId {
        self.id(&format!("person {number}"))
    }
}
