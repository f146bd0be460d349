//! Changes of keys, as they are announced.

use std::sync::Arc;

use bus::Heard;
use contracts::rpc::Transport;
use contracts::v1::Invalidation;
use contracts::v1::invalidation::Subject;
use tokio::sync::mpsc;

use super::KeyCache;

/// Makes the cache forget what it is told to, until the sender ends.
pub(crate) async fn listen<T: Transport + Clone + 'static>(
    mut heard: mpsc::Receiver<Heard<Invalidation>>,
    keys: Arc<KeyCache<T>>,
) {
    while let Some(heard) = heard.recv().await {
        match heard {
            // Whatever changed before this moment may have been missed.
            Heard::Connected => {
                keys.forget_all();
                keys.set_hearing(true);
            }
            Heard::Message(invalidation) => match invalidation.subject {
                Some(Subject::KeyChanged(key)) => keys.forget(&key.token_sha256).await,
                Some(Subject::EndpointChanged(_)) => {}
                // Of a newer version than this: it may be about keys.
                None => keys.forget_all(),
            },
            // What is known holds for its lease and no longer.
            Heard::Disconnected => keys.set_hearing(false),
        }
    }
}
