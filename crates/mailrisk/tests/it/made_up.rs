//! Floors over the made-up sets. Thresholds stand in issue and decision; the unseen kinds are reported by their totals only.

use tillit_mailrisk::synthetic::{Set, Skeleton, mails};
use tillit_mailrisk::{AuthEvidence, Knowledge, Verdict, analyse};

const VARIANTS: u64 = 4;

#[derive(Debug)]
struct Shares {
    warned: f64,
    dangerous: f64,
    unknown: f64,
    right: f64,
}

fn shares(set: Set, knowledge: &Knowledge) -> Shares {
    let all = mails(set, VARIANTS, None).unwrap();
    let (mut warned, mut dangerous, mut unknown, mut right) = (0, 0, 0, 0);
    for mail in &all {
        let found = analyse(&mail.raw, knowledge, &AuthEvidence::default());
        warned += usize::from(found.verdict >= Verdict::Caution);
        dangerous += usize::from(found.verdict == Verdict::Dangerous);
        unknown += usize::from(found.verdict == Verdict::Unknown);
        right += usize::from(found.verdict >= Verdict::Caution && mail.categories.iter().any(|category| category == found.category.id()));
    }
    let share = |count: usize| count as f64 / all.len() as f64;
    Shares { warned: share(warned), dangerous: share(dangerous), unknown: share(unknown), right: share(right) }
}

fn known() -> Knowledge {
    Knowledge::from_toml("own_domains = [\"contoso-corp.com\"]\npartners = [\"fjordlaks.no\"]\nreceivers = [\"mx.contoso-corp.com\"]\n[[people]]\nname = \"Ola Nordmann\"\n[[people]]\nname = \"Kari Nordby\"").unwrap()
}

/// What ordinary mail must keep to: under one percent warned about, nothing called dangerous, little that cannot be told.
fn ordinary_holds(found: &Shares) -> bool {
    found.warned < 0.01 && found.dangerous == 0.0 && found.unknown < 0.05
}

/// What attacks must keep to: so many warned about with the right category.
fn attacks_hold(found: &Shares, floor: f64) -> bool {
    found.right >= floor
}

#[test]
fn ordinary_mail_is_not_warned_about() {
    for knowledge in [Knowledge::default(), known()] {
        for set in [Set::Ordinary, Set::OrdinaryUnseen, Set::OrdinaryNear] {
            let found = shares(set, &knowledge);
            assert!(ordinary_holds(&found), "{set:?}: {found:?}");
        }
    }
}

#[test]
fn attacks_are_warned_about_and_called_what_they_are() {
    for knowledge in [Knowledge::default(), known()] {
        for (set, floor) in [(Set::Attacks, 0.85), (Set::AttacksUnseen, 0.75), (Set::AttacksNear, 0.85)] {
            let found = shares(set, &knowledge);
            assert!(attacks_hold(&found, floor), "{set:?}: {found:?}");
        }
    }
}

#[test]
fn the_floors_fail_when_the_sets_are_taken_for_each_other() {
    for set in [Set::Attacks, Set::AttacksUnseen, Set::AttacksNear] {
        assert!(!ordinary_holds(&shares(set, &Knowledge::default())), "{set:?} passes for ordinary mail");
    }
    for set in [Set::Ordinary, Set::OrdinaryUnseen, Set::OrdinaryNear] {
        assert!(!attacks_hold(&shares(set, &Knowledge::default()), 0.75), "{set:?} passes for attacks");
    }
}

/// Headers that say what a mail is; all others are the skeleton of whoever carried it.
const MEANT: [&str; 11] = [
    "from",
    "to",
    "cc",
    "reply-to",
    "subject",
    "authentication-results",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "in-reply-to",
];

/// The header lines of a mail, each with what continues it, and the body.
fn cut(raw: &[u8]) -> (Vec<String>, Vec<u8>) {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let (head, body) = raw.split_at(end);
    let head = String::from_utf8(head.to_vec()).unwrap();
    let mut lines: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push_str("\r\n");
                last.push_str(line);
            }
            _ => lines.push(line.to_owned()),
        }
    }
    (lines, body.to_vec())
}

