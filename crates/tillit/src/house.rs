//! Builds the house from the configuration: ground first, rooms on it.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use secrecy::ExposeSecret as _;
use tillit_accounts::{Accounts, AfterRestore, LinkPurpose, LinkToken};
use tillit_fetch::{FetchPolicy, Fetcher, Origin};
use tillit_sso::protocol::{BaseUrl, Certificate, ClientAuthentication, ClientId, Cloud, Issuer};
use tillit_sso::service::{MicrosoftConfig, OperatorCredential, Parts, Sso, SsoConfig};
use tillit_store::{Actor, Clock, Cx, Db, DbOptions, Random, Scope, SystemClock, SystemRandom};
use tillit_vault::Vault;
use url::{Host, Url};

use crate::config::{self, Config, Credential};
use crate::keys;

/// How long sign-ins whose browser is gone may take to end when the program ends.
const LONGEST_FAREWELL: std::time::Duration = std::time::Duration::from_secs(8);

/// Ground, hall and rooms of one installation.
pub struct House {
    /// Database.
    pub db: Db,
    /// Keys.
    pub vault: Vault,
    /// People and sessions.
    pub accounts: Accounts,
    /// Single sign-on.
    pub sso: Sso,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// What the start had to do because a backup was brought back.
    pub brought_back: BroughtBack,
    public_url: Url,
}

/// What a start did with a database that a backup was brought back into.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BroughtBack {
    /// People who had been forgotten since, and were forgotten again.
    pub forgotten_again: usize,
    /// People whose profile was under a destroyed key.
    pub profiles_lost: usize,
    /// Organisations that had been removed since, and were removed again.
    pub removed_again: usize,
    /// Organisations that had chosen since to hold less of their people, and chose it again.
    pub chose_less_again: usize,
    /// What was told and revoked.
    pub after: Option<AfterRestore>,
}

impl House {
    /// Opens the database, proves the master key (making one on the first start), brings the database up to date,
    /// forgets again whom a restored backup brought back, builds the rooms.
    ///
    /// # Errors
    /// Whatever stands in the way, in one sentence; a wrong master key stops here and touches nothing.
    pub async fn open(config: &Config) -> Result<Self> {
        Self::open_at(config, clock(config)?, Arc::new(SystemRandom::default())).await
    }

