//! docs/mailrisk/signals.md is made from the signals and from the shares that were measured (docs/mailrisk/shares.toml).
//! `TILLIT_WRITE_DOCS=1 cargo test -p tillit-mailrisk --test it signals` writes it anew.

use std::collections::BTreeMap;
use std::path::Path;

use tillit_mailrisk::signals::{Family, all};

fn page() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mailrisk");
    let shares: BTreeMap<String, Vec<f64>> = toml::from_str(&std::fs::read_to_string(root.join("shares.toml")).unwrap()).unwrap();
    let columns = ["dsn", "list_html", "list_text", "sa_easy", "sa_hard", "phish"];
    let mut out = String::from(
        "# Signals\n\nMade from the code and from measured shares: change `crates/mailrisk/src/signals/` and `shares.toml`, not this page. Points are those of the signal alone; many give more or less together with other facts. The shares \
         say in how many mails of the evaluation corpus a signal speaks (percent): real phishing of 2022–2024, bounces, technical lists, and ordinary mail and newsletters of 2002. No modern receipts and newsletters are among them; for those there are made-up ones ([measured](measured.md)).\n",
    );
    for family in Family::ALL {
        out.push_str(&format!("\n## {}\n\nTogether at most {} points.\n", family.title(), family.cap()));
        for signal in all().into_iter().filter(|signal| signal.family == family) {
            out.push_str(&format!(
                "\n### `{}`\n\n{} points, {}. “{}” / «{}»\n\n{} Wrong with: {}\n",
                signal.id,
                signal.points,
                signal.category.id(),
                signal.en,
                signal.nb,
                signal.why,
                lower(signal.wrong)
            ));
            match shares.get(signal.id) {
                Some(values) => {
                    let (phish, ham) = values.split_last().unwrap();
                    let ham: Vec<String> = columns.iter().zip(ham).map(|(name, value)| format!("{name} {value}")).collect();
                    out.push_str(&format!("\nSpeaks in {phish} % of phish; {}.\n", ham.join(", ")));
                }
                None => out.push_str("\nNot seen in the corpus.\n"),
            }
        }
    }
    out
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[test]
fn the_page_of_signals_says_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mailrisk/signals.md");
    if std::env::var_os("TILLIT_WRITE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "docs/mailrisk/signals.md is not what the signals say: write it anew (see this file)");
}
