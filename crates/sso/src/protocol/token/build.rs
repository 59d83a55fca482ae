//! Claims out of a token that passed every check.

use serde_json::Value;
use tillit_store::Timestamp;

use super::super::checks::Situation;
use super::super::claims::{ClaimedProfile, Claims, Identity, Membership};
use super::super::client::Provider;
use super::super::error::TokenRefusal;
use super::Token;

/// Longest claim about a person that is kept, in characters.
const MAX_PERSONAL: usize = 256;
/// Longest opaque value that is kept, in bytes.
const MAX_OPAQUE: usize = 1024;

/// Hands out the claims. Each refusal here is a second fence behind the check of that name.
pub(in super::super) fn claims(token: &Token<'_>, situation: &Situation<'_>) -> Result<Claims, TokenRefusal> {
    let missing = |check| move || TokenRefusal { check };
    let claim = |name| token.text(name).unwrap_or_default();
    let subject = claim("sub").parse().ok().or_else(|| naive(situation, "subject", "nobody")).ok_or_else(missing("subject"))?;
    let identity = match &situation.client.provider {
        Provider::Microsoft { cloud, .. } => Identity::Microsoft {
            cloud: cloud.name().to_owned(),
            tenant: claim("tid")
                .parse()
                .ok()
                .or_else(|| naive(situation, "personal-account", NOWHERE))
                .or_else(|| naive(situation, "tenant-id", NOWHERE))
                .ok_or_else(missing("tenant-id"))?,
            object: claim("oid").parse().ok().or_else(|| naive(situation, "object-id", NOWHERE)).ok_or_else(missing("object-id"))?,
        },
        Provider::OpenId { issuer } => Identity::OpenId { issuer: issuer.clone(), subject: Clone::clone(&subject) },
    };
    let time = |name| token.seconds(name).map(Timestamp::from_unix_seconds);
    Ok(Claims {
        identity,
        issuer: claim("iss").to_owned(),
        subject,
        membership: membership(token, situation),
        profile: profile(&token.claims, &situation.client.provider),
        session: opaque(token, "sid"),
        login_hint: opaque(token, "login_hint"),
        authenticated_at: time("auth_time"),
        issued_at: time("iat").unwrap_or(Timestamp(0)),
        expires_at: time("exp").unwrap_or(Timestamp(0)),
        token_id: opaque(token, "uti").or_else(|| opaque(token, "jti")),
    })
}

/// What stands for an id that is missing, once its check is taken out.
const NOWHERE: &str = "00000000-0000-0000-0000-000000000000";

/// With the feature `testing` and this check taken out: the value a careless relying party would go on with.
fn naive<T: std::str::FromStr>(situation: &Situation<'_>, check: &str, value: &str) -> Option<T> {
    if situation.without.names(check) { value.parse().ok() } else { None }
}

/// What the account says about itself, cleaned for display.
pub(in super::super) fn profile(claims: &serde_json::Map<String, Value>, provider: &Provider) -> ClaimedProfile {
    // Never the other's: a tenant can be made to send any claim that is not Microsoft's own.
    let verified = match provider {
        Provider::Microsoft { .. } => "xms_edov",
        Provider::OpenId { .. } => "email_verified",
    };
    let text = |name: &str| claims.get(name).and_then(Value::as_str).and_then(|text| clean(text, MAX_PERSONAL));
    ClaimedProfile {
        name: text("name"),
        given_name: text("given_name"),
        family_name: text("family_name"),
        username: text("preferred_username"),
        upn: text("upn"),
        email: text("email"),
        email_verified: claims.get(verified).is_some_and(is_yes),
        locale: text("locale"),
    }
}

/// Without control characters and spaces around; none if nothing is left or it is too long.
pub(in super::super) fn clean(text: &str, max_chars: usize) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).take(max_chars + 1).collect();
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= max_chars).then(|| text.to_owned())
}

/// `xms_edov` is documented as a boolean but seen as `true`, `"1"`, `"true"` and 1. Everything else is a no.
fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => matches!(text.as_str(), "1" | "true" | "True"),
        _ => false,
    }
}

fn opaque(token: &Token<'_>, name: &str) -> Option<String> {
    token.text(name).filter(|text| (1..=MAX_OPAQUE).contains(&text.len()) && !text.chars().any(char::is_control)).map(str::to_owned)
}

/// Whether any sign says guest. `acct` decides nothing alone towards "member": a guest's other signs win.
fn membership(token: &Token<'_>, situation: &Situation<'_>) -> Membership {
    if !matches!(situation.client.provider, Provider::Microsoft { .. }) {
        return Membership::Unsaid;
    }
    let account = token.claims.get("acct").and_then(|acct| acct.as_i64().or_else(|| acct.as_str()?.parse().ok()));
    // A member's `idp` is missing, or names the own tenant, if only in the form of version 1 (`https://sts.windows.net/{tid}/`).
    let home =
        |idp: &str| Some(idp) == token.text("iss") || token.text("tid").is_some_and(|tid| idp.split('/').any(|segment| segment == tid));
    let foreign = token.claims.get("idp").is_some_and(|idp| !idp.as_str().is_some_and(home));
    let external =
        ["upn", "preferred_username"].iter().any(|name| token.text(name).is_some_and(|text| text.to_ascii_uppercase().contains("#EXT#")));
    match account {
        _ if foreign || external => Membership::Guest,
        Some(0) => Membership::Member,
        Some(_) => Membership::Guest,
        None => Membership::Unsaid,
    }
}
