//! A provider's description of itself, checked before anything of it is used.

use serde_json::{Map, Value};
use url::Url;

use super::checks::Without;
use super::client::{Authority, Provider};
use super::cloud::{Cloud, is_secure, same_origin};
use super::json::{self, Twice};

/// Largest metadata document that is read. Microsoft's has about 2 KiB.
pub(super) const MAX_METADATA: usize = 128 * 1024;
/// Longest address in metadata.
const MAX_ADDRESS: usize = 2048;
/// What stands for the tenant in the issuer of `organizations`.
const TEMPLATE: &str = "{tenantid}";

/// Metadata that passed every check of [`METADATA_CHECKS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Metadata {
    /// The issuer: exact, or with the literal `{tenantid}` in it.
    pub issuer: IssuerPattern,
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Where codes are redeemed.
    pub token_endpoint: Url,
    /// Where the signing keys are.
    pub jwks_uri: Url,
    /// Claims about the person, at providers other than Microsoft.
    pub userinfo_endpoint: Option<Url>,
    /// Where the browser is sent to sign out.
    pub end_session_endpoint: Option<Url>,
    /// Whether answers carry `iss` (RFC 9207 section 3).
    pub response_iss: bool,
    /// Whether a client secret goes into the `Authorization` header, because the provider does not
    /// say that it takes one in the body.
    pub secret_in_header: bool,
}

/// An issuer that may leave the tenant open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IssuerPattern(String);

impl IssuerPattern {
    /// From an issuer as written in metadata or beside a key.
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
    /// Whether it stands for any tenant.
    pub(super) fn is_template(&self) -> bool {
        self.0.contains(TEMPLATE)
    }
    /// Whether `issuer` is this one, with `tenant` in the template's place. Compared character by
    /// character (learn.microsoft.com/entra/identity-platform/access-tokens, "Validate the issuer").
    pub(super) fn matches(&self, issuer: &str, tenant: Option<&str>) -> bool {
        match self.0.split_once(TEMPLATE) {
            None => self.0 == issuer,
            Some((before, after)) => tenant.is_some_and(|tenant| {
                issuer.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).is_some_and(|segment| segment == tenant)
            }),
        }
    }
    /// Whether `issuer` could be of this pattern for some tenant.
    pub(super) fn could_match(&self, issuer: &str) -> bool {
        match self.0.split_once(TEMPLATE) {
            None => self.0 == issuer,
            Some((before, after)) => issuer
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|segment| segment.parse::<super::ids::TenantId>().is_ok()),
        }
    }
}

/// A rule about a provider's metadata.
pub struct MetadataCheck {
    /// Exact reason for the audit log.
    pub name: &'static str,
    /// The rule's source.
    pub source: &'static str,
    run: fn(&Draft<'_>) -> bool,
}

/// What the checks look at: the document as it came, and from whom it was asked.
struct Draft<'a> {
    provider: &'a Provider,
    document: &'a Map<String, Value>,
}

/// The rules about metadata, in the order in which they are applied.
pub const METADATA_CHECKS: &[MetadataCheck] = &[
    MetadataCheck {
        name: "metadata-issuer",
        source: "OpenID Connect Discovery 1.0 section 4.3; RFC 8414 section 3.3",
        run: metadata_issuer,
    },
    MetadataCheck {
        name: "metadata-host",
        source: "learn.microsoft.com/entra/identity-platform/authentication-national-cloud; RFC 9700 section 4.4",
        run: metadata_host,
    },
    MetadataCheck { name: "metadata-https", source: "RFC 8414 section 2; OpenID Connect Discovery 1.0 section 3", run: metadata_https },
    MetadataCheck {
        name: "metadata-s256",
        source: "RFC 9700 section 2.1.1; RFC 8414 section 2 (code_challenge_methods_supported)",
        run: metadata_s256,
    },
];

/// The document names the issuer that we asked: a tenant's own, the template of `organizations`
/// literally, or the configured issuer. Otherwise one provider could speak for another.
fn metadata_issuer(draft: &Draft<'_>) -> bool {
    let Some(issuer) = json::text(draft.document, "issuer", MAX_ADDRESS) else { return false };
    match draft.provider {
        Provider::Microsoft { cloud, authority: Authority::Organizations } => issuer == format!("{}/{TEMPLATE}/v2.0", cloud.login()),
        Provider::Microsoft { cloud, authority: Authority::Tenant(tenant) } => issuer == format!("{}/{tenant}/v2.0", cloud.login()),
        Provider::OpenId { issuer: expected } => issuer == expected.as_str(),
    }
}

