//! Sending through a mail server.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use tillit_jobs::Failure;

use crate::error::MailError;
use crate::outgoing::address;
use crate::roots::RootCertificates;

/// Longest wait for one answer of the mail server.
const TIMEOUT: Duration = Duration::from_secs(20);

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS, required: a server that does not offer it gets no mail (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None: only for a server on this machine.
    None,
}

/// A mail server.
#[derive(Clone)]
pub struct SmtpOptions {
    /// Host, by name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User and password.
    pub login: Option<(String, SecretString)>,
    /// Sender of all mails.
    pub from: String,
    /// Root certificates trusted for this server beside the built-in ones.
    pub extra_roots: RootCertificates,
}

impl fmt::Debug for SmtpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpOptions({}:{}, {:?})", self.host, self.port, self.security)
    }
}

pub(crate) struct Smtp {
    pub(crate) from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Smtp {
    pub(crate) fn new(options: &SmtpOptions) -> Result<Self, MailError> {
        let from = address(&options.from).ok_or(MailError::Sender)?;
        let tls = match options.security {
            Security::StartTls => Tls::Required(tls(options)?),
            Security::Tls => Tls::Wrapper(tls(options)?),
            Security::None if is_this_machine(&options.host) => Tls::None,
            Security::None => return Err(MailError::Unprotected { host: options.host.clone() }),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(options.host.as_str())
            .port(options.port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .pool_config(PoolConfig::new().max_size(2).idle_timeout(Duration::from_secs(20)));
        if let Some((user, password)) = &options.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        Ok(Self { from: Mailbox::new(Some("Tillit".to_owned()), from), transport: builder.build() })
    }

    pub(crate) async fn send(&self, message: Message) -> Result<(), Failure> {
        self.transport.send(message).await.map(|_| ()).map_err(|error| failure(&error))
    }

    pub(crate) async fn check(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Server("it does not answer as a mail server".to_owned())),
            Err(error) => Err(MailError::Server(describe(&error))),
        }
    }
}

fn tls(options: &SmtpOptions) -> Result<TlsParameters, MailError> {
    options.extra_roots.trusted(TlsParameters::builder(options.host.clone())).build().map_err(|_| MailError::Tls)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// What an error means for the job. A refusal for good (5xx) ends it, except one of the login:
/// the operator can mend that while the mail waits (RFC 4954 section 6).
fn failure(error: &SmtpError) -> Failure {
    let login = error.status().is_some_and(|code| matches!(code.to_string().as_str(), "530" | "534" | "535" | "538"));
    if error.is_permanent() && !login { Failure::fatal(describe(error)) } else { Failure::retry(describe(error)) }
}

/// A failed handshake comes as an input/output error with invalid data.
fn is_tls(error: &SmtpError) -> bool {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source()).take(16);
    let invalid =
        |cause: &(dyn Error + 'static)| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::InvalidData);
    error.is_tls() || causes.into_iter().any(invalid)
}

/// The kind of an error and the server's code. Never its words: they often repeat the recipient.
fn describe(error: &SmtpError) -> String {
    match error.status() {
        Some(code) if error.is_permanent() => format!("refused with {code}"),
        Some(code) => format!("refused for now with {code}"),
        None if error.is_timeout() => "no answer in time".to_owned(),
        None if is_tls(error) => "TLS failed: certificate or protocol".to_owned(),
        None if error.is_client() => "it does not offer what is needed (STARTTLS, login)".to_owned(),
        None if error.is_response() => "its answer is not SMTP".to_owned(),
        None => "no connection".to_owned(),
    }
}
