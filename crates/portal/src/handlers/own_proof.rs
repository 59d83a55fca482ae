//! What somebody shows beside the session: the password here, a code, a passkey; or, with none of these, a fresh sign-in at
//! the provider.
//!
//! Every page that asks for a proof takes it with [`Shown::of`], checks it with [`prove`] or [`prove_way`] (or hands it to
//! accounts), and shows again what [`fields`], [`fields_for_way`] or [`fields_for_way_back`] give: always those that belong
//! to the check, so that no page hides the fields of a proof that it then asks for.

use tillit_accounts::{
    AccountsError, Assertion, LocalRefusal, OwnProof, OwnProofs, PasskeyProof, Password, RecoveryCode, RelyingParty, SecondAnswer,
    SessionId, SignInMethod, TotpCode,
};
use tillit_sso::service::ParkedForm;
use tillit_sso::service::views::{Begin, Purpose, ReturnTo};

use super::provider;
use crate::pages::{PasskeyAsk, Proofs, proof_fields, provider_field};
use crate::ui::{Field, FormErrors};
use crate::web::{Fail, Form, FormProblem, LINE, Person, Result};

/// Longest password that is read, in bytes: more than accounts take, so that they can say so.
const PASSWORD: usize = 4096;
/// Longest part of a passkey's answer, as text.
pub(super) const ANSWER: usize = 8192;
/// What the button says that leads to the provider.
const AT_PROVIDER: &str = "provider";

/// What was typed; any, several or none.
pub(super) struct Shown {
    password: Option<Password>,
    code: Option<RecoveryCode>,
    app: Option<SecondAnswer>,
    typed_code: bool,
    passkey: Option<Assertion>,
    party: Option<RelyingParty>,
    session: SessionId,
    by_link: bool,
}

/// A proof, and the session that shows it.
pub(super) struct InSession<'a>(SessionId, OwnProof<'a>);

impl<'a> InSession<'a> {
    /// As accounts take it.
    pub const fn proof(&'a self) -> OwnProof<'a> {
        OwnProof::InSession(self.0, &self.1)
    }
}

/// Names of the fields that a script fills with what a passkey answered.
const PASSKEY: [&str; 5] = ["credential", "client_data", "authenticator_data", "signature", "user_handle"];

/// What a passkey answered: all fields of it, or none.
pub(super) fn assertion(form: &mut Form) -> Result<Option<Assertion>> {
    let mut field = |name| Ok::<_, FormProblem>(form.optional(name, ANSWER)?.unwrap_or_default());
    let (credential, client_data) = (field("credential")?, field("client_data")?);
    let (data, signature, handle) = (field("authenticator_data")?, field("signature")?, field("user_handle")?);
    if credential.is_empty() {
        return Ok(None);
    }
    Assertion::parse(&credential, &client_data, &data, &signature, &handle).map(Some).ok_or(Fail::Form(FormProblem::Value("credential")))
}

/// What of these the person can show.
async fn can_show(person: &Person, own: OwnProofs) -> Result<Proofs> {
    Ok(Proofs {
        password: own.password,
        kit: own.kit,
        app: own.app,
        passkey: match RelyingParty::of(&person.state().config.public_url) {
            Some(party) if own.passkey => {
                let challenge = person.state().accounts.proof_challenge(&person.cx, person.session.id)?.to_string();
                Some(PasskeyAsk { party: party.id().to_owned(), challenge })
            }
            _ => None,
        },
    })
}

async fn own(person: &Person) -> Result<OwnProofs> {
    Ok(person.state().accounts.own_proofs(&person.cx, person.session.person).await?)
}

async fn proved_recently(person: &Person) -> Result<bool> {
    Ok(person.state().accounts.proved_recently(&person.cx, person.session.id).await?)
}

/// The way to the provider and back, for whoever has nothing of their own to show.
async fn at_provider(person: &Person) -> Result<Vec<Field>> {
    let there = person.state().sso.proves_at_provider(&person.cx, person.session.person).await?;
    Ok(if there { vec![provider_field(person.words())] } else { vec![] })
}

/// The fields that belong to [`prove`]; none if the session showed a proof within the last ten minutes.
pub(super) async fn fields(person: &Person, errors: &FormErrors) -> Result<Vec<Field>> {
    if proved_recently(person).await? {
        return Ok(vec![]);
    }
    let own = own(person).await?;
    if own.any() { Ok(proof_fields(person.words(), can_show(person, own).await?, errors)) } else { at_provider(person).await }
}

/// The fields that belong to [`prove_way`].
pub(super) async fn fields_for_way(person: &Person, errors: &FormErrors) -> Result<Vec<Field>> {
    match own(person).await? {
        own if own.any() => of_way(person, own, errors).await,
        _ if proved_recently(person).await? => Ok(vec![]),
        _ => at_provider(person).await,
    }
}

/// The fields for ways back that are everybody's (contact, break-glass account): only what the person owns.
pub(super) async fn fields_for_way_back(person: &Person, errors: &FormErrors) -> Result<Vec<Field>> {
    let own = own(person).await?;
    of_way(person, own, errors).await
}

/// Beside an app or a passkey the password is not offered: alone it is not enough.
async fn of_way(person: &Person, own: OwnProofs, errors: &FormErrors) -> Result<Vec<Field>> {
    let own = OwnProofs { password: own.password && !own.stronger_than_password(), ..own };
    Ok(proof_fields(person.words(), can_show(person, own).await?, errors))
}

impl Shown {
    /// Takes its fields from a form. Whoever would rather show it at the provider is sent there, and the form waits.
    pub async fn of(form: &mut Form, person: &Person) -> Result<Self> {
        match form.optional("proof", LINE)?.as_deref() {
            None => {}
            Some(AT_PROVIDER) => return Err(send_to_provider(form, person).await?),
            Some(_) => return Err(FormProblem::Value("proof").into()),
        }
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
            party: RelyingParty::of(&person.state().config.public_url),
            session: person.session.id,
            by_link: matches!(person.session.method, SignInMethod::OperatorLink | SignInMethod::SetUpLink),
        })
    }
    /// The proof, and the session that shows it.
    pub fn in_session(&self) -> InSession<'_> {
        InSession(self.session, self.proof())
    }
    fn proof(&self) -> OwnProof<'_> {
        if let (Some(assertion), Some(party)) = (&self.passkey, &self.party) {
            return OwnProof::Passkey(PasskeyProof { party, assertion, session: self.session });
        }
        match (&self.password, &self.app, &self.code) {
            (Some(password), _, _) => OwnProof::Password(password),
            (None, Some(app), _) => OwnProof::Second(app),
            (None, None, Some(code)) => OwnProof::Code(code),
            (None, None, None) if self.by_link => OwnProof::LinkSession(self.session),
            (None, None, None) => OwnProof::None,
        }
    }
    /// The field that a wrong proof is said at.
    const fn field(&self) -> &'static str {
        if self.passkey.is_some() {
            ""
        } else if self.password.is_none() && self.typed_code {
            "proof_code"
        } else {
            "password"
        }
    }
    /// [`Shown::wrong`] on a page whose fields are [`fields_for_way_back`]: without any, the way there is a kit.
    pub async fn wrong_for_way_back(&self, person: &Person, refusal: LocalRefusal) -> Result<FormErrors> {
        if matches!(refusal, LocalRefusal::Failed(AccountsError::ProofNeeded)) && !own(person).await?.any() {
            return Ok(FormErrors::one("", person.words().t("way-back-no-proof")));
        }
        self.wrong(person, refusal).await
    }
    /// What a page says of a refused proof, at its field.
    pub async fn wrong(&self, person: &Person, refusal: LocalRefusal) -> Result<FormErrors> {
        let nothing_shown = matches!(refusal, LocalRefusal::Failed(AccountsError::ProofNeeded | AccountsError::StrongerProofNeeded));
        let problem = refused(person, refusal, "kit-proof-wrong")?;
        if !nothing_shown {
            return Ok(FormErrors::one(self.field(), problem));
        }
        let own = own(person).await?;
        let words = person.words();
        Ok(if own.any() {
            // At the field that there is.
            let field = if own.password && !own.stronger_than_password() { "password" } else { "" };
            FormErrors::one(field, problem)
        } else if at_provider(person).await?.is_empty() {
            FormErrors::one("", words.t("proof-none"))
        } else {
            FormErrors::one("", words.t("proof-provider-needed"))
        })
    }
}

