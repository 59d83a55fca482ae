//! Certificates: whom the fetcher believes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use url::Url;

use super::{Scripted, limits, policy};
use crate::{FetchErrorKind, FetchPolicy, Fetcher, Request};

const NAME: &str = "provider.example";

/// A certificate authority of our own.
struct Authority {
    pem: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem().into_bytes();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A server that proves itself with a certificate for `name`; counts what it is asked.
    async fn server(&self, name: &str, expired: bool) -> (SocketAddr, Arc<AtomicUsize>) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if expired {
            (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2020, 2, 1));
        }
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, counter) = (acceptor.clone(), counter.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    if matches!(stream.read(&mut [0; 4096]).await, Ok(1..)) {
                        counter.fetch_add(1, Ordering::SeqCst);
                        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.ok();
                        stream.shutdown().await.ok();
                    }
                });
            }
        });
        (address, asked)
    }
}

/// Asks `https://provider.example:PORT/`, which leads to the server.
async fn ask(server: SocketAddr, roots: Vec<Vec<u8>>) -> Result<String, FetchErrorKind> {
    let origin = format!("https://{NAME}:{}", server.port());
    let policy = FetchPolicy { extra_roots: roots, ..policy(&origin) };
    let fetcher = Fetcher::with_resolver(policy, Scripted::new(&[&["127.0.0.1"]])).unwrap();
    let answer = fetcher.send(Request::get(origin.parse::<Url>().unwrap(), limits())).await;
    answer.map(|answer| String::from_utf8(answer.body.to_vec()).unwrap()).map_err(|error| error.kind)
}

#[tokio::test]
async fn a_certificate_of_a_listed_root_is_believed() {
    let authority = Authority::new();
    let (server, asked) = authority.server(NAME, false).await;
    // Two roots in one file: each counts.
    let bundle = [Authority::new().pem, authority.pem].concat();
    assert_eq!(ask(server, vec![bundle]).await.as_deref(), Ok("ok"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn any_other_certificate_ends_the_connection_before_a_request_is_sent() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for (what, server, asked) in [
        ("unknown root", stranger.server(NAME, false).await),
        ("another name", authority.server("other.example", false).await),
        ("expired", authority.server(NAME, true).await),
    ]
    .map(|(what, (server, asked))| (what, server, asked))
    {
        let error = ask(server, vec![authority.pem.clone()]).await.unwrap_err();
        let FetchErrorKind::Connect(why) = error else { panic!("{what}: {error}") };
        assert!(why.contains("certificate"), "{what}: {why}");
        assert_eq!(asked.load(Ordering::SeqCst), 0, "{what}");
    }
}
