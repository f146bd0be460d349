//! What is sent by a delivery, and where.

use bytes::Bytes;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::delivery::body;
use crate::schema::{endpoints, events};

/// An event and an endpoint.
#[derive(Queryable)]
pub struct LetterRow {
    body: Vec<u8>,
    location_id: Option<Uuid>,
    scheme: String,
    /// Where the endpoint is now.
    pub url: String,
}

impl LetterRow {
    /// As every attempt sends it.
    pub fn body(&self) -> Bytes {
        let ga = Bytes::copy_from_slice(&self.body);
        let location = self.location_id.map(Into::into);
        body::in_scheme(self.scheme.parse().ok(), &ga, |ga| {
            body::trueflight(ga, location)
        })
    }
}

pub async fn find(
    conn: &mut AsyncPgConnection,
    event: &str,
    endpoint: Uuid,
) -> QueryResult<Option<LetterRow>> {
    endpoints::table
        .inner_join(events::table.on(events::id.eq(event)))
        .filter(endpoints::id.eq(endpoint))
        .select((
            events::body,
            events::location_id,
            endpoints::scheme,
            endpoints::url,
        ))
        .first(conn)
        .await
        .optional()
}
