//! What changes a key: one transaction each, with the audit row and the invalidation in it.

pub mod limit;
pub mod mint;
pub mod revoke;
pub mod rotate;

use contracts::topology;
use contracts::v1::{Invalidation, KeyChanged, invalidation::Subject};
use diesel::QueryResult;
use domain::api_key::ApiKey;
use prost::Message;
use store::AsyncPgConnection;
use store::outbox::{self, NewMessage};
use uuid::Uuid;

/// Tells every replica to forget what it knows of `key`, once the transaction commits.
async fn announce(
    conn: &mut AsyncPgConnection,
    key: &ApiKey,
    message_id: Uuid,
    traceparent: Option<&str>,
) -> QueryResult<()> {
    let changed = KeyChanged {
        key_id: key.id.to_string(),
        organization_id: key.organization_id.to_string(),
        token_sha256: key.token_sha256.to_vec().into(),
    };
    let invalidation = Invalidation {
        subject: Some(Subject::KeyChanged(changed)),
    };
    let message = NewMessage {
        exchange: topology::INVALIDATIONS.name.to_owned(),
        routing_key: "key.changed".to_owned(),
        message_id: message_id.to_string(),
        content_type: "application/x-protobuf".to_owned(),
        headers: None,
        traceparent: traceparent.map(str::to_owned),
        payload: invalidation.encode_to_vec(),
    };
    outbox::insert(conn, &[message]).await
}
