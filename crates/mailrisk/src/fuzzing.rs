//! What fuzzing calls (docs/security/fuzzing.md): whole mails, Outlook's mails, archives, pages, addresses.

use crate::budget::{Budget, Limits, NotChecked};
use crate::facts::links::unwrap::unwrap;
use crate::files::{Kind, look};
use crate::{AuthEvidence, Knowledge, Language, Verdict, advice, analyse};

/// Limits small enough that mutations of seeds pass them.
fn tight() -> Limits {
    Limits { inflated: 256 << 10, archive_entries: 50, links: 50, text: 32 << 10, pixels: 250_000, ..Limits::default() }
}

/// A whole mail: an answer with reasons, the same twice, and never safe with something unchecked.
pub fn mail_analysis(data: &[u8]) {
    let knowledge = Knowledge {
        own_domains: vec!["contoso-corp.com".to_owned()],
        partners: vec!["fjordlaks.no".to_owned()],
        receivers: vec!["mx.contoso-corp.com".to_owned()],
        ..Knowledge::default()
    };
    let found = analyse(data, &knowledge, &AuthEvidence::default());
    assert!((0.0..1.0).contains(&found.score()) && found.total >= 0);
    assert!(found.verdict != Verdict::Safe || found.not_checked.is_empty());
    for language in [Language::En, Language::Nb] {
        let reasons = found.reasons(language);
        assert!(reasons.len() <= 5 && (found.verdict < Verdict::Caution || !reasons.is_empty()));
        for reason in reasons {
            assert!(reason.text.chars().all(|c| !c.is_control() && !crate::words::is_invisible(c)), "{:?}", reason.text);
        }
        assert!(!advice(&found, language).is_empty());
    }
}

/// A mail as Outlook saves it.
pub fn outlook_mail(data: &[u8]) {
    let mail = crate::outlook::read(data, &Budget::new(tight()));
    assert!(mail.plain.len() <= tight().text && mail.html.len() <= tight().text * 4);
}

/// An attached file of any kind: what is taken out stays within the budget.
pub fn attached_file(data: &[u8]) {
    let told = crate::files::kind::detect("", "", data);
    for kind in [told, Kind::Zip, Kind::Office, Kind::Pdf, Kind::OldOffice, Kind::Archive, Kind::Disk, Kind::Winmail, Kind::Picture] {
        let budget = Budget::new(tight());
        let found = look("a", data, kind, &budget, 0);
        assert!(found.links.len() <= 256 && found.codes.len() <= 16);
        assert!(found.text.len() <= 16 << 10);
    }
}

/// A page: text, links and forms within their limits; links point into the text.
pub fn mail_page(data: &[u8]) {
    let page = crate::html::read(&String::from_utf8_lossy(data), 8 << 10, 40);
    let length = u32::try_from(page.text.chars().count()).unwrap_or(u32::MAX);
    assert!(page.anchors.len() <= 40 && page.forms.len() <= 33);
    for anchor in &page.anchors {
        assert!(anchor.start <= anchor.end && anchor.start <= length + 1);
    }
    let folded = crate::text::fold(&page.text, 8 << 10);
    for found in crate::phrases::Phrases::get().find(&folded) {
        assert!(found.from < found.to && found.to <= folded.words.len());
    }
}

/// An address: unwrapping ends, and at a page.
pub fn link_address(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(url) = url::Url::parse(&text)
        && matches!(url.scheme(), "http" | "https")
    {
        let found = unwrap(url);
        assert!(matches!(found.url.scheme(), "http" | "https") && found.url.host_str().is_some());
        let host = found.url.host_str().unwrap_or_default();
        let _ = crate::names::looks_like::of_brand(host);
        let _ = crate::names::looks_like::of_domain(host, "fjordlaks.no");
    }
    let raw = format!("From: a@b.no\r\nTo: kari@contoso-corp.com\r\nSubject: x\r\n\r\n{text}\r\n");
    let found = analyse(raw.as_bytes(), &Knowledge::default(), &AuthEvidence::default());
    assert!(!found.not_checked.contains(&NotChecked::NoMail));
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::replay::replay;

    #[test]
    fn every_seed_and_what_grows_from_it_keeps_the_promises() {
        replay("mail_analysis", 1_500, super::mail_analysis);
        replay("outlook_mail", 1_500, super::outlook_mail);
        replay("attached_file", 2_000, super::attached_file);
        replay("mail_page", 2_000, super::mail_page);
        replay("link_address", 1_500, super::link_address);
    }
}
