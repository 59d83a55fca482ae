//! Asking before linking: what came back from the provider is shown, and linked only when the person
//! says yes in the session that began it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tillit_accounts::audit::Entry;
use tillit_accounts::{Domain, PhotoChange, Session, SessionToken, UsedLink, Username, VerifiedDomain};
use tillit_store::{Actor, Cx, Duration, OrganisationId, PersonId, Scope, Timestamp, Tx, args};
use tillit_vault::{Json, Place};

use super::admit::parse_issuer;
use super::callback::Arrival;
use super::entrance::Vouched;
use super::guards::Guard;
use super::identity::{self, Account, NewLink};
use super::profile::{Reading, brings};
use super::progress::Progress;
use super::proposal_content::{Content, comparison, of_texts, photo, texts};
use super::settings::{self, Connection};
use super::sign_ins::rule_name;
use super::transaction;
use super::views::{
    Browser, DomainState, Landing, Proposal, ProposalDomain, ProposalId, ProposalProblem, Purpose, ReturnTo, SignInOutcome, SignedIn,
};
use super::{Sso, actions, consent, policy, progress, scope};
use crate::activation::{Event, Version};
use crate::decide::{Account as Membership, Rule};
use crate::error::{Result, SsoError};
use crate::protocol::Identity;
use crate::service::begin::still_current;
use crate::sql;

/// How long a proposal can be accepted.
const GOOD_FOR: Duration = Duration::hours(1);
/// Most domains that one activation adds.
const MOST_DOMAINS: usize = 200;

/// Accepted: the session goes on under a new token, since it may do more from now on.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// For the session cookie.
    pub token: SessionToken,
}

/// A proposal as read, before it is judged.
struct Stored {
    person: PersonId,
    version: Version,
    made_at: Timestamp,
    expires_at: Timestamp,
    content: Content,
}

/// Who owns what, across organisations.
struct Owners {
    tenant_taken: bool,
    account_of: Option<PersonId>,
    account_elsewhere: bool,
    domains: Vec<(Domain, Option<OrganisationId>)>,
}

impl Sso {
    /// Keeps what came back until the person says yes or it gets old. An earlier one of the person is dropped.
    pub(crate) async fn propose(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        reading: &Reading,
        person: PersonId,
        rule: Rule,
    ) -> Result<Landing> {
        let organisation = arrival.taken.organisation;
        let id: ProposalId = cx.new_id();
        let mut domains: Vec<_> = reading.organization.iter().flat_map(|organization| &organization.verified_domains).collect();
        domains.sort_by_key(|domain| !domain.is_default);
        let content = Content {
            account: Account::of(arrival.claims, &arrival.client.client_id),
            sid: arrival.claims.session.clone(),
            rule: rule_name(rule),
            name: reading.name.clone(),
            username: reading.username_text.clone(),
            guest: reading.account != Membership::Member,
            consented: consent::granted(arrival.tokens),
            graph_read: reading.profile.is_some(),
            tenant_name: reading.organization.as_ref().and_then(|organization| organization.name.clone()),
            domains: domains.into_iter().take(MOST_DOMAINS).map(|domain| domain.name.clone()).collect(),
            profile: reading.profile.as_ref().map(texts),
            photo: reading.photo.as_ref().map(|photo| photo.as_ref().map(|photo| STANDARD.encode(photo.as_bytes())).unwrap_or_default()),
        };
        let sealed = self.vault().organisation(tx, organisation).await?.seal_value(cx, place(id), &Json(content))?;
        tx.execute(sql::DROP_PROPOSALS, args![organisation, person]).await?;
        let row = args![id, organisation, person, arrival.taken.version.0, sealed, cx.now(), cx.now() + GOOD_FOR];
        tx.execute(sql::ADD_PROPOSAL, row).await?;
        self.note_person(tx, cx, arrival.taken, rule, SignInOutcome::Proposed, person).await?;
        self.accounts().record(tx, cx, Entry::new(actions::PROPOSED).target(person)).await?;
        Ok(Landing::Proposal { id })
    }

