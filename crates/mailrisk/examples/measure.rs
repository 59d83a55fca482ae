//! Measures the engine over folders of mail: `measure CORPUS` prints verdicts and shares of signals per folder, `measure --synthetic` the
//! made-up sets, `measure --kinds FILE attacks|ordinary` a set that is in none yet, `measure --swap CORPUS [all]` what the headers of whoever carried the mails change. For development; the figures in docs/mailrisk/ come from here.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use tillit_mailrisk::synthetic::{Made, Set, mails, mails_of};
use tillit_mailrisk::{Assessment, AuthEvidence, Knowledge, Verdict, analyse};

#[derive(Default)]
struct Tally {
    mails: usize,
    verdicts: BTreeMap<Verdict, usize>,
    signals: BTreeMap<&'static str, usize>,
    totals: Vec<i32>,
    kinds: BTreeMap<String, Vec<(Verdict, String, i32)>>,
    right: usize,
}

impl Tally {
    fn add(&mut self, assessment: &Assessment) {
        self.mails += 1;
        *self.verdicts.entry(assessment.verdict).or_default() += 1;
        self.totals.push(assessment.total);
        let mut ids: Vec<_> = assessment.hits.iter().map(|hit| hit.signal.id).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            *self.signals.entry(id).or_default() += 1;
        }
    }

    fn line(&self) -> String {
        let share = |verdict| 100.0 * *self.verdicts.get(&verdict).unwrap_or(&0) as f64 / self.mails.max(1) as f64;
        format!(
            "n={:5}  dangerous {:5.1}  caution {:5.1}  unknown {:5.1}  safe {:5.1}",
            self.mails,
            share(Verdict::Dangerous),
            share(Verdict::Caution),
            share(Verdict::Unknown),
            share(Verdict::Safe)
        )
    }
}

fn knowledge() -> Knowledge {
    Knowledge::from_toml(
        "own_domains = [\"contoso-corp.com\"]\npartners = [\"fjordlaks.no\"]\nreceivers = [\"mx.contoso-corp.com\"]\n[[people]]\nname = \"Ola Nordmann\"\n[[people]]\nname = \"Kari Nordby\"",
    )
    .unwrap_or_default()
}

/// Headers that say what a mail is, and those by which lists and answers are told. All others are the skeleton of whoever carried it.
const MEANT: [&str; 22] = [
    "from",
    "to",
    "cc",
    "sender",
    "reply-to",
    "subject",
    "authentication-results",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-language",
    "in-reply-to",
    "references",
    "return-path",
    "list-id",
    "list-post",
    "list-unsubscribe",
    "mailing-list",
    "x-mailing-list",
    "list-unsubscribe-post",
    "precedence",
];

/// The header lines of a mail, each with what continues it, and the body.
fn cut(raw: &[u8]) -> (Vec<Vec<u8>>, Vec<u8>) {
    let (mut lines, mut at): (Vec<Vec<u8>>, usize) = (Vec::new(), 0);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        match lines.last_mut() {
            _ if line.trim_ascii().is_empty() => break,
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => last.extend_from_slice(line),
            _ => lines.push(line.to_vec()),
        }
    }
    (lines, raw.get(at..).unwrap_or_default().to_vec())
}

