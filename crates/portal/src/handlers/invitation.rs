//! Whoever has the link of an invitation: sees what it is, shows who they are, accepts.
//!
//! Looking uses nothing up. The link is carried on by this browser only after its button was
//! pressed: a page of somebody else cannot plant an invitation here.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{
    AccountsError, FoundInvitation, InvitationState, LinkPurpose, LinkToken, NewSession, PersonState, SecondFactorDue, Session,
    SignInMethod,
};
use tillit_sso::SsoError;
use tillit_sso::service::Admission;
use tillit_sso::service::views::{Begin, ProposalId, ProposalKind, Purpose, ReturnTo};
use tillit_store::{Actor, Cx};

use super::link::{PASSWORD, chosen};
use super::people::id;
use super::provider;
use super::sign_in::unprocessed;
use crate::pages::{InvitationFacts, InvitationPage, InvitationStep, InvitedProposalPage};
use crate::ui::FormErrors;
use crate::web::{Empty, Fail, Flash, Form, Result, Visitor, go, page};

/// Where somebody signed in comes back to.
pub(super) const HERE: &str = "/invitation";

/// What the link leads to, for this browser.
struct Looked {
    step: InvitationStep,
    found: Option<FoundInvitation>,
}

impl Looked {
    const fn over(step: InvitationStep) -> Self {
        Self { step, found: None }
    }
}

async fn look(visitor: &Visitor, token: &LinkToken) -> Result<Looked> {
    let (accounts, sso) = (&visitor.state.accounts, &visitor.state.sso);
    let found = match accounts.find_invitation(&visitor.cx, token).await {
        Ok(found) => found,
        Err(AccountsError::NotFound) => return Ok(Looked::over(InvitationStep::Unknown)),
        Err(error) => return Err(error.into()),
    };
    match found.invitation.state {
        InvitationState::Sent => {}
        InvitationState::Used { .. } => return Ok(Looked::over(InvitationStep::Used)),
        InvitationState::Expired => return Ok(Looked::over(InvitationStep::Expired)),
        InvitationState::Revoked { .. } | InvitationState::SenderLeft => return Ok(Looked::over(InvitationStep::Revoked)),
    }
    match accounts.find_link(&visitor.cx, token, LinkPurpose::Invitation).await {
        Ok(_) => {}
        Err(AccountsError::NotFound) => return Ok(Looked::over(InvitationStep::Used)),
        Err(error) => return Err(error.into()),
    }
    let cx = visitor.cx.in_organisation(found.organisation);
    let step = match &visitor.browser.session {
        Some(session) if session.person == found.invitation.person && admitted(visitor, session).await? => {
            // A password that is not enough for anything else is not enough for a role either.
            let mut tx = accounts.db().read(&cx).await?;
            match accounts.second_factor_due(&mut tx, &cx, session).await? {
                SecondFactorDue::Now => InvitationStep::SecondFactor,
                SecondFactorDue::No | SecondFactorDue::From(_) => InvitationStep::Accept,
            }
        }
        Some(session) if session.person != found.invitation.person => {
            let name = accounts.person(&visitor.cx.in_organisation(session.organisation), session.person).await?;
            InvitationStep::WrongAccount(name.display_name().to_owned())
        }
        _ if !sso.accepts_set_up_links(&cx).await? => InvitationStep::Provider,
        // A link in a mail never replaces what somebody signs in with.
        _ if accounts.may_choose_password(&cx, &found.invitation).await? => InvitationStep::Password,
        _ => InvitationStep::SignIn,
    };
    Ok(Looked { step, found: Some(found) })
}

async fn admitted(visitor: &Visitor, session: &Session) -> Result<bool> {
    Ok(matches!(visitor.state.sso.admit(&visitor.cx, session).await?, Admission::Full | Admission::Recheck))
}

async fn shown(visitor: &Visitor, looked: Looked, path: String, errors: FormErrors) -> Result<Response> {
    let facts = match &looked.found {
        None => None,
        Some(found) => Some(facts(visitor, found).await?),
    };
    let over = looked.step.is_over();
    if over {
        visitor.forget_invitation();
    }
    let wrong = over || !errors.is_empty();
    let shown = page(&InvitationPage { f: visitor.frame(), step: looked.step, facts, path, errors })?;
    Ok(if wrong { unprocessed(shown) } else { shown })
}

async fn facts(visitor: &Visitor, found: &FoundInvitation) -> Result<InvitationFacts> {
    let (accounts, cx) = (&visitor.state.accounts, visitor.cx.in_organisation(found.organisation));
    let by = match found.invitation.by {
        Some(by) => accounts.person(&cx, by).await?.display_name().to_owned(),
        None => visitor.words().t("invitation-operator"),
    };
    Ok(InvitationFacts {
        organisation: accounts.organisation(&cx).await?.name,
        address: found.invitation.address.clone(),
        by,
        role: found.invitation.role,
        expires_at: found.invitation.expires_at,
    })
}

