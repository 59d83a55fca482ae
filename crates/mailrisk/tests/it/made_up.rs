//! Floors over the made-up sets. Thresholds stand in issue and decision; the unseen kinds are reported by their totals only.

use tillit_mailrisk::synthetic::{Set, Skeleton, mails};
use tillit_mailrisk::{AuthEvidence, Knowledge, Verdict, analyse};

const VARIANTS: u64 = 4;

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

#[test]
fn ordinary_mail_is_not_warned_about() {
    for knowledge in [Knowledge::default(), known()] {
        for set in [Set::Ordinary, Set::OrdinaryUnseen] {
            let found = shares(set, &knowledge);
            assert!(
                found.warned < 0.01 && found.dangerous == 0.0 && found.unknown < 0.05,
                "{set:?}: warned {}, unknown {}",
                found.warned,
                found.unknown
            );
        }
    }
}

#[test]
fn attacks_are_warned_about_and_called_what_they_are() {
    for knowledge in [Knowledge::default(), known()] {
        for (set, floor) in [(Set::Attacks, 0.85), (Set::AttacksUnseen, 0.75)] {
            let found = shares(set, &knowledge);
            assert!(found.right >= floor, "{set:?}: {}", found.right);
        }
    }
}

#[test]
fn who_carried_a_mail_does_not_matter() {
    for set in [Set::Ordinary, Set::OrdinaryUnseen, Set::Attacks, Set::AttacksUnseen] {
        let mean = |skeleton| {
            let all = mails(set, VARIANTS, Some(skeleton)).unwrap();
            all.iter().map(|mail| analyse(&mail.raw, &known(), &AuthEvidence::default()).score()).sum::<f64>() / all.len() as f64
        };
        let apart = (mean(Skeleton::Cloud) - mean(Skeleton::Plain)).abs();
        assert!(apart < 0.05, "{set:?}: {apart}");
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
    for set in [Set::Ordinary, Set::Attacks] {
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
