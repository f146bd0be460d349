use domain::vtr::Vtr;
use public_api::documents::VtrDocument;
use public_api::routes::View;
use public_api::sort_key;

use super::{Facet, Projected};

/// `vtr`: by the time they were issued. Its integrity is what the school's last check found, which
/// is a part of the record.
pub fn vtr(vtr: &Vtr) -> serde_json::Result<Projected> {
    let facets = [
        Facet::new("student_id", vtr.content.student_id),
        Facet::new("status", vtr.status),
    ];
    Ok(Projected {
        organization_id: vtr.organization_id,
        view: View::Vtr,
        id: vtr.id.to_string(),
        version: vtr.version,
        sort_key: sort_key::instant(vtr.content.issued_at),
        location_id: None,
        facets: facets.into(),
        body: serde_json::to_vec(&VtrDocument::from(vtr))?,
        detail: None,
        turns_at: None,
    })
}