/// `GET /invitation/{token}`
pub(crate) async fn show(visitor: Visitor, Path(token): Path<String>) -> Result<Response> {
    let looked = match LinkToken::parse(&token) {
        Some(token) => look(&visitor, &token).await?,
        None => Looked::over(InvitationStep::Unknown),
    };
    shown(&visitor, looked, format!("{HERE}/{token}"), FormErrors::default()).await
}

/// `POST /invitation/{token}`: the next step.
pub(crate) async fn send(visitor: Visitor, Path(token): Path<String>, mut form: Form) -> Result<Response> {
    let (password, again) = (form.optional("password", PASSWORD)?, form.optional("again", PASSWORD)?);
    form.finish()?;
    let path = format!("{HERE}/{token}");
    let Some(token) = LinkToken::parse(&token) else {
        return shown(&visitor, Looked::over(InvitationStep::Unknown), path, FormErrors::default()).await;
    };
    let looked = look(&visitor, &token).await?;
    match (&looked.step, &looked.found) {
        (InvitationStep::Provider, Some(found)) => {
            visitor.carry_invitation(&token);
            to_provider(&visitor, found, false).await
        }
        (InvitationStep::SignIn, Some(found)) => {
            visitor.carry_invitation(&token);
            let organisation = visitor.state.accounts.organisation(&visitor.cx.in_organisation(found.organisation)).await?;
            Ok(go(&format!("/o/{}/sign-in/password?return_to=%2Finvitation", organisation.slug.as_str())))
        }
        (InvitationStep::Password, Some(found)) => {
            let (password, again) = (password.unwrap_or_default(), again.unwrap_or_default());
            match chosen(visitor.words(), &password, &again, &found.invitation.username) {
                Ok(password) => {
                    let (visitor, found, token) = (visitor.clone(), found.clone(), token.clone());
                    let sso = visitor.state.sso.clone();
                    sso.to_its_end(async move { accept_with_password(&visitor, &found, &token, &password).await }).await?
                }
                Err(errors) => shown(&visitor, looked, path, errors).await,
            }
        }
        (InvitationStep::SecondFactor, Some(_)) => Ok(go("/account/sign-in")),
        (InvitationStep::Accept, Some(found)) => {
            let (visitor, found, token) = (visitor.clone(), found.clone(), token.clone());
            let sso = visitor.state.sso.clone();
            sso.to_its_end(async move { accept_in_session(&visitor, &found, &token).await }).await?
        }
        _ => shown(&visitor, looked, path, FormErrors::default()).await,
    }
}

/// `GET /invitation`: back here after signing in, with the invitation that this browser carries.
pub(crate) async fn carried(visitor: Visitor) -> Result<Response> {
    let Some(token) = visitor.browser.invitation.clone() else {
        return shown(&visitor, Looked::over(InvitationStep::Unknown), HERE.to_owned(), FormErrors::default()).await;
    };
    let looked = look(&visitor, &token).await?;
    shown(&visitor, looked, format!("{HERE}/{}", token.as_str()), FormErrors::default()).await
}

/// `POST /invitation/again`: to the provider once more, with another account.
pub(crate) async fn again(visitor: Visitor, _: Empty) -> Result<Response> {
    let Some(token) = visitor.browser.invitation.clone() else { return Ok(go(HERE)) };
    match look(&visitor, &token).await? {
        Looked { step: InvitationStep::Provider, found: Some(found) } => to_provider(&visitor, &found, true).await,
        _ => Ok(go(HERE)),
    }
}

/// `POST /invitation/leave`: this browser carries it no more.
pub(crate) async fn leave(visitor: Visitor, _: Empty) -> Result<Response> {
    visitor.forget_invitation();
    visitor.flash(Flash::InvitationLeft);
    Ok(go("/sign-in"))
}

/// `GET /invitation/proposal/{id}`: what came back from the provider.
pub(crate) async fn proposal(visitor: Visitor, Path(proposal): Path<String>) -> Result<Response> {
    let proposal = id::<ProposalKind>(&proposal)?;
    proposed(&visitor, proposal).await
}

async fn proposed(visitor: &Visitor, id: ProposalId) -> Result<Response> {
    let proposal = visitor.state.sso.invited_proposal(&visitor.cx, &visitor.browser, id).await?;
    let token = visitor.browser.invitation.as_ref().ok_or_else(Fail::not_found)?;
    let found = visitor.state.accounts.find_invitation(&visitor.cx, token).await?;
    let InvitationFacts { organisation, address, role, .. } = facts(visitor, &found).await?;
    let wrong = !proposal.problems.is_empty();
    let shown = page(&InvitedProposalPage::new(visitor.frame(), organisation, address, role, proposal))?;
    Ok(if wrong { unprocessed(shown) } else { shown })
}

