use domain::training::Revocation;

use super::*;
use crate::payloads::samples::at;
use crate::payloads::samples::training::vtr;

#[test]
fn a_document_is_what_the_contract_says() {
    let json = serde_json::to_string(&VtrDocument::from(&vtr())).unwrap();
    assert_eq!(
        json,
        concat!(
            r#"{"id":"vtr_01HZX300000000000000000001","student_id":"00000000-0000-0000-0000-0000000000b1","#,
            r#""program_id":"00000000-0000-0000-0000-000000000070","#,
            r#""issuer":{"org_id":"00000000-0000-0000-0000-000000000001","name_snapshot":"Bay Flight Academy"},"#,
            r#""status":"issued","integrity":"verified","issued_at":"2026-05-28T12:00:00Z","#,
            r#""period_from":"2026-01-12","period_to":"2026-05-27","signoff_count":3,"signoffs_valid":3,"#,
            r#""signoffs_tampered":0,"#,
            r#""manifest_sha256":"abababababababababababababababababababababababababababababababab","#,
            r#""signature_algorithm":"Ed25519","signing_key_id":"00000000-0000-0000-0000-00000000009e","#,
            r#""superseded_by_id":null,"revoked_at":null,"revocation_reason":null,"verify_url":null,"#,
            r#""chain_hash_prefix":"c4c4c4c4c4c4c4c4","external_reference":null,"#,
            r#""created_at":"2026-05-28T12:00:00Z","updated_at":"2026-05-28T12:05:00Z"}"#,
        )
    );
}

#[test]
fn what_nobody_checked_is_neither_verified_nor_a_mismatch() {
    let mut vtr = vtr();
    vtr.check = None;
    let document = serde_json::to_value(VtrDocument::from(&vtr)).unwrap();
    assert_eq!(document["integrity"], "not_checked");
    assert_eq!(document["signoffs_valid"], serde_json::Value::Null);
}

#[test]
fn a_revocation_says_when_and_why() {
    let mut vtr = vtr();
    vtr.revocation = Some(Revocation {
        by: vtr.content.issued_by_id,
        at: at("2026-06-01T09:00:00Z"),
        reason: "Issued to the wrong student".to_owned(),
    });
    let document = serde_json::to_value(VtrDocument::from(&vtr)).unwrap();
    assert_eq!(document["revoked_at"], "2026-06-01T09:00:00Z");
    assert_eq!(document["revocation_reason"], "Issued to the wrong student");
}
