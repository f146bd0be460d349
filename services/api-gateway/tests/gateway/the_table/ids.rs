//! Ids in paths: another school's, and what is none.

use public_api::routes::{self, IdForm};

use super::{Keyring, call, document, keyring, signed, with_id};
use crate::harness::{OTHER_SCHOOL, SCHOOL, World};

#[tokio::test]
async fn what_is_another_schools_is_not_there() {
    let world = World::start().await;
    let (own, foreign) = (keyring(&world), Keyring::of(&world, OTHER_SCHOOL));
    for (route, id) in with_id() {
        let body = document(route.view, id);
        world
            .documents
            .add_for(OTHER_SCHOOL, route.view, id, body.clone());
        let ask = |keys: &Keyring| signed(call(&world, route), route, keys.key(route));
        let reply = ask(&own).send().await;
        reply.problem(404, "not_found");
        assert!(reply.text().contains(route.view.noun()), "{}", reply.text());
        assert!(world.endpoints.replays().is_empty(), "{}", route.path);

        // It is there for those whose it is: the id alone did not make the difference.
        let reply = ask(&foreign).send().await;
        assert!(
            reply.status.is_success(),
            "{}: {}",
            route.path,
            reply.text()
        );
        let asked = world.documents.gets();
        let [.., before, last] = asked.as_slice() else {
            panic!("{} was not looked up", route.path)
        };
        let organizations = [&before.organization_id, &last.organization_id];
        assert_eq!(
            organizations,
            [&SCHOOL.to_string(), &OTHER_SCHOOL.to_string()]
        );
        assert_eq!(
            (before.view.as_str(), before.id.as_str()),
            (route.view.as_str(), id)
        );
        world.endpoints.forget_replays();
    }
}

#[tokio::test]
async fn what_is_no_id_is_not_looked_up() {
    let world = World::start().await;
    let keys = keyring(&world);
    for (route, id) in with_id() {
        let form = route.id().unwrap();
        let cut = id.get(1..).unwrap();
        let mut strangers = vec![
            "1".to_owned(),
            "%00".to_owned(),
            "%2e%2e".to_owned(),
            cut.to_owned(),
            format!("{id}0"),
            format!("%7B{id}%7D"),
            format!("{id}%20"),
            id.replace('-', ""),
            "x".repeat(2_000),
        ];
        let others = routes::all().filter_map(|other| other.id());
        strangers.extend(
            others
                .filter(|other| *other != form)
                .map(|other| other.example().into()),
        );
        if form == IdForm::Uuid {
            strangers.push(format!("urn:uuid:{id}"));
        } else {
            strangers.push(id.replace('_', "-"));
            strangers.retain(|text| text != id);
        }
        for text in strangers {
            let path = route.template().replace("{id}", &text);
            let call = world.call(&path).method(route.method.as_str());
            let reply = signed(call, route, keys.key(route)).send().await;
            assert_eq!(reply.status, 404, "{path}: {}", reply.text());
            reply.problem(404, "not_found");
        }
    }
    assert!(world.documents.gets().is_empty());
    assert!(world.endpoints.replays().is_empty());
}
