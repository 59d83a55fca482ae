//! Username, then Continue: the domain decides.

use axum::response::Response;
use tillit_sso::service::views::{Begin, Route};

use super::passkey::ask;
use super::{Door, return_to, unprocessed, username};
use crate::handlers::provider;
use crate::pages::{PasswordPage, SignInPage};
use crate::ui::FormErrors;
use crate::web::{Form, Query, Result, Visitor, page};

/// `GET /sign-in`
pub(crate) async fn show(visitor: Visitor, door: Door, mut query: Query) -> Result<Response> {
    let return_to = return_to(&query.text("return_to")?)?.as_str().to_owned();
    let choose_account = query.text("account")? == "other";
    let f = visitor.frame();
    page(&SignInPage {
        f,
        place: door.place,
        username: String::new(),
        return_to,
        choose_account,
        passkey: ask(&visitor)?,
        errors: FormErrors::default(),
    })
}

/// `POST /sign-in`
pub(crate) async fn send(visitor: Visitor, door: Door, mut form: Form) -> Result<Response> {
    let (typed, return_to) = (form.line("username")?, return_to(&form.line("return_to")?)?);
    let choose_account = form.checked("choose_account")?;
    form.finish()?;
    let name = match username(visitor.words(), &typed) {
        Ok(name) => name,
        Err(errors) => {
            let f = visitor.frame();
            let return_to = return_to.as_str().to_owned();
            return page(&SignInPage { f, place: door.place, username: typed, return_to, choose_account, passkey: ask(&visitor)?, errors })
                .map(unprocessed);
        }
    };
    let state = &visitor.state;
    match state.sso.route(&visitor.cx, &door.room, Some(&name), &visitor.browser).await? {
        Route::Provider { organisation, purpose } => {
            let begin = Begin { username: Some(name), return_to, select_account: choose_account, ..Begin::new(purpose, organisation) };
            let begun = state.sso.begin(&visitor.cx, &begin, &visitor.browser).await?;
            provider::begun(&state.config, || visitor.frame(), begun)
        }
        Route::Local => page(&PasswordPage {
            f: visitor.frame(),
            place: door.place,
            username: typed,
            return_to: return_to.as_str().to_owned(),
            passkey: ask(&visitor)?,
            errors: FormErrors::default(),
        }),
    }
}
