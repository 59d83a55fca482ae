//! Hosts that look like somebody else's: other letters, added words, another ending, the name as a subdomain.

use unicode_security::confusable_detection::skeleton;

use super::brands::{Brand, Brands};
use super::domain::{chosen_label, is_under, registrable};

/// How a host borrows a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trick {
    /// The name among others in a path or subdomain of a free host: weakest, for comparing.
    Named,
    /// The name with words around it: `dnb-secure.com`.
    AddedWords,
    /// The name under an ending that is not its own: `dnb.top`.
    OtherEnding,
    /// The name in front of another domain: `dnb.no.example.top`.
    Subdomain,
    /// Letters that look the same: `paypa1.com`, `xn--…`.
    SameLooking,
    /// One or two letters changed: `micorsoft.com`.
    Misspelt,
}

/// A label as the eye reads it: look-alike letters and digits become the letters they look like.
#[must_use]
pub fn as_seen(label: &str) -> String {
    let unicode = if label.contains("xn--") { idna::domain_to_unicode(label).0 } else { label.to_owned() };
    let lower: String = unicode.chars().flat_map(char::to_lowercase).collect();
    let folded = crate::text::fold_word(&lower).0;
    let seen: String = if folded.is_ascii() { folded } else { skeleton(&folded).flat_map(char::to_lowercase).collect() };
    seen.replace("rn", "m")
        .replace("vv", "w")
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '|' | 'i' | '!' => 'l',
            '3' => 'e',
            '5' => 's',
            '4' => 'a',
            '7' => 't',
            '8' => 'b',
            c => c,
        })
        .collect()
}

/// Whether a host borrows the name of a domain that it is not: for partners and the organisation itself.
#[must_use]
pub fn of_domain(host: &str, domain: &str) -> Option<Trick> {
    if host.is_empty() || is_under(host, domain) || registrable(host) == registrable(domain) {
        return None;
    }
    let (label, wanted) = (chosen_label(host), chosen_label(domain));
    if wanted.len() < 3 {
        return None;
    }
    let registered = registrable(host);
    if host.strip_suffix(registered).is_some_and(|front| front.split('.').any(|part| part == wanted)) && !super::hosts::is_sender(host) {
        return Some(Trick::Subdomain);
    }
    compare(label, &as_seen(label), wanted, &as_seen(wanted))
}

