//! Training: programs, enrolments, signoffs, and the records that are issued of them.

pub mod acknowledge_signoff;
pub mod activate_enrollment;
pub mod archive_program;
pub mod complete_enrollment;
pub mod end_enrollment;
pub mod enroll;
pub mod issue_vtr;
mod pack;
pub mod publish_program_revision;
pub mod record_signoff;
pub mod revoke_signoff;
pub mod revoke_vtr;
pub mod rotate_signing_key;
mod said;
pub mod save_program;
mod signing;
pub mod stand_by_enrollment;
pub mod supersede_signoff;
pub mod supersede_vtr;
pub mod verify_vtr;

use chrono::{DateTime, NaiveDate, Utc};
use domain::moment::Moment;
use domain::training::{
    Enrollment, Program, ProgressSummary, Revision, Signoff, TrainingFlight, progress,
};
use domain::{OrgId, PersonId, ProgramId, Refusal};
use store::AsyncPgConnection;

use crate::db::organizations::School;
use crate::db::{aggregates, people, training};
use crate::error::OpsError;

/// A signoff, and how far the student has come since it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct SignoffState {
    pub signoff: Signoff,
    /// None where the command found its change made.
    pub progress: Option<ProgressSummary>,
}

/// The day where the school stands.
fn day_of(school: &School, at: DateTime<Utc>) -> NaiveDate {
    Moment::at(at, &school.organization.timezone).today()
}

/// A day that states a fact is not in the future. None: today.
fn past_day(
    pointer: &'static str,
    day: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<NaiveDate, OpsError> {
    match day {
        Some(day) if day > today => {
            let detail = format!("{pointer} is in the future");
            Err(Refusal::invalid(pointer, "in_the_future", detail).into())
        }
        day => Ok(day.unwrap_or(today)),
    }
}

/// The people that fields of a request name are the school's.
async fn require_people(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    named: &[(&'static str, Option<PersonId>)],
) -> Result<(), OpsError> {
    let known = people::known(conn, organization, named.iter().filter_map(|(_, id)| *id)).await?;
    for (pointer, id) in named {
        if id.is_some_and(|id| !known.contains(&id)) {
            return Err(OpsError::no_such_at(pointer, "person"));
        }
    }
    Ok(())
}

async fn program(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: ProgramId,
) -> Result<Program, OpsError> {
    aggregates::find(conn, organization, id)
        .await?
        .ok_or(OpsError::no_such_at("program_id", "program"))
}

/// The revision that a student is enrolled in.
async fn revision_of(
    conn: &mut AsyncPgConnection,
    enrollment: &Enrollment,
) -> Result<Revision, OpsError> {
    let program = program(conn, enrollment.organization_id, enrollment.program_id).await?;
    let revision = program.revision(enrollment.program_revision).cloned();
    revision.ok_or(OpsError::no_such_at("program_revision", "revision"))
}

/// The signoffs of an enrolment, and the flights they name.
async fn training_of(
    conn: &mut AsyncPgConnection,
    enrollment: &Enrollment,
) -> Result<(Vec<Signoff>, Vec<TrainingFlight>), OpsError> {
    let organization = enrollment.organization_id;
    let signoffs = training::signoffs(conn, organization, enrollment.id).await?;
    let flights = training::flights_of(conn, organization, &signoffs).await?;
    Ok((signoffs, flights))
}

/// How far a student is with `signoffs`. The figures of an event do not depend on flights.
fn figures(revision: &Revision, signoffs: &[Signoff]) -> ProgressSummary {
    (&progress(revision, signoffs, &[])).into()
}