    /// What came back, for the person whose proposal it is.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] for a proposal that is gone, or somebody else's.
    pub async fn proposal(&self, cx: &Cx, session: &Session, id: ProposalId) -> Result<Proposal> {
        self.proposal_of(cx, session.person, id).await
    }

    pub(crate) async fn proposal_of(&self, cx: &Cx, viewer: PersonId, id: ProposalId) -> Result<Proposal> {
        let organisation = scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let stored = self.find_proposal(&mut tx, organisation, viewer, id).await?;
        drop(tx);
        let owners = self.owners(cx, &stored.content).await?;
        let mut tx = self.db().read(cx).await?;
        let progress = progress::find(&mut tx, organisation).await?;
        let connection = settings::find(&mut tx, organisation, stored.version).await?;
        let problems = self.problems(&mut tx, cx, organisation, &stored, &owners, &progress, &connection).await?;
        let person = self.accounts().person_in(&mut tx, cx, stored.person).await?;
        let listed: Vec<Domain> = owners.domains.iter().map(|(domain, _)| domain.clone()).collect();
        let issuer = Some(stored.content.account.issuer.clone());
        let administrators = self.administrators(&mut tx, cx, issuer.as_deref(), Some(&listed), viewer).await?;
        let (cloud, tenant, object_id) = match &stored.content.account.identity {
            Identity::Microsoft { cloud, tenant, object } => (Some(cloud.clone()), tenant.to_string(), object.to_string()),
            Identity::OpenId { issuer, subject } => (None, issuer.to_string(), subject.to_string()),
        };
        let domain = |(domain, owner): &(Domain, Option<OrganisationId>)| ProposalDomain {
            name: domain.as_str().to_owned(),
            state: match owner {
                None => DomainState::WillBeAdded,
                Some(owner) if *owner == organisation => DomainState::Yours,
                Some(_) => DomainState::BelongsToAnother,
            },
        };
        let same =
            stored.content.username.as_deref().and_then(|text| text.parse().ok()).is_some_and(|name: Username| name == person.username);
        Ok(Proposal {
            id,
            made_at: stored.made_at,
            expires_at: stored.expires_at,
            cloud,
            tenant,
            tenant_name: stored.content.tenant_name.clone(),
            object_id,
            name: stored.content.name.clone(),
            username: stored.content.username.clone(),
            own_username: person.username.as_str().to_owned(),
            usernames_differ: !same,
            domains: owners.domains.iter().map(domain).collect(),
            graph_read: stored.content.graph_read,
            profile: comparison(&stored.content, &person.profile, person.photo),
            administrators,
            problems,
        })
    }

