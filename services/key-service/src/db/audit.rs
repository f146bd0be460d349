//! The table `key_audit`: what was done to keys, by whom and when. Rows are only ever added.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::api_key::{ApiKey, Overlap, RateLimit};
use domain::{ApiKeyId, OrgId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::schema::key_audit;

/// Something done to a key.
pub enum Act<'a> {
    Minted,
    /// Another key took over.
    Rotated {
        successor: ApiKeyId,
        overlap: Overlap,
        reason: Option<&'a str>,
    },
    /// Its rate limit is another.
    Limited {
        was: Option<RateLimit>,
        reason: Option<&'a str>,
    },
    Revoked {
        reason: Option<&'a str>,
    },
}

/// One line of the trail.
#[derive(Queryable, Selectable)]
#[diesel(table_name = key_audit, check_for_backend(diesel::pg::Pg))]
pub struct AuditRow {
    pub id: i64,
    pub key_id: Uuid,
    pub act: String,
    pub by: Option<String>,
    pub at: DateTime<Utc>,
    pub detail: Value,
}

/// Which lines of the trail are asked for.
pub struct Trail {
    pub organization: OrgId,
    pub key: Option<ApiKeyId>,
    /// Only lines before this one.
    pub before: Option<i64>,
    pub limit: i64,
}

/// The latest first.
pub async fn page(conn: &mut AsyncPgConnection, trail: &Trail) -> QueryResult<Vec<AuditRow>> {
    let mut query = key_audit::table
        .filter(key_audit::organization_id.eq(trail.organization.0))
        .into_boxed();
    if let Some(key) = trail.key {
        query = query.filter(key_audit::key_id.eq(key.0));
    }
    if let Some(before) = trail.before {
        query = query.filter(key_audit::id.lt(before));
    }
    query
        .order(key_audit::id.desc())
        .limit(trail.limit)
        .select(AuditRow::as_select())
        .load(conn)
        .await
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
            Self::Rotated { .. } => "rotated",
            Self::Limited { .. } => "limited",
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
                "scopes": key.rights.grants,
                "location_ids": key.rights.locations,
                "allowed_cidrs": key.rights.networks.terms(),
                "rate_limit": key.rate_limit.map(limit),
                "expires_at": key.expires_at,
                "replaces": key.replaces,
            }),
            Self::Rotated {
                successor,
                overlap,
                reason,
            } => json!({
                "replaced_by": successor,
                "overlap_seconds": overlap.seconds(),
                "retires_at": key.retires_at,
                "reason": reason,
            }),
            Self::Limited { was, reason } => json!({
                "rate_limit": key.rate_limit.map(limit),
                "was": was.map(limit),
                "reason": reason,
            }),
            Self::Revoked { reason } => json!({ "reason": reason }),
        }
    }
}

fn limit(limit: RateLimit) -> Value {
    json!({ "requests": limit.requests(), "seconds": limit.seconds() })
}
