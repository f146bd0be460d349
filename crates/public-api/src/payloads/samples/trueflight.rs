//! What TrueFlight's routes answer.

use domain::ApiKeyId;
use domain::organization::{Location, Organization, Policy};
use domain::scope::Access;
use domain::{LocationId, OrgId};

use super::{at, id};
use crate::documents::Timestamp;
use crate::documents::trueflight::{
    Environment, HealthDocument, HealthStatus, KeyFields, KeyKind, LocationDocument, MeDocument,
    OrganizationDocument, RateLimitFields,
};

pub fn organization() -> Organization {
    Organization {
        id: id::<OrgId>(0x01),
        version: 1,
        name: "Bayside Flight".into(),
        timezone: "America/Los_Angeles".into(),
        currency: "USD".into(),
        country: "US".into(),
        policy: Policy::default(),
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: at("2026-01-01T00:00:00Z"),
    }
}

pub fn location() -> Location {
    Location {
        id: id::<LocationId>(0xc1),
        organization_id: id::<OrgId>(0x01),
        version: 2,
        name: "Palo Alto".into(),
        code: "KPAO".into(),
        icao_code: Some("KPAO".into()),
        timezone: "America/Los_Angeles".into(),
        address: Some("1925 Embarcadero Road, Palo Alto, CA 94303".into()),
        active: true,
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: at("2026-05-02T21:05:00Z"),
    }
}

/// A key that is bound to these locations.
pub fn me<'a>(
    organization: &'a Organization,
    locations: &'a [Location],
) -> MeDocument<'a, OrganizationDocument<'a>, LocationDocument<'a>> {
    MeDocument {
        organization: organization.into(),
        key: KeyFields {
            id: id::<ApiKeyId>(0xd1),
            name: "Data warehouse",
            prefix: "tf_live_a1b2",
            last_four: "Zz90",
            environment: Environment::Live,
            kind: KeyKind::Location,
            scopes: vec![Access::Read],
            created_at: Timestamp(at("2026-01-01T00:00:00Z")),
            last_used_at: Some(Timestamp(at("2026-05-28T12:03:11Z"))),
            expires_at: None,
            rate_limit: RateLimitFields {
                requests: 1_000,
                seconds: 60,
            },
        },
        locations: locations.iter().map(Into::into).collect(),
    }
}

pub fn health() -> HealthDocument<'static> {
    HealthDocument {
        status: HealthStatus::Ok,
        version: env!("CARGO_PKG_VERSION"),
        time: Timestamp(at("2026-05-28T12:03:11Z")),
    }
}
