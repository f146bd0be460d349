//! Networks that an installation refuses besides those that nobody may dial.

use std::sync::Arc;

use bytes::Bytes;
use egress::{Egress, FailureKind, HeaderMap, RefusedAddress, Settings};
use test_support::Receiver;

use crate::support::{Changing, Shared, post, settings};

fn refusing(networks: &str, settings: Settings) -> Settings {
    Settings {
        refused_networks: networks.to_owned().try_into().unwrap(),
        ..settings
    }
}

#[test]
fn an_address_of_theirs_cannot_be_saved() {
    let settings = refusing("8.8.8.0/24, 2606:4700::/32", Settings::default());
    let egress = Egress::new(&settings).unwrap();
    for url in [
        "https://8.8.8.8/",
        "https://0x08080808/",
        "https://8.8.2056/",
        "https://[2606:4700:4700::1111]/",
    ] {
        let refused = egress.check_url(url).expect_err(url);
        assert!(
            matches!(refused, RefusedAddress::Address { .. }),
            "{url}: {refused}"
        );
        assert!(
            refused.to_string().contains("refused_networks"),
            "{refused}"
        );
        assert!(
            Egress::new(&Settings::default())
                .unwrap()
                .check_url(url)
                .is_ok()
        );
    }
    for url in ["https://8.8.4.4/", "https://[2606:4701::1]/"] {
        assert!(egress.check_url(url).is_ok(), "{url}");
    }
}

#[tokio::test]
async fn a_name_that_leads_there_is_not_dialled() {
    let lookup = Shared(Changing::new(&[&["8.8.8.8", "2606:4700::1"]]));
    let settings = refusing("8.8.8.8,2606:4700::/32", Settings::default());
    let egress = Egress::with_lookup(&settings, Arc::new(lookup)).unwrap();
    let failure = post(&egress, "https://hooks.example.com/")
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::RefusedAddress, "{failure}");
}

/// Loopback is permitted for development, and still this one is refused.
#[tokio::test]
async fn nothing_permits_what_is_refused() {
    let receiver = Receiver::start();
    let target = Egress::new(&settings())
        .unwrap()
        .check_url(&receiver.url("/"))
        .unwrap();
    let egress = Egress::new(&refusing("127.0.0.0/8", settings())).unwrap();
    assert!(egress.check_url(&receiver.url("/")).is_err());
    let sent = egress.post(&target, HeaderMap::new(), Bytes::new()).await;
    assert_eq!(sent.unwrap_err().kind, FailureKind::RefusedAddress);
    assert_eq!(receiver.received().len(), 0);
}
