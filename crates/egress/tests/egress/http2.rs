//! HTTP/2 by ALPN, at a real server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::authority::{Authority, trusting};
use crate::partner::{NodePartner, ask, burst, connections, url};
use crate::support::{Changing, Partner, post, settings};
use egress::{FailureKind, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn it_is_spoken_where_it_is_offered_and_all_share_one_connection() {
    let authority = Authority::new();
    let partner = NodePartner::start(&authority, &["h2"]).await;
    let egress = authority.client();
    let first = ask(&egress, &partner.url("/")).await;
    assert_eq!((first.version.as_str(), first.connection), ("2.0", 1));
    let came = burst(&egress, &partner.url("/together/90"), 90).await;
    assert!(came.iter().all(|came| came == &first), "{came:?}");
}

/// Before the first handshake nobody knows that one connection will do.
#[tokio::test]
async fn after_a_cold_burst_one_connection_is_left() {
    let authority = Authority::new();
    let partner = NodePartner::start(&authority, &["h2"]).await;
    let egress = authority.client();
    let cold = burst(&egress, &partner.url("/together/32"), 32).await;
    let warm = burst(&egress, &partner.url("/together/32"), 32).await;
    let (cold, warm) = (connections(&cold), connections(&warm));
    assert!(
        warm.len() == 1 && cold.contains(&warm[0]),
        "{cold:?}, {warm:?}"
    );
}

#[tokio::test]
async fn more_than_the_server_takes_at_a_time_wait_their_turn() {
    let authority = Authority::new();
    let partner = NodePartner::start(&authority, &["h2", "4"]).await;
    let egress = authority.client();
    ask(&egress, &partner.url("/")).await;
    let came = burst(&egress, &partner.url("/slow"), 24).await;
    assert_eq!(connections(&came), [1]);
}

/// `GOAWAY`: a server that restarts, or that gives each connection so many requests.
#[tokio::test]
async fn a_connection_that_the_server_ends_is_replaced_and_no_request_is_lost() {
    let authority = Authority::new();
    let partner = NodePartner::start(&authority, &["h2"]).await;
    let egress = authority.client();
    for round in 0..10 {
        let (slow, end) = (partner.url("/slow"), partner.url("/last"));
        let (came, last) = tokio::join!(burst(&egress, &slow, 8), ask(&egress, &end));
        assert_eq!(came.len(), 8, "round {round}");
        let next = ask(&egress, &partner.url("/")).await;
        assert_ne!(next.connection, last.connection, "round {round}");
    }
}

/// Between the client and `port`: what it lets through until it is told to swallow everything.
async fn swallowing(port: u16) -> (Partner, Arc<AtomicBool>) {
    let swallow = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&swallow);
    let passed = Arc::new(AtomicUsize::new(0));
    let proxy = Partner::start(move |mut client| {
        let (told, passed) = (Arc::clone(&told), Arc::clone(&passed));
        async move {
            let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
            let is_first = passed.fetch_add(1, Ordering::SeqCst) == 0;
            let (mut from_client, mut from_server) = ([0; 16_384], [0; 16_384]);
            loop {
                let (bytes, to_server) = tokio::select! {
                    read = client.read(&mut from_client) => (read?, true),
                    read = server.read(&mut from_server) => (read?, false),
                };
                if bytes == 0 {
                    return Ok(());
                }
                // A line that is dead, and both ends believe in it.
                if is_first && told.load(Ordering::SeqCst) {
                    continue;
                }
                match to_server {
                    true => server.write_all(&from_client[..bytes]).await?,
                    false => client.write_all(&from_server[..bytes]).await?,
                }
            }
        }
    })
    .await;
    (proxy, swallow)
}

#[tokio::test]
async fn a_connection_that_went_silent_costs_one_attempt() {
    let authority = Authority::new();
    let partner = NodePartner::start(&authority, &["h2"]).await;
    let (proxy, swallow) = swallowing(partner.port).await;
    let hasty = Settings {
        total_timeout_ms: 1_500,
        ..settings()
    };
    let egress = trusting(&authority.root(), hasty, &Changing::new(&[&["127.0.0.1"]]));
    let at = url(proxy.address.port(), "/");
    assert_eq!(ask(&egress, &at).await.connection, 1);
    swallow.store(true, Ordering::SeqCst);
    let failure = post(&egress, &at).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Timeout, "{failure}");
    assert_eq!(ask(&egress, &at).await.connection, 2);
    assert_eq!(proxy.connections(), 2);
}
