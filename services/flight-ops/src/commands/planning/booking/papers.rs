//! Whether the papers that a booking depends on are in order.

use diesel::sql_types::{Array, Nullable, Uuid as SqlUuid};
use domain::compliance::{ComplianceRecord, ComplianceStatus, SubjectType};
use domain::planning::{SessionKind, SessionPlan};
use domain::{Moment, OrgId};
use store::AsyncPgConnection;
use uuid::Uuid;

use crate::commands::school;
use crate::db::aggregates;
use crate::error::OpsError;

/// Nobody and nothing is booked whose papers say `blocks_booking` and do not hold on that day;
/// an aircraft still for maintenance.
///
/// # Errors
/// [`OpsError::Unbookable`] with the code `not_compliant`, naming the paper.
pub async fn must_be_in_order(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    plan: &SessionPlan,
) -> Result<(), OpsError> {
    let people: Vec<Uuid> = plan.people().map(|(_, id)| id.0).collect();
    let aircraft = plan.resource.aircraft_id().map(|id| id.0);
    let aircraft = aircraft.filter(|_| plan.kind != SessionKind::Maintenance);
    let statement = aggregates::select::<ComplianceRecord>(
        organization,
        "(record #>> '{paper,blocks_booking}')::boolean
         AND (person_id = ANY (?) OR aircraft_id = ?) ORDER BY id",
    )
    .bind::<Array<SqlUuid>, _>(people)
    .bind::<Nullable<SqlUuid>, _>(aircraft);
    let papers: Vec<ComplianceRecord> = aggregates::all(conn, statement).await?;
    if papers.is_empty() {
        return Ok(());
    }
    let school = school(conn, organization).await?;
    let day = Moment::at(plan.starts_at, &school.organization.timezone).today();
    let broken = papers.iter().find(|paper| blocks(paper.status_on(day)));
    broken.map_or(Ok(()), |paper| {
        let status = paper.status_on(day);
        let detail = format!("{} is {status} on {day}", paper.paper.title);
        Err(OpsError::Unbookable {
            pointer: pointer(paper, plan),
            code: "not_compliant",
            detail,
        })
    })
}

/// What is renewed and waits for review does not.
fn blocks(status: ComplianceStatus) -> bool {
    use ComplianceStatus as S;
    matches!(status, S::Expired | S::Missing | S::Suspended | S::Revoked)
}

fn pointer(paper: &ComplianceRecord, plan: &SessionPlan) -> &'static str {
    let subject = paper.paper.subject;
    let person = plan.people().find(|(_, id)| id.0 == subject.id);
    match (subject.subject_type, person) {
        (SubjectType::Aircraft, _) | (_, None) => "resource",
        (_, Some((field, _))) => field,
    }
}
