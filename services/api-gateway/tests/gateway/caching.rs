//! Entity tags, compression, and what may be kept where.

use std::io::Read;

use domain::scope::Scope;
use public_api::routes::View;

use crate::harness::{Reply, World};

const FLEET: &str = "/api/v1/public/fleet";

/// A world with a page worth compressing, and that page.
async fn world() -> (World, crate::harness::Minted, Reply) {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Fleet]);
    for id in 0..50 {
        let body =
            format!(r#"{{"id":"{id}","registration":"N740SP","make":"Cessna","model":"172S"}}"#);
        world
            .documents
            .add_for(key.organization, View::Fleet, &id.to_string(), body);
    }
    let page = world.get(&key, FLEET).send().await;
    assert_eq!(page.status, 200);
    (world, key, page)
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let (world, key, page) = world().await;
    let tag = page.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"'), "strong: {tag}");
    assert_eq!(page.header("cache-control"), Some("private, no-cache"));

    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
    ] {
        let reply = world
            .get(&key, FLEET)
            .header("if-none-match", known.clone())
            .send()
            .await;
        assert_eq!(
            (reply.status.as_u16(), reply.body.len()),
            (304, 0),
            "{known}"
        );
        assert_eq!(reply.header("etag"), Some(tag.as_str()));
        assert_eq!(reply.header("cache-control"), Some("private, no-cache"));
        assert!(reply.header("content-type").is_none());
    }
    let two_headers = world
        .get(&key, FLEET)
        .header("if-none-match", "\"other\"")
        .header("if-none-match", tag.clone());
    assert_eq!(two_headers.send().await.status, 304);

    world
        .documents
        .add_for(key.organization, View::Fleet, "new", r#"{"id":"new"}"#);
    let reply = world
        .get(&key, &format!("{FLEET}?limit=200"))
        .header("if-none-match", tag.clone())
        .send()
        .await;
    assert_eq!(reply.status, 200);
    assert_ne!(reply.header("etag"), Some(tag.as_str()));
}

#[tokio::test]
async fn a_304_is_for_those_who_may_read() {
    let (world, key, page) = world().await;
    let tag = page.header("etag").unwrap().to_owned();
    world
        .call(FLEET)
        .organization(key.organization)
        .header("if-none-match", tag.clone())
        .send()
        .await
        .problem(401, "unauthenticated");
    let other = world.keys.mint(&[Scope::Flights]);
    world
        .get(&other, FLEET)
        .header("if-none-match", "*")
        .send()
        .await
        .problem(403, "insufficient_scope");
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_take_it() {
    let (world, key, page) = world().await;
    assert!(page.header("content-encoding").is_none());
    let tag = page.header("etag").unwrap().to_owned();
    for encoding in ["gzip", "br"] {
        let reply = world
            .get(&key, FLEET)
            .header("accept-encoding", encoding)
            .send()
            .await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-encoding")),
            (200, Some(encoding))
        );
        assert!(
            reply.body.len() < page.body.len() / 4,
            "{} of {}",
            reply.body.len(),
            page.body.len()
        );
        assert_eq!(decode(encoding, &reply.body), page.body);
        assert_eq!(
            reply.header("vary"),
            Some("Accept-Encoding, Authorization, X-Org-Id")
        );

        // Other bytes, so the same in meaning only; still good for asking.
        let weak = reply.header("etag").unwrap().to_owned();
        assert_eq!(weak, format!("W/{tag}"));
        let again = world
            .get(&key, FLEET)
            .header("accept-encoding", encoding)
            .header("if-none-match", weak);
        assert_eq!(again.send().await.status, 304);
    }
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_told_so() {
    let (world, key, _) = world().await;
    let reply = world
        .get(&key, FLEET)
        .header("accept-encoding", "identity;q=0")
        .send()
        .await;
    reply.problem(406, "not_acceptable");
}

#[tokio::test]
async fn every_answer_has_the_headers_of_an_api() {
    let (world, key, page) = world().await;
    let refusal = world.call("/nothing").send().await;
    let unchanged = world
        .get(&key, FLEET)
        .header("if-none-match", "*")
        .send()
        .await;
    for reply in [page, refusal, unchanged] {
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(
            reply.header("content-security-policy"),
            Some("default-src 'none'; frame-ancestors 'none'")
        );
        assert!(reply.header("strict-transport-security").is_some());
        assert!(reply.header("x-request-id").is_some());
        assert!(reply.header("server").is_none());
    }
}

fn decode(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain),
        _ => brotli::Decompressor::new(bytes, 4_096).read_to_end(&mut plain),
    }
    .unwrap();
    plain
}
