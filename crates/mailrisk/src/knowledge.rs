//! What the organisation told us, and what a caller with a resolver found. Both only ever sharpen the answer.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A person of the organisation whose name others borrow.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// Addresses that the person writes from, besides those of the organisation's domains.
    #[serde(default)]
    pub addresses: Vec<String>,
}

/// What is known of the organisation. Everything may be left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Knowledge {
    /// The organisation's own mail domains.
    pub own_domains: Vec<String>,
    /// Names of the organisation itself.
    pub own_names: Vec<String>,
    /// People whose names others borrow: leaders, those who pay, the help desk.
    pub people: Vec<Person>,
    /// Domains of partners: suppliers, customers, the bank.
    pub partners: Vec<String>,
    /// Addresses that wrote before and were answered.
    pub seen: Vec<String>,
    /// Whether `seen` is kept up, so that an address that is not in it is new.
    pub seen_is_complete: bool,
    /// Names (authserv-id) that the organisation's own receivers write into Authentication-Results (RFC 8601).
    pub receivers: Vec<String>,
    /// Domains whose ARC seals are believed (RFC 8617).
    pub sealers: Vec<String>,
    /// Message-IDs of mails that the organisation sent, for threads.
    pub sent: Vec<String>,
    /// Hosts of simulated phishing.
    pub simulations: Vec<String>,
    /// Fingerprints of mails that colleagues reported.
    pub reported: Vec<Reported>,
    /// The key that they were made with; without it they match nothing. A secret.
    pub fingerprint_key: Option<crate::fingerprint::Key>,
}

/// Mails like this one were reported.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// A fingerprint, as [`crate::fingerprint`] makes it with the organisation's key.
    pub fingerprint: String,
    /// By how many.
    pub people: u32,
    /// An analyst judged them dangerous.
    #[serde(default)]
    pub confirmed: bool,
}

/// Why a file of knowledge cannot be read.
#[derive(Debug, Error)]
pub enum KnowledgeError {
    /// Neither TOML nor JSON of the right form.
    #[error("{0}")]
    Form(String),
}

impl Knowledge {
    /// Reads knowledge from TOML.
    ///
    /// # Errors
    /// The text is not TOML, or has a key that is not known.
    pub fn from_toml(text: &str) -> Result<Self, KnowledgeError> {
        let read: Self = toml::from_str(text).map_err(|error| {
            // Not the error as it is: that one quotes the line, which may hold the key for fingerprints.
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            KnowledgeError::Form(format!("line {}: {}", before.matches('\n').count() + 1, error.message()))
        })?;
        Ok(read.cleaned())
    }

    /// The same with domains and addresses in lower case, as everything is compared.
    #[must_use]
    pub fn cleaned(mut self) -> Self {
        let lists =
            [&mut self.own_domains, &mut self.partners, &mut self.seen, &mut self.receivers, &mut self.sealers, &mut self.simulations];
        for entry in lists.into_iter().flatten().chain(self.people.iter_mut().flat_map(|person| &mut person.addresses)) {
            *entry = entry.trim().trim_end_matches('.').to_ascii_lowercase();
        }
        self
    }

    /// Whether a host is the organisation's own.
    #[must_use]
    pub fn owns(&self, host: &str) -> bool {
        self.own_domains.iter().any(|domain| crate::names::domain::is_under(host, domain))
    }

    /// Whether a host is a partner's.
    #[must_use]
    pub fn is_partner(&self, host: &str) -> bool {
        self.partners.iter().any(|domain| crate::names::domain::is_under(host, domain))
    }
}

/// What a caller with a resolver found out about the sender. Believed like a configured receiver.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct AuthEvidence {
    /// SPF of the envelope's sender.
    pub spf: Option<crate::facts::authentication::Check>,
    /// A DKIM signature of the From domain.
    pub dkim: Option<crate::facts::authentication::Check>,
    /// DMARC of the From domain.
    pub dmarc: Option<crate::facts::authentication::Check>,
}

#[cfg(test)]
mod tests {
    use super::Knowledge;

    #[test]
    fn knowledge_is_read_and_a_misspelt_key_is_refused() {
        let knowledge = Knowledge::from_toml("own_domains = [\"Contoso-Corp.com.\"]\n[[people]]\nname = \"Ola Nordmann\"").unwrap();
        assert!(knowledge.owns("mail.contoso-corp.com") && !knowledge.owns("xcontoso-corp.com"));
        assert!(Knowledge::from_toml("own_domain = []").unwrap_err().to_string().contains("own_domain"));
    }
}
