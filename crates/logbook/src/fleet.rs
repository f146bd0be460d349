//! The aircraft the file has listed so far.

use std::collections::HashSet;

use crate::limits::MAX_AIRCRAFT;

/// The ids of the aircraft table, at most [`MAX_AIRCRAFT`] of them.
#[derive(Default)]
pub(crate) struct Fleet {
    ids: HashSet<String>,
    has_table: bool,
}

impl Fleet {
    /// Notes that there is an aircraft table.
    pub(crate) fn begin_table(&mut self) {
        self.has_table = true;
    }

    pub(crate) fn has_table(&self) -> bool {
        self.has_table
    }

    /// Adds an aircraft; whether it is new.
    pub(crate) fn add(&mut self, aircraft_id: &str) -> bool {
        self.is_full() || self.ids.insert(aircraft_id.to_ascii_uppercase())
    }

    /// Whether an aircraft may stand in the table: also where there is none,
    /// or one too long to remember.
    pub(crate) fn may_list(&self, aircraft_id: &str) -> bool {
        !self.has_table || self.is_full() || self.ids.contains(&aircraft_id.to_ascii_uppercase())
    }

    fn is_full(&self) -> bool {
        self.ids.len() >= MAX_AIRCRAFT
    }
}
