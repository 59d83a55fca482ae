//! Passkeys: made, and removed.

use askama::Template;

use super::{Page, PasskeyAsk, Proofs, proof_fields};
use crate::frame::{Frame, Nav};
use crate::ui::{Field, FormErrors};

/// Before a passkey is made: what will happen, its name, and an own proof.
#[derive(Debug, Template)]
#[template(path = "add_passkey.html")]
pub struct AddPasskeyPage {
    /// Frame.
    pub f: Frame,
    /// What the person calls it.
    pub name: String,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl AddPasskeyPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn name_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("name", w.t("passkey-name")).hint(w.t("passkey-name-hint")).value(&self.name).errors(&self.errors)
    }
    fn will(&self) -> Vec<String> {
        ["passkey-will-1", "passkey-will-2", "passkey-will-3"].map(|key| self.f.w.t(key)).into()
    }
}

impl Page for AddPasskeyPage {
    const NAME: &'static str = "add-passkey";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let errors = FormErrors::default();
        let proof = proof_fields(&f.w, Proofs::SAMPLE, &errors);
        vec![("", Self { f: f.clone(), name: "Chrome · Linux".to_owned(), proof, errors })]
    }
}

/// The passkey is made by the browser now.
#[derive(Debug, Template)]
#[template(path = "make_passkey.html")]
pub struct MakePasskeyPage {
    /// Frame.
    pub f: Frame,
    /// What the person calls it.
    pub name: String,
    /// For whom.
    pub ask: PasskeyAsk,
    /// Handle of the person, base64url.
    pub user_handle: String,
    /// Passkeys that there are, base64url, with spaces between them.
    pub exclude: String,
    /// What is wrong.
    pub errors: FormErrors,
}

impl MakePasskeyPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
}

impl Page for MakePasskeyPage {
    const NAME: &'static str = "make-passkey";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let (ask, name) = (PasskeyAsk::sample(), "Chrome · Linux".to_owned());
        let page = |errors| Self {
            f: f.clone(),
            name: name.clone(),
            ask: ask.clone(),
            user_handle: "AAAA".to_owned(),
            exclude: String::new(),
            errors,
        };
        vec![("", page(FormErrors::default())), ("refused", page(FormErrors::one("", f.w.t("passkey-not-taken"))))]
    }
}

/// Removing a passkey.
#[derive(Debug, Template)]
#[template(path = "remove_passkey.html")]
pub struct RemovePasskeyPage {
    /// Frame.
    pub f: Frame,
    /// Its id.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl RemovePasskeyPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn title(&self) -> String {
        self.f.w.t1("passkey-remove-named", "name", &self.name)
    }
    fn will(&self) -> Vec<String> {
        ["passkey-remove-will-1", "passkey-remove-will-2", "passkey-remove-will-3"].map(|key| self.f.w.t(key)).into()
    }
}

impl Page for RemovePasskeyPage {
    const NAME: &'static str = "remove-passkey";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let errors = FormErrors::default();
        let proof = proof_fields(&f.w, Proofs::SAMPLE, &errors);
        vec![("", Self { f: f.clone(), id: "pky_1".to_owned(), name: "Chrome · Linux".to_owned(), proof, errors })]
    }
}
