//! Who turns a view, of the requests that find something due in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Mutex as Gate;

use crate::db::view_clocks::Place;

/// A gate for each view that is being turned here. Whoever waits at one holds no connection to the
/// database: after a midnight, the requests of one school would otherwise take the whole pool to
/// wait for each other, and every other school would wait with them.
#[derive(Default)]
pub(super) struct Gates(Mutex<HashMap<Place, Arc<Gate<()>>>>);

impl Gates {
    pub(super) fn of(&self, place: Place) -> Arc<Gate<()>> {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        gates.entry(place).or_default().clone()
    }
}
