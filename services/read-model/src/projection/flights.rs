use chrono::NaiveDate;
use domain::finance::{Invoice, InvoiceStatus};
use domain::flight::Flight;
use domain::moment::Moment;
use domain::planning::Session;
use public_api::documents::{FlightDocument, FlightLinks};
use public_api::routes::View;
use public_api::sort_key;

use super::{Derived, Facet, Projected, Related};
use crate::record::{Record, flights_of, kind, of_flight};

/// `flights`: by the time off block. A document is of its flight, and names the session that was
/// completed with it and the invoice that charges for it.
pub struct Flights;

impl Derived for Flights {
    fn view(&self) -> View {
        View::Flights
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[kind::FLIGHT, kind::SESSION, kind::INVOICE]
    }

    /// Most sessions and many invoices name no flight.
    fn has_part(&self, record: &Record) -> bool {
        matches!(record, Record::Flight(_)) || !flights_of(record).is_empty()
    }

    fn root(&self) -> Option<&'static str> {
        Some(kind::FLIGHT)
    }

    fn turns(&self) -> bool {
        false
    }

    fn affected(&self, record: &Record, related: &Related) -> Vec<String> {
        let ids = match record {
            Record::Flight(flight) => vec![flight.id.to_string()],
            other => flights_of(other).iter().map(ToString::to_string).collect(),
        };
        // Asked for here already, so that it is fetched together with what other views ask for.
        for id in &ids {
            Parts::of(id, related);
        }
        ids
    }

    fn project(
        &self,
        id: &str,
        related: &Related,
        _: &Moment,
    ) -> serde_json::Result<Option<Projected>> {
        let parts = Parts::of(id, related);
        let flight = parts.flight;
        flight.map(|f| projected(f, parts.links())).transpose()
    }
}

/// What a document is made of.
struct Parts<'r> {
    flight: Option<&'r Flight>,
    sessions: Vec<&'r Session>,
    /// All that were issued, void or not.
    invoices: Vec<&'r Invoice>,
}

impl<'r> Parts<'r> {
    fn of(id: &str, related: &'r Related) -> Self {
        Self {
            flight: related.one(id),
            sessions: related.all(of_flight(id)),
            invoices: related.all(of_flight(id)),
        }
    }

    /// A flight comes of one session, and is charged for once. Where records say otherwise, the
    /// latest of each counts, and the highest id at last.
    fn links(&self) -> FlightLinks {
        let sessions = self.sessions.iter();
        let session = sessions.max_by_key(|session| (session.plan.starts_at, session.id));
        let invoices = self.invoices.iter();
        let invoice = invoices
            .filter(|invoice| invoice.status != InvoiceStatus::Void)
            .max_by_key(|invoice| (issued(invoice), invoice.id));
        // An invoice that was voided stays, so the time does not go back with it.
        let changes = self.sessions.iter().map(|session| session.updated_at);
        let changes = changes.chain(self.invoices.iter().map(|invoice| invoice.updated_at));
        FlightLinks {
            planning_session_id: session.map(|session| session.id),
            invoice_id: invoice.map(|invoice| invoice.id),
            updated_at: changes.max(),
        }
    }
}

/// Later documents have a later day, and within a day a longer or higher number.
fn issued(invoice: &Invoice) -> Option<(NaiveDate, usize, &str)> {
    let issue = invoice.issue.as_ref();
    issue.map(|issue| (issue.issued_on, issue.number.len(), issue.number.as_str()))
}

fn projected(flight: &Flight, links: FlightLinks) -> serde_json::Result<Projected> {
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
        body: serde_json::to_vec(&FlightDocument::new(flight, links))?,
        detail: None,
        turns_at: None,
    })
}
