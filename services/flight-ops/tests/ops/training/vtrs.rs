use contracts::v1::{
    IssueVtrRequest, ManifestFile, RevokeVtrRequest, SupersedeVtrRequest, Vtr, fault::Kind,
};
use domain::VtrId;
use ring::digest::{SHA256, digest};

use super::course::Course;

use crate::world::{World, fields, refusal};

fn new_vtr_id() -> String {
    VtrId::from(uuid::Uuid::new_v4()).to_string()
}

pub fn issuing(course: &Course) -> IssueVtrRequest {
    IssueVtrRequest {
        target: Some(course.target(&new_vtr_id())),
        enrollment_id: course.enrollment.id.clone(),
        attached: vec![ManifestFile {
            path: "certificates/medical.pdf".into(),
            sha256: vec![7; 32].into(),
            size_bytes: 12_345,
            mime: "application/pdf".into(),
        }],
        ..IssueVtrRequest::default()
    }
}

pub async fn issued(world: &World, course: &Course) -> Vtr {
    let answer = world.ops.issue_vtr(issuing(course)).await.unwrap();
    answer.vtr.unwrap()
}

pub async fn verified(world: &World, course: &Course, vtr: &Vtr) -> Vtr {
    let answer = world.ops.verify_vtr(course.target(&vtr.id)).await.unwrap();
    answer.vtr.unwrap()
}

#[tokio::test]
async fn a_record_lists_what_stands_signed() {
    let world = World::start().await;
    let course = world.course().await;
    let none = world.ops.issue_vtr(issuing(&course)).await;
    assert_eq!(refusal(none), (Kind::Conflict, "no_signoffs".into()));
    let lesson = world.first_lesson(&course).await;
    let request = issuing(&course);
    let vtr = world
        .ops
        .issue_vtr(request.clone())
        .await
        .unwrap()
        .vtr
        .unwrap();
    let content = vtr.content.clone().unwrap();
    assert_eq!((vtr.status.as_str(), content.signoff_count), ("issued", 1));
    assert_eq!(content.issuer_name, "Palo Alto Flyers");
    assert_eq!(
        (content.period_from.as_str(), content.period_to.as_str()),
        ("2026-02-01", "2026-05-28")
    );
    let paths: Vec<_> = vtr.manifest.iter().map(|file| file.path.as_str()).collect();
    let signoff = format!("signoffs/{}.json", lesson.id);
    assert_eq!(
        paths,
        [
            "certificates/medical.pdf",
            "program.json",
            "record.json",
            &signoff
        ]
    );
    let hash = &lesson.signature.unwrap().payload_sha256;
    assert_eq!(&vtr.manifest[3].sha256, hash);
    let check = vtr.check.clone().unwrap();
    assert_eq!(
        (check.integrity.as_str(), check.signoffs_valid),
        ("verified", 1)
    );
    let again = world.ops.issue_vtr(request).await.unwrap();
    assert_eq!((again.applied, again.vtr), (false, Some(vtr.clone())));
    world
        .hearing
        .record(&format!(
            "vtr:{}:1",
            uuid::Uuid::from(vtr.id.parse::<VtrId>().unwrap())
        ))
        .await;
}

#[tokio::test]
async fn a_period_and_attached_files_must_make_sense() {
    let world = World::start().await;
    let course = world.course().await;
    world.first_lesson(&course).await;
    let mut before = issuing(&course);
    before.period_to = Some("2026-05-27".into());
    let before = world.ops.issue_vtr(before).await;
    assert_eq!(refusal(before), (Kind::Conflict, "no_signoffs".into()));
    let mut backwards = issuing(&course);
    backwards.period_from = Some("2026-05-29".into());
    let backwards = world.ops.issue_vtr(backwards).await;
    assert_eq!(
        fields(backwards),
        [("period_to".into(), "out_of_order".into())]
    );
    for path in [
        "record.json",
        "signoffs/x.json",
        "../x",
        "/x",
        "a//b",
        ".env",
        "a b",
    ] {
        let mut odd = issuing(&course);
        odd.attached[0].path = path.into();
        let odd = world.ops.issue_vtr(odd).await;
        assert_eq!(
            fields(odd),
            [("attached".into(), "malformed".into())],
            "{path}"
        );
    }
}

