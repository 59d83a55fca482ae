//! Redeeming a code (RFC 6749 section 4.1.3).

use serde_json::{Map, Value, json};

use super::jwt::Signer;
use crate::error::AadError;
use crate::http::Params;
use crate::sign_in::client_info;
use crate::text::{base64url, random_text, same_secret, sha256};
use crate::world::{AccessToken, App, Code, TOKEN, World};

/// A token request as it came.
pub(crate) struct TokenRequest<'a> {
    /// The tenant part of the path.
    pub(crate) path: &'a str,
    pub(crate) params: &'a Params,
    /// The Authorization header.
    pub(crate) basic: Option<&'a str>,
}

/// A token response.
pub(crate) struct TokenAnswer(pub(crate) Value);

impl World {
    /// Redeems a code.
    pub(crate) fn redeem(&mut self, request: &TokenRequest<'_>) -> Result<TokenAnswer, AadError> {
        let authority = self.authority(request.path)?;
        let params = request.params;
        match params.get("grant_type") {
            Some("authorization_code") => {}
            None => return Err(AadError::missing("grant_type")),
            Some(_) => return Err(AadError::new(70_003, "unsupported_grant_type", "Only grant_type 'authorization_code' is offered.")),
        }
        let app = self.authenticate(authority, request.path, params, request.basic)?;
        let text = params.get("code").ok_or_else(|| AadError::missing("code"))?;
        let now = self.now();
        if self.state.codes.is_expired(text, now) {
            return Err(AadError::new(70_008, "invalid_grant", "The code is expired. Begin the sign-in again."));
        }
        let code = self.state.codes.get_mut(text, now).ok_or_else(|| AadError::new(70_000, "invalid_grant", "The code is not valid."))?;
        if code.used {
            return Err(AadError::new(54_005, "invalid_grant", "The code was redeemed before. Begin the sign-in again."));
        }
        if code.client_id != app.client_id {
            return Err(AadError::new(70_000, "invalid_grant", "The code was issued to another client."));
        }
        // From here on the code is used up, whatever comes (RFC 6749 section 4.1.2).
        code.used = true;
        let code = code.clone();
        if code.authority != authority {
            return Err(AadError::new(700_005, "invalid_grant", "The code was issued at another tenant address than this one."));
        }
        if params.get("redirect_uri") != Some(code.redirect_uri.as_str()) {
            return Err(AadError::new(500_112, "invalid_grant", "The redirect URI is not the one of the authorisation request."));
        }
        check_pkce(&code, params.get("code_verifier"))?;
        if self.user_of(code.account).is_none_or(|user| !user.enabled) {
            return Err(AadError::disabled_user());
        }
        Ok(TokenAnswer(self.tokens(&app, &code)))
    }

    fn tokens(&mut self, app: &App, code: &Code) -> Value {
        let access_token = format!("practice.{}", random_text(self.random.as_ref()));
        let now = self.now();
        let entry = AccessToken { account: code.account, client_id: app.client_id, scopes: code.scopes.clone(), issued: now };
        self.state.tokens.insert(access_token.clone(), now + TOKEN, entry);
        let scope = code.scopes.iter().filter(|scope| scope.as_str() != "offline_access").cloned().collect::<Vec<_>>().join(" ");
        let lifetime = TOKEN.as_seconds();
        let mut answer = Map::from_iter([
            ("token_type".to_owned(), json!("Bearer")),
            ("scope".to_owned(), json!(scope)),
            ("expires_in".to_owned(), json!(lifetime)),
            ("ext_expires_in".to_owned(), json!(lifetime)),
            ("access_token".to_owned(), json!(access_token)),
        ]);
        if code.scopes.contains("openid") {
            answer.insert("id_token".into(), json!(self.id_token(app, code)));
        }
        if code.client_info {
            let home = self.user_of(code.account).and_then(|user| user.guest_of);
            let home = home.map_or(code.account, |home| crate::world::Account { tenant: home.tenant, oid: home.oid });
            answer.insert("client_info".into(), json!(client_info(home)));
        }
        Value::Object(answer)
    }

    fn id_token(&self, app: &App, code: &Code) -> String {
        let signer = Signer {
            current: self.signing_key(code.account.tenant),
            previous: self.generation.saturating_sub(1),
            client_secret: app.secrets.first().map(|secret| secret.value.clone()).unwrap_or_default(),
            other: &|kind| self.other_claims(kind, code),
        };
        signer.sign(self.id_token_claims(code), &self.mischief.token)
    }
}

/// RFC 7636 section 4.6. A code without a challenge takes no verifier (RFC 9700 section 4.8.2).
fn check_pkce(code: &Code, verifier: Option<&str>) -> Result<(), AadError> {
    let mismatch =
        || AadError::new(501_481, "invalid_grant", "The code verifier does not match the code challenge of the authorisation request.");
    match (&code.challenge, verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) if same_secret(challenge, &base64url(&sha256(verifier.as_bytes()))) => Ok(()),
        _ => Err(mismatch()),
    }
}
