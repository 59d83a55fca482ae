//! What came back from the provider, and the person's yes.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::SsoError;
use tillit_sso::service::views::{ProposalId, ProposalKind};

use super::super::own_proof::{Shown, fields_for_way, prove_way};
use super::super::people::id;
use super::super::sign_in::unprocessed;
use crate::pages::ProposalPage;
use crate::ui::FormErrors;
use crate::web::{Flash, Form, Person, Result, go, page};

/// `GET /settings/security/proposal/{id}`
pub(crate) async fn show(person: Person, Path(proposal): Path<String>) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    shown(&person, id::<ProposalKind>(&proposal)?, FormErrors::default()).await
}

async fn shown(person: &Person, id: ProposalId, errors: FormErrors) -> Result<Response> {
    let proposal = person.state().sso.proposal(&person.cx, &person.session, id).await?;
    let proof = if proposal.problems.is_empty() { fields_for_way(person, &errors).await? } else { vec![] };
    page(&ProposalPage { f: person.frame(), proposal, proof, errors })
}

/// `POST /settings/security/proposal/{id}`: yes.
pub(crate) async fn send(person: Person, Path(proposal): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    person.require(Permission::ChangeSingleSignOn)?;
    let proposal = id::<ProposalKind>(&proposal)?;
    // What came back, and whether it is this person's, before anything is typed for it.
    person.state().sso.proposal(&person.cx, &person.session, proposal).await?;
    // The account signs in as this person from now on: a stolen session must not become that.
    if let Err(errors) = prove_way(&person, &proof).await? {
        return shown(&person, proposal, errors).await.map(unprocessed);
    }
    match person.state().sso.accept_proposal(&person.cx, &person.session, proposal).await {
        Ok(accepted) => {
            person.visitor.sign_in(&accepted.token);
            person.flash(Flash::ProposalAccepted);
            Ok(go(super::HERE))
        }
        // Something came in between: the page says what.
        Err(SsoError::Proposal(_)) => Ok(go(&format!("/settings/security/proposal/{proposal}"))),
        Err(error) => Err(error.into()),
    }
}
