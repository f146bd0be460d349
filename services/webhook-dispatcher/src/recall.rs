//! Hears of changed endpoints. Nothing is cached of them but what waits in memory to be sent, and
//! that goes back to the table, to be leased again as the endpoint now is.

use bus::{Bus, Heard};
use contracts::v1::Invalidation;
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
        let Some(heard) = next else { return };
        if let Some(order) = order(heard) {
            let _ = orders.send(order);
        }
    }
}

/// What follows from what was heard.
fn order(heard: Heard<Invalidation>) -> Option<Order> {
    match heard {
        Heard::Message(invalidation) => match invalidation.subject? {
            Subject::EndpointChanged(changed) => {
                changed.endpoint_id.parse().ok().map(Order::Recall)
            }
            _ => None,
        },
        // Something was missed, and it is not known of whom.
        Heard::Connected => Some(Order::RecallAll),
        Heard::Disconnected => None,
    }
}

#[cfg(test)]
mod tests {
    use contracts::v1::EndpointChanged;
    use domain::EndpointId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_was_missed_may_concern_any_endpoint() {
        let id = EndpointId(Uuid::from_u128(7));
        let changed = EndpointChanged {
            organization_id: String::new(),
            endpoint_id: id.to_string(),
        };
        let told = Invalidation {
            subject: Some(Subject::EndpointChanged(changed)),
        };
        assert!(matches!(
            order(Heard::Message(told)),
            Some(Order::Recall(endpoint)) if endpoint == id
        ));
        assert!(matches!(order(Heard::Connected), Some(Order::RecallAll)));
        assert!(order(Heard::Disconnected).is_none());
    }
}
