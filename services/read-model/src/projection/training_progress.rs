use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::FlightId;
use domain::flight::Flight;
use domain::moment::Moment;
use domain::training::{Enrollment, Program, Signoff, TrainingFlight, progress};
use public_api::documents::TrainingProgressDocument;
use public_api::routes::View;

use super::{Derived, Facet, Projected, Related, keys};
use crate::record::{Record, kind, of_flight};

/// How often a flight is followed to the one that replaced it, or that it replaced.
const LONGEST_CHAIN: usize = 100;

/// `training-progress`: a document for each enrolment that has begun, by student and program. It
/// is derived from the enrolment, the revision of its program, its signoffs and the flights they
/// name, or what took the place of those.
pub struct TrainingProgress;

impl Derived for TrainingProgress {
    fn view(&self) -> View {
        View::TrainingProgress
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[kind::ENROLLMENT, kind::PROGRAM, kind::SIGNOFF, kind::FLIGHT]
    }

    fn root(&self) -> Option<&'static str> {
        Some(kind::ENROLLMENT)
    }

    /// With the school's zone, in which the days of its checks are given; never by themselves.
    fn turns(&self) -> bool {
        true
    }

    fn affected(&self, record: &Record, related: &Related) -> Vec<String> {
        match record {
            Record::Enrollment(enrollment) => vec![enrollment.id.to_string()],
            Record::Signoff(signoff) => vec![signoff.content.enrollment_id.to_string()],
            Record::Program(program) => {
                let enrolled = related.all::<Enrollment>(program.id);
                enrolled.iter().map(|e| e.id.to_string()).collect()
            }
            Record::Flight(flight) => enrollments_of(flight, related),
            _ => Vec::new(),
        }
    }

    fn project(
        &self,
        id: &str,
        related: &Related,
        moment: &Moment,
    ) -> serde_json::Result<Option<Projected>> {
        // Asked for together, so that they are fetched together.
        let (enrollment, signoffs) = (related.one::<Enrollment>(id), related.all::<Signoff>(id));
        let Some(enrollment) = enrollment else {
            return Ok(None);
        };
        let program = related.one::<Program>(enrollment.program_id);
        let flights = flights(&signoffs, related);
        let Some(revision) = program.and_then(|p| p.revision(enrollment.program_revision)) else {
            return Ok(None);
        };
        let signoffs: Vec<Signoff> = signoffs.into_iter().cloned().collect();
        let flown: Vec<TrainingFlight> = flights.iter().map(|flight| (*flight).into()).collect();
        let progress = progress(revision, &signoffs, &flown);
        let updated_at = updated_at(enrollment, &signoffs, &flights);
        let document =
            TrainingProgressDocument::new(enrollment, revision, &progress, moment.zone, updated_at);
        document
            .map(|document| projected(enrollment, &document))
            .transpose()
    }
}

fn projected(
    enrollment: &Enrollment,
    document: &TrainingProgressDocument<'_>,
) -> serde_json::Result<Projected> {
    let student = enrollment.student_id.to_string();
    let program = enrollment.program_id.to_string();
    Ok(Projected {
        organization_id: enrollment.organization_id,
        view: View::TrainingProgress,
        id: enrollment.id.to_string(),
        version: enrollment.version,
        sort_key: keys::text(&[&student, &program]),
        location_id: None,
        facets: [
            Facet::new("student_id", student),
            Facet::new("program_id", program),
            Facet::new("status", document.status),
        ]
        .into(),
        body: serde_json::to_vec(document)?,
        detail: None,
        turns_at: None,
    })
}

/// The enrolments whose signoffs name the flight, or one that it took the place of.
fn enrollments_of(flight: &Flight, related: &Related) -> Vec<String> {
    let mut enrollments = BTreeSet::new();
    let mut next = Some(flight.id);
    let mut replaces = flight.replaces_id;
    for _ in 0..LONGEST_CHAIN {
        let Some(id) = next else { break };
        let naming = related.all::<Signoff>(of_flight(id));
        enrollments.extend(naming.iter().map(|s| s.content.enrollment_id.to_string()));
        next = replaces;
        replaces = next
            .and_then(|id| related.one::<Flight>(id))
            .and_then(|flight| flight.replaces_id);
    }
    enrollments.into_iter().collect()
}

/// The flights that the signoffs name, and all that took the place of one.
fn flights<'r>(signoffs: &[&Signoff], related: &'r Related) -> Vec<&'r Flight> {
    let mut found: BTreeMap<FlightId, &Flight> = BTreeMap::new();
    let named = signoffs.iter().filter_map(|s| s.content.flight_id);
    let mut open: BTreeSet<FlightId> = named.collect();
    for _ in 0..LONGEST_CHAIN {
        if open.is_empty() {
            break;
        }
        let mut further = BTreeSet::new();
        for id in open {
            let flight = related.one::<Flight>(id);
            let replacements = related.all::<Flight>(id);
            further.extend(replacements.iter().map(|replacement| replacement.id));
            found.extend(flight.map(|flight| (id, flight)));
        }
        further.retain(|id| !found.contains_key(id));
        open = further;
    }
    found.into_values().collect()
}

fn updated_at(enrollment: &Enrollment, signoffs: &[Signoff], flights: &[&Flight]) -> DateTime<Utc> {
    let signed = signoffs.iter().map(|signoff| signoff.updated_at);
    let flown = flights.iter().map(|flight| flight.updated_at);
    signed.chain(flown).fold(enrollment.updated_at, Ord::max)
}