/// `POST /invitation/proposal/{id}`: yes.
pub(crate) async fn accept(visitor: Visitor, Path(proposal): Path<String>, _: Empty) -> Result<Response> {
    let proposal = id::<ProposalKind>(&proposal)?;
    match visitor.state.sso.accept_invited_proposal(&visitor.cx, &visitor.browser, proposal).await {
        Ok(entered) => {
            visitor.sign_in(&entered.token);
            Ok(welcome(&visitor))
        }
        // Something came in between: the page says what.
        Err(SsoError::Proposal(_)) => proposed(&visitor, proposal).await,
        Err(error) => Err(error.into()),
    }
}

async fn to_provider(visitor: &Visitor, found: &FoundInvitation, select_account: bool) -> Result<Response> {
    let begin = Begin {
        username: (!select_account).then(|| found.invitation.username.clone()),
        return_to: ReturnTo::home(),
        select_account,
        ..Begin::new(Purpose::SignIn, found.organisation)
    };
    let begun = visitor.state.sso.begin(&visitor.cx, &begin, &visitor.browser).await?;
    provider::begun(&visitor.state.config, || visitor.frame(), begun)
}

/// Somebody new, without single sign-on: the link proves the mail address, the password is theirs from now on.
async fn accept_with_password(
    visitor: &Visitor,
    found: &FoundInvitation,
    token: &LinkToken,
    password: &tillit_accounts::NewPassword,
) -> Result<Response> {
    let accounts = &visitor.state.accounts;
    // Hashed before: when too many passwords are being tried, the invitation is still good in a minute.
    let prepared = accounts.prepare_password(&visitor.cx, password).await?;
    // Used up first, in a transaction of its own: two windows cannot both go on.
    let Some(used) = use_up(visitor, token).await? else { return Ok(go(&format!("{HERE}/{}", token.as_str()))) };
    let cx = acting(visitor, found);
    let mut tx = accounts.db().begin(&cx).await?;
    match accounts.join_with_password(&mut tx, &cx, &used, prepared).await {
        // The person has got a way of signing in since the page was shown.
        Err(AccountsError::Denied) => return Ok(go(&format!("{HERE}/{}", token.as_str()))),
        done => done?,
    };
    let new = NewSession {
        user_agent: visitor.browser.user_agent.clone(),
        browser: Some(visitor.browser.key.mark()),
        replaces: visitor.browser.token.clone(),
        ..NewSession::new(used.person, SignInMethod::SetUpLink)
    };
    let (session, _) = accounts.start_session(&mut tx, &cx, new).await?;
    tx.commit().await?;
    visitor.sign_in(&session);
    Ok(welcome(visitor))
}

/// The invited person is signed in here: this session alone goes on, under a new token, since it may do more from now on.
async fn accept_in_session(visitor: &Visitor, found: &FoundInvitation, token: &LinkToken) -> Result<Response> {
    let accounts = &visitor.state.accounts;
    let Some(session) = &visitor.browser.session else { return Ok(go(HERE)) };
    let Some(used) = use_up(visitor, token).await? else { return Ok(go(&format!("{HERE}/{}", token.as_str()))) };
    let cx = acting(visitor, found);
    let mut tx = accounts.db().begin(&cx).await?;
    accounts.join(&mut tx, &cx, &used, Some(session.id)).await?;
    let token = accounts.rotate(&mut tx, &cx, session.id).await?;
    tx.commit().await?;
    visitor.sign_in(&token);
    Ok(welcome(visitor))
}

async fn use_up(visitor: &Visitor, token: &LinkToken) -> Result<Option<tillit_accounts::UsedLink>> {
    match visitor.state.accounts.use_link(&visitor.cx, token, LinkPurpose::Invitation).await {
        Ok(used) => Ok(Some(used)),
        Err(AccountsError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn acting(visitor: &Visitor, found: &FoundInvitation) -> Cx {
    visitor.cx.in_organisation(found.organisation).with_actor(Actor::Person(found.invitation.person))
}

fn welcome(visitor: &Visitor) -> Response {
    visitor.forget_invitation();
    visitor.flash(Flash::InvitationAccepted);
    go("/")
}

/// Where somebody goes who came back from the provider with an invitation: on to it, if it is theirs and works.
pub(super) async fn after_sign_in(visitor: &Visitor, person: tillit_store::PersonId) -> Result<bool> {
    let Some(token) = &visitor.browser.invitation else { return Ok(false) };
    match visitor.state.accounts.find_invitation(&visitor.cx, token).await {
        Ok(found) if found.invitation.person == person && found.invitation.state == InvitationState::Sent => Ok(true),
        Ok(_) | Err(AccountsError::NotFound) => {
            visitor.forget_invitation();
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a proposal is for whoever was invited in this browser.
pub(super) async fn is_for_invited(visitor: &Visitor, proposal: ProposalId) -> Result<bool> {
    match visitor.state.sso.invited_proposal(&visitor.cx, &visitor.browser, proposal).await {
        Ok(_) => Ok(true),
        Err(SsoError::NotFound | SsoError::Accounts(AccountsError::NotFound)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whether somebody may be invited to something: whoever is not switched off, and is not an owner with an account.
pub(super) fn invitable(state: PersonState, owner: bool, linked: bool) -> bool {
    state != PersonState::Disabled && !(owner && linked)
}
