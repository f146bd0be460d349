use domain::event::CatalogEvent;
use public_api::documents::EventDocument;
use public_api::routes::View;
use public_api::sort_key;

use super::{Facet, Projected};

/// An event never changes.
const ONLY_VERSION: i64 = 1;

/// `events`: by the time they occurred.
pub fn event(event: &CatalogEvent) -> serde_json::Result<Projected> {
    let mut facets: Vec<_> = [
        Facet::new("type", event.data.event_type()),
        Facet::new("subject_id", event.data.subject().id),
    ]
    .into();
    facets.extend(event.location_id.map(|id| Facet::new("location_id", id)));
    Ok(Projected {
        organization_id: event.organization_id,
        view: View::Events,
        id: event.id.to_string(),
        version: ONLY_VERSION,
        sort_key: sort_key::instant(event.occurred_at),
        location_id: event.location_id,
        facets: facets.into_iter().collect(),
        body: serde_json::to_vec(&EventDocument::from(event))?,
        detail: None,
        turns_at: None,
    })
}
