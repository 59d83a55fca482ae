//! What a person reads, as snapshots: a change of words is read in review.

use tillit_mailrisk::synthetic::{Set, mails};
use tillit_mailrisk::{AuthEvidence, Knowledge, Language, advice, analyse};

fn told(set: Set, kind: &str, language: &str, in_words: Language, knowledge: &Knowledge) -> String {
    let mail = mails(set, 1, None).unwrap().into_iter().find(|mail| mail.kind == kind && mail.language == language).unwrap();
    let found = analyse(&mail.raw, knowledge, &AuthEvidence::default());
    let mut out = format!("{} {} {}\n", found.verdict.id(), found.category.id(), found.total);
    for reason in found.reasons(in_words) {
        out.push_str(&format!("{:3} {}: {}\n", reason.weight, reason.id, reason.text));
    }
    out + advice(&found, in_words)
}

#[test]
fn attacks_are_explained_in_words_that_point_at_them() {
    let nothing = Knowledge::default();
    let known =
        Knowledge::from_toml("own_domains = [\"contoso-corp.com\"]\npartners = [\"fjordlaks.no\"]\n[[people]]\nname = \"Kari Nordby\"")
            .unwrap();
    insta::assert_snapshot!("bank", told(Set::Attacks, "bank-verify", "nb", Language::Nb, &nothing));
    insta::assert_snapshot!("mailbox", told(Set::Attacks, "mailbox-full", "en", Language::En, &nothing));
    insta::assert_snapshot!("voicemail", told(Set::Attacks, "voicemail-attachment-html", "en", Language::En, &nothing));
    insta::assert_snapshot!("extortion", told(Set::Attacks, "extortion-webcam", "nb", Language::Nb, &nothing));
    insta::assert_snapshot!("payroll", told(Set::Attacks, "payroll-change", "en", Language::En, &known));
    insta::assert_snapshot!("qr", told(Set::Attacks, "qr-code", "en", Language::En, &nothing));
}

#[test]
fn ordinary_mail_is_explained_too() {
    let nothing = Knowledge::default();
    insta::assert_snapshot!("receipt", told(Set::Ordinary, "receipt-streaming", "en", Language::En, &nothing));
    insta::assert_snapshot!("colleague", told(Set::Ordinary, "colleague-short", "nb", Language::Nb, &nothing));
}
