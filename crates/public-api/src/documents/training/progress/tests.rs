use domain::training::EnrollmentStatus;

use super::*;
use crate::payloads::samples::training::{enrollment, progress, progress_document, revision};

fn json(enrollment: &Enrollment) -> Option<String> {
    let (revision, progress) = (revision(), progress());
    let document = progress_document(enrollment, &revision, &progress)?;
    serde_json::to_string(&document).ok()
}

#[test]
fn a_document_is_what_the_contract_says() {
    assert_eq!(
        json(&enrollment()).unwrap(),
        concat!(
            r#"{"id":"00000000-0000-0000-0000-0000000000e5","student_id":"00000000-0000-0000-0000-0000000000b1","#,
            r#""program":{"id":"00000000-0000-0000-0000-000000000070","name":"Private Pilot ASEL","revision":2,"#,
            r#""regulatory_basis":"part61"},"status":"active","enrolled_on":"2026-01-12","phase":"Pre-solo","#,
            r#""items_total":5,"items_completed":2,"items_failed":0,"percent_complete":40,"#,
            r#""minutes":{"dual":{"required":1200,"flown":138},"solo":{"required":600,"flown":0},"#,
            r#""instrument":{"required":180,"flown":24},"night":{"required":180,"flown":0},"#,
            r#""cross_country":{"required":300,"flown":0},"simulator":{"required":0,"flown":0}},"#,
            r#""theory":{"required_minutes":2100,"attended_minutes":0},"#,
            r#""last_lesson_at":"2026-05-04T02:30:00Z","#,
            r#""next_item":{"id":"00000000-0000-0000-0000-000000000701","code":"G-01","#,
            r#""name":"Airspace and weather minimums","kind":"ground"},"#,
            r#""stage_checks":[{"name":"Pre-solo stage check","result":"passed","date":"2026-05-03"}],"#,
            r#""external_reference":"crm-17","created_at":"2026-01-12T18:00:00Z","#,
            r#""updated_at":"2026-05-04T02:30:00Z"}"#,
        )
    );
}

#[test]
fn whoever_has_not_begun_has_no_progress() {
    let mut pending = enrollment();
    pending.status = EnrollmentStatus::Pending;
    assert_eq!(json(&pending), None);
}
