//! Who redeems a code: client authentication by secret or by certificate.
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use uuid::Uuid;

use crate::error::AadError;
use crate::http::Params;
use crate::text::{from_base64url, same_secret};
use crate::world::{App, Authority, Certificate, Fault, World};

/// `client_assertion_type` of RFC 7523 section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far clocks may differ, in seconds.
const SKEW: i64 = 300;
/// How long an assertion may live, in seconds.
const LONGEST: i64 = 24 * 3600;

/// Credentials as they came.
#[derive(Debug)]
enum Credential {
    Secret(String),
    Assertion(String),
}

impl World {
    /// The application that proves itself in this request.
    pub(super) fn authenticate(&mut self, authority: Authority, path: &str, params: &Params, basic: Option<&str>) -> Result<App, AadError> {
        let (client, credential) = credential(params, basic)?;
        let known = Uuid::parse_str(&client).ok().and_then(|id| self.app(id)).cloned();
        let app = known.ok_or_else(|| AadError::unknown_app(&client))?;
        match credential {
            Credential::Secret(secret) => self.check_secret(&app, &secret)?,
            Credential::Assertion(assertion) => self.check_assertion(&app, authority, path, &assertion)?,
        }
        Ok(app)
    }

    fn check_secret(&self, app: &App, secret: &str) -> Result<(), AadError> {
        let found = app.secrets.iter().find(|known| same_secret(&known.value, secret)).ok_or_else(AadError::wrong_secret)?;
        let expired = found.expires <= self.now() || self.fault(Fault::SecretExpired);
        if expired { Err(AadError::expired_secret()) } else { Ok(()) }
    }

    fn check_assertion(&mut self, app: &App, authority: Authority, path: &str, assertion: &str) -> Result<(), AadError> {
        let parsed = Assertion::parse(assertion).ok_or_else(|| AadError::bad_assertion("it is not a signed JWT"))?;
        let certificate =
            parsed.certificate(&app.certificates).ok_or_else(|| AadError::bad_assertion("no registered certificate has its thumbprint"))?;
        let parameters = parsed.parameters().ok_or_else(|| AadError::bad_assertion("its algorithm is neither PS256 nor RS256"))?;
        let key = UnparsedPublicKey::new(parameters, &certificate.public_key);
        key.verify(parsed.input.as_bytes(), &parsed.signature).map_err(|_| AadError::bad_assertion("its signature is wrong"))?;
        let now = self.now().unix_seconds();
        if certificate.expires.unix_seconds() <= now || self.fault(Fault::SecretExpired) {
            return Err(AadError::bad_assertion("the certificate is expired"));
        }
        let text = |name: &str| parsed.claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let time = |name: &str| parsed.claims.get(name).and_then(Value::as_i64);
        let client = app.client_id.to_string();
        if text("iss") != client || text("sub") != client {
            return Err(AadError::new(700_021, "invalid_client", "Issuer or subject of the client assertion is not the client."));
        }
        if !self.audiences(authority, path).iter().any(|audience| audience == text("aud")) {
            return Err(AadError::new(700_023, "invalid_client", "The client assertion is for another audience than this token endpoint."));
        }
        let exp = time("exp").unwrap_or(0);
        let early = time("nbf").is_some_and(|nbf| nbf > now + SKEW);
        if exp <= now - SKEW || early || exp > now + LONGEST {
            return Err(AadError::new(700_024, "invalid_client", "The client assertion is not within its time of validity."));
        }
        let jti = format!("{client} {}", text("jti"));
        if text("jti").is_empty() || self.state.assertions.get(&jti, self.now()).is_some() {
            return Err(AadError::bad_assertion("its jti is missing or was used before"));
        }
        let until = tillit_store::Timestamp::from_unix_seconds(exp + SKEW);
        self.state.assertions.insert(jti, until, ());
        Ok(())
    }

    /// The token endpoint and the issuer, by the path used and by tenant id.
    fn audiences(&self, authority: Authority, path: &str) -> Vec<String> {
        let mut names = vec![path.to_owned()];
        if let Authority::Tenant(id) = authority {
            names.push(id.to_string());
        }
        let base = &self.base_url;
        names.iter().flat_map(|name| [format!("{base}/{name}/oauth2/v2.0/token"), format!("{base}/{name}/v2.0")]).collect()
    }
}

/// Exactly one way of authentication.
fn credential(params: &Params, basic: Option<&str>) -> Result<(String, Credential), AadError> {
    let assertion = params.get("client_assertion");
    let secret = params.get("client_secret");
    let several = || AadError::new(9_002_313, "invalid_request", "The client authenticates in more than one way.");
    if let Some(basic) = basic {
        if assertion.is_some() || secret.is_some() {
            return Err(several());
        }
        let (client, secret) = parse_basic(basic).ok_or_else(AadError::malformed)?;
        return Ok((client, Credential::Secret(secret)));
    }
    let client = params.get("client_id").ok_or_else(|| AadError::missing("client_id"))?.to_owned();
    match (assertion, secret) {
        (Some(_), Some(_)) => Err(several()),
        (Some(assertion), None) if params.get("client_assertion_type") == Some(JWT_BEARER) => {
            Ok((client, Credential::Assertion(assertion.into())))
        }
        (Some(_), None) => Err(AadError::new(700_211, "invalid_client", "The type of the client assertion is not supported.")),
        (None, Some(secret)) => Ok((client, Credential::Secret(secret.into()))),
        (None, None) => Err(AadError::new(7_000_218, "invalid_client", "The request must contain 'client_assertion' or 'client_secret'.")),
    }
}

/// `client_secret_basic`: both parts form-encoded inside Base64 (RFC 6749 section 2.3.1).
fn parse_basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client, secret) = text.split_once(':')?;
    let decode = |part: &str| {
        let query = format!("x={part}");
        url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decode(client)?, decode(secret)?))
}

/// A client assertion, taken apart.
struct Assertion {
    header: Value,
    claims: Value,
    input: String,
    signature: Vec<u8>,
}

impl Assertion {
    fn parse(text: &str) -> Option<Self> {
        let (input, signature) = text.rsplit_once('.')?;
        let (header, claims) = input.split_once('.')?;
        let json = |part: &str| serde_json::from_slice::<Value>(&from_base64url(part)?).ok();
        Some(Self { header: json(header)?, claims: json(claims)?, input: input.into(), signature: from_base64url(signature)? })
    }
    fn certificate<'a>(&self, registered: &'a [Certificate]) -> Option<&'a Certificate> {
        let thumbprint = |name: &str| from_base64url(self.header.get(name)?.as_str()?);
        match (thumbprint("x5t#S256"), thumbprint("x5t")) {
            (Some(sha256), _) => registered.iter().find(|known| known.thumbprint == sha256),
            (None, Some(sha1)) => registered.iter().find(|known| known.legacy_thumbprint == sha1),
            (None, None) => None,
        }
    }
    fn parameters(&self) -> Option<&'static RsaParameters> {
        match self.header.get("alg")?.as_str()? {
            "PS256" => Some(&RSA_PSS_2048_8192_SHA256),
            "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
            _ => None,
        }
    }
}
