//! What a worker cannot do. On a kernel without one of the fences these tests fail, and say which is missing: that is what they are for.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use tillit_mailworker::confine::Fence;
use tillit_mailworker::frame::{HEAD, Head, Kind, LARGEST_ANSWER};
use tillit_mailworker::worker::Welcome;
use tillit_mailworker::{Asked, Pool};

use crate::support::{probe, said, settings, why};

const FAILED: &str = "The check failed.";

#[tokio::test]
async fn every_fence_holds_and_is_said_to_hold() {
    let welcome = Pool::new(settings()).welcome().await.unwrap();
    assert_eq!(welcome.confinement.missing, []);
    assert_eq!(welcome.confinement.holds, Fence::ALL);
}

#[tokio::test]
async fn no_file_is_opened_made_or_listed_and_no_thread_is_started() {
    let pool = Pool::new(settings());
    for word in ["open", "create", "directory"] {
        let said = said(&pool, word).await;
        assert!(said.contains("not permitted") || said.contains("Too many open files"), "{word}: {said}");
    }
    assert!(!std::path::Path::new("/tmp/a-worker-was-here").exists());
    // Starting a thread or a program is the end of the worker.
    assert_eq!(why(&pool, "thread").await, FAILED);
}

#[tokio::test]
async fn a_socket_a_look_up_or_another_program_is_the_end_of_the_worker() {
    let pool = Pool::new(settings());
    for word in ["tcp", "udp", "unix", "name", "program", "exec"] {
        assert_eq!(why(&pool, word).await, FAILED, "{word}");
    }
}

#[tokio::test]
async fn the_environment_stays_outside() {
    let said = said(&Pool::new(settings()), "environment").await;
    assert!(said.split_whitespace().all(|name| name.starts_with("MIMALLOC_")), "{said}");
}

/// A worker on its own pipes, asked one thing. What it answered, and how it ended.
fn alone(word: &str) -> (Vec<u8>, std::process::Output) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mail-worker-probe"))
        .env("TILLIT_SECRET", "hunter2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let body = [Asked::default().to_bytes().unwrap(), probe(word)].concat();
    let hello = Head { kind: Kind::Hello, id: 1, length: 0 }.to_bytes().unwrap();
    let head = Head { kind: Kind::Analyse, id: 2, length: body.len() }.to_bytes().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(&[hello.as_slice(), head.as_slice(), &body].concat()).unwrap();
    drop(input);
    let mut answers = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut answers).unwrap();
    (answers, child.wait_with_output().unwrap())
}

#[test]
fn the_kernel_ends_a_worker_that_asks_for_a_socket_or_a_program() {
    use std::os::unix::process::ExitStatusExt as _;
    const BAD_SYSTEM_CALL: i32 = 31;
    for word in ["tcp", "udp", "unix", "name", "program", "exec"] {
        assert_eq!(alone(word).1.status.signal(), Some(BAD_SYSTEM_CALL), "{word}");
    }
}

#[test]
fn a_worker_says_on_standard_error_how_it_is_confined_and_quotes_no_mail_when_it_panics() {
    let (answers, output) = alone("panic");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.starts_with("tillit: Confined: memory, ") && said.contains("system calls"), "{said}");
    assert!(said.contains("panicked at") && !said.contains("X-Secret"), "{said}");
    let head = Head::parse(*answers.first_chunk::<HEAD>().unwrap(), LARGEST_ANSWER).unwrap();
    let welcome: Welcome = serde_json::from_slice(&answers[HEAD..HEAD + head.length]).unwrap();
    assert_eq!((head.kind, welcome.version), (Kind::Welcome, 1));
}

#[test]
fn a_worker_without_anybody_who_asks_ends() {
    let output = Command::new(env!("CARGO_BIN_EXE_mail-worker-probe")).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty());
}
