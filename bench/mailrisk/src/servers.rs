//! Those who are asked over a pipe or a socket: our worker, rspamd, spamd. Started here, on loopback, with everything off that needs a network.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use tillit_mailworker::frame::{HEAD, Head, Kind, LARGEST_ANSWER};
use tillit_mailworker::{Answer, Asked};

use crate::measure::{Judge, Opinion, family};

const RSPAMD: &str = "127.0.0.1:17833";
const SPAMD: &str = "127.0.0.1:17830";
/// Modules of rspamd that need a network, a memory of earlier mails, or what only a mail server knows.
const OFF: [&str; 26] = [
    "arc",
    "asn",
    "bimi",
    "clickhouse",
    "dkim",
    "dkim_signing",
    "dmarc",
    "elastic",
    "external_services",
    "fuzzy_check",
    "greylist",
    "hfilter",
    "history_redis",
    "known_senders",
    "metadata_exporter",
    "mx_check",
    "neural",
    "p0f",
    "ratelimit",
    "rbl",
    "replies",
    "reputation",
    "spf",
    "surbl",
    "url_redirector",
    "classifier-bayes",
];

/// A process that is ended with what it serves.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Politely first: a server ends its own children.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        for _ in 0..50 {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Our engine in a confined worker.
pub struct Worker {
    process: Ended,
    input: ChildStdin,
    output: ChildStdout,
    asked: Vec<u8>,
}

impl Worker {
    /// Starts it.
    pub fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (input, output) = child.stdin.take().zip(child.stdout.take()).context("pipes")?;
        Ok(Self { process: Ended(child), input, output, asked: Asked::default().to_bytes()? })
    }
}

impl Judge for Worker {
    fn name(&self) -> &'static str {
        "mailrisk, in a confined worker"
    }

    fn judge(&mut self, raw: &[u8]) -> Result<Opinion> {
        let head = Head { kind: Kind::Analyse, id: 1, length: self.asked.len() + raw.len() }.to_bytes()?;
        self.input.write_all(&head)?;
        self.input.write_all(&self.asked)?;
        self.input.write_all(raw)?;
        let mut head = [0; HEAD];
        self.output.read_exact(&mut head)?;
        let mut body = vec![0; Head::parse(head, LARGEST_ANSWER)?.length];
        self.output.read_exact(&mut body)?;
        let answer: Answer = serde_json::from_slice(&body)?;
        let verdict = serde_json::to_value(answer.verdict)?.as_str().unwrap_or_default().to_owned();
        Ok(Opinion { score: answer.score, verdict })
    }

    fn processes(&self) -> Vec<u32> {
        vec![self.process.0.id()]
    }
}

/// A server on loopback.
struct Server {
    name: &'static str,
    process: Ended,
    ask: fn(&[u8]) -> Result<Opinion>,
}

impl Judge for Server {
    fn name(&self) -> &'static str {
        self.name
    }

    fn judge(&mut self, raw: &[u8]) -> Result<Opinion> {
        (self.ask)(raw)
    }

    fn processes(&self) -> Vec<u32> {
        family(self.process.0.id())
    }
}

