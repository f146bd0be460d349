use domain::training::Signoff;
use public_api::documents::SignoffDocument;
use public_api::routes::View;
use public_api::sort_key;

use super::{Facet, Projected};

/// `training/signoffs`: by the time they were signed.
pub fn signoff(signoff: &Signoff) -> serde_json::Result<Projected> {
    let content = &signoff.content;
    let facets = [
        Facet::new("student_id", content.student_id),
        Facet::new("instructor_id", content.instructor_id),
        Facet::new("program_id", content.program_id),
    ];
    Ok(Projected {
        organization_id: signoff.organization_id,
        view: View::Signoffs,
        id: signoff.id.to_string(),
        version: signoff.version,
        sort_key: sort_key::instant(content.signed_at),
        location_id: None,
        facets: facets.into(),
        body: serde_json::to_vec(&SignoffDocument::from(signoff))?,
        detail: None,
        turns_at: None,
    })
}
