//! Settings, PRIVACY: choosing which fields are held, the deletions that follow, the data processing terms.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{DeletionId, DeletionKind, FieldChoices, OperatorTerms, Permission, Preset, ProfileField};

use super::own_proof::{Shown, fields, prove};
use super::people::{id, name_of};
use super::sign_in::unprocessed;
use crate::pages::{DeletionPage, FieldChangePage, PrivacyPage, TermsPage};
use crate::ui::FormErrors;
use crate::web::{Flash, Form, FormProblem, Person, Query, Result, go, page};

/// Where the tab is.
const HERE: &str = "/settings/privacy";

/// `GET /settings/privacy`, with `?preset=` as if its choices had been picked.
pub(crate) async fn show(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    let preset = query.text("preset")?;
    let preset = Preset::ALL.into_iter().find(|known| known.key() == preset);
    let accounts = &person.state().accounts;
    let held = accounts.held(&person.cx).await?;
    let mut tx = accounts.db().read(&person.cx).await?;
    let (waiting, _) = accounts.open_erasure_requests(&mut tx, &person.cx).await?;
    tx.rollback().await?;
    page(&PrivacyPage {
        may_answer: person.may(Permission::AnswerErasure),
        waiting,
        shown: preset.map_or_else(|| held.choices(), Preset::choices),
        readers: tillit_accounts::readers(),
        may_choose: person.may(Permission::ChooseFields),
        may_read_terms: person.may(Permission::ViewProcessingTerms),
        deletions: accounts.deletions(&person.cx).await?,
        held,
        f: person.frame(),
    })
}

/// `POST /settings/privacy`: leads to the page that says what will happen. The choices are in its address: they are nobody's.
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    let typed = ProfileField::ALL.map(|field| form.line(field.key()).map(|choice| (field, choice)));
    form.finish()?;
    person.require(Permission::ChooseFields)?;
    let typed = typed.into_iter().collect::<Result<Vec<_>, FormProblem>>()?;
    let mut choices = FieldChoices::default();
    for (field, choice) in typed {
        choices = choices.with(field, choice.parse().map_err(|()| FormProblem::Value(field.key()))?);
    }
    if person.state().accounts.field_choices(&person.cx).await? == choices {
        person.flash(Flash::FieldsSame);
        return Ok(go(HERE));
    }
    Ok(go(&format!("{HERE}/change?to={}", choices.letters())))
}

/// `GET /settings/privacy/change`: what will happen.
pub(crate) async fn change(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ChooseFields)?;
    let new = FieldChoices::of_letters(&query.text("to")?).ok_or(FormProblem::Value("to"))?;
    asked(&person, new, FormErrors::default()).await
}

async fn asked(person: &Person, new: FieldChoices, errors: FormErrors) -> Result<Response> {
    let accounts = &person.state().accounts;
    let backups =
        accounts.vault().backup_period().map_or_else(String::new, |span| person.words().span(span + tillit_store::Duration::days(7)));
    let proof = fields(person, &errors).await?;
    page(&FieldChangePage { held: accounts.held(&person.cx).await?, new, backups, proof, errors, f: person.frame() })
}

/// `POST /settings/privacy/change`
pub(crate) async fn save(person: Person, mut form: Form) -> Result<Response> {
    let (proof, to) = (Shown::of(&mut form, &person).await?, form.line("to")?);
    form.finish()?;
    person.require(Permission::ChooseFields)?;
    let new = FieldChoices::of_letters(&to).ok_or(FormProblem::Value("to"))?;
    // It may delete a field of everybody, so a session alone is not enough.
    if let Err(errors) = prove(&person, &proof).await? {
        return asked(&person, new, errors).await.map(unprocessed);
    }
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    let chosen = accounts.choose_fields(&mut tx, &person.cx, &new).await?;
    tx.commit().await?;
    person.flash(if chosen.changed { Flash::FieldsSaved } else { Flash::FieldsSame });
    Ok(match chosen.deletion {
        Some(id) => go(&format!("{HERE}/deletions/{id}")),
        None => go(HERE),
    })
}

/// `GET /settings/privacy/deletions/{id}`: how far it is, or the receipt.
pub(crate) async fn deletion(person: Person, Path(which): Path<String>) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    let which: DeletionId = id::<DeletionKind>(&which)?;
    let deletion = person.state().accounts.deletion(&person.cx, which).await?;
    let by = match deletion.asked_by {
        Some(who) => name_of(&person, who).await?,
        None => person.words().t("audit-actor-operator"),
    };
    page(&DeletionPage { deletion, by, f: person.frame() })
}

/// `GET /settings/privacy/terms`
pub(crate) async fn terms(person: Person) -> Result<Response> {
    person.require(Permission::ViewProcessingTerms)?;
    let operator = &person.state().config.operator;
    let operator = OperatorTerms { name: operator.name.clone(), sub_processors: operator.sub_processors.clone() };
    let terms = person.state().accounts.terms(&person.cx, operator).await?;
    page(&TermsPage { terms, f: person.frame() })
}
