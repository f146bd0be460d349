//! A key as this program shows it.

use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant, instant_optional};
use contracts::v1::ApiKey;
use serde::Serialize;

use crate::text::{Fields, time};

#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    pub id: String,
    pub organization_id: String,
    pub surface: String,
    pub name: String,
    pub display_prefix: String,
    pub last_four: String,
    pub scopes: Vec<String>,
    pub note: Option<String>,
    pub created_by: Option<String>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// `live`, `expired` or `revoked`.
    pub state: &'static str,
}

impl KeyView {
    pub fn read(key: ApiKey, now: DateTime<Utc>) -> Result<Self, InvalidMessage> {
        let expires_at = instant_optional("expires_at", key.expires_at)?;
        let revoked_at = instant_optional("revoked_at", key.revoked_at)?;
        let state = match (revoked_at, expires_at) {
            (Some(_), _) => "revoked",
            (None, Some(at)) if at <= now => "expired",
            (None, _) => "live",
        };
        Ok(Self {
            id: key.id,
            organization_id: key.organization_id,
            surface: key.surface,
            name: key.name,
            display_prefix: key.display_prefix,
            last_four: key.last_four,
            scopes: key.scopes,
            note: key.note,
            created_by: key.created_by,
            created_at: instant("created_at", key.created_at)?,
            expires_at,
            revoked_at,
            state,
        })
    }

    /// `gaf_pk_a1b2…wxyz`: enough to tell the key from others, and no more.
    pub fn looks_like(&self) -> String {
        format!("{}…{}", self.display_prefix, self.last_four)
    }

    pub fn expiry(&self) -> String {
        self.expires_at.map_or_else(|| "never".to_owned(), time)
    }

    pub fn fields(&self) -> Fields {
        Fields::default()
            .with("id", &self.id)
            .with("name", &self.name)
            .with("surface", &self.surface)
            .with("scopes", self.scopes.join(", "))
            .with("expires", self.expiry())
            .maybe("revoked", self.revoked_at.map(time))
            .maybe("note", self.note.as_ref())
    }
}
