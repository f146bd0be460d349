use super::*;
use crate::payloads::samples::training::{lesson, solo_endorsement};

#[test]
fn a_document_is_what_the_contract_says() {
    let json = serde_json::to_string(&SignoffDocument::from(&lesson())).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"id":"00000000-0000-0000-0000-00000000051a","student_id":"00000000-0000-0000-0000-0000000000b1","#,
            r#""instructor_id":"00000000-0000-0000-0000-0000000000b2","#,
            r#""program_id":"00000000-0000-0000-0000-000000000070","program_revision":2,"#,
            r#""item":{"id":"00000000-0000-0000-0000-000000000702","code":"F-01","name":"Normal landings","#,
            r#""kind":"flight_lesson"},"result":"passed","grade":"4","grade_scale":"1-5","#,
            r#""competencies":[{"name":"Aeroplane flight path management, manual control","grade":"4"}],"#,
            r#""endorsement":null,"flight_id":"00000000-0000-0000-0000-0000000000f1","#,
            r#""comment":"Flare is consistent now.","signed_at":"2026-05-02T21:40:00Z","#,
            r#""instructor_certificate":{"number":"3217654CFI","expires_on":"2027-02-28"},"#,
            r#""student_acknowledged_at":"2026-05-03T08:15:00Z","status":"recorded","supersedes_id":null,"#,
            r#""signature":{"algorithm":"Ed25519","key_id":"00000000-0000-0000-0000-00000000009e","#,
            r#""payload_sha256":"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"},"#,
            r#""external_reference":null,"created_at":"2026-05-02T21:40:00Z","#,
            r#""updated_at":"2026-05-02T21:40:00Z"}"#,
        )
    );
}

#[test]
fn an_endorsement_names_circular_code_and_regulation() {
    let signoff = solo_endorsement();
    let document = SignoffDocument::from(&signoff);
    assert_eq!(
        serde_json::to_string(&document.endorsement).unwrap(),
        concat!(
            r#"{"advisory_circular":"61-65K","code":"A.6","cfr_reference":"61.87(n)","#,
            r#""make_model":"C172","expires_on":"2026-08-02"}"#,
        )
    );
}
