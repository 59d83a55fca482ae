//! Doors: `/sign-in` and `/o/{slug}/sign-in`, and what lies behind them.

pub(crate) mod continue_on;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod recovery_code;
pub(crate) mod second_step;
pub(crate) mod sign_out;

use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use tillit_accounts::{Slug, Username};
use tillit_sso::service::LocalAnswer;
use tillit_sso::service::views::{Place as RoomPlace, ReturnTo};

use crate::pages::{Place, SecondStepPage, TogetherPage};
use crate::state::PortalState;
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, FormProblem, Result, Visitor, go, page};
use crate::words::Words;

/// Which sign-in page this is: told by the address.
pub(crate) struct Door {
    pub place: Place,
    pub room: RoomPlace,
}

impl FromRequestParts<PortalState> for Door {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self> {
        if !parts.uri.path().starts_with("/o/") {
            return Ok(Self { place: Place::Common, room: RoomPlace::Portal });
        }
        let visitor = Visitor::from_request_parts(parts, state).await?;
        let Path(slug) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Fail::not_found())?;
        let slug: Slug = slug.parse().map_err(|_| Fail::not_found())?;
        let id = state.accounts.organisation_of_slug(&visitor.cx, &slug).await?.ok_or_else(Fail::not_found)?;
        let name = state.accounts.organisation(&visitor.cx.in_organisation(id)).await?.name;
        Ok(Self { place: Place::Organisation { slug: slug.as_str().to_owned(), name }, room: RoomPlace::Organisation(slug) })
    }
}

/// Where to go afterwards; home if nothing is said. What is no path of ours is refused, not repaired.
pub(super) fn return_to(text: &str) -> Result<ReturnTo> {
    if text.is_empty() {
        return Ok(ReturnTo::home());
    }
    ReturnTo::parse(text).ok_or(Fail::Form(FormProblem::Value("return_to")))
}

/// A typed username, or what is wrong with it.
pub(super) fn username(w: &Words, typed: &str) -> Result<Username, FormErrors> {
    typed.parse().map_err(|_| FormErrors::one("username", w.t("sign-in-username-bad")))
}

/// After a local sign-in: inside, at the second step, or the errors for the page.
pub(super) fn entered(
    visitor: &Visitor,
    place: &Place,
    answer: LocalAnswer,
    return_to: &ReturnTo,
    refused: &str,
) -> Result<Response, FormErrors> {
    let w = visitor.words();
    match answer {
        LocalAnswer::SignedIn { token, .. } => {
            visitor.sign_in(&token);
            Ok(go(return_to.as_str()))
        }
        LocalAnswer::SecondStep(step) => {
            let (place, step, return_to) = (place.clone(), step.to_text(), return_to.as_str().to_owned());
            page(&SecondStepPage { f: visitor.frame(), place, step, return_to, errors: FormErrors::default() })
                .or_else(|fail| Ok(fail.into_response()))
        }
        LocalAnswer::Waits { ticket, more, until } => {
            let (place, ticket) = (place.clone(), ticket.to_text());
            page(&TogetherPage { f: visitor.frame(), place, ticket, more, until }).or_else(|fail| Ok(fail.into_response()))
        }
        LocalAnswer::Again => {
            visitor.flash(Flash::SignInAgain);
            Ok(go(&place.path("/other")))
        }
        LocalAnswer::Refused { wait_minutes: Some(minutes) } => {
            let span = w.span(tillit_store::Duration::minutes(i64::from(minutes)));
            Err(FormErrors::one("", w.t1("password-wait", "span", span)))
        }
        LocalAnswer::Refused { wait_minutes: None } => Err(FormErrors::one("", w.t(refused))),
        LocalAnswer::Busy => Err(FormErrors::one("", w.t("sign-in-busy"))),
    }
}

/// A form that must be corrected: 422, so that scripts see it too.
pub(super) fn unprocessed(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
