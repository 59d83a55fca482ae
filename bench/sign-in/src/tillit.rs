//! Tillit: an organisation is activated through its rooms, then `tillit serve` is started on it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use secrecy::SecretString;
use tillit_accounts::{
    Accounts, Language, NewOrganisation, NewPassword, NewPerson, NewSession, OwnProof, Profile, ProfileText, Role, SessionToken,
    SignInMethod, Username, VerifiedDomain,
};
use tillit_fetch::{FetchPolicy, Fetcher, Origin};
use tillit_sso::protocol::{ClientId, Issuer};
use tillit_sso::service::views::{Begin, Begun, Browser, BrowserKey, CallbackQuery, Landing, PolicyView, Purpose};
use tillit_sso::service::{NewCredential, Parts, Settings, Sso, SsoConfig};
use tillit_store::{Actor, Cx, Db, DbOptions, OrganisationId, PersonId, Scope, SystemClock, SystemRandom};
use tillit_vault::{MasterKey, Vault};
use url::Url;

use crate::Running;
use crate::provider::{CLIENT_ID, CLIENT_SECRET};

/// How many different people sign in: few, so that the warm-up has met all of them.
pub const PEOPLE: u64 = 40;
const OWNER: &str = "owner@bench.example";
const PASSWORD: &str = "bekk-fjord-lyng-tind-482";

/// A running Tillit whose organisation signs in at the provider.
pub struct Prepared {
    /// The server.
    pub server: Running,
}

/// Makes the database, activates single sign-on, starts the server.
pub async fn prepare(home: &Path, binary: &Path, listen: SocketAddr, provider: SocketAddr, postgres: Option<&str>) -> Result<Prepared> {
    std::fs::create_dir_all(home)?;
    let url = match postgres {
        Some(server) => database(server, listen.port()).await?,
        None => format!("sqlite:{}", home.join("tillit.db").display()),
    };
    activate(home, &url, listen, provider).await.context("activate single sign-on")?;
    let file = home.join("tillit.toml");
    let text = format!(
        "[server]\nlisten = \"{listen}\"\npublic_url = \"http://{listen}\"\n[database]\nurl = \"{url}\"\n[keys]\nfile = \"master.key\"\n\
         [oidc]\nallowed_issuers = [\"http://{provider}\"]\n[log]\nlevel = \"warn\"\n"
    );
    std::fs::write(&file, text)?;
    let server = crate::spawn(binary, &["serve", "--config", &file.to_string_lossy()], &home.join("log"))?;
    crate::answers(&format!("http://{listen}/healthz")).await?;
    Ok(Prepared { server })
}

async fn database(server: &str, port: u16) -> Result<String> {
    let name = format!("bench_{port}");
    let status = std::process::Command::new("psql").args([server, "-qc", &format!("CREATE DATABASE {name}")]).status()?;
    if !status.success() {
        bail!("psql cannot create a database at {server}");
    }
    let (base, _) = server.rsplit_once('/').context("a database name in --postgres")?;
    Ok(format!("{base}/{name}"))
}

/// The owner's side of an activation.
struct Activation {
    accounts: Accounts,
    sso: Sso,
    cx: Cx,
    organisation: OrganisationId,
    browser: Browser,
    http: reqwest::Client,
}

async fn activate(home: &Path, url: &str, listen: SocketAddr, provider: SocketAddr) -> Result<()> {
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom::default()));
    let master = MasterKey::generate_file(&home.join("master.key"), random.as_ref())?;
    let db = Db::open(url, &DbOptions::default()).await?;
    db.migrate().await?;
    let vault = Vault::new(master);
    let cx = Cx::new(Scope::Installation, Actor::Operator, None, clock, random);
    vault.check(&db, &cx).await?;
    let accounts = Accounts::new(db.clone(), vault.clone());
    let issuer: Issuer = format!("http://{provider}").parse()?;
    let allowed_origins = vec![Origin::of(&Url::parse(issuer.as_str())?)?];
    let config = SsoConfig {
        public_url: Url::parse(&format!("http://{listen}"))?,
        microsoft: None,
        allowed_issuers: vec![issuer.clone()],
        single_organisation: false,
    };
    let fetcher = Fetcher::new(FetchPolicy { allowed_origins, ..FetchPolicy::default() })?;
    let sso = Sso::new(Parts { db: db.clone(), vault, accounts: accounts.clone(), fetcher, config });

    let (cx, organisation, owner) = organisation(&db, &accounts, &cx).await?;
    let password = NewPassword::parse(PASSWORD, &OWNER.parse()?).context("the owner's password")?;
    accounts.set_password(&cx, owner, OwnProof::None, &password, None).await?;
    let mut tx = db.begin(&cx).await?;
    let (token, _) = accounts.start_session(&mut tx, &cx, NewSession::new(owner, SignInMethod::Password)).await?;
    tx.commit().await?;
    let browser = Browser { key: BrowserKey::generate(&cx), session: None, token: None, user_agent: None, invitation: None };
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
    let mut activation = Activation { accounts, sso, cx, organisation, browser, http };
    activation.carry(token).await?;
    activation.walk(issuer, owner).await?;
    db.close().await;
    Ok(())
}

