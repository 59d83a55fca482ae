//! The person's own account.

pub(crate) mod app;
pub(crate) mod password;
pub(crate) mod ways;

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
        SignInMethod::PasswordAndCode => "method-password-and-code",
        SignInMethod::Sso => "method-sso",
        SignInMethod::RecoveryCode => "method-recovery-code",
        SignInMethod::OperatorLink => "method-operator-link",
        SignInMethod::SetUpLink => "method-set-up-link",
    }
}
