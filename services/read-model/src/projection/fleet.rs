use domain::aircraft::Aircraft;
use public_api::documents::AircraftDocument;
use public_api::routes::View;

use super::{Facet, Projected, keys};

/// `fleet`: by registration.
pub fn aircraft(aircraft: &Aircraft) -> serde_json::Result<Projected> {
    let mut facets: Vec<_> = [
        Facet::new("status", aircraft.status),
        Facet::new("airworthiness_status", aircraft.airworthiness_status),
    ]
    .into();
    facets.extend(aircraft.location_id.map(|id| Facet::new("location_id", id)));
    Ok(Projected {
        organization_id: aircraft.organization_id,
        view: View::Fleet,
        id: aircraft.id.to_string(),
        version: aircraft.version,
        sort_key: keys::text(&[&aircraft.registration]),
        location_id: aircraft.location_id,
        facets: facets.into_iter().collect(),
        body: serde_json::to_vec(&AircraftDocument::from(aircraft))?,
        detail: None,
        turns_at: None,
    })
}
