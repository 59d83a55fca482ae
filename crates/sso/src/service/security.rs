//! What the section "Single sign-on" shows, read in one transaction.

use tillit_accounts::{Domain, DomainProof, Permission, Session};
use tillit_store::{Cx, Duration, OrganisationId, PersonId, Timestamp, Tx, args};

use super::changes::may_view;
use super::progress::Progress;
use super::settings::{self, Connection, Settings};
use super::views::{
    AdministratorMatch, BeforeActivation, ConnectionKind, ConnectionView, LedgerPage, MatchVerdict, Obstacle, PERMISSIONS, PROFILE_FIELDS,
    Receipt, RecoveryView, RefusalKind, SecurityView, SignInPage, Stage, Step, StepKind, StepState, TestView,
};
use super::{Sso, consent, identity, ledger, policy, progress, scope, sign_ins, transaction};
use crate::activation::{self, CONFIRM_WITHIN, DraftView, Phase};
use crate::error::{Result, SsoError};
use crate::protocol::Provider;
use crate::sql;

/// Rows of ledger and sign-ins on the section itself.
const A_FEW: u32 = 10;
/// Most rows of one page.
const MOST: u32 = 100;

/// How long a sign-in with another account is shown to owners, whether or not mail reached them.
const A_WEEK: Duration = Duration::days(7);

impl Sso {
    /// Everything that the section shows to the person of `session`.
    ///
    /// # Errors
    /// [`SsoError::Denied`] for employees.
    pub async fn settings(&self, cx: &Cx, session: &Session) -> Result<SecurityView> {
        let organisation = scope(cx)?;
        let found = self.accounts().organisation(cx).await?;
        let domains = self.accounts().domains(cx).await?;
        let mut tx = self.db().read(cx).await?;
        let acting = self.acting(&mut tx, cx, session).await?;
        if !may_view(session.role) {
            return Err(SsoError::Denied);
        }
        let progress = progress::find(&mut tx, organisation).await?;
        let phase = progress.phase(cx);
        let connection = self.shown(&mut tx, cx, organisation, &progress).await?;
        let issuer = connection.as_ref().map(|connection| self.issuer_of(connection)).transpose()?.flatten();
        let linked = match &issuer {
            Some(issuer) => identity::is_linked(&mut tx, organisation, session.person, issuer).await?,
            None => false,
        };
        let recovery = self.recovery(&mut tx, cx, session.person).await?;
        let test = self.last_test(&mut tx, cx, organisation, &phase).await?;
        let admission = activation::admit(&progress.state, &acting, cx.now());
        let (stage, obstacles) = (stage(&phase, linked), self.obstacles(&mut tx, cx, session, &phase, linked).await?);
        let proposal = match progress.draft(cx).or_else(|| progress.in_force(cx)) {
            Some(version) => {
                let row = tx.fetch_optional(sql::LAST_PROPOSAL, args![organisation, session.person, version.0, cx.now()]).await?;
                row.map(|row| row.get("id")).transpose()?
            }
            None => None,
        };
        let tenant_domains = tenant_domains(&domains, connection.as_ref());
        Ok(SecurityView {
            organisation: found.name,
            sign_in_path: format!("/o/{}/sign-in", found.slug.as_str()),
            stage,
            revision: progress.revision,
            steps: steps(&phase, linked, &recovery, &obstacles),
            obstacles,
            connection: match &connection {
                Some(connection) => Some(self.connection_view(&mut tx, organisation, connection).await?),
                None => None,
            },
            proposal,
            test,
            consent: consent::state(&mut tx, organisation, issuer.as_deref()).await?,
            credentials: self.list_credentials(&mut tx, cx, organisation, connection.as_ref()).await?,
            policy: policy::find(&mut tx, organisation).await?,
            recovery,
            administrators: self.administrators(&mut tx, cx, issuer.as_deref(), tenant_domains.as_deref(), session.person).await?,
            domains: domains.iter().map(|domain| domain.domain().as_str().to_owned()).collect(),
            ledger: ledger::list(&mut tx, organisation, A_FEW, 0).await?.entries,
            ledger_total: ledger::count(&mut tx, organisation).await?,
            sign_ins: sign_ins::list(&mut tx, cx, self.vault(), self.accounts(), organisation, A_FEW, 0).await?.records,
            other_accounts: sign_ins::refused_since(&mut tx, organisation, RefusalKind::LinkedToOther, cx.now() - A_WEEK).await?,
            may_change: admission == activation::Admission::Full && acting.role.may(Permission::ChangeSingleSignOn),
            only_turn_off: admission == activation::Admission::OnlyTurnOff,
        })
    }

