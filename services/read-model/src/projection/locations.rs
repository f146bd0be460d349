use domain::organization::Location;
use public_api::documents::trueflight::LocationDocument;
use public_api::routes::View;

use super::{Facet, Projected, keys};

/// Words of a name that are searched.
const MOST_WORDS: usize = 12;

/// `locations`: by name. `name` finds the beginnings of its words.
pub fn location(location: &Location) -> serde_json::Result<Projected> {
    let words: Vec<String> = keys::words(&location.name).take(MOST_WORDS).collect();
    let beginnings = words.iter().flat_map(|word| keys::beginnings(word));
    Ok(Projected {
        organization_id: location.organization_id,
        view: View::Locations,
        id: location.id.to_string(),
        version: location.version,
        sort_key: keys::text(&[&location.name]),
        location_id: Some(location.id),
        facets: beginnings
            .map(|beginning| Facet::new("name", beginning))
            .collect(),
        body: serde_json::to_vec(&LocationDocument::from(location))?,
        detail: None,
        turns_at: None,
    })
}
