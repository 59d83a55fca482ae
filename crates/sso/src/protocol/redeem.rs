//! Redeeming a code at the token endpoint, and proving there who we are.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use tillit_fetch::{Limits, Request, Response};
use tillit_store::Cx;
use url::Url;
use zeroize::Zeroizing;

use super::certificate::Certificate;
use super::client::{Client, ClientAuthentication};
use super::error::{ProtocolError, ProviderError, Trouble, Unreachable};
use super::ids::ClientId;
use super::json::{self, Twice};
use super::log::RequestKind;
use super::metadata::Metadata;
use super::wire::{TOKEN_TIME, Wire, host_of, is_json};

/// Largest answer of the token endpoint that is read: two tokens of 16 KiB, and room.
const MAX_ANSWER: usize = 64 * 1024;
/// Longest code that is sent. Microsoft's have about 1,500 characters.
const MAX_CODE: usize = 4096;
/// How long our signed statement counts. Microsoft recommends 5 to 10 minutes.
const ASSERTION_LIFETIME: i64 = 5 * 60;

/// What the browser brought back from the provider, apart from `state`, which is the caller's to match.
#[derive(Clone)]
pub struct Answer {
    /// Parameter `code`.
    pub code: SecretString,
    /// Parameter `iss` (RFC 9207), if there was one.
    pub iss: Option<String>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answer(…)")
    }
}

/// What the token endpoint gave. Live only within one sign-in; never stored.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Says who signed in; to be validated.
    pub(super) id_token: SecretString,
    /// Lets us ask Graph (or userinfo) as the person. Opaque: never taken apart.
    pub(super) access_token: SecretString,
    /// What was granted: the words of `scope`. Tells whether User.Read was consented to.
    pub scope: Vec<String>,
}

/// Redeems the code at the token endpoint.
pub(super) async fn redeem(
    wire: &Wire<'_>,
    metadata: &Metadata,
    client: &Client,
    code: &SecretString,
    pkce_verifier: &str,
) -> Result<Tokens, ProtocolError> {
    let endpoint = &metadata.token_endpoint;
    let host = host_of(endpoint);
    let unusable = |why| ProtocolError::Unreachable(Unreachable { host: host.clone(), what: RequestKind::Token.name(), why });
    let code = code.expose_secret();
    if code.is_empty() || code.len() > MAX_CODE {
        return Err(ProviderError::of("invalid_grant").into());
    }
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uri.as_str()),
        // Always sent, so that a challenge stripped on the way makes the exchange fail (RFC 9700 section 4.8.2).
        ("code_verifier", pkce_verifier),
    ];
    let assertion;
    let mut authorization = None;
    match &client.authentication {
        ClientAuthentication::Secret(secret) if metadata.secret_in_header => {
            authorization = Some(basic(&client.client_id, secret).ok_or(ProtocolError::Credential)?);
        }
        ClientAuthentication::Secret(secret) => {
            fields.push(("client_id", client.client_id.as_str()));
            fields.push(("client_secret", secret.expose_secret()));
        }
        ClientAuthentication::Certificate(certificate) => {
            assertion = client_assertion(wire.cx, &client.client_id, endpoint, certificate).ok_or(ProtocolError::Credential)?;
            fields.push(("client_id", client.client_id.as_str()));
            fields.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
            fields.push(("client_assertion", assertion.expose_secret()));
        }
    }
    let mut request = Request::post_form(endpoint.clone(), fields, Limits { max_bytes: MAX_ANSWER, total: TOKEN_TIME });
    if let Some(value) = authorization {
        request = request.header(AUTHORIZATION, value);
    }
    let response = wire.send(RequestKind::Token, request).await?;
    let status = response.status.as_u16();
    if status >= 500 || status == 429 {
        return Err(unusable(Trouble::Status(status)));
    }
    if !is_json(&response) {
        return Err(unusable(Trouble::ContentType));
    }
    let answer = json::object(&response.body, Twice::Refuse).map_err(|_| unusable(Trouble::Unreadable))?;
    if answer.contains_key("error") || status != 200 {
        return Err(refusal(&answer, &response).into());
    }
    tokens(&answer).ok_or_else(|| unusable(Trouble::Unreadable))
}

