//! Defects.

use contracts::v1::{
    ListSquawksRequest, ReportSquawkRequest, SquawkDeferral, SquawkResolution, fault::Kind,
    transition_squawk_request::Action,
};

use super::upkeep::told;
use crate::world::{World, fields, refusal};

fn resolution(number: Option<&str>) -> Action {
    Action::Resolve(SquawkResolution {
        notes: Some("magneto replaced".into()),
        resolved_by: "Robin Wright".into(),
        certificate_number: number.map(Into::into),
        at: None,
    })
}

#[tokio::test]
async fn a_defect_goes_its_way_and_keeps_the_aircraft_on_the_ground() {
    let world = World::start().await;
    let school = world.school().await;
    let squawk = world.report(school.squawk(true)).await;
    assert_eq!((squawk.status.as_str(), squawk.version), ("reported", 1));
    assert_eq!(
        (squawk.reported_by_id.clone(), squawk.alerted),
        (school.owner.clone(), true)
    );
    let aircraft = world.fleet_record(&school).await;
    assert_eq!(
        aircraft.grounding_reasons,
        ["squawk: left magneto drops 200"]
    );

    for (action, status) in [
        ("review", "in_review"),
        ("accept", "open"),
        ("start", "in_work"),
    ] {
        assert_eq!(
            world.plain(&school, &squawk.id, action).await.status,
            status
        );
    }
    let refused = world.act(&school, &squawk.id, resolution(None)).await;
    assert_eq!(
        fields(refused),
        [("certificate_number".into(), "required".into())]
    );
    let resolved = world
        .act(&school, &squawk.id, resolution(Some("3141592")))
        .await;
    assert_eq!(resolved.unwrap().squawk.unwrap().status, "resolved");
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
    let again = world
        .act(&school, &squawk.id, resolution(Some("3141592")))
        .await;
    assert!(!again.unwrap().applied);
    let other = world.act(&school, &squawk.id, resolution(Some("1"))).await;
    assert_eq!(
        refusal(other),
        (Kind::Conflict, "invalid_transition".into())
    );
    assert_eq!(
        world.plain(&school, &squawk.id, "close").await.status,
        "closed"
    );

    assert_eq!(
        world.plain(&school, &squawk.id, "reopen").await.status,
        "open"
    );
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "grounded"
    );
    let expected = vec![told("squawk", "grounded", "grounded"); 2];
    assert_eq!(world.alerts().await, expected);
}

#[tokio::test]
async fn a_deferred_defect_limits_the_aircraft() {
    let world = World::start().await;
    let school = world.school().await;
    let squawk = world.report(school.squawk(true)).await;
    world.plain(&school, &squawk.id, "review").await;
    world.plain(&school, &squawk.id, "accept").await;
    let deferral = SquawkDeferral {
        until_date: Some("2026-06-01".into()),
        until_meter: None,
        reference: Some("MEL 33-1".into()),
        limitations: Some("day VFR only".into()),
        approved_by: "Robin Wright".into(),
    };
    let deferred = world
        .act(&school, &squawk.id, Action::Defer(deferral.clone()))
        .await;
    assert_eq!(deferred.unwrap().squawk.unwrap().deferral, Some(deferral));
    let aircraft = world.fleet_record(&school).await;
    assert_eq!(aircraft.airworthiness_status, "limited");
    assert_eq!(aircraft.grounding_reasons, ["deferred: day VFR only"]);
}

#[tokio::test]
async fn a_report_is_taken_once() {
    let world = World::start().await;
    let school = world.school().await;
    let report = school.squawk(false);
    assert!(
        world
            .ops
            .report_squawk(report.clone())
            .await
            .unwrap()
            .applied
    );
    world.plain(&school, &report.id, "review").await;
    assert!(
        !world
            .ops
            .report_squawk(report.clone())
            .await
            .unwrap()
            .applied
    );
    let other = ReportSquawkRequest {
        title: "right magneto".into(),
        ..report
    };
    assert_eq!(
        refusal(world.ops.report_squawk(other).await).1,
        "already_exists"
    );
}

#[tokio::test]
async fn a_report_names_a_flight_of_the_aircraft_and_a_person_of_the_school() {
    let world = World::start().await;
    let (school, elsewhere) = (world.school().await, world.school().await);
    let flight = world.drafted(&school).await;
    let strange = world.drafted(&elsewhere).await;
    let about = |flight: &str, person: &str| ReportSquawkRequest {
        flight_id: Some(flight.into()),
        reported_by_id: Some(person.into()),
        ..school.squawk(false)
    };
    let refused = world
        .ops
        .report_squawk(about(&strange.id, &school.pilot))
        .await;
    assert_eq!(fields(refused), [("flight_id".into(), "not_found".into())]);
    let refused = world
        .ops
        .report_squawk(about(&flight.id, &elsewhere.pilot))
        .await;
    assert_eq!(
        fields(refused),
        [("reported_by_id".into(), "not_found".into())]
    );
    let taken = world.report(about(&flight.id, &school.pilot)).await;
    assert_eq!(
        (taken.flight_id, taken.reported_by_id),
        (Some(flight.id), school.pilot)
    );
}

#[tokio::test]
async fn squawks_are_listed_by_status() {
    let world = World::start().await;
    let school = world.school().await;
    let first = world.report(school.squawk(false)).await;
    let second = world.report(school.squawk(false)).await;
    world.plain(&school, &second.id, "review").await;
    let list = |status: &str| {
        world.ops.list_squawks(ListSquawksRequest {
            organization_id: school.id.clone(),
            aircraft_id: Some(school.aircraft.clone()),
            status: Some(status.into()),
            after_id: None,
            limit: 10,
        })
    };
    let found = list("reported").await.unwrap().squawks;
    assert_eq!(found, [first]);
    assert_eq!(
        fields(list("broken").await),
        [("status".into(), "invalid".into())]
    );
}
