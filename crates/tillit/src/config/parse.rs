//! From values as written to the types of [`Config`].

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use secrecy::SecretString;
use tillit_mail::RootCertificates;
use tillit_store::{Duration, Timestamp};
use toml::Value;
use url::Url;

use super::keys::{self, Key};
use super::source::{Given, Origin, Source, bounded};
use super::{
    Cloud, Config, ConfigError, Credential, Database, Keys, Log, MasterSource, Microsoft, Operator, OutgoingMail, Registration, Server,
    Smtp, SmtpSecurity,
};

/// Largest secret or certificate file, in bytes.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// One key of one source, on its way to a type.
struct Entry<'a> {
    key: Key,
    given: Option<&'a Given>,
    source: &'a Source,
}

type Parsed<T> = Result<T, ConfigError>;

impl<'a> Entry<'a> {
    /// Panics never: every name used in this file is in `KEYS`, which a test walks.
    fn of(source: &'a Source, section: &'static str, name: &'static str) -> Self {
        let key = keys::find(section, name).unwrap_or(Key { section, name, allowed: "", what: "" });
        Self { key, given: source.get(key), source }
    }
    fn wrong(&self, why: impl Into<String>) -> ConfigError {
        let origin = self.given.map_or(Origin::Missing, |given| given.origin.clone());
        ConfigError::Value { section: self.key.section, name: self.key.name, origin, why: why.into(), allowed: self.key.allowed }
    }
    fn text(&self) -> Parsed<Option<&'a str>> {
        match self.given.map(|given| &given.value) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Err(self.wrong("is empty")),
            Some(Value::String(text)) if text.len() > 2048 => Err(self.wrong("is longer than 2048 bytes")),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(format!("is of the type {}, not text in quotes", other.type_str()))),
        }
    }
    fn parsed<T>(&self, parse: impl Fn(&str) -> Result<T, String>) -> Parsed<Option<T>> {
        self.text()?.map(|text| parse(text).map_err(|why| self.wrong(why))).transpose()
    }
    fn required<T>(&self, value: Option<T>) -> Parsed<T> {
        value.ok_or_else(|| self.wrong("is missing"))
    }
    fn truth(&self) -> Parsed<bool> {
        match self.given.map(|given| &given.value) {
            None => Ok(false),
            Some(Value::Boolean(value)) => Ok(*value),
            Some(_) => Err(self.wrong("is neither true nor false")),
        }
    }
    fn number<T: TryFrom<i64> + PartialOrd>(&self, range: std::ops::RangeInclusive<T>) -> Parsed<Option<T>> {
        match self.given.map(|given| &given.value) {
            None => Ok(None),
            Some(Value::Integer(n)) => {
                T::try_from(*n).ok().filter(|n| range.contains(n)).map(Some).ok_or_else(|| self.wrong(format!("is {n}")))
            }
            Some(_) => Err(self.wrong("is not a number")),
        }
    }
    fn list<T>(&self, parse: impl Fn(&str) -> Result<T, String>) -> Parsed<Vec<T>> {
        match self.given.map(|given| &given.value) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) if items.len() <= 100 => items
                .iter()
                .map(|item| match item {
                    Value::String(text) => parse(text).map_err(|why| self.wrong(format!("holds \"{text}\", which {why}"))),
                    _ => Err(self.wrong("holds something that is not text in quotes")),
                })
                .collect(),
            Some(Value::Array(_)) => Err(self.wrong("has more than 100 entries")),
            Some(_) => Err(self.wrong("is not a list in square brackets")),
        }
    }
    fn address(&self) -> Parsed<Option<SocketAddr>> {
        self.parsed(|text| text.parse().map_err(|_| format!("is \"{text}\", not an address and port")))
    }
    fn url(&self) -> Parsed<Option<Url>> {
        self.parsed(web_address)
    }
    /// A database address; the path of an SQLite file starts from the configuration's folder like every path.
    fn database(&self) -> Parsed<Option<SecretString>> {
        // The text may hold a password, so it is not repeated.
        let Some(text) = self.text()? else { return Ok(None) };
        match tillit_store::Engine::of_url(text) {
            None => Err(self.wrong("is not a database address")),
            Some(tillit_store::Engine::Postgres) => Ok(Some(SecretString::from(text))),
            Some(tillit_store::Engine::Sqlite) => {
                let path = text.trim_start_matches("sqlite:").trim_start_matches("//");
                Ok(Some(SecretString::from(format!("sqlite:{}", self.source.folder.join(path).display()))))
            }
        }
    }
    fn path(&self) -> Parsed<Option<PathBuf>> {
        Ok(self.text()?.map(|text| self.source.folder.join(text)))
    }
    fn file(&self, private: bool) -> Parsed<Option<String>> {
        let Some(path) = self.path()? else { return Ok(None) };
        let cannot = |error: std::io::Error| self.wrong(format!("names {}, which cannot be read: {error}", path.display()));
        let about = std::fs::metadata(&path).map_err(cannot)?;
        // A pipe would wait for a writer; a device may never end.
        if !about.is_file() {
            return Err(self.wrong(format!("names {}, which is no file", path.display())));
        }
        if private && readable_by_others(&about) {
            return Err(self.wrong(format!("names {0}, which others can read; run `chmod 600 {0}`", path.display())));
        }
        bounded(&path, MAX_SECRET_BYTES).map(|text| Some(text.trim_end().to_owned())).map_err(cannot)
    }
    fn secret(&self) -> Parsed<Option<SecretString>> {
        Ok(self.file(true)?.map(SecretString::from))
    }
}