/// The tokens of a successful answer (RFC 6749 section 5.1). A refresh token is dropped unread.
fn tokens(answer: &Map<String, Value>) -> Option<Tokens> {
    let text = |name| json::text(answer, name, MAX_ANSWER);
    if !text("token_type")?.eq_ignore_ascii_case("Bearer") {
        return None;
    }
    Some(Tokens {
        id_token: text("id_token")?.into(),
        access_token: text("access_token")?.into(),
        scope: text("scope").unwrap_or_default().split_ascii_whitespace().take(50).map(str::to_owned).collect(),
    })
}

impl ProviderError {
    /// An error of this code, without details.
    pub fn of(error: &str) -> Self {
        Self { error: error.to_owned(), code: None, trace_id: None, correlation_id: None, timestamp: None }
    }

    /// From the parameters `error` and `error_description` of a redirect to us. Whatever they hold, only a code
    /// and numbers are kept: anybody can write such an address.
    pub fn from_redirect(error: &str, description: Option<&str>) -> Self {
        let description = description.unwrap_or_default();
        let labelled = |label: &str| {
            let after = description.split_once(label)?.1.trim_start();
            after.split_ascii_whitespace().next().and_then(|word| short(word, 64))
        };
        Self {
            error: error_code(error),
            code: first_code(description),
            trace_id: labelled("Trace ID:"),
            correlation_id: labelled("Correlation ID:"),
            // "Timestamp: 2026-11-23 12:00:00Z" has a space in it.
            timestamp: description
                .split_once("Timestamp:")
                .and_then(|(_, after)| after.trim_start().get(..20))
                .and_then(|text| short(text, 20)),
        }
    }
}

/// The token endpoint's refusal (RFC 6749 section 5.2, learn.microsoft.com/entra/identity-platform/reference-error-codes).
fn refusal(answer: &Map<String, Value>, response: &Response) -> ProviderError {
    let text = |name| answer.get(name).and_then(Value::as_str);
    let listed = answer
        .get("error_codes")
        .and_then(Value::as_array)
        .and_then(|codes| codes.first()?.as_u64())
        .and_then(|code| u32::try_from(code).ok());
    ProviderError {
        error: text("error").map_or_else(|| format!("status_{}", response.status.as_u16()), error_code),
        code: listed.or_else(|| first_code(text("error_description").unwrap_or_default())),
        trace_id: text("trace_id").and_then(|id| short(id, 64)),
        correlation_id: text("correlation_id").and_then(|id| short(id, 64)),
        timestamp: text("timestamp").and_then(|time| short(time, 32)),
    }
}

/// The OAuth error code, if it looks like one.
fn error_code(text: &str) -> String {
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if fits { text.to_owned() } else { "unreadable".to_owned() }
}

/// The first `AADSTS` number in a text.
fn first_code(text: &str) -> Option<u32> {
    let digits: String = text.split_once("AADSTS")?.1.chars().take_while(char::is_ascii_digit).take(9).collect();
    digits.parse().ok()
}

