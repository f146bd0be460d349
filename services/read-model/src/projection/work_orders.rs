use domain::maintenance::WorkOrder;
use public_api::documents::WorkOrderDocument;
use public_api::routes::View;
use public_api::sort_key;

use super::{Facet, Projected};

/// `maintenance/work-orders`: by the time they were opened.
pub fn work_order(order: &WorkOrder) -> serde_json::Result<Projected> {
    let facets = [
        Facet::new("status", order.status),
        Facet::new("aircraft_id", order.aircraft_id),
    ];
    Ok(Projected {
        organization_id: order.organization_id,
        view: View::WorkOrders,
        id: order.id.to_string(),
        version: order.version,
        sort_key: sort_key::instant(order.opened_at),
        location_id: None,
        facets: facets.into(),
        body: serde_json::to_vec(&WorkOrderDocument::from(order))?,
        detail: None,
        turns_at: None,
    })
}
