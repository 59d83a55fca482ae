//! `tillit analyze`: assesses mails from disk. Needs no configuration, no database and, without `--dns`, no network.

mod sources;
mod text;

use anyhow::{Context as _, Result};
use serde::Serialize;
use tillit_mailauth::{Patience, Verifier};
use tillit_mailrisk::{Assessment, AuthEvidence, Knowledge, Language};
use tillit_mailworker::{Answer, Bounds, explain, worker};

use tillit_store::{Clock as _, SystemClock};

use crate::cli::Analyze;
use crate::{config, say};

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
    let verifier = match options.dns {
        true => Some(Verifier::new(&config::dns_resolvers(options.config.as_deref(), std::env::vars())?, Patience::default())?),
        false => None,
    };
    let (mut done, mut left_out) = (0, 0);
    for path in &options.files {
        left_out += sources::each(path, &mut |source| {
            show(&source, &knowledge, verifier.as_ref(), language, options)?;
            done += 1;
            if done % PROGRESS == 0 {
                say::aside(format!("{done} mails checked, last: {}", source.file));
            }
            Ok(())
        })?;
    }
    if left_out > 0 {
        say::aside(format!("{left_out} files were left out, since their names are not those of mails; name one to have it checked"));
    }
    if done == 0 {
        anyhow::bail!("there is no mail in what was named");
    }
    Ok(())
}

/// What a person reads about a mail of this name.
#[cfg(all(test, feature = "demo"))]
pub fn block_of(name: &str, found: &Assessment, language: Language) -> String {
    text::block(&sources::Source { file: name.to_owned(), message: None, raw: Ok(Vec::new()) }, found, language)
}

/// Knowledge as TOML, or as JSON when the file begins like it.
fn read_knowledge(text: &str) -> Result<Knowledge> {
    if text.trim_start().starts_with('{') {
        let read: Knowledge = serde_json::from_str(text)?;
        return Ok(read.cleaned());
    }
    Ok(Knowledge::from_toml(text)?)
}

fn show(source: &sources::Source, knowledge: &Knowledge, verifier: Option<&Verifier>, language: Language, options: &Analyze) -> Result<()> {
    let (mut evidence, mut verified) = (AuthEvidence::default(), Vec::new());
    if let (Some(verifier), Ok(raw)) = (verifier, &source.raw) {
        let now = u64::try_from(SystemClock.now().0 / 1_000_000).unwrap_or(0);
        let asking = verifier.verify(raw, knowledge, now);
        // One mail after the other: whoever waits here has nothing else to do.
        let found = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(asking));
        verified = found.lines();
        evidence = found.evidence;
    }
    // The engine promises not to panic. Should it break that promise, one mail is unknown and the rest go on.
    let outcome = match &source.raw {
        Ok(raw) => {
            std::panic::catch_unwind(|| tillit_mailrisk::analyse(raw, knowledge, &evidence)).unwrap_or_else(|_| Assessment::failed())
        }
        Err(not_checked) => Assessment::not_read(not_checked.clone()),
    };
    if options.json {
        let mut answer = Answer::of(&outcome, language, options.explain);
        if options.explain {
            answer.explanation.extend(verified);
            answer.explanation.extend(fingerprints(&outcome, knowledge));
        }
        let row = Row { file: &source.file, message: source.message, answer };
        say::line(serde_json::to_string(&row).context("write the answer")?);
    } else {
        say::text(text::block(source, &outcome, language));
        if options.explain {
            let lines = explain::lines(&outcome, language).into_iter().chain(verified).chain(fingerprints(&outcome, knowledge));
            say::text(lines.fold(String::new(), |out, line| out + "    " + &line + "\n"));
        }
    }
    Ok(())
}

/// By what the mail is known again, where the organisation has a key for that: these are what `[[reported]]` takes.
fn fingerprints(outcome: &Assessment, knowledge: &Knowledge) -> Vec<String> {
    let prints = knowledge.fingerprint_key.as_ref().map(|key| tillit_mailrisk::fingerprint::of(&outcome.facts, key)).unwrap_or_default();
    prints.into_iter().map(|print| format!("fingerprint {print}")).collect()
}
