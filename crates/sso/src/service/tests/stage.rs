//! A room over a database, the practice tenant behind it, and people in front of browsers.

use std::sync::Arc;

use secrecy::SecretString;
use tillit_accounts::testing::{TestAccounts, TestOrganisation, password};
use tillit_accounts::{Accounts, OwnProof, Role, Session, SessionToken, Username};
use tillit_fetch::{FetchPolicy, Fetcher};
use tillit_jobs::{Worker, WorkerOptions};
use tillit_mail::{Mailer, StoredMail, folder_list};
use tillit_practice::{Consent, Outcome, Practice, Running, Walk, World, demo};
use tillit_store::testing::{FakeClock, SeededRandom, TestDb};
use tillit_store::{Actor, Cx, OrganisationId, PersonId, Scope};

use crate::activation::Version;
use crate::protocol::{ClientAuthentication, Cloud};
use crate::service::views::*;
use crate::service::{LocalAnswer, MicrosoftConfig, Parts, Settings, Sso, SsoConfig};

pub const PORTAL: &str = "http://localhost:8400";

/// Everything a test needs.
pub struct Stage {
    pub sso: Sso,
    pub accounts: Accounts,
    pub room: TestAccounts,
    pub clock: Arc<FakeClock>,
    pub organisation: OrganisationId,
    /// Scope of the organisation, visitor.
    pub cx: Cx,
    pub running: Running,
    mails: tempfile::TempDir,
}

/// Ingrid, Global Administrator of the tenant, is owner; Lars, without any role there, is security administrator;
/// Kari is an employee. All have the password of the tests.
impl Stage {
    pub async fn new(t: &TestDb) -> Self {
        let running = Practice::start(|base| Practice::demo(&base, PORTAL, t.clock.clone(), Arc::new(SeededRandom::new(7)))).await.unwrap();
        let room = TestAccounts::new(t).await;
        let config = SsoConfig {
            public_url: PORTAL.parse().unwrap(),
            microsoft: Some(MicrosoftConfig {
                cloud: Cloud::Custom {
                    login: running.base_url.parse().unwrap(),
                    graph: format!("{}/graph", running.base_url).parse().unwrap(),
                },
                client_id: running.practice.world().apps()[0].client_id.to_string().parse().unwrap(),
                authentication: ClientAuthentication::Secret(SecretString::from(demo::CLIENT_SECRET)),
                ends: None,
            }),
            allowed_issuers: vec![],
            single_organisation: false,
        };
        let sso = Self::room(t, &room, &running, config);
        let nordvik = room.organisation("nordvik").await;
        let operator = room.cx.in_organisation(nordvik.id);
        room.person(&operator, demo::GLOBAL_ADMINISTRATOR, Role::Owner).await;
        room.person(&operator, demo::OTHER_EMPLOYEE, Role::SecurityAdministrator).await;
        room.person(&operator, demo::EMPLOYEE, Role::Employee).await;
        Self {
            sso,
            accounts: room.accounts.clone(),
            room,
            clock: t.clock.clone(),
            organisation: nordvik.id,
            cx: nordvik.cx,
            running,
            mails: tempfile::tempdir().unwrap(),
        }
    }

    /// A room over the same database with another configuration.
    pub fn room(t: &TestDb, room: &TestAccounts, running: &Running, config: SsoConfig) -> Sso {
        let policy = FetchPolicy { allowed_origins: vec![running.base_url.parse().unwrap()], ..FetchPolicy::default() };
        let fetcher = Fetcher::new(policy).unwrap();
        Sso::new(Parts { db: t.db.clone(), vault: room.vault.clone(), accounts: room.accounts.clone(), fetcher, config })
    }

