//! How far students have come, what was signed, and the records of it.

use contracts::v1::{GetDocumentRequest, ListDocumentsRequest, ReadModel};
use domain::flight::FlightStatus;
use domain::training::{EnrollmentStatus, SignoffResult, SignoffStatus};
use domain::vtr::VtrStatus;
use domain::{PersonId, ProgramId};
use public_api::sort_key;
use read_model::record::Record;
use serde_json::{Value, json};

use crate::paging::{facet, ids, list, request, walk};
use crate::school::{School, enrolled, id, instant};
use crate::world::World;

const VIEW: &str = "training-progress";

async fn progress(world: &World, school: School, student: u32) -> Option<Value> {
    let request = GetDocumentRequest {
        organization_id: school.org.to_string(),
        view: VIEW.to_owned(),
        id: enrolled(student).to_string(),
    };
    let answer = world.answers().get(Default::default(), request).await;
    let document = answer.unwrap().document?;
    Some(serde_json::from_slice(&document.body).unwrap())
}

fn dual(document: &Value) -> &Value {
    &document["minutes"]["dual"]["flown"]
}

#[tokio::test]
async fn progress_is_what_was_signed_and_flown() {
    let world = World::new().await;
    let school = School::new();
    let mut ground = school.signoff(3, 1, 2);
    ground.content.ground_minutes = 90;
    let mut failed = school.signoff(4, 1, 3);
    failed.content.result = SignoffResult::Failed;
    world
        .take(&[
            school.program(0, 2).into(),
            school.enrollment(1, 1).into(),
            // Two items of one flight, which counts once.
            school.lesson(1, 1, 0, 10).into(),
            school.lesson(2, 1, 1, 10).into(),
            ground.into(),
            failed.into(),
            school.flown(10, 2, 75).into(),
            // Another student's.
            school.lesson(5, 2, 0, 11).into(),
            school.flown(11, 2, 60).into(),
        ])
        .await;
    let document = progress(&world, school, 1).await.unwrap();
    assert_eq!(document["program"]["name"], "Private Pilot 1");
    assert_eq!(
        document["minutes"]["dual"],
        json!({"required": 1200, "flown": 75})
    );
    assert_eq!(
        document["theory"],
        json!({"required_minutes": 600, "attended_minutes": 90})
    );
    let figures = [
        "items_total",
        "items_completed",
        "items_failed",
        "percent_complete",
    ];
    assert_eq!(
        figures.map(|name| document[name].as_u64().unwrap()),
        [4, 3, 1, 75]
    );
    assert_eq!(document["next_item"]["code"], "I-3");
    assert_eq!(document["stage_checks"][0]["result"], "failed");
    assert_eq!(document["updated_at"], "2026-02-05T18:00:00Z");
}

#[tokio::test]
async fn minutes_follow_a_flight_through_its_approval_and_its_amendments() {
    let world = World::new().await;
    let school = School::new();
    let mut draft = school.flown(10, 1, 60);
    draft.status = FlightStatus::Submitted;
    world
        .take(&[
            school.program(0, 1).into(),
            school.enrollment(1, 1).into(),
            school.lesson(1, 1, 0, 10).into(),
            draft.into(),
        ])
        .await;
    assert_eq!(*dual(&progress(&world, school, 1).await.unwrap()), 0);
    world.take(&[school.flown(10, 2, 60).into()]).await;
    assert_eq!(*dual(&progress(&world, school, 1).await.unwrap()), 60);

    let mut voided = school.flown(10, 3, 60);
    voided.status = FlightStatus::Voided;
    let mut first = school.flown(11, 1, 70);
    first.replaces_id = Some(voided.id);
    let mut second = school.flown(12, 1, 80);
    second.replaces_id = Some(first.id);
    world.take(&[voided.clone().into()]).await;
    assert_eq!(*dual(&progress(&world, school, 1).await.unwrap()), 0);
    // The last of the chain comes before the one between, which is voided too.
    world.take(&[second.into()]).await;
    assert_eq!(*dual(&progress(&world, school, 1).await.unwrap()), 0);
    first.status = FlightStatus::Voided;
    world.take(&[first.into()]).await;
    assert_eq!(*dual(&progress(&world, school, 1).await.unwrap()), 80);
}

#[tokio::test]
async fn what_is_revoked_or_superseded_counts_no_more() {
    let world = World::new().await;
    let school = School::new();
    let mut signoff = school.signoff(1, 1, 0);
    world
        .take(&[
            school.enrollment(1, 1).into(),
            signoff.clone().into(),
            // The program comes last: until then nothing can be said.
            school.signoff(2, 1, 1).into(),
        ])
        .await;
    assert_eq!(progress(&world, school, 1).await, None);
    world.take(&[school.program(0, 1).into()]).await;
    let percent = async || progress(&world, school, 1).await.unwrap()["percent_complete"].clone();
    assert_eq!(percent().await, 50);
    signoff.version = 2;
    signoff.status = SignoffStatus::Revoked;
    world.take(&[signoff.into()]).await;
    assert_eq!(percent().await, 25);
}

#[tokio::test]
async fn whoever_is_enrolled_appears_with_the_beginning() {
    let world = World::new().await;
    let school = School::new();
    let mut pending = school.enrollment(1, 1);
    pending.status = EnrollmentStatus::Pending;
    world
        .take(&[school.program(0, 1).into(), pending.into()])
        .await;
    assert_eq!(progress(&world, school, 1).await, None);
    world.take(&[school.enrollment(1, 2).into()]).await;
    assert_eq!(
        progress(&world, school, 1).await.unwrap()["status"],
        "active"
    );
    let mut transferred = school.enrollment(1, 3);
    transferred.status = EnrollmentStatus::Transferred;
    world.take(&[transferred.into()]).await;
    assert_eq!(
        progress(&world, school, 1).await.unwrap()["status"],
        "discontinued"
    );
}

