//! Mail domains: parsed names, and names that somebody has proven to hold.

use std::fmt;
use std::str::FromStr;

use tillit_store::{Actor, Cx, FromColumn, Row, StoreError, Value};

use crate::error::AccountsError;

/// A DNS name as the part of a username after the `@`: lower-case, IDNA A-labels
/// (UTS #46), at least two labels, at most 253 bytes (RFC 1035 section 2.3.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

/// The text is not a domain name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a domain name")]
pub struct DomainError;

impl Domain {
    /// The name in A-labels, as stored and compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether it is `other`, or below it: whoever holds the DNS of `other` then decides where its mail goes.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.strip_suffix(other.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl FromStr for Domain {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let text = text.trim();
        // `Host::parse` would decode "%61", and brackets mean an address.
        if text.len() > 253 || text.contains(['%', '[', ']']) {
            return Err(DomainError);
        }
        let Ok(url::Host::Domain(name)) = url::Host::parse(text) else { return Err(DomainError) };
        let labels: Vec<&str> = name.split('.').collect();
        let well_formed = name.len() <= 253
            && labels.len() >= 2
            && labels.iter().all(|label| is_label(label))
            && labels.last().is_some_and(|top| !top.bytes().all(|b| b.is_ascii_digit()));
        if well_formed { Ok(Self(name)) } else { Err(DomainError) }
    }
}

/// Letters, digits and inner hyphens, 1 to 63 bytes (RFC 1123 section 2.1).
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl From<&Domain> for Value {
    fn from(domain: &Domain) -> Self {
        domain.as_str().into()
    }
}
impl FromColumn for Domain {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        row.get::<String>(column)?.parse().map_err(|error| row.inconsistent(column, error))
    }
}

/// Why an organisation may call a domain its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DomainProof {
    /// The operator of this installation says so.
    Operator,
    /// Its DNS had the organisation's record.
    Dns,
    /// Microsoft Graph listed it among the verified domains of the organisation's tenant.
    /// Good for signing in only: it proves nothing about who may send mail there.
    MicrosoftTenant {
        /// Name of the cloud, such as `global`.
        cloud: String,
        /// Tenant id.
        tenant: String,
    },
}

impl DomainProof {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Dns => "dns",
            Self::MicrosoftTenant { .. } => "microsoft_tenant",
        }
    }
}

/// A domain together with its proof. There is no other way to make one than to bring the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedDomain {
    domain: Domain,
    proof: DomainProof,
}

impl VerifiedDomain {
    /// The operator vouches for `domain`.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] unless the caller is the operator.
    pub fn by_operator(cx: &Cx, domain: Domain) -> Result<Self, AccountsError> {
        if cx.actor() != Actor::Operator {
            return Err(AccountsError::Denied);
        }
        Ok(Self { domain, proof: DomainProof::Operator })
    }

    /// Its DNS has the organisation's record, as just seen.
    pub(crate) const fn by_dns(domain: Domain) -> Self {
        Self { domain, proof: DomainProof::Dns }
    }

    /// The tenant's own list, as just read from Microsoft Graph, contains `domain`. The caller
    /// must have bound the tenant to the organisation by a validated token before.
    ///
    /// # Errors
    /// [`DomainError`] if `listed` (the names that Graph marks as verified) does not contain it.
    pub fn by_microsoft_tenant(domain: Domain, cloud: &str, tenant: &str, listed: &[String]) -> Result<Self, DomainError> {
        if !listed.iter().any(|name| name.parse::<Domain>().as_ref() == Ok(&domain)) {
            return Err(DomainError);
        }
        let proof = DomainProof::MicrosoftTenant { cloud: cloud.to_owned(), tenant: tenant.to_owned() };
        Ok(Self { domain, proof })
    }

    /// The name.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
    /// What proves it.
    pub fn proof(&self) -> &DomainProof {
        &self.proof
    }
    /// As read back from the table that only [`VerifiedDomain`]s enter.
    pub(crate) fn stored(domain: Domain, proof: DomainProof) -> Self {
        Self { domain, proof }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_within_itself_and_those_above_it_and_no_other() {
        let is_within = |one: &str, other: &str| one.parse::<Domain>().unwrap().is_within(&other.parse().unwrap());
        assert!(is_within("nordvik.example", "nordvik.example") && is_within("post.nordvik.example", "nordvik.example"));
        assert!(!is_within("nordvik.example", "post.nordvik.example") && !is_within("sornordvik.example", "nordvik.example"));
        assert!(!is_within("nordvik.example.com", "nordvik.example"));
    }

    #[test]
    fn domains_are_compared_in_one_form() {
        for (typed, stored) in [("Nordvik.Example", "nordvik.example"), ("BLÅBÆR.no", "xn--blbr-roah.no"), (" a-b.co.uk ", "a-b.co.uk")] {
            assert_eq!(typed.parse::<Domain>().unwrap().as_str(), stored);
        }
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        for text in [
            "",
            ".",
            "localhost",
            "127.0.0.1",
            "0x7f.1",
            "[::1]",
            "a..b",
            "-a.no",
            "a-.no",
            "a_b.no",
            "a b.no",
            "ex%61mple.no",
            "a.no.",
            "a.1",
            "a.no/x",
            "a.no:80",
            "a@b.no",
            "xn--a.no",
        ] {
            assert!(text.parse::<Domain>().is_err(), "{text:?} passed");
        }
        assert!(format!("{}.no", "a".repeat(64)).parse::<Domain>().is_err());
        assert!(format!("{}no", "a.".repeat(200)).parse::<Domain>().is_err());
    }

    #[test]
    fn a_domain_that_the_tenant_does_not_list_stays_unproven() {
        let domain: Domain = "nordvik.example".parse().unwrap();
        let listed = ["Nordvik.example".to_owned(), "other.example".to_owned()];
        assert!(VerifiedDomain::by_microsoft_tenant(domain.clone(), "global", "t", &listed).is_ok());
        assert!(VerifiedDomain::by_microsoft_tenant(domain.clone(), "global", "t", &[]).is_err());
        assert!(VerifiedDomain::by_microsoft_tenant(domain, "global", "t", &["x.nordvik.example".to_owned()]).is_err());
    }
}
