//! Founding the sandbox of a school.

use contracts::v1::{
    CreateOrganizationRequest, CreateSandboxRequest, CreateSandboxResponse,
    ListOrganizationsRequest, Location, SaveLocationRequest, fault::Kind,
};
use domain::{LocationId, OrgId};

use crate::school::{School, founding, new_id};
use crate::world::{World, fields, refusal};

fn sandbox_id(live: &str) -> String {
    live.parse::<OrgId>().unwrap().sandbox().to_string()
}

fn standing_for(base: &str, sandbox: &str) -> String {
    let base: LocationId = base.parse().unwrap();
    base.in_sandbox(sandbox.parse().unwrap()).to_string()
}

fn asked(live: &str) -> CreateSandboxRequest {
    CreateSandboxRequest {
        organization_id: live.to_owned(),
    }
}

async fn sandboxed(world: &World, live: &str) -> CreateSandboxResponse {
    world.ops.create_sandbox(asked(live)).await.unwrap()
}

/// A second base with an address.
async fn add_base(world: &World, school: &School, code: &str, active: bool) -> Location {
    let base = Location {
        id: new_id(),
        organization_id: school.id.clone(),
        name: format!("Base {code}"),
        code: code.to_owned(),
        icao_code: Some(code.to_owned()),
        timezone: "America/New_York".to_owned(),
        address: Some("1 Airport Way".to_owned()),
        active,
        ..Location::default()
    };
    let saved = world
        .ops
        .save_location(SaveLocationRequest {
            location: Some(base),
        })
        .await;
    saved.unwrap().location.unwrap()
}

#[tokio::test]
async fn a_sandbox_has_what_the_school_tells_everybody_and_nobody_of_it() {
    let world = World::start().await;
    let school = world.school().await;
    world.pass(chrono::TimeDelta::hours(1));
    let north = add_base(&world, &school, "KSQL", false).await;
    world.pass(chrono::TimeDelta::days(9));
    let made = sandboxed(&world, &school.id).await;
    assert!(made.applied);
    let (sandbox, owner) = (made.organization.unwrap(), made.owner.unwrap());
    assert_eq!(
        (sandbox.id.as_str(), sandbox.name.as_str(), sandbox.version),
        (
            sandbox_id(&school.id).as_str(),
            "Palo Alto Flyers (sandbox)",
            1
        )
    );
    let now = Some(contracts::convert::timestamp(world.now()));
    assert_eq!(sandbox.created_at, now);
    let [first, second] = &made.locations[..] else {
        panic!("two bases, not {:?}", made.locations)
    };
    assert_eq!((first.code.as_str(), first.active), ("KPAO", true));
    let expected = Location {
        id: standing_for(&north.id, &sandbox.id),
        organization_id: sandbox.id.clone(),
        address: None,
        version: 1,
        created_at: now,
        updated_at: now,
        ..north.clone()
    };
    assert_eq!(second, &expected);
    assert_eq!(first.id, standing_for(&school.location, &sandbox.id));
    assert_eq!(
        (owner.last_name.as_str(), owner.email.as_deref()),
        ("Owner", Some("owner@sandbox.example"))
    );

    let kept = |table: &str| format!("SELECT count(*) AS n FROM {table} WHERE organization_id = ");
    for (table, expected) in [("people", 1), ("aircraft", 0), ("locations", 2)] {
        let sql = format!("{}'{}'", kept(table), sandbox.id);
        assert_eq!(world.number(&sql).await, expected, "{table}");
    }
    for (kind, id) in [
        ("organization", &sandbox.id),
        ("location", &first.id),
        ("location", &second.id),
        ("person", &owner.id),
    ] {
        let (_, change) = world.hearing.record(&format!("{kind}:{id}:1")).await;
        assert_eq!(change.organization_id, sandbox.id);
    }
}

#[tokio::test]
async fn a_sandbox_is_founded_once_and_gets_bases_that_come_later() {
    let world = World::start().await;
    let school = world.school().await;
    let calls = (0..8).map(|_| world.ops.create_sandbox(asked(&school.id)));
    let answers = futures::future::join_all(calls).await;
    let answers: Vec<CreateSandboxResponse> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| answer.applied).count(), 1);
    for answer in &answers {
        let same = CreateSandboxResponse {
            applied: answers[0].applied,
            ..answer.clone()
        };
        assert_eq!(same, answers[0]);
    }
    world.nothing_owed().await;

    world.pass(chrono::TimeDelta::hours(1));
    let base = add_base(&world, &school, "KSQL", true).await;
    let more = sandboxed(&world, &school.id).await;
    assert!(more.applied);
    assert_eq!(more.locations[..1], answers[0].locations[..]);
    assert_eq!(more.locations[1].code, base.code);
    let again = sandboxed(&world, &school.id).await;
    assert!(!again.applied);
    assert_eq!(again.locations, more.locations);
    assert_eq!(again.organization, answers[0].organization);

    let all = ListOrganizationsRequest {
        after_id: None,
        limit: 0,
    };
    let all = world.ops.list_organizations(all).await.unwrap();
    assert_eq!(all.organizations.len(), 2);
}

#[tokio::test]
async fn nothing_else_can_be_or_have_a_sandbox() {
    let world = World::start().await;
    let school = world.school().await;
    let nobody = world.ops.create_sandbox(asked(&new_id())).await;
    assert_eq!(refusal(nobody).0, Kind::NotFound);

    let sandbox = sandboxed(&world, &school.id).await.organization.unwrap();
    let of_sandbox = world.ops.create_sandbox(asked(&sandbox.id)).await;
    assert_eq!(
        fields(of_sandbox),
        [("organization_id".to_owned(), "sandbox".to_owned())]
    );

    // The id of a sandbox that is not there yet, and the one of the sandbox itself.
    for id in [sandbox_id(&new_id()), sandbox.id] {
        let live = world.ops.create_organization(founding(&id)).await;
        assert_eq!(fields(live), [("id".to_owned(), "sandbox".to_owned())]);
    }
    let count = "SELECT count(*) AS n FROM organizations";
    assert_eq!(world.number(count).await, 2);
}

#[tokio::test]
async fn the_longest_name_has_room_for_its_sandbox() {
    let world = World::start().await;
    let request = CreateOrganizationRequest {
        name: "é".repeat(200),
        ..founding(&new_id())
    };
    let id = request.id.clone();
    world.ops.create_organization(request).await.unwrap();
    let sandbox = sandboxed(&world, &id).await.organization.unwrap();
    assert_eq!(sandbox.name, format!("{} (sandbox)", "é".repeat(190)));
}
