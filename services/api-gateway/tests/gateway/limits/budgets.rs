//! The budgets of keys and organisations.

use domain::scope::Scope;
use test_support::eventually;

use super::{FLIGHTS, exhausted, get, left, level, limited};
use crate::harness::{LIMIT, OTHER_SCHOOL, SCHOOL};

/// Seconds that a test may take at most.
const SLACK: u64 = 60;

#[tokio::test]
async fn a_key_has_its_burst_and_is_then_told_when_to_come_back() {
    let world = limited("3/h", "100/h").await;
    let (key, other) = (world.keys.mint(Scope::ALL), world.keys.mint(Scope::ALL));
    let policy = r#""key";q=3;w=3600, "organization";q=100;w=3600"#;
    for used in 1..=3 {
        let reply = get(&world, &key).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("ratelimit-policy"), Some(policy));
        assert_eq!(left(&reply), 3 - used);
        assert_eq!(level(&reply, "organization", "r"), 100 - used);
        let full_in = level(&reply, "key", "t");
        assert!((1_200 * used - SLACK..=1_200 * used).contains(&full_in));
    }
    let refused = get(&world, &key).await;
    let wait = exhausted(&refused, "key");
    assert!((1_200 - SLACK..=1_200).contains(&wait), "{wait}");
    assert_eq!(refused.header("ratelimit-policy"), Some(policy));
    assert_eq!(
        (left(&refused), level(&refused, "organization", "r")),
        (0, 97)
    );
    assert!(refused.header("www-authenticate").is_none());

    // Written as RFC 9651 has it: nothing but these characters, in this order.
    let reply = get(&world, &other).await;
    let full_in = |whose| level(&reply, whose, "t");
    let levels = format!(
        r#""key";r=2;t={}, "organization";r=96;t={}"#,
        full_in("key"),
        full_in("organization")
    );
    assert_eq!(reply.header("ratelimit"), Some(&*levels));
    assert_eq!(
        world.documents.lists().len(),
        4,
        "who is refused reads nothing"
    );
}

#[tokio::test]
async fn what_was_used_comes_back() {
    let world = limited("2/2s", "100000/min").await;
    let key = world.keys.mint(Scope::ALL);
    let refused = eventually("the budget ends", LIMIT, async || {
        let reply = get(&world, &key).await;
        (reply.status == 429).then_some(reply)
    })
    .await;
    assert_eq!(exhausted(&refused, "key"), 1);
    eventually("a request comes back", LIMIT, async || {
        (get(&world, &key).await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_limit_of_the_keys_own_holds_as_soon_as_it_is_announced() {
    let world = limited("5/h", "1000/h").await;
    let (key, other) = (world.keys.mint(Scope::ALL), world.keys.mint(Scope::ALL));
    assert_eq!(left(&get(&world, &key).await), 4);
    let policy = async |limit: Option<&str>, told: &str| {
        world.keys.limit(&key, limit);
        world.announce(&key).await;
        let policy = format!("\"key\";{told}, \"organization\";q=1000;w=3600");
        eventually("the gateway hears of it", LIMIT, async || {
            let reply = get(&world, &key).await;
            (reply.header("ratelimit-policy") == Some(&*policy)).then_some(reply)
        })
        .await
    };
    let more = policy(Some("900/min"), "q=900;w=60").await;
    assert_eq!((more.status.as_u16(), left(&more)), (200, 899));
    let less = policy(Some("1/d"), "q=1;w=86400").await;
    assert_eq!((less.status.as_u16(), left(&less)), (200, 0));
    exhausted(&get(&world, &key).await, "key");
    let none = policy(None, "q=5;w=3600").await;
    assert!(left(&none) < 4, "what was used of a limit stays used");
    assert_eq!(left(&get(&world, &other).await), 4);
}

#[tokio::test]
async fn an_organisations_keys_share_its_budget_and_no_other_organisations() {
    let world = limited("100/h", "4/h").await;
    let keys = [world.keys.mint(Scope::ALL), world.keys.mint(Scope::ALL)];
    let other = world.keys.mint_for(OTHER_SCHOOL, Scope::ALL);
    for key in keys.iter().cycle().take(4) {
        assert_eq!(get(&world, key).await.status, 200);
    }
    for key in &keys {
        let refused = get(&world, key).await;
        let wait = exhausted(&refused, "organization");
        assert!((900 - SLACK..=900).contains(&wait), "{wait}");
        assert_eq!(left(&refused), 98, "all tokens or none");
    }
    // It spends what is its key's, whatever organisation the request names.
    let foreign = world.call(FLIGHTS).key(&other).organization(SCHOOL).send();
    let foreign = foreign.await;
    foreign.problem(403, "organization_mismatch");
    assert_eq!(level(&foreign, "organization", "r"), 3);
    assert_eq!(get(&world, &other).await.status, 200);
}