/// With Microsoft every address lies on the cloud's login host (userinfo: on its Graph host). Other
/// providers may spread over several hosts, as Google does; what they name is authentic by TLS.
fn metadata_host(draft: &Draft<'_>) -> bool {
    let Provider::Microsoft { cloud, .. } = draft.provider else { return true };
    let on = |name: &str, bases: &[&str]| match draft.address(name) {
        Address::Missing => true,
        Address::Bad => false,
        Address::Url(url) => bases.iter().any(|base| same_origin(&url, base)),
    };
    let login = [cloud.login()];
    // Clouds that share a login host share its documents, which can name one Graph host only.
    let neighbours = Cloud::MICROSOFT.iter().filter(|other| other.login() == cloud.login()).map(Cloud::graph);
    let userinfo: Vec<&str> = [cloud.login(), cloud.graph()].into_iter().chain(neighbours).collect();
    ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"].into_iter().all(|name| on(name, &login))
        && on("userinfo_endpoint", &userinfo)
}

/// Every address is `https`; plain `http` only on loopback, and only if the issuer is there too.
fn metadata_https(draft: &Draft<'_>) -> bool {
    let base = match draft.provider {
        Provider::Microsoft { cloud, .. } => cloud.login(),
        Provider::OpenId { issuer } => issuer.as_str(),
    };
    ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint", "userinfo_endpoint"].into_iter().all(
        |name| match draft.address(name) {
            Address::Missing => true,
            Address::Bad => false,
            Address::Url(url) => is_secure(&url) && (url.scheme() == "https" || base.starts_with("http://")),
        },
    )
}

/// A provider that lists its PKCE methods must list S256. Microsoft lists none, yet supports it.
fn metadata_s256(draft: &Draft<'_>) -> bool {
    match draft.document.get("code_challenge_methods_supported") {
        None => true,
        Some(methods) => methods.as_array().is_some_and(|methods| methods.iter().any(|method| method.as_str() == Some("S256"))),
    }
}

/// A provider without a list takes secrets in the header only (OpenID Connect Discovery 1.0 section 3,
/// `token_endpoint_auth_methods_supported`). Microsoft takes both.
fn secret_in_header(draft: &Draft<'_>) -> bool {
    let methods = draft.document.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
    let in_body = methods.is_some_and(|methods| methods.iter().any(|method| method.as_str() == Some("client_secret_post")));
    matches!(draft.provider, Provider::OpenId { .. }) && !in_body
}

/// An address in the document.
enum Address {
    Missing,
    Bad,
    Url(Url),
}

impl Draft<'_> {
    fn address(&self, name: &str) -> Address {
        match self.document.get(name) {
            None | Some(Value::Null) => Address::Missing,
            Some(Value::String(text)) if text.len() <= MAX_ADDRESS => match Url::parse(text) {
                Ok(url) if url.username().is_empty() && url.password().is_none() && url.fragment().is_none() => Address::Url(url),
                _ => Address::Bad,
            },
            Some(_) => Address::Bad,
        }
    }
    fn url(&self, name: &str) -> Option<Url> {
        match self.address(name) {
            Address::Url(url) => Some(url),
            Address::Missing | Address::Bad => None,
        }
    }
}

/// Why metadata was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MetadataError {
    /// Not a metadata document.
    Unreadable,
    /// Refused by this check.
    Refused(&'static str),
}

