//! `tillit doctor`: looks at everything between the configuration and Microsoft, and says what to mend.

use std::fmt;

use anyhow::{Result, bail};
use secrecy::ExposeSecret as _;
use tillit_fetch::{Fetcher, Limits, Request};
use tillit_sso::protocol::Certificate;
use tillit_sso::registration::redirect_problems;
use tillit_store::{Clock as _, Db, DbOptions, Duration, RoleRights, SystemClock, Timestamp};
use tillit_vault::{EpochReport, Vault, retired_lines};
use url::Url;

use crate::cli::ConfigFile;
use crate::config::{Config, Credential, MasterSource, OutgoingMail};
use crate::{house, keys, say, wiring};

/// Difference of clocks from which sign-ins begin to fail: the checks allow two minutes.
const MOST_SKEW: Duration = Duration::seconds(60);
/// A certificate that ends sooner than this wants a successor now.
const SOON: Duration = Duration::days(60);

/// What one check found.
enum Finding {
    Fine(String),
    /// Works today; somebody should look.
    Look(String),
    /// Does not work; how to mend it.
    Wrong(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine(text) => write!(f, "fine   {text}"),
            Self::Look(text) => write!(f, "look   {text}"),
            Self::Wrong(text) => write!(f, "WRONG  {text}"),
        }
    }
}

use Finding::{Fine, Look, Wrong};

/// Runs every check, even after one has failed.
pub async fn run(file: &ConfigFile) -> Result<()> {
    let config = super::read(file)?;
    let mut findings = vec![Fine("the configuration can be read".to_owned())];
    findings.extend(addresses(&config));
    findings.push(database(&config).await);
    findings.extend(fence(&config).await);
    let now = house::clock(&config)?.now();
    findings.extend(master_lines(&config, now));
    findings.extend(epochs(&config, now));
    findings.extend(super::backup::finding(&config).await.map(|(good, text)| if good { Fine(text) } else { Look(text) }));
    findings.extend(credential(&config, now));
    findings.extend(providers(&config).await?);
    findings.extend(operator(&config));
    findings.push(mail(&config).await);
    findings.extend(metrics(&config));
    let wrong = findings.iter().filter(|finding| matches!(finding, Wrong(_))).count();
    for finding in findings {
        say::line(finding);
    }
    if wrong > 0 {
        bail!("{wrong} of these must be mended before sign-ins work");
    }
    Ok(())
}

/// Public URL, redirect URI and the listener, against each other.
fn addresses(config: &Config) -> Vec<Finding> {
    let public = &config.server.public_url;
    let redirect = house::addresses(config).redirect_uri();
    let problems = redirect_problems(&redirect).into_iter();
    let mut found: Vec<Finding> = problems
        .map(|problem| {
            let text = format!("Microsoft would refuse the redirect URI {redirect}: {problem}; change server.public_url");
            if public.scheme() == "https" { Wrong(text) } else { Look(text) }
        })
        .collect();
    if found.is_empty() {
        found.push(Fine(format!("register exactly this redirect URI (platform Web): {redirect}")));
    }
    match (public.scheme(), config.server.listen.ip().is_loopback()) {
        ("https", true) => found.push(Fine(format!("a TLS proxy must pass {public} on to {}", config.server.listen))),
        ("https", false) => found.push(Look(format!(
            "{} is reachable from other machines over plain HTTP; listen on 127.0.0.1 if the TLS proxy runs here",
            config.server.listen
        ))),
        (_, _) => found.push(Look(format!("{public} is only for trying things on this machine; people need https"))),
    }
    if public.scheme() == "https" && config.server.trusted_proxies == 0 {
        found.push(Look("server.trusted_proxies is 0: behind a proxy all visitors share one address, and its limits".to_owned()));
    }
    found
}

/// Database, migrations and master key; changes nothing.
async fn database(config: &Config) -> Finding {
    let url = config.database.url.expose_secret();
    // Opening would make the file.
    if url.strip_prefix("sqlite:").is_some_and(|path| !std::path::Path::new(path).exists()) {
        return Look("there is no database yet; `tillit init` or `tillit migrate` makes it".to_owned());
    }
    let db = match Db::open(url, &DbOptions::default()).await {
        Ok(db) => db,
        Err(error) => return Wrong(format!("the database does not answer: {error}")),
    };
    let finding = match db.status().await {
        Err(_) => Look("the database is empty; `tillit init` or `tillit migrate` prepares it".to_owned()),
        Ok(status) if status.applied > status.known => {
            Wrong(format!("the database was migrated by a newer Tillit ({} of {}); use that one", status.applied, status.known))
        }
        Ok(status) if status.applied < status.known => {
            Look(format!("{} migrations are waiting; `tillit migrate` or the next start applies them", status.known - status.applied))
        }
        Ok(_) => master_key(config, &db).await,
    };
    db.close().await;
    finding
}

