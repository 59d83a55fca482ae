//! One running worker, as who asks it sees it.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tillit_mailrisk::NotChecked;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::Settings;
use crate::answer::Answer;
use crate::frame::{HEAD, Head, Kind, LARGEST_ANSWER};
use crate::worker::{Refusal, Welcome};

/// Bytes of a dead worker's last words that are looked at. They are never shown or logged.
const LAST_WORDS: u64 = 16 << 10;

/// A worker. Dropped, it is killed.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    error: ChildStderr,
    next: u64,
    /// What it is and how it is confined.
    pub(super) welcome: Welcome,
    /// How many mails it judged.
    pub(super) judged: u32,
}

impl Process {
    pub(super) async fn start(settings: &Settings, patience: Duration) -> Result<Self, String> {
        let mut child = Command::new(&settings.program)
            .args(&settings.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", settings.program.display()))?;
        let (Some(input), Some(output), Some(error)) = (child.stdin.take(), child.stdout.take(), child.stderr.take()) else {
            return Err("it has no pipes".to_owned());
        };
        let welcome = Welcome {
            version: 0,
            program: String::new(),
            largest_mail: 0,
            largest_asked: 0,
            confinement: crate::Confinement::none("it has not said yet"),
        };
        let mut process = Self { child, input, output, error, next: 0, welcome, judged: 0 };
        let body = match timeout(patience, process.exchange(Kind::Hello, Kind::Welcome, &[])).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) => return Err(format!("it did not say hello: {error}")),
            Err(_) => return Err("it did not say hello in time".to_owned()),
        };
        process.welcome = serde_json::from_slice(&body).map_err(|error| format!("its hello cannot be read: {error}"))?;
        Ok(process)
    }

    /// Asks about a mail.
    pub(super) async fn ask(&mut self, asked: &[u8], mail: &[u8]) -> io::Result<Answer> {
        let body = self.exchange(Kind::Analyse, Kind::Answer, &[asked, mail]).await?;
        self.judged += 1;
        Ok(serde_json::from_slice(&body)?)
    }

    /// Sends a request and reads its answer. An answer of another kind or to another request breaks the worker: who answers what nobody asked
    /// may not be believed about the next mail.
    async fn exchange(&mut self, kind: Kind, wanted: Kind, parts: &[&[u8]]) -> io::Result<Vec<u8>> {
        self.next += 1;
        let id = self.next;
        let length = parts.iter().map(|part| part.len()).sum();
        self.input.write_all(&Head { kind, id, length }.to_bytes().map_err(io::Error::other)?).await?;
        for part in parts {
            self.input.write_all(part).await?;
        }
        self.input.flush().await?;
        let mut head = [0; HEAD];
        self.output.read_exact(&mut head).await?;
        let head = Head::parse(head, LARGEST_ANSWER).map_err(io::Error::other)?;
        let mut body = Vec::new();
        (&mut self.output).take(head.length as u64).read_to_end(&mut body).await?;
        if body.len() < head.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if head.kind == Kind::Refused {
            let refusal: Refusal = serde_json::from_slice(&body)?;
            return Err(io::Error::other(refusal.why));
        }
        if head.kind != wanted || head.id != id {
            return Err(io::Error::other("it answered what nobody asked"));
        }
        Ok(body)
    }

    /// Whether it still runs.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills it by its id, and waits until it is gone.
    pub(super) async fn kill(mut self) {
        let _ = self.child.kill().await;
    }

    /// Lets it end by itself, or kills it.
    pub(super) async fn end(self, patience: Duration) {
        let Self { mut child, input, .. } = self;
        drop(input);
        if timeout(patience, child.wait()).await.is_err() {
            let _ = child.kill().await;
        }
    }

    /// What the mail did that this worker broke over.
    pub(super) async fn why_it_broke(mut self, patience: Duration) -> NotChecked {
        match timeout(patience, self.child.wait()).await {
            Ok(Ok(status)) => {
                let mut words = Vec::new();
                let _ = timeout(patience, (&mut self.error).take(LAST_WORDS).read_to_end(&mut words)).await;
                cause(status, &words)
            }
            // It lives and said something that cannot be read.
            Ok(Err(_)) | Err(_) => {
                self.kill().await;
                NotChecked::Failed
            }
        }
    }
}

/// From how a process ended to what the mail did.
fn cause(status: ExitStatus, words: &[u8]) -> NotChecked {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;

        // Numbers of POSIX that are the same on every Linux.
        const ABORT: i32 = 6;
        const KILL: i32 = 9;
        const PROCESSOR_TIME: i32 = 24;
        // Rust says so before it gives up for want of memory.
        let wanted_memory = words.windows(17).any(|window| window == b"memory allocation");
        match status.signal() {
            Some(PROCESSOR_TIME) => return NotChecked::Time,
            Some(ABORT) if wanted_memory => return NotChecked::Memory,
            // Not by us: the kernel had no memory left for it.
            Some(KILL) => return NotChecked::Memory,
            _ => {}
        }
    }
    let _ = (status, words);
    NotChecked::Failed
}
