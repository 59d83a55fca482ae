//! Other programs that keep keys: run with a time limit, bounded output and a clean environment.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use zeroize::Zeroizing;

use super::file::MAX_FILE;
use crate::error::VaultError;

/// Longest run.
const LONGEST: Duration = Duration::from_secs(15);
/// Most that is read of what it says on standard error, in bytes. Only its size is ever told: it may hold anything.
const MAX_ERRORS: u64 = 64 << 10;
/// What of our own environment a program may see.
const PASSED_ON: [&str; 4] = ["PATH", "HOME", "LANG", "TZ"];

/// A program that keeps keys, and its arguments.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
}

impl Program {
    /// A program by its absolute path; it runs without a shell.
    pub fn new(path: impl Into<PathBuf>, arguments: Vec<String>) -> Self {
        Self { path: path.into(), arguments }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn failed(&self, why: impl Into<String>) -> VaultError {
        VaultError::KeyCommand { program: self.path.clone(), why: why.into() }
    }

    /// Runs it with one more argument, gives it `input`, and returns what it printed.
    pub(super) async fn run(&self, last: Option<&str>, input: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).args(last).env_clear().kill_on_drop(true);
        command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| self.failed(format!("cannot be started: {error}")))?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let talk = async {
            let write = async {
                if let Some(mut stdin) = stdin {
                    // A program that reads nothing closes the pipe; whether it did its work is told by what it prints.
                    stdin.write_all(input).await.ok();
                    stdin.shutdown().await.ok();
                }
            };
            let ((), printed, errors) = tokio::join!(write, read(stdout, MAX_FILE), read(stderr, MAX_ERRORS));
            (printed, errors, child.wait().await)
        };
        let done = tokio::time::timeout(LONGEST, talk).await;
        let Ok((printed, errors, status)) = done else {
            return Err(self.failed(format!("did not end within {} seconds", LONGEST.as_secs())));
        };
        let errors = errors.map_or(0, |errors| errors.len());
        let status = status.map_err(|error| self.failed(format!("was lost: {error}")))?;
        if !status.success() {
            return Err(self.failed(format!("failed ({status}) and wrote {errors} bytes to standard error; run it by hand to read them")));
        }
        printed.ok_or_else(|| self.failed(format!("printed more than {MAX_FILE} bytes")))
    }
}

/// Everything, or `None` if it is more than `most`. What is too much is still read, so that the program can end.
async fn read(from: Option<impl AsyncRead + Unpin>, most: u64) -> Option<Zeroizing<Vec<u8>>> {
    let mut from = from?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    (&mut from).take(most + 1).read_to_end(&mut bytes).await.ok()?;
    if bytes.len() as u64 > most {
        tokio::io::copy(&mut from, &mut tokio::io::sink()).await.ok();
        return None;
    }
    Some(bytes)
}
