use domain::planning::{Resource, Session};
use public_api::documents::SessionDocument;
use public_api::routes::View;
use public_api::sort_key;
use uuid::Uuid;

use super::{Facet, Projected, spans};

/// `planning/sessions`: by the time of their beginning.
pub fn session(session: &Session) -> serde_json::Result<Projected> {
    let plan = &session.plan;
    let mut facets = spans::facets(plan.starts_at, plan.ends_at);
    facets.extend([
        Facet::new("status", session.status),
        Facet::new("kind", plan.kind),
    ]);
    let ids = [
        ("aircraft_id", plan.resource.aircraft_id().map(|id| id.0)),
        ("instructor_id", plan.instructor_id.map(|id| id.0)),
        ("instructor_id", booked_instructor(plan.resource)),
        ("location_id", session.location_id.map(|id| id.0)),
    ];
    let ids = ids
        .into_iter()
        .filter_map(|(name, id)| Some(Facet::new(name, id?)));
    facets.extend(ids);
    Ok(Projected {
        organization_id: session.organization_id,
        view: View::Sessions,
        id: session.id.to_string(),
        version: session.version,
        sort_key: sort_key::instant(plan.starts_at),
        location_id: session.location_id,
        facets: facets.into_iter().collect(),
        body: serde_json::to_vec(&SessionDocument::from(session))?,
        detail: None,
        turns_at: None,
    })
}

/// An instructor may be what is booked.
fn booked_instructor(resource: Resource) -> Option<Uuid> {
    match resource {
        Resource::Instructor(id) => Some(id.0),
        Resource::Aircraft(_) | Resource::Simulator(_) | Resource::Classroom(_) => None,
    }
}