/// A short id or time: letters, digits and the marks that occur in them.
fn short(text: &str, max: usize) -> Option<String> {
    let fits = (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:.+ ".contains(&byte));
    fits.then(|| text.to_owned())
}

/// Client id and secret as `client_secret_basic`, each form-encoded first (RFC 6749 section 2.3.1).
fn basic(client_id: &ClientId, secret: &SecretString) -> Option<HeaderValue> {
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let both = Zeroizing::new(format!("{}:{}", encoded(client_id.as_str()), encoded(secret.expose_secret())));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(both.as_bytes()))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Our statement of who we are, signed (RFC 7523 section 3, learn.microsoft.com/entra/identity-platform/certificate-credentials).
fn client_assertion(cx: &Cx, client_id: &ClientId, endpoint: &Url, certificate: &Certificate) -> Option<SecretString> {
    let now = cx.now().unix_seconds();
    let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(certificate.thumbprint()) });
    let claims = json!({
        "aud": endpoint.as_str(),
        "iss": client_id.as_str(),
        "sub": client_id.as_str(),
        "jti": URL_SAFE_NO_PAD.encode(cx.random::<16>()),
        "iat": now,
        "nbf": now,
        "exp": now + ASSERTION_LIFETIME,
    });
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = certificate.sign(signed.as_bytes())?;
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
    use proptest::prelude::*;
    use tillit_store::testing::cx;
    use x509_parser::prelude::FromDer;

    use super::super::certificate::tests::self_signed;
    use super::*;

    #[test]
    fn our_statement_is_signed_by_the_certificate_and_lives_five_minutes() {
        let (pem, key) = self_signed();
        let certificate = Certificate::from_pem(&pem, &key).unwrap();
        let endpoint = Url::parse("https://login.example/t/oauth2/v2.0/token").unwrap();
        let make = || client_assertion(&cx(&Default::default()), &"client".parse().unwrap(), &endpoint, &certificate).unwrap();
        let (first, second) = (make(), make());
        assert_ne!(first.expose_secret(), second.expose_secret(), "jti and signature are new each time");
        let (signed, signature) = first.expose_secret().rsplit_once('.').unwrap();
        let (_, parsed_pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).unwrap();
        let (_, parsed) = x509_parser::prelude::X509Certificate::from_der(&parsed_pem.contents).unwrap();
        UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, parsed.public_key().subject_public_key.data.as_ref())
            .verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
            .unwrap();
        let (_, claims) = signed.split_once('.').unwrap();
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        assert_eq!(claims["aud"], endpoint.as_str());
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("client"), &json!("client")));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    }

    #[test]
    fn a_secret_in_the_header_is_form_encoded_before_it_is_joined() {
        let value = basic(&"tillit app".parse().unwrap(), &"s:e+c%é".into()).unwrap();
        let (_, text) = value.to_str().unwrap().split_once("Basic ").unwrap();
        assert_eq!(STANDARD.decode(text).unwrap(), b"tillit+app:s%3Ae%2Bc%25%C3%A9");
        assert!(!format!("{value:?}").contains(text), "a secret is not shown");
    }

    #[test]
    fn of_an_error_only_codes_and_ids_are_kept() {
        let error = ProviderError::from_redirect(
            "access_denied",
            Some(
                "AADSTS65004: User kari@nordvik.example declined to consent. Trace ID: 6a-1 Correlation ID: 7b-2 Timestamp: 2026-11-23 12:00:00Z",
            ),
        );
        assert_eq!(error.code, Some(65004));
        assert_eq!((error.trace_id.as_deref(), error.correlation_id.as_deref()), (Some("6a-1"), Some("7b-2")));
        assert_eq!(error.timestamp.as_deref(), Some("2026-11-23 12:00:00Z"));
        assert!(!format!("{error:?} {error}").contains("kari"));
        let error = ProviderError::from_redirect("<script>", Some("Trace ID: <b> AADSTSx"));
        assert_eq!(error, ProviderError::of("unreadable"));
    }

    proptest! {
        #[test]
        fn an_error_of_any_text_is_read_without_panic_and_bounded(error in ".{0,200}", description in "(.|AADSTS[0-9]{0,20}|Trace ID:|Timestamp: ){0,60}") {
            let error = ProviderError::from_redirect(&error, Some(&description));
            prop_assert!(error.error.len() <= 64 && error.timestamp.is_none_or(|time| time.len() <= 20));
        }
    }
}