    pub fn world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.running.practice.world())
    }

    /// A person who sits down at a fresh browser.
    pub fn seat(&self, username: &str) -> Seat {
        self.seat_with(username, Consent::Accept)
    }
    pub fn seat_with(&self, username: &str, consent: Consent) -> Seat {
        Seat {
            username: username.to_owned(),
            browser: Browser::new(BrowserKey::generate(&self.cx)),
            walk: self.running.practice.walk(username, consent),
        }
    }
    /// Kari's account owns another organisation, too, whose settings name the operator's application; she sits there, signed in.
    pub async fn owner_elsewhere(&self, slug: &str) -> (TestOrganisation, Seat) {
        let other = self.room.organisation(slug).await;
        self.room.person(&self.room.cx.in_organisation(other.id), demo::EMPLOYEE, Role::Owner).await;
        let place = Place::Organisation(slug.parse().unwrap());
        let mut kari = self.seat(demo::EMPLOYEE);
        let username = demo::EMPLOYEE.parse().unwrap();
        let answer = self.sso.sign_in_locally(&self.cx, &place, &username, &password(), &kari.browser).await.unwrap();
        assert!(kari.take(self, answer).await);
        self.sso.save_settings(&other.cx, &kari.session(), &kari.browser, &Settings::Operator, None).await.unwrap();
        (other, kari)
    }
    /// Somebody who has signed in with a local password.
    pub async fn local(&self, username: &str) -> Seat {
        let mut seat = self.seat(username);
        assert!(seat.sign_in_locally(self).await, "{username} should get in with the password");
        seat
    }

    pub async fn person(&self, username: &str) -> Option<PersonId> {
        let mut tx = self.room.db.read(&self.cx).await.unwrap();
        self.accounts.person_by_username(&mut tx, &self.cx, &username.parse().unwrap()).await.unwrap()
    }

    /// Makes a recovery kit and tries one of its codes; gives the others.
    pub async fn kit(&self, username: &str) -> Vec<tillit_accounts::RecoveryCode> {
        let person = self.person(username).await.unwrap();
        let cx = self.cx.with_actor(Actor::Person(person));
        let mut codes = self.accounts.make_kit(&cx, person, OwnProof::Password(&password())).await.unwrap().codes;
        self.accounts.try_code(&cx, person, &codes.pop().unwrap()).await.unwrap();
        codes
    }

    /// Ingrid connects the organisation through the operator's registration, and accepts what comes back.
    pub async fn connected(&self) -> Seat {
        self.connected_with(&Settings::Operator).await
    }
    pub async fn connected_with(&self, settings: &Settings) -> Seat {
        let mut ingrid = self.local(demo::GLOBAL_ADMINISTRATOR).await;
        let session = ingrid.session();
        self.sso.save_settings(&self.cx, &session, &ingrid.browser, settings, None).await.unwrap();
        let landing = ingrid.trip(self, Purpose::Activate).await;
        let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
        ingrid.accept(self, id).await;
        ingrid
    }

    /// Connected, tested and enforced by Ingrid. The countdown runs.
    pub async fn enforced(&self) -> Seat {
        self.enforce_from(self.connected().await).await
    }
    pub async fn enforce_from(&self, mut ingrid: Seat) -> Seat {
        self.kit(demo::GLOBAL_ADMINISTRATOR).await;
        let landing = ingrid.trip(self, Purpose::Test).await;
        assert!(matches!(landing, Landing::TestPassed), "{landing:?}");
        self.sso.enforce(&self.cx, &ingrid.session(), self.version().await).await.unwrap();
        ingrid
    }

    /// Confirmed, and everybody has consent.
    pub async fn on(&self) -> Seat {
        let ingrid = self.enforced().await;
        self.confirm(ingrid).await
    }
    pub async fn confirm(&self, mut ingrid: Seat) -> Seat {
        self.clock.advance(tillit_store::Duration::seconds(1));
        self.world(World::grant_admin_consent);
        ingrid.browser = Browser::new(BrowserKey::generate(&self.cx));
        let landing = ingrid.trip(self, Purpose::SignIn).await;
        let Landing::SignedIn(signed_in) = landing else { panic!("{landing:?}") };
        assert!(signed_in.confirmed);
        ingrid
    }

    /// The draft's version, else the one in force.
    pub async fn version(&self) -> Version {
        let mut tx = self.room.db.read(&self.cx).await.unwrap();
        let progress = crate::service::progress::find(&mut tx, self.organisation).await.unwrap();
        progress.draft(&self.cx).or_else(|| progress.in_force(&self.cx)).unwrap()
    }

    pub async fn policy(&self, seat: &Seat, change: impl FnOnce(&mut PolicyView)) {
        let mut policy = self.view(seat).await.policy;
        change(&mut policy);
        self.sso.save_policy(&self.cx, &seat.session(), &policy).await.unwrap();
    }

    pub async fn view(&self, seat: &Seat) -> SecurityView {
        self.sso.settings(&self.cx, &seat.session()).await.unwrap()
    }

    /// Has the background work done that is due, and gives all mails so far.
    pub async fn mails(&self) -> Vec<StoredMail> {
        let worker = Worker::new(self.room.db.clone(), self.room.vault.clone(), WorkerOptions::default());
        let worker = self.sso.register(Mailer::folder(self.mails.path()).register(worker));
        worker.run_due(&self.cx.with_scope(Scope::Installation)).await.unwrap();
        folder_list(self.mails.path()).await.unwrap()
    }

    /// Actions and reasons of the audit log, the newest first.
    pub async fn audit(&self) -> Vec<(String, Option<String>)> {
        self.audit_of(&self.cx).await
    }
    pub async fn audit_of(&self, cx: &Cx) -> Vec<(String, Option<String>)> {
        let page = tillit_accounts::AuditPage { before: None, limit: 100 };
        let rows = self.accounts.audit_log(cx, page).await.unwrap();
        rows.into_iter().map(|row| (row.action, row.reason)).collect()
    }
    /// The last refusal's exact reason.
    pub async fn last_reason(&self) -> String {
        let refused = self.audit().await.into_iter().find(|(action, _)| action == crate::service::actions::SIGN_IN_REFUSED);
        refused.and_then(|(_, reason)| reason).unwrap_or_default()
    }
}

