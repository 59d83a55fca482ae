//! `GET /sso/callback`: the provider's answer.

use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use tillit_sso::service::views::{CallbackQuery, CallbackQueryError, Landing, Purpose, ReturnTo};

use super::{invitation, provider};
use crate::pages::{Fault, WaitingPage};
use crate::web::{Fail, Flash, Result, Visitor, go, page};

/// `GET /sso/callback`
pub(crate) async fn show(visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response> {
    let w = visitor.words();
    let query = CallbackQuery::parse(query.as_deref().unwrap_or("")).map_err(|error| {
        Fail::Fault(match error {
            CallbackQueryError::TooLong => Fault::TooLarge,
            CallbackQueryError::Doubled(name) => Fault::BadRequest(w.t1("bad-form-doubled", "name", name)),
            CallbackQueryError::Encoding(name) => Fault::BadRequest(w.t1("bad-form-encoding", "name", name)),
        })
    })?;
    let landing = visitor.state.sso.callback(&visitor.cx, &query, &visitor.browser).await?;
    match landing {
        Landing::SignedIn(entered) => {
            visitor.sign_in(&entered.token);
            if entered.confirmed {
                visitor.flash(Flash::Confirmed);
            } else if entered.first_time {
                visitor.flash(Flash::FirstTime);
            }
            let path =
                if invitation::after_sign_in(&visitor, entered.person).await? { invitation::HERE } else { entered.return_to.as_str() };
            Ok(go(path))
        }
        Landing::Proposal { id } if invitation::is_for_invited(&visitor, id).await? => Ok(go(&format!("/invitation/proposal/{id}"))),
        Landing::Proposal { id } => Ok(go(&format!("/settings/security/proposal/{id}"))),
        Landing::TestPassed => {
            visitor.flash(Flash::TestPassed);
            Ok(go("/settings/security"))
        }
        Landing::AdminConsentReturned { said_yes, other_tenant, signed_in } => {
            visitor.flash(match (other_tenant, said_yes) {
                (true, _) => Flash::ConsentOtherTenant,
                (false, true) => Flash::ConsentReturned,
                (false, false) => Flash::ConsentNotReturned,
            });
            Ok(go(if signed_in { "/settings/security" } else { "/sign-in" }))
        }
        Landing::Rechecked { return_to, unreachable } => {
            if unreachable {
                visitor.flash(Flash::RecheckUnreachable);
            }
            Ok(go(return_to.as_str()))
        }
        Landing::Proved { return_to, token } => {
            visitor.sign_in(&token);
            Ok(go(return_to.as_str()))
        }
        Landing::SignInAgain { return_to } => {
            visitor.forget_session();
            visitor.flash(Flash::SessionOver);
            Ok(go(&sign_in_for(&return_to)))
        }
        Landing::Waiting { purpose, return_to, .. } => {
            let again = match purpose {
                Purpose::Activate => "/settings/security/activate".to_owned(),
                Purpose::Test | Purpose::AdminConsent => "/settings/security".to_owned(),
                Purpose::SignIn | Purpose::Recheck => sign_in_for(&return_to),
                Purpose::Prove => return_to.as_str().to_owned(),
            };
            let shown = page(&WaitingPage { f: visitor.frame(), minutes: None, again })?;
            Ok((StatusCode::FORBIDDEN, [(header::RETRY_AFTER, HeaderValue::from_static("60"))], shown).into_response())
        }
        Landing::Refused(refusal) => provider::refused(visitor.frame(), *refusal),
    }
}

/// The sign-in page, and where it leads afterwards.
fn sign_in_for(return_to: &ReturnTo) -> String {
    let path = percent_encoding::utf8_percent_encode(return_to.as_str(), percent_encoding::NON_ALPHANUMERIC);
    format!("/sign-in?return_to={path}")
}
