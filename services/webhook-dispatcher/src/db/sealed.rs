//! Everything of an endpoint that is encrypted.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::EndpointId;
use uuid::Uuid;

use super::endpoints::DELETED;
use crate::endpoint::CustomHeaders;
use crate::schema::endpoints;

#[derive(Debug, Clone, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub struct SealedRow {
    pub id: Uuid,
    secret_ciphertext: Vec<u8>,
    secret_key_id: String,
    previous_secret_ciphertext: Option<Vec<u8>>,
    previous_secret_key_id: Option<String>,
    headers_ciphertext: Option<Vec<u8>>,
    headers_key_id: Option<String>,
}

/// What was encrypted, which says for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Secret,
    PreviousSecret,
    Headers,
}

/// One ciphertext with the name of its key.
pub struct Part<'a> {
    pub key_id: &'a mut String,
    pub ciphertext: &'a mut Vec<u8>,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::PreviousSecret => "previous secret",
            Self::Headers => "headers",
        }
    }

    /// Whom it was sealed for.
    pub fn owner(self, endpoint: EndpointId) -> Vec<u8> {
        match self {
            Self::Secret | Self::PreviousSecret => endpoint.0.as_bytes().to_vec(),
            Self::Headers => CustomHeaders::owner(endpoint),
        }
    }
}

impl SealedRow {
    /// All there is.
    pub fn parts(&mut self) -> Vec<(Kind, Part<'_>)> {
        let secret = Part {
            key_id: &mut self.secret_key_id,
            ciphertext: &mut self.secret_ciphertext,
        };
        let mut parts = vec![(Kind::Secret, secret)];
        let previous = (
            &mut self.previous_secret_key_id,
            &mut self.previous_secret_ciphertext,
        );
        let headers = (&mut self.headers_key_id, &mut self.headers_ciphertext);
        for (kind, stored) in [(Kind::PreviousSecret, previous), (Kind::Headers, headers)] {
            if let (Some(key_id), Some(ciphertext)) = stored {
                parts.push((kind, Part { key_id, ciphertext }));
            }
        }
        parts
    }
}

/// Something of it is under another key than `first`. A comparison with null is not true, and so
/// says nothing.
#[diesel::dsl::auto_type(no_type_alias)]
fn is_under_another<'a>(first: &'a str) -> _ {
    endpoints::secret_key_id
        .ne(first)
        .nullable()
        .or(endpoints::previous_secret_key_id.ne(first))
        .or(endpoints::headers_key_id.ne(first))
}

/// Some of which something is under another key, by their ids, locked. What is deleted is never opened
/// again.
pub async fn lock_others(
    conn: &mut AsyncPgConnection,
    first: &str,
    after: Option<EndpointId>,
    limit: i64,
) -> QueryResult<Vec<SealedRow>> {
    endpoints::table
        .filter(endpoints::id.gt(after.map_or(Uuid::nil(), |endpoint| endpoint.0)))
        .filter(is_under_another(first))
        .filter(endpoints::status.ne(DELETED))
        .order(endpoints::id)
        .limit(limit)
        .select(SealedRow::as_select())
        .for_update()
        .load(conn)
        .await
}

pub async fn count_others(conn: &mut AsyncPgConnection, first: &str) -> QueryResult<i64> {
    endpoints::table
        .filter(is_under_another(first))
        .filter(endpoints::status.ne(DELETED))
        .count()
        .get_result(conn)
        .await
}

pub async fn write(conn: &mut AsyncPgConnection, row: &SealedRow) -> QueryResult<()> {
    diesel::update(endpoints::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}
