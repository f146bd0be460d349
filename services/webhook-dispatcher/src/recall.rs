//! Hears of changed endpoints. Nothing is cached of them but what waits in memory to be sent, and
//! that goes back to the table, to be leased again as the endpoint now is.

use bus::{Bus, Heard};
use contracts::v1::invalidation::Subject;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use crate::delivery::sender::Order;

/// Listens until the token is cancelled.
pub async fn listen(bus: &Bus, orders: UnboundedSender<Order>, token: CancellationToken) {
    let mut heard = bus::invalidations(bus, token.clone());
    loop {
        let next = tokio::select! {
            () = token.cancelled() => return,
            next = heard.recv() => next,
        };
        match next {
            Some(Heard::Message(invalidation)) => {
                if let Some(Subject::EndpointChanged(changed)) = invalidation.subject
                    && let Ok(endpoint) = changed.endpoint_id.parse()
                {
                    let _ = orders.send(Order::Recall(endpoint));
                }
            }
            // What waits in memory is seconds old at most; nothing else could be stale.
            Some(Heard::Connected | Heard::Disconnected) => {}
            None => return,
        }
    }
}
