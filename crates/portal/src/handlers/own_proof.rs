//! What somebody shows beside the session: the password here, or a code of the recovery kit.

use tillit_accounts::{
    AccountsError, Assertion, LocalRefusal, OwnProof, PasskeyProof, Password, RecoveryCode, RelyingParty, SecondAnswer, Session, SessionId,
    SignInMethod, TotpCode,
};

use crate::pages::{PasskeyAsk, Proofs, proof_fields};
use crate::ui::{Field, FormErrors};
use crate::web::{Fail, Form, FormProblem, LINE, Person, Result};

/// Longest password that is read, in bytes: more than accounts take, so that they can say so.
const PASSWORD: usize = 4096;
/// Longest part of a passkey's answer, as text.
pub(super) const ANSWER: usize = 8192;

/// What was typed; either, both or none.
pub(super) struct Shown {
    password: Option<Password>,
    code: Option<RecoveryCode>,
    app: Option<SecondAnswer>,
    typed_code: bool,
    passkey: Option<Assertion>,
    party: Option<RelyingParty>,
}

/// A proof, and the session that shows it.
pub(super) struct InSession<'a>(SessionId, OwnProof<'a>);

impl<'a> InSession<'a> {
    /// As accounts take it.
    pub const fn proof(&'a self) -> OwnProof<'a> {
        OwnProof::InSession(self.0, &self.1)
    }
}

/// Fields that a script fills with what a passkey answered: all of them, or none.
pub(super) fn assertion(form: &mut Form) -> Result<Option<Assertion>> {
    let mut field = |name| Ok::<_, FormProblem>(form.optional(name, ANSWER)?.unwrap_or_default());
    let (credential, client_data) = (field("credential")?, field("client_data")?);
    let (data, signature, handle) = (field("authenticator_data")?, field("signature")?, field("user_handle")?);
    if credential.is_empty() {
        return Ok(None);
    }
    Assertion::parse(&credential, &client_data, &data, &signature, &handle).map(Some).ok_or(Fail::Form(FormProblem::Value("credential")))
}

/// What the person can show.
pub(super) async fn proofs(person: &Person) -> Result<Proofs> {
    let (accounts, me) = (&person.state().accounts, person.session.person);
    Ok(Proofs {
        password: accounts.password_set_at(&person.cx, me).await?.is_some(),
        kit: accounts.kit_state(&person.cx, me).await?.is_some_and(|kit| kit.tried_at.is_some()),
        app: accounts.second_factor(&person.cx, me).await?.is_some(),
        passkey: match RelyingParty::of(&person.state().config.public_url) {
            Some(party) if !accounts.passkeys(&person.cx, me).await?.is_empty() => {
                let challenge = accounts.proof_challenge(&person.cx, person.session.id)?.to_string();
                Some(PasskeyAsk { party: party.id().to_owned(), challenge })
            }
            _ => None,
        },
    })
}

/// The fields for it; none if the session showed a proof within the last ten minutes.
pub(super) async fn fields(person: &Person, errors: &FormErrors) -> Result<Vec<Field>> {
    if person.state().accounts.proved_recently(&person.cx, person.session.id).await? {
        return Ok(vec![]);
    }
    fields_now(person, errors).await
}

/// The fields for what a recent proof is not enough for.
pub(super) async fn fields_now(person: &Person, errors: &FormErrors) -> Result<Vec<Field>> {
    Ok(proof_fields(person.words(), proofs(person).await?, errors))
}

impl Shown {
    /// Takes its fields from a form.
    pub fn of(form: &mut Form) -> Result<Self> {
        let passkey = assertion(form)?;
        let password = form.optional("password", PASSWORD)?.unwrap_or_default();
        let code = form.optional("proof_code", LINE)?.unwrap_or_default();
        let app = code.parse::<TotpCode>().ok().map(SecondAnswer::App);
        Ok(Self {
            password: Password::typed(&password).ok(),
            code: code.parse().ok(),
            app,
            typed_code: !code.trim().is_empty(),
            passkey,
            party: None,
        })
    }
    /// For whom passkeys are made here.
    #[must_use]
    pub fn at(self, person: &Person) -> Self {
        Self { party: RelyingParty::of(&person.state().config.public_url), ..self }
    }
    /// The proof that it is, or that the session showed one a moment ago.
    pub fn in_session(&self, session: &Session) -> InSession<'_> {
        InSession(session.id, self.proof(session))
    }
    /// The proof that it is.
    pub fn proof(&self, session: &Session) -> OwnProof<'_> {
        if let (Some(assertion), Some(party)) = (&self.passkey, &self.party) {
            return OwnProof::Passkey(PasskeyProof { party, assertion, session: session.id });
        }
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
        if self.passkey.is_some() {
            ""
        } else if self.password.is_none() && self.typed_code {
            "proof_code"
        } else {
            "password"
        }
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
