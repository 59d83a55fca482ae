//! What Microsoft's AADSTS codes mean, what to do, and who can do it.
//!
//! For help texts only. Microsoft says that codes change; nothing is decided by them.
//! Source: learn.microsoft.com/entra/identity-platform/reference-error-codes

mod table;
#[cfg(test)]
mod tests;

pub use table::TABLE;

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WhoCan {
    /// The person who signs in.
    Person,
    /// An administrator of the organisation, here in the portal.
    Administrator,
    /// An administrator of the organisation's Microsoft tenant.
    MicrosoftAdministrator,
    /// Whoever runs this installation.
    Operator,
}

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Norwegian (bokmål).
    pub nb: &'static str,
}

/// Codes that mean the same to whoever meets them.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The numbers, without the letters AADSTS.
    pub codes: &'static [u32],
    /// What happened.
    pub meaning: Text,
    /// What to do.
    pub advice: Text,
    /// Who can do it.
    pub who: WhoCan,
}

/// What `code` means, if it is one we know.
pub fn lookup(code: u32) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.codes.contains(&code))
}

/// The first code in a text: `AADSTS50105: …`, `aadsts 50105`, or a number alone. It need not be one we know.
pub fn first_code(text: &str) -> Option<u32> {
    codes_in(text).next()
}

/// Entries for what somebody typed or pasted: those of the codes in it, in their order; if there is none of ours,
/// those in whose texts (either language) every word occurs. Looks at the first 4,000 characters, answers with at most 10.
pub fn search(text: &str) -> Vec<&'static Entry> {
    let mut found: Vec<&'static Entry> = Vec::new();
    for entry in codes_in(text).filter_map(lookup) {
        if found.len() < MAX_FOUND && !found.contains(&entry) {
            found.push(entry);
        }
    }
    if found.is_empty() { by_words(text) } else { found }
}

/// Most characters looked at.
const MAX_TEXT: usize = 4000;
/// Most entries found.
const MAX_FOUND: usize = 10;
/// Most words compared.
const MAX_WORDS: usize = 12;

/// Codes in their order. With the letters AADSTS before them, or a number alone; a number within a longer
/// text is none (times, ids and addresses are full of them).
fn codes_in(text: &str) -> impl Iterator<Item = u32> {
    let text: String = text.trim().chars().take(MAX_TEXT).map(|c| c.to_ascii_lowercase()).collect();
    let alone = number_at_start(&text).filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let marked: Vec<u32> =
        text.split("aadsts").skip(1).filter_map(|after| number_at_start(after.trim_start_matches([' ', ':', '-', '#']))).collect();
    alone.into_iter().chain(marked)
}

/// The number at the start of `text`: 4 to 9 digits, as all codes have.
fn number_at_start(text: &str) -> Option<u32> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).next()?;
    if (4..=9).contains(&digits.len()) { digits.parse().ok() } else { None }
}

fn by_words(text: &str) -> Vec<&'static Entry> {
    let text: String = text.chars().take(MAX_TEXT).collect::<String>().to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3).take(MAX_WORDS).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let has_all = |entry: &&Entry| {
        let texts = [entry.meaning.en, entry.advice.en, entry.meaning.nb, entry.advice.nb].map(str::to_lowercase);
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    };
    TABLE.iter().filter(has_all).take(MAX_FOUND).collect()
}
