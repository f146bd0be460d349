//! A key, as far as the gateway needs it.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use contracts::convert::{self, InvalidMessage};
use contracts::v1;
use domain::OrgId;
use domain::api_key::{Networks, Surface};
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
    networks: Networks,
    has_locations: bool,
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
            networks: Networks::parse(&key.allowed_cidrs)
                .map_err(|error| InvalidMessage::new("allowed_cidrs", error))?,
            has_locations: !key.location_ids.is_empty(),
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

    /// Whether the key may be used from `peer`, the address that connects. What would narrow a key
    /// to some locations is not there yet, so a key that is bound to any opens nothing.
    pub(crate) fn check_place(&self, peer: Option<IpAddr>) -> Result<(), Problem> {
        if !self.networks.is_empty() && !peer.is_some_and(|peer| self.networks.allow(peer)) {
            return Err(Problem::unauthenticated(
                "wrong_network",
                "this key may not be used from the address that the request comes from",
            ));
        }
        if self.has_locations {
            return Err(Problem::unauthenticated(
                "bound_to_locations",
                "this key is bound to locations, which this surface cannot keep to yet; use one of \
                 the whole organisation",
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
    fn a_key_opens_nothing_where_it_may_not_be_used() {
        let of = |cidrs: &[&str], locations: &[&str]| {
            let key = v1::ApiKey {
                organization_id: "3f0c0000-0000-4000-8000-000000000001".into(),
                surface: "ga".into(),
                allowed_cidrs: cidrs.iter().map(ToString::to_string).collect(),
                location_ids: locations.iter().map(ToString::to_string).collect(),
                ..v1::ApiKey::default()
            };
            KnownKey::try_from(key).unwrap()
        };
        let code = |answer: Result<(), Problem>| {
            answer.map_err(|problem| problem.errors[0].code.to_string())
        };
        let peer = |address: &str| Some(address.parse().unwrap());
        let key = of(&["203.0.113.0/24"], &[]);
        assert_eq!(code(key.check_place(peer("203.0.113.9"))), Ok(()));
        assert_eq!(code(key.check_place(peer("::ffff:203.0.113.9"))), Ok(()));
        for elsewhere in [peer("203.0.114.1"), peer("2001:db8::1"), None] {
            assert_eq!(
                code(key.check_place(elsewhere)),
                Err("wrong_network".into())
            );
        }
        assert_eq!(code(of(&[], &[]).check_place(None)), Ok(()));
        let bound = of(&[], &["3f0c0000-0000-4000-8000-000000000002"]);
        assert_eq!(
            code(bound.check_place(peer("203.0.113.9"))),
            Err("bound_to_locations".into())
        );
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
