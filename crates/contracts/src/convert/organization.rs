use domain::organization::{Location, Organization, Policy};

use super::{InvalidMessage, Read, instant, parse, timestamp};
use crate::v1;

impl From<&Organization> for v1::Organization {
    fn from(o: &Organization) -> Self {
        Self {
            id: o.id.to_string(),
            version: o.version,
            name: o.name.clone(),
            timezone: o.timezone.clone(),
            currency: o.currency.clone(),
            country: o.country.clone(),
            approver_differs_from_submitter: o.policy.approver_differs_from_submitter,
            created_at: Some(timestamp(o.created_at)),
            updated_at: Some(timestamp(o.updated_at)),
        }
    }
}

impl TryFrom<v1::Organization> for Organization {
    type Error = InvalidMessage;

    fn try_from(o: v1::Organization) -> Read<Self> {
        Ok(Self {
            id: parse("id", &o.id)?,
            version: o.version,
            name: o.name,
            timezone: o.timezone,
            currency: o.currency,
            country: o.country,
            policy: Policy {
                approver_differs_from_submitter: o.approver_differs_from_submitter,
            },
            created_at: instant("created_at", o.created_at)?,
            updated_at: instant("updated_at", o.updated_at)?,
        })
    }
}

impl From<&Location> for v1::Location {
    fn from(l: &Location) -> Self {
        Self {
            id: l.id.to_string(),
            organization_id: l.organization_id.to_string(),
            version: l.version,
            name: l.name.clone(),
            code: l.code.clone(),
            icao_code: l.icao_code.clone(),
            timezone: l.timezone.clone(),
            address: l.address.clone(),
            active: l.active,
            created_at: Some(timestamp(l.created_at)),
            updated_at: Some(timestamp(l.updated_at)),
        }
    }
}

impl TryFrom<v1::Location> for Location {
    type Error = InvalidMessage;

    fn try_from(l: v1::Location) -> Read<Self> {
        Ok(Self {
            id: parse("id", &l.id)?,
            organization_id: parse("organization_id", &l.organization_id)?,
            version: l.version,
            name: l.name,
            code: l.code,
            icao_code: l.icao_code,
            timezone: l.timezone,
            address: l.address,
            active: l.active,
            created_at: instant("created_at", l.created_at)?,
            updated_at: instant("updated_at", l.updated_at)?,
        })
    }
}
