//! The section itself, with its two questions: what does a code mean, what happens if … signs in.

use axum::response::Response;
use tillit_accounts::{Permission, Username};
use tillit_sso::codes::{self, WhoCan};
use tillit_sso::service::views::Stage;

use super::super::password_link::without_way_note;
use super::super::provider::text;
use super::{view, what_if};
use crate::pages::{CodeAnswer, SecurityPage, WhatIfAnswer, provider_of};
use crate::ui::FormErrors;
use crate::web::{Form, Person, Query, Restricted, Result, page};
use crate::words::Words;

/// Longest text that is searched for codes: a whole error message may be pasted.
const LONGEST_QUESTION: usize = 4096;

/// `GET /settings/security`: also for a session that can only turn it off.
pub(crate) async fn show(Restricted(person): Restricted, mut query: Query) -> Result<Response> {
    let question = query.long_text("code", LONGEST_QUESTION)?;
    let codes = (!question.is_empty()).then(|| code_answers(person.words(), &person.state().config.operator.name, &question));
    page(&SecurityPage { code_query: question, codes, ..section(&person).await? })
}

/// `POST /settings/security/what-if`: a form, so that no username stands in an address. Changes nothing.
pub(crate) async fn what_if(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    let typed = form.line("what-if")?;
    form.finish()?;
    let w = person.words();
    let shown = section(&person).await?;
    let answer: Result<WhatIfAnswer, String> = match typed.parse::<Username>() {
        Err(_) => Err(w.t("sign-in-username-bad")),
        Ok(username) => {
            let found = person.state().sso.what_if(&person.cx, &person.session, &username).await?;
            let connection = shown.view.connection.as_ref();
            Ok(what_if::answer(w, &found, provider_of(connection), connection.map(|connection| connection.login_host.as_str())))
        }
    };
    page(&SecurityPage { what_if_query: typed, what_if: Some(answer), ..shown })
}

/// The page without questions.
pub(super) async fn section(person: &Person) -> Result<SecurityPage> {
    let view = view(person).await?;
    let mut f = person.frame();
    // Off again: whoever came by it alone cannot sign in.
    if matches!(view.stage, Stage::Off) {
        f.banners.extend(without_way_note(person).await?);
    }
    Ok(SecurityPage {
        view,
        f,
        may_enforce: person.may(Permission::EnforceSingleSignOn),
        code_query: String::new(),
        codes: None,
        what_if_query: String::new(),
        what_if: None,
        errors: FormErrors::default(),
    })
}

/// What Microsoft's codes in a text mean.
pub(in crate::handlers) fn code_answers(w: &Words, operator: &str, question: &str) -> Vec<CodeAnswer> {
    let asked = codes::first_code(question);
    let answer = |entry: &'static codes::Entry| {
        let code = asked.filter(|code| entry.codes.contains(code)).or_else(|| entry.codes.first().copied()).unwrap_or_default();
        CodeAnswer {
            code: format!("AADSTS{code}"),
            meaning: text(w.language(), entry.meaning),
            todo: text(w.language(), entry.advice),
            who: w.t1(who(entry.who), "operator", operator),
        }
    };
    codes::search(question).into_iter().map(answer).collect()
}

/// Key of the word for who can do something about a code.
const fn who(who: WhoCan) -> &'static str {
    match who {
        WhoCan::Person => "who-you",
        WhoCan::Administrator => "who-owner",
        WhoCan::MicrosoftAdministrator => "who-tenant-administrator",
        WhoCan::Operator => "who-operator",
    }
}
