//! The second step of signing in with a password: a code of the app, or an own recovery code.

use axum::response::Response;
use tillit_accounts::{SecondAnswer, SecondStep};
use tillit_sso::service::LocalAnswer;

use super::{Door, entered, return_to, unprocessed};
use crate::pages::SecondStepPage;
use crate::ui::FormErrors;
use crate::web::{Form, LINE, Result, Visitor, page};

/// `POST /sign-in/code`
pub(crate) async fn send(visitor: Visitor, door: Door, mut form: Form) -> Result<Response> {
    let (step, return_to) = (form.required("step", LINE)?, return_to(&form.line("return_to")?)?);
    let typed = form.line("code")?;
    form.finish()?;
    let w = visitor.words();
    let tried = match (SecondStep::parse(&step), SecondAnswer::parse(&typed)) {
        // Not as we made it: as if its time were over.
        (None, _) => entered(&visitor, &door.place, LocalAnswer::Again, &return_to, ""),
        (Some(_), None) => Err(FormErrors::one("code", w.t("second-step-shape"))),
        (Some(parsed), Some(answer)) => {
            let answer = visitor.state.sso.sign_in_second(&visitor.cx, &parsed, &answer, &visitor.browser).await?;
            entered(&visitor, &door.place, answer, &return_to, "second-step-wrong")
        }
    };
    tried.or_else(|errors| {
        let errors = FormErrors(errors.0.into_iter().map(|(_, message)| ("code", message)).collect());
        let return_to = return_to.as_str().to_owned();
        page(&SecondStepPage { f: visitor.frame(), place: door.place, step, return_to, errors }).map(unprocessed)
    })
}