/// How one label borrows a word; `seen` and `wanted` are both as the eye reads them.
fn compare(label: &str, seen: &str, word: &str, wanted: &str) -> Option<Trick> {
    if label == word {
        return Some(Trick::OtherEnding);
    }
    if seen == wanted {
        return Some(Trick::SameLooking);
    }
    let has = |label: &str, word: &str| label.len() > word.len() && label.split('-').any(|part| part == word);
    if has(label, word) || word.len() >= 4 && has(seen, wanted) {
        return Some(Trick::AddedWords);
    }
    if word.len() >= 6 && (seen.starts_with(wanted) || seen.ends_with(wanted)) {
        return Some(Trick::AddedWords);
    }
    let allowed = match word.len() {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    if allowed == 0 || label.len().abs_diff(word.len()) > allowed || label.chars().next() != word.chars().next() {
        return None;
    }
    (strsim::osa_distance(label, word) <= allowed).then_some(Trick::Misspelt)
}

/// The brand whose name a host borrows, and how. `None` when the host is a brand's own.
#[must_use]
pub fn of_brand(host: &str) -> Option<(&'static Brand, Trick)> {
    let brands = Brands::get();
    if host.is_empty() || brands.owner(host).is_some() {
        return None;
    }
    let registered = registrable(host);
    let label = chosen_label(host);
    let seen = as_seen(label);
    let front = host.strip_suffix(registered).unwrap_or_default().trim_end_matches('.');
    let fronts: Vec<&str> = front.split('.').filter(|part| !part.is_empty()).collect();
    let mut best: Option<(&'static Brand, Trick)> = None;
    let mut offer = |brand: &'static Brand, trick: Trick| {
        if best.is_none_or(|(_, found)| trick > found) {
            best = Some((brand, trick));
        }
    };
    for (word, wanted, at) in &brands.glued {
        let Some(brand) = brands.all().get(*at) else { continue };
        if fronts.iter().any(|part| *part == word || word.len() >= 4 && part.split('-').any(|piece| piece == word)) {
            offer(brand, Trick::Subdomain);
        }
        if let Some(trick) = compare_brand(label, &seen, word, wanted, brand) {
            offer(brand, trick);
        }
    }
    best
}

fn compare_brand(label: &str, seen: &str, word: &str, wanted: &str, brand: &Brand) -> Option<Trick> {
    // Short names and words of everyday speech stand in too many honest domains.
    let trick = compare(label, seen, word, wanted)?;
    match trick {
        Trick::OtherEnding => (!brand.common || brand.domains.iter().any(|domain| chosen_label(domain) == word)).then_some(trick),
        Trick::SameLooking => (word.len() >= 5 || !brand.common && word.len() >= 4).then_some(trick),
        Trick::AddedWords => (!brand.common || word.len() >= 7).then_some(trick),
        Trick::Misspelt => (!brand.common && word.len() >= 6).then_some(trick),
        trick => Some(trick),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Trick, as_seen, of_brand, of_domain};

    fn brand(host: &str) -> Option<(&'static str, Trick)> {
        of_brand(host).map(|(brand, trick)| (brand.name.as_str(), trick))
    }

    #[test]
    fn borrowed_names_are_seen_through() {
        assert_eq!(brand("paypa1.com"), Some(("PayPal", Trick::SameLooking)));
        assert_eq!(brand("dnb-secure.com"), Some(("DNB", Trick::AddedWords)));
        assert_eq!(brand("secure-paypal-login.com"), Some(("PayPal", Trick::AddedWords)));
        assert_eq!(brand("dnb.no.login.top"), Some(("DNB", Trick::Subdomain)));
        assert_eq!(brand("micorsoft.com"), Some(("Microsoft", Trick::Misspelt)));
        assert_eq!(brand("netflix.top"), Some(("Netflix", Trick::OtherEnding)));
        assert_eq!(brand("xn--pypal-4ve.com"), Some(("PayPal", Trick::SameLooking)));
    }

    #[test]
    fn honest_hosts_borrow_nothing() {
        for host in [
            "www.paypal.com",
            "dnb.no",
            "blomsterbua.no",
            "example.com",
            "pineapple.com",
            "purchase.no",
            "shopping.com",
            "upstream.io",
            "visma.no",
            "amazonas.gov.br",
            "targeting.com",
            "lists.debian.org",
            "kernel.org",
        ] {
            assert_eq!(brand(host).filter(|(_, trick)| *trick != Trick::OtherEnding), None, "{host}");
        }
    }

    #[test]
    fn lookalikes_of_a_partner_are_seen_and_the_partner_is_not() {
        for (host, trick) in [
            ("fjordlaks-as.com", Trick::AddedWords),
            ("fj0rdlaks.no", Trick::SameLooking),
            ("fjordiaks.no", Trick::SameLooking),
            ("fjordlaks.com", Trick::OtherEnding),
            ("fjorldaks.no", Trick::Misspelt),
            ("fjordlaks.no.x.com", Trick::Subdomain),
        ] {
            assert_eq!(of_domain(host, "fjordlaks.no"), Some(trick), "{host}");
        }
        assert_eq!(of_domain("mail.fjordlaks.no", "fjordlaks.no"), None);
        assert_eq!(of_domain("havlaks.no", "fjordlaks.no"), None);
    }

    #[test]
    fn punycode_is_read_as_the_eye_would() {
        assert_eq!(as_seen("xn--pypal-4ve"), as_seen("paypal"));
        assert_eq!(as_seen("PayPa1"), as_seen("paypal"));
    }

    proptest! {
        #[test]
        fn no_host_makes_it_stumble(host in "\\PC{0,80}") {
            let _ = of_brand(&host);
            let _ = of_domain(&host, "fjordlaks.no");
        }
    }
}
