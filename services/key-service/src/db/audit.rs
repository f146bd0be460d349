//! The table `key_audit`: what was done to keys, by whom and when. Rows are only ever added.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::api_key::ApiKey;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::schema::key_audit;

/// Something done to a key.
pub enum Act<'a> {
    Minted,
    Revoked { reason: Option<&'a str> },
}

#[derive(Insertable)]
#[diesel(table_name = key_audit)]
struct NewAuditRow<'a> {
    key_id: Uuid,
    organization_id: Uuid,
    act: &'static str,
    by: Option<&'a str>,
    at: DateTime<Utc>,
    detail: Value,
}

/// Writes down what `by` did to `key`, in the transaction that does it.
pub async fn append(
    conn: &mut AsyncPgConnection,
    key: &ApiKey,
    act: &Act<'_>,
    by: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let row = NewAuditRow {
        key_id: key.id.0,
        organization_id: key.organization_id.0,
        act: act.name(),
        by,
        at,
        detail: act.detail(key),
    };
    diesel::insert_into(key_audit::table)
        .values(&row)
        .execute(conn)
        .await?;
    Ok(())
}

impl Act<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Minted => "minted",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// What cannot be read from the key itself, should that ever change.
    fn detail(&self, key: &ApiKey) -> Value {
        match self {
            Self::Minted => json!({
                "surface": key.surface,
                "name": key.name.as_str(),
                "display_prefix": key.display_prefix,
                "scopes": key.grants,
                "expires_at": key.expires_at,
            }),
            Self::Revoked { reason } => json!({ "reason": reason }),
        }
    }
}
