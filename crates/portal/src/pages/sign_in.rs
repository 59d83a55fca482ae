//! Doors: username, password, recovery code, one-time link.

use askama::Template;

use super::{Page, PasskeyAsk};
use crate::frame::Frame;
use crate::ui::{Field, FieldKind, FormErrors};
use crate::words::Words;

/// Which sign-in page somebody stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The common one: the domain decides.
    Common,
    /// An organisation's own, for people without a domain of ours.
    Organisation {
        /// Its short name in the path.
        slug: String,
        /// Its name.
        name: String,
    },
}

impl Place {
    /// Path of the page, with `rest` behind it.
    pub fn path(&self, rest: &str) -> String {
        match self {
            Self::Common => format!("/sign-in{rest}"),
            Self::Organisation { slug, .. } => format!("/o/{slug}/sign-in{rest}"),
        }
    }
    fn sample() -> Self {
        Self::Organisation { slug: "nordvik".to_owned(), name: "Nordvik".to_owned() }
    }
}

/// Username, then Continue.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// Frame.
    pub f: Frame,
    /// Where.
    pub place: Place,
    /// What was typed.
    pub username: String,
    /// Where to go afterwards.
    pub return_to: String,
    /// Let the person pick the account at the provider, after the wrong one was used.
    pub choose_account: bool,
    /// What a passkey is asked.
    pub passkey: Option<PasskeyAsk>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl SignInPage {
    fn username_field(&self) -> Field {
        Field::text("username", self.f.w.t("sign-in-username"))
            .kind(FieldKind::Input("email"))
            .hint(self.f.w.t("sign-in-username-hint"))
            .value(&self.username)
            .autocomplete("username webauthn")
            .errors(&self.errors)
            .focus()
    }
}

impl Page for SignInPage {
    const NAME: &'static str = "sign-in";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |place, errors| {
            let (f, username, return_to) = (outside(f), String::new(), "/".to_owned());
            Self { f, place, username, return_to, choose_account: false, passkey: Some(PasskeyAsk::sample()), errors }
        };
        vec![
            ("", page(Place::Common, FormErrors::default())),
            ("organisation", page(Place::sample(), FormErrors::default())),
            ("error", page(Place::Common, FormErrors::one("username", f.w.t("sign-in-username-bad")))),
        ]
    }
}

/// "Sign in another way": username and password.
#[derive(Debug, Template)]
#[template(path = "password.html")]
pub struct PasswordPage {
    /// Frame.
    pub f: Frame,
    /// Where.
    pub place: Place,
    /// What was typed as username.
    pub username: String,
    /// Where to go afterwards.
    pub return_to: String,
    /// What a passkey is asked.
    pub passkey: Option<PasskeyAsk>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl PasswordPage {
    fn fields(&self) -> [Field; 2] {
        let w = &self.f.w;
        let username = Field::text("username", w.t("sign-in-username"))
            .kind(FieldKind::Input("email"))
            .value(&self.username)
            .autocomplete("username webauthn")
            .errors(&self.errors);
        let password = Field::password("password", w.t("password-password"), "current-password").errors(&self.errors);
        if self.username.is_empty() { [username.focus(), password] } else { [username, password.focus()] }
    }
}

impl Page for PasswordPage {
    const NAME: &'static str = "password";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |errors| Self {
            f: outside(f),
            place: Place::Common,
            username: "ingrid@nordvik.example".to_owned(),
            return_to: "/".to_owned(),
            passkey: Some(PasskeyAsk::sample()),
            errors,
        };
        vec![("", page(FormErrors::default())), ("refused", page(FormErrors::one("", f.w.t("password-refused"))))]
    }
}

/// The second step of signing in with a password.
#[derive(Debug, Template)]
#[template(path = "second_step.html")]
pub struct SecondStepPage {
    /// Frame.
    pub f: Frame,
    /// Where.
    pub place: Place,
    /// The step, as it travels.
    pub step: String,
    /// Where to go afterwards.
    pub return_to: String,
    /// What is wrong.
    pub errors: FormErrors,
}

