//! Nothing is fetched: the answer about a mail is the same byte for byte where there is no network at all, and where the kernel ends whoever
//! asks for a socket.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use tillit_mailrisk::synthetic::{Set, hostile, mails};
use tillit_mailworker::frame::Kind;
use tillit_mailworker::{Answer, Asked};

use crate::worker::Worker;

/// Larger hostile mails are more of the same, and each is analysed twice here.
const LARGEST: usize = 8 << 20;

/// Every made-up mail, and hostile ones of every kind.
fn all() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for set in [Set::Ordinary, Set::OrdinaryUnseen, Set::Attacks, Set::AttacksUnseen] {
        for (number, mail) in mails(set, 1, None).expect("made-up mails").into_iter().enumerate() {
            all.push((format!("{set:?}-{number:03}-{}", mail.kind), mail.raw));
        }
    }
    let small = hostile::ALL.iter().map(|hostile| (hostile.name.to_owned(), hostile.make()));
    all.extend(small.filter(|(_, raw)| raw.len() <= LARGEST));
    assert!(all.len() > 200, "{}", all.len());
    all
}

fn analyze(folder: &Path, through: &[&str]) -> Output {
    let words = [through, &[env!("CARGO_BIN_EXE_tillit"), "analyze", "--json", "--explain", "."]].concat();
    let (program, arguments) = words.split_first().expect("a program");
    Command::new(program).args(arguments).current_dir(folder).output().expect("it runs")
}

#[test]
fn an_empty_network_changes_no_byte_of_any_answer() {
    const ALONE: [&str; 2] = ["unshare", "-rn"];
    let refused = match Command::new("unshare").args(["-rn", "cat", "/proc/net/dev"]).output() {
        Ok(output) if output.status.success() => {
            let devices = String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.contains(':')).count();
            assert!(devices <= 1, "more than loopback in an empty network namespace");
            None
        }
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(why) = refused {
        let words = "skipped: no empty network namespace here; the next test still proves it with the filter of system calls";
        writeln!(std::io::stderr(), "{words} ({why})").expect("standard error");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (name, raw) in all() {
        std::fs::write(folder.path().join(format!("{name}.eml")), raw).expect("a file");
    }
    let (with, without) = (analyze(folder.path(), &[]), analyze(folder.path(), &ALONE));
    assert!(with.status.success() && without.status.success(), "{}", String::from_utf8_lossy(&without.stderr));
    assert!(with.stdout == without.stdout, "an answer differs where there is no network");
    assert!(with.stdout.iter().filter(|byte| **byte == b'\n').count() > 200);
}

#[test]
fn no_mail_makes_the_engine_ask_for_a_socket() {
    // A worker that asks for one dies of it (crates/mailworker/tests): it lives through all of them, and answers as the engine does here.
    let asked = Asked { explain: true, ..Asked::default() };
    let head = asked.to_bytes().expect("a request");
    let mut worker = Worker::start();
    for (name, raw) in all() {
        let (kind, body) = worker.ask(Kind::Analyse, &[&head, &raw]).unwrap_or_else(|| panic!("{name}: the worker died of it"));
        assert_eq!(kind, Kind::Answer, "{name}");
        let assessment = tillit_mailrisk::analyse(&raw, &asked.knowledge, &asked.evidence);
        let here = serde_json::to_vec(&Answer::of(&assessment, asked.language, true)).expect("JSON");
        assert!(body == here, "{name}: another answer in the worker");
    }
}
