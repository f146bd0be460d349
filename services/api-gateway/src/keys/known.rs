//! A key, as far as the gateway needs it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use contracts::convert::{self, InvalidMessage};
use contracts::v1;
use domain::api_key::{Networks, RateLimit, Surface};
use domain::scope::Access;
use domain::{ApiKeyId, LocationId, OrgId};
use public_api::problem::{BadKey, Problem};
use public_api::routes::RequiredScope;

/// A key that key-service knows; it may have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownKey {
    pub(crate) id: ApiKeyId,
    pub(crate) organization: OrgId,
    pub(crate) surface: Surface,
    pub(crate) name: String,
    /// How the token begins and how it ends.
    pub(crate) display_prefix: String,
    pub(crate) last_four: String,
    /// The bases whose records it opens. None at all: those of the whole organisation.
    pub(crate) locations: BTreeSet<LocationId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    /// The latest use that key-service knew of when it was asked; nothing tells of later ones.
    pub(crate) last_used_at: Option<DateTime<Utc>>,
    /// Its own limit, in place of that of every key.
    pub(crate) rate_limit: Option<RateLimit>,
    /// As published. Scopes that this version does not know open nothing here.
    scopes: Vec<String>,
    revoked_at: Option<DateTime<Utc>>,
    networks: Networks,
}

impl TryFrom<v1::ApiKey> for KnownKey {
    type Error = InvalidMessage;

    fn try_from(key: v1::ApiKey) -> Result<Self, InvalidMessage> {
        let locations = key.location_ids.iter();
        let locations = locations.map(|id| convert::parse("location_ids", id));
        let last_use = key
            .last_use
            .map(|last| convert::instant("last_use.at", last.at));
        let rate_limit = key.rate_limit.map(RateLimit::try_from).transpose()?;
        Ok(Self {
            id: convert::parse("id", &key.id)?,
            organization: convert::parse("organization_id", &key.organization_id)?,
            surface: convert::parse("surface", &key.surface)?,
            name: key.name,
            display_prefix: key.display_prefix,
            last_four: key.last_four,
            locations: locations.collect::<Result<_, _>>()?,
            created_at: convert::instant("created_at", key.created_at)?,
            last_used_at: last_use.transpose()?,
            rate_limit,
            scopes: key.scopes,
            expires_at: convert::instant_optional("expires_at", key.expires_at)?,
            revoked_at: convert::instant_optional("revoked_at", key.revoked_at)?,
            networks: Networks::parse(&key.allowed_cidrs)
                .map_err(|error| InvalidMessage::new("allowed_cidrs", error))?,
        })
    }
}

impl KnownKey {
    /// Whether the key opens anything at all at this moment.
    pub(crate) fn check_alive(&self, now: DateTime<Utc>) -> Result<(), Problem> {
        if self.revoked_at.is_some() {
            return Err(Problem::unauthenticated(BadKey::Revoked));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(Problem::unauthenticated(BadKey::Expired));
        }
        Ok(())
    }

    /// Whether the key may be used from this address.
    pub(crate) fn check_network(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        let inside = |address| self.networks.contain(address);
        let allowed = self.networks.is_empty() || address.is_some_and(inside);
        allowed.then_some(()).ok_or_else(Problem::network_forbidden)
    }

    /// Whether the key opens the records of its whole organisation, as all of GA Flight's are.
    pub(crate) fn check_unbound(&self) -> Result<(), Problem> {
        if !self.locations.is_empty() {
            let detail = "this key is bound to locations, which this API does not know; use a key \
                          of the whole organisation";
            return Err(Problem::location_forbidden(detail));
        }
        Ok(())
    }

    /// Whether the key's scopes are enough for the route.
    pub(crate) fn has(&self, scope: RequiredScope) -> bool {
        scope.is_given_by(&self.scopes)
    }

    /// Those of TrueFlight's scopes that were granted.
    pub(crate) fn accesses(&self) -> Vec<Access> {
        let known = self.scopes.iter().filter_map(|scope| scope.parse().ok());
        known.collect()
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
            id: "3f0c0000-0000-4000-8000-00000000000a".into(),
            organization_id: "3f0c0000-0000-4000-8000-000000000001".into(),
            surface: "ga".into(),
            expires_at: Some(convert::timestamp(end)),
            created_at: Some(convert::timestamp(DateTime::UNIX_EPOCH)),
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
                id: "3f0c0000-0000-4000-8000-00000000000a".into(),
                organization_id: "3f0c0000-0000-4000-8000-000000000001".into(),
                surface: "ga".into(),
                allowed_cidrs: cidrs.iter().map(ToString::to_string).collect(),
                location_ids: locations.iter().map(ToString::to_string).collect(),
                created_at: Some(convert::timestamp(DateTime::UNIX_EPOCH)),
                ..v1::ApiKey::default()
            };
            KnownKey::try_from(key).unwrap()
        };
        let code = |answer: Result<(), Problem>| {
            answer.map_err(|problem| problem.errors[0].code.to_string())
        };
        let from = |address: &str| Some(address.parse().unwrap());
        let key = of(&["203.0.113.0/24"], &[]);
        assert_eq!(code(key.check_network(from("203.0.113.9"))), Ok(()));
        assert_eq!(code(key.check_network(from("::ffff:203.0.113.9"))), Ok(()));
        for elsewhere in [from("203.0.114.1"), from("2001:db8::1"), None] {
            assert_eq!(
                code(key.check_network(elsewhere)),
                Err("network_forbidden".into())
            );
        }
        assert_eq!(code(of(&[], &[]).check_network(None)), Ok(()));
        assert_eq!(code(key.check_unbound()), Ok(()));
        let bound = of(&[], &["3f0c0000-0000-4000-8000-000000000002"]);
        assert_eq!(
            code(bound.check_unbound()),
            Err("location_forbidden".into())
        );
    }

    #[test]
    fn a_key_of_nobody_is_refused() {
        assert!(
            KnownKey::try_from(v1::ApiKey {
                id: "3f0c0000-0000-4000-8000-00000000000a".into(),
                surface: "ga".into(),
                created_at: Some(convert::timestamp(DateTime::UNIX_EPOCH)),
                ..v1::ApiKey::default()
            })
            .is_err()
        );
    }
}