/// Every mail in the skeleton of one of the other class, bodies and authentication kept: how the mean scores move.
fn swap(root: &Path, meant_names: &[&str], out: &mut impl std::io::Write) -> Result<(), Box<dyn std::error::Error>> {
    let read = |kind: &str| -> Result<Vec<Vec<u8>>, std::io::Error> {
        let mut files: Vec<_> = std::fs::read_dir(root.join(kind))?
            .flatten()
            .flat_map(|stratum| std::fs::read_dir(stratum.path()).into_iter().flatten().flatten())
            .map(|entry| entry.path())
            .collect();
        files.sort();
        files.iter().map(std::fs::read).collect()
    };
    let meant = |line: &[u8]| {
        let name = String::from_utf8_lossy(line.split(|byte| *byte == b':').next().unwrap_or_default()).to_ascii_lowercase();
        meant_names.contains(&name.as_str())
    };
    let mean = |mails: &[Vec<u8>]| {
        let scores = mails.iter().map(|raw| analyse(raw, &Knowledge::default(), &AuthEvidence::default()).score());
        scores.sum::<f64>() / mails.len().max(1) as f64
    };
    let (phish, ham) = (read("phish")?, read("ham")?);
    for (name, own, other) in [("phish in ham's headers", &phish, &ham), ("ham in phish's headers", &ham, &phish)] {
        let swapped: Vec<Vec<u8>> = own
            .iter()
            .zip(other.iter().cycle())
            .map(|(raw, skeleton)| {
                let ((mine, body), (theirs, _)) = (cut(raw), cut(skeleton));
                let lines = theirs.into_iter().filter(|line| !meant(line)).chain(mine.into_iter().filter(|line| meant(line)));
                let mut mail: Vec<u8> = lines.flatten().collect();
                mail.extend_from_slice(b"\r\n");
                mail.extend(body);
                mail
            })
            .collect();
        let (before, after) = (mean(own), mean(&swapped));
        writeln!(out, "{name:24} mean score {before:.4} -> {after:.4}, moved by {:.4}", (before - after).abs())?;
    }
    Ok(())
}

