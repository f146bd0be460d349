//! Connections of HTTP/1.1 that are kept, at a real server.

use crate::authority::Authority;
use crate::partner::{NodePartner, ask, burst, connections};

#[tokio::test]
async fn one_after_another_they_share_a_connection() {
    let authority = Authority::new();
    let partner = NodePartner::start(&authority, &["http/1.1"]).await;
    let egress = authority.client();
    for _ in 0..20 {
        let came = ask(&egress, &partner.url("/")).await;
        assert_eq!((came.version.as_str(), came.connection), ("1.1", 1));
    }
}

#[tokio::test]
async fn a_burst_opens_connections_that_the_next_one_finds_again() {
    let authority = Authority::new();
    let partner = NodePartner::start(&authority, &["http/1.1"]).await;
    let egress = authority.client();
    let first = burst(&egress, &partner.url("/together/16"), 16).await;
    assert_eq!(connections(&first).len(), 16);
    let next = burst(&egress, &partner.url("/together/16"), 16).await;
    assert_eq!(connections(&next), connections(&first));
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_not_used_again() {
    let authority = Authority::new();
    let partner = NodePartner::start(&authority, &["http/1.1"]).await;
    let egress = authority.client();
    for round in 1..=10 {
        assert_eq!(ask(&egress, &partner.url("/last")).await.connection, round);
    }
}
