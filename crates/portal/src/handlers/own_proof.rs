//! What somebody shows beside the session: the password here, or a code of the recovery kit.

use tillit_accounts::{AccountsError, LocalRefusal, OwnProof, Password, RecoveryCode, SecondAnswer, Session, SignInMethod, TotpCode};

use crate::pages::{Proofs, proof_fields};
use crate::ui::{Field, FormErrors};
use crate::web::{Fail, Form, LINE, Person, Result};

/// Longest password that is read, in bytes: more than accounts take, so that they can say so.
const PASSWORD: usize = 4096;

/// What was typed; either, both or none.
pub(super) struct Shown {
    password: Option<Password>,
    code: Option<RecoveryCode>,
    app: Option<SecondAnswer>,
    typed_code: bool,
}

/// What the person can show.
pub(super) async fn proofs(person: &Person) -> Result<Proofs> {
    let (accounts, me) = (&person.state().accounts, person.session.person);
    Ok(Proofs {
        password: accounts.password_set_at(&person.cx, me).await?.is_some(),
        kit: accounts.kit_state(&person.cx, me).await?.is_some_and(|kit| kit.tried_at.is_some()),
        app: accounts.second_factor(&person.cx, me).await?.is_some(),
    })
}

/// The fields for it.
pub(super) async fn fields(person: &Person, errors: &FormErrors) -> Result<Vec<Field>> {
    Ok(proof_fields(person.words(), proofs(person).await?, errors))
}

impl Shown {
    /// Takes the two fields from a form.
    pub fn of(form: &mut Form) -> Result<Self> {
        let password = form.optional("password", PASSWORD)?.unwrap_or_default();
        let code = form.optional("proof_code", LINE)?.unwrap_or_default();
        let app = code.parse::<TotpCode>().ok().map(SecondAnswer::App);
        Ok(Self { password: Password::typed(&password).ok(), code: code.parse().ok(), app, typed_code: !code.trim().is_empty() })
    }
    /// The proof that it is.
    pub fn proof(&self, session: &Session) -> OwnProof<'_> {
        match (&self.password, &self.app, &self.code) {
            (Some(password), _, _) => OwnProof::Password(password),
            (None, Some(app), _) => OwnProof::Second(app),
            (None, None, Some(code)) => OwnProof::Code(code),
            (None, None, None) if matches!(session.method, SignInMethod::OperatorLink | SignInMethod::SetUpLink) => {
                OwnProof::LinkSession(session.id)
            }
            (None, None, None) => OwnProof::None,
        }
    }
    /// The field that a wrong proof is said at.
    pub const fn field(&self) -> &'static str {
        if self.password.is_none() && self.typed_code { "proof_code" } else { "password" }
    }
}

/// Why it was refused, in words.
pub(super) fn refused(person: &Person, refusal: LocalRefusal, wrong: &str) -> Result<String> {
    let w = person.words();
    Ok(match refusal {
        LocalRefusal::Refused { wait_minutes: None } => w.t(wrong),
        LocalRefusal::Refused { wait_minutes: Some(minutes) } => {
            w.t1("password-wait", "span", w.span(tillit_store::Duration::minutes(i64::from(minutes))))
        }
        LocalRefusal::TooMany { wait } => return Err(Fail::TooMany(wait)),
        LocalRefusal::Busy => w.t("sign-in-busy"),
        LocalRefusal::Failed(AccountsError::ProofNeeded) => w.t("kit-proof-needed"),
        LocalRefusal::Failed(error) => return Err(Fail::from(error)),
    })
}
