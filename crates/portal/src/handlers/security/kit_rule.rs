//! How many owners' recovery codes are needed together.

use axum::response::Response;
use tillit_accounts::{AccountsError, KitRuleRefusal, LocalRefusal, Permission};

use super::super::own_proof::{Shown, fields_for_way_back};
use super::super::sign_in::unprocessed;
use crate::pages::KitRulePage;
use crate::ui::FormErrors;
use crate::web::{Flash, Form, FormProblem, Person, Result, go, page};

/// Where this is.
const HERE: &str = "/settings/security/recovery-kit/owners";

/// `GET /settings/security/recovery-kit/owners`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    shown(&person, None, FormErrors::default()).await
}

/// `POST /settings/security/recovery-kit/owners`
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    let proof = Shown::of(&mut form, &person).await?;
    let number = form.line("number")?;
    form.finish()?;
    let number: u32 = number.parse().map_err(|_| FormProblem::Value("number"))?;
    let (accounts, me) = (&person.state().accounts, person.session.person);
    let errors = match accounts.choose_kit_rule(&person.cx, me, proof.in_session().proof(), number).await {
        Ok(token) => {
            person.renew(token.as_ref());
            person.flash(Flash::KitRuleChosen);
            return Ok(go(HERE));
        }
        Err(LocalRefusal::Failed(AccountsError::KitRule(refusal))) => {
            let w = person.words();
            let problem = match refusal {
                KitRuleRefusal::TooFewHolders { holders } => w.t1("kit-rule-too-few", "holders", holders),
                KitRuleRefusal::Same => w.t("kit-rule-same"),
                KitRuleRefusal::OutOfRange => return Err(FormProblem::Value("number").into()),
            };
            FormErrors::one("number", problem)
        }
        Err(refusal) => proof.wrong(&person, refusal).await?,
    };
    shown(&person, Some(number), errors).await.map(unprocessed)
}

async fn shown(person: &Person, chosen: Option<u32>, errors: FormErrors) -> Result<Response> {
    let state = person.state().accounts.kit_rule(&person.cx).await?;
    let proof = fields_for_way_back(person, &errors).await?;
    page(&KitRulePage { chosen: chosen.unwrap_or(state.rule.in_force(person.cx.now())), f: person.frame(), state, proof, errors })
}
