//! A process that is killed while it works, and what a test says of it: the test binary itself, started again for one test alone.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

/// What a child prints, with [`say_ready`], when it begins with the work at which it is to be killed.
const READY: &str = "ready";

/// This test binary, to be started again for its ignored test of this name and no other.
///
/// # Panics
/// The system does not say which program runs.
#[expect(clippy::expect_used, reason = "tests")]
pub fn again(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a file"));
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads", "1"]);
    command
}

/// For a child: a hook that kills this very process when it comes to `last`, as a machine that fails does: nothing is run any more.
///
/// # Panics
/// There is no command `kill`.
#[expect(clippy::expect_used, reason = "tests")]
pub fn die_at(last: String) -> impl Fn(&'static str) + Send + Sync + 'static {
    move |step| {
        if step == last {
            Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status().expect("kill");
            loop {
                std::thread::park();
            }
        }
    }
}

/// For a child: it has begun.
///
/// # Panics
/// Nobody reads what it prints.
#[expect(clippy::expect_used, reason = "tests")]
pub fn say_ready() {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{READY}").expect("somebody reads");
}

/// Starts a child and waits until it has died of SIGKILL: its own (see [`die_at`]), or ours so many milliseconds after it
/// was ready.
///
/// # Panics
/// It cannot be started, or ended by itself.
#[expect(clippy::expect_used, reason = "tests")]
pub async fn wait_until_killed(mut command: Command, moment: Option<u64>) {
    let told = format!("{command:?}");
    let mut child = command.stdout(Stdio::piped()).spawn().expect("a child");
    let mut lines = BufReader::new(child.stdout.take().expect("what it prints")).lines();
    let ended = tokio::task::spawn_blocking(move || {
        if let Some(moment) = moment
            && lines.by_ref().map_while(Result::ok).any(|line| line.ends_with(READY))
        {
            std::thread::park_timeout(std::time::Duration::from_millis(moment));
            child.kill().expect("a child that still runs, or was not waited for yet");
        }
        // Whatever else it prints must not fill the pipe.
        lines.for_each(drop);
        child.wait().expect("a child")
    });
    let status = ended.await.expect("a thread");
    assert_eq!(status.signal(), Some(9), "the child ended by itself: {status}: {told}");
}