#[tokio::test]
async fn a_check_is_of_the_day_at_the_school() {
    let world = World::new().await;
    let school = School::new();
    let mut check = school.signoff(1, 1, 3);
    check.content.signed_at = instant("2026-05-04T02:30:00Z");
    world
        .take(&[
            check.into(),
            school.program(0, 1).into(),
            school.enrollment(1, 1).into(),
        ])
        .await;
    let date = async || {
        let document = progress(&world, school, 1).await.unwrap();
        document["stage_checks"][0]["date"].clone()
    };
    assert_eq!(date().await, "2026-05-04");
    world
        .take(&[school.organization("America/Los_Angeles", 1).into()])
        .await;
    assert_eq!(date().await, "2026-05-03");
}

#[tokio::test]
async fn progress_is_found_by_student_program_and_status_in_their_order() {
    let world = World::new().await;
    let school = School::new();
    let mut records: Vec<Record> = (0..3).map(|n| school.program(n, 1).into()).collect();
    for number in 0..12 {
        let mut enrollment = school.enrollment(number, 1);
        enrollment.student_id = id(number % 4);
        enrollment.program_id = id(6_000_000 + number % 3);
        if number >= 8 {
            enrollment.status = EnrollmentStatus::Standby;
        }
        records.push(enrollment.into());
    }
    world.take(&records).await;
    let numbers = async |facets| {
        let request = ListDocumentsRequest {
            facets,
            ..request(school, VIEW, 3)
        };
        let found = walk(&world, request, async |_| ()).await;
        let number = |id: &String| (0..12).find(|n| enrolled(*n).to_string() == *id).unwrap();
        found.iter().map(number).collect::<Vec<u32>>()
    };
    // By student, and by program for each student.
    assert_eq!(
        numbers(vec![]).await,
        [0, 4, 8, 9, 1, 5, 6, 10, 2, 3, 7, 11]
    );
    let student = facet("student_id", id::<PersonId>(2));
    let program = facet("program_id", id::<ProgramId>(6_000_001));
    assert_eq!(numbers(vec![student.clone()]).await, [6, 10, 2]);
    assert_eq!(numbers(vec![program.clone()]).await, [4, 1, 10, 7]);
    assert_eq!(
        numbers(vec![facet("status", "standby")]).await,
        [8, 9, 10, 11]
    );
    assert_eq!(
        numbers(vec![student, program, facet("status", "standby")]).await,
        [10]
    );
}

#[tokio::test]
async fn signoffs_are_found_by_student_program_instructor_and_period() {
    let world = World::new().await;
    let school = School::new();
    let mut records: Vec<Record> = Vec::new();
    for number in 0..12 {
        let mut signoff = school.signoff(number, number % 3, 0);
        signoff.content.program_id = id(6_000_000 + number / 6);
        records.push(signoff.into());
    }
    world.take(&records).await;
    let numbers = async |facets| {
        let signed = |number: u32| {
            let signoff = school.signoff(number, 0, 0);
            Some(sort_key::instant(signoff.content.signed_at))
        };
        let request = ListDocumentsRequest {
            facets,
            sort_from: signed(2),
            sort_to: signed(11),
            ..request(school, "signoffs", 4)
        };
        let found = walk(&world, request, async |_| ()).await;
        let number = |id: &String| (0..12).find(|n| school.signoff(*n, 0, 0).id.to_string() == *id);
        found.iter().filter_map(number).collect::<Vec<u32>>()
    };
    assert_eq!(numbers(vec![]).await, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let student = facet("student_id", id::<PersonId>(1));
    let program = facet("program_id", id::<ProgramId>(6_000_001));
    let instructor = facet("instructor_id", id::<PersonId>(100));
    assert_eq!(numbers(vec![student.clone()]).await, [10, 7, 4]);
    assert_eq!(numbers(vec![program.clone()]).await, [10, 9, 8, 7, 6]);
    assert_eq!(numbers(vec![instructor.clone()]).await, [10, 8, 6, 4, 2]);
    assert_eq!(numbers(vec![student, program, instructor]).await, [10]);
}

#[tokio::test]
async fn records_are_found_by_status_student_and_issue() {
    let world = World::new().await;
    let school = School::new();
    let vtr = |number: u32| {
        let status = VtrStatus::ALL[usize::try_from(number % 3).unwrap()];
        school.vtr(number, number / 6, status)
    };
    let records: Vec<Record> = (0..12).map(|number| vtr(number).into()).collect();
    world.take(&records).await;
    let found = async |facets: Vec<_>| {
        let request = ListDocumentsRequest {
            facets,
            sort_from: Some(sort_key::instant(vtr(1).content.issued_at)),
            sort_to: Some(sort_key::instant(vtr(11).content.issued_at)),
            ..request(school, "vtr", 4)
        };
        let found = walk(&world, request, async |_| ()).await;
        let number = |id: &String| (0..12).find(|n| vtr(*n).id.to_string() == *id);
        found.iter().filter_map(number).collect::<Vec<u32>>()
    };
    assert_eq!(found(vec![]).await, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    let (revoked, student) = (
        facet("status", "revoked"),
        facet("student_id", id::<PersonId>(1)),
    );
    assert_eq!(found(vec![revoked.clone()]).await, [8, 5, 2]);
    assert_eq!(found(vec![student.clone()]).await, [10, 9, 8, 7, 6]);
    assert_eq!(found(vec![revoked, student]).await, [8]);
    let first = ids(&list(&world, request(school, "vtr", 1)).await);
    assert!(first[0].starts_with("vtr_"), "{first:?}");
}
