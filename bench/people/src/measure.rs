//! Times, work and memory of this process.

use std::time::Instant;

use anyhow::Result;

/// How long something took, each in milliseconds.
pub struct Spread {
    pub median: f64,
    /// The 99th percentile.
    pub last: f64,
    /// User and system time of this process for one of them.
    pub cpu: f64,
}

/// Runs it so many times, after a few for warming up.
pub async fn rounds(count: usize, mut work: impl AsyncFnMut() -> Result<()>) -> Result<Spread> {
    for _ in 0..count / 20 {
        work().await?;
    }
    let mut times = Vec::with_capacity(count);
    let worked = cpu();
    for _ in 0..count {
        let began = Instant::now();
        work().await?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let worked = (cpu() - worked) * 1e3 / count as f64;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).or(times.last()).copied().unwrap_or(0.0);
    Ok(Spread { median: at(0.5), last: at(0.99), cpu: worked })
}

/// User and system time of this process until now, in seconds; counted in hundredths.
pub fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the command's name: 0 is the state, 11 and 12 are the ticks.
    let fields: Vec<&str> = text.rsplit_once(')').map_or(vec![], |(_, rest)| rest.split_whitespace().collect());
    [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Memory from here on.
pub struct Memory {
    before: u64,
}

impl Memory {
    /// Forgets what was most until now.
    pub fn watch() -> Self {
        std::fs::write("/proc/self/clear_refs", "5").ok();
        Self { before: kib("VmRSS:") }
    }
    /// The most that was resident since, in MiB, and by how much that is more than at the beginning.
    pub fn most(&self) -> String {
        let most = kib("VmHWM:");
        format!("{} (+{})", most >> 10, most.saturating_sub(self.before) >> 10)
    }
}

fn kib(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix(field)?.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}
