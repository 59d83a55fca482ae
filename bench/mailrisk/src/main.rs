//! MailRisk beside rspamd and SpamAssassin, over the same mails, one after the other: messages per CPU-second, time per message, and, over a
//! corpus, what each says of it. See bench/README.md.
//!
//! `cargo build --release -p bench-mailrisk && taskset -c 0 target/release/bench-mailrisk [--corpus FOLDER]`
#![expect(clippy::disallowed_methods, reason = "measures wall time; nothing here is part of the product")]

mod measure;
mod scores;
mod servers;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tillit_mailrisk::synthetic::{Set, mails};
use tillit_mailrisk::{AuthEvidence, Knowledge, analyse};
use tillit_mailworker::{Bounds, worker};

use measure::{Judge, Mail, Opinion, measured};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The worker of the second row is this program, as the worker of `tillit` is `tillit`.
    if arguments.first().is_some_and(|first| first == "--worker") {
        return worker::run(Bounds::default()).context("work");
    }
    let corpus = match arguments.as_slice() {
        [flag, folder] if flag == "--corpus" => Some(PathBuf::from(folder)),
        [] => std::env::var_os("MAILRISK_CORPUS").map(PathBuf::from),
        _ => anyhow::bail!("bench-mailrisk [--corpus FOLDER]"),
    };
    let mut sets = vec![("made-up mails", made_up()?)];
    match corpus {
        Some(folder) => sets.push(("corpus", read(&folder)?)),
        None => say("The corpus is skipped: MAILRISK_CORPUS names no folder.")?,
    }
    let folder = tempfile::tempdir()?;
    let mut judges: Vec<Box<dyn Judge>> = vec![Box::new(Engine), Box::new(servers::Worker::start()?)];
    for started in [servers::rspamd(folder.path()), servers::spamd()] {
        match started {
            Ok(judge) => judges.push(judge),
            Err(error) => say(&format!("skipped: {error:#}"))?,
        }
    }
    for (name, mails) in &sets {
        let size = mails.iter().map(|mail| mail.raw.len()).sum::<usize>() / mails.len().max(1);
        say(&format!("\n{name}: {} mails, {size} bytes on average", mails.len()))?;
        say(
            "| | messages per CPU-second | CPU a message, ms | p50, ms | p95, ms | p99, ms | longest, ms |\n|---|--:|--:|--:|--:|--:|--:|",
        )?;
        let mut opinions = Vec::new();
        for judge in &mut judges {
            // Once unmeasured, so that tables are read and caches are warm for everybody.
            for mail in mails.iter().take(50) {
                judge.judge(&mail.raw)?;
            }
            let row = measured(judge.as_mut(), mails)?;
            say(&row.line(judge.name()))?;
            opinions.push((judge.name(), row.opinions));
        }
        if mails.iter().any(|mail| mail.phish) {
            for (name, opinions) in &opinions {
                say(&format!("\n{name}\n{}", scores::table(mails, opinions)))?;
            }
        }
    }
    Ok(())
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}

/// The engine in this process.
struct Engine;

impl Judge for Engine {
    fn name(&self) -> &'static str {
        "mailrisk, in its own process"
    }

    fn judge(&mut self, raw: &[u8]) -> Result<Opinion> {
        let found = analyse(raw, &Knowledge::default(), &AuthEvidence::default());
        Ok(Opinion { score: found.score(), verdict: found.verdict.id().to_owned() })
    }

    fn processes(&self) -> Vec<u32> {
        vec![std::process::id()]
    }
}

fn made_up() -> Result<Vec<Mail>> {
    let mut out = Vec::new();
    for set in [Set::Ordinary, Set::OrdinaryUnseen, Set::Attacks, Set::AttacksUnseen] {
        let stratum = format!("{set:?}");
        out.extend(mails(set, 2, None)?.into_iter().map(|mail| Mail { stratum: stratum.clone(), phish: set.is_attack(), raw: mail.raw }));
    }
    Ok(out)
}

/// `FOLDER/phish/STRATUM/*.eml` and `FOLDER/ham/STRATUM/*.eml`.
fn read(folder: &Path) -> Result<Vec<Mail>> {
    let mut out = Vec::new();
    for kind in ["ham", "phish"] {
        let strata = std::fs::read_dir(folder.join(kind)).with_context(|| format!("read {}", folder.join(kind).display()))?;
        for stratum in strata {
            let stratum = stratum?;
            let name = format!("{kind}/{}", stratum.file_name().to_string_lossy());
            let mut files = std::fs::read_dir(stratum.path())?.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
            files.sort();
            for file in files {
                out.push(Mail { stratum: name.clone(), phish: kind == "phish", raw: std::fs::read(file)? });
            }
        }
    }
    Ok(out)
}