impl SecondStepPage {
    fn code_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("code", w.t("second-step-code"))
            .hint(w.t("second-step-hint"))
            .autocomplete("one-time-code")
            .errors(&self.errors)
            .focus()
    }
}

impl Page for SecondStepPage {
    const NAME: &'static str = "second-step";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |errors| Self { f: outside(f), place: Place::Common, step: String::new(), return_to: "/".to_owned(), errors };
        vec![("", page(FormErrors::default())), ("wrong", page(FormErrors::one("code", f.w.t("second-step-wrong"))))]
    }
}

/// Signing in with a code of the recovery kit.
#[derive(Debug, Template)]
#[template(path = "recovery_code.html")]
pub struct RecoveryCodePage {
    /// Frame.
    pub f: Frame,
    /// Where.
    pub place: Place,
    /// What was typed as username.
    pub username: String,
    /// What is wrong.
    pub errors: FormErrors,
}

impl RecoveryCodePage {
    fn fields(&self) -> [Field; 2] {
        let w = &self.f.w;
        [
            Field::text("username", w.t("sign-in-username"))
                .kind(FieldKind::Input("email"))
                .value(&self.username)
                .autocomplete("username")
                .errors(&self.errors)
                .focus(),
            Field::text("code", w.t("recovery-code")).hint(w.t("recovery-code-hint")).autocomplete("one-time-code").errors(&self.errors),
        ]
    }
}

impl Page for RecoveryCodePage {
    const NAME: &'static str = "recovery-code";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |errors| Self { f: outside(f), place: Place::Common, username: String::new(), errors };
        vec![("", page(FormErrors::default())), ("refused", page(FormErrors::one("", f.w.t("recovery-refused"))))]
    }
}

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkWork {
    /// First way in: choose a password.
    SetUp,
    /// Somebody with a shell on the host made it for a locked-out owner: choose a new password.
    Recover,
    /// It was used already, or its time is over.
    Over,
}

/// A one-time link was opened.
#[derive(Debug, Template)]
#[template(path = "link.html")]
pub struct LinkPage {
    /// Frame.
    pub f: Frame,
    /// What for.
    pub work: LinkWork,
    /// Path the form goes to.
    pub path: String,
    /// Whether the app and the passkeys from before are to go, too; `None`: there are none, or it is not asked.
    pub clear: Option<bool>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl LinkPage {
    fn is_open(&self) -> bool {
        self.work != LinkWork::Over
    }
    fn title(&self) -> String {
        self.f.w.t(match self.work {
            LinkWork::SetUp => "link-set-up-title",
            LinkWork::Recover => "link-recover-title",
            LinkWork::Over => "link-over-title",
        })
    }
    fn text(&self) -> String {
        self.f.w.t(match self.work {
            LinkWork::SetUp => "link-set-up-text",
            LinkWork::Recover => "link-recover-text",
            LinkWork::Over => "link-over-text",
        })
    }
    fn fields(&self) -> [Field; 2] {
        new_password_fields(&self.f.w, &self.errors)
    }
}

/// A new password, twice.
pub(super) fn new_password_fields(w: &Words, errors: &FormErrors) -> [Field; 2] {
    [
        Field::password("password", w.t("link-password"), "new-password").hint(w.t("link-password-hint")).errors(errors).focus(),
        Field::password("again", w.t("link-again"), "new-password").errors(errors),
    ]
}

impl Page for LinkPage {
    const NAME: &'static str = "link";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |work, errors| Self {
            f: outside(f),
            work,
            path: "/link/sample".to_owned(),
            clear: (work == LinkWork::Recover).then_some(true),
            errors,
        };
        vec![
            ("", page(LinkWork::SetUp, FormErrors::default())),
            ("error", page(LinkWork::Recover, FormErrors::one("again", f.w.t("link-again-differs")))),
            ("over", page(LinkWork::Over, FormErrors::default())),
        ]
    }
}

/// The frame as somebody sees it who is not signed in.
pub(super) fn outside(f: &Frame) -> Frame {
    Frame { person: None, organisation: String::new(), ..f.clone() }
}
