use domain::organization::Organization;
use public_api::documents::trueflight::OrganizationDocument;
use public_api::routes::View;

use super::{Projected, keys};

/// `organizations`: the organisation itself, and no other.
pub fn organization(organization: &Organization) -> serde_json::Result<Projected> {
    Ok(Projected {
        organization_id: organization.id,
        view: View::Organizations,
        id: organization.id.to_string(),
        version: organization.version,
        sort_key: keys::text(&[&organization.name]),
        location_id: None,
        facets: [].into(),
        body: serde_json::to_vec(&OrganizationDocument::from(organization))?,
        detail: None,
        turns_at: None,
    })
}
