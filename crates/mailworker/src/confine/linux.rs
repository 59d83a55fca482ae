//! Limits of the process (setrlimit(2)), and the rest that takes one call each.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::set_no_new_privs;
use rustix::time::{ClockId, clock_gettime};

use super::{Bounds, Confinement, Fence, Missing, system_calls};

/// Seconds of processor time in a whole life. Only for a worker that nobody watches any more: who watches replaces it long before.
const LIFE: u64 = 3_600;
/// Standard input, output and error.
const FILES: u64 = 3;
/// All the environment that a worker has: words for its allocator (mimalloc; others do not read them). By itself it counts a gigabyte that it only
/// reserved as used, which the limit forbids, and keeps what was freed for a second.
const ENVIRONMENT: [(&str, &str); 3] = [("MIMALLOC_ARENA_EAGER_COMMIT", "0"), ("MIMALLOC_PURGE_DELAY", "0"), ("MIMALLOC_ALLOW_THP", "0")];

pub(super) fn confine(bounds: Bounds) -> Confinement {
    let mut out = Confinement { bounds, holds: Vec::new(), missing: Vec::new() };
    let memory = memory(bounds);
    out.note(Fence::Memory, memory);
    out.note(Fence::ProcessorTime, limit(Resource::Cpu, LIFE));
    out.note(Fence::Files, limit(Resource::Nofile, FILES));
    out.note(Fence::Processes, limit(Resource::Nproc, 0));
    let dump = limit(Resource::Core, 0).and_then(|()| Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?));
    out.note(Fence::CoreDump, dump);
    out.note(Fence::Privileges, set_no_new_privs(true).map_err(Into::into));
    next_request(&bounds);
    // Last: what stands above takes calls that are gone after it.
    out.note(Fence::SystemCalls, system_calls::restrict());
    out
}

pub(super) fn next_request(bounds: &Bounds) {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    // The limit counts whole seconds from the start of the process. Without it the one above still holds.
    let _ = setrlimit(Resource::Cpu, Rlimit { current: Some((used + 1 + bounds.seconds).min(LIFE)), maximum: Some(LIFE) });
}

impl Confinement {
    fn note(&mut self, fence: Fence, outcome: io::Result<()>) {
        match outcome {
            Ok(()) => self.holds.push(fence),
            Err(error) => self.missing.push(Missing { fence, why: error.to_string() }),
        }
    }
}

/// Limits memory. An allocator may have reserved a gigabyte when the first byte was asked for, and a limit that comes later does not count
/// against what is reserved: so the program starts again under its limits. The second time they are there already.
fn memory(bounds: Bounds) -> io::Result<()> {
    let is_limited = |resource, most: u64| getrlimit(resource).current.is_some_and(|current| current <= most);
    if is_limited(Resource::Data, bounds.memory) && is_limited(Resource::As, bounds.addresses) {
        return Ok(());
    }
    limit(Resource::Data, bounds.memory)?;
    limit(Resource::As, bounds.addresses)?;
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    // No environment: what may stand there (secrets of a service) is no business of a worker.
    Err(Command::new("/proc/self/exe").arg0(name).args(arguments).env_clear().envs(ENVIRONMENT).exec())
}

/// Sets a limit that cannot be raised again; one that is lower already stays.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let now = getrlimit(resource);
    let lower = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    Ok(setrlimit(resource, Rlimit { current: lower(now.current), maximum: lower(now.maximum) })?)
}
