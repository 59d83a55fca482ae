//! What a judge says of mails whose kind is known: shares of verdicts per stratum, and how well the scores separate.

use std::collections::BTreeMap;

use crate::measure::{Mail, Opinion};

/// A row a stratum, then the area under the curve and what is found at 1 % false alarms.
pub fn table(mails: &[Mail], opinions: &[Opinion]) -> String {
    let mut strata: BTreeMap<&str, (usize, BTreeMap<&str, usize>)> = BTreeMap::new();
    let (mut phish, mut ham) = (Vec::new(), Vec::new());
    for (mail, opinion) in mails.iter().zip(opinions) {
        let (count, verdicts) = strata.entry(&mail.stratum).or_default();
        *count += 1;
        *verdicts.entry(&opinion.verdict).or_default() += 1;
        if mail.phish { phish.push(opinion.score) } else { ham.push(opinion.score) }
    }
    let mut out = String::from("| stratum | n | verdicts |\n|---|--:|---|\n");
    for (stratum, (count, verdicts)) in &strata {
        let shares: Vec<String> =
            verdicts.iter().map(|(verdict, of)| format!("{verdict} {:.1} %", 100.0 * *of as f64 / *count as f64)).collect();
        out.push_str(&format!("| {stratum} | {count} | {} |\n", shares.join(", ")));
    }
    ham.sort_by(|one, other| other.total_cmp(one));
    let threshold = ham.get(ham.len() / 100).copied().unwrap_or(f64::MAX);
    let found = phish.iter().filter(|score| **score > threshold).count() as f64 / phish.len().max(1) as f64;
    out + &format!(
        "\nArea under the curve {:.4}; at the threshold that allows 1 % false alarms over all ham (picked here): {:.1} % found.",
        tillit_mailrisk::scores::area(&phish, &ham),
        100.0 * found
    )
}
