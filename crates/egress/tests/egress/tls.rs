//! Names, certificates and HTTP/2: over TLS with a certificate authority of the test's own.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Changing, Partner, Shared, post, read_request, settings};
use egress::{Egress, FailureKind, Settings};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const NAME: &str = "hooks.example.com";

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn root(&self) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(self.0.pem().as_bytes()).unwrap();
        file
    }

    fn acceptor(&self, params: CertificateParams, alpn: &[&str]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

fn certificate_for(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

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

fn trusting(root: &NamedTempFile, allow_loopback: bool, names: &Arc<Changing>) -> Egress {
    let settings = Settings {
        extra_roots: Some(root.path().to_owned()),
        allow_loopback,
        ..settings()
    };
    Egress::with_lookup(&settings, Arc::new(Shared(Arc::clone(names)))).unwrap()
}

fn at(partner: &Partner) -> String {
    format!("https://{NAME}:{}/hook", partner.address.port())
}

#[tokio::test]
async fn a_trusted_certificate_for_the_right_name_is_accepted() {
    let authority = Authority::new();
    let partner = https_partner(authority.acceptor(certificate_for(NAME), &[])).await;
    let egress = trusting(&authority.root(), true, &Changing::new(&[&["127.0.0.1"]]));
    assert_eq!(post(&egress, &at(&partner)).await.unwrap().status, 204);
}

#[tokio::test]
async fn wrong_certificates_are_refused() {
    let authority = Authority::new();
    let mut expired = certificate_for(NAME);
    expired.not_after = rcgen::date_time_ymd(2020, 1, 1);
    expired.not_before = rcgen::date_time_ymd(2019, 1, 1);
    for (case, authority_of_partner, params) in [
        (
            "another name",
            &authority,
            certificate_for("other.example.com"),
        ),
        ("expired", &authority, expired),
        (
            "an unknown authority",
            &Authority::new(),
            certificate_for(NAME),
        ),
    ] {
        let partner = https_partner(authority_of_partner.acceptor(params, &[])).await;
        let egress = trusting(&authority.root(), true, &Changing::new(&[&["127.0.0.1"]]));
        let failure = post(&egress, &at(&partner)).await.expect_err(case);
        assert_eq!(failure.kind, FailureKind::Tls, "{case}: {failure}");
    }
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
    let egress = trusting(
        &Authority::new().root(),
        true,
        &Changing::new(&[&["127.0.0.1"]]),
    );
    let failure = post(&egress, &at(&partner)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered() {
    let authority = Authority::new();
    let acceptor = authority.acceptor(certificate_for(NAME), &["h2", "http/1.1"]);
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let partner = Partner::start(move |stream| {
        let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
        async move {
            let stream = acceptor.accept(stream).await?;
            let mut connection = h2::server::handshake(stream)
                .await
                .map_err(std::io::Error::other)?;
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let _ = respond.send_response(Default::default(), true);
            }
            Ok(())
        }
    })
    .await;
    let egress = trusting(&authority.root(), true, &Changing::new(&[&["127.0.0.1"]]));
    for _ in 0..3 {
        assert_eq!(post(&egress, &at(&partner)).await.unwrap().status, 200);
    }
    assert_eq!(
        (requests.load(Ordering::SeqCst), partner.connections()),
        (3, 1)
    );
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
        let egress = trusting(&authority.root(), false, &Changing::new(&[&[inside]]));
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
        true,
        &Changing::new(&[&["10.255.255.1", "127.0.0.1"]]),
    );
    assert_eq!(post(&egress, &at(&partner)).await.unwrap().status, 204);
}

#[tokio::test]
async fn a_name_that_turns_inside_later_is_refused_at_the_next_dial() {
    let authority = Authority::new();
    let partner = https_partner(authority.acceptor(certificate_for(NAME), &[])).await;
    let names = Changing::new(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let egress = trusting(&authority.root(), true, &names);
    assert!(post(&egress, &at(&partner)).await.is_ok());

    // An address is good for some seconds; within them nothing else is dialled than what passed.
    assert!(post(&egress, &at(&partner)).await.is_ok());
    assert_eq!(names.asked.load(Ordering::SeqCst), 1);

    let rebound = trusting(&authority.root(), true, &names);
    let failure = post(&rebound, &at(&partner)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::RefusedAddress, "{failure}");
    assert_eq!(partner.connections(), 2);
}

#[tokio::test]
async fn a_name_without_an_address_is_a_failure_of_its_own_kind() {
    let egress = trusting(&Authority::new().root(), false, &Changing::new(&[&[]]));
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
