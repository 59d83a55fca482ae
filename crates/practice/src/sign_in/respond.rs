//! The authorisation response.

use url::Url;

use super::{AuthorizeRequest, ResponseMode};
use crate::error::AadError;
use crate::mischief::ParamEdit;
use crate::text::{base64url, random_text};
use crate::world::{Account, Authority, Code, SHORT, SignedIn, World};

/// Parameters on their way back to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirection {
    pub(crate) uri: String,
    pub(crate) mode: ResponseMode,
    pub(crate) params: Vec<(String, String)>,
}

impl Redirection {
    /// An error response (RFC 6749 section 4.1.2.1).
    pub(crate) fn error(uri: &str, mode: ResponseMode, state: Option<&str>, error: &AadError) -> Self {
        let mut params = vec![("error".to_owned(), error.error.to_owned()), ("error_description".to_owned(), error.to_string())];
        params.extend(error.subcode.map(|code| ("error_subcode".to_owned(), code.to_owned())));
        params.extend(state.map(|state| ("state".to_owned(), state.to_owned())));
        Self { uri: uri.to_owned(), mode, params }
    }

    /// The address to redirect to, for query and fragment.
    pub(crate) fn address(&self) -> String {
        let Ok(mut url) = Url::parse(&self.uri) else { return self.uri.clone() };
        if self.mode == ResponseMode::Fragment {
            let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.params).finish();
            url.set_fragment(Some(&text));
        } else if !self.params.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.params);
        }
        url.into()
    }

    /// Does what [`crate::mischief::Mischief::redirect`] says.
    pub(crate) fn edited(mut self, edits: &[ParamEdit]) -> Self {
        for edit in edits {
            match edit {
                ParamEdit::Set { name, value } => {
                    self.params.retain(|(known, _)| known != name);
                    self.params.push((name.clone(), value.clone()));
                }
                ParamEdit::Remove { name } => self.params.retain(|(known, _)| known != name),
                ParamEdit::Double { name, value } => self.params.push((name.clone(), value.clone())),
            }
        }
        self
    }
}

impl World {
    /// Makes a code and the response that carries it.
    pub(crate) fn respond(
        &mut self,
        authority: Authority,
        request: &AuthorizeRequest,
        account: Account,
        signed_in: SignedIn,
    ) -> Redirection {
        let code = format!("1.{}", random_text(self.random.as_ref()));
        let until = self.now() + SHORT;
        let entry = Code {
            client_id: request.client_id,
            redirect_uri: request.redirect_uri.clone(),
            authority,
            account,
            scopes: request.scopes.clone(),
            nonce: request.nonce.clone(),
            challenge: request.challenge.clone(),
            client_info: request.client_info,
            sid: signed_in.sid,
            auth_time: signed_in.at,
            used: false,
        };
        self.state.codes.insert(code.clone(), until, entry);
        let mut params = vec![("code".to_owned(), code)];
        if request.client_info {
            params.push(("client_info".to_owned(), client_info(signed_in.account)));
        }
        params.extend(request.state.clone().map(|state| ("state".to_owned(), state)));
        params.push(("session_state".to_owned(), signed_in.sid.to_string()));
        Redirection { uri: request.redirect_uri.clone(), mode: request.response_mode, params }
    }
}

/// What Microsoft's own libraries ask for with `client_info=1`: object and tenant id at home.
pub(crate) fn client_info(home: Account) -> String {
    base64url(serde_json::json!({ "uid": home.oid.to_string(), "utid": home.tenant.to_string() }).to_string().as_bytes())
}
