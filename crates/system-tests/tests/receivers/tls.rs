//! Partners over TLS, with certificates good and bad.

use std::io::Write;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use system_tests::Stack;
use system_tests::webhooks::DISPATCHER;
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::case::{Case, Outcome, dispatcher, hold};
use crate::partner::{Act, Hello, Partner, Then};

const TLS: Outcome = (None, Some("tls"), 0);

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn file(&self) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(self.0.pem().as_bytes()).unwrap();
        file
    }

    /// Greets with a certificate for `name` that this authority has signed.
    fn vouching(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Hello {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Hello::Tls(TlsAcceptor::from(Arc::new(config)))
    }
}

/// A partner whose first connection begins so, and whose first request gets that.
async fn case(name: &str, first: Hello, then: &Hello, acts: Vec<Act>, expected: Outcome) -> Case {
    let partner = Partner::start(vec![first], then.clone(), acts).await;
    Case {
        name: name.to_owned(),
        url: format!("https://localhost:{}/hook", partner.address.port()),
        partner,
        expected,
    }
}

async fn stack(label: &str, authority: &Authority) -> (Stack, NamedTempFile) {
    let roots = authority.file();
    let path = roots.path().to_str().unwrap();
    let builder = dispatcher(label).set(DISPATCHER, "GA_EGRESS__EXTRA_ROOTS", path);
    (builder.start().await, roots)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_is_believed_by_its_certificate_alone() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let (stack, _roots) = stack("receivers-certificates", &ours).await;
    let past = |params: &mut CertificateParams| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    };
    let future = |params: &mut CertificateParams| {
        params.not_before = rcgen::date_time_ymd(2090, 1, 1);
        params.not_after = rcgen::date_time_ymd(2091, 1, 1);
    };
    let good = ours.vouching("localhost", |_| {});
    let mut cases = vec![
        case(
            "good",
            good.clone(),
            &good,
            Vec::new(),
            (Some(200), None, 2),
        )
        .await,
    ];
    for (name, first) in [
        ("another name", ours.vouching("example.com", |_| {})),
        ("an address instead", ours.vouching("127.0.0.1", |_| {})),
        ("expired", ours.vouching("localhost", past)),
        ("not yet", ours.vouching("localhost", future)),
        ("a stranger's", other.vouching("localhost", |_| {})),
        ("no TLS", Hello::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        ("another protocol", Hello::Say(b"220 mail\r\n")),
        ("an alert", Hello::Say(b"\x15\x03\x03\0\x02\x02\x28")),
        ("closed", Hello::Close),
    ] {
        cases.push(case(name, first, &good, Vec::new(), TLS).await);
    }
    hold(&stack, &cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_it_may_fail_as_anywhere() {
    let ours = Authority::new("ours");
    let (stack, _roots) = stack("receivers-tls", &ours).await;
    let good = ours.vouching("localhost", |_| {});
    let silent = (None, Some("timeout"), 0);
    let broken = (Some(200), Some("reset"), 0);
    let sized = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf";
    let open_ended = "HTTP/1.1 200 OK\r\n\r\nhalf";
    let mut cases = vec![case("no handshake", Hello::Silence, &good, Vec::new(), silent).await];
    for (name, answer, then, expected) in [
        ("no answer", "", Then::Hang, silent),
        ("cut in the body", sized, Then::Reset, broken),
        // Nobody said that this was the end of it (RFC 8446, 6.1).
        ("torn off", open_ended, Then::Reset, broken),
    ] {
        let acts = vec![Act::new(answer, then)];
        cases.push(case(name, good.clone(), &good, acts, expected).await);
    }
    hold(&stack, &cases).await;
}
