//! The check when an address is dialled: the same table, as what names lead to.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use egress::{Egress, FailureKind, HeaderMap, Looking, Lookup, Settings};
use test_support::Receiver;
use url::{Host, Url};

use crate::forms::{accepted_urls, refused_addresses};
use crate::support::{Changing, Shared, post, settings};

/// Names that lead somewhere.
struct Names(HashMap<String, Vec<IpAddr>>);

impl Lookup for Names {
    fn look_up(&self, host: &str) -> Looking {
        let found = self.0.get(host).cloned().unwrap_or_default();
        Box::pin(async move { Ok(found) })
    }
}

fn address_of(host: &str) -> IpAddr {
    match Url::parse(&format!("https://{host}/")).unwrap().host() {
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        other => panic!("{host} is {other:?}"),
    }
}

#[tokio::test]
async fn a_name_that_leads_to_an_address_of_the_table_is_not_dialled() {
    let mut rows = Vec::new();
    for row in refused_addresses() {
        for host in row.spellings {
            let name = format!("row-{}.example.com", rows.len());
            rows.push((name, address_of(host), row.range, row.source));
        }
    }
    let names = rows
        .iter()
        .map(|(name, address, ..)| (name.clone(), vec![*address]));
    let lookup = Names(names.collect());
    let egress = Egress::with_lookup(&Settings::default(), Arc::new(lookup)).unwrap();
    for (name, address, range, source) in rows {
        let failure = post(&egress, &format!("https://{name}/"))
            .await
            .expect_err(&name);
        assert_eq!(
            failure.kind,
            FailureKind::RefusedAddress,
            "{address}: {failure}"
        );
        let expected = format!("the address is on {address}, which is {range} ({source})");
        assert_eq!(failure.detail, expected);
    }
}

#[tokio::test]
async fn of_several_answers_all_of_them_inside_none_is_dialled() {
    let inside = ["10.0.0.1", "::1", "169.254.169.254", "64:ff9b::808:808"];
    let lookup = Shared(Changing::new(&[&inside]));
    let egress = Egress::with_lookup(&Settings::default(), Arc::new(lookup)).unwrap();
    let failure = post(&egress, "https://hooks.example.com/")
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::RefusedAddress, "{failure}");
}

/// The answers of a name are good for some seconds, those of a closed connection too: what is
/// dialled in that time is what was judged, whatever the name says by now.
#[tokio::test]
async fn between_check_and_dial_no_one_is_asked() {
    let receiver = Receiver::start();
    let port = Url::parse(&receiver.url("/")).unwrap().port().unwrap();
    // Were a second question asked for the same request, its answer would be dialled: nobody's.
    let names = Changing::new(&[&["127.0.0.1"], &["10.255.255.1"]]);
    let development = settings();
    let egress = Egress::with_lookup(&development, Arc::new(Shared(Arc::clone(&names)))).unwrap();
    let asked = || names.asked.load(std::sync::atomic::Ordering::SeqCst);
    let target = egress
        .check_url(&format!("https://hooks.example.com:{port}/"))
        .unwrap();
    assert_eq!(asked(), 0, "the check of the text asks nobody");
    let failure = egress
        .post(&target, HeaderMap::new(), Bytes::from_static(b"{}"))
        .await
        .unwrap_err();
    // The plain receiver answered the handshake: it was reached, at the first answer.
    assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
    assert_eq!(asked(), 1);
}

#[tokio::test]
async fn a_target_of_laxer_settings_is_not_dialled_under_stricter_ones() {
    let receiver = Receiver::start();
    let lax = Egress::new(&settings()).unwrap();
    let strict = Egress::new(&Settings::default()).unwrap();
    let port = Url::parse(&receiver.url("/")).unwrap().port().unwrap();
    for url in [
        receiver.url("/"),
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://localhost:{port}/"),
        format!("http://localhost:{port}/"),
    ] {
        let target = lax.check_url(&url).unwrap();
        let failure = strict
            .post(&target, HeaderMap::new(), Bytes::new())
            .await
            .expect_err(&url);
        assert_eq!(
            failure.kind,
            FailureKind::RefusedAddress,
            "{url}: {failure}"
        );
    }
    assert_eq!(receiver.received().len(), 0);
}

#[tokio::test]
async fn localhost_is_this_machine_whatever_a_resolver_says() {
    let receiver = Receiver::start();
    let address: SocketAddr = receiver
        .url("")
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    let names = Changing::new(&[&["8.8.8.8"]]);
    let egress = Egress::with_lookup(&settings(), Arc::new(Shared(Arc::clone(&names)))).unwrap();
    for name in ["localhost", "app.localhost"] {
        let url = format!("http://{name}:{}/", address.port());
        assert!(post(&egress, &url).await.unwrap().is_success(), "{name}");
    }
    assert_eq!(names.asked.load(std::sync::atomic::Ordering::SeqCst), 0);
}

/// What is accepted reaches the resolver as the guard read it.
#[tokio::test]
async fn accepted_urls_ask_for_the_host_that_was_judged() {
    for [given, normal] in accepted_urls() {
        let url = Url::parse(normal).unwrap();
        let Some(Host::Domain(host)) = url.host() else {
            continue;
        };
        // Only the name as it was judged leads anywhere, and that is inside.
        let names = HashMap::from([(host.to_owned(), vec![address_of("10.0.0.1")])]);
        let lookup = Arc::new(Names(names));
        let egress = Egress::with_lookup(&Settings::default(), lookup).unwrap();
        let failure = post(&egress, given).await.expect_err(given);
        assert_eq!(
            failure.kind,
            FailureKind::RefusedAddress,
            "{given}: {failure}"
        );
    }
}
