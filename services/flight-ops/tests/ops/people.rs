//! People of a school.

use contracts::v1::{
    Licence, ListPeopleRequest, Medical, Person, Rating, SavePersonRequest, fault::Kind,
};

use crate::school::{School, new_id};
use crate::world::{World, fields, refusal};

async fn save(
    world: &World,
    person: &Person,
) -> Result<contracts::v1::SavePersonResponse, contracts::rpc::RpcError> {
    world
        .ops
        .save_person(SavePersonRequest {
            person: Some(person.clone()),
        })
        .await
}

fn captain(school: &School) -> Person {
    Person {
        call_sign: Some(" JSM ".into()),
        licences: vec![Licence {
            authority: "faa".into(),
            kind: "cpl".into(),
            number: Some("3312345".into()),
            issued_on: Some("2019-04-01".into()),
        }],
        ratings: vec![Rating {
            code: "ASEL".into(),
            valid_until: None,
        }],
        medical: Some(Medical {
            class: "second".into(),
            issued_on: "2026-01-10".into(),
            valid_until: Some("2026-11-30".into()),
        }),
        home_airport: Some("kpao".into()),
        ..school.person(&new_id(), "examiner")
    }
}

#[tokio::test]
async fn a_person_is_kept_as_given_in_its_one_form() {
    let world = World::start().await;
    let school = world.school().await;
    let given = captain(&school);
    let saved = save(&world, &given).await.unwrap();
    let stands = saved.person.unwrap();
    let expected = Person {
        version: 1,
        call_sign: Some("JSM".into()),
        home_airport: Some("KPAO".into()),
        created_at: stands.created_at,
        updated_at: stands.updated_at,
        ..given.clone()
    };
    assert_eq!((saved.applied, &stands), (true, &expected));
    let (_, change) = world
        .hearing
        .record(&format!("person:{}:1", given.id))
        .await;
    assert_eq!(
        change.record,
        Some(contracts::v1::record_change::Record::Person(expected))
    );
}

#[tokio::test]
async fn saving_again_changes_nothing_and_saving_late_is_refused() {
    let world = World::start().await;
    let school = world.school().await;
    let first = captain(&school);
    let stands = save(&world, &first).await.unwrap().person.unwrap();
    assert!(!save(&world, &first).await.unwrap().applied);
    assert!(!save(&world, &stands).await.unwrap().applied);

    let archived = Person {
        status: "archived".into(),
        ..stands.clone()
    };
    let changed = save(&world, &archived).await.unwrap();
    assert_eq!(
        (changed.applied, changed.person.as_ref().unwrap().version),
        (true, 2)
    );
    assert!(
        !save(&world, &archived).await.unwrap().applied,
        "the answer was lost"
    );
    let late = Person {
        last_name: "Jones".into(),
        ..stands
    };
    assert_eq!(
        refusal(save(&world, &late).await),
        (Kind::PreconditionFailed, "precondition_failed".into())
    );
    let other = Person {
        last_name: "Jones".into(),
        ..first
    };
    assert_eq!(
        refusal(save(&world, &other).await),
        (Kind::Conflict, "already_exists".into())
    );
}

#[tokio::test]
async fn what_cannot_be_a_person_is_refused() {
    let world = World::start().await;
    let school = world.school().await;
    let wrong = Person {
        first_name: String::new(),
        email: Some("nobody".into()),
        roles: vec!["student".into(), "student".into()],
        home_airport: Some("?".into()),
        ..captain(&school)
    };
    let expected = [
        ("roles", "repeated"),
        ("first_name", "required"),
        ("email", "malformed"),
        ("home_airport", "malformed"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(fields(save(&world, &wrong).await), expected);
    let unknown = Person {
        roles: vec!["captain".into()],
        ..captain(&school)
    };
    assert_eq!(
        fields(save(&world, &unknown).await),
        [("roles".into(), "invalid".into())]
    );
    assert_eq!(
        refusal(
            world
                .ops
                .save_person(SavePersonRequest { person: None })
                .await
        )
        .0,
        Kind::Invalid
    );
}

#[tokio::test]
async fn people_are_listed_by_role_and_page_by_page() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let mut students = vec![school.pilot.clone()];
    for _ in 0..4 {
        let student = school.person(&new_id(), "student");
        save(&world, &student).await.unwrap();
        students.push(student.id);
    }
    students.sort();
    let list = async |role: Option<&str>, after: Option<String>, limit: i32| {
        let request = ListPeopleRequest {
            organization_id: school.id.clone(),
            role: role.map(str::to_owned),
            after_id: after,
            limit,
        };
        let people = world.ops.list_people(request).await.unwrap().people;
        people
            .into_iter()
            .map(|person| person.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(Some("student"), None, 200).await, students);
    assert_eq!(
        list(Some("student"), Some(students[1].clone()), 2).await,
        students[2..4]
    );
    let everybody = list(None, None, 1_000_000).await;
    assert_eq!(
        everybody.len(),
        students.len() + 2,
        "owner and instructor too"
    );
    assert!(!everybody.contains(&other.pilot));
    assert_eq!(list(Some("renter"), None, 10).await, Vec::<String>::new());
    let nobody = ListPeopleRequest {
        organization_id: new_id(),
        ..ListPeopleRequest::default()
    };
    assert_eq!(
        refusal(world.ops.list_people(nobody).await).0,
        Kind::NotFound
    );
    let captains = ListPeopleRequest {
        organization_id: school.id.clone(),
        role: Some("captain".into()),
        ..Default::default()
    };
    assert_eq!(
        refusal(world.ops.list_people(captains).await).0,
        Kind::Invalid
    );
}
