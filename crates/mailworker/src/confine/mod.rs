//! What a worker gives up before it reads the first byte: memory, processor time, files, sockets, other programs.
//!
//! Each fence either holds or is named with the reason why it does not. Nothing here is taken back while the process lives.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod system_calls;

use serde::{Deserialize, Serialize};

/// How much a worker may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Bytes of memory that it may write to, all its life: heap, and what the program itself brings along.
    pub memory: u64,
    /// Bytes of addresses, all its life: the above, and what is only read or reserved.
    pub addresses: u64,
    /// Seconds of processor time for one request.
    pub seconds: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { memory: 200 << 20, addresses: 2 << 30, seconds: 10 }
    }
}

/// Something that a worker can no longer do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fence {
    /// Use more memory than its bounds (`RLIMIT_DATA`, `RLIMIT_AS`).
    Memory,
    /// Use more processor time for a request than its bounds (`RLIMIT_CPU`).
    ProcessorTime,
    /// Open files (`RLIMIT_NOFILE`).
    Files,
    /// Start processes (`RLIMIT_NPROC`). Does not hold for the user root, whom the system calls stop.
    Processes,
    /// Leave its memory behind in a file when it crashes, or be looked into by others of its user (`RLIMIT_CORE`, `PR_SET_DUMPABLE`).
    CoreDump,
    /// Gain rights from a program that it starts (`PR_SET_NO_NEW_PRIVS`).
    Privileges,
    /// Make any system call but the few that reckoning takes: no socket, no file, no program (seccomp).
    SystemCalls,
}

impl Fence {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Memory, Self::ProcessorTime, Self::Files, Self::Processes, Self::CoreDump, Self::Privileges, Self::SystemCalls];

    /// In words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::ProcessorTime => "processor time",
            Self::Files => "files",
            Self::Processes => "processes",
            Self::CoreDump => "core dumps",
            Self::Privileges => "privileges",
            Self::SystemCalls => "system calls (sockets, files, programs)",
        }
    }
}

/// A fence that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which.
    pub fence: Fence,
    /// Why.
    pub why: String,
}

/// What holds a worker, and what does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// How much it may use, as far as the fences hold.
    pub bounds: Bounds,
    /// Fences that hold.
    pub holds: Vec<Fence>,
    /// Fences that do not.
    pub missing: Vec<Missing>,
}

impl Confinement {
    /// No fence, for the same reason: outside of Linux, or when a worker runs within a test.
    #[must_use]
    pub fn none(why: &str) -> Self {
        let missing = Fence::ALL.into_iter().map(|fence| Missing { fence, why: why.to_owned() }).collect();
        Self { bounds: Bounds::default(), holds: Vec::new(), missing }
    }

    /// In one line, what does not hold first.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for missing in &self.missing {
            out.push_str(&format!("NOT confined: {}: {}. ", missing.fence.text(), missing.why));
        }
        if self.holds.is_empty() {
            return out.trim_end().to_owned();
        }
        let holds: Vec<_> = self.holds.iter().map(|fence| fence.text()).collect();
        out + "Confined: " + &holds.join(", ") + "."
    }
}

/// Confines this process, for good. On Linux it first starts its own program again, with the same arguments and without the environment, so that
/// the limits hold from its first page on. Call it before the process has threads, open files of its own, or anything worth stealing.
#[must_use]
pub fn confine(bounds: Bounds) -> Confinement {
    #[cfg(target_os = "linux")]
    return linux::confine(bounds);
    #[cfg(not(target_os = "linux"))]
    return Confinement { bounds, ..Confinement::none("this is not Linux") };
}

/// Lets the next request have its processor time; what the one before left over is gone.
pub fn next_request(bounds: &Bounds) {
    #[cfg(target_os = "linux")]
    linux::next_request(bounds);
    #[cfg(not(target_os = "linux"))]
    let _ = bounds;
}

#[cfg(test)]
mod tests {
    use super::{Confinement, Fence};

    #[test]
    fn what_does_not_hold_is_said_before_what_holds() {
        let text = Confinement::none("of a test").text();
        assert!(text.starts_with("NOT confined: memory: of a test. ") && !text.contains(" Confined"), "{text}");
        let mut some = Confinement::none("of a test");
        some.missing.truncate(1);
        some.holds = vec![Fence::SystemCalls];
        assert_eq!(some.text(), "NOT confined: memory: of a test. Confined: system calls (sockets, files, programs).");
    }
}
