//! Configuration: `tillit.toml`, with every key also as `TILLIT_SECTION__KEY`.
//!
//! Parsed once into [`Config`], whose types carry what was checked. An unknown key, a missing
//! file or a bad value stops the start and names the key, the line and what is allowed.

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod keys;
mod parse;
mod source;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tillit_mail::RootCertificates;
use tillit_store::Timestamp;
use url::Url;

pub use keys::KEYS;
pub use source::Origin;

/// What is wrong with the configuration. The text is for the person who starts the program.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// The file is not TOML of sections and keys.
    #[error("{}, line {line}: {why}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What the parser says.
        why: String,
    },
    /// There is no such key.
    #[error("{origin}: there is no key \"{key}\"{}", near.as_ref().map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_else(|| "; `tillit config schema` lists all keys".to_owned()))]
    UnknownKey {
        /// As written, `section.key`.
        key: String,
        /// Where.
        origin: Origin,
        /// Closest known key.
        near: Option<String>,
    },
    /// The value is not allowed.
    #[error("{origin}: {section}.{name} {why}; allowed: {allowed}")]
    Value {
        /// Section.
        section: &'static str,
        /// Key.
        name: &'static str,
        /// Where.
        origin: Origin,
        /// What is wrong.
        why: String,
        /// What may stand there.
        allowed: &'static str,
    },
}

/// The whole configuration, checked.
#[derive(Debug)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[database]`
    pub database: Database,
    /// `[keys]`
    pub keys: Keys,
    /// `[backup] recipients`: for whom backups are encrypted.
    pub backup_recipients: Vec<String>,
    /// `[operator]`
    pub operator: Operator,
    /// `[oidc] allowed_issuers`, character by character: issuers are compared exactly.
    pub allowed_issuers: Vec<String>,
    /// `[microsoft]`; without a client id, organisations can only bring their own registration.
    pub microsoft: Microsoft,
    /// `[dns] resolver`; the machine's own if empty.
    pub dns_resolvers: Vec<SocketAddr>,
    /// `[smtp]`: where outgoing mail goes.
    pub mail: OutgoingMail,
    /// `[demo] clock_file`: says by how much the clock is ahead. Only in a program that was built with the demo.
    pub clock_file: Option<PathBuf>,
    /// `[log]`
    pub log: Log,
}

/// `[server]`
#[derive(Debug)]
pub struct Server {
    /// Where the portal listens.
    pub listen: SocketAddr,
    /// Where `/metrics` answers, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// What people type: scheme, host and port, no path.
    pub public_url: Url,
    /// Only one organisation lives here.
    pub single_organisation: bool,
    /// How many reverse proxies stand in front; so many entries of X-Forwarded-For are believed.
    pub trusted_proxies: u8,
}

/// `[database]`
#[derive(Debug)]
pub struct Database {
    /// `sqlite:…` or `postgres://…`. May hold a password: never logged.
    pub url: SecretString,
    /// Address for migrations, if another.
    pub migrate_url: Option<SecretString>,
}

/// `[keys]`: where the master key and the epochs are.
#[derive(Debug)]
pub struct Keys {
    /// Who wraps.
    pub master: MasterSource,
    /// Who still unwraps.
    pub others: Vec<MasterSource>,
    /// Folders of epoch keys.
    pub epochs: Vec<PathBuf>,
    /// How long backups are kept, in days.
    pub backup_days: u16,
    /// How long keys are held in memory, in seconds.
    pub hold_seconds: u16,
}

/// Where a master key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterSource {
    /// A file.
    File(PathBuf),
    /// A program that prints it.
    Command(Vec<String>),
    /// A program that wraps and unwraps.
    Kms(Vec<String>),
}

/// `[operator]`: who runs this, for the links on every refusal page.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Name of the operator.
    pub name: String,
    /// Name of the app registration.
    pub app_name: String,
    /// Help pages.
    pub support_url: Option<Url>,
    /// Help by mail.
    pub support_email: Option<String>,
    /// Privacy statement.
    pub privacy_url: Option<Url>,
    /// Terms of use.
    pub terms_url: Option<Url>,
    /// Who else processes data, one each, in the operator's words.
    pub sub_processors: Vec<String>,
}

/// `[microsoft]`
#[derive(Debug)]
pub struct Microsoft {
    /// The cloud.
    pub cloud: Cloud,
    /// Client id of the operator's registration, with its credential.
    pub registration: Option<Registration>,
}

/// A Microsoft cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cloud {
    /// login.microsoftonline.com
    Global,
    /// US Government L4
    UsGov,
    /// US Government L5
    UsDod,
    /// Operated by 21Vianet
    China,
    /// Hosts of one's own, for practice tenants.
    Custom {
        /// Sign-in host.
        login_url: Url,
        /// Graph host.
        graph_url: Url,
    },
}

/// The operator's multi-tenant registration.
#[derive(Debug)]
pub struct Registration {
    /// Application (client) id, a GUID.
    pub client_id: String,
    /// How Tillit proves to be that application.
    pub credential: Credential,
}

/// How Tillit proves to Microsoft who it is.
#[derive(Debug)]
pub enum Credential {
    /// Certificate and key, PEM.
    Certificate {
        /// PEM of the certificate.
        certificate: String,
        /// PEM of the key.
        key: SecretString,
    },
    /// Client secret.
    Secret {
        /// The secret.
        secret: SecretString,
        /// When it ends, if the operator wrote that down.
        expires: Option<Timestamp>,
    },
}

/// `[smtp]`: where outgoing mail goes.
#[derive(Debug)]
pub enum OutgoingMail {
    /// Nowhere.
    Off,
    /// To a mail server.
    Server(Smtp),
    /// Into a folder, and to nobody: for trying out on one machine.
    Folder(PathBuf),
}

/// `[smtp]` with a mail server.
#[derive(Debug)]
pub struct Smtp {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection of the connection.
    pub security: SmtpSecurity,
    /// User and password.
    pub login: Option<(String, SecretString)>,
    /// Root certificates trusted beside the public ones.
    pub extra_roots: RootCertificates,
    /// Sender.
    pub from: String,
}

/// Protection of the connection to the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None; loopback only.
    None,
}

/// `[log]`
#[derive(Debug, Clone)]
pub struct Log {
    /// JSON lines instead of text.
    pub json: bool,
    /// Least severe level that is written.
    pub level: String,
}

impl Config {
    /// Reads and checks everything.
    ///
    /// # Errors
    /// [`ConfigError`], with the key, its place and what is allowed.
    pub fn load(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        parse::config(&source::Source::read(file, environment)?)
    }
}

/// `[dns] resolver` alone, for who needs no more of the configuration.
///
/// # Errors
/// [`ConfigError`]: the file cannot be read, has a key that is not known, or the resolvers are none.
pub fn dns_resolvers(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Vec<SocketAddr>, ConfigError> {
    parse::dns_resolvers(&source::Source::read(file, environment)?)
}

/// The reference of all keys, as text for `tillit config schema`.
pub fn schema() -> String {
    let mut out = String::new();
    let mut section = "";
    for key in KEYS {
        if key.section != section {
            section = key.section;
            out.push_str(&format!("\n[{section}]\n"));
        }
        out.push_str(&format!("{} = {}\n    {} Also {}.\n", key.name, key.allowed, key.what, key.variable()));
    }
    out.trim_start().to_owned()
}

#[cfg(test)]
mod tests;
