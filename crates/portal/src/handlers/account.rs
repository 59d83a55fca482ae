//! The person's own account.

use axum::response::Response;
use tillit_accounts::{Permission, SignInMethod};

use super::person::profile;
use crate::pages::{AccountPage, role_key};
use crate::web::{Person, Result, page};

/// `GET /account`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    page(&AccountPage {
        f: person.frame(),
        role: role_key(person.session.role),
        profile: profile(&person.account.profile),
        method: method_key(person.session.method),
    })
}

/// Key of the word for how a session began.
pub(super) const fn method_key(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Password => "method-password",
        SignInMethod::Sso => "method-sso",
        SignInMethod::RecoveryCode => "method-recovery-code",
        SignInMethod::OperatorLink => "method-operator-link",
        SignInMethod::SetUpLink => "method-set-up-link",
    }
}
