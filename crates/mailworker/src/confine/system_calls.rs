//! Which calls to the kernel are left (seccomp(2)).
//!
//! Two filters, and the stricter answer counts: what is not on the list is refused as if the right were missing, so that a library which tries
//! something harmless goes on without it; what would reach out (sockets, programs, other processes) ends the process at once, so that it is
//! seen and cannot be tried again.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Calls that are allowed with any arguments: memory, the end, the clock, random bytes, and what a panic or an abort takes.
const ALLOWED: [i64; 17] = [
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
];

/// Calls whose mere attempt ends the process.
const FATAL: [i64; 28] = [
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_connect,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_recvmmsg,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kill,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_bpf,
    libc::SYS_io_uring_setup,
    libc::SYS_pidfd_open,
    libc::SYS_userfaultfd,
];

/// Takes every other call away, for good. Sets `no_new_privs` too.
pub(super) fn restrict() -> io::Result<()> {
    let (allowing, ending) = filters().map_err(|error| io::Error::other(error.to_string()))?;
    // The stricter filter last: after it the first could not be installed any more.
    for filter in [ending, allowing] {
        seccompiler::apply_filter_all_threads(&filter).map_err(|error| io::Error::other(error.to_string()))?;
    }
    Ok(())
}

fn filters() -> Result<(BpfProgram, BpfProgram), BackendError> {
    let architecture: TargetArch = std::env::consts::ARCH.try_into()?;
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let allowing = SeccompFilter::new(allowed()?, refused, SeccompAction::Allow, architecture)?;
    let fatal = FATAL.into_iter().map(|call| (call, Vec::new())).collect();
    let ending = SeccompFilter::new(fatal, SeccompAction::Allow, SeccompAction::KillProcess, architecture)?;
    Ok((allowing.try_into()?, ending.try_into()?))
}

fn allowed() -> Result<Rules, BackendError> {
    let mut rules: Rules = ALLOWED.into_iter().map(|call| (call, Vec::new())).collect();
    // Read what is asked, write what is answered; no other file that somebody left open.
    rules.insert(libc::SYS_read, vec![only(0, 0)?]);
    rules.insert(libc::SYS_write, vec![only(0, 1)?, only(0, 2)?]);
    // Memory, but never to run: no code comes in from outside.
    let never_to_run = || {
        let run = u64::from(libc::PROT_EXEC.unsigned_abs());
        SeccompRule::new(vec![SeccompCondition::new(2, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(run), 0)?])
    };
    rules.insert(libc::SYS_mmap, vec![never_to_run()?]);
    rules.insert(libc::SYS_mprotect, vec![never_to_run()?]);
    // Its own processor time, request by request (the hard limit stays), and its own abort.
    let own_time = SeccompRule::new(vec![equal(0, 0)?, equal(1, u64::from(libc::RLIMIT_CPU))?])?;
    rules.insert(libc::SYS_prlimit64, vec![own_time]);
    rules.insert(libc::SYS_tgkill, vec![only(0, u64::from(std::process::id()))?]);
    Ok(rules)
}

fn only(argument: u8, value: u64) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(vec![equal(argument, value)?])
}

fn equal(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

#[cfg(test)]
mod tests {
    use super::{ALLOWED, FATAL, allowed, filters};

    #[test]
    fn no_call_is_both_allowed_and_fatal() {
        let allowed = allowed().unwrap();
        assert!(FATAL.iter().all(|call| !allowed.contains_key(call)));
        assert_eq!(allowed.len(), ALLOWED.len() + 6, "a call is named twice");
        assert!(filters().is_ok());
    }
}
