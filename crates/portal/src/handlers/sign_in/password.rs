//! "Sign in another way": the local form, the same for everybody.

use axum::response::Response;
use tillit_accounts::Password;

use super::passkey::ask;
use super::{Door, entered, return_to, unprocessed, username};
use crate::pages::PasswordPage;
use crate::ui::FormErrors;
use crate::web::{Form, Query, Result, Visitor, page};

/// Longest password that is read, in bytes: more than accounts take, so that they can say so.
const PASSWORD: usize = 4096;

/// `GET /sign-in/other`
pub(crate) async fn show(visitor: Visitor, door: Door, mut query: Query) -> Result<Response> {
    let return_to = return_to(&query.text("return_to")?)?.as_str().to_owned();
    page(&PasswordPage {
        f: visitor.frame(),
        place: door.place,
        username: String::new(),
        return_to,
        passkey: ask(&visitor)?,
        errors: FormErrors::default(),
    })
}

/// `POST /sign-in/password`
pub(crate) async fn send(visitor: Visitor, door: Door, mut form: Form) -> Result<Response> {
    let (typed, return_to) = (form.line("username")?, return_to(&form.line("return_to")?)?);
    let password = form.required("password", PASSWORD)?;
    form.finish()?;
    let tried = match (username(visitor.words(), &typed), Password::typed(&password)) {
        (Err(errors), _) => Err(errors),
        (_, Err(_)) => Err(FormErrors::one("password", visitor.words().t("password-empty"))),
        (Ok(name), Ok(password)) => {
            let answer = visitor.state.sso.sign_in_locally(&visitor.cx, &door.room, &name, &password, &visitor.browser).await?;
            entered(&visitor, &door.place, answer, &return_to, "password-refused")
        }
    };
    tried.or_else(|errors| {
        let return_to = return_to.as_str().to_owned();
        page(&PasswordPage { f: visitor.frame(), place: door.place, username: typed, return_to, passkey: ask(&visitor)?, errors })
            .map(unprocessed)
    })
}