/// Whether row-level security stands between organisations: PostgreSQL only, and only if it answers (said above).
async fn fence(config: &Config) -> Option<Finding> {
    let url = config.database.url.expose_secret();
    if !url.starts_with("postgres") {
        return None;
    }
    let db = Db::open(url, &DbOptions::default()).await.ok()?;
    let rights = db.role_rights().await;
    db.close().await;
    match rights {
        Ok(rights) => rights.map(fenced),
        Err(error) => Some(Wrong(format!("the database does not say what our role may: {error}"))),
    }
}

fn fenced(rights: RoleRights) -> Finding {
    match rights {
        RoleRights { bypasses: true, .. } => Wrong(
            "the role of database.url passes row-level security (superuser or BYPASSRLS), so nothing but our own statements stands between \
             organisations; serve with a role made by CREATE ROLE … LOGIN NOSUPERUSER NOBYPASSRLS"
                .to_owned(),
        ),
        RoleRights { owned: 0, .. } => Fine("the role of database.url owns no table and cannot pass row-level security".to_owned()),
        RoleRights { owned, .. } => Look(format!(
            "the role of database.url owns {owned} tables, so it could take row-level security off; give migrations a role of their own \
             (database.migrate_url) and the serving one SELECT, INSERT, UPDATE, DELETE only"
        )),
    }
}

async fn master_key(config: &Config, db: &Db) -> Finding {
    let cx = match house::operator(config) {
        Err(error) => return Wrong(format!("{error:#}")),
        Ok(cx) => cx,
    };
    let vault = match keys::existing(config).await {
        Err(error) => return Wrong(format!("[keys]: {error}")),
        Ok(master) => Vault::with_options(master, keys::options(config)),
    };
    match vault.prove(db, &cx).await {
        Ok(true) => Fine("the database is up to date, and the master key is its own".to_owned()),
        Ok(false) => {
            Look("the database is up to date, and nothing was sealed in it yet; `tillit init` makes the first organisation".to_owned())
        }
        Err(error) => Wrong(error.to_string()),
    }
}

/// Lines of the key file that only old backups need.
fn master_lines(config: &Config, now: Timestamp) -> Option<Finding> {
    let MasterSource::File(path) = &config.keys.master else { return None };
    let over = retired_lines(path).ok()?.into_iter().find(|line| line.since + keys::backups(config) < now)?;
    Some(Look(format!(
        "line {} of {} is only needed by backups older than {} days; `tillit keys rotate --master` takes it out",
        over.line,
        path.display(),
        config.keys.backup_days
    )))
}

/// Folders of epoch keys: alike, apart from the database, and more than one.
fn epochs(config: &Config, now: Timestamp) -> Vec<Finding> {
    let report = EpochReport::of(&keys::epochs(config), now);
    let mut found = Vec::new();
    for each in &report.folders {
        let folder = each.folder.display();
        if let Some(problem) = &each.problem {
            found.push(Look(format!("keys.epochs, {folder}: {problem}; the start fills a folder that is there and empty")));
        } else if each.lacks > 0 {
            found.push(Look(format!(
                "keys.epochs, {folder} lacks {} keys that another folder has; the background work copies them",
                each.lacks
            )));
        }
        if each.overdue > 0 {
            found.push(Wrong(format!(
                "keys.epochs, {folder} holds {} keys that should have been destroyed: forgotten people can still be read in old backups; \
                 is a worker running (`tillit serve`)?",
                each.overdue
            )));
        }
        if let Some(database) = database_folder(config).filter(|database| each.folder.starts_with(database)) {
            found.push(Look(format!(
                "keys.epochs, {folder} lies in the database's folder {}: a backup of that folder would hold the keys too, and forget nobody",
                database.display()
            )));
        }
    }
    if let [_] = report.folders.as_slice() {
        found.push(Look(
            "keys.epochs names one folder: if it is lost, the profile of every person is; name a second one on another disk".to_owned(),
        ));
    }
    if found.is_empty() {
        found.push(Fine(format!("the {} folders of keys.epochs are alike and hold {} keys", report.folders.len(), report.epochs)));
    }
    found
}

