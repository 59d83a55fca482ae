//! Mail servers with good and bad certificates.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::*;

/// A root certificate, and a server's acceptor for a certificate of that root.
fn certificate(name: &str) -> (RootCertificates, TlsAcceptor) {
    let root_key = KeyPair::generate().unwrap();
    let mut root = CertificateParams::new(vec![]).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = root.self_signed(&root_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())))
        .unwrap();
    (RootCertificates::from_pem(&pem).unwrap(), TlsAcceptor::from(Arc::new(config)))
}

/// A sink behind TLS; with `starttls`, in the clear until the client asks for it.
async fn sink(acceptor: TlsAcceptor, starttls: bool) -> Sink {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(String::new()));
    let notes = heard.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (acceptor, notes) = (acceptor.clone(), notes.clone());
            tokio::spawn(async move {
                if starttls {
                    stream.write_all(b"220 sink\r\n").await.ok();
                    let mut lines = BufReader::new(&mut stream).lines();
                    lines.next_line().await.ok();
                    lines.get_mut().write_all(b"250-sink\r\n250 STARTTLS\r\n").await.ok();
                    lines.next_line().await.ok();
                    lines.get_mut().write_all(b"220 go on\r\n").await.ok();
                }
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                if !starttls {
                    stream.write_all(b"220 sink\r\n").await.ok();
                }
                converse(stream, &[], notes).await;
            });
        }
    });
    Sink { port, heard }
}

#[tokio::test]
async fn mail_goes_over_tls_to_a_server_whose_root_is_listed() {
    for (security, starttls) in [(Security::Tls, false), (Security::StartTls, true)] {
        let (root, acceptor) = certificate("127.0.0.1");
        let sink = sink(acceptor, starttls).await;
        let options = SmtpOptions { extra_roots: root, ..sink.options(security) };
        Mailer::smtp(&options).unwrap().check().await.unwrap();
        assert!(sink.heard().contains("AUTH PLAIN"), "logged in, behind TLS: {}", sink.heard());
    }
}

#[tokio::test]
async fn a_server_with_another_certificate_hears_nothing() {
    let (root, _) = certificate("127.0.0.1");
    for (security, starttls) in [(Security::Tls, false), (Security::StartTls, true)] {
        for (what, (own_root, acceptor)) in [("unknown root", certificate("127.0.0.1")), ("another name", certificate("other.example"))] {
            let sink = sink(acceptor, starttls).await;
            let roots = if what == "unknown root" { root.clone() } else { own_root };
            let options = SmtpOptions { extra_roots: roots, ..sink.options(security) };
            let error = Mailer::smtp(&options).unwrap().check().await.unwrap_err();
            assert_eq!(error.to_string(), "the mail server: TLS failed: certificate or protocol", "{what}");
            assert_eq!(sink.heard(), "", "{what}");
        }
    }
}

#[test]
fn a_root_certificate_that_is_none_is_refused_when_it_is_read() {
    let garbage = "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n";
    let broken = "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n";
    let key = KeyPair::generate().unwrap().serialize_pem();
    for text in ["", "nonsense", garbage, broken, &key, &garbage.repeat(101)] {
        assert!(matches!(RootCertificates::from_pem(text), Err(MailError::RootCertificate)), "{text}");
    }
}
