//! A key as this program shows it.

use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant, instant_optional};
use contracts::v1::{ApiKey, KeyUse};
use domain::api_key::RateLimit;
use serde::{Serialize, Serializer};

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
    pub location_ids: Vec<String>,
    pub allowed_cidrs: Vec<String>,
    /// Of its own; None: the default of the gateways.
    #[serde(serialize_with = "in_figures")]
    pub rate_limit: Option<RateLimit>,
    /// The key whose rights it took over.
    pub replaces: Option<String>,
    /// The end of the overlap, where another key has taken over.
    pub retires_at: Option<DateTime<Utc>>,
    pub last_use: Option<LastUse>,
    /// `live`, `retiring`, `expired` or `revoked`.
    pub state: &'static str,
}

/// When, from where and by what it was last used.
#[derive(Debug, Clone, Serialize)]
pub struct LastUse {
    pub at: DateTime<Utc>,
    pub address: String,
    pub user_agent: Option<String>,
}

impl KeyView {
    pub fn read(key: ApiKey, now: DateTime<Utc>) -> Result<Self, InvalidMessage> {
        let expires_at = instant_optional("expires_at", key.expires_at)?;
        let revoked_at = instant_optional("revoked_at", key.revoked_at)?;
        let retires_at = instant_optional("retires_at", key.retires_at)?;
        let state = match (revoked_at, expires_at) {
            (Some(_), _) => "revoked",
            (None, Some(at)) if at <= now => "expired",
            (None, _) if retires_at.is_some() => "retiring",
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
            location_ids: key.location_ids,
            allowed_cidrs: key.allowed_cidrs,
            rate_limit: key.rate_limit.map(RateLimit::try_from).transpose()?,
            replaces: key.replaces,
            retires_at,
            last_use: key.last_use.map(LastUse::read).transpose()?,
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

    pub fn limit(&self) -> String {
        self.rate_limit
            .map_or_else(|| "default".to_owned(), |limit| limit.to_string())
    }

    pub fn fields(&self) -> Fields {
        Fields::default()
            .with("id", &self.id)
            .with("name", &self.name)
            .with("surface", &self.surface)
            .with("scopes", self.scopes.join(", "))
            .maybe("locations", several(&self.location_ids))
            .maybe("networks", several(&self.allowed_cidrs))
            .maybe("rate limit", self.rate_limit)
            .with("expires", self.expiry())
            .maybe("replaces", self.replaces.as_ref())
            .maybe("revoked", self.revoked_at.map(time))
            .maybe("note", self.note.as_ref())
    }
}

impl LastUse {
    fn read(used: KeyUse) -> Result<Self, InvalidMessage> {
        Ok(Self {
            at: instant("last_use", used.at)?,
            address: used.address,
            user_agent: used.user_agent,
        })
    }
}

fn several(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// `{"requests":600,"seconds":60}`.
pub(in crate::commands) fn in_figures<S: Serializer>(
    limit: &Option<RateLimit>,
    s: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Figures {
        requests: u32,
        seconds: u32,
    }
    let figures = limit.map(|limit| Figures {
        requests: limit.requests(),
        seconds: limit.seconds(),
    });
    figures.serialize(s)
}