    /// What is shown before anything happens.
    ///
    /// # Errors
    /// [`SsoError::Denied`] for employees.
    pub async fn before_activation(&self, cx: &Cx, session: &Session) -> Result<BeforeActivation> {
        let domains = self.accounts().domains(cx).await?;
        let mut tx = self.db().read(cx).await?;
        if !may_view(session.role) {
            return Err(SsoError::Denied);
        }
        let host = self.config().microsoft.as_ref().map(|microsoft| host(microsoft.cloud.login()));
        Ok(BeforeActivation {
            permissions: PERMISSIONS.to_vec(),
            fields: PROFILE_FIELDS.to_vec(),
            administrators: self.administrators(&mut tx, cx, None, None, session.person).await?,
            login_host: host.unwrap_or_else(|| "login.microsoftonline.com".to_owned()),
            domains: domains.iter().map(|domain| domain.domain().as_str().to_owned()).collect(),
            recovery: self.recovery(&mut tx, cx, session.person).await?,
            operator_registration: self.config().microsoft.is_some(),
            confirm_minutes: CONFIRM_WITHIN.as_seconds() / 60,
        })
    }

    /// The printable end of an activation.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] while there is nothing to show; [`SsoError::Denied`] for employees.
    pub async fn receipt(&self, cx: &Cx, session: &Session) -> Result<Receipt> {
        let view = self.settings(cx, session).await?;
        let connection = view.connection.ok_or(SsoError::NotFound)?;
        let mut tx = self.db().read(cx).await?;
        let mut way_back = Vec::new();
        let owners = self.accounts().owners_in(&mut tx, cx).await?;
        for owner in owners.ids() {
            if self.kit(&mut tx, cx, owner).await?.works() {
                // Whose data does not open has a kit all the same.
                let known = owners.people.iter().find(|person| person.id == owner);
                way_back.push(known.map_or_else(|| owner.to_string(), |person| person.display_name().to_owned()));
            }
        }
        Ok(Receipt {
            organisation: view.organisation,
            printed_at: cx.now(),
            stage: view.stage,
            connection,
            activated_by: view.test.as_ref().map(|test| test.by_name.clone()),
            tested_at: view.test.map(|test| test.at),
            permissions: PERMISSIONS.to_vec(),
            fields: PROFILE_FIELDS.to_vec(),
            consent: view.consent,
            way_back,
            domains: view.domains,
            credentials: view.credentials,
            policy: view.policy,
        })
    }

    /// A page of the ledger, newest first; at most 100 entries.
    ///
    /// # Errors
    /// [`SsoError::Denied`] for employees.
    pub async fn ledger(&self, cx: &Cx, session: &Session, offset: u32, limit: u32) -> Result<LedgerPage> {
        let mut tx = self.read_for(cx, session).await?;
        ledger::list(&mut tx, session.organisation, limit.min(MOST), offset).await
    }

    /// A page of finished sign-ins, newest first; at most 100 records.
    ///
    /// # Errors
    /// [`SsoError::Denied`] for employees.
    pub async fn sign_ins(&self, cx: &Cx, session: &Session, offset: u32, limit: u32) -> Result<SignInPage> {
        let mut tx = self.read_for(cx, session).await?;
        sign_ins::list(&mut tx, cx, self.vault(), self.accounts(), session.organisation, limit.min(MOST), offset).await
    }

    async fn read_for(&self, cx: &Cx, session: &Session) -> Result<Tx> {
        if cx.organisation() != Some(session.organisation) || !may_view(session.role) {
            return Err(SsoError::Denied);
        }
        Ok(self.db().read(cx).await?)
    }

    /// The settings that a page shows: the draft, else what is in force.
    async fn shown(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId, progress: &Progress) -> Result<Option<Connection>> {
        match progress.draft(cx).or_else(|| progress.in_force(cx)) {
            Some(version) => settings::find(tx, organisation, version).await.map(Some),
            None => Ok(None),
        }
    }

    /// Issuer of the accounts that a connection lets in, once it is known.
    pub(crate) fn issuer_of(&self, connection: &Connection) -> Result<Option<String>> {
        let issuer = match (connection.cloud(self.config())?, &connection.tenant) {
            (Some(cloud), Some(tenant)) => Some(settings::microsoft_issuer(&cloud, tenant)?),
            _ => connection.settings.issuer(self.config())?,
        };
        Ok(issuer.map(|issuer| issuer.as_str().to_owned()))
    }