fn started(name: &'static str, command: &mut Command, address: &str, ask: fn(&[u8]) -> Result<Opinion>) -> Result<Box<dyn Judge>> {
    let child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().with_context(|| format!("start {name}"))?;
    let server = Server { name, process: Ended(child), ask };
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() || ask(b"From: a@b.no\r\nSubject: x\r\n\r\nx\r\n").is_err() {
        if begun.elapsed() > Duration::from_secs(300) {
            bail!("{name} does not answer at {address}");
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    Ok(Box::new(server))
}

/// rspamd of the machine, with a private copy of its configuration and one process that judges.
pub fn rspamd(folder: &Path) -> Result<Box<dyn Judge>> {
    let configuration = folder.join("rspamd");
    let data = folder.join("rspamd-data");
    if !Command::new("cp").arg("-r").arg("/etc/rspamd").arg(&configuration).status().is_ok_and(|status| status.success()) {
        bail!("rspamd is not installed (apt-get install rspamd)");
    }
    std::fs::create_dir(&data)?;
    let owner = Command::new("chown").arg("-R").arg("_rspamd").arg(&data).arg(folder).status();
    if !owner.is_ok_and(|status| status.success()) {
        bail!("rspamd wants a folder of its own user: run this as root");
    }
    let over = configuration.join("override.d");
    for module in OFF {
        std::fs::write(over.join(format!("{module}.conf")), "enabled = false;\n")?;
    }
    for worker in ["controller", "proxy", "fuzzy"] {
        std::fs::write(over.join(format!("worker-{worker}.inc")), "enabled = false;\ncount = 0;\n")?;
    }
    std::fs::write(over.join("worker-normal.inc"), format!("bind_socket = \"{RSPAMD}\";\ncount = 1;\n"))?;
    // A closed port answers at once that there is nothing.
    std::fs::write(
        over.join("options.inc"),
        "dns { nameserver = [\"127.0.0.1:17899\"]; timeout = 0.05s; retransmits = 1; }\npidfile = false;\n",
    )?;
    std::fs::write(over.join("logging.inc"), "type = \"console\";\nlevel = \"error\";\n")?;
    let mut command = Command::new("rspamd");
    command.args(["-f", "-u", "_rspamd", "-g", "_rspamd", "-c"]).arg(configuration.join("rspamd.conf"));
    for (name, place) in [("CONFDIR", &configuration), ("LOCAL_CONFDIR", &configuration), ("DBDIR", &data), ("RUNDIR", &data)] {
        command.arg("--var").arg(format!("{name}={}", place.display()));
    }
    started("rspamd", &mut command, RSPAMD, ask_rspamd)
}

fn ask_rspamd(raw: &[u8]) -> Result<Opinion> {
    let mut stream = TcpStream::connect(RSPAMD)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    write!(stream, "POST /checkv2 HTTP/1.0\r\nContent-Length: {}\r\n\r\n", raw.len())?;
    stream.write_all(raw)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let body = answer.windows(4).position(|four| four == b"\r\n\r\n").and_then(|at| answer.get(at + 4..)).context("an answer")?;
    let answer: serde_json::Value = serde_json::from_slice(body)?;
    let score = answer.get("score").and_then(serde_json::Value::as_f64).context("a score")?;
    let verdict = answer.get("action").and_then(serde_json::Value::as_str).context("an action")?;
    Ok(Opinion { score, verdict: verdict.to_owned() })
}

/// spamd of the machine, with local tests only and one process that judges.
pub fn spamd() -> Result<Box<dyn Judge>> {
    let mut command = Command::new("spamd");
    command.args([
        "-L",
        "-x",
        "-m",
        "1",
        "--min-children=1",
        "--max-children=1",
        // One process to the end: the CPU of one that was replaced would not be counted.
        "--max-conn-per-child=1000000",
        "-i",
        "127.0.0.1",
        "-p",
        "17830",
        "-u",
        "nobody",
        "-s",
        "null",
    ]);
    started("SpamAssassin (spamd)", &mut command, SPAMD, ask_spamd)
}

fn ask_spamd(raw: &[u8]) -> Result<Opinion> {
    let mut stream = TcpStream::connect(SPAMD)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    write!(stream, "CHECK SPAMC/1.2\r\nContent-length: {}\r\n\r\n", raw.len())?;
    stream.write_all(raw)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    for line in BufReader::new(stream).lines() {
        // "Spam: True ; 6.1 / 5.0"
        let line = line?;
        if let Some(said) = line.strip_prefix("Spam:") {
            let (is_spam, score) = said.split_once(';').context("a score")?;
            let score = score.split('/').next().unwrap_or_default().trim().parse()?;
            return Ok(Opinion { score, verdict: if is_spam.trim() == "True" { "spam" } else { "ham" }.to_owned() });
        }
    }
    Err(anyhow!("spamd gave no score"))
}