#[cfg(unix)]
fn readable_by_others(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    about.permissions().mode() & 0o077 != 0
}

/// https anywhere, http on loopback only; no user, no fragment.
fn web_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| format!("is \"{text}\", not an address"))?;
    if !url.has_host() {
        return Err("has no host".to_owned());
    }
    match url.scheme() {
        "https" => {}
        "http" if is_on_this_machine(&url) => {}
        _ => return Err("must begin with https:// (http:// only on this machine)".to_owned()),
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("must not hold a user, a password or a fragment".to_owned());
    }
    Ok(url)
}

fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn origin_only(text: &str) -> Result<Url, String> {
    let url = web_address(text)?;
    if url.path() == "/" && url.query().is_none() { Ok(url) } else { Err("must end after the host and port, without a path".to_owned()) }
}

fn sub_processor(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fits = (1..=200).contains(&text.chars().count()) && !text.contains(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err("is empty, longer than 200 characters, or not one line".to_owned()) }
}

fn mail_address(text: &str) -> Result<String, String> {
    match text.split_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && domain.contains('.')
                && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c)) =>
        {
            Ok(text.to_owned())
        }
        _ => Err(format!("is \"{text}\", not a mail address")),
    }
}

/// The end of a day (UTC), as `2027-11-30`: Microsoft shows the day on which a secret ends.
fn end_of_day(text: &str) -> Result<Timestamp, String> {
    let wrong = |_| format!("is \"{text}\", not a date");
    let date = jiff::civil::Date::strptime("%Y-%m-%d", text).map_err(wrong)?;
    let begins = jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_err(wrong)?;
    Ok(Timestamp::from_unix_seconds(begins.as_second()) + Duration::days(1))
}

fn guid(text: &str) -> Result<String, String> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if lengths == [8, 4, 4, 4, 12] && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit())) {
        Ok(text.to_lowercase())
    } else {
        Err(format!("is \"{text}\", not a GUID"))
    }
}

pub(super) fn config(source: &Source) -> Parsed<Config> {
    let at = |section, name| Entry::of(source, section, name);
    let (url, server) = (at("database", "url"), server(source)?);
    Ok(Config {
        mail: mail(source, &server.public_url)?,
        clock_file: clock_file(source, &server.public_url)?,
        server,
        database: Database { url: url.required(url.database()?)?, migrate_url: at("database", "migrate_url").database()? },
        keys: keys(source)?,
        backup_recipients: at("backup", "recipients").list(recipient)?,
        operator: operator(source)?,
        allowed_issuers: at("oidc", "allowed_issuers").list(|text| web_address(text).map(|_| text.to_owned()))?,
        microsoft: microsoft(source)?,
        dns_resolvers: dns_resolvers(source)?,
        log: log(source)?,
    })
}

/// A recipient of age. A typing error is found at the start, not at night by the backup.
fn recipient(text: &str) -> Result<String, String> {
    let one = [text.to_owned()];
    tillit_backup::Lock::recipients(&one).map(|_| text.to_owned()).map_err(|_| "is no recipient of age".to_owned())
}

fn keys(source: &Source) -> Parsed<Keys> {
    let at = |name| Entry::of(source, "keys", name);
    let (file, wraps, epochs) = (at("file"), at("wraps"), at("epochs"));
    let mut given = Vec::new();
    if let Some(path) = file.path()? {
        given.push(("file", MasterSource::File(path)));
    }
    if let Some(program) = program(&at("command"))? {
        given.push(("command", MasterSource::Command(program)));
    }
    if let Some(program) = program(&at("kms"))? {
        given.push(("kms", MasterSource::Kms(program)));
    }
    let chosen = match (wraps.text()?, given.as_slice()) {
        (_, []) => return Err(file.wrong("is missing, and so are keys.command and keys.kms; one of them must be given")),
        (None, [_]) => 0,
        (None, _) => return Err(wraps.wrong("is missing: more than one source of master keys is given")),
        (Some(name), all) => {
            all.iter().position(|(known, _)| *known == name).ok_or_else(|| wraps.wrong(format!("is \"{name}\", which is not given")))?
        }
    };
    let (_, master) = given.remove(chosen);
    let mut folders = epochs.list(|text| if text.is_empty() { Err("is empty".to_owned()) } else { Ok(source.folder.join(text)) })?;
    match (folders.len(), epochs.given) {
        (0, None) => folders.push(source.folder.join("epochs")),
        (1..=4, _) => {}
        (n, _) => return Err(epochs.wrong(format!("has {n} folders"))),
    }
    Ok(Keys {
        master,
        others: given.into_iter().map(|(_, source)| source).collect(),
        epochs: folders,
        backup_days: at("backup_days").number(1..=400)?.unwrap_or(35),
        hold_seconds: at("hold_seconds").number(1..=600)?.unwrap_or(60),
    })
}

