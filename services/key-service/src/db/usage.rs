//! The table `key_usage`: when, from where and by what each key was last used.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use domain::api_key::{KeyUse, UserAgent};
use store::Statement;
use uuid::Uuid;

use crate::error::KeyError;
use crate::schema::key_usage;

#[derive(Queryable, Selectable)]
#[diesel(table_name = key_usage, check_for_backend(diesel::pg::Pg))]
pub struct UsageRow {
    key_id: Uuid,
    last_used_at: DateTime<Utc>,
    address: String,
    user_agent: Option<String>,
}

/// In the order of the keys, so that batches that meet wait for each other instead of locking one
/// another out. Of several uses of one key the latest counts; unknown keys are passed over.
const RECORD: &str = "
    INSERT INTO key_usage (key_id, last_used_at, address, user_agent)
    SELECT DISTINCT ON (used.key_id) used.key_id, used.at, used.address, used.user_agent
    FROM unnest(?, ?, ?, ?) AS used (key_id, at, address, user_agent)
    WHERE EXISTS (SELECT FROM api_keys WHERE api_keys.id = used.key_id)
    ORDER BY used.key_id, used.at DESC
    ON CONFLICT (key_id) DO UPDATE SET
        last_used_at = excluded.last_used_at,
        address = excluded.address,
        user_agent = excluded.user_agent
    WHERE key_usage.last_used_at < excluded.last_used_at";

/// Writes down the latest use of each key, by one statement; never an earlier one than is known.
/// Answers how many keys that changed.
pub async fn record(conn: &mut AsyncPgConnection, uses: &[KeyUse]) -> QueryResult<usize> {
    let column = |of: fn(&KeyUse) -> Option<&str>| uses.iter().map(of).collect::<Vec<_>>();
    Statement::new(RECORD)
        .bind::<Array<SqlUuid>, _>(uses.iter().map(|u| u.key_id.0).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(uses.iter().map(|u| u.at).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(
            uses.iter()
                .map(|u| u.address.to_string())
                .collect::<Vec<_>>(),
        )
        .bind::<Array<Nullable<Text>>, _>(column(|u| u.user_agent.as_ref().map(UserAgent::as_str)))
        .run(conn)
        .await
}

impl TryFrom<UsageRow> for KeyUse {
    type Error = KeyError;

    fn try_from(row: UsageRow) -> Result<Self, KeyError> {
        let address: Result<IpAddr, _> = row.address.parse();
        Ok(Self {
            key_id: row.key_id.into(),
            at: row.last_used_at,
            address: address.map_err(|_| KeyError::UnreadableRow {
                id: row.key_id,
                column: "address",
            })?,
            user_agent: row.user_agent.as_deref().and_then(UserAgent::cut),
        })
    }
}
