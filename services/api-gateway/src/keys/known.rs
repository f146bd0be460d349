//! A key, as far as the gateway needs it.

use chrono::{DateTime, Utc};
use contracts::convert::{self, InvalidMessage};
use contracts::v1;
use domain::OrgId;
use domain::api_key::Surface;
use domain::scope::Scope;
use public_api::problem::Problem;

/// A key that key-service knows; it may have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownKey {
    pub(crate) organization: OrgId,
    pub(crate) surface: Surface,
    /// As published. Scopes that this version does not know open nothing here.
    scopes: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl TryFrom<v1::ApiKey> for KnownKey {
    type Error = InvalidMessage;

    fn try_from(key: v1::ApiKey) -> Result<Self, InvalidMessage> {
        Ok(Self {
            organization: convert::parse("organization_id", &key.organization_id)?,
            surface: convert::parse("surface", &key.surface)?,
            scopes: key.scopes,
            expires_at: convert::instant_optional("expires_at", key.expires_at)?,
            revoked_at: convert::instant_optional("revoked_at", key.revoked_at)?,
        })
    }
}

impl KnownKey {
    /// Whether the key opens anything at all at this moment.
    pub(crate) fn check_alive(&self, now: DateTime<Utc>) -> Result<(), Problem> {
        if self.revoked_at.is_some() {
            return Err(Problem::unauthenticated(
                "revoked",
                "this key was revoked; use another",
            ));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(Problem::unauthenticated(
                "expired",
                "this key has expired; mint another",
            ));
        }
        Ok(())
    }

    pub(crate) fn has(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|own| own == scope.as_str())
    }

    #[cfg(test)]
    pub(super) fn scopes(&self) -> &[String] {
        &self.scopes
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_key_ends_at_the_very_moment_it_expires() {
        let end = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let key = v1::ApiKey {
            organization_id: "3f0c0000-0000-4000-8000-000000000001".into(),
            surface: "ga".into(),
            expires_at: Some(convert::timestamp(end)),
            ..v1::ApiKey::default()
        };
        let key = KnownKey::try_from(key).unwrap();
        assert!(key.check_alive(end - TimeDelta::microseconds(1)).is_ok());
        assert!(key.check_alive(end).is_err());
    }

    #[test]
    fn a_key_of_nobody_is_refused() {
        assert!(
            KnownKey::try_from(v1::ApiKey {
                surface: "ga".into(),
                ..v1::ApiKey::default()
            })
            .is_err()
        );
    }
}