/// Where an SQLite database is.
fn database_folder(config: &Config) -> Option<std::path::PathBuf> {
    let path = config.database.url.expose_secret().strip_prefix("sqlite:")?;
    std::path::Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()).map(std::path::Path::to_owned)
}

/// The operator's credential and its end.
fn credential(config: &Config, now: Timestamp) -> Vec<Finding> {
    let Some(registration) = &config.microsoft.registration else {
        return vec![Look("no microsoft.client_id: organisations can only bring their own registration".to_owned())];
    };
    vec![match &registration.credential {
        Credential::Secret { expires: None, .. } => Look(
            "a client secret does not tell when it ends: write the day into microsoft.client_secret_expires, or use a certificate"
                .to_owned(),
        ),
        Credential::Secret { expires: Some(end), .. } => validity("client secret", None, *end, now),
        Credential::Certificate { certificate, key } => match Certificate::from_pem(certificate, key.expose_secret()) {
            Err(error) => Wrong(format!("microsoft.certificate_file: {error}")),
            Ok(certificate) => validity("certificate", Some(certificate.not_before()), certificate.not_after(), now),
        },
    }]
}

fn validity(what: &str, not_before: Option<Timestamp>, not_after: Timestamp, now: Timestamp) -> Finding {
    let days = (not_after - now).as_seconds() / 86_400;
    if not_before.is_some_and(|begin| now < begin) {
        Wrong(format!("the {what} is not valid yet; check this machine's clock"))
    } else if now >= not_after {
        Wrong(format!("the {what} has expired; make a new one at Microsoft and change the configuration"))
    } else if not_after - now < SOON {
        Look(format!("the {what} ends in {days} days; make its successor beside it now"))
    } else {
        Fine(format!("the {what} is good for {days} days"))
    }
}

/// A provider whose metadata is looked at.
struct Asked {
    /// Where it is, without the path of the metadata.
    base: String,
    /// What it must call itself, where that is known beforehand.
    issuer: Option<String>,
    /// Whether sign-ins rest on it now.
    needed: bool,
}

/// Metadata of the cloud and of every allowed issuer, and the clocks.
async fn providers(config: &Config) -> Result<Vec<Finding>> {
    let cloud = house::cloud(&config.microsoft.cloud)?;
    let microsoft =
        Asked { base: format!("{}/organizations/v2.0", cloud.login()), issuer: None, needed: config.microsoft.registration.is_some() };
    let others = config.allowed_issuers.iter().map(|issuer| Asked {
        base: issuer.trim_end_matches('/').to_owned(),
        issuer: Some(issuer.clone()),
        needed: true,
    });
    let fetcher = Fetcher::new(house::policy(config)?)?;
    let mut found = Vec::new();
    for asked in std::iter::once(microsoft).chain(others) {
        found.extend(metadata(&fetcher, &asked).await);
    }
    Ok(found)
}