/// A program and its arguments; it runs without a shell and without a search path.
fn program(entry: &Entry<'_>) -> Parsed<Option<Vec<String>>> {
    let words = entry.list(|text| Ok(text.to_owned()))?;
    match words.first() {
        None if entry.given.is_some() => Err(entry.wrong("is empty")),
        None => Ok(None),
        Some(path) if !std::path::Path::new(path).is_absolute() => {
            Err(entry.wrong(format!("begins with \"{path}\", which is not an absolute path")))
        }
        Some(_) => Ok(Some(words)),
    }
}

fn server(source: &Source) -> Parsed<Server> {
    let at = |name| Entry::of(source, "server", name);
    let public_url = at("public_url");
    let listen = at("listen").address()?.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8400)));
    Ok(Server {
        listen,
        metrics_listen: metrics_listen(&at("metrics_listen"), listen)?,
        public_url: public_url.required(public_url.parsed(origin_only)?)?,
        single_organisation: at("single_organisation").truth()?,
        trusted_proxies: at("trusted_proxies").number(0..=9)?.unwrap_or(0),
    })
}

/// Numbers about the installation are not for visitors, so they never share the portal's listener.
fn metrics_listen(entry: &Entry<'_>, portal: SocketAddr) -> Parsed<Option<SocketAddr>> {
    match entry.address()? {
        Some(address) if address == portal => Err(entry.wrong("is where the portal listens (server.listen)")),
        address => Ok(address),
    }
}

fn operator(source: &Source) -> Parsed<Operator> {
    let at = |name| Entry::of(source, "operator", name);
    Ok(Operator {
        name: at("name").text()?.unwrap_or("The operator of this installation").to_owned(),
        app_name: at("app_name").text()?.unwrap_or("Tillit").to_owned(),
        support_url: at("support_url").url()?,
        support_email: at("support_email").parsed(mail_address)?,
        privacy_url: at("privacy_url").url()?,
        terms_url: at("terms_url").url()?,
        sub_processors: at("sub_processors").list(sub_processor)?,
    })
}

fn microsoft(source: &Source) -> Parsed<Microsoft> {
    let at = |name| Entry::of(source, "microsoft", name);
    let (cloud, login, graph) = (at("cloud"), at("login_url"), at("graph_url"));
    let (login_url, graph_url) = (login.parsed(origin_only)?, graph.url()?);
    let chosen = cloud.text()?.unwrap_or("global");
    if chosen != "custom" {
        if login_url.is_some() {
            return Err(login.wrong("is only read with cloud = \"custom\""));
        }
        if graph_url.is_some() {
            return Err(graph.wrong("is only read with cloud = \"custom\""));
        }
    }
    let cloud = match chosen {
        "global" => Cloud::Global,
        "us-gov" => Cloud::UsGov,
        "us-dod" => Cloud::UsDod,
        "china" => Cloud::China,
        "custom" => Cloud::Custom { login_url: login.required(login_url)?, graph_url: graph.required(graph_url)? },
        other => return Err(cloud.wrong(format!("is \"{other}\""))),
    };
    Ok(Microsoft { cloud, registration: registration(source)? })
}