fn is_meant(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
    MEANT.contains(&name.as_str())
}

/// A mail in the skeleton of another: what it says and how it was authenticated stay.
fn transplanted(raw: &[u8], skeleton: &[u8]) -> Vec<u8> {
    let ((own, body), (other, _)) = (cut(raw), cut(skeleton));
    let lines = other.into_iter().filter(|line| !is_meant(line)).chain(own.into_iter().filter(|line| is_meant(line)));
    let mut out = lines.collect::<Vec<_>>().join("\r\n").into_bytes();
    out.extend(body);
    out
}

fn mean(mails: &[Vec<u8>], score: impl Fn(&[u8]) -> f64) -> f64 {
    mails.iter().map(|raw| score(raw)).sum::<f64>() / mails.len() as f64
}

fn engine(raw: &[u8]) -> f64 {
    analyse(raw, &known(), &AuthEvidence::default()).score()
}

#[test]
fn who_carried_a_mail_does_not_matter() {
    for set in Set::ALL {
        let with = |skeleton| -> Vec<Vec<u8>> { mails(set, VARIANTS, Some(skeleton)).unwrap().into_iter().map(|mail| mail.raw).collect() };
        let apart = (mean(&with(Skeleton::Cloud), engine) - mean(&with(Skeleton::Plain), engine)).abs();
        assert!(apart < 0.05, "{set:?}: {apart}");
    }
}

#[test]
fn attacks_in_the_headers_of_ordinary_mail_and_the_other_way_round_score_the_same() {
    // Each class in the skeleton that the other came in: a scorer that looks at headers has both swapped.
    let raws = |set, skeleton| -> Vec<Vec<u8>> { mails(set, VARIANTS, Some(skeleton)).unwrap().into_iter().map(|mail| mail.raw).collect() };
    for (attacks, ordinary) in
        [(Set::Attacks, Set::Ordinary), (Set::AttacksUnseen, Set::OrdinaryUnseen), (Set::AttacksNear, Set::OrdinaryNear)]
    {
        let (attacks, ordinary) = (raws(attacks, Skeleton::Cloud), raws(ordinary, Skeleton::Plain));
        let swap = |mails: &[Vec<u8>], skeletons: &[Vec<u8>]| -> Vec<Vec<u8>> {
            mails.iter().zip(skeletons.iter().cycle()).map(|(raw, skeleton)| transplanted(raw, skeleton)).collect()
        };
        let (swapped_attacks, swapped_ordinary) = (swap(&attacks, &ordinary), swap(&ordinary, &attacks));
        // A scorer of header names sees nothing else, so the swap does move what it should move.
        let by_header = |raw: &[u8]| f64::from(u8::from(raw.windows(17).any(|piece| piece == b"X-Originating-Org")));
        assert!((mean(&attacks, by_header) - mean(&swapped_attacks, by_header)).abs() > 0.9);
        for (before, after) in [(&attacks, &swapped_attacks), (&ordinary, &swapped_ordinary)] {
            let apart = (mean(before, engine) - mean(after, engine)).abs();
            assert!(apart < 0.05, "the mean score moves by {apart}");
        }
    }
}

#[test]
fn the_same_mail_gets_the_same_answer() {
    for mail in mails(Set::Attacks, 1, None).unwrap() {
        let answer = || analyse(&mail.raw, &known(), &AuthEvidence::default());
        assert_eq!(answer(), answer(), "{}", mail.kind);
    }
}

#[test]
fn every_warning_has_a_reason_and_no_safe_mail_has_something_unchecked() {
    for set in Set::ALL {
        for mail in mails(set, 2, None).unwrap() {
            let found = analyse(&mail.raw, &Knowledge::default(), &AuthEvidence::default());
            for language in [tillit_mailrisk::Language::En, tillit_mailrisk::Language::Nb] {
                let reasons = found.reasons(language);
                assert!((1..=5).contains(&reasons.len()), "{}", mail.kind);
                assert!(reasons.iter().all(|reason| !reason.text.contains('{')), "{reasons:?}");
            }
            assert!(found.verdict != Verdict::Safe || found.not_checked.is_empty(), "{}", mail.kind);
        }
    }
}
