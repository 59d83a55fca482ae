//! Brands that attackers borrow: `data/brands.toml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::domain::{chosen_label, ending, is_under};
use crate::text::{Folded, fold_line};

const TEXT: &str = include_str!("../../data/brands.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    common: bool,
    domains: Vec<String>,
}

/// A brand.
#[derive(Debug, PartialEq, Eq)]
pub struct Brand {
    /// How people know it.
    pub name: String,
    /// Its words mean other things too.
    pub common: bool,
    /// Folded words and word groups by which a mail claims it.
    pub words: Vec<String>,
    /// Domains that are its own.
    pub domains: Vec<String>,
}

impl Brand {
    /// Whether a host is the brand's own.
    #[must_use]
    pub fn owns(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| is_under(host, domain))
    }

    /// Whether nobody but the brand has hosts beside this one: under the ending of a whole government thousands of offices write.
    #[must_use]
    pub fn alone_under(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| is_under(host, domain) && psl::domain_str(domain).is_some())
    }

    /// Whether a host may well be the brand's own though it is not listed: its own label under an ending of a country or `.com`.
    #[must_use]
    pub fn may_own(&self, host: &str) -> bool {
        let (label, ending) = (chosen_label(host), ending(host));
        let serious = matches!(ending, "com" | "org" | "net" | "eu" | "gov")
            || ending.rsplit('.').next().is_some_and(|last| last.len() == 2) && !super::hosts::is_cheap(host);
        serious && self.domains.iter().any(|domain| chosen_label(domain) == label)
    }
}

/// All brands.
#[derive(Debug)]
pub struct Brands {
    all: Vec<Brand>,
    /// Domain → whose. Every link and address is looked up here.
    by_domain: HashMap<String, usize>,
    /// First word → brand and how many words.
    by_first: HashMap<String, Vec<(usize, Vec<String>)>>,
    /// Words without spaces, for hosts: as written, as the eye reads them, and whose.
    pub(super) glued: Vec<(String, String, usize)>,
}

static BRANDS: LazyLock<Brands> = LazyLock::new(Brands::load);

/// A brand named in a text: which, and the words from and to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The brand.
    pub brand: &'static Brand,
    /// First word.
    pub from: usize,
    /// One past the last word.
    pub to: usize,
}

impl Brands {
    /// The brands.
    #[must_use]
    pub fn get() -> &'static Self {
        &BRANDS
    }

    fn load() -> Self {
        let groups: BTreeMap<String, BTreeMap<String, Entry>> = toml::from_str(TEXT).unwrap_or_default();
        let (mut all, mut by_first, mut glued): (Vec<_>, HashMap<String, Vec<_>>, Vec<_>) = (Vec::new(), HashMap::new(), Vec::new());
        let mut by_domain = HashMap::new();
        for entry in groups.into_values().flat_map(BTreeMap::into_values) {
            let words = if entry.words.is_empty() { vec![entry.name.to_lowercase()] } else { entry.words };
            let words: Vec<_> = words.iter().map(|word| fold_line(word)).filter(|word| !word.is_empty()).collect();
            let at = all.len();
            for word in &words {
                let parts: Vec<_> = word.split(' ').map(str::to_owned).collect();
                let together = parts.concat();
                if together.len() >= 3 && (!entry.common || parts.len() > 1 || together.len() >= 5) {
                    let seen = super::looks_like::as_seen(&together);
                    glued.push((together, seen, at));
                }
                if let Some(first) = parts.first() {
                    by_first.entry(first.clone()).or_default().push((at, parts));
                }
            }
            for domain in &entry.domains {
                by_domain.entry(domain.clone()).or_insert(at);
            }
            all.push(Brand { name: entry.name, common: entry.common, words, domains: entry.domains });
        }
        for list in by_first.values_mut() {
            list.sort_by_key(|(_, parts)| std::cmp::Reverse(parts.len()));
        }
        glued.sort_by_key(|(word, _, _): &(String, String, usize)| std::cmp::Reverse(word.len()));
        Self { all, by_domain, by_first, glued }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Brand] {
        &self.all
    }

    /// The brand whose own a host is: of domains that nest, the longest counts; of brands that share one, the first. What matters to one
    /// brand alone is asked of it ([`Brand::owns`]).
    #[must_use]
    pub fn owner(&'static self, host: &str) -> Option<&'static Brand> {
        let mut rest = host;
        loop {
            if let Some(at) = self.by_domain.get(rest) {
                return self.all.get(*at);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The brands that a text names, at most sixty-four times.
    #[must_use]
    pub fn named_in(&'static self, text: &Folded) -> Vec<Named> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(word) = text.words.get(at) {
            let hit = self.by_first.get(&word.text).into_iter().flatten().find(|(_, parts)| {
                parts.iter().enumerate().all(|(offset, part)| text.words.get(at + offset).is_some_and(|word| word.text == *part))
            });
            match hit {
                Some((brand, parts)) => {
                    let to = at + parts.len();
                    found.extend(self.all.get(*brand).map(|brand| Named { brand, from: at, to }));
                    at = to;
                }
                None => at += 1,
            }
            if found.len() >= 64 {
                break;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Brands, Entry, TEXT};
    use crate::names::domain::exists;
    use crate::text::fold;

    #[test]
    fn every_brand_can_be_read_and_its_domains_exist() {
        let groups: BTreeMap<String, BTreeMap<String, Entry>> = toml::from_str(TEXT).expect("data/brands.toml");
        for (key, entry) in groups.into_values().flatten() {
            assert!(!entry.domains.is_empty() && !entry.name.is_empty(), "{key}");
            for domain in entry.domains {
                assert!(exists(&domain) || domain == "bnpparibas", "{key}: {domain}");
            }
        }
        assert!(Brands::get().all().len() > 200);
    }

    #[test]
    fn brands_are_named_by_whole_words_in_any_spelling() {
        let named =
            |text: &str| Brands::get().named_in(&fold(text, 1_000)).iter().map(|named| named.brand.name.as_str()).collect::<Vec<_>>();
        assert_eq!(named("Your PayPal and Bank of America accounts"), ["PayPal", "Bank of America"]);
        assert_eq!(named("Itaú – CRÉDIT AGRICOLE"), ["Itaú", "Crédit Agricole"]);
        assert_eq!(named("paypals or dnbx"), [""; 0]);
    }

    #[test]
    fn a_brand_owns_its_domains_and_may_own_its_name_elsewhere() {
        let dnb = Brands::get().all().iter().find(|brand| brand.name == "DNB").unwrap();
        assert!(dnb.owns("www.dnb.no") && !dnb.owns("dnb.no.evil.com"));
        assert!(dnb.alone_under("www.dnb.no"));
        let receita = Brands::get().all().iter().find(|brand| brand.name == "Receita Federal").unwrap();
        assert!(receita.owns("canela.rs.gov.br") && !receita.alone_under("canela.rs.gov.br"));
        assert!(dnb.may_own("dnb.se") && !dnb.may_own("dnb.top") && !dnb.may_own("dnb-secure.com"));
    }
}