/// A person in front of a browser: our cookies, and the provider's.
#[derive(Clone)]
pub struct Seat {
    pub username: String,
    pub browser: Browser,
    pub walk: Walk,
}

impl Seat {
    pub fn session(&self) -> Session {
        self.browser.session.clone().expect("somebody is signed in")
    }

    pub async fn sign_in_locally(&mut self, stage: &Stage) -> bool {
        let username: Username = self.username.parse().unwrap();
        let answer = stage.sso.sign_in_locally(&stage.cx, &Place::Portal, &username, &password(), &self.browser).await.unwrap();
        self.take(stage, answer).await
    }

    pub async fn take(&mut self, stage: &Stage, answer: LocalAnswer) -> bool {
        let LocalAnswer::SignedIn { token, .. } = answer else { return false };
        self.wear(stage, token).await;
        true
    }

    pub async fn wear(&mut self, stage: &Stage, token: SessionToken) {
        let cx = stage.cx.with_scope(Scope::Installation);
        self.browser.session = stage.accounts.session(&cx, &token).await.unwrap();
        assert!(self.browser.session.is_some());
        self.browser.token = Some(token);
    }

    /// Reads the session anew, as every request does.
    pub async fn refresh(&mut self, stage: &Stage) {
        let cx = stage.cx.with_scope(Scope::Installation);
        let token = self.browser.token.clone().expect("a cookie");
        self.browser.session = stage.accounts.session(&cx, &token).await.unwrap();
    }

    pub async fn begin(&self, stage: &Stage, purpose: Purpose) -> Begun {
        let username = self.username.parse().ok().filter(|_| purpose == Purpose::SignIn);
        let begin = Begin { username, ..Begin::new(purpose, stage.organisation) };
        stage.sso.begin(&stage.cx, &begin, &self.browser).await.unwrap()
    }

    /// To the provider and as far as it leads: the query that comes back.
    pub async fn away(&mut self, stage: &Stage, purpose: Purpose) -> String {
        let begun = self.begin(stage, purpose).await;
        let Begun::Go(url) = begun else { panic!("{begun:?}") };
        self.open(url.as_str())
    }
    pub fn open(&mut self, url: &str) -> String {
        match self.walk.open(url) {
            Outcome::Redirect(address) => address.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
            other => panic!("the provider keeps the person: {other:?}"),
        }
    }

    pub async fn back(&mut self, stage: &Stage, query: &str) -> Landing {
        let query = CallbackQuery::parse(query).unwrap();
        let landing = stage.sso.callback(&stage.cx.with_scope(Scope::Installation), &query, &self.browser).await.unwrap();
        if let Landing::SignedIn(signed_in) = &landing {
            self.wear(stage, signed_in.token.clone()).await;
        }
        landing
    }

    /// There and back.
    pub async fn trip(&mut self, stage: &Stage, purpose: Purpose) -> Landing {
        let query = self.away(stage, purpose).await;
        self.back(stage, &query).await
    }

    /// A sign-in that must be refused.
    pub async fn refused(&mut self, stage: &Stage, purpose: Purpose) -> Refusal {
        let landing = self.trip(stage, purpose).await;
        let Landing::Refused(refusal) = landing else { panic!("{landing:?}") };
        *refusal
    }

    pub async fn accept(&mut self, stage: &Stage, id: ProposalId) {
        let accepted = stage.sso.accept_proposal(&stage.cx, &self.session(), id).await.unwrap();
        self.wear(stage, accepted.token).await;
    }

    pub async fn admission(&self, stage: &Stage) -> crate::service::Admission {
        stage.sso.admit(&stage.cx, &self.session()).await.unwrap()
    }
}

/// Whom a landing let in.
pub fn signed_in(landing: Landing) -> SignedIn {
    match landing {
        Landing::SignedIn(signed_in) => *signed_in,
        other => panic!("not signed in: {other:?}"),
    }
}