/// What is said of made-up mails; with `detail` also which are judged wrongly, and why.
fn score(
    title: &str,
    mails: &[Made],
    attack: bool,
    knowledge: &Knowledge,
    detail: bool,
    out: &mut impl std::io::Write,
) -> Result<(), std::io::Error> {
    let mut tally = Tally::default();
    for mail in mails {
        let assessment = analyse(&mail.raw, knowledge, &AuthEvidence::default());
        tally.add(&assessment);
        let warned = assessment.verdict >= Verdict::Caution;
        tally.right += usize::from(warned && mail.categories.iter().any(|category| category == assessment.category.id()));
        let hits: Vec<_> = assessment.hits.iter().map(|hit| format!("{} {}", hit.signal.id, hit.points)).collect();
        tally.kinds.entry(format!("{} {}", mail.kind, mail.language)).or_default().push((
            assessment.verdict,
            format!("{} {}", assessment.category.id(), hits.join(", ")),
            assessment.total,
        ));
    }
    let right = match attack {
        true => format!("  right category {:5.1}", 100.0 * tally.right as f64 / tally.mails.max(1) as f64),
        false => String::new(),
    };
    writeln!(out, "{title} {}{right}", tally.line())?;
    for (kind, rows) in tally.kinds.iter().filter(|_| detail) {
        for (verdict, text, total) in rows {
            let wrong = if attack { *verdict < Verdict::Caution } else { *verdict != Verdict::Safe };
            if wrong {
                writeln!(out, "    {kind:40} {} {total:3} {text}", verdict.id())?;
            }
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout().lock();
    if arguments.first().is_some_and(|first| first == "--synthetic") {
        let detail = arguments.get(1).is_some();
        for (name, knowledge) in [("nothing known", Knowledge::default()), ("organisation known", knowledge())] {
            for set in Set::ALL {
                let unseen = matches!(set, Set::OrdinaryUnseen | Set::AttacksUnseen);
                let title = format!("{name:20} {:15}", format!("{set:?}"));
                score(&title, &mails(set, 6, None)?, set.is_attack(), &knowledge, detail && !unseen, &mut out)?;
            }
        }
        return Ok(());
    }
    if arguments.first().is_some_and(|first| first == "--kinds") {
        // A set that is in no set yet: scored once before anybody looks at it.
        let [Some(file), Some(class)] = [1, 2].map(|at| arguments.get(at)) else {
            return Err("measure --kinds FILE attacks|ordinary [x]".into());
        };
        let attack = class == "attacks";
        let made = mails_of(&std::fs::read_to_string(file)?, attack, 6, None)?;
        for (name, knowledge) in [("nothing known", Knowledge::default()), ("organisation known", knowledge())] {
            score(name, &made, attack, &knowledge, arguments.get(3).is_some(), &mut out)?;
        }
        return Ok(());
    }
    if arguments.first().is_some_and(|first| first == "--mail") {
        // One made-up mail of a kind and language, to be looked at: `measure --mail KIND LANGUAGE [VARIANT]`. Not of the unseen kinds.
        let [kind, language] = [1, 2].map(|at| arguments.get(at).map_or("", String::as_str));
        let variant = arguments.get(3).and_then(|number| number.parse().ok()).unwrap_or(0);
        for set in Set::ALL.into_iter().filter(|set| !matches!(set, Set::OrdinaryUnseen | Set::AttacksUnseen)) {
            let of_kind = mails(set, 6, None)?.into_iter().filter(|mail| mail.kind == kind && mail.language == language);
            if let Some(mail) = of_kind.into_iter().nth(variant) {
                out.write_all(&mail.raw)?;
            }
        }
        return Ok(());
    }
    if arguments.first().is_some_and(|first| first == "--swap") {
        let root = arguments.get(1).map(Path::new).ok_or("measure --swap CORPUS")?;
        // `all`: the headers by which lists, answers and envelopes are told are swapped too.
        let all = arguments.get(2).is_some_and(|word| word == "all");
        return swap(root, MEANT.get(..if all { 12 } else { MEANT.len() }).unwrap_or(&MEANT), &mut out);
    }
    let root = arguments.first().map(Path::new).ok_or("measure CORPUS | --synthetic | --kinds FILE CLASS | --swap CORPUS")?;
    let show = arguments.get(1).map(String::as_str);
    let (mut tallies, mut scores): (BTreeMap<String, Tally>, BTreeMap<bool, Vec<f64>>) = (BTreeMap::new(), BTreeMap::new());
    for kind in std::fs::read_dir(root)?.flatten() {
        for stratum in std::fs::read_dir(kind.path())?.flatten() {
            let name = format!("{}/{}", kind.file_name().to_string_lossy(), stratum.file_name().to_string_lossy());
            let mut files: Vec<_> = std::fs::read_dir(stratum.path())?.flatten().map(|entry| entry.path()).collect();
            files.sort();
            for file in files {
                let assessment = analyse(&std::fs::read(&file)?, &Knowledge::default(), &AuthEvidence::default());
                tallies.entry(name.clone()).or_default().add(&assessment);
                scores.entry(name.starts_with("phish")).or_default().push(assessment.score());
                if show.is_some_and(|show| name.ends_with(show)) {
                    let hits: Vec<_> = assessment.hits.iter().map(|hit| format!("{} {}", hit.signal.id, hit.points)).collect();
                    writeln!(
                        out,
                        "{} {:3} {} {:?} {:?} | {}",
                        file.file_name().unwrap_or_default().to_string_lossy(),
                        assessment.total,
                        assessment.verdict.id(),
                        assessment.not_checked.iter().map(tillit_mailrisk::NotChecked::id).collect::<Vec<_>>(),
                        assessment.open,
                        hits.join(", ")
                    )?;
                }
            }
        }
    }
    for (name, tally) in &tallies {
        writeln!(out, "{name:15} {}", tally.line())?;
    }
    let empty = Vec::new();
    let (phish, ham) = (scores.get(&true).unwrap_or(&empty), scores.get(&false).unwrap_or(&empty));
    writeln!(out, "AUC {:.4}", tillit_mailrisk::scores::area(phish, ham))?;
    writeln!(out, "\n{:28} {}", "signal", tallies.keys().map(|name| format!("{name:>15}")).collect::<String>())?;
    for signal in tillit_mailrisk::signals::all() {
        let shares: String = tallies
            .values()
            .map(|tally| format!("{:15.1}", 100.0 * *tally.signals.get(signal.id).unwrap_or(&0) as f64 / tally.mails.max(1) as f64))
            .collect();
        writeln!(out, "{:28} {shares}", signal.id)?;
    }
    Ok(())
}
