//! What a mail costs that breaks its worker: that worker, that mail's answer, and nothing else.

use std::time::Duration;

use tillit_mailrisk::synthetic::{Set, mails};
use tillit_mailrisk::{AuthEvidence, Knowledge, Language, Verdict, analyse};
use tillit_mailworker::{Answer, Asked, Pool, PoolError, Settings};

use crate::support::{check, probe, settings, why};

const ORDINARY: &[u8] = b"From: Ola <ola@contoso-corp.com>\r\nTo: kari@contoso-corp.com\r\nSubject: Lunch\r\n\r\nHi, are you ready for lunch in ten minutes? Ola\r\n";

async fn answers_again(pool: &Pool) {
    assert_eq!(check(pool, ORDINARY).await.verdict, Verdict::Safe, "the mail after it");
}

#[tokio::test]
async fn a_mail_that_takes_too_long_is_unknown_and_the_next_is_judged() {
    // Both ends of it: who asks has no patience, or the kernel has none.
    for word in ["spin", "sleep"] {
        let pool = Pool::new(Settings { deadline: Duration::from_millis(700), ..settings() });
        assert_eq!(why(&pool, word).await, "The check took too long.", "{word}");
        let pool = Pool::new(settings());
        answers_again(&pool).await;
    }
}

#[tokio::test]
async fn the_kernel_ends_a_worker_that_overruns_its_processor_time() {
    let pool = Pool::new(settings());
    assert_eq!(why(&pool, "spin").await, "The check took too long.");
    answers_again(&pool).await;
}

#[tokio::test]
async fn a_mail_that_takes_too_much_memory_is_unknown_and_the_next_is_judged() {
    let pool = Pool::new(settings());
    assert_eq!(why(&pool, "hog").await, "The check took more memory than it may.");
    answers_again(&pool).await;
}

#[tokio::test]
async fn a_mail_that_crashes_its_worker_is_unknown_and_the_next_is_judged() {
    let pool = Pool::new(settings());
    for word in ["deep", "tcp", "panic"] {
        assert_eq!(why(&pool, word).await, "The check failed.", "{word}");
        answers_again(&pool).await;
    }
}

#[tokio::test]
async fn a_worker_that_says_what_nobody_asked_is_not_believed_any_more() {
    let pool = Pool::new(settings());
    assert_eq!(why(&pool, "chatter").await, "The check failed.");
    answers_again(&pool).await;
}

#[tokio::test]
async fn whoever_comes_when_all_places_are_taken_is_refused_at_once() {
    let pool = Pool::new(Settings { waiting: 1, deadline: Duration::from_millis(700), ..settings() });
    pool.welcome().await.unwrap();
    let asked = Asked::default();
    let sleep = probe("sleep");
    let (first, second, third) = tokio::join!(pool.check(&asked, &sleep), pool.check(&asked, ORDINARY), pool.check(&asked, ORDINARY));
    assert_eq!(first.unwrap().not_checked, ["The check took too long."]);
    assert_eq!(second.unwrap().verdict, Verdict::Safe, "who waited is judged by a fresh worker");
    assert!(matches!(third, Err(PoolError::Full)), "{third:?}");
    pool.close().await;
    assert!(matches!(pool.check(&asked, ORDINARY).await, Err(PoolError::Closed)));
}

#[tokio::test]
async fn a_caller_who_goes_away_takes_the_busy_worker_along() {
    let pool = Pool::new(settings());
    let (asked, sleep) = (Asked::default(), probe("sleep"));
    let gone = tokio::time::timeout(Duration::from_millis(500), pool.check(&asked, &sleep)).await;
    assert!(gone.is_err());
    answers_again(&pool).await;
}

#[tokio::test]
async fn a_worker_is_replaced_after_its_number_of_mails() {
    let pool = Pool::new(Settings { mails: 1, ..settings() });
    for _ in 0..3 {
        answers_again(&pool).await;
    }
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_an_error_and_no_answer() {
    for program in ["/bin/true", "/nowhere/tillit"] {
        let pool = Pool::new(Settings { program: program.into(), ..settings() });
        assert!(matches!(pool.check(&Asked::default(), ORDINARY).await, Err(PoolError::Start(_))), "{program}");
    }
}

#[tokio::test]
async fn the_same_mail_gets_the_same_answer_in_the_worker_as_here() {
    let pool = Pool::new(settings());
    let knowledge =
        Knowledge { own_domains: vec!["contoso-corp.com".to_owned()], partners: vec!["fjordlaks.no".to_owned()], ..Knowledge::default() };
    for set in [Set::Ordinary, Set::OrdinaryUnseen, Set::Attacks, Set::AttacksUnseen] {
        for mail in mails(set, 1, None).unwrap() {
            let asked = Asked { language: Language::Nb, explain: true, knowledge: knowledge.clone(), evidence: AuthEvidence::default() };
            let here = Answer::of(&analyse(&mail.raw, &knowledge, &AuthEvidence::default()), Language::Nb, true);
            let there = pool.check(&asked, &mail.raw).await.unwrap();
            assert_eq!(serde_json::to_string(&there).unwrap(), serde_json::to_string(&here).unwrap(), "{}", mail.kind);
        }
    }
}
