//! What cannot be booked, and why.

use contracts::v1::{
    Aircraft, CompleteSessionRequest, CompliancePaper, Person, RequestSessionRequest,
    SaveAircraftRequest, SaveComplianceRequest, SavePersonRequest, SessionPlan, Target,
    VerifyComplianceRequest, fault::Kind,
};

use super::resource;
use crate::school::{School, new_id};
use crate::world::{World, fault, fields, refusal};

/// The aircraft, with that airworthiness from now on.
async fn becomes(world: &World, school: &School, version: i64, airworthiness: &str) {
    let aircraft = Aircraft {
        version,
        airworthiness_status: airworthiness.to_owned(),
        ..school.aircraft(&school.aircraft, "N740SP")
    };
    let request = SaveAircraftRequest {
        aircraft: Some(aircraft),
    };
    world.ops.save_aircraft(request).await.unwrap();
}

#[tokio::test]
async fn a_grounded_aircraft_is_booked_for_maintenance_only() {
    let world = World::start().await;
    let school = world.school().await;
    let before = world.booked(&school, school.lesson(0, 60)).await;
    let wish = world.requested(&school, school.lesson(90, 60)).await;
    becomes(&world, &school, 1, "grounded").await;
    let grounded = (Kind::Conflict, "resource_grounded".to_owned());
    assert_eq!(
        refusal(world.book(&school, school.lesson(200, 60)).await),
        grounded
    );
    assert_eq!(
        refusal(world.ops.schedule_session(school.target(&wish)).await),
        grounded
    );
    // What was booked stays booked, but does not leave the ground.
    assert_eq!(
        refusal(world.ops.start_session(school.target(&before)).await),
        grounded
    );
    let later = school.moving(&before, 300, 60);
    assert_eq!(refusal(world.ops.move_session(later).await), grounded);

    let shop = SessionPlan {
        kind: "maintenance".into(),
        student_ids: Vec::new(),
        instructor_id: None,
        ..school.lesson(600, 31 * 24 * 60)
    };
    world.booked(&school, shop).await;
    becomes(&world, &school, 2, "limited").await;
    world
        .ops
        .start_session(school.target(&before))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_not_there_is_told_by_its_field() {
    let world = World::start().await;
    let school = world.school().await;
    let other = world.school().await;
    let lesson = school.lesson(0, 60);
    let plans = [
        (
            "resource",
            SessionPlan {
                resource: resource("aircraft", &other.aircraft),
                ..lesson.clone()
            },
        ),
        (
            "instructor_id",
            SessionPlan {
                instructor_id: Some(other.instructor),
                ..lesson.clone()
            },
        ),
        (
            "student_ids",
            SessionPlan {
                student_ids: vec![new_id()],
                ..lesson.clone()
            },
        ),
        (
            "pilot_id",
            SessionPlan {
                pilot_id: Some(new_id()),
                ..lesson.clone()
            },
        ),
        ("resource", school.talk(&new_id(), 0, 60)),
    ];
    for (field, plan) in plans {
        let answer = world.book(&school, plan).await;
        assert_eq!(fields(answer), [(field.to_owned(), "not_found".to_owned())]);
    }
    let nowhere = RequestSessionRequest {
        location_id: Some(new_id()),
        ..school.request(lesson)
    };
    assert_eq!(
        fields(world.ops.request_session(nowhere).await)[0].0,
        "location_id"
    );
}

#[tokio::test]
async fn what_makes_no_sense_is_told_by_its_field() {
    let world = World::start().await;
    let school = world.school().await;
    let lesson = school.lesson(0, 60);
    let plans = [
        (("ends_at", "out_of_order"), school.lesson(0, 0)),
        (("ends_at", "too_long"), school.lesson(0, 24 * 60 + 1)),
        // A pilot is no instructor, and an aircraft no simulator.
        (
            ("instructor_id", "not_an_instructor"),
            SessionPlan {
                instructor_id: Some(school.pilot.clone()),
                ..lesson.clone()
            },
        ),
        (
            ("resource", "wrong_type"),
            SessionPlan {
                kind: "simulator".into(),
                resource: resource("simulator", &school.aircraft),
                ..lesson.clone()
            },
        ),
        (
            ("resource", "wrong_type"),
            SessionPlan {
                kind: "simulator".into(),
                ..lesson.clone()
            },
        ),
        (
            ("instructor_id", "also_student"),
            SessionPlan {
                student_ids: vec![school.instructor.clone()],
                ..lesson.clone()
            },
        ),
        (
            ("kind", "invalid"),
            SessionPlan {
                kind: "party".into(),
                ..lesson.clone()
            },
        ),
        (
            ("departure", "invalid"),
            SessionPlan {
                departure: Some("?".into()),
                ..lesson.clone()
            },
        ),
        (
            ("starts_at", "invalid"),
            SessionPlan {
                starts_at: None,
                ..lesson.clone()
            },
        ),
    ];
    for ((field, code), plan) in plans {
        let answer = world.book(&school, plan).await;
        assert_eq!(fields(answer), [(field.to_owned(), code.to_owned())]);
    }
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM planning_sessions")
            .await,
        0
    );
}

