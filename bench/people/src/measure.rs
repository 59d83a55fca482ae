//! Times and memory.

use std::time::Instant;

use anyhow::Result;

/// How long something took, in milliseconds.
pub struct Spread {
    pub median: f64,
    /// The 99th percentile.
    pub last: f64,
}

/// Runs it so many times, after a few for warming up.
pub async fn rounds(count: usize, mut work: impl AsyncFnMut() -> Result<()>) -> Result<Spread> {
    for _ in 0..count / 20 {
        work().await?;
    }
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Instant::now();
        work().await?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).or(times.last()).copied().unwrap_or(0.0);
    Ok(Spread { median: at(0.5), last: at(0.99) })
}

/// Most memory that this process had resident since [`reset_memory`], in MiB.
pub fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) >> 10
}

/// Forgets what was most until now.
pub fn reset_memory() {
    std::fs::write("/proc/self/clear_refs", "5").ok();
}
