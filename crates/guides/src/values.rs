//! What guides are filled with.

use std::collections::BTreeSet;

/// This installation's own values. In a guide, `{{portal_url}}` is the field `portal_url`, and
/// so on. `None` reads "(not known yet)".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Address of this portal, without a slash at the end.
    pub portal_url: String,
    /// The name under which this portal appears at Microsoft and on its own pages.
    pub app_name: String,
    /// Where Microsoft sends people back to; it must be registered exactly like this.
    pub redirect_uri: String,
    /// Where Microsoft tells that somebody signed out (front-channel logout).
    pub logout_uri: String,
    /// The reader's organisation.
    pub organisation: String,
    /// Address at which people without a mail domain of the organisation sign in.
    pub sign_in_url: String,
    /// Address of Microsoft's admin centre in this cloud.
    pub admin_centre_url: String,
    /// Who runs this installation.
    pub operator: String,
    /// Where its people can be asked for help.
    pub support: Option<String>,
    /// The organisation's tenant at Microsoft, once it is known.
    pub tenant: Option<String>,
    /// The application (client) id at Microsoft.
    pub client_id: Option<String>,
    /// What can be done, and who may: the table that `::: roles` stands for.
    pub who_may: Vec<(String, String)>,
}

impl Values {
    /// Every name that a guide may use.
    pub const NAMES: [&str; 11] = [
        "portal_url",
        "app_name",
        "redirect_uri",
        "logout_uri",
        "organisation",
        "sign_in_url",
        "admin_centre_url",
        "operator",
        "support",
        "tenant",
        "client_id",
    ];

    /// Values for samples and tests.
    pub fn sample() -> Self {
        Self {
            portal_url: "https://portal.example".into(),
            app_name: "Tillit".into(),
            redirect_uri: "https://portal.example/sso/callback".into(),
            logout_uri: "https://portal.example/sso/logout".into(),
            organisation: "Nordvik".into(),
            sign_in_url: "https://portal.example/o/nordvik/sign-in".into(),
            admin_centre_url: "https://entra.microsoft.com".into(),
            operator: "Example Operator".into(),
            support: Some("support@portal.example".into()),
            tenant: Some("0f1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d".into()),
            client_id: Some("5d6c7b8a-9f0e-4d1c-8b2a-3f4e5d6c7b8a".into()),
            who_may: vec![("Read the audit log".into(), "Owner, Auditor".into())],
        }
    }

    /// Outer `None`: no such name. Inner `None`: not known in this installation.
    fn get(&self, name: &str) -> Option<Option<&str>> {
        let known = |value| Some(Some(value));
        match name {
            "portal_url" => known(self.portal_url.as_str()),
            "app_name" => known(self.app_name.as_str()),
            "redirect_uri" => known(self.redirect_uri.as_str()),
            "logout_uri" => known(self.logout_uri.as_str()),
            "organisation" => known(self.organisation.as_str()),
            "sign_in_url" => known(self.sign_in_url.as_str()),
            "admin_centre_url" => known(self.admin_centre_url.as_str()),
            "operator" => known(self.operator.as_str()),
            "support" => Some(self.support.as_deref()),
            "tenant" => Some(self.tenant.as_deref()),
            "client_id" => Some(self.client_id.as_deref()),
            _ => None,
        }
    }

    /// Replaces every `{{name}}` of this text. A name that does not exist stays as it is.
    /// A value is put in as plain text: it is never read for names or Markdown again.
    pub(crate) fn fill(&self, text: &str, not_known: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let value = after.split_once("}}").and_then(|(name, behind)| Some((self.get(name.trim())?, behind)));
            if let Some((value, behind)) = value {
                filled.push_str(value.unwrap_or(not_known));
                rest = behind;
            } else {
                filled.push_str("{{");
                rest = after;
            }
        }
        filled.push_str(rest);
        filled
    }
}

/// The ids of the steps that are done already, as far as the caller knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done(BTreeSet<String>);

impl Done {
    /// Whether this step is done.
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains(id)
    }
}

impl<T: Into<String>> FromIterator<T> for Done {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        Self(ids.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_value() {
        for name in Values::NAMES {
            assert!(Values::sample().get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_value_is_not_read_again_and_a_wrong_name_stays() {
        let values = Values { organisation: "{{tenant}}".into(), tenant: None, ..Values::sample() };
        assert_eq!(values.fill("a {{organisation}} {{ tenant }} {{nothing}} {{", "?"), "a {{tenant}} ? {{nothing}} {{");
    }
}
