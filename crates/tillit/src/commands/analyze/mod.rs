//! `tillit analyze`: assesses mails from disk. Needs no configuration, no database and no network.

mod sources;
mod text;

use anyhow::{Context as _, Result};
use serde::Serialize;
use tillit_mailrisk::{Assessment, AuthEvidence, Knowledge, Language};
use tillit_mailworker::{Answer, Bounds, explain, worker};

use crate::cli::Analyze;
use crate::say;

/// After how many mails progress is said on standard error.
const PROGRESS: usize = 500;

/// A line of `--json`. The names are promised to scripts (README).
#[derive(Serialize)]
struct Row<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<usize>,
    #[serde(flatten)]
    answer: Answer,
}

/// `--worker`: judges mails for another program, and can do nothing else (docs/mailrisk/worker.md). Before there are threads.
pub fn worker() -> Result<()> {
    worker::run(Bounds::default()).context("work for another program")
}

/// Assesses everything that is named.
pub fn run(options: &Analyze) -> Result<()> {
    let knowledge = match &options.knowledge {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
            read_knowledge(&text).with_context(|| format!("read {}", path.display()))?
        }
        None => Knowledge::default(),
    };
    let language = if options.lang == "nb" { Language::Nb } else { Language::En };
    let mut done = 0;
    for path in &options.files {
        sources::each(path, &mut |source| {
            show(&source, &knowledge, language, options)?;
            done += 1;
            if done % PROGRESS == 0 {
                say::aside(format!("{done} mails checked, last: {}", source.file));
            }
            Ok(())
        })?;
    }
    if done == 0 {
        anyhow::bail!("there is no mail in what was named");
    }
    Ok(())
}

/// Knowledge as TOML, or as JSON when the file begins like it.
fn read_knowledge(text: &str) -> Result<Knowledge> {
    if text.trim_start().starts_with('{') {
        let read: Knowledge = serde_json::from_str(text)?;
        return Ok(read.cleaned());
    }
    Ok(Knowledge::from_toml(text)?)
}

fn show(source: &sources::Source, knowledge: &Knowledge, language: Language, options: &Analyze) -> Result<()> {
    // The engine promises not to panic. Should it break that promise, one mail is unknown and the rest go on.
    let outcome = match &source.raw {
        Ok(raw) => std::panic::catch_unwind(|| tillit_mailrisk::analyse(raw, knowledge, &AuthEvidence::default()))
            .unwrap_or_else(|_| Assessment::failed()),
        Err(not_checked) => Assessment::not_read(not_checked.clone()),
    };
    if options.json {
        let row = Row { file: &source.file, message: source.message, answer: Answer::of(&outcome, language, options.explain) };
        say::line(serde_json::to_string(&row).context("write the answer")?);
    } else {
        say::text(text::block(source, &outcome, language));
        if options.explain {
            say::text(explain::lines(&outcome, language).iter().fold(String::new(), |out, line| out + "    " + line + "\n"));
        }
    }
    Ok(())
}