/// Parks the form, and leads to the provider; from there the browser comes back and sends the form again.
async fn send_to_provider(form: &Form, person: &Person) -> Result<Fail> {
    let (state, browser) = (person.state(), &person.visitor.browser);
    let (path, fields) = form.whole().ok_or(FormProblem::Value("proof"))?;
    // What was shown beside it is used up or not needed; it waits nowhere.
    let shown = |name: &str| matches!(name, "proof" | "password" | "proof_code") || PASSKEY.contains(&name);
    let fields = fields.iter().filter(|(name, _)| !shown(name)).cloned().collect();
    let path = ReturnTo::parse(path).ok_or_else(Fail::not_found)?;
    let parked = ParkedForm { path: path.as_str().to_owned(), fields, press: true };
    let id = state.sso.park_form(&person.cx, &person.session, browser, &parked).await?;
    let return_to = ReturnTo::parse(&format!("/sent/{id}")).ok_or_else(Fail::not_found)?;
    let begin = Begin { return_to, ..Begin::new(Purpose::Prove, person.session.organisation) };
    let begun = state.sso.begin(&person.visitor.cx, &begin, browser).await?;
    Ok(Fail::Elsewhere(Box::new(provider::begun(&state.config, || person.frame(), begun)?)))
}

/// Checks the proof for a single act (docs/activation.md, O2). `Err` is what the page says.
pub(super) async fn prove(person: &Person, shown: &Shown) -> Result<std::result::Result<(), FormErrors>> {
    let accounts = &person.state().accounts;
    match accounts.prove_self(&person.cx, person.session.person, shown.in_session().proof()).await {
        Ok(token) => {
            person.renew(token.as_ref());
            Ok(Ok(()))
        }
        Err(refusal) => Ok(Err(shown.wrong(person, refusal).await?)),
    }
}

/// Checks the proof for a way of signing in (docs/activation.md, K1). `Err` is what the page says.
pub(super) async fn prove_way(person: &Person, shown: &Shown) -> Result<std::result::Result<(), FormErrors>> {
    match person.state().accounts.prove_way(&person.cx, person.session.person, shown.in_session().proof()).await {
        Ok(token) => {
            person.renew(token.as_ref());
            Ok(Ok(()))
        }
        Err(refusal) => Ok(Err(shown.wrong(person, refusal).await?)),
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
        LocalRefusal::Failed(AccountsError::StrongerProofNeeded) => w.t("proof-stronger-needed"),
        LocalRefusal::Failed(AccountsError::LastProof) => w.t("proof-last"),
        LocalRefusal::Failed(error) => return Err(Fail::from(error)),
    })
}
