//! Reading the audit trail.

use contracts::v1::{KeyAuditEntry, ListKeyAuditRequest, RotateKeyRequest, fault::Kind};

use crate::support::{World, kind, organization, request};

fn of(number: u128) -> ListKeyAuditRequest {
    ListKeyAuditRequest {
        organization_id: organization(number),
        ..Default::default()
    }
}

/// All of it, page by page.
pub async fn walk(world: &World, mut request: ListKeyAuditRequest) -> Vec<KeyAuditEntry> {
    let mut all = Vec::new();
    loop {
        let page = world.client.list_key_audit(request.clone()).await.unwrap();
        all.extend(page.entries);
        match page.next_before_id {
            Some(id) => request.before_id = Some(id),
            None => return all,
        }
    }
}

pub fn acts(entries: &[KeyAuditEntry]) -> Vec<(&str, &str)> {
    entries
        .iter()
        .map(|e| (e.key_id.as_str(), e.act.as_str()))
        .collect()
}

#[tokio::test]
async fn every_act_is_read_the_latest_first_in_pages_of_any_size() {
    let world = World::start().await;
    let (old, _) = world.mint(request()).await;
    let rotate = RotateKeyRequest {
        organization_id: old.organization_id.clone(),
        key_id: old.id.clone(),
        overlap_seconds: Some(60),
        rotated_by: Some("night shift".into()),
        reason: Some("yearly".into()),
        ..Default::default()
    };
    let new = world.client.rotate(rotate).await.unwrap().key.unwrap();
    world.revoke(&old).await.unwrap();
    let mut elsewhere = request();
    elsewhere.organization_id = organization(2);
    world.mint(elsewhere).await;

    let expected = [
        (old.id.as_str(), "revoked"),
        (new.id.as_str(), "minted"),
        (old.id.as_str(), "rotated"),
        (old.id.as_str(), "minted"),
    ];
    for limit in [None, Some(1), Some(2), Some(3), Some(4), Some(200)] {
        let all = walk(&world, ListKeyAuditRequest { limit, ..of(1) }).await;
        assert_eq!(acts(&all), expected, "{limit:?}");
    }
    let key_id = Some(old.id.clone());
    let mine = walk(
        &world,
        ListKeyAuditRequest {
            key_id,
            limit: Some(2),
            ..of(1)
        },
    )
    .await;
    assert_eq!(acts(&mine), [expected[0], expected[2], expected[3]]);

    let detail: serde_json::Value = serde_json::from_str(&mine[1].detail).unwrap();
    assert_eq!(
        (&detail["replaced_by"], &detail["reason"]),
        (&new.id.into(), &"yearly".into())
    );
    assert_eq!(
        (&detail["overlap_seconds"], mine[1].by.as_deref()),
        (&60.into(), Some("night shift"))
    );
    world.stop().await;
}

#[tokio::test]
async fn the_trail_of_others_is_not_read_and_a_page_has_bounds() {
    let world = World::start().await;
    let (key, _) = world.mint(request()).await;
    let foreign = ListKeyAuditRequest {
        key_id: Some(key.id),
        ..of(2)
    };
    assert_eq!(walk(&world, foreign).await, []);
    for limit in [0, 201] {
        let request = ListKeyAuditRequest {
            limit: Some(limit),
            ..of(1)
        };
        assert_eq!(
            kind(world.client.list_key_audit(request).await),
            Kind::Invalid
        );
    }
    world.stop().await;
}