#[tokio::test]
async fn nobody_who_has_left_is_booked() {
    let world = World::start().await;
    let school = world.school().await;
    let person = Person {
        version: 1,
        status: "archived".into(),
        ..school.person(&school.instructor, "instructor")
    };
    let request = SavePersonRequest {
        person: Some(person),
    };
    world.ops.save_person(request).await.unwrap();
    let answer = world.book(&school, school.lesson(0, 60)).await;
    assert_eq!(
        fields(answer),
        [("instructor_id".to_owned(), "archived".to_owned())]
    );
}

#[tokio::test]
async fn a_flight_comes_of_one_session() {
    let world = World::start().await;
    let school = world.school().await;
    let flight = world.drafted(&school).await;
    let mut answers = Vec::new();
    for from in [0, 60] {
        let session = world.booked(&school, school.lesson(from, 60)).await;
        world
            .ops
            .start_session(school.target(&session))
            .await
            .unwrap();
        let complete = CompleteSessionRequest {
            target: Some(school.target(&session)),
            flight_id: Some(flight.id.clone()),
        };
        answers.push(world.ops.complete_session(complete.clone()).await);
        let unknown = CompleteSessionRequest {
            flight_id: Some(new_id()),
            ..complete
        };
        if from > 0 {
            assert_eq!(
                refusal(world.ops.complete_session(unknown).await).0,
                Kind::NotFound
            );
        }
    }
    assert_eq!(
        refusal(answers.remove(1)),
        (Kind::Conflict, "flight_taken".into())
    );
    assert_eq!(
        answers.remove(0).unwrap().session.unwrap().flight_id,
        Some(flight.id)
    );
}

#[tokio::test]
async fn nobody_is_booked_whose_papers_do_not_hold_that_day() {
    let world = World::start().await;
    let school = world.school().await;
    // The lesson is on the second of May.
    let mut paper = CompliancePaper {
        subject_type: "pilot".into(),
        subject_id: school.pilot.clone(),
        r#type: "medical".into(),
        title: "Medical certificate".into(),
        reference: Some("M-1".into()),
        issued_on: Some("2024-05-01".into()),
        valid_until: Some("2026-05-01".into()),
        blocks_booking: true,
        document_present: true,
        ..CompliancePaper::default()
    };
    let mut save = SaveComplianceRequest {
        id: new_id(),
        organization_id: school.id.clone(),
        version: 0,
        paper: Some(paper.clone()),
        external_reference: None,
    };
    let verify = Target {
        organization_id: school.id.clone(),
        id: save.id.clone(),
        ..Target::default()
    };
    let verify = VerifyComplianceRequest {
        target: Some(verify),
        at: None,
    };
    world.ops.save_compliance(save.clone()).await.unwrap();
    world.ops.verify_compliance(verify.clone()).await.unwrap();
    let answer = world.book(&school, school.lesson(0, 60)).await;
    let fault = fault(answer);
    assert_eq!(
        (fault.kind(), fault.code.as_str()),
        (Kind::Conflict, "not_compliant")
    );
    assert_eq!(fault.fields[0].pointer, "student_ids");
    assert_eq!(fault.detail, "Medical certificate is expired on 2026-05-02");
    // The day before, it held; and renewed, it holds again.
    let evening = school.lesson(-12 * 60, 60);
    world.booked(&school, evening).await;
    paper.valid_until = Some("2026-05-02".into());
    (save.version, save.paper) = (2, Some(paper));
    world.ops.save_compliance(save).await.unwrap();
    world.ops.verify_compliance(verify).await.unwrap();
    world.booked(&school, school.lesson(0, 60)).await;
}
