//! The organisation, as a part of `me`.

use domain::OrgId;
use domain::organization::Organization;
use schemars::JsonSchema;
use serde::Serialize;

/// The organisation whose records the key opens: for a test key, the sandbox.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OrganizationDocument<'a> {
    pub id: OrgId,
    pub name: &'a str,
    /// IANA zone: `America/Los_Angeles`.
    pub timezone: &'a str,
    /// ISO 4217.
    pub currency: &'a str,
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
}

impl<'a> From<&'a Organization> for OrganizationDocument<'a> {
    fn from(organization: &'a Organization) -> Self {
        Self {
            id: organization.id,
            name: &organization.name,
            timezone: &organization.timezone,
            currency: &organization.currency,
            country: &organization.country,
        }
    }
}
