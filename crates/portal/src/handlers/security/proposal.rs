//! What came back from the provider, and the person's yes.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::SsoError;
use tillit_sso::service::views::ProposalKind;

use super::super::people::id;
use crate::pages::ProposalPage;
use crate::web::{Empty, Flash, Person, Result, go, page};

/// `GET /settings/security/proposal/{id}`
pub(crate) async fn show(person: Person, Path(proposal): Path<String>) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let proposal = person.state().sso.proposal(&person.cx, &person.session, id::<ProposalKind>(&proposal)?).await?;
    page(&ProposalPage { f: person.frame(), proposal })
}

/// `POST /settings/security/proposal/{id}`: yes.
pub(crate) async fn send(person: Person, Path(proposal): Path<String>, _: Empty) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let proposal = id::<ProposalKind>(&proposal)?;
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