/// Whether the audit chain holds exactly these events, each linked to the one before it.
async fn told(world: &World, events: &str) -> bool {
    let linked = format!(
        "SELECT count(*) AS n FROM (
            SELECT string_agg(event, ' ' ORDER BY sequence) AS told, bool_and(
                prev_hash IS NOT DISTINCT FROM (
                    SELECT b.chain_hash FROM audit_chain b
                    WHERE b.organization_id = a.organization_id AND b.sequence = a.sequence - 1
                )
            ) AS linked FROM audit_chain a
        ) t WHERE linked AND told = '{events}'"
    );
    world.number(&linked).await == 1
}

#[tokio::test]
async fn one_record_of_a_chain_stands() {
    let world = World::start().await;
    let course = world.course().await;
    world.first_lesson(&course).await;
    let first = issued(&world, &course).await;
    world.signed(&course, course.passed("G-1")).await;
    let supersede = SupersedeVtrRequest {
        target: Some(course.target(&first.id)),
        id: new_vtr_id(),
        ..SupersedeVtrRequest::default()
    };
    let second = world
        .ops
        .supersede_vtr(supersede.clone())
        .await
        .unwrap()
        .vtr
        .unwrap();
    let content = second.content.clone().unwrap();
    assert_eq!(
        (content.signoff_count, content.supersedes_id),
        (2, Some(first.id.clone()))
    );
    assert_eq!(content.root_id, first.id);
    assert!(
        !world
            .ops
            .supersede_vtr(supersede.clone())
            .await
            .unwrap()
            .applied
    );
    let old = verified(&world, &course, &first).await;
    assert_eq!(
        (old.status.as_str(), old.superseded_by_id),
        ("superseded", Some(second.id.clone()))
    );
    let mut twice = supersede;
    twice.id = new_vtr_id();
    let twice = world.ops.supersede_vtr(twice).await;
    assert_eq!(
        refusal(twice),
        (Kind::Conflict, "invalid_transition".into())
    );

    let revoke = |id: &str, reason: &str| RevokeVtrRequest {
        target: Some(course.target(id)),
        reason: reason.to_owned(),
    };
    let late = world.ops.revoke_vtr(revoke(&first.id, "too late")).await;
    assert_eq!(refusal(late), (Kind::Conflict, "invalid_transition".into()));
    let revoked = world
        .ops
        .revoke_vtr(revoke(&second.id, "wrong student"))
        .await
        .unwrap();
    let revoked = revoked.vtr.unwrap();
    assert_eq!(revoked.status, "revoked");
    assert_eq!(revoked.revocation.unwrap().reason, "wrong student");
    let again = world
        .ops
        .revoke_vtr(revoke(&second.id, "wrong student"))
        .await
        .unwrap();
    assert!(!again.applied);
    assert!(told(&world, "issued superseded issued revoked").await);
    let stands = verified(&world, &course, &second).await;
    assert_eq!(stands.check.unwrap().integrity, "verified");
}

#[tokio::test]
async fn a_manifest_is_hashed_as_anybody_would_hash_it() {
    let world = World::start().await;
    let course = world.course().await;
    world.first_lesson(&course).await;
    let vtr = issued(&world, &course).await;
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let files: Vec<_> = vtr.manifest.iter().map(|file| serde_json::json!({
        "path": file.path, "sha256": hex(&file.sha256), "size_bytes": file.size_bytes, "mime": file.mime,
    })).collect();
    let manifest =
        serde_json::json!({"schema": "gaflight.manifest.v1", "files": files}).to_string();
    let hash = digest(&SHA256, manifest.as_bytes());
    assert_eq!(hash.as_ref(), &vtr.signature.unwrap().payload_sha256[..]);
}

#[tokio::test]
async fn records_of_one_school_are_issued_one_after_the_other() {
    let world = World::start().await;
    let course = world.course().await;
    world.first_lesson(&course).await;
    let issuing = (0..6).map(|_| issued(&world, &course));
    let mut places: Vec<i64> = futures::future::join_all(issuing)
        .await
        .iter()
        .map(|vtr| vtr.chain.as_ref().unwrap().sequence)
        .collect();
    places.sort_unstable();
    assert_eq!(places, [1, 2, 3, 4, 5, 6]);
    let elsewhere = world.ops.verify_vtr(course.target(&new_vtr_id())).await;
    assert_eq!(refusal(elsewhere), (Kind::NotFound, "not_found".into()));
}