    /// The person says yes: the account is linked, the tenant and its free domains become the organisation's. The person is told by
    /// mail, at the address that was there before, and of an owner's account every owner.
    ///
    /// The caller asks for an own proof before ([`Accounts::prove_way`](tillit_accounts::Accounts::prove_way)): the account is a way
    /// of signing in from now on.
    ///
    /// # Errors
    /// [`SsoError::NotFound`]; [`SsoError::Proposal`] with what stands in the way;
    /// [`SsoError::Activation`], [`SsoError::ChangedMeanwhile`].
    pub async fn accept_proposal(&self, cx: &Cx, session: &Session, id: ProposalId) -> Result<Accepted> {
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Person(session.person));
        let owners = self.owners_of(cx, session.person, id).await?;
        let mut tx = self.db().begin(cx).await?;
        self.accounts().hold_person(&mut tx, cx, session.person).await?;
        let mut progress = progress::find(&mut tx, organisation).await?;
        let stored = self.find_acceptable(&mut tx, cx, session.person, id, &owners, &progress).await?;
        let acting = self.acting(&mut tx, cx, session).await?;
        if crate::activation::admit(&progress.state, &acting, cx.now()) != crate::activation::Admission::Full {
            return Err(SsoError::Denied);
        }
        self.bind_tenant(&mut tx, cx, organisation, &stored).await?;
        if progress.draft(cx) == Some(stored.version) {
            let issuer = parse_issuer(&stored.content.account.issuer)?;
            let event = Event::Link { by: acting, version: stored.version, issuer };
            self.advance(&mut tx, cx, organisation, &mut progress, &event).await?;
        }
        self.link_account(&mut tx, cx, organisation, &stored, &owners).await?;
        self.add_domains(&mut tx, cx, &stored.content, &owners).await?;
        self.take_over_profile(&mut tx, cx, &stored).await?;
        tx.execute(sql::DROP_PROPOSALS, args![organisation, stored.person]).await?;
        // From now on the session speaks for somebody linked: a token that was seen before is worth nothing.
        let token = self.accounts().rotate(&mut tx, cx, session.id).await?;
        self.accounts().record(&mut tx, cx, Entry::new(actions::ACCOUNT_LINKED).target(stored.person)).await?;
        tx.commit().await?;
        Ok(Accepted { token })
    }

    async fn owners_of(&self, cx: &Cx, person: PersonId, id: ProposalId) -> Result<Owners> {
        let mut tx = self.db().read(cx).await?;
        let stored = self.find_proposal(&mut tx, scope(cx)?, person, id).await?;
        drop(tx);
        self.owners(cx, &stored.content).await
    }

    /// The proposal, unless something stands in its way.
    async fn find_acceptable(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        person: PersonId,
        id: ProposalId,
        owners: &Owners,
        progress: &Progress,
    ) -> Result<Stored> {
        let organisation = scope(cx)?;
        let stored = self.find_proposal(tx, organisation, person, id).await?;
        let connection = settings::find(tx, organisation, stored.version).await?;
        match self.problems(tx, cx, organisation, &stored, owners, progress, &connection).await?.first() {
            Some(problem) if !self.lacks(Guard::ProposalProblems) => Err(SsoError::Proposal(*problem)),
            _ => Ok(stored),
        }
    }

    /// Links what somebody invited came back with, and gives the session that the provider vouches for.
    pub(crate) async fn accept_for(&self, cx: &Cx, invited: &UsedLink, id: ProposalId, browser: &Browser) -> Result<SignedIn> {
        let (organisation, person) = (scope(cx)?, invited.person);
        let cx = &cx.with_actor(Actor::Person(person));
        let owners = self.owners_of(cx, person, id).await?;
        let mut tx = self.db().begin(cx).await?;
        let progress = progress::find(&mut tx, organisation).await?;
        // An invitation brings somebody into what is in force; it prepares nothing.
        let stored = self.find_acceptable(&mut tx, cx, person, id, &owners, &progress).await?;
        if progress.in_force(cx) != Some(stored.version) {
            return Err(SsoError::Proposal(ProposalProblem::Stale));
        }
        self.accounts().join(&mut tx, cx, invited, None).await.map_err(super::invitation::not_found)?;
        self.link_account(&mut tx, cx, organisation, &stored, &owners).await?;
        self.take_over_profile(&mut tx, cx, &stored).await?;
        tx.execute(sql::DROP_PROPOSALS, args![organisation, person]).await?;
        let policy = policy::find(&mut tx, organisation).await?;
        let choices = self.accounts().field_choices_in(&mut tx, cx).await?;
        let carried = stored.content.profile.as_ref().and_then(|texts| {
            let photo = photo(&stored.content).flatten();
            choices.carried(&of_texts(texts), photo.as_ref())
        });
        // Joining has just ended what sessions there were, in this transaction.
        let account = &stored.content.account;
        let vouched = Vouched { issuer: &account.issuer, sid: stored.content.sid.as_deref(), since: None, carried: carried.as_ref() };
        let (token, session) = self.start(&mut tx, cx, browser, vouched, &policy, person).await?;
        self.accounts().record(&mut tx, cx, Entry::new(actions::ACCOUNT_LINKED).reason("invitation").target(person)).await?;
        tx.commit().await?;
        Ok(SignedIn { token, session, organisation, person, return_to: ReturnTo::home(), first_time: true, confirmed: false })
    }

    /// Whether what came back bears one of these names: as its user name, or as the mail address of its profile.
    pub(crate) async fn proposal_bears(&self, cx: &Cx, person: PersonId, id: ProposalId, names: &[Username]) -> Result<bool> {
        let organisation = scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let content = self.find_proposal(&mut tx, organisation, person, id).await?.content;
        let email = content.profile.as_ref().and_then(|[email, ..]| email.as_deref());
        let theirs = [content.username.as_deref(), email].into_iter().flatten().filter_map(|name| name.parse::<Username>().ok());
        Ok(theirs.into_iter().any(|name| names.contains(&name)))
    }

    /// The person says no.
    ///
    /// # Errors
    /// The database fails.
    pub async fn refuse_proposal(&self, cx: &Cx, session: &Session) -> Result<()> {
        let organisation = scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        tx.execute(sql::DROP_PROPOSALS, args![organisation, session.person]).await?;
        Ok(tx.commit().await?)
    }

    async fn find_proposal(&self, tx: &mut Tx, organisation: OrganisationId, person: PersonId, id: ProposalId) -> Result<Stored> {
        let row = tx.fetch_optional(sql::FIND_PROPOSAL, args![organisation, id]).await?.ok_or(SsoError::NotFound)?;
        let owner: PersonId = row.get("person_id")?;
        if owner != person {
            return Err(SsoError::NotFound);
        }
        let keys = self.vault().organisation(tx, organisation).await?;
        let Json(content) = keys.open_value(place(id), &row.get("sealed")?)?;
        Ok(Stored {
            person: owner,
            version: transaction::version(row.get("version")?),
            made_at: row.get("made_at")?,
            expires_at: row.get("expires_at")?,
            content,
        })
    }

    async fn owners(&self, cx: &Cx, content: &Content) -> Result<Owners> {
        let own = cx.organisation();
        let cx = cx.with_scope(Scope::Installation);
        let mut domains = Vec::new();
        for name in &content.domains {
            let Ok(domain) = name.parse::<Domain>() else { continue };
            let owner = self.accounts().organisation_of_domain(&cx, &domain).await?;
            domains.push((domain, owner));
        }
        let mut tx = self.db().read(&cx).await?;
        let tenant_taken = match &content.account.identity {
            Identity::Microsoft { cloud, tenant, .. } => {
                let row = tx.fetch_optional(sql::FIND_TENANT, args![cloud.as_str(), tenant.as_str()]).await?;
                row.map(|row| row.get::<OrganisationId>("organisation_id")).transpose()?.is_some_and(|owner| Some(owner) != own)
            }
            Identity::OpenId { .. } => false,
        };
        let link = identity::find(&mut tx, &self.vault().installation()?, &content.account.identity).await?;
        Ok(Owners {
            tenant_taken,
            account_of: link.filter(|link| Some(link.organisation) == own).map(|link| link.person),
            account_elsewhere: link.is_some_and(|link| Some(link.organisation) != own),
            domains,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "everything that may stand in the way, judged in one place")]
    async fn problems(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
        stored: &Stored,
        owners: &Owners,
        progress: &Progress,
        connection: &Connection,
    ) -> Result<Vec<ProposalProblem>> {
        let mut problems = Vec::new();
        let other_tenant = match (&stored.content.account.identity, &connection.tenant) {
            (Identity::Microsoft { tenant, .. }, Some(bound)) => tenant != bound,
            _ => false,
        };
        // Whoever is named as "Activate" is current for drafts and, beside them, for what is in force.
        let current = still_current(Purpose::Activate, stored.version, progress, cx) || progress.in_force(cx) == Some(stored.version);
        if cx.now() >= stored.expires_at || !current || other_tenant {
            problems.push(ProposalProblem::Stale);
        }
        if owners.tenant_taken {
            problems.push(ProposalProblem::TenantTaken);
        }
        let other_account = owners.account_of.is_some_and(|person| person != stored.person);
        if owners.account_elsewhere || other_account {
            problems.push(ProposalProblem::AccountTaken);
        }
        if owners.account_of.is_none() && identity::is_linked(tx, organisation, stored.person, &stored.content.account.issuer).await? {
            problems.push(ProposalProblem::PersonLinkedToOther);
        }
        // A guest of somebody else's tenant does not bring that tenant along.
        if stored.content.guest && connection.tenant.is_none() {
            problems.push(ProposalProblem::Guest);
        }
        Ok(problems)
    }

    async fn bind_tenant(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId, stored: &Stored) -> Result<()> {
        let Identity::Microsoft { cloud, tenant, .. } = &stored.content.account.identity else { return Ok(()) };
        let name = stored.content.tenant_name.as_deref();
        let row = args![cloud.as_str(), tenant.as_str(), organisation, name, cx.now()];
        if tx.execute(sql::BIND_TENANT, row).await? == 1 {
            self.accounts()
                .record(tx, cx, Entry::new(actions::TENANT_BOUND).detail(serde_json::json!({ "tenant": tenant.as_str() })))
                .await?;
        } else {
            let row = tx.fetch_optional(sql::FIND_TENANT, args![cloud.as_str(), tenant.as_str()]).await?;
            let owner: Option<OrganisationId> = row.map(|row| row.get("organisation_id")).transpose()?;
            if owner != Some(organisation) {
                return Err(SsoError::Proposal(ProposalProblem::TenantTaken));
            }
            if name.is_some() {
                tx.execute(sql::NAME_TENANT, args![cloud.as_str(), tenant.as_str(), organisation, name]).await?;
            }
        }
        if tx.execute(sql::BIND_CONNECTION, args![organisation, stored.version.0, tenant.as_str()]).await? == 0 {
            return Err(SsoError::Proposal(ProposalProblem::Stale));
        }
        Ok(())
    }

    async fn link_account(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId, stored: &Stored, owners: &Owners) -> Result<()> {
        if owners.account_of == Some(stored.person) {
            return Ok(());
        }
        let new = NewLink {
            person: stored.person,
            account: &stored.content.account,
            rule: &stored.content.rule,
            consented: stored.content.consented,
            profile_read: stored.content.graph_read,
        };
        if self.accounts().is_break_glass(tx, cx, stored.person).await? {
            return Err(SsoError::Denied);
        }
        if !identity::add(tx, cx, self.vault(), organisation, &new).await? {
            return Err(SsoError::Proposal(ProposalProblem::AccountTaken));
        }
        self.tell_of_link(tx, cx, stored.person, &stored.content.account.identity).await
    }

    /// Domains of the tenant that are nobody's become the organisation's; others stay with whom they are.
    async fn add_domains(&self, tx: &mut Tx, cx: &Cx, content: &Content, owners: &Owners) -> Result<()> {
        let Identity::Microsoft { cloud, tenant, .. } = &content.account.identity else { return Ok(()) };
        for (domain, owner) in &owners.domains {
            if owner.is_none()
                && let Ok(verified) = VerifiedDomain::by_microsoft_tenant(domain.clone(), cloud, tenant.as_str(), &content.domains)
            {
                self.accounts().add_domain(tx, cx, &verified).await?;
            }
        }
        Ok(())
    }

    async fn take_over_profile(&self, tx: &mut Tx, cx: &Cx, stored: &Stored) -> Result<()> {
        let Some(texts) = &stored.content.profile else { return Ok(()) };
        let photo = photo(&stored.content);
        let change = match &photo {
            None => PhotoChange::Keep,
            Some(None) => PhotoChange::Remove,
            Some(Some(photo)) => PhotoChange::Replace(photo),
        };
        let fields = brings(&stored.content.account.identity);
        self.accounts().update_fields(tx, cx, stored.person, fields, &of_texts(texts), change).await?;
        Ok(())
    }
}

fn place(id: ProposalId) -> Place {
    Place::new("sso_proposal", "sealed", id.uuid())
}
