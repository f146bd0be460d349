//! What is signed can be verified by anybody who has the public key, with another library.

use contracts::v1::{
    ListSigningKeysRequest, RotateSigningKeyRequest, SigningKey, Signoff, fault::Kind,
};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::json;

use super::course::Course;
use crate::school::new_id;
use crate::world::{World, refusal};

async fn keys(world: &World, course: &Course) -> Vec<SigningKey> {
    let request = ListSigningKeysRequest {
        organization_id: course.school.id.clone(),
    };
    world.ops.list_signing_keys(request).await.unwrap().keys
}

/// The payload as whoever reads the documentation makes it: keys in order, no white space.
fn payload(signoff: &Signoff, instant: &str) -> String {
    let content = signoff.content.as_ref().unwrap();
    let item = content.item.as_ref().unwrap();
    let certificate = content.instructor_certificate.as_ref().unwrap();
    assert!(content.endorsement.is_none() && content.competencies.is_empty());
    // Its maps are sorted.
    json!({
        "schema": "gaflight.signoff.v1",
        "organization_id": signoff.organization_id,
        "id": signoff.id,
        "content": {
            "enrollment_id": content.enrollment_id,
            "student_id": content.student_id,
            "instructor_id": content.instructor_id,
            "program_id": content.program_id,
            "program_revision": content.program_revision,
            "item": {"id": item.id, "code": item.code, "name": item.name, "kind": item.kind},
            "result": content.result,
            "grade": content.grade,
            "grade_scale": content.grade_scale,
            "competencies": [],
            "endorsement": null,
            "flight_id": content.flight_id,
            "ground_minutes": content.ground_minutes,
            "comment": content.comment,
            "signed_at": instant,
            "instructor_certificate": {
                "number": certificate.number, "expires_on": certificate.expires_on,
            },
            "supersedes_id": content.supersedes_id,
        },
    })
    .to_string()
}

#[tokio::test]
async fn another_library_verifies_a_signature_and_finds_a_changed_byte() {
    let world = World::start().await;
    let course = world.course().await;
    assert!(keys(&world, &course).await.is_empty());
    let mut said = course.passed("F-1");
    said.comment = Some("Überzeugend: \"sauber\",\n5/5.".into());
    let signoff = world.signed(&course, said).await.signoff.unwrap();
    let signature = signoff.signature.clone().unwrap();
    let [key] = &keys(&world, &course).await[..] else {
        panic!("one key, made when it was needed")
    };
    assert_eq!((&key.id, key.retired_at), (&signature.key_id, None));

    let payload = payload(&signoff, "2026-05-28T12:03:11.123456Z");
    let hash = digest(&SHA256, payload.as_bytes());
    assert_eq!(hash.as_ref(), &signature.payload_sha256[..]);
    let public = UnparsedPublicKey::new(&ED25519, &key.public_key);
    public
        .verify(hash.as_ref(), &signature.value)
        .expect("the school's signature");

    let changed = payload.replace("\"passed\"", "\"failed\"");
    assert_ne!(changed, payload);
    let changed = digest(&SHA256, changed.as_bytes());
    assert!(public.verify(changed.as_ref(), &signature.value).is_err());
}

#[tokio::test]
async fn a_key_is_rotated_and_the_old_one_stays_readable() {
    let world = World::start().await;
    let course = world.course().await;
    let first = world.first_lesson(&course).await.signature.unwrap();
    world.pass(chrono::TimeDelta::days(1));
    let rotate = RotateSigningKeyRequest {
        target: Some(course.target(&new_id())),
    };
    let rotated = world.ops.rotate_signing_key(rotate.clone()).await.unwrap();
    let again = world.ops.rotate_signing_key(rotate).await.unwrap();
    assert_eq!((again.applied, &again.key), (false, &rotated.key));
    let second = world.signed(&course, course.passed("G-1")).await;
    let second = second.signoff.unwrap().signature.unwrap();
    let keys = keys(&world, &course).await;
    let ids: Vec<_> = keys.iter().map(|key| key.id.clone()).collect();
    assert_eq!(ids, [second.key_id, first.key_id]);
    assert_eq!(rotated.key, Some(keys[0].clone()));
    assert!(keys[0].retired_at.is_none() && keys[1].retired_at.is_some());
    assert_ne!(keys[0].public_key, keys[1].public_key);
}

#[tokio::test]
async fn keys_are_the_schools_own_and_lie_encrypted() {
    let world = World::start().await;
    let (one, two) = (world.course().await, world.course().await);
    world.first_lesson(&one).await;
    world.first_lesson(&two).await;
    let (mine, theirs) = (keys(&world, &one).await, keys(&world, &two).await);
    assert_ne!(mine[0].public_key, theirs[0].public_key);
    // Nonce and tag about the thirty-two bytes, under the key that the ring names.
    let sealed = "SELECT count(*) AS n FROM signing_keys
                  WHERE octet_length(sealed_private) = 24 + 32 + 16 AND ring_key_id = 'test'";
    assert_eq!(world.number(sealed).await, 2);
    let nobodys = ListSigningKeysRequest {
        organization_id: new_id(),
    };
    let nobodys = world.ops.list_signing_keys(nobodys).await;
    assert_eq!(refusal(nobodys), (Kind::NotFound, "not_found".into()));
}

#[tokio::test]
async fn the_first_key_is_made_once_however_many_need_it() {
    let world = World::start().await;
    let course = world.course().await;
    let signing = (0..8).map(|_| world.signed(&course, course.passed("F-1")));
    let signed = futures::future::join_all(signing).await;
    assert!(signed.iter().all(|answer| answer.applied));
    assert_eq!(keys(&world, &course).await.len(), 1);
}
