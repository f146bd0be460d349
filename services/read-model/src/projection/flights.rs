use domain::flight::Flight;
use public_api::documents::FlightDocument;
use public_api::routes::View;
use public_api::sort_key;

use super::{Facet, Projected};

/// `flights`: by the time off block.
pub fn flight(flight: &Flight) -> serde_json::Result<Projected> {
    let entry = &flight.entry;
    let mut facets: Vec<_> = [
        Facet::new("status", flight.status),
        Facet::new("pilot_id", entry.pilot_id),
        Facet::new("aircraft_id", entry.aircraft_id),
    ]
    .into();
    facets.extend(
        entry
            .instructor_id
            .map(|id| Facet::new("instructor_id", id)),
    );
    facets.extend(flight.location_id.map(|id| Facet::new("location_id", id)));
    Ok(Projected {
        organization_id: flight.organization_id,
        view: View::Flights,
        id: flight.id.to_string(),
        version: flight.version,
        sort_key: sort_key::instant(entry.times.off_block_at),
        location_id: flight.location_id,
        facets: facets.into_iter().collect(),
        body: serde_json::to_vec(&FlightDocument::from(flight))?,
        detail: None,
        turns_at: None,
    })
}
