//! CPU and memory of a set of processes, from /proc.

use std::fs;

/// CPU seconds used so far, and resident memory now, of a process and all its descendants.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// user + system, seconds; includes children that were waited for.
    pub cpu: f64,
    /// Resident set, MiB. Pages shared between processes are counted once (proportional set size).
    pub memory: f64,
}

/// Reads the usage of `roots` and everything below them.
pub fn usage(roots: &[u32]) -> Usage {
    let mut all = roots.to_vec();
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| Some((pid, fields(pid)?.get(1)?.parse().ok()?)))
        .collect();
    let mut i = 0;
    while let Some(&parent) = all.get(i) {
        all.extend(parents.iter().filter(|(_, p)| *p == parent).map(|(pid, _)| *pid));
        i += 1;
    }
    all.sort_unstable();
    all.dedup();
    all.iter().fold(Usage::default(), |sum, pid| {
        let ticks: f64 = fields(*pid).map_or(0.0, |f| [11, 12, 13, 14].iter().filter_map(|i| f.get(*i)?.parse::<f64>().ok()).sum());
        Usage { cpu: sum.cpu + ticks / 100.0, memory: sum.memory + memory(*pid) }
    })
}

/// Fields of /proc/PID/stat after the command's closing parenthesis: 0 is the state, 1 the parent.
fn fields(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

fn memory(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let kib = text.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