async fn metadata(fetcher: &Fetcher, asked: &Asked) -> Vec<Finding> {
    let base = &asked.base;
    let wrong = |text: String| if asked.needed { Wrong(text) } else { Look(text) };
    let Ok(url) = Url::parse(&format!("{base}/.well-known/openid-configuration")) else {
        return vec![wrong(format!("{base} is no address"))];
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    let response = match fetcher.send(Request::get(url, Limits::default())).await {
        Ok(response) => response,
        Err(error) => return vec![wrong(format!("{base} does not answer: {error}. May this machine reach it?"))],
    };
    let document: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let says = |name: &str| document.get(name).and_then(serde_json::Value::as_str);
    let complete = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"].into_iter().all(|name| says(name).is_some());
    let other_name = says("issuer").filter(|issuer| asked.issuer.as_deref().is_some_and(|wanted| wanted != *issuer));
    vec![
        if !response.status.is_success() || !complete {
            wrong(format!("{base} answers {} without usable metadata; is the address right?", response.status.as_u16()))
        } else if let Some(name) = other_name {
            wrong(format!("{base} calls itself \"{name}\"; write exactly that into oidc.allowed_issuers"))
        } else {
            Fine(format!("{base} answers with its metadata"))
        },
        // Two machines' clocks, also where a demo's time is ahead.
        skew(&host, response.date.as_deref(), SystemClock.now()),
    ]
}

/// Tokens are only believed near the provider's time.
fn skew(host: &str, date: Option<&str>, now: Timestamp) -> Finding {
    let Some(theirs) = date.and_then(tillit_fetch::http_date) else {
        return Look(format!("{host} does not tell its time, so the clocks could not be compared"));
    };
    let difference = (Timestamp::from_unix_seconds(theirs) - now).as_seconds();
    if difference.abs() > MOST_SKEW.as_seconds() {
        Wrong(format!("this machine's clock differs from {host}'s by {difference} seconds; let NTP set it"))
    } else {
        Fine(format!("this machine's clock and {host}'s agree within {} seconds", difference.abs().max(1)))
    }
}

/// Links that stand on every refusal page, and whom warnings reach.
fn operator(config: &Config) -> Vec<Finding> {
    let operator = &config.operator;
    let mut missing = Vec::new();
    if operator.support_url.is_none() && operator.support_email.is_none() {
        missing.push("support_url or support_email");
    }
    if operator.privacy_url.is_none() {
        missing.push("privacy_url");
    }
    if operator.terms_url.is_none() {
        missing.push("terms_url");
    }
    let mut found = vec![if missing.is_empty() {
        Fine("every refusal page shows support, privacy and terms".to_owned())
    } else {
        Look(format!("[operator] has no {}; whoever is refused will look for it", missing.join(", ")))
    }];
    if config.microsoft.registration.is_some() && operator.support_email.is_none() {
        found.push(Look("no operator.support_email: when the credential of [microsoft] nears its end, nobody is told by mail".to_owned()));
    }
    found
}

/// Connects to the mail server and logs in; sends nothing.
async fn mail(config: &Config) -> Finding {
    let smtp = match &config.mail {
        // Sign-ins work without it.
        OutgoingMail::Off => {
            return Look("no [smtp]: warnings about expiring credentials and notices of recovery reach nobody".to_owned());
        }
        OutgoingMail::Folder(folder) => {
            return Look(format!("mails are written to {} and reach nobody (smtp.folder): for trying out only", folder.display()));
        }
        OutgoingMail::Server(smtp) => smtp,
    };
    let checked = match wiring::mailer(config) {
        Ok(mailer) => mailer.check().await,
        Err(error) => return Wrong(format!("{error:#}")),
    };
    match checked {
        Ok(()) => Fine(format!("the mail server {}:{} takes mail from us", smtp.host, smtp.port)),
        Err(error) => Look(format!(
            "{error} ({}:{}); is its certificate from an own authority (smtp.root_certificate_file)? Sign-ins work without mail",
            smtp.host, smtp.port
        )),
    }
}

/// Who can read the numbers.
fn metrics(config: &Config) -> Option<Finding> {
    let address = config.server.metrics_listen?;
    Some(if address.ip().is_loopback() {
        Fine(format!("metrics answer on http://{address}/metrics, for this machine only"))
    } else {
        Look(format!("metrics answer on http://{address}/metrics, without a password: let only your monitoring reach that port"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_435_200_000_000);

    #[test]
    fn a_role_that_passes_the_second_fence_is_wrong_and_one_that_could_take_it_off_is_looked_at() {
        assert!(matches!(fenced(RoleRights { bypasses: true, owned: 0 }), Wrong(_)));
        assert!(matches!(fenced(RoleRights { bypasses: false, owned: 3 }), Look(_)));
        assert!(matches!(fenced(RoleRights { bypasses: false, owned: 0 }), Fine(_)));
    }

    #[test]
    fn a_clock_that_is_wrong_is_found() {
        let date = "Mon, 23 Nov 2026 12:00:00 GMT";
        assert!(matches!(skew("h", Some(date), NOW), Fine(_)));
        assert!(matches!(skew("h", Some(date), NOW + Duration::minutes(5)), Wrong(_)));
        assert!(matches!(skew("h", None, NOW), Look(_)));
        assert!(matches!(skew("h", Some("yesterday"), NOW), Look(_)));
    }

    #[test]
    fn a_certificate_is_judged_by_its_days() {
        let day = Duration::days(1);
        let judged = |begin, end| validity("certificate", begin, end, NOW);
        assert!(matches!(judged(Some(NOW - day), NOW + Duration::days(365)), Fine(_)));
        assert!(matches!(judged(None, NOW + Duration::days(365)), Fine(_)));
        assert!(matches!(judged(Some(NOW - day), NOW + Duration::days(20)), Look(_)));
        assert!(matches!(judged(Some(NOW - day), NOW - day), Wrong(_)));
        assert!(matches!(judged(Some(NOW + day), NOW + Duration::days(20)), Wrong(_)));
    }
}
