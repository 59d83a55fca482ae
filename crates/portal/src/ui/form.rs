//! Form fields: label, hint, message at the field, summary on top.

/// Kind of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// `<input>` of this type.
    Input(&'static str),
    /// `<textarea>`.
    Area,
    /// `<select>`.
    Select(Vec<Choice>),
    /// A button that asks for a passkey: host, challenge. Needs a script, and says so without one.
    Passkey(String, String),
    /// A button that sends the form with this name and value, on the way to the provider and back.
    Provider(&'static str),
    /// `<input type="file">` that accepts these endings.
    File(&'static str),
}

/// An option of a select or of radio buttons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// More, smaller; may be empty.
    pub hint: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name and id.
    pub name: &'static str,
    /// Label.
    pub label: String,
    /// Help under the label; may be empty.
    pub hint: String,
    /// Kind.
    pub kind: FieldKind,
    /// What was typed. Never set for passwords and codes.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// `autocomplete` (HTML, autofill field names).
    pub autocomplete: &'static str,
    /// Whether the cursor starts here.
    pub autofocus: bool,
}

impl Field {
    /// A line of text.
    pub fn text(name: &'static str, label: impl Into<String>) -> Self {
        Self {
            name,
            label: label.into(),
            hint: String::new(),
            kind: FieldKind::Input("text"),
            value: String::new(),
            error: None,
            autocomplete: "off",
            autofocus: false,
        }
    }
    /// A password.
    pub fn password(name: &'static str, label: impl Into<String>, autocomplete: &'static str) -> Self {
        Self { kind: FieldKind::Input("password"), autocomplete, ..Self::text(name, label) }
    }
    /// Another kind.
    #[must_use]
    pub fn kind(self, kind: FieldKind) -> Self {
        Self { kind, ..self }
    }
    /// With help under the label.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
    /// With what was typed before.
    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }
    /// With the browser's autofill.
    #[must_use]
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }
    /// With the message of this field, if it has one.
    #[must_use]
    pub fn errors(self, errors: &FormErrors) -> Self {
        Self { error: errors.of(self.name), ..self }
    }
    /// With the cursor.
    #[must_use]
    pub fn focus(self) -> Self {
        Self { autofocus: true, ..self }
    }
    /// Value of `aria-describedby`.
    pub fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = self.error.is_some().then(|| format!("{}-error", self.name));
        [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// What is wrong with a form: messages by field. An empty field name is about the whole form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormErrors(pub Vec<(&'static str, String)>);

impl FormErrors {
    /// One message.
    pub fn one(field: &'static str, message: impl Into<String>) -> Self {
        Self(vec![(field, message.into())])
    }
    /// Adds a message.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push((field, message.into()));
    }
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// First message of `field`.
    pub fn of(&self, field: &str) -> Option<String> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, message)| message.clone())
    }
}
