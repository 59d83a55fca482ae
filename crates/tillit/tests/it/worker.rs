//! `tillit analyze --worker`, the real program: what it says, how much memory hostile mails take, and that the answers are those of
//! `tillit analyze`.

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tillit_mailrisk::synthetic::hostile::ALL;
use tillit_mailworker::frame::{HEAD, Head, Kind, LARGEST_ANSWER};
use tillit_mailworker::worker::Welcome;
use tillit_mailworker::{Answer, Asked};

/// A worker, asked over its pipes.
pub struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl Worker {
    /// Starts one.
    pub fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tillit"))
            .args(["analyze", "--worker"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("tillit runs");
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        Self { child, input, output }
    }

    /// Asks, and waits for the answer; `None` when the worker died.
    pub fn ask(&mut self, kind: Kind, parts: &[&[u8]]) -> Option<(Kind, Vec<u8>)> {
        let head = Head { kind, id: 1, length: parts.iter().map(|part| part.len()).sum() };
        self.input.write_all(&head.to_bytes().expect("a head")).ok()?;
        for part in parts {
            self.input.write_all(part).ok()?;
        }
        let mut head = [0; HEAD];
        self.output.read_exact(&mut head).ok()?;
        let head = Head::parse(head, LARGEST_ANSWER).expect("a head");
        let mut body = vec![0; head.length];
        self.output.read_exact(&mut body).ok()?;
        Some((head.kind, body))
    }

    /// Most memory that it ever had, program and all, in megabytes (10^6 bytes).
    fn peak(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the worker lives");
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
        let kilobytes: f64 = kilobytes.expect("VmHWM");
        kilobytes * 1_024.0 / 1e6
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn the_worker_says_what_it_is_and_how_it_is_confined() {
    let (kind, body) = Worker::start().ask(Kind::Hello, &[]).expect("an answer");
    let welcome: Welcome = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((kind, welcome.version), (Kind::Welcome, 1));
    assert_eq!(welcome.confinement.missing, [], "docs/mailrisk/worker.md says what each fence is");
}

#[test]
fn no_hostile_mail_takes_more_memory_than_it_may_or_the_worker_with_it() {
    let asked = Asked::default().to_bytes().expect("a request");
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for hostile in ALL {
        let raw = hostile.make();
        // A fresh one for each, so that each has its own peak.
        let mut worker = Worker::start();
        let Some((_, body)) = worker.ask(Kind::Analyse, &[&asked, &raw]) else {
            let status = worker.child.wait().expect("it ended");
            lines.push(format!("{:34} {:5.1} MB: stopped by the limit", hostile.name, raw.len() as f64 / 1e6));
            wrong.push(format!("{}: the worker died of it: {status}", hostile.name));
            continue;
        };
        let answer: Answer = serde_json::from_slice(&body).expect("an answer");
        let (peak, size) = (worker.peak(), raw.len() as f64 / 1e6);
        let most = if size <= 5.0 { 100.0 } else { 256.0 };
        lines.push(format!("{:34} {size:5.1} MB: {peak:5.1} MB, {}", hostile.name, answer.not_checked.join(" ")));
        if peak >= most || answer.verdict == tillit_mailrisk::Verdict::Safe && !hostile.is_harmless() {
            wrong.push(format!("{}: {peak:.1} MB of {most}, {:?}", hostile.name, answer.verdict));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}\n{}", lines.join("\n"));
    // For docs/mailrisk/worker.md.
    if std::env::var_os("TILLIT_SHOW_MEMORY").is_some() {
        writeln!(std::io::stderr(), "{}", lines.join("\n")).expect("standard error");
    }
}
