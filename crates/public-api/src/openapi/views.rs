//! Which documents a view holds: their type, and one of them as an example.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::Json;
use crate::documents::trueflight::{LocationDocument, OrganizationDocument};
use crate::documents::{
    AircraftDocument, ComplianceDocument, FinanceSummaryDocument, FlightDocument, InvoiceDetail,
    InvoiceDocument, MaintenanceDueDetail, PilotDocument, ServedEvent, SessionDocument,
    SignoffDocument, VtrDocument, WorkOrderDocument,
};
use crate::payloads::samples;
use crate::routes::{Action, Open, Route, RouteKind, View};

/// The documents of a view, in a list and alone.
pub(super) struct Documented {
    pub(super) item: Described,
    /// None where the detail is the same document as the item of the list.
    pub(super) detail: Option<Described>,
}

impl Documented {
    pub(super) fn detail(&self) -> &Described {
        self.detail.as_ref().unwrap_or(&self.item)
    }
}

/// A type of documents.
pub(super) struct Described {
    pub(super) schema: Schema,
    pub(super) example: Json,
}

/// Every view has its line here.
pub(super) fn of(view: View, schemas: &mut SchemaGenerator) -> Option<Documented> {
    Some(match view {
        View::Flights => {
            let flight = samples::flight();
            same(
                schemas,
                &FlightDocument::new(&flight, samples::flight_links()),
            )
        }
        View::Fleet => same::<AircraftDocument<'_>>(schemas, &(&samples::aircraft()).into()),
        View::Pilots => {
            let person = samples::person();
            same(schemas, &PilotDocument::new(&person, samples::totals()))
        }
        View::Compliance => {
            let medical = samples::compliance::medical();
            let validity = samples::compliance::validity();
            same(schemas, &ComplianceDocument::new(&medical, validity))
        }
        View::MaintenanceDue => maintenance_due(schemas),
        View::WorkOrders => {
            same::<WorkOrderDocument<'_>>(schemas, &(&samples::maintenance::work_order()).into())
        }
        View::TrainingProgress => training_progress(schemas)?,
        View::Signoffs => {
            same::<SignoffDocument<'_>>(schemas, &(&samples::training::lesson()).into())
        }
        View::Vtr => same::<VtrDocument<'_>>(schemas, &(&samples::training::vtr()).into()),
        View::Sessions => {
            same::<SessionDocument<'_>>(schemas, &(&samples::planning::session()).into())
        }
        View::Invoices => invoices(schemas),
        View::FinanceSummaries => {
            let summary = samples::finance::summary();
            let at = samples::at("2026-05-19T07:00:00Z");
            same(schemas, &FinanceSummaryDocument::new(&summary, at))
        }
        View::Events => {
            let event = samples::approved();
            same(schemas, &ServedEvent::new(&event, samples::deliveries()))
        }
        View::Organizations => same::<OrganizationDocument<'_>>(
            schemas,
            &(&samples::trueflight::organization()).into(),
        ),
        View::Locations => {
            same::<LocationDocument<'_>>(schemas, &(&samples::trueflight::location()).into())
        }
    })
}

/// The documents that a route answers with.
pub(super) fn of_route(route: &Route, schemas: &mut SchemaGenerator) -> Option<Documented> {
    match route.kind {
        RouteKind::Me => {
            let (organization, location) = (
                samples::trueflight::organization(),
                samples::trueflight::location(),
            );
            let locations = std::slice::from_ref(&location);
            Some(same(
                schemas,
                &samples::trueflight::me(&organization, locations),
            ))
        }
        _ => of(route.view, schemas),
    }
}

/// What is answered to anybody.
pub(super) fn open(open: Open, schemas: &mut SchemaGenerator) -> Described {
    match open {
        Open::Health => described(schemas, &samples::trueflight::health()),
    }
}

fn invoices(schemas: &mut SchemaGenerator) -> Documented {
    let invoice = samples::finance::invoice();
    let today = samples::at("2026-05-19T12:00:00Z").date_naive();
    let (item, detail) = (
        InvoiceDocument::new(&invoice, today),
        InvoiceDetail::new(&invoice, today),
    );
    two(schemas, &item, &detail)
}

fn maintenance_due(schemas: &mut SchemaGenerator) -> Documented {
    let (aircraft, items) = (samples::aircraft(), samples::maintenance::due_items());
    let standing = samples::maintenance::standing(&aircraft, &items);
    let detail = MaintenanceDueDetail {
        summary: samples::maintenance::due(&aircraft, &items),
        items: standing.into_iter().map(Into::into).collect(),
    };
    two(schemas, &detail.summary, &detail)
}

fn training_progress(schemas: &mut SchemaGenerator) -> Option<Documented> {
    let (enrollment, revision) = (
        samples::training::enrollment(),
        samples::training::revision(),
    );
    let progress = samples::training::progress();
    let example = samples::training::progress_document(&enrollment, &revision, &progress)?;
    Some(same(schemas, &example))
}

/// What is answered when something has been done.
pub(super) fn answer(action: Action, schemas: &mut SchemaGenerator) -> Described {
    match action {
        Action::ReplayEvent => described(schemas, &samples::replay()),
    }
}

/// One type for the list and the detail.
fn same<T: JsonSchema + Serialize>(schemas: &mut SchemaGenerator, example: &T) -> Documented {
    Documented {
        item: described(schemas, example),
        detail: None,
    }
}

/// The detail says more than the list.
fn two<T: JsonSchema + Serialize, D: JsonSchema + Serialize>(
    schemas: &mut SchemaGenerator,
    item: &T,
    detail: &D,
) -> Documented {
    Documented {
        item: described(schemas, item),
        detail: Some(described(schemas, detail)),
    }
}

fn described<T: JsonSchema + Serialize>(schemas: &mut SchemaGenerator, example: &T) -> Described {
    Described {
        schema: schemas.subschema_for::<T>(),
        example: Json::of(example),
    }
}
