use domain::person::Person;
use public_api::documents::PilotDocument;
use public_api::routes::View;

use super::{Facet, Projected, Totals, keys};

/// Words of a name and call sign that are searched.
const MOST_WORDS: usize = 12;

/// `pilots`: by last and first name. `q` finds the beginnings of their words and of the call
/// sign's: each beginning is a value, so that a search is a look-up like any other.
pub fn pilot(person: &Person, totals: Totals) -> serde_json::Result<Projected> {
    let names = [
        Some(&person.last_name),
        Some(&person.first_name),
        person.call_sign.as_ref(),
    ];
    let words = names
        .into_iter()
        .flatten()
        .flat_map(|name| keys::words(name))
        .take(MOST_WORDS);
    let mut facets = vec![Facet::new("status", person.status)];
    facets.extend(person.roles.iter().map(|role| Facet::new("role", role)));
    for word in words {
        facets.extend(keys::beginnings(&word).map(|beginning| Facet::new("q", beginning)));
    }
    Ok(Projected {
        organization_id: person.organization_id,
        view: View::Pilots,
        id: person.id.to_string(),
        version: person.version,
        sort_key: keys::text(&[&person.last_name, &person.first_name]),
        location_id: None,
        facets: facets.into_iter().collect(),
        body: serde_json::to_vec(&PilotDocument::new(person, totals.into()))?,
        detail: None,
        turns_at: None,
    })
}
