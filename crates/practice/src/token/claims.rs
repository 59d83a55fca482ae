//! Claims of an id_token v2.0, and of the tokens that must not be taken for one.
//! <https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference>

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::mischief::TokenKind;
use crate::sign_in::decide::login_hint;
use crate::text::{base64url, guid, random_guid, sha256};
use crate::world::{Authority, Code, Fault, TOKEN, World};

/// Microsoft Graph's application id.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

impl World {
    /// The honest claims for a redeemed code.
    pub(super) fn id_token_claims(&self, code: &Code) -> Map<String, Value> {
        let account = code.account;
        let Some(user) = self.user_of(account) else { return Map::new() };
        let now = self.now();
        let has = |scope: &str| code.scopes.contains(scope);
        let issuer = self.issuer(Authority::Tenant(account.tenant));
        let mut claims = Map::new();
        let mut put = |name: &str, value: Value| {
            claims.insert(name.to_owned(), value);
        };
        put("aud", json!(code.client_id.to_string()));
        put("iss", json!(issuer));
        put("iat", json!(now.unix_seconds()));
        put("nbf", json!(now.unix_seconds()));
        put("exp", json!((now + TOKEN).unix_seconds()));
        put("auth_time", json!(code.auth_time.unix_seconds()));
        put("tid", json!(account.tenant.to_string()));
        put("sub", json!(pairwise(account.tenant, account.oid, code.client_id)));
        put("sid", json!(code.sid.to_string()));
        put("ver", json!("2.0"));
        put("uti", json!(base64url(random_guid(self.random.as_ref()).as_bytes())));
        put("rh", json!(format!("1.{}.", base64url(&sha256(code.sid.as_bytes())))));
        if let Some(nonce) = &code.nonce {
            put("nonce", json!(nonce));
        }
        let guest = self.fault(Fault::Guest) || user.guest_of.is_some();
        if guest {
            let home = user.guest_of.map_or_else(|| guid("somewhere else"), |home| home.tenant);
            put("idp", json!(format!("https://sts.windows.net/{home}/")));
        }
        put("acct", json!(i32::from(guest)));
        if has("profile") {
            put("oid", json!(account.oid.to_string()));
            put("name", json!(user.profile.display_name));
            put("preferred_username", json!(user.user_principal_name));
            put("login_hint", json!(login_hint(user)));
        }
        if has("email")
            && let Some(mail) = &user.profile.mail
        {
            put("email", json!(mail));
            let verified = self.tenant(account.tenant).is_some_and(|tenant| tenant.owns(mail));
            put("xms_edov", json!(verified));
        }
        claims
    }

    /// The claims of another kind of token, for the same person.
    pub(super) fn other_claims(&self, kind: TokenKind, code: &Code) -> Map<String, Value> {
        let mut claims = self.id_token_claims(code);
        let mut put = |name: &str, value: Value| {
            claims.insert(name.to_owned(), value);
        };
        match kind {
            TokenKind::AccessToken => {
                put("aud", json!(GRAPH));
                put("appid", json!(code.client_id.to_string()));
                put("scp", json!(code.scopes.iter().cloned().collect::<Vec<_>>().join(" ")));
            }
            TokenKind::V1 => {
                put("ver", json!("1.0"));
                put("iss", json!(format!("https://sts.windows.net/{}/", code.account.tenant)));
            }
            TokenKind::OtherClient => {
                let other = guid("another client of the tenant");
                put("aud", json!(other.to_string()));
                put("sub", json!(pairwise(code.account.tenant, code.account.oid, other)));
            }
        }
        claims
    }
}

/// `sub`: the same for one person and one application, different for every other application.
pub(crate) fn pairwise(tenant: Uuid, oid: Uuid, client_id: Uuid) -> String {
    base64url(&sha256(format!("{tenant} {oid} {client_id}").as_bytes()))
}
