//! What a provider that misbehaves can try: real sign-ins whose tokens are wrong, each in one way.

use anyhow::{Context as _, Result};
use reqwest::Method;
use serde_json::{Value, json};
use tillit_practice::mischief::{Alg, CompactEdit, Mischief, SigningKey, TokenEdit, TokenKind};
use url::Url;

use super::browser::Browser;
use super::doors::SESSION;
use super::{Outcome, Target};
use crate::commands::demo::world::DemoPerson;
use Outcome::{Broken, Held, NotTried};

/// Runs them, if the organisation signs in at the provider now.
pub async fn run(target: &Target, report: &mut impl FnMut(&str, Outcome)) -> Result<()> {
    let person = target.file.people.first().context("demo.json names nobody")?;
    if authorize(&mut Browser::new()?, target, person).await?.is_none() {
        for title in mischiefs().into_iter().map(|(title, _)| title).chain([LOGOUT]) {
            report(title, NotTried("single sign-on is off; activate it in the portal first".to_owned()));
        }
        return Ok(());
    }
    for (title, mischief) in mischiefs() {
        set(target, &serde_json::to_value(mischief)?).await?;
        let outcome = sign_in(target, person).await;
        // Honest again before anything else, also when the attack could not be tried.
        set(target, &serde_json::to_value(Mischief::default())?).await?;
        report(title, outcome?);
    }
    report(LOGOUT, log_out(target, person).await?);
    Ok(())
}

const LOGOUT: &str = "60 logging somebody out in another provider's name";

/// An honest sign-in; then a stranger who has learnt its session at the provider says that another provider ended it.
async fn log_out(target: &Target, person: &DemoPerson) -> Result<Outcome> {
    let mut browser = Browser::new()?;
    let Some(authorize) = authorize(&mut browser, target, person).await? else {
        return Ok(NotTried("the portal did not lead to the practice tenant".to_owned()));
    };
    let back = browser.through_practice(authorize, &person.username, &person.password).await?;
    let sid = back.query_pairs().find(|(name, _)| name == "session_state").map(|(_, sid)| sid.into_owned());
    browser.open(back).await?;
    let account = target.portal.join("/account")?;
    let (Some(sid), true) = (sid, browser.open(account.clone()).await?.status.is_success()) else {
        return Ok(NotTried(format!("{} could not sign in", person.username)));
    };
    let mut logout = target.portal.join("/sso/logout")?;
    logout.query_pairs_mut().append_pair("iss", "https://login.evil.example/v2.0").append_pair("sid", &sid);
    Browser::new()?.open(logout).await?;
    Ok(match browser.open(account).await?.status.is_success() {
        true => Held("still signed in".to_owned()),
        false => Broken("the session was ended".to_owned()),
    })
}

fn mischiefs() -> Vec<(&'static str, Mischief)> {
    let sign = |alg, key| Mischief::token([TokenEdit::Sign { alg, key, keep_kid: true }]);
    vec![
        ("10 a token of another tenant", Mischief::claim("tid", json!("11111111-2222-3333-4444-555555555555"))),
        ("3  a token of another issuer", Mischief::claim("iss", json!("https://login.evil.example/v2.0"))),
        ("13 an unsigned token", sign(Alg::None("none".to_owned()), SigningKey::Current)),
        ("15 a token signed with PS256", sign(Alg::Ps256, SigningKey::Current)),
        ("18 a token signed by a stranger under the honest key's name", sign(Alg::Rs256, SigningKey::Attacker)),
        ("18 a token with extra segments", Mischief::token([TokenEdit::Compact(CompactEdit::ExtraSegments(1))])),
        ("23 a token for another application", Mischief::claim("aud", json!("another-application"))),
        ("24 a token that has expired", Mischief::claim("exp", json!(1_000_000_000))),
        ("24 a token without an expiry", Mischief::without_claim("exp")),
        ("26 a token of another sign-in", Mischief::claim("nonce", json!("another-nonce"))),
        ("8  a token that names no object id", Mischief::without_claim("oid")),
        ("25 a token of version 1", Mischief::token([TokenEdit::Kind(TokenKind::V1)])),
        ("30 an answer that says it is from elsewhere", Mischief::default().redirect("iss", "https://evil.example")),
        ("27 an answer with another state", Mischief::default().redirect("state", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
    ]
}

async fn set(target: &Target, mischief: &Value) -> Result<()> {
    Browser::new()?.json(target.practice.join("/mischief")?, mischief).await
}

/// Where the portal sends this person; `None` if to a password.
async fn authorize(browser: &mut Browser, target: &Target, person: &DemoPerson) -> Result<Option<Url>> {
    browser.open(target.portal.join("/sign-in")?).await?;
    let form = [("username", person.username.as_str()), ("return_to", "/")];
    let answer = browser.send(Method::POST, target.portal.join("/sign-in")?, Some(&form)).await?;
    Ok(answer.location.filter(|to| to.origin() == target.practice.origin()))
}

async fn sign_in(target: &Target, person: &DemoPerson) -> Result<Outcome> {
    let mut browser = Browser::new()?;
    let Some(authorize) = authorize(&mut browser, target, person).await? else {
        return Ok(NotTried("the portal did not lead to the practice tenant".to_owned()));
    };
    let back = browser.through_practice(authorize, &person.username, &person.password).await?;
    let answer = browser.open(back).await?;
    if browser.cookie(target.portal.authority(), SESSION).is_some() {
        return Ok(Broken("a session began".to_owned()));
    }
    let status = match answer.location {
        Some(next) => browser.open(next).await?.status,
        None => answer.status,
    };
    Ok(Held(format!("refused with {}", status.as_u16())))
}
