//! Mails that somebody thought out against the rules (`cases/*.toml`): evasions that must not pass, and ordinary mail that comes near to an attack.
//! Unlike the made-up sets they choose their headers: who vouches for them, what they pass themselves off as.

use serde::Deserialize;
use tillit_mailrisk::synthetic::files;
use tillit_mailrisk::{AuthEvidence, Knowledge, Verdict, analyse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    /// What would be broken.
    why: String,
    /// The mildest answer that is right.
    least: Option<Verdict>,
    /// The hardest answer that is right.
    most: Option<Verdict>,
    /// What the organisation told us, as TOML.
    #[serde(default)]
    known: String,
    from: Vec<String>,
    #[serde(default)]
    to: Option<String>,
    /// Further header lines.
    #[serde(default)]
    head: Vec<String>,
    subject: String,
    /// Texts, each a mail of its own. `[label](address)` is a link.
    text: Vec<String>,
    /// Sent as text only.
    #[serde(default)]
    plain: bool,
    /// The mail is a report of a mail server.
    #[serde(default)]
    report: bool,
    /// A QR code that it shows.
    #[serde(default)]
    code: Option<String>,
    /// A file of the generator's.
    #[serde(default)]
    attach: Vec<String>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

fn page(text: &str) -> String {
    let mut out = String::new();
    for paragraph in text.trim().split("\n\n") {
        let mut pieces = paragraph.split('[');
        out.push_str(&format!("<p>{}", pieces.next().unwrap()));
        for piece in pieces {
            match piece.split_once("](").and_then(|(label, rest)| rest.split_once(')').map(|(address, after)| (label, address, after))) {
                Some((label, address, after)) => out.push_str(&format!("<a href=\"{address}\">{label}</a>{after}")),
                None => out.push_str(&format!("[{piece}")),
            }
        }
        out.push_str("</p>\r\n");
    }
    out
}

fn attached(name: &str, media_type: &str, bytes: &[u8]) -> String {
    let coded: Vec<String> = files::base64(bytes).as_bytes().chunks(76).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
    format!(
        "--b\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        coded.join("\r\n")
    )
}

fn mail(case: &Case, from: &str, text: &str, attach: Option<&str>) -> Vec<u8> {
    let to = case.to.as_deref().unwrap_or("kari.nordby@contoso-corp.com");
    let mut raw: String = case.head.iter().map(|line| format!("{line}\r\n")).collect();
    raw.push_str(&format!("From: {from}\r\nTo: {to}\r\nSubject: {}\r\nMIME-Version: 1.0\r\n", case.subject));
    let kind = if case.report { "report; report-type=delivery-status" } else { "mixed" };
    raw.push_str(&format!("Content-Type: multipart/{kind}; boundary=b\r\n\r\n--b\r\n"));
    if case.plain {
        raw.push_str(&format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"));
    } else {
        raw.push_str(&format!("Content-Type: text/html; charset=utf-8\r\n\r\n{}\r\n", page(text)));
    }
    if let Some(code) = &case.code {
        raw.push_str(&attached("code.png", "image/png", &files::qr(code)));
    }
    if let Some(name) = attach {
        let file = files::named(name, "kelmora77", "4711");
        raw.push_str(&attached(&file.name, file.media_type, &file.bytes));
    }
    raw.push_str("--b--\r\n");
    raw.into_bytes()
}

/// Judges every mail of a file of cases, and lists those that were judged wrong.
fn wrong(text: &str) -> Vec<String> {
    let cases: Cases = toml::from_str(text).unwrap();
    let mut out = Vec::new();
    for case in &cases.case {
        assert!(case.least.is_some() || case.most.is_some(), "{} expects nothing", case.id);
        let knowledge = Knowledge::from_toml(&case.known).unwrap();
        let files: Vec<Option<&str>> =
            if case.attach.is_empty() { vec![None] } else { case.attach.iter().map(|name| Some(name.as_str())).collect() };
        for from in &case.from {
            for (number, text) in case.text.iter().enumerate() {
                for file in &files {
                    let found = analyse(&mail(case, from, text, *file), &knowledge, &AuthEvidence::default());
                    let right = case.least.is_none_or(|least| found.verdict >= least) && case.most.is_none_or(|most| found.verdict <= most);
                    if !right {
                        let hits: Vec<_> = found.hits.iter().map(|hit| format!("{} {}", hit.signal.id, hit.points)).collect();
                        out.push(format!(
                            "{} ({}): {from}, text {number}, {file:?}: {:?} {} {:?} {:?} [{}]",
                            case.id,
                            case.why,
                            found.verdict,
                            found.total,
                            found.open,
                            found.not_checked,
                            hits.join(", ")
                        ));
                    }
                }
            }
        }
    }
    out
}

#[test]
fn what_was_thought_out_to_get_past_the_rules_does_not_get_past() {
    let wrong = wrong(include_str!("cases/evasions.toml"));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn ordinary_mail_that_comes_near_to_an_attack_is_left_alone() {
    let wrong = wrong(include_str!("cases/ordinary.toml"));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn everyday_sentences_are_not_taken_for_demands() {
    let wrong = wrong(include_str!("cases/everyday.toml"));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
