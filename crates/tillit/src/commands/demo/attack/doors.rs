//! What a stranger can try at the portal's doors, in any state of the activation.

use anyhow::Result;
use reqwest::{Method, StatusCode};

use super::browser::{Answer, Browser};
use super::{Outcome, Target};
use Outcome::{Broken, Held};

/// Name of the session's cookie, without the prefix it has under https.
pub const SESSION: &str = "tillit_session";

/// Runs them.
pub async fn run(target: &Target, report: &mut impl FnMut(&str, Outcome)) -> Result<()> {
    let host = target.portal.authority().to_owned();
    callbacks(target, report, &host).await?;
    forms(target, report, &host).await?;
    sessions(target, report, &host).await?;
    frames(target, report).await
}

/// Refused, and nobody is signed in.
fn refused(answer: &Answer, browser: &Browser, host: &str) -> Outcome {
    if browser.cookie(host, SESSION).is_some() {
        Broken("a session began".to_owned())
    } else if answer.status.is_client_error() {
        Held(format!("refused with {}", answer.status.as_u16()))
    } else {
        Broken(format!("answered {}", answer.status.as_u16()))
    }
}

async fn callbacks(target: &Target, report: &mut impl FnMut(&str, Outcome), host: &str) -> Result<()> {
    let huge = format!("/sso/callback?state=x&code={}", "a".repeat(20_000));
    let cases = [
        ("27 callback without a state", "/sso/callback?code=stolen"),
        ("27 callback with a state that nobody was given", "/sso/callback?code=stolen&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("–  callback with a doubled code", "/sso/callback?code=a&code=b&state=x"),
        (
            "35 forged admin consent of another tenant",
            "/sso/callback?admin_consent=True&tenant=11111111-2222-3333-4444-555555555555&state=x",
        ),
        ("–  callback of 20,000 characters", huge.as_str()),
    ];
    for (title, path) in cases {
        let mut browser = Browser::new()?;
        let answer = browser.open(target.portal.join(path)?).await?;
        report(title, refused(&answer, &browser, host));
    }
    let mut browser = Browser::new()?;
    let path = "/sso/callback?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E+pwned&state=x";
    let answer = browser.open(target.portal.join(path)?).await?;
    let reflected = answer.text.contains("<script>alert") || answer.text.contains("pwned");
    report(
        "32 attacker's words in an error",
        if reflected { Broken("they stand on the page".to_owned()) } else { Held("not shown".to_owned()) },
    );
    Ok(())
}

async fn forms(target: &Target, report: &mut impl FnMut(&str, Outcome), host: &str) -> Result<()> {
    let owner = target.file.administrators.first().map_or("", |person| person.username.as_str());
    let sign_in = target.portal.join("/sign-in")?;

    let mut browser = Browser::new()?;
    let answer =
        browser.send_from("http://evil.example", Method::POST, sign_in.clone(), Some(&[("username", owner), ("return_to", "/")])).await?;
    report("39 a form sent by another site", refused(&answer, &browser, host));

    let mut leads_away = None;
    for evil in ["//evil.example", "https://evil.example/", "/\\evil.example", "/%0d%0aSet-Cookie:x=1"] {
        let mut url = sign_in.clone();
        url.query_pairs_mut().append_pair("return_to", evil);
        let answer = Browser::new()?.open(url).await?;
        let outside = answer.location.as_ref().is_some_and(|to| to.host_str() == Some("evil.example"));
        if outside || answer.text.contains("href=\"//evil") || answer.text.contains("action=\"//evil") {
            leads_away = Some(evil);
        }
    }
    report(
        "33 open redirect",
        leads_away.map_or_else(|| Held("stays on the portal".to_owned()), |evil| Broken(format!("leads to {evil}"))),
    );

    // The same domain, once with somebody who exists and once without.
    let domain = owner.rsplit_once('@').map_or("", |(_, domain)| domain);
    let nobody = format!("nobody.at.all@{domain}");
    let mut seen = Vec::new();
    for name in [owner, nobody.as_str()] {
        let answer = Browser::new()?.send(Method::POST, sign_in.clone(), Some(&[("username", name), ("return_to", "/")])).await?;
        let place = answer.location.as_ref().map(|to| (to.host_str().map(str::to_owned), to.path().to_owned()));
        let text = answer.text.replace(name, "").replace(&name.replace('@', "&#64;"), "");
        seen.push((answer.status, place, text.len()));
    }
    let answered = seen.iter().all(|(status, ..)| !status.is_client_error() && !status.is_server_error());
    let same = answered && seen.first() == seen.last();
    report(
        "48 telling known names from unknown ones",
        if same { Held("the same answer for both".to_owned()) } else { Broken("the answers differ".to_owned()) },
    );
    Ok(())
}

async fn sessions(target: &Target, report: &mut impl FnMut(&str, Outcome), host: &str) -> Result<()> {
    let mut browser = Browser::new()?;
    browser.plant(host, SESSION, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let answer = browser.open(target.portal.join("/settings/security")?).await?;
    let inside = answer.status == StatusCode::OK && answer.text.contains("Single sign-on");
    report(
        "49 a guessed session",
        if inside { Broken("it was let in".to_owned()) } else { Held(format!("sent away ({})", answer.status.as_u16())) },
    );

    let answer = Browser::new()?.open(target.portal.join("/recover/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")?).await?;
    let fine = answer.status.is_client_error();
    report(
        "49 a guessed recovery link",
        if fine { Held(format!("refused with {}", answer.status.as_u16())) } else { Broken("it was shown".to_owned()) },
    );
    Ok(())
}

async fn frames(target: &Target, report: &mut impl FnMut(&str, Outcome)) -> Result<()> {
    let answer = Browser::new()?.open(target.portal.join("/sign-in")?).await?;
    let policy = answer.headers.get("content-security-policy").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let framed = !policy.contains("frame-ancestors 'none'");
    report(
        "38 the sign-in page in a frame",
        if framed { Broken("it may be framed".to_owned()) } else { Held("frame-ancestors 'none'".to_owned()) },
    );
    let loose = policy.contains("unsafe") || !policy.contains("default-src 'none'");
    report(
        "–  scripts from elsewhere",
        if loose { Broken("the policy allows them".to_owned()) } else { Held("default-src 'none'".to_owned()) },
    );
    Ok(())
}
