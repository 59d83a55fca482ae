//! Who may come in.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::SsoError;
use tillit_sso::service::views::PolicyView;
use tillit_sso::service::{LARGEST_CAP, RECHECK_MINUTES};

use super::super::sign_in::unprocessed;
use super::section::section;
use crate::ui::FormErrors;
use crate::web::{Flash, Form, Person, Result, go, page};
use crate::words::Words;

/// `POST /settings/security/policy`
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let (create_people, guests) = (form.checked("create_people")?, form.checked("guests")?);
    let (cap, recheck_minutes) = (form.line("cap")?, form.line("recheck_minutes")?);
    form.finish()?;
    let saved = match (cap.parse(), recheck_minutes.parse()) {
        (Err(_), _) => Err("cap"),
        (_, Err(_)) => Err("recheck_minutes"),
        (Ok(cap), Ok(recheck_minutes)) => {
            let new = PolicyView { create_people, cap, created: 0, guests, recheck_minutes };
            match person.state().sso.save_policy(&person.cx, &person.session, &new).await {
                Ok(()) => Ok(()),
                Err(SsoError::OutOfBounds(field)) => Err(field),
                Err(error) => return Err(error.into()),
            }
        }
    };
    match saved {
        Ok(()) => {
            person.flash(Flash::PolicySaved);
            Ok(go(super::HERE))
        }
        Err(field) => {
            let mut shown = section(&person).await?;
            shown.errors = problem(person.words(), field);
            page(&shown).map(unprocessed)
        }
    }
}

fn problem(w: &Words, field: &str) -> FormErrors {
    let (field, least, most) = match field {
        "cap" => ("cap", 0, LARGEST_CAP),
        _ => ("recheck_minutes", *RECHECK_MINUTES.start(), *RECHECK_MINUTES.end()),
    };
    FormErrors::one(field, w.t2("bad-number", "least", least, "most", most))
}