    async fn connection_view(&self, tx: &mut Tx, organisation: OrganisationId, connection: &Connection) -> Result<ConnectionView> {
        let config = self.config();
        let cloud = connection.cloud(config)?;
        let tenant_name = match (&cloud, &connection.tenant) {
            (Some(cloud), Some(tenant)) => {
                let row = tx.fetch_optional(sql::FIND_TENANT, args![cloud.name(), tenant.as_str()]).await?;
                let ours = row
                    .map(|row| Ok::<_, SsoError>((row.get::<OrganisationId>("organisation_id")?, row.get::<Option<String>>("name")?)))
                    .transpose()?;
                ours.filter(|(owner, _)| *owner == organisation).and_then(|(_, name)| name)
            }
            _ => None,
        };
        let login_host = match connection.provider(config)? {
            Provider::Microsoft { cloud, .. } => host(cloud.login()),
            Provider::OpenId { issuer } => host(issuer.as_str()),
        };
        Ok(ConnectionView {
            kind: match &connection.settings {
                Settings::Operator => ConnectionKind::Operator,
                Settings::Own { .. } => ConnectionKind::Own,
                Settings::OpenId { .. } => ConnectionKind::OpenId,
            },
            cloud: cloud.map(|cloud| cloud.name().to_owned()),
            tenant_id: connection.tenant.as_ref().map(ToString::to_string),
            tenant_name,
            issuer: match &connection.settings {
                Settings::OpenId { issuer, .. } => Some(issuer.to_string()),
                Settings::Operator | Settings::Own { .. } => None,
            },
            client_id: connection.client_id(config)?.as_str().to_owned(),
            login_host,
            redirect_uri: config.redirect_uri().to_string(),
            logout_uri: config.logout_uri().to_string(),
            version: connection.version,
        })
    }

