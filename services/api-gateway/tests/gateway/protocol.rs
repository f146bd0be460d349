//! HTTP itself: heads, sizes, ids, odd clients.

use domain::scope::Scope;
use public_api::routes::View;
use test_support::eventually;
use uuid::Uuid;

use crate::harness::{LIMIT, Minted, World, raw};

const FLIGHTS: &str = "/api/v1/public/flights";

/// A head as a well-behaved client writes it, but for the empty line at its end.
fn head(key: &Minted, method: &str, path: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {}\r\nX-Org-Id: {}\r\n",
        key.token.reveal(),
        key.organization
    )
}

fn status(answer: &str) -> &str {
    answer
        .split(' ')
        .nth(1)
        .unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

#[tokio::test]
async fn a_head_request_is_answered_like_get_without_the_body() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    world.documents.add(View::Flights, "a", "{}");
    let get = world.get(&key, FLIGHTS).send().await;
    let answer = raw(
        world.address,
        format!("{}Connection: close\r\n\r\n", head(&key, "HEAD", FLIGHTS)),
    )
    .await;
    let answer = answer.to_lowercase();
    assert!(answer.starts_with("http/1.1 200"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "no body: {answer}");
    assert!(
        answer.contains(&format!("content-length: {}\r\n", get.body.len())),
        "{answer}"
    );
    assert!(
        answer.contains(&get.header("etag").unwrap().to_lowercase()),
        "{answer}"
    );
}

#[tokio::test]
async fn every_request_has_an_id() {
    let world = World::start().await;
    let own = world
        .call("/nothing")
        .header("x-request-id", "job-7.retry_2")
        .send()
        .await;
    assert_eq!(own.header("x-request-id"), Some("job-7.retry_2"));
    own.problem(404, "not_found");
    for unsafe_id in ["a b", "<script>", &"x".repeat(65)] {
        let reply = world
            .call("/nothing")
            .header("x-request-id", unsafe_id)
            .send()
            .await;
        let id = Uuid::try_parse(reply.header("x-request-id").unwrap()).unwrap();
        assert_eq!(id.get_version_num(), 7);
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_the_right_status() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    let path = format!("{FLIGHTS}?status={}", "x".repeat(9_000));
    world
        .get(&key, &path)
        .send()
        .await
        .problem(414, "uri_too_long");
    let large = world
        .get(&key, FLIGHTS)
        .header("x-large", "x".repeat(20_000))
        .send()
        .await;
    large.problem(431, "header_too_large");

    // Past what the server reads at all, it answers by itself.
    let head = head(&key, "GET", FLIGHTS);
    let huge = raw(
        world.address,
        format!("{head}X-Large: {}\r\n\r\n", "x".repeat(200_000)),
    )
    .await;
    assert_eq!(status(&huge), "431");
    let many: String = (0..200).map(|n| format!("X-Header-{n}: 1\r\n")).collect();
    assert_eq!(
        status(&raw(world.address, format!("{head}{many}\r\n")).await),
        "431"
    );
    let address = raw(
        world.address,
        format!(
            "GET /{} HTTP/1.1\r\nHost: gateway\r\n\r\n",
            "x".repeat(70_000)
        ),
    )
    .await;
    assert!(status(&address).starts_with('4'), "{address}");

    let body = raw(
        world.address,
        format!("{head}Content-Length: 1000000000\r\n\r\nxxx"),
    )
    .await;
    assert_eq!(status(&body), "413");
    assert!(body.contains("payload_too_large"), "{body}");
    assert_eq!(
        world.get(&key, FLIGHTS).send().await.status,
        200,
        "everyone else is served"
    );
}

#[tokio::test]
async fn a_body_nobody_asked_for_is_ignored_and_never_taken_for_a_request() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    let head = head(&key, "GET", FLIGHTS);
    let inner = "DELETE / HTTP/1.1\r\nHost: gateway\r\n\r\n";
    let with_length = format!("{head}Content-Length: {}\r\n\r\n{inner}", inner.len());
    let chunked = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{inner}\r\n0\r\n\r\n",
        inner.len()
    );
    for request in [with_length, chunked] {
        let answer = raw(world.address, request).await;
        assert_eq!(status(&answer), "200", "{answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let world = World::start().await;
    let both = "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for request in [
        "\x16\x03\x01\x02\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        both,
    ] {
        let answer = raw(world.address, request).await;
        assert!(
            answer.is_empty() || status(&answer) == "400",
            "{request:?}: {answer}"
        );
    }
}

#[tokio::test]
async fn a_client_that_dawdles_is_let_go() {
    let world = World::with(|settings| settings.http.head_timeout_ms = 1_000).await;
    let dawdling = raw(world.address, "GET / HTTP/1.1\r\nHost: ga").await;
    assert_eq!(status(&dawdling), "408");
}

#[tokio::test]
async fn an_idle_connection_is_closed_in_time() {
    let world = World::with(|settings| settings.http.keep_alive_seconds = 1).await;
    let idle = raw(world.address, "GET / HTTP/1.1\r\nHost: gateway\r\n\r\n").await;
    assert_eq!(
        (status(&idle), idle.matches("HTTP/1.1 ").count()),
        ("404", 1)
    );
}

#[tokio::test]
async fn a_client_that_hangs_up_holds_nothing() {
    let world = World::with(|settings| {
        settings.http.max_in_flight = 1.try_into().unwrap();
        settings.backend.timeout_ms = 300_000;
    })
    .await;
    let key = world.keys.mint(Scope::ALL);
    let _held = world.documents.hold_next();
    let gone = tokio::spawn(world.get(&key, FLIGHTS).send());
    eventually("the request is under way", LIMIT, async || {
        world.documents.is_held().then_some(())
    })
    .await;
    gone.abort();
    eventually("its place is free", LIMIT, async || {
        (world.get(&key, "/api/v1/public/fleet").send().await.status == 200).then_some(())
    })
    .await;
}
