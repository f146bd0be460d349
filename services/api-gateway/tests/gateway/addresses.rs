//! Where requests come from, told by proxies and by others.

use api_gateway::TrustedProxies;
use domain::scope::Scope;

use crate::harness::{Minted, World};

const FLIGHTS: &str = "/api/v1/public/flights";
/// The network that the key is kept to.
const OFFICE: &str = "203.0.113.0/24";

/// A gateway that takes the word of these networks. Everybody here connects from 127.0.0.1.
async fn behind(proxies: &str) -> (World, Minted) {
    let proxies = TrustedProxies::try_from(proxies.to_owned()).unwrap();
    let world = World::with(|settings| settings.http.trusted_proxies = proxies).await;
    let key = world.keys.mint(&[Scope::Flights]);
    world.keys.allow_only(&key, OFFICE);
    (world, key)
}

/// Asks with these lines of X-Forwarded-For.
async fn is_let_in(world: &World, key: &Minted, lines: &[&str]) -> bool {
    let mut call = world.get(key, FLIGHTS);
    for line in lines {
        call = call.header("x-forwarded-for", *line);
    }
    let reply = call.send().await;
    if reply.status == 200 {
        return true;
    }
    reply.problem(403, "network_forbidden");
    false
}

#[tokio::test]
async fn behind_a_trusted_proxy_a_key_is_used_from_where_its_owner_is() {
    let (world, key) = behind("127.0.0.0/8,198.51.100.0/24").await;
    for from_the_office in [
        &["203.0.113.9"][..],
        &["203.0.113.9:40000"],
        &["::ffff:203.0.113.9"],
        &["203.0.113.9, 198.51.100.7"],
        &["192.0.2.66, 203.0.113.9"],
        &["192.0.2.66", "203.0.113.9", "198.51.100.7"],
    ] {
        assert!(is_let_in(&world, &key, from_the_office).await);
    }
}

#[tokio::test]
async fn nobody_gets_in_by_saying_where_he_is() {
    let (world, key) = behind("127.0.0.0/8,198.51.100.0/24").await;
    // The proxy adds the stranger's own address behind whatever he has written.
    for forged in [
        &[][..],
        &["203.0.113.9, 192.0.2.66"],
        &["203.0.113.9", "192.0.2.66"],
        &["203.0.113.9, 192.0.2.66, 198.51.100.7"],
        &["203.0.113.9, unknown"],
        &["203.0.113.9, 127.0.0.1, 2001:db8::66"],
    ] {
        assert!(!is_let_in(&world, &key, forged).await, "{forged:?}");
    }
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_is_where_he_connects_from() {
    for proxies in ["", "192.0.2.0/24"] {
        let (world, key) = behind(proxies).await;
        assert!(!is_let_in(&world, &key, &["203.0.113.9"]).await);
        world.keys.allow_only(&key, "127.0.0.0/8");
        world.announce(&key).await;
        let let_in = test_support::eventually(
            "the change is heard of",
            crate::harness::LIMIT,
            async || {
                is_let_in(&world, &key, &["203.0.113.9"])
                    .await
                    .then_some(())
            },
        );
        let_in.await;
    }
}
