//! Mails to ask `tillit analyze` about: what arrives in a week at the demo's organisation, good and bad. Made up for the demo; no web address in
//! them is asked for anything.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Their folder within the demo's.
pub const FOLDER: &str = "sample-mails";
/// What the demo's organisation knows.
const KNOWLEDGE: &str = "knowledge.toml";

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_bytes!(concat!("mails/", $name)))),*] };
}

/// The mails and the knowledge, by their names.
const FILES: &[(&str, &[u8])] = files![
    "01-bank.eml",
    "02-parcel.eml",
    "03-password.eml",
    "04-payslip.eml",
    "05-new-account.eml",
    "06-new-account-from-the-partner.eml",
    "07-gift-cards.eml",
    "08-shared-document.eml",
    "09-invoice-as-a-page.eml",
    "10-call-us.eml",
    "11-newsletter.eml",
    "12-locked-file.eml",
    "knowledge.toml",
];

/// Writes them into the demo's folder; says where.
pub fn write(demo: &Path) -> Result<PathBuf> {
    let folder = demo.join(FOLDER);
    std::fs::create_dir_all(&folder).with_context(|| format!("make the folder {}", folder.display()))?;
    for (name, bytes) in FILES {
        std::fs::write(folder.join(name), bytes).with_context(|| format!("write {name} into {}", folder.display()))?;
    }
    Ok(folder)
}

/// The command that asks about them all, ready to be copied.
pub fn command(program: &str, folder: &Path) -> String {
    format!("{program} analyze {} --knowledge {}", folder.display(), folder.join(KNOWLEDGE).display())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use tillit_mailrisk::{AuthEvidence, Knowledge, Language, analyse};

    use super::FILES;
    use crate::commands::analyze;

    /// Read by people who know nothing of mail: whoever changes a word or a verdict here looks at what they would do.
    #[test]
    fn the_sample_mails_are_answered_so_that_somebody_who_knows_nothing_of_mail_acts_rightly() {
        let knowledge = Knowledge::from_toml(include_str!("mails/knowledge.toml")).unwrap();
        let mut all = String::new();
        for language in [Language::En, Language::Nb] {
            for (name, raw) in FILES.iter().filter(|(name, _)| name.ends_with(".eml")) {
                let found = analyse(raw, &knowledge, &AuthEvidence::default());
                writeln!(all, "{}", analyze::block_of(name, &found, language)).unwrap();
            }
        }
        insta::assert_snapshot!(all);
    }
}
