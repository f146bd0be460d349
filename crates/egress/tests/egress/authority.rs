//! A certificate authority of a test's own.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Changing, Shared, settings};
use egress::{Egress, Settings};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Whom the partners' certificates are for.
pub const NAME: &str = "hooks.example.com";

static AUTHORITIES: AtomicUsize = AtomicUsize::new(1);

pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// Private key and certificate as PEM.
pub struct Files {
    pub key: NamedTempFile,
    pub certificate: NamedTempFile,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Two of the same name would be taken for one with a broken signature.
        let number = AUTHORITIES.fetch_add(1, Ordering::Relaxed);
        let name = format!("authority {number}");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn root(&self) -> NamedTempFile {
        file(&self.0.pem())
    }

    pub fn acceptor(&self, params: CertificateParams, alpn: &[&str]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        acceptor(certificate.der().clone(), &key, alpn)
    }

    /// For a server that is another program.
    pub fn files(&self, params: CertificateParams) -> Files {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Files {
            key: file(&key.serialize_pem()),
            certificate: file(&certificate.pem()),
        }
    }

    /// A client that trusts it, with loopback permitted, to which every name is this machine.
    pub fn client(&self) -> Egress {
        trusting(&self.root(), settings(), &Changing::new(&[&["127.0.0.1"]]))
    }
}

/// Answers TLS with a certificate that nobody else vouches for.
pub fn self_signed(params: CertificateParams) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    acceptor(certificate.der().clone(), &key, &[])
}

pub fn certificate_for(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

pub fn trusting(root: &NamedTempFile, settings: Settings, names: &Arc<Changing>) -> Egress {
    let settings = Settings {
        extra_roots: Some(root.path().to_owned()),
        ..settings
    };
    Egress::with_lookup(&settings, Arc::new(Shared(Arc::clone(names)))).unwrap()
}

fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair, alpn: &[&str]) -> TlsAcceptor {
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}