async fn organisation(db: &Db, accounts: &Accounts, cx: &Cx) -> Result<(Cx, OrganisationId, PersonId)> {
    let new = NewOrganisation {
        name: ProfileText::new("Bench").context("name")?,
        slug: "bench".parse()?,
        language: Language::of_tag("en").context("language")?,
    };
    let mut tx = db.begin(cx).await?;
    let id = accounts.create_organisation(&mut tx, cx, &new).await?;
    let cx = cx.in_organisation(id);
    accounts.add_domain(&mut tx, &cx, &VerifiedDomain::by_operator(&cx, "bench.example".parse()?)?).await?;
    let person = NewPerson { username: OWNER.parse()?, role: Role::Owner, profile: Profile::default() };
    let owner = accounts.add_person(&mut tx, &cx, &person).await?;
    tx.commit().await?;
    Ok((cx, id, owner))
}

impl Activation {
    /// The browser holds this session from now on.
    async fn carry(&mut self, token: SessionToken) -> Result<()> {
        self.browser.session = self.accounts.session(&self.cx, &token).await?;
        self.browser.token = Some(token);
        Ok(())
    }

    async fn walk(&mut self, issuer: Issuer, owner: PersonId) -> Result<()> {
        let session = self.browser.session.clone().context("a session")?;
        let client_id: ClientId = CLIENT_ID.parse()?;
        let settings = Settings::OpenId { issuer, client_id };
        self.sso.save_settings(&self.cx, &session, &self.browser, &settings, None).await?;
        let secret = NewCredential::Secret { value: SecretString::from(CLIENT_SECRET), not_after: None };
        self.sso.add_credential(&self.cx, &session, secret).await?;
        let Landing::Proposal { id } = self.trip(Purpose::Activate).await? else { bail!("no proposal came back") };
        let accepted = self.sso.accept_proposal(&self.cx, &session, id).await?;
        self.carry(accepted.token).await?;
        let Landing::TestPassed = self.trip(Purpose::Test).await? else { bail!("the test did not pass") };
        let session = self.browser.session.clone().context("a session")?;
        let codes = self.accounts.make_kit(&self.cx, owner, OwnProof::None).await?;
        self.accounts.try_code(&self.cx, owner, codes.codes.first().context("a code")?).await?;
        let policy = PolicyView { create_people: true, cap: 5000, created: 0, guests: false, recheck_minutes: 60 };
        self.sso.save_policy(&self.cx, &session, &policy).await?;
        let version = self.sso.settings(&self.cx, &session).await?.connection.context("a connection")?.version;
        self.sso.enforce(&self.cx, &session, version).await?;
        self.browser = Browser { key: BrowserKey::generate(&self.cx), session: None, token: None, user_agent: None, invitation: None };
        let Landing::SignedIn(_) = self.trip(Purpose::SignIn).await? else { bail!("the owner did not get in") };
        Ok(())
    }

    /// To the provider and back.
    async fn trip(&self, purpose: Purpose) -> Result<Landing> {
        let mut begin = Begin::new(purpose, self.organisation);
        begin.username = Some(OWNER.parse::<Username>()?);
        let Begun::Go(url) = self.sso.begin(&self.cx, &begin, &self.browser).await? else { bail!("{purpose:?} cannot be begun") };
        let response = self.http.get(url).send().await?;
        let location = response.headers().get("location").context("a redirect")?.to_str()?;
        let back = Url::parse(location)?;
        Ok(self.sso.callback(&self.cx, &CallbackQuery::parse(back.query().unwrap_or_default())?, &self.browser).await?)
    }
}
