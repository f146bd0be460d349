//! What a service is not ready without, for its `/ready`.

use service_kit::Health;
use store::Db;

use crate::connection::Bus;

/// Not ready while the broker is away.
pub fn needs_broker(health: &Health, bus: &Bus) {
    let bus = bus.clone();
    health.register("broker", move || {
        let connected = bus.is_connected();
        async move { connected.then_some(()).ok_or("the broker is away") }
    });
}

/// Not ready while the database does not answer.
pub fn needs_database(health: &Health, db: &Db) {
    let db = db.clone();
    health.register("database", move || {
        let db = db.clone();
        async move { db.ping().await }
    });
}
