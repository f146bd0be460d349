//! A row of `api_keys`, and the key it stands for.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::api_key::{ApiKey, Networks, RateLimit, Rights};
use domain::scope::Grants;
use domain::{ApiKeyId, LocationId};
use uuid::Uuid;

use crate::error::KeyError;
use crate::schema::api_keys;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, check_for_backend(diesel::pg::Pg))]
pub struct KeyRow {
    id: Uuid,
    organization_id: Uuid,
    surface: String,
    name: String,
    display_prefix: String,
    last_four: String,
    token_sha256: Vec<u8>,
    scopes: Vec<String>,
    note: Option<String>,
    created_by: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    locations: Vec<Uuid>,
    networks: Vec<String>,
    replaces: Option<Uuid>,
    retires_at: Option<DateTime<Utc>>,
    limit_requests: Option<i64>,
    limit_seconds: Option<i64>,
}

impl KeyRow {
    /// Its place in the list of its organisation.
    pub fn place(&self) -> (DateTime<Utc>, Uuid) {
        (self.created_at, self.id)
    }
}

impl From<&ApiKey> for KeyRow {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.0,
            organization_id: key.organization_id.0,
            surface: key.surface.to_string(),
            name: key.name.as_str().to_owned(),
            display_prefix: key.display_prefix.clone(),
            last_four: key.last_four.clone(),
            token_sha256: key.token_sha256.to_vec(),
            scopes: key
                .rights
                .grants
                .terms()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            note: key.note.clone(),
            created_by: key.created_by.clone(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            locations: key.rights.locations.iter().map(|id| id.0).collect(),
            networks: key.rights.networks.terms(),
            replaces: key.replaces.map(Uuid::from),
            retires_at: key.retires_at,
            limit_requests: key.rate_limit.map(|limit| limit.requests().into()),
            limit_seconds: key.rate_limit.map(|limit| limit.seconds().into()),
        }
    }
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = KeyError;

    fn try_from(row: KeyRow) -> Result<Self, KeyError> {
        let unreadable = |column| KeyError::UnreadableRow { id: row.id, column };
        let surface = row.surface.parse().map_err(|_| unreadable("surface"))?;
        let rights = Rights {
            grants: Grants::parse(surface, &row.scopes).map_err(|_| unreadable("scopes"))?,
            locations: row.locations.into_iter().map(LocationId).collect(),
            networks: Networks::parse(&row.networks).map_err(|_| unreadable("networks"))?,
        };
        let rate_limit = rate_limit(row.limit_requests, row.limit_seconds);
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            surface,
            name: row.name.parse().map_err(|_| unreadable("name"))?,
            display_prefix: row.display_prefix,
            last_four: row.last_four,
            token_sha256: row
                .token_sha256
                .try_into()
                .map_err(|_| unreadable("token_sha256"))?,
            rights,
            rate_limit: rate_limit.ok_or_else(|| unreadable("limit_requests, limit_seconds"))?,
            note: row.note,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            replaces: row.replaces.map(ApiKeyId),
            retires_at: row.retires_at,
        })
    }
}

/// None: the columns hold no limit that there can be.
fn rate_limit(requests: Option<i64>, seconds: Option<i64>) -> Option<Option<RateLimit>> {
    let (requests, seconds) = match (requests, seconds) {
        (None, None) => return Some(None),
        (requests, seconds) => (requests?, seconds?),
    };
    let limit = RateLimit::new(requests.try_into().ok()?, seconds.try_into().ok()?);
    limit.ok().map(Some)
}
