//! Registrable domains, by the public suffix list.

/// A host as people and programs write it: lower case, without a dot at the end. International names stay or become `xn--…`.
#[must_use]
pub fn clean_host(host: &str) -> String {
    host.trim().trim_end_matches('.').to_ascii_lowercase()
}

/// The part of a host that somebody registered (`example.co.uk` of `www.example.co.uk`), or the host when there is none.
#[must_use]
pub fn registrable(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

/// Whether the ending of a host is one that exists, so that the host can.
#[must_use]
pub fn exists(host: &str) -> bool {
    host.contains('.') && psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// Whether a host is named as machines in a house are: under endings that no registry gives out (RFC 6762, RFC 8375, ICANN's `internal`).
#[must_use]
pub fn is_local(host: &str) -> bool {
    ["local", "lan", "internal", "intranet", "home.arpa", "localdomain", "localhost", "fritz.box"]
        .iter()
        .any(|ending| is_under(host, ending))
}

/// Whether two hosts were registered by the same.
#[must_use]
pub fn same_owner(one: &str, other: &str) -> bool {
    !one.is_empty() && registrable(one) == registrable(other)
}

/// Whether a host is a domain or lies under it.
#[must_use]
pub fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The label that somebody chose: `example` of `www.example.co.uk`.
#[must_use]
pub fn chosen_label(host: &str) -> &str {
    registrable(host).split('.').next().unwrap_or_default()
}

/// The ending: `co.uk` of `www.example.co.uk`.
#[must_use]
pub fn ending(host: &str) -> &str {
    registrable(host).split_once('.').map_or("", |(_, ending)| ending)
}

/// A host for people: `xn--` turned into letters where that works.
#[must_use]
pub fn shown(host: &str) -> String {
    if host.contains("xn--") {
        url::Host::parse(host).ok().map_or_else(|| host.to_owned(), |host| host.to_string())
    } else {
        host.to_owned()
    }
}

/// Whether a label looks as if a machine made it: long runs without vowels, letters and digits mixed, or plain hexadecimal.
#[must_use]
pub fn looks_random(label: &str) -> bool {
    let label: Vec<char> = label.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    if label.len() < 7 {
        return false;
    }
    let digits = label.iter().filter(|c| c.is_ascii_digit()).count();
    let mut changes = 0;
    for pair in label.windows(2) {
        if let [one, other] = pair {
            changes += usize::from(one.is_ascii_digit() != other.is_ascii_digit());
        }
    }
    let (mut run, mut longest) = (0, 0);
    for c in &label {
        run = if c.is_ascii_alphabetic() && !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let vowels = label.iter().filter(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')).count();
    let letters = label.len() - digits;
    changes >= 4 || longest >= 6 || digits >= 6 && letters >= 2 || letters >= 10 && vowels * 6 < letters
}

#[cfg(test)]
mod tests {
    use super::{chosen_label, ending, exists, is_under, looks_random, registrable, same_owner};

    #[test]
    fn hosts_belong_to_whoever_registered_them() {
        assert_eq!(registrable("www.example.co.uk"), "example.co.uk");
        assert!(same_owner("a.dnb.no", "dnb.no") && !same_owner("dnb.no.evil.top", "dnb.no"));
        assert!(!same_owner("one.github.io", "other.github.io"));
        assert_eq!((chosen_label("mail.paypal.com"), ending("mail.example.co.uk")), ("paypal", "co.uk"));
        assert!(is_under("a.b.no", "b.no") && !is_under("ab.no", "b.no"));
        assert!(exists("example.no") && !exists("example.invoicepdf") && !exists("localhost"));
    }

    #[test]
    fn words_do_not_look_random_and_noise_does() {
        for label in
            ["blomsterbua", "stockholm", "elektrovest", "kundeservice2024", "sparebank1", "newsletters", "microsoftonline", "rhythm"]
        {
            assert!(!looks_random(label), "{label}");
        }
        for label in ["xk3j9d2m1q", "qwrtzpsdfg", "a1b2c3d4e5", "9f86d081884c7d65"] {
            assert!(looks_random(label), "{label}");
        }
    }
}
