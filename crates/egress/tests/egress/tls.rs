//! Certificates, handshakes and names: over TLS with a certificate authority of the test's own.

use std::io;
use std::sync::atomic::Ordering;

use crate::authority::{Authority, NAME, certificate_for, self_signed, trusting};
use crate::support::{Changing, Partner, post, read_request, settings};
use egress::{Egress, FailureKind, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

/// Answers one request a connection.
async fn https_partner(acceptor: TlsAcceptor) -> Partner {
    Partner::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await?;
            let mut seen = Vec::new();
            while !seen.ends_with(b"{}") {
                if stream.read_buf(&mut seen).await? == 0 {
                    return Ok(());
                }
            }
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
                .await?;
            stream.shutdown().await
        }
    })
    .await
}

fn at(partner: &Partner) -> String {
    format!("https://{NAME}:{}/hook", partner.address.port())
}

#[tokio::test]
async fn a_trusted_certificate_for_the_right_name_is_accepted() {
    let authority = Authority::new();
    let partner = https_partner(authority.acceptor(certificate_for(NAME), &[])).await;
    let egress = authority.client();
    assert_eq!(post(&egress, &at(&partner)).await.unwrap().status, 204);
}

#[tokio::test]
async fn wrong_certificates_are_refused_and_the_reason_is_told() {
    let authority = Authority::new();
    let valid = |from: i32, until: i32| {
        let mut params = certificate_for(NAME);
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        params
    };
    let signed = |params| authority.acceptor(params, &[]);
    let stranger = Authority::new().acceptor(certificate_for(NAME), &[]);
    for (acceptor, told) in [
        (
            signed(certificate_for("other.example.com")),
            "other.example.com",
        ),
        (
            signed(certificate_for("*.hooks.example.com")),
            "not valid for name",
        ),
        (signed(valid(2019, 2020)), "expired"),
        (signed(valid(4000, 4001)), "not valid yet"),
        (self_signed(certificate_for(NAME)), "UnknownIssuer"),
        (stranger, "UnknownIssuer"),
    ] {
        let partner = https_partner(acceptor).await;
        let failure = post(&authority.client(), &at(&partner))
            .await
            .expect_err(told);
        assert_eq!(failure.kind, FailureKind::Tls, "{told}: {failure}");
        assert!(failure.detail.contains(told), "{told}: {failure}");
    }
}

/// Reads the client's first words, so that what follows is an answer to them.
async fn client_hello(stream: &mut TcpStream) -> io::Result<()> {
    let mut header = [0; 5];
    stream.read_exact(&mut header).await?;
    let length = u16::from_be_bytes([header[3], header[4]]);
    let mut rest = vec![0; usize::from(length)];
    stream.read_exact(&mut rest).await.map(drop)
}

#[tokio::test]
async fn a_handshake_that_is_cut_is_a_failure_of_tls() {
    // A handshake record that says it is longer than what comes.
    let half: &[u8] = &[0x16, 0x03, 0x03, 0x00, 0x7a, 0x02, 0x00, 0x00, 0x76];
    // handshake_failure (RFC 8446, 6.2).
    let alert: &[u8] = &[0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];
    for (case, said) in [
        ("at once", &[][..]),
        ("half way", half),
        ("by an alert", alert),
    ] {
        let partner = Partner::start(move |mut stream| async move {
            client_hello(&mut stream).await?;
            stream.write_all(said).await
        })
        .await;
        let failure = post(&Authority::new().client(), &at(&partner))
            .await
            .expect_err(case);
        assert_eq!(failure.kind, FailureKind::Tls, "{case}: {failure}");
    }
}

#[tokio::test]
async fn a_handshake_that_is_reset_is_a_failure_of_tls() {
    let partner = Partner::start(|mut stream| async move {
        client_hello(&mut stream).await?;
        // Closed with nothing lingering, the other side hears a reset instead of an end.
        stream.set_zero_linger()
    })
    .await;
    let failure = post(&Authority::new().client(), &at(&partner))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
}

#[tokio::test]
async fn a_partner_without_tls_is_told_from_a_broken_one() {
    let partner = Partner::start(|mut stream| async move {
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await?;
        read_request(&mut stream).await.map(drop)
    })
    .await;
    let failure = post(&Authority::new().client(), &at(&partner))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_dialled() {
    let authority = Authority::new();
    let partner = https_partner(authority.acceptor(certificate_for(NAME), &[])).await;
    for inside in [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "fd00::1",
    ] {
        let egress = trusting(
            &authority.root(),
            Settings::default(),
            &Changing::new(&[&[inside]]),
        );
        let failure = post(&egress, &at(&partner)).await.expect_err(inside);
        assert_eq!(
            failure.kind,
            FailureKind::RefusedAddress,
            "{inside}: {failure}"
        );
    }
    assert_eq!(partner.connections(), 0);
}

#[tokio::test]
async fn of_several_addresses_only_the_permitted_are_dialled() {
    let authority = Authority::new();
    let partner = https_partner(authority.acceptor(certificate_for(NAME), &[])).await;
    // Loopback is permitted here; the private one before it would hang if it were dialled.
    let egress = trusting(
        &authority.root(),
        settings(),
        &Changing::new(&[&["10.255.255.1", "127.0.0.1"]]),
    );
    assert_eq!(post(&egress, &at(&partner)).await.unwrap().status, 204);
}

#[tokio::test]
async fn a_name_that_turns_inside_later_is_refused_at_the_next_dial() {
    let authority = Authority::new();
    let partner = https_partner(authority.acceptor(certificate_for(NAME), &[])).await;
    let names = Changing::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let egress = trusting(&authority.root(), settings(), &names);
    assert!(post(&egress, &at(&partner)).await.is_ok());

    // An address is good for some seconds; within them nothing else is dialled than what passed.
    assert!(post(&egress, &at(&partner)).await.is_ok());
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);

    let rebound = trusting(&authority.root(), settings(), &names);
    let failure = post(&rebound, &at(&partner)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::RefusedAddress, "{failure}");
    assert_eq!(partner.connections(), 2);
}

#[tokio::test]
async fn a_name_without_an_address_is_a_failure_of_its_own_kind() {
    let egress = trusting(
        &Authority::new().root(),
        Settings::default(),
        &Changing::new(&[&[]]),
    );
    let failure = post(&egress, "https://nowhere.example.com/")
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Dns, "{failure}");
}

#[tokio::test]
async fn unusable_certificates_stop_the_start() {
    let missing = Settings {
        extra_roots: Some("/nonexistent/ca.pem".into()),
        ..settings()
    };
    let error = Egress::new(&missing).err().unwrap();
    assert!(error.to_string().contains("/nonexistent/ca.pem"), "{error}");
}
