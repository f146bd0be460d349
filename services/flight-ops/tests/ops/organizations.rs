//! Founding schools and adding bases.

use contracts::v1::{
    CreateOrganizationRequest, ListOrganizationsRequest, Location, SaveLocationRequest, fault::Kind,
};

use crate::school::{founding, new_id};
use crate::world::{World, fields, refusal};

#[tokio::test]
async fn a_school_is_founded_with_a_base_and_an_owner_and_everybody_hears_of_the_three() {
    let world = World::start().await;
    let founded = world
        .ops
        .create_organization(founding(&new_id()))
        .await
        .unwrap();
    assert!(founded.applied);
    let (organization, location, owner) = (
        founded.organization.unwrap(),
        founded.location.unwrap(),
        founded.owner.unwrap(),
    );
    assert_eq!(
        (organization.version, organization.currency.as_str()),
        (1, "USD")
    );
    assert!(organization.approver_differs_from_submitter);
    assert_eq!(
        (location.code.as_str(), location.timezone.as_str()),
        ("KPAO", "America/Los_Angeles")
    );
    assert_eq!(
        (owner.last_name.as_str(), &owner.roles[..]),
        ("Owner", &["staff".to_owned(), "instructor".to_owned()][..])
    );
    assert_eq!(
        organization.created_at,
        Some(contracts::convert::timestamp(world.now()))
    );

    for (kind, id) in [
        ("organization", &organization.id),
        ("location", &location.id),
        ("person", &owner.id),
    ] {
        let (delivery, change) = world.hearing.record(&format!("{kind}:{id}:1")).await;
        assert_eq!(delivery.routing_key, format!("record.{kind}"));
        assert_eq!(change.organization_id, organization.id);
    }
}

#[tokio::test]
async fn the_same_school_again_changes_nothing_and_another_of_its_id_is_refused() {
    let world = World::start().await;
    let request = founding(&new_id());
    let first = world
        .ops
        .create_organization(request.clone())
        .await
        .unwrap();
    let again = world
        .ops
        .create_organization(request.clone())
        .await
        .unwrap();
    assert!(!again.applied);
    assert_eq!(
        (&again.organization, &again.location, &again.owner),
        (&first.organization, &first.location, &first.owner)
    );
    let others = [
        CreateOrganizationRequest {
            name: "Elsewhere".into(),
            ..request.clone()
        },
        CreateOrganizationRequest {
            location_code: "KSQL".into(),
            ..request.clone()
        },
        CreateOrganizationRequest {
            owner_last_name: "Other".into(),
            ..request
        },
    ];
    for other in others {
        let refused = refusal(world.ops.create_organization(other).await);
        assert_eq!(refused, (Kind::Conflict, "already_exists".into()));
    }
    assert_eq!(world.number("SELECT count(*) AS n FROM people").await, 1);
}

#[tokio::test]
async fn schools_founded_at_the_same_time_are_one() {
    let world = World::start().await;
    let request = founding(&new_id());
    let calls = (0..8).map(|_| world.ops.create_organization(request.clone()));
    let answers = futures::future::join_all(calls).await;
    let applied = answers
        .into_iter()
        .filter(|answer| answer.as_ref().unwrap().applied)
        .count();
    assert_eq!(applied, 1);
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM organizations")
            .await,
        1
    );
}

#[tokio::test]
async fn what_cannot_be_a_school_is_refused_with_every_reason() {
    let world = World::start().await;
    let request = CreateOrganizationRequest {
        id: uuid::Uuid::nil().to_string(),
        name: " ".into(),
        timezone: "Mars/Olympus".into(),
        currency: "usd".into(),
        country: "USA".into(),
        location_name: "x".repeat(201),
        location_code: "K PAO".into(),
        owner_first_name: "nul\0".into(),
        owner_last_name: String::new(),
    };
    let expected = [
        ("id", "required"),
        ("name", "required"),
        ("timezone", "unknown"),
        ("currency", "unknown"),
        ("country", "unknown"),
        ("location_name", "length"),
        ("location_code", "malformed"),
        ("owner_first_name", "malformed"),
        ("owner_last_name", "required"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    let answer = world.ops.create_organization(request.clone()).await;
    assert_eq!(
        refusal(answer.clone()),
        (Kind::Invalid, "validation_failed".into())
    );
    assert_eq!(fields(answer), expected);
    let no_id = CreateOrganizationRequest {
        id: "school".into(),
        ..request
    };
    assert_eq!(
        refusal(world.ops.create_organization(no_id).await),
        (Kind::Invalid, "invalid_message".into())
    );
}

#[tokio::test]
async fn schools_are_listed_by_id_page_by_page() {
    let world = World::start().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let id = new_id();
        world.ops.create_organization(founding(&id)).await.unwrap();
        ids.push(id);
    }
    ids.sort();
    let mut seen = Vec::new();
    loop {
        let request = ListOrganizationsRequest {
            after_id: seen.last().cloned(),
            limit: 2,
        };
        let page = world
            .ops
            .list_organizations(request)
            .await
            .unwrap()
            .organizations;
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 2);
        seen.extend(page.into_iter().map(|organization| organization.id));
    }
    assert_eq!(seen, ids);
    let all = ListOrganizationsRequest {
        after_id: None,
        limit: 0,
    };
    assert_eq!(
        world
            .ops
            .list_organizations(all)
            .await
            .unwrap()
            .organizations
            .len(),
        5
    );
}

#[tokio::test]
async fn a_base_is_added_and_changed_as_it_was_last_seen() {
    let world = World::start().await;
    let school = world.school().await;
    let base = Location {
        id: new_id(),
        organization_id: school.id.clone(),
        name: "San Carlos".into(),
        code: "ksql".into(),
        icao_code: Some("ksql".into()),
        timezone: "America/Los_Angeles".into(),
        active: true,
        ..Location::default()
    };
    let save = async |base: &Location| {
        world
            .ops
            .save_location(SaveLocationRequest {
                location: Some(base.clone()),
            })
            .await
    };
    let added = save(&base).await.unwrap();
    let stands = added.location.unwrap();
    assert!(added.applied);
    assert_eq!(
        (
            stands.version,
            stands.code.as_str(),
            stands.icao_code.as_deref()
        ),
        (1, "KSQL", Some("KSQL"))
    );
    assert!(!save(&base).await.unwrap().applied);

    let renamed = Location {
        name: "San Carlos North".into(),
        ..stands.clone()
    };
    let changed = save(&renamed).await.unwrap();
    assert_eq!(
        (changed.applied, changed.location.unwrap().version),
        (true, 2)
    );
    assert!(!save(&renamed).await.unwrap().applied);
    world
        .hearing
        .record(&format!("location:{}:2", base.id))
        .await;

    let late = Location {
        name: "San Carlos South".into(),
        ..stands
    };
    assert_eq!(refusal(save(&late).await).0, Kind::PreconditionFailed);
    assert_eq!(
        refusal(save(&base).await),
        (Kind::Conflict, "already_exists".into())
    );
    let unknown = Location {
        id: new_id(),
        version: 3,
        ..base.clone()
    };
    assert_eq!(refusal(save(&unknown).await).0, Kind::NotFound);
    let nowhere = Location {
        organization_id: new_id(),
        ..base
    };
    assert_eq!(refusal(save(&nowhere).await).0, Kind::NotFound);
}
