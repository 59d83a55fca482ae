//! A pool of workers that break on demand.

use std::time::Duration;

use tillit_mailworker::{Answer, Asked, Pool, Settings};

/// As the real one, with the probe as its program. The deadline is long: only what never ends may reach it, on any machine.
pub fn settings() -> Settings {
    Settings {
        program: env!("CARGO_BIN_EXE_mail-worker-probe").into(),
        arguments: Vec::new(),
        workers: 1,
        waiting: 4,
        deadline: Duration::from_secs(60),
        mails: 1_000,
    }
}

/// A mail that makes the probe do something.
pub fn probe(word: &str) -> Vec<u8> {
    format!("X-Probe: {word}\r\nFrom: a@b.no\r\n\r\nx\r\n").into_bytes()
}

/// Asks a pool about a mail of which nothing is known.
pub async fn check(pool: &Pool, mail: &[u8]) -> Answer {
    pool.check(&Asked::default(), mail).await.unwrap()
}

/// What the probe says it found.
pub async fn said(pool: &Pool, word: &str) -> String {
    check(pool, &probe(word)).await.advice
}

/// The one reason why nothing could be checked.
pub async fn why(pool: &Pool, word: &str) -> String {
    let answer = check(pool, &probe(word)).await;
    assert_eq!(answer.verdict, tillit_mailrisk::Verdict::Unknown);
    answer.not_checked.join(" / ")
}