    pub(crate) async fn recovery(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<RecoveryView> {
        let own = self.kit(tx, cx, person).await?;
        let mut some_owner_ready = own.works();
        if !some_owner_ready {
            for owner in self.accounts().owners_in(tx, cx).await?.ids() {
                some_owner_ready |= self.kit(tx, cx, owner).await?.works();
            }
        }
        let (has_kit, tried, codes_left) = match self.accounts().kit_state_in(tx, cx, person).await? {
            None => (false, false, 0),
            Some(kit) => (true, kit.tried_at.is_some(), kit.left),
        };
        Ok(RecoveryView { has_kit, tried, codes_left, some_owner_ready })
    }

    /// Whether each administrator will match. With a tenant: whether the user name is on one of its domains.
    /// Before: whether it is on one of the organisation's, which is the best that can be known without
    /// asking Microsoft.
    pub(crate) async fn administrators(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        issuer: Option<&str>,
        tenant_domains: Option<&[Domain]>,
        you: PersonId,
    ) -> Result<Vec<AdministratorMatch>> {
        let organisation = scope(cx)?;
        let mut matches = Vec::new();
        let administrators = self.accounts().administrators_in(tx, cx).await?;
        for person in administrators.people {
            let linked = match issuer {
                Some(issuer) => identity::is_linked(tx, organisation, person.id, issuer).await?,
                None => false,
            };
            let domain = person.username.domain();
            let on_domain = match tenant_domains {
                Some(domains) => domains.contains(domain),
                None => self.accounts().holds_domain(tx, cx, domain).await?,
            };
            matches.push(AdministratorMatch {
                person: person.id,
                name: person.display_name().to_owned(),
                username: person.username.as_str().to_owned(),
                role: person.role,
                verdict: match (linked, on_domain) {
                    (true, _) => MatchVerdict::Linked,
                    (false, true) => MatchVerdict::WillMatch,
                    (false, false) => MatchVerdict::WillNotMatch,
                },
                you: person.id == you,
            });
        }
        matches.extend(administrators.damaged.into_iter().map(|damaged| AdministratorMatch {
            person: damaged.id,
            name: String::new(),
            username: String::new(),
            role: damaged.role,
            verdict: MatchVerdict::Damaged,
            you: damaged.id == you,
        }));
        Ok(matches)
    }

    async fn last_test(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId, phase: &Phase) -> Result<Option<TestView>> {
        let Some(row) = tx.fetch_optional(sql::LAST_TEST, args![organisation]).await? else { return Ok(None) };
        let version = transaction::version(row.get("version")?);
        let by: PersonId = row.get("person_id")?;
        let by_name = match self.accounts().person_in(tx, cx, by).await {
            Ok(person) => person.display_name().to_owned(),
            Err(tillit_accounts::AccountsError::NotFound) => String::new(),
            Err(error) => return Err(error.into()),
        };
        let counts = match phase {
            Phase::Off | Phase::Draft(_) => false,
            Phase::Testing(draft) | Phase::On { draft: Some(draft), .. } => draft.version == version && draft.tested.is_some(),
            Phase::Enforced { version: enforced, .. } | Phase::On { version: enforced, draft: None, .. } => *enforced == version,
        };
        Ok(Some(TestView { at: row.get::<Timestamp>("passed_at")?, by, by_name, version, counts }))
    }

    /// What stands in the way of enforcing, for this person.
    async fn obstacles(&self, tx: &mut Tx, cx: &Cx, session: &Session, phase: &Phase, linked: bool) -> Result<Vec<Obstacle>> {
        let draft = match phase {
            Phase::Draft(draft) | Phase::Testing(draft) | Phase::On { draft: Some(draft), .. } => Some(draft),
            Phase::Off | Phase::Enforced { .. } | Phase::On { draft: None, .. } => None,
        };
        let mut obstacles = Vec::new();
        if !session.role.may(Permission::EnforceSingleSignOn) {
            obstacles.push(Obstacle::NotPermitted);
        }
        match draft {
            None | Some(DraftView { issuer: None, .. }) => obstacles.push(Obstacle::NotConnected),
            Some(_) if !linked => obstacles.push(Obstacle::NotLinked),
            Some(DraftView { tested: None, version, .. }) => {
                let earlier = tx.fetch_optional(sql::LAST_TEST, args![session.organisation]).await?;
                let earlier = earlier.map(|row| row.get::<i64>("version")).transpose()?.map(transaction::version);
                obstacles.push(if earlier.is_some_and(|earlier| earlier != *version) { Obstacle::TestVoid } else { Obstacle::NotTested });
            }
            Some(DraftView { tested: Some(test), .. }) if test.by != session.person => obstacles.push(Obstacle::TestedByOther),
            Some(_) => {}
        }
        if !self.kit(tx, cx, session.person).await?.works() {
            obstacles.push(Obstacle::NoTriedRecoveryKit);
        }
        Ok(obstacles)
    }
}

/// Domains that the bound tenant's own list brought.
fn tenant_domains(domains: &[tillit_accounts::VerifiedDomain], connection: Option<&Connection>) -> Option<Vec<Domain>> {
    let bound = connection?.tenant.as_ref()?.as_str();
    let of_tenant = |domain: &&tillit_accounts::VerifiedDomain| match domain.proof() {
        DomainProof::MicrosoftTenant { tenant, .. } => tenant == bound,
        // What the operator or DNS vouched for may be the tenant's too: its list adds nothing that is there already.
        DomainProof::Operator | DomainProof::Dns => true,
    };
    Some(domains.iter().filter(of_tenant).map(|domain| domain.domain().clone()).collect())
}

fn stage(phase: &Phase, linked: bool) -> Stage {
    match phase {
        Phase::Off => Stage::Off,
        Phase::Draft(_) => Stage::Draft,
        Phase::Testing(_) if !linked => Stage::Draft,
        Phase::Testing(_) => Stage::Testing,
        Phase::Enforced { reverts_at, .. } => Stage::Enforced { reverts_at: *reverts_at },
        Phase::On { confirmed_at, .. } => Stage::On { since: *confirmed_at },
    }
}

/// The stepper: everything before the first step that is not done is done, that one is current.
fn steps(phase: &Phase, linked: bool, recovery: &RecoveryView, obstacles: &[Obstacle]) -> Vec<Step> {
    let (begun, connected, tested, enforced, confirmed) = match phase {
        Phase::Off => return Vec::new(),
        Phase::Draft(_) => (true, false, false, false, false),
        Phase::Testing(draft) | Phase::On { draft: Some(draft), .. } => (true, linked, draft.tested.is_some(), false, false),
        Phase::Enforced { .. } => (true, true, true, true, false),
        Phase::On { draft: None, .. } => (true, true, true, true, true),
    };
    let kit = enforced || (recovery.tried && !obstacles.contains(&Obstacle::NoTriedRecoveryKit));
    let mut current_given = false;
    [
        (StepKind::Begin, begun),
        (StepKind::Connect, connected),
        (StepKind::RecoveryKit, kit),
        (StepKind::Test, tested),
        (StepKind::Enforce, enforced),
        (StepKind::Confirm, confirmed),
    ]
    .into_iter()
    .map(|(kind, done)| {
        let state = match (done, current_given) {
            (true, _) => StepState::Done,
            (false, false) => {
                current_given = true;
                StepState::Current
            }
            (false, true) => StepState::Later,
        };
        Step { kind, state }
    })
    .collect()
}

fn host(address: &str) -> String {
    url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}
