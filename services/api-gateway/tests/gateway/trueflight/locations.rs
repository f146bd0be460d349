//! `/locations`

use domain::api_key::Surface;
use uuid::Uuid;

use super::{BASES, LOCATIONS, bound, key, location, world};
use crate::harness::{Minted, OTHER_SCHOOL, Reply, World};

async fn get(world: &World, key: &Minted, path: &str) -> Reply {
    world.call(path).key(key).send().await
}

fn ids(reply: &Reply) -> Vec<String> {
    let document = reply.json();
    let page = document["data"].as_array().unwrap().iter();
    page.map(|found| found["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_page_has_its_envelope_and_leads_to_the_next() {
    let world = world().await;
    let key = key(&world, Surface::TrueFlight);
    let whole = get(&world, &key, LOCATIONS).await;
    let bodies: Vec<_> = BASES.iter().map(|base| location(*base)).collect();
    let expected = format!(
        r#"{{"data":[{}],"meta":{{"next_cursor":null,"limit":50}}}}"#,
        bodies.join(",")
    );
    assert_eq!(whole.text(), expected);
    assert!(whole.header("link").is_none());

    let first = get(&world, &key, &format!("{LOCATIONS}?limit=2")).await;
    let meta = &first.json()["meta"];
    assert_eq!(meta["limit"], 2);
    let cursor = meta["next_cursor"].as_str().unwrap().to_owned();
    let next = format!("{LOCATIONS}?limit=2&cursor={cursor}");
    assert_eq!(
        first.header("link"),
        Some(&*format!("<{next}>; rel=\"next\""))
    );
    let second = get(&world, &key, &next).await;
    assert_eq!(ids(&second), [BASES[2].to_string()]);
    assert!(second.json()["meta"]["next_cursor"].is_null());
}

#[tokio::test]
async fn a_cursor_is_good_for_the_same_reach_only() {
    let world = world().await;
    let whole = key(&world, Surface::TrueFlight);
    let [two, same, other] = [&BASES[..2], &BASES[..2], &BASES[1..]]
        .map(|bases| bound(&world, Surface::TrueFlight, bases));
    let first = get(&world, &two, &format!("{LOCATIONS}?limit=1")).await;
    let cursor = first.json()["meta"]["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let next = format!("{LOCATIONS}?limit=1&cursor={cursor}");
    // A key that took over reads on where the old one was.
    assert_eq!(
        ids(&get(&world, &same, &next).await),
        [BASES[1].to_string()]
    );
    for stranger in [&whole, &other] {
        let refused = get(&world, stranger, &next).await;
        refused.problem(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn a_bound_key_sees_its_locations_and_no_others_are_there() {
    let world = world().await;
    let elsewhere = Uuid::from_u128(0x3f0c_0000_0000_4000_8000_0000_0000_00cf);
    let key = bound(
        &world,
        Surface::TrueFlight,
        &[BASES[2], elsewhere, BASES[0]],
    );
    let listed = get(&world, &key, LOCATIONS).await;
    assert_eq!(ids(&listed), [BASES[0].to_string(), BASES[2].to_string()]);

    let own = get(&world, &key, &format!("{LOCATIONS}/{}", BASES[2])).await;
    assert_eq!(own.text(), format!(r#"{{"data":{}}}"#, location(BASES[2])));
    let asked = world.documents.gets().len();
    let other = get(&world, &key, &format!("{LOCATIONS}/{}", BASES[1])).await;
    other.problem(404, "not_found");
    assert_eq!(
        world.documents.gets().len(),
        asked,
        "it is not even looked up"
    );
    // It says of what is there no more than of what is not.
    let none = get(&world, &key, &format!("{LOCATIONS}/{elsewhere}")).await;
    none.problem(404, "not_found");
    assert_eq!(none.json()["detail"], other.json()["detail"]);
}

#[tokio::test]
async fn a_location_of_another_school_is_not_there() {
    let world = world().await;
    let foreign = world
        .keys
        .mint_of(Surface::TrueFlight, OTHER_SCHOOL, &["read", "write"]);
    for _ in 0..2 {
        assert!(ids(&get(&world, &foreign, LOCATIONS).await).is_empty());
        let one = get(&world, &foreign, &format!("{LOCATIONS}/{}", BASES[0])).await;
        one.problem(404, "not_found");
        // Nor for a key that says it is bound to it.
        let ids = vec![BASES[0].to_string()];
        world.keys.change(&foreign, |key| key.location_ids = ids);
        world.announce(&foreign).await;
    }
    let asked = world.documents.lists();
    let organizations = asked.iter().map(|list| list.organization_id.clone());
    assert!(
        organizations
            .into_iter()
            .all(|id| id == OTHER_SCHOOL.to_string())
    );
}

#[tokio::test]
async fn names_are_searched_and_fields_selected() {
    let world = world().await;
    let key = key(&world, Surface::TrueFlight);
    let reply = get(
        &world,
        &key,
        &format!("{LOCATIONS}?name=palo+alto&fields=name"),
    )
    .await;
    let only = format!(r#"{{"id":"{}","name":"Base"}}"#, BASES[0]);
    assert!(reply.text().contains(&only), "{}", reply.text());
    let asked = world.documents.lists().pop().unwrap();
    let facets: Vec<_> = asked
        .facets
        .iter()
        .map(|facet| (facet.name.as_str(), facet.value.as_str()))
        .collect();
    assert_eq!(facets, [("name", "palo alto")]);
    assert_eq!(asked.only, None);
}
