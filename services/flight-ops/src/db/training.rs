//! What belongs to an enrolment: its signoffs, and the flights they name.

use std::collections::BTreeSet;

use diesel::QueryResult;
use diesel::sql_types::{Array, Jsonb, Uuid as SqlUuid};
use domain::training::{Program, Signoff, TrainingFlight};
use domain::{EnrollmentId, OrgId, ProgramItemId, SignoffId};
use serde_json::json;
use store::AsyncPgConnection;
use uuid::Uuid;

use super::{aggregates, flights};

/// A student is in a program once at a time.
pub const ALREADY_ENROLLED: &str = "enrollments_open_once";

/// Whether a program of the school has, or had, the item in one of its revisions.
pub async fn has_item(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    item: ProgramItemId,
) -> QueryResult<bool> {
    let with_item = json!({"revisions": [{"syllabus": {"stages": [{"items": [{"id": item}]}]}}]});
    let statement = aggregates::select::<Program>(organization, "record @> ? LIMIT 1");
    let found = aggregates::one::<Program>(conn, statement.bind::<Jsonb, _>(with_item));
    Ok(found.await?.is_some())
}

/// Every signoff of an enrolment, whatever became of it, in the order they were signed.
pub async fn signoffs(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    enrollment: EnrollmentId,
) -> QueryResult<Vec<Signoff>> {
    let statement = aggregates::select::<Signoff>(organization, "enrollment_id = ?")
        .bind::<SqlUuid, _>(enrollment.0);
    let mut signoffs: Vec<Signoff> = aggregates::all(conn, statement).await?;
    signoffs.sort_by_key(|signoff| (signoff.content.signed_at, signoff.id));
    Ok(signoffs)
}

/// Those of the signoffs that are there.
pub async fn signoffs_by_id(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    ids: impl IntoIterator<Item = SignoffId>,
) -> QueryResult<Vec<Signoff>> {
    let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from).collect();
    let statement =
        aggregates::select::<Signoff>(organization, "id = ANY(?)").bind::<Array<SqlUuid>, _>(ids);
    aggregates::all(conn, statement).await
}

/// The flights that the signoffs name, and what took the place of those that were voided.
pub async fn flights_of(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    signoffs: &[Signoff],
) -> QueryResult<Vec<TrainingFlight>> {
    let named: BTreeSet<_> = signoffs
        .iter()
        .filter_map(|signoff| signoff.content.flight_id)
        .collect();
    let flights = flights::with_replacements(conn, organization, named).await?;
    Ok(flights.iter().map(TrainingFlight::from).collect())
}
