//! When nothing is left to do, and whether it was done.

use uuid::Uuid;

use super::State;
use crate::simulation::news;
use crate::simulation::tables::DELETED;

impl State {
    /// Nothing waits at the broker, nothing is held anywhere, and what is owed is owed to those who
    /// want nothing now.
    pub(super) fn is_settled(&self) -> bool {
        if !self.queue.is_empty() || self.laws.broken.is_some() {
            return self.laws.broken.is_some();
        }
        let is_kept = |endpoint| {
            let row = self.tables.endpoints.get(endpoint);
            row.is_some_and(|row| !row.is_enabled() && row.status != DELETED)
        };
        let mut owed = self.tables.owed.values();
        let are_kept = owed.all(|row| row.lease_owner.is_none() && is_kept(&row.endpoint));
        let mut rooms = self.handles.iter().flatten().map(|handle| &handle.room);
        are_kept && rooms.all(|room| room.held() == 0)
    }

    pub(super) fn check(&mut self, is_settled: bool) {
        if !is_settled {
            let owed = &self.tables.owed;
            let held: Vec<usize> = self
                .handles
                .iter()
                .flatten()
                .map(|handle| handle.room.held())
                .collect();
            self.laws.broke(|| {
                format!("something is left for ever: owed {owed:#?}, places held {held:?}")
            });
        }
        let published = &news::events()[..self.published];
        let published = published.iter().map(|one| {
            let event = &one.event;
            (event.id.to_string(), event.organization_id.0)
        });
        let published: Vec<(String, Uuid)> = published.collect();
        self.laws.finally(&self.tables, &self.plan, &published);
    }
}
