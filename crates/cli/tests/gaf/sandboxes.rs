//! `gaf org sandbox`

use chrono::{Months, NaiveDate};
use domain::OrgId;

use crate::fakes::FakeFlightOps;
use crate::world::{World, id, org};

fn date(value: &serde_json::Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

/// The fake takes people and refuses everything else.
#[tokio::test]
async fn a_sandbox_is_made_and_a_made_up_school_lives_in_it_from_a_stable_day_on() {
    let world = World::start().await;
    let fake = world.flight_ops(FakeFlightOps::default()).await;
    let ran = world
        .gaf(&["org", "sandbox", &org(), "--months", "1", "--json"])
        .await;
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.err.contains("commands were refused"), "{}", ran.err);

    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let sandbox = org().parse::<OrgId>().unwrap().sandbox().to_string();
    assert_eq!(
        (&answer["id"], &answer["sandbox_of"]),
        (&sandbox.as_str().into(), &org().into())
    );
    assert_eq!(answer["locations"][1]["id"], id(8));
    let state = fake.0.lock().unwrap();
    let [(asked, made_at)] = &state.sandboxes[..] else {
        panic!("{:?}", state.sandboxes)
    };
    assert_eq!(asked, &org());
    let zone = chrono_tz::America::Los_Angeles;
    let made = made_at.with_timezone(&zone).date_naive();
    let begins = made.checked_sub_months(Months::new(1)).unwrap();
    assert_eq!(date(&answer["from"]), begins);
    assert!(date(&answer["to"]) > made);

    assert!(state.people.len() > 4);
    for person in &state.people {
        assert_eq!(person.organization_id, sandbox);
        assert!(person.email.as_ref().unwrap().ends_with(".example"));
    }
}

#[tokio::test]
async fn it_is_the_known_organisations_unless_another_is_named() {
    let world = World::start().await;
    let fake = world.flight_ops(FakeFlightOps::default()).await;
    let ran = world.gaf(&["org", "sandbox", "--months", "1"]).await;
    assert_eq!(fake.0.lock().unwrap().sandboxes[0].0, org());
    let key = format!("gaf key mint --org {} --surface tf_test", org());
    assert!(ran.out.contains(&key), "{}", ran.out);

    let ran = world.gaf(&["org", "sandbox", &id(5)]).await;
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
    let ran = world.gaf(&["org", "sandbox", "--months", "0"]).await;
    assert_eq!(ran.code, 2, "{}", ran.err);
}
