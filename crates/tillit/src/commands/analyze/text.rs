//! The answer for people.

use tillit_mailrisk::signals::Category;
use tillit_mailrisk::words::harmless;
use tillit_mailrisk::{Assessment, Language, Verdict, advice};

use super::sources::Source;

/// What a person reads about one mail.
pub fn block(source: &Source, assessment: &Assessment, language: Language) -> String {
    let mut out = harmless(&source.file, 300);
    if let Some(number) = source.message {
        out.push_str(&format!(", {} {number}", language.pick("mail", "e-post")));
    }
    let verdict = match assessment.verdict {
        Verdict::Safe => language.pick("safe", "trygg"),
        Verdict::Unknown => language.pick("cannot be told", "kan ikke avgjøres"),
        Verdict::Caution => language.pick("caution", "vær forsiktig"),
        Verdict::Dangerous => language.pick("dangerous", "farlig"),
    };
    out.push_str(&format!(": {}", verdict.to_uppercase()));
    if assessment.verdict >= Verdict::Caution {
        out.push_str(&format!(" ({})", category(assessment.category, language)));
    }
    out.push('\n');
    for reason in assessment.reasons(language) {
        out.push_str(&format!("  - {}\n", reason.text));
    }
    if !assessment.not_checked.is_empty() {
        out.push_str(&format!("  {}\n", language.pick("Not checked:", "Ikke sjekket:")));
        for not_checked in &assessment.not_checked {
            out.push_str(&format!("  - {}\n", not_checked.text(language)));
        }
    }
    out.push_str(&format!("  {} {}\n", language.pick("What to do:", "Hva du kan gjøre:"), advice(assessment, language)));
    out
}

fn category(category: Category, language: Language) -> &'static str {
    match category {
        Category::Safe => language.pick("safe", "trygg"),
        Category::Spam => language.pick("advertising", "reklame"),
        Category::Suspicious => language.pick("suspicious", "mistenkelig"),
        Category::Scam => language.pick("scam", "svindel"),
        Category::Phishing => language.pick("phishing", "phishing"),
        Category::Malware => language.pick("harmful file", "skadelig fil"),
        Category::Targeted => language.pick("aimed at you", "rettet mot deg"),
    }
}
