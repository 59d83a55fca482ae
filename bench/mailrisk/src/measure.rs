//! Time and CPU of one judge over many mails.

use std::time::Instant;

use anyhow::Result;

/// A mail with what it is.
pub struct Mail {
    /// Where it is from.
    pub stratum: String,
    /// It is an attack.
    pub phish: bool,
    /// The message.
    pub raw: Vec<u8>,
}

/// What somebody says of a mail.
pub struct Opinion {
    /// The higher the worse.
    pub score: f64,
    /// In a word.
    pub verdict: String,
}

/// Somebody who judges mails.
pub trait Judge {
    /// Its name.
    fn name(&self) -> &'static str;
    /// Judges a mail.
    fn judge(&mut self, raw: &[u8]) -> Result<Opinion>;
    /// The processes whose CPU is its own.
    fn processes(&self) -> Vec<u32>;
}

/// What was measured.
pub struct Row {
    cpu: f64,
    times: Vec<f64>,
    /// One a mail.
    pub opinions: Vec<Opinion>,
}

/// Lets a judge judge all mails, one after the other.
pub fn measured(judge: &mut dyn Judge, mails: &[Mail]) -> Result<Row> {
    let (mut times, mut opinions) = (Vec::new(), Vec::new());
    let before = cpu(&judge.processes());
    for mail in mails {
        let started = Instant::now();
        opinions.push(judge.judge(&mail.raw)?);
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let cpu = cpu(&judge.processes()) - before;
    times.sort_by(f64::total_cmp);
    Ok(Row { cpu, times, opinions })
}

impl Row {
    /// As a row of a table.
    pub fn line(&self, name: &str) -> String {
        let count = self.times.len().max(1);
        let at = |share: f64| self.times.get(((count as f64 * share) as usize).min(count - 1)).copied().unwrap_or(0.0);
        format!(
            "| {name} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} |",
            count as f64 / self.cpu,
            self.cpu * 1e3 / count as f64,
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0)
        )
    }
}

/// Seconds of CPU that processes and their threads have used, user and system: from the scheduler, in nanoseconds.
fn cpu(processes: &[u32]) -> f64 {
    let tasks = processes.iter().filter_map(|id| std::fs::read_dir(format!("/proc/{id}/task")).ok()).flatten().flatten();
    let nanoseconds: f64 = tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok())
        .filter_map(|text| text.split_whitespace().next()?.parse::<f64>().ok())
        .sum();
    nanoseconds / 1e9
}

/// A process and all below it.
pub fn family(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let id = entry.file_name().to_string_lossy().parse().ok()?;
            let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
            Some((id, status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()?))
        })
        .collect();
    let mut at = 0;
    while let Some(parent) = all.get(at).copied() {
        all.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        at += 1;
    }
    all
}
