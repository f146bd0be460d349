//! Days and moments that no calendar of ISO 8601 writes with four digits of a year.

use contracts::convert::timestamp;
use contracts::v1::{
    CompliancePaper, EnrollRequest, IssueInvoiceRequest, SaveComplianceRequest, SavePersonRequest,
    VerifyComplianceRequest,
};
use prost_types::Timestamp;

use crate::school::{School, new_id};
use crate::world::{World, fields, start_of_time};

/// In the year 10000, and long before Christ.
const DAYS: [&str; 3] = ["+10000-01-01", "-0044-03-15", "2026-5-1"];

fn before_christ() -> Option<Timestamp> {
    Some(Timestamp {
        seconds: -70_000_000_000,
        nanos: 0,
    })
}

fn wrong(pointer: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), "invalid".to_owned())]
}

fn insurance(school: &School) -> SaveComplianceRequest {
    SaveComplianceRequest {
        id: new_id(),
        organization_id: school.id.clone(),
        paper: Some(CompliancePaper {
            subject_type: "aircraft".into(),
            subject_id: school.aircraft.clone(),
            r#type: "insurance".into(),
            title: "Hull".into(),
            reference: Some("H-1".into()),
            ..CompliancePaper::default()
        }),
        ..SaveComplianceRequest::default()
    }
}

#[tokio::test]
async fn a_day_is_written_as_iso_8601_has_it() {
    let world = World::start().await;
    let school = world.school().await;
    let program = world.published(&school).await;
    let draft = world.billed(&school).await;
    for day in DAYS {
        let mut paper = insurance(&school);
        paper.paper.as_mut().unwrap().valid_until = Some(day.into());
        let refused = world.ops.save_compliance(paper).await;
        assert_eq!(fields(refused), wrong("valid_until"));
        let enrolling = EnrollRequest {
            enrolled_on: day.into(),
            target_on: None,
            ..school.enrolling(&program.id)
        };
        let refused = world.ops.enroll(enrolling).await;
        assert_eq!(fields(refused), wrong("enrolled_on"));
        let issue = IssueInvoiceRequest {
            due_on: day.into(),
            ..school.issue(&draft.id)
        };
        let refused = world.ops.issue_invoice(issue).await;
        assert_eq!(fields(refused), wrong("due_on"));
        let mut person = school.certified(&new_id());
        person.licences[0].issued_on = Some(day.into());
        let person = Some(person);
        let refused = world.ops.save_person(SavePersonRequest { person }).await;
        assert_eq!(fields(refused), wrong("licences.issued_on"));
    }
    // The last day that can be written is one, and its end is found.
    let mut paper = insurance(&school);
    paper.paper.as_mut().unwrap().valid_until = Some("9999-12-31".into());
    world.ops.save_compliance(paper).await.unwrap();
}

#[tokio::test]
async fn a_moment_is_one_that_rfc_3339_writes() {
    let world = World::start().await;
    let school = world.school().await;
    let lesson = world.booked(&school, school.lesson(0, 60)).await;
    let mut cancellation = school.cancellation(&lesson);
    cancellation.at = before_christ();
    let refused = world.ops.cancel_session(cancellation).await;
    assert_eq!(fields(refused), wrong("at"));
    let record = world.ops.save_compliance(insurance(&school)).await;
    let verification = VerifyComplianceRequest {
        target: Some(school.aim(&record.unwrap().record.unwrap().id)),
        at: before_christ(),
    };
    let refused = world.ops.verify_compliance(verification).await;
    assert_eq!(fields(refused), wrong("at"));
    let invoice = world.issued(&school).await;
    let mut payment = school.payment(100, &[(&invoice, 100)]);
    payment.received_at = before_christ();
    let refused = world.ops.record_payment(payment.clone()).await;
    assert_eq!(fields(refused), wrong("received_at"));
    payment.received_at = Some(timestamp(start_of_time()));
    world.ops.record_payment(payment).await.unwrap();
}
