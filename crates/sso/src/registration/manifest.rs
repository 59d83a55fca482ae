//! The registration as Microsoft's app manifest (Microsoft Graph format).
//! Source: learn.microsoft.com/entra/identity-platform/reference-microsoft-graph-app-manifest

use serde_json::{Value, json};
use url::Url;

use crate::protocol::Cloud;

/// Microsoft Graph as a resource. Taken from documentation, not yet checked against live Microsoft.
pub const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// The delegated permission User.Read. Taken from documentation, not yet checked against live Microsoft.
pub const USER_READ_ID: &str = "e1fe6dd8-ba31-4d61-89e7-88639da4683d";

/// Claims beyond the default that the id token should carry. All are read if present; none is needed but by what its name says.
const OPTIONAL_CLAIMS: [&str; 6] = ["email", "xms_edov", "acct", "login_hint", "sid", "auth_time"];

/// Whose accounts may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The tenant in which it is registered: an organisation's own registration.
    SingleTenant,
    /// Any organisation's tenant: the operator's registration, to which customers only consent.
    MultiTenant,
}

impl Audience {
    /// As Microsoft writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SingleTenant => "AzureADMyOrg",
            Self::MultiTenant => "AzureADMultipleOrgs",
        }
    }
}

/// Pages that Microsoft links to on its consent page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The portal.
    pub home: Option<Url>,
    /// Terms of service.
    pub terms: Option<Url>,
    /// Privacy statement.
    pub privacy: Option<Url>,
    /// Support.
    pub support: Option<Url>,
}

/// Everything that a registration says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Which of Microsoft's clouds; each has registrations of its own.
    pub cloud: Cloud,
    /// Name that people see on the consent page.
    pub app_name: String,
    /// Where Microsoft sends people back. See [`super::redirect_problems`].
    pub redirect_uri: Url,
    /// Where Microsoft reports that somebody signed out (front channel).
    pub logout_url: Url,
    /// Whose accounts may sign in.
    pub audience: Audience,
    /// Pages to link to.
    pub links: Links,
}

impl Registration {
    /// The manifest: what to paste in the admin centre, App registrations → Manifest.
    pub fn manifest(&self) -> Value {
        let mut manifest = self.settings();
        if let Some(fields) = manifest.as_object_mut() {
            fields.insert("displayName".into(), json!(self.app_name));
            fields.insert("signInAudience".into(), json!(self.audience.as_str()));
            fields.insert("authenticationBehaviors".into(), unverified_email_removed());
        }
        manifest
    }

    /// What is set the same way whether by manifest or by request.
    pub(super) fn settings(&self) -> Value {
        let claims: Vec<Value> = OPTIONAL_CLAIMS
            .iter()
            .map(|name| json!({ "name": name, "source": null, "essential": false, "additionalProperties": [] }))
            .collect();
        json!({
            "web": {
                "homePageUrl": text(self.links.home.as_ref()),
                "redirectUris": [self.redirect_uri.as_str()],
                "logoutUrl": self.logout_url.as_str(),
                // The code flow needs neither; both would put tokens into the browser.
                "implicitGrantSettings": { "enableIdTokenIssuance": false, "enableAccessTokenIssuance": false },
            },
            "requiredResourceAccess": [
                { "resourceAppId": GRAPH_APP_ID, "resourceAccess": [{ "id": USER_READ_ID, "type": "Scope" }] },
            ],
            "optionalClaims": { "idToken": claims, "accessToken": [], "saml2Token": [] },
            "groupMembershipClaims": "None",
            // With mapped claims a tenant could choose what its tokens say about people.
            "api": { "requestedAccessTokenVersion": 2, "acceptMappedClaims": false },
            "info": {
                "termsOfServiceUrl": text(self.links.terms.as_ref()),
                "privacyStatementUrl": text(self.links.privacy.as_ref()),
                "supportUrl": text(self.links.support.as_ref()),
            },
        })
    }
}

fn text(url: Option<&Url>) -> Option<&str> {
    url.map(Url::as_str)
}

/// An e-mail address that the tenant does not own never reaches a token
/// (learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization).
pub(super) fn unverified_email_removed() -> Value {
    json!({ "removeUnverifiedEmailClaim": true })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn sample() -> Registration {
        Registration {
            cloud: Cloud::Global,
            app_name: "Tillit".into(),
            redirect_uri: Url::parse("https://tillit.nordvik.example/sso/callback").unwrap(),
            logout_url: Url::parse("https://tillit.nordvik.example/sso/logout").unwrap(),
            audience: Audience::SingleTenant,
            links: Links { privacy: Some(Url::parse("https://nordvik.example/privacy").unwrap()), ..Links::default() },
        }
    }

    #[test]
    fn the_manifest_asks_for_user_read_and_nothing_else() {
        let manifest = sample().manifest();
        assert_eq!(
            manifest["requiredResourceAccess"],
            json!([{ "resourceAppId": GRAPH_APP_ID, "resourceAccess": [{ "id": USER_READ_ID, "type": "Scope" }] }])
        );
    }

    #[test]
    fn the_manifest_closes_what_microsoft_leaves_open() {
        for (audience, written) in [(Audience::SingleTenant, "AzureADMyOrg"), (Audience::MultiTenant, "AzureADMultipleOrgs")] {
            let manifest = Registration { audience, ..sample() }.manifest();
            assert_eq!(manifest["signInAudience"], written);
            assert_eq!(manifest["api"], json!({ "requestedAccessTokenVersion": 2, "acceptMappedClaims": false }));
            assert_eq!(
                manifest["web"]["implicitGrantSettings"],
                json!({ "enableIdTokenIssuance": false, "enableAccessTokenIssuance": false })
            );
            assert_eq!(manifest["authenticationBehaviors"]["removeUnverifiedEmailClaim"], true);
            assert_eq!(manifest["web"]["redirectUris"], json!(["https://tillit.nordvik.example/sso/callback"]));
            assert_eq!(manifest["web"]["logoutUrl"], "https://tillit.nordvik.example/sso/logout");
            assert_eq!(manifest["info"]["privacyStatementUrl"], "https://nordvik.example/privacy");
            assert_eq!(manifest["info"]["supportUrl"], Value::Null);
        }
    }

    #[test]
    fn the_id_token_is_asked_for_every_claim_that_we_read() {
        let names: Vec<String> = sample().manifest()["optionalClaims"]["idToken"]
            .as_array()
            .unwrap()
            .iter()
            .map(|claim| claim["name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, OPTIONAL_CLAIMS);
    }
}