    /// [`House::open`] with another clock and randomness.
    pub(crate) async fn open_at(config: &Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self> {
        let cx = Cx::new(Scope::Installation, Actor::Operator, None, clock.clone(), random.clone());
        let vault = migrate(config, &cx, random.as_ref()).await?;
        let db = Db::open(config.database.url.expose_secret(), &DbOptions::default()).await.context("open the database")?;
        vault.check(&db, &cx).await?;
        // Before anybody can sign in: this database may be a backup that was brought back.
        vault.note_erasures(&db, &cx).await?;
        let again = vault.replay_erasures(&db, &cx).await?;
        if !again.is_empty() {
            tracing::warn!(people = again.len(), "people in this database had been forgotten; they were forgotten again");
        }
        let lost = vault.replace_lost_secrets(&db, &cx, &keys::sealed_tables()).await?;
        if lost > 0 {
            tracing::warn!(
                people = lost,
                "profiles were sealed under destroyed epoch keys and are lost; these people begin with an empty one"
            );
        }
        let accounts = Accounts::new(db.clone(), vault.clone());
        accounts.begin_installation_log(&cx).await?;
        let removed_again = accounts.replay_removals(&cx).await?;
        if removed_again > 0 {
            tracing::warn!(organisations = removed_again, "organisations in this database had been removed; they were removed again");
        }
        // Also after a start that was interrupted between the two: the rows of people whose keys are gone.
        accounts.forget_keyless(&cx).await?;
        let chose_less_again = accounts.replay_choices(&cx).await?;
        let after = accounts.after_restore(&cx).await?;
        if let Some(AfterRestore { organisations, tokens, invitations, links }) = after {
            tracing::warn!(
                organisations,
                tokens,
                invitations,
                links,
                "a backup was brought back: logs say so; tokens of service identities, invitations and one-time links are void"
            );
        }
        let parts = Parts {
            db: db.clone(),
            vault: vault.clone(),
            accounts: accounts.clone(),
            fetcher: Fetcher::new(policy(config)?).context("prepare outgoing requests")?,
            config: sso_config(config)?,
        };
        let brought_back = BroughtBack { forgotten_again: again.len(), profiles_lost: lost, removed_again, chose_less_again, after };
        Ok(Self { db, vault, accounts, sso: Sso::new(parts), clock, random, brought_back, public_url: config.server.public_url.clone() })
    }

    /// A context for the operator's commands.
    pub fn operator(&self) -> Cx {
        Cx::new(Scope::Installation, Actor::Operator, None, self.clock.clone(), self.random.clone())
    }

    /// Address of a one-time link.
    pub fn link(&self, purpose: LinkPurpose, token: &LinkToken) -> Result<Url> {
        let page = match purpose {
            LinkPurpose::Recover => "recover",
            _ => "set-up",
        };
        self.public_url.join(&format!("/{page}/{}", token.as_str())).context("server.public_url")
    }

    /// Closes the database, once sign-ins under way are through (or too slow).
    pub async fn close(&self) {
        tokio::time::timeout(LONGEST_FAREWELL, self.sso.settled()).await.ok();
        self.db.close().await;
    }
}

/// The time that this installation goes by: the machine's, unless a demo's page let time pass.
///
/// # Errors
/// The file that says so cannot be read.
pub fn clock(config: &Config) -> Result<Arc<dyn Clock>> {
    #[cfg(feature = "demo")]
    if let Some(file) = &config.clock_file {
        let clock = tillit_practice::AheadClock::open(file, Arc::new(SystemClock));
        return Ok(Arc::new(clock.with_context(|| format!("read {} (demo.clock_file)", file.display()))?));
    }
    #[cfg(not(feature = "demo"))]
    let _ = config;
    Ok(Arc::new(SystemClock))
}

/// A context for what the operator does on the host without the whole house.
///
/// # Errors
/// As [`clock`].
pub fn operator(config: &Config) -> Result<Cx> {
    Ok(Cx::new(Scope::Installation, Actor::Operator, None, clock(config)?, Arc::new(SystemRandom::default())))
}

/// Brings the database up to date, once it is clear that its key is at hand: with a wrong key, or none, the
/// database stays as it was, in its schema too.
async fn migrate(config: &Config, cx: &Cx, random: &dyn Random) -> Result<Vault> {
    let url = config.database.migrate_url.as_ref().unwrap_or(&config.database.url);
    let db = Db::open(url.expose_secret(), &DbOptions::default()).await.context("open the database")?;
    let set_up = Vault::is_set_up(&db, cx).await?;
    let vault = Vault::with_options(keys::master(config, set_up, random).await?, keys::options(config));
    if set_up {
        vault.prove(&db, cx).await?;
    }
    db.migrate().await?;
    db.close().await;
    Ok(vault)
}

/// Only what runs on this machine is exempt from the rules for outgoing requests: a custom cloud, which is a practice
/// tenant, and a listed issuer, both with http. Everything with https goes the way of every other request, whoever
/// listed it: to no private address.
pub fn policy(config: &Config) -> Result<FetchPolicy> {
    let mut urls: Vec<Url> = Vec::new();
    if let config::Cloud::Custom { login_url, graph_url } = &config.microsoft.cloud {
        urls.extend([login_url.clone(), graph_url.clone()]);
    }
    for issuer in &config.allowed_issuers {
        urls.push(Url::parse(issuer).context("oidc.allowed_issuers")?);
    }
    let allowed_origins = urls
        .iter()
        .filter(|url| url.scheme() == "http" && is_loopback(url))
        .map(Origin::of)
        .collect::<Result<_, _>>()
        .context("read the addresses of providers")?;
    Ok(FetchPolicy { allowed_origins, ..FetchPolicy::default() })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What single sign-on is told of this installation's own addresses, without what needs a credential.
pub fn addresses(config: &Config) -> SsoConfig {
    SsoConfig { public_url: config.server.public_url.clone(), microsoft: None, allowed_issuers: Vec::new(), single_organisation: false }
}

fn sso_config(config: &Config) -> Result<SsoConfig> {
    let microsoft = match &config.microsoft.registration {
        None => None,
        Some(registration) => Some(MicrosoftConfig {
            cloud: cloud(&config.microsoft.cloud)?,
            client_id: registration.client_id.parse::<ClientId>().context("microsoft.client_id")?,
            authentication: authentication(&registration.credential)?,
            ends: operator_credential(config)?.map(|credential| credential.not_after()),
        }),
    };
    let allowed_issuers =
        config.allowed_issuers.iter().map(|text| text.parse::<Issuer>()).collect::<Result<_, _>>().context("oidc.allowed_issuers")?;
    Ok(SsoConfig {
        public_url: config.server.public_url.clone(),
        microsoft,
        allowed_issuers,
        single_organisation: config.server.single_organisation,
    })
}

/// The cloud, as the room names it.
pub fn cloud(cloud: &config::Cloud) -> Result<Cloud> {
    Ok(match cloud {
        config::Cloud::Global => Cloud::Global,
        config::Cloud::UsGov => Cloud::UsGov,
        config::Cloud::UsDod => Cloud::UsDod,
        config::Cloud::China => Cloud::China,
        config::Cloud::Custom { login_url, graph_url } => Cloud::Custom {
            login: login_url.as_str().trim_end_matches('/').parse::<BaseUrl>().context("microsoft.login_url")?,
            graph: graph_url.as_str().trim_end_matches('/').parse::<BaseUrl>().context("microsoft.graph_url")?,
        },
    })
}

/// The credential of `[microsoft]`, if it is known when it ends.
pub fn operator_credential(config: &Config) -> Result<Option<OperatorCredential>> {
    let Some(registration) = &config.microsoft.registration else { return Ok(None) };
    Ok(match &registration.credential {
        Credential::Certificate { .. } => match authentication(&registration.credential)? {
            ClientAuthentication::Certificate(certificate) => Some(OperatorCredential::certificate(&certificate)),
            _ => None,
        },
        Credential::Secret { expires, .. } => expires.map(|end| OperatorCredential::secret(&registration.client_id, end)),
    })
}

fn authentication(credential: &Credential) -> Result<ClientAuthentication> {
    Ok(match credential {
        Credential::Secret { secret, .. } => ClientAuthentication::Secret(secret.clone()),
        Credential::Certificate { certificate, key } => {
            let certificate = Certificate::from_pem(certificate, key.expose_secret()).context("microsoft.certificate_file and key_file")?;
            ClientAuthentication::Certificate(certificate)
        }
    })
}

#[cfg(test)]
mod tests {
    use tillit_store::on_both_engines;
    use tillit_vault::MasterKey;

    use super::*;

    #[tokio::test]
    async fn a_lost_key_file_is_not_replaced_by_a_new_key_beside_sealed_data() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tillit.toml");
        let database = folder.path().join("t.db");
        let text = format!(
            "[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"sqlite:{}\"\n[keys]\nfile = \"master.key\"\n",
            database.display()
        );
        std::fs::write(&file, text).unwrap();
        let config = Config::load(Some(&file), std::iter::empty()).unwrap();
        House::open(&config).await.unwrap().close().await;
        let file = folder.path().join("master.key");
        let key = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let error = House::open(&config).await.err().unwrap().to_string();
        assert!(error.contains("is missing") && error.contains("put the file back"), "{error}");
        assert!(!file.exists(), "nothing stands where the right key belongs");
        std::fs::write(&file, key).unwrap();
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        House::open(&config).await.unwrap().close().await;
    }

    #[tokio::test]
    async fn an_issuer_that_the_operator_listed_is_asked_at_no_private_address() {
        let config = |rest: &str| {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("tillit.toml");
            let text = "[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"k\"\n";
            std::fs::write(&file, format!("{text}{rest}")).unwrap();
            Config::load(Some(&file), std::iter::empty()).unwrap()
        };
        for host in ["localhost", "127.0.0.1", "10.0.0.1", "[::1]"] {
            let config = config(&format!("[oidc]\nallowed_issuers = [\"https://{host}/realm\"]\n"));
            let fetcher = Fetcher::new(policy(&config).unwrap()).unwrap();
            let url = format!("https://{host}/realm/.well-known/openid-configuration").parse().unwrap();
            let error = fetcher.send(tillit_fetch::Request::get(url, tillit_fetch::Limits::default())).await.unwrap_err();
            let refused = matches!(error.kind, tillit_fetch::FetchErrorKind::Refused(tillit_fetch::Refusal::Address(..)));
            assert!(refused, "{host}: {error}");
        }
        let custom = "[microsoft]\ncloud = \"custom\"\nlogin_url = \"https://10.0.0.1\"\ngraph_url = \"https://10.0.0.1/graph\"\n";
        assert!(policy(&config(custom)).unwrap().allowed_origins.is_empty());
        let here = config("[oidc]\nallowed_issuers = [\"http://127.0.0.1:8401/realm\"]\n");
        assert_eq!(policy(&here).unwrap().allowed_origins, ["http://127.0.0.1:8401".parse::<Origin>().unwrap()]);
    }

    tillit_store::statements! { unlisted "house tests";
        /// As if the newest migration had not been there at the last start.
        FORGET_MIGRATION = "DELETE FROM _sqlx_migrations WHERE version = 5";
        COUNT_MIGRATIONS = "SELECT COUNT(*) AS n FROM _sqlx_migrations";
    }

    on_both_engines!(a_wrong_or_lost_key_touches_nothing_not_even_the_schema, |t| {
        let folder = tempfile::tempdir().unwrap();
        let (file, key) = (folder.path().join("tillit.toml"), folder.path().join("master.key"));
        let url = if t.url.starts_with("sqlite:") { format!("sqlite:{}/t.db", folder.path().display()) } else { t.url.clone() };
        let text =
            format!("[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"{url}\"\n[keys]\nfile = \"master.key\"\n");
        std::fs::write(&file, text).unwrap();
        let config = Config::load(Some(&file), std::iter::empty()).unwrap();
        House::open(&config).await.unwrap().close().await;
        let db = Db::open(&url, &DbOptions::default()).await.unwrap();
        let mut tx = db.begin(&t.cx()).await.unwrap();
        tx.execute(FORGET_MIGRATION, vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let migrations = async || {
            let mut tx = db.begin(&t.cx()).await.unwrap();
            tx.fetch_one(COUNT_MIGRATIONS, vec![]).await.unwrap().get::<i64>("n").unwrap()
        };
        let before = migrations().await;
        std::fs::remove_file(&key).unwrap();
        let error = House::open(&config).await.err().unwrap().to_string();
        assert!(error.contains("is missing"), "{error}");
        MasterKey::generate_file(&key, &SystemRandom::default()).unwrap();
        let error = House::open(&config).await.err().unwrap().to_string();
        assert!(error.contains("not the master key"), "{error}");
        assert_eq!(migrations().await, before);
    });
}
