//! A worker that breaks on demand: the same confinement and the same loop as the real one, with an engine that does what the mail says. For the
//! tests of this crate only; it is not part of any package.
//!
//! A mail whose first line is `X-Probe: WORD` makes it do something; every other mail is judged as always.
#![forbid(unsafe_code)]

use std::io::Write as _;
use std::process::ExitCode;

use tillit_mailrisk::{AuthEvidence, Knowledge, Language, NotChecked, analyse};
use tillit_mailworker::confine::Bounds;
use tillit_mailworker::{Answer, Request, worker};

fn main() -> ExitCode {
    match worker::run_with(Bounds::default(), probe) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// An answer that carries a sentence.
fn says(text: String) -> Answer {
    Answer { advice: text, ..Answer::not_read(NotChecked::Failed, Language::En) }
}

#[expect(clippy::panic, reason = "the panic is what is tested")]
fn probe(request: &Request<'_>) -> Answer {
    let word = request.mail.strip_prefix(b"X-Probe: ").and_then(|rest| rest.split(|byte| *byte == b'\r').next());
    match word {
        Some(b"spin") => spin(),
        Some(b"sleep") => loop {
            std::thread::park();
        },
        Some(b"hog") => hog(),
        Some(b"deep") => says(deep(0).to_string()),
        Some(b"panic") => panic!("X-Secret: a word of the mail"),
        Some(b"chatter") => {
            let _ = std::io::stdout().write_all(&[7; 100]);
            says("chatter".to_owned())
        }
        Some(b"open") => says(outcome(std::fs::File::open("/etc/passwd"))),
        Some(b"create") => says(outcome(std::fs::File::create("/tmp/a-worker-was-here"))),
        Some(b"directory") => says(outcome(std::fs::read_dir("/"))),
        Some(b"thread") => says(outcome(std::thread::Builder::new().spawn(|| ()))),
        Some(b"tcp") => says(outcome(std::net::TcpStream::connect("127.0.0.1:9"))),
        Some(b"udp") => says(outcome(std::net::UdpSocket::bind("127.0.0.1:0"))),
        Some(b"unix") => says(outcome(std::os::unix::net::UnixStream::pair())),
        Some(b"name") => says(outcome(std::net::ToSocketAddrs::to_socket_addrs("tillit.example:80"))),
        Some(b"program") => says(outcome(std::process::Command::new("/bin/true").status())),
        Some(b"exec") => says(std::os::unix::process::CommandExt::exec(&mut std::process::Command::new("/bin/true")).to_string()),
        Some(b"environment") => says(std::env::vars().map(|(name, _)| name + " ").collect()),
        _ => worker::judge(request),
    }
}

fn outcome<T>(result: std::io::Result<T>) -> String {
    result.map_or_else(|error| error.to_string(), |_| "it worked".to_owned())
}

/// Works for ever: analyses the same mail again and again.
fn spin() -> ! {
    loop {
        std::hint::black_box(analyse(b"From: a@b.no\r\n\r\nx\r\n", &Knowledge::default(), &AuthEvidence::default()));
    }
}

/// Takes memory until there is none.
fn hog() -> ! {
    let mut all = Vec::new();
    loop {
        all.push(vec![1_u8; 1 << 20]);
        std::hint::black_box(&all);
    }
}

/// Calls itself until the stack ends.
#[expect(unconditional_recursion, reason = "the end of the stack is what is tested")]
fn deep(level: u64) -> u64 {
    let room = std::hint::black_box([level; 512]);
    deep(level + 1) + room.iter().sum::<u64>()
}