impl Metadata {
    /// Reads and checks a document that was asked from `provider`.
    pub(super) fn parse(body: &[u8], provider: &Provider, without: &Without) -> Result<Self, MetadataError> {
        let document = json::object(body, Twice::LastCounts).map_err(|_| MetadataError::Unreadable)?;
        let draft = Draft { provider, document: &document };
        for check in METADATA_CHECKS.iter().filter(|check| !without.names(check.name)) {
            if !(check.run)(&draft) {
                return Err(MetadataError::Refused(check.name));
            }
        }
        let needed = |name| draft.url(name).ok_or(MetadataError::Unreadable);
        Ok(Self {
            issuer: IssuerPattern::new(json::text(&document, "issuer", MAX_ADDRESS).ok_or(MetadataError::Unreadable)?),
            authorization_endpoint: needed("authorization_endpoint")?,
            token_endpoint: needed("token_endpoint")?,
            jwks_uri: needed("jwks_uri")?,
            userinfo_endpoint: draft.url("userinfo_endpoint"),
            end_session_endpoint: draft.url("end_session_endpoint"),
            response_iss: document.get("authorization_response_iss_parameter_supported").and_then(Value::as_bool).unwrap_or(false),
            secret_in_header: secret_in_header(&draft),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TENANT: &str = "a1b2c3d4-0000-4000-8000-0123456789ab";

    fn microsoft() -> Provider {
        Provider::Microsoft { cloud: Cloud::Global, authority: Authority::Tenant(TENANT.parse().unwrap()) }
    }
    fn document() -> Value {
        let base = format!("https://login.microsoftonline.com/{TENANT}");
        json!({
            "issuer": format!("{base}/v2.0"), "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{base}/oauth2/v2.0/token"), "jwks_uri": format!("{base}/discovery/v2.0/keys"),
            "end_session_endpoint": format!("{base}/oauth2/v2.0/logout"), "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        })
    }
    fn parse(document: &Value, provider: &Provider) -> Result<Metadata, MetadataError> {
        Metadata::parse(document.to_string().as_bytes(), provider, &Without::default())
    }

    #[test]
    fn userinfo_lies_on_the_clouds_graph_host_and_nowhere_else() {
        assert!(parse(&document(), &microsoft()).is_ok());
        for elsewhere in ["https://graph.microsoft.us/oidc/userinfo", "https://graph.microsoft.com.evil.example/oidc/userinfo"] {
            let mut document = document();
            document["userinfo_endpoint"] = json!(elsewhere);
            assert_eq!(parse(&document, &microsoft()), Err(MetadataError::Refused("metadata-host")));
        }
    }

    #[test]
    fn the_two_american_clouds_share_one_login_host_and_its_documents() {
        let text = document()
            .to_string()
            .replace("login.microsoftonline.com", "login.microsoftonline.us")
            .replace("graph.microsoft.com", "graph.microsoft.us");
        for cloud in [Cloud::UsGov, Cloud::UsDod] {
            let provider = Provider::Microsoft { cloud, authority: Authority::Tenant(TENANT.parse().unwrap()) };
            assert!(Metadata::parse(text.as_bytes(), &provider, &Without::default()).is_ok());
        }
        assert_eq!(Metadata::parse(text.as_bytes(), &microsoft(), &Without::default()), Err(MetadataError::Refused("metadata-issuer")));
    }

    #[test]
    fn an_endpoint_that_is_missing_makes_the_document_unreadable() {
        for member in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            let mut document = document();
            document.as_object_mut().unwrap().remove(member);
            assert_eq!(parse(&document, &microsoft()), Err(MetadataError::Unreadable), "{member}");
        }
    }

    #[test]
    fn another_provider_may_spread_over_hosts_but_not_over_plain_http() {
        let provider = Provider::OpenId { issuer: "https://accounts.example".parse().unwrap() };
        let mut document = json!({
            "issuer": "https://accounts.example", "authorization_endpoint": "https://accounts.example/authorize",
            "token_endpoint": "https://tokens.example/token", "jwks_uri": "https://keys.example/jwks",
        });
        assert!(parse(&document, &provider).is_ok());
        document["token_endpoint"] = json!("http://127.0.0.1/token");
        assert_eq!(parse(&document, &provider), Err(MetadataError::Refused("metadata-https")));
    }

    #[test]
    fn a_secret_goes_into_the_header_unless_the_provider_takes_it_in_the_body() {
        let provider = Provider::OpenId { issuer: "https://accounts.example".parse().unwrap() };
        let mut document = json!({
            "issuer": "https://accounts.example", "authorization_endpoint": "https://accounts.example/authorize",
            "token_endpoint": "https://accounts.example/token", "jwks_uri": "https://accounts.example/jwks",
        });
        assert!(parse(&document, &provider).unwrap().secret_in_header);
        document["token_endpoint_auth_methods_supported"] = json!(["client_secret_basic", "private_key_jwt"]);
        assert!(parse(&document, &provider).unwrap().secret_in_header);
        document["token_endpoint_auth_methods_supported"] = json!(["client_secret_basic", "client_secret_post"]);
        assert!(!parse(&document, &provider).unwrap().secret_in_header);
        assert!(!parse(&self::document(), &microsoft()).unwrap().secret_in_header);
    }

    #[test]
    fn a_template_stands_for_one_tenant_segment_and_nothing_more() {
        let pattern = IssuerPattern::new("https://login.example/{tenantid}/v2.0");
        let issuer = format!("https://login.example/{TENANT}/v2.0");
        assert!(pattern.matches(&issuer, Some(TENANT)) && pattern.could_match(&issuer));
        assert!(!pattern.matches(&issuer, None) && !pattern.matches(&issuer, Some("other")));
        for odd in [
            "https://login.example/v2.0",
            "https://login.example//v2.0",
            "https://login.example/a/b/v2.0",
            "https://login.example/{tenantid}/v2.0",
        ] {
            assert!(!pattern.could_match(odd), "{odd}");
        }
        assert!(!IssuerPattern::new("https://a.example").matches("https://a.example/", Some(TENANT)));
    }

    proptest! {
        #[test]
        fn metadata_of_any_contents_is_read_without_panic(member in "[a-z_]{3,30}", text in ".{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut document = document();
            document[member] = json!(text);
            let _ = parse(&document, &microsoft());
            let _ = Metadata::parse(&bytes, &microsoft(), &Without::default());
        }

        #[test]
        fn an_issuer_pattern_of_any_text_is_matched_without_panic(pattern in ".{0,40}", issuer in ".{0,40}", tenant in ".{0,20}") {
            let pattern = IssuerPattern::new(&pattern);
            let _ = (pattern.matches(&issuer, Some(&tenant)), pattern.could_match(&issuer), pattern.is_template());
        }
    }
}