fn registration(source: &Source) -> Parsed<Option<Registration>> {
    let at = |name| Entry::of(source, "microsoft", name);
    let (certificate, key, secret) = (at("certificate_file"), at("key_file"), at("client_secret_file"));
    let expires = at("client_secret_expires");
    if expires.given.is_some() && secret.given.is_none() {
        return Err(expires.wrong("is only read with client_secret_file; a certificate tells its own end"));
    }
    let expires = expires.parsed(end_of_day)?;
    let credential = match (certificate.file(false)?, key.secret()?, secret.secret()?) {
        (Some(certificate), Some(key), None) => Some(Credential::Certificate { certificate, key }),
        (None, None, Some(secret)) => Some(Credential::Secret { secret, expires }),
        (None, None, None) => None,
        (Some(_), None, _) => return Err(key.wrong("is missing, and certificate_file needs it")),
        (None, Some(_), _) => return Err(certificate.wrong("is missing, and key_file needs it")),
        (Some(_), Some(_), Some(_)) => return Err(secret.wrong("is given beside a certificate; keep one of the two")),
    };
    let id = at("client_id");
    match (id.parsed(guid)?, credential) {
        (Some(client_id), Some(credential)) => Ok(Some(Registration { client_id, credential })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(certificate.wrong("is missing: client_id needs certificate_file and key_file, or client_secret_file")),
        (None, Some(_)) => Err(id.wrong("is missing, and the credential needs it")),
    }
}

pub(super) fn dns_resolvers(source: &Source) -> Parsed<Vec<SocketAddr>> {
    let entry = Entry::of(source, "dns", "resolver");
    let address = |text: &str| match (text.parse::<SocketAddr>(), text.parse::<IpAddr>()) {
        (Ok(address), _) => Ok(address),
        (_, Ok(ip)) => Ok(SocketAddr::new(ip, 53)),
        _ => Err("is not an IP address, with or without a port".to_owned()),
    };
    match entry.list(address)? {
        many if many.len() > tillit_fetch::MOST_RESOLVERS => Err(entry.wrong(format!("has {} entries", many.len()))),
        list => Ok(list),
    }
}

fn mail(source: &Source, public_url: &Url) -> Parsed<OutgoingMail> {
    let folder = Entry::of(source, "smtp", "folder");
    let server = smtp(source)?;
    match (folder.path()?, server) {
        (None, None) => Ok(OutgoingMail::Off),
        (None, Some(server)) => Ok(OutgoingMail::Server(server)),
        (Some(_), Some(_)) => Err(folder.wrong("is given beside smtp.host; keep one of the two")),
        (Some(path), None) => for_trying_out(&folder, public_url).map(|()| OutgoingMail::Folder(path)),
    }
}

/// By how much the demo's clock is ahead. A package has no demo, and knows one time only.
fn clock_file(source: &Source, public_url: &Url) -> Parsed<Option<PathBuf>> {
    let entry = Entry::of(source, "demo", "clock_file");
    let Some(path) = entry.path()? else { return Ok(None) };
    if !cfg!(feature = "demo") {
        return Err(entry.wrong("is only read by a program that was built with the demo"));
    }
    for_trying_out(&entry, public_url).map(|()| Some(path))
}

/// Refuses what would be a hole, or an outage that nobody notices, in an installation that others use.
fn for_trying_out(entry: &Entry<'_>, public_url: &Url) -> Parsed<()> {
    if is_on_this_machine(public_url) {
        Ok(())
    } else {
        Err(entry.wrong("is for trying out on one machine, and server.public_url is an address for others"))
    }
}

fn smtp(source: &Source) -> Parsed<Option<Smtp>> {
    let at = |name| Entry::of(source, "smtp", name);
    let Some(host) = at("host").text()? else { return Ok(None) };
    let (port, security, user, from) = (at("port"), at("security"), at("user"), at("from"));
    let port_number = port.number(1..=u16::MAX)?.unwrap_or(587);
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let security = match security.text()?.unwrap_or("starttls") {
        "starttls" => SmtpSecurity::StartTls,
        "tls" => SmtpSecurity::Tls,
        "none" if loopback => SmtpSecurity::None,
        other => return Err(security.wrong(format!("is \"{other}\""))),
    };
    let login = match (user.text()?, at("password_file").secret()?) {
        (Some(user), Some(password)) => Some((user.to_owned(), password)),
        (None, None) => None,
        _ => return Err(user.wrong("and password_file must be given together")),
    };
    let roots = at("root_certificate_file");
    let extra_roots = match roots.file(false)? {
        Some(pem) => RootCertificates::from_pem(&pem).map_err(|error| roots.wrong(format!("names a file with {error}")))?,
        None => RootCertificates::default(),
    };
    if roots.given.is_some() && security == SmtpSecurity::None {
        return Err(roots.wrong("is given, but security = \"none\" checks no certificate"));
    }
    let from = from.required(from.parsed(mail_address)?)?;
    Ok(Some(Smtp { host: host.to_owned(), port: port_number, security, login, extra_roots, from }))
}

fn log(source: &Source) -> Parsed<Log> {
    let (format, level) = (Entry::of(source, "log", "format"), Entry::of(source, "log", "level"));
    let one_of = |words: &'static [&'static str]| {
        move |text: &str| if words.contains(&text) { Ok(text.to_owned()) } else { Err(format!("is \"{text}\"")) }
    };
    Ok(Log {
        json: format.parsed(one_of(&["text", "json"]))?.as_deref() == Some("json"),
        level: level.parsed(one_of(&["error", "warn", "info", "debug"]))?.unwrap_or_else(|| "info".to_owned()),
    })
}
