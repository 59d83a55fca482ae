//! Real mail, where it is at hand: `MAILRISK_CORPUS` names a folder with `phish/STRATUM/*.eml` and `ham/STRATUM/*.eml`. It is no part of this
//! repository, so without it this says that it was skipped.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use tillit_mailrisk::{AuthEvidence, Knowledge, Verdict, analyse};

/// Shares that ham of each stratum may reach: dangerous, caution, unknown. Mail that even people find hard may be doubted more.
const HAM: [f64; 3] = [0.01, 0.04, 0.05];
const HARD: [f64; 3] = [0.03, 0.15, 0.05];
/// What must be found of the phish: dangerous, and warned about. A floor under what is reached (docs/mailrisk/measured.md), not the goal.
const PHISH: [f64; 2] = [0.60, 0.85];
/// Floor of the area under the curve.
const AREA: f64 = 0.97;

fn folders(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

#[test]
fn the_corpus_is_judged_no_worse_than_before() {
    let Some(corpus) = std::env::var_os("MAILRISK_CORPUS") else {
        say("skipped: the corpus of real mail (MAILRISK_CORPUS names no folder)");
        return;
    };
    // Without optimisation the tokenizer calls itself from state to state; with it these calls are jumps.
    std::thread::Builder::new().stack_size(256 << 20).spawn(move || judge(Path::new(&corpus))).unwrap().join().unwrap();
}

fn judge(corpus: &Path) {
    let (mut wrong, mut scores) = (Vec::new(), BTreeMap::<bool, Vec<f64>>::new());
    for kind in ["ham", "phish"] {
        for stratum in folders(&corpus.join(kind)) {
            let name = format!("{kind}/{}", stratum.file_name().unwrap().to_string_lossy());
            let (mut count, mut verdicts) = (0.0, BTreeMap::<Verdict, f64>::new());
            for file in folders(&stratum) {
                let found = analyse(&std::fs::read(file).unwrap(), &Knowledge::default(), &AuthEvidence::default());
                *verdicts.entry(found.verdict).or_default() += 1.0;
                scores.entry(kind == "phish").or_default().push(found.score());
                count += 1.0;
            }
            let share = |verdict| verdicts.get(&verdict).copied().unwrap_or(0.0) / count;
            let [dangerous, caution, unknown] = [Verdict::Dangerous, Verdict::Caution, Verdict::Unknown].map(share);
            let percent = [dangerous, caution, unknown, share(Verdict::Safe)].map(|share| (share * 1_000.0).round() / 10.0);
            say(&format!("{name}: {count} mails, dangerous, caution, unknown, safe: {percent:?} %"));
            let holds = if kind == "ham" {
                let most = if name.ends_with("hard") { HARD } else { HAM };
                [dangerous, caution, unknown].iter().zip(most).all(|(share, most)| *share <= most)
            } else {
                dangerous >= PHISH[0] && dangerous + caution >= PHISH[1] && unknown <= 0.10
            };
            if !holds {
                wrong.push(name);
            }
        }
    }
    let [phish, ham] = [true, false].map(|kind| scores.remove(&kind).unwrap());
    let area = tillit_mailrisk::scores::area(&phish, &ham);
    say(&format!("area under the curve {area:.4}"));
    assert!(wrong.is_empty() && area >= AREA, "worse than before: {wrong:?}, area {area}");
}

/// For whoever reads the output of the tests.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}
