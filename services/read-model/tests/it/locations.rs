//! What TrueFlight reads first: the organisation and its bases, all of them or given ones.

use std::time::Duration;

use contracts::v1::{DocumentIds, GetDocumentRequest, ListDocumentsRequest, ReadModel};
use domain::LocationId;
use domain::organization::Location;
use read_model::record::Record;
use serde_json::{Value, json};

use crate::changes::{bodies, organization, since};
use crate::paging::{facet, ids, list, request, walk};
use crate::school::{School, deletion, id, instant, location as place};
use crate::world::{World, expected, state};

const NAMES: [&str; 5] = [
    "Palo Alto",
    "San José",
    "alameda",
    "Palm Springs",
    "Hayward",
];

fn base(school: School, number: u32) -> Location {
    let name = NAMES[usize::try_from(number).unwrap()];
    Location {
        id: place(number),
        organization_id: school.org,
        version: 1,
        name: name.to_owned(),
        code: format!("K{number}"),
        icao_code: None,
        timezone: "America/Los_Angeles".to_owned(),
        address: None,
        active: true,
        created_at: instant("2026-01-01T00:00:00Z"),
        updated_at: instant("2026-01-01T00:00:00Z"),
    }
}

fn bases(school: School) -> Vec<Record> {
    (0..5).map(|n| base(school, n).into()).collect()
}

fn only(ids: &[LocationId]) -> Option<DocumentIds> {
    Some(DocumentIds {
        ids: ids.iter().map(ToString::to_string).collect(),
    })
}

fn numbers(found: &[String]) -> Vec<u32> {
    let number = |found: &String| (0..5).find(|n| place(*n).to_string() == *found).unwrap();
    found.iter().map(number).collect()
}

async fn one(world: &World, school: School, view: &str, id: String) -> Option<Value> {
    let request = GetDocumentRequest {
        organization_id: school.org.to_string(),
        view: view.to_owned(),
        id,
    };
    let answer = world.answers().get(Default::default(), request).await;
    let document = answer.unwrap().document?;
    Some(serde_json::from_slice(&document.body).unwrap())
}

#[tokio::test]
async fn an_organisation_and_its_bases_are_documents_of_its_own() {
    let world = World::new().await;
    let (school, other) = (School::new(), School::new());
    let mut records = bases(school);
    records.push(organization(school, 1, "America/Los_Angeles"));
    world.take(&records).await;
    let mut conn = world.database.connect().await;
    assert_eq!(state(&mut conn, school.org).await, expected(&records));

    let own = one(&world, school, "organizations", school.org.to_string()).await;
    let expected = json!({
        "id": school.org.to_string(), "name": "Bayside", "timezone": "America/Los_Angeles",
        "currency": "USD", "country": "US",
    });
    assert_eq!(own, Some(expected));
    let foreign = one(&world, other, "organizations", school.org.to_string()).await;
    assert_eq!(foreign, None);
    let located = one(&world, school, "locations", place(1).to_string()).await;
    assert_eq!(located.unwrap()["name"], "San José");

    // A later version takes its place.
    let renamed = Location {
        version: 2,
        name: "Moffett".to_owned(),
        active: false,
        ..base(school, 1)
    };
    world.take(&[renamed.into()]).await;
    let located = one(&world, school, "locations", place(1).to_string()).await;
    let located = located.unwrap();
    assert_eq!(
        (&located["name"], &located["active"]),
        (&json!("Moffett"), &json!(false))
    );
}

#[tokio::test]
async fn bases_come_by_name_and_are_found_by_the_beginnings_of_its_words() {
    let world = World::new().await;
    let school = School::new();
    world.take(&bases(school)).await;
    let all = walk(&world, request(school, "locations", 2), async |_| ()).await;
    assert_eq!(numbers(&all), [2, 4, 3, 0, 1]);
    for (asked, found) in [
        ("pal", vec![3, 0]),
        ("PALO a", vec![0]),
        ("jos", vec![1]),
        ("alto palo", vec![0]),
        ("lo", vec![]),
    ] {
        let request = ListDocumentsRequest {
            facets: vec![facet("name", asked)],
            ..request(school, "locations", 50)
        };
        assert_eq!(
            numbers(&ids(&list(&world, request).await)),
            found,
            "{asked}"
        );
    }
}

#[tokio::test]
async fn whoever_may_see_some_documents_sees_those_and_pages_through_them() {
    let world = World::new().await;
    let (school, other) = (School::new(), School::new());
    world.take(&bases(school)).await;
    world.take(&bases(other)).await;
    let narrowed = |own: &[LocationId], limit| ListDocumentsRequest {
        only: only(own),
        ..request(school, "locations", limit)
    };
    let own = [place(4), place(1), place(3), place(1), id(999)];
    for limit in [1, 2, 3, 50] {
        let found = walk(&world, narrowed(&own, limit), async |_| ()).await;
        assert_eq!(numbers(&found), [4, 3, 1], "{limit}");
    }
    // No document at all is not the same as all documents.
    let none = walk(&world, narrowed(&[], 50), async |_| ()).await;
    assert!(none.is_empty());
    let named = ListDocumentsRequest {
        facets: vec![facet("name", "pal")],
        ..narrowed(&own, 50)
    };
    assert_eq!(numbers(&ids(&list(&world, named).await)), [3]);

    let many: Vec<LocationId> = (0..201).map(id).collect();
    let answers = world.answers();
    let answer = answers.list(Default::default(), narrowed(&many, 50)).await;
    assert_eq!(answer.unwrap_err().code, "too_many_ids");
}

#[tokio::test]
async fn changes_of_what_may_not_be_seen_are_not_told_nor_its_end() {
    let world = World::at("2026-05-28T12:00:00Z").await;
    let school = School::new();
    world.take(&bases(school)).await;
    world.clock.advance(Duration::from_secs(60));
    let at = |n: u32| deletion(&base(school, n).into(), 2);
    world.take_messages([at(0), at(3)]).await;

    let since = since(school, "locations", instant("2026-05-28T11:00:00Z"));
    let narrowed = ListDocumentsRequest {
        only: only(&[place(1), place(3)]),
        ..since.clone()
    };
    let told = bodies(&list(&world, narrowed.clone()).await);
    let [kept, gone] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(kept["name"], "San José");
    assert_eq!(
        (&gone["id"], &gone["deleted"]),
        (&json!(place(3).to_string()), &json!(true))
    );
    assert_eq!(list(&world, since).await.documents.len(), 5);

    let first = ListDocumentsRequest {
        limit: 1,
        ..narrowed
    };
    assert_eq!(walk(&world, first, async |_| ()).await.len(), 2);
}
