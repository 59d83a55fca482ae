//! Names of tenants, accounts, registrations and providers. Parsed once, compared exactly.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cloud::{BaseUrlError, secure_url};

/// The tenant that stands for personal Microsoft accounts (learn.microsoft.com/entra/identity-platform/id-token-claims-reference).
pub const PERSONAL_ACCOUNTS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The text is not such an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Not of the form `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
    #[error("not an id of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")]
    NotAGuid,
    /// The tenant of personal Microsoft accounts, which is no organisation.
    #[error("this is the id of personal Microsoft accounts, not of an organisation")]
    PersonalAccounts,
    /// Empty, longer than 255 characters, or with characters that do not belong.
    #[error("must be 1 to 255 visible ASCII characters")]
    NotVisibleAscii,
    /// Not an issuer address.
    #[error(transparent)]
    Address(#[from] BaseUrlError),
}

/// Reads the 36-character form and writes it in lower case, so that equal ids are equal texts.
fn guid(text: &str) -> Result<String, IdentifierError> {
    let hyphens = [8, 13, 18, 23];
    let well_formed = text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| if hyphens.contains(&i) { byte == b'-' } else { byte.is_ascii_hexdigit() });
    if well_formed { Ok(text.to_ascii_lowercase()) } else { Err(IdentifierError::NotAGuid) }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $parse:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);
        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = IdentifierError;
            fn from_str(text: &str) -> Result<Self, IdentifierError> {
                let parse: fn(&str) -> Result<String, IdentifierError> = $parse;
                parse(text).map(Self)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

text_id! {
    /// A Microsoft Entra tenant: the claim `tid`. Never the tenant of personal accounts.
    TenantId, |text| match guid(text)? {
        personal if personal == PERSONAL_ACCOUNTS => Err(IdentifierError::PersonalAccounts),
        organisation => Ok(organisation),
    }
}
text_id! {
    /// An account in one tenant: the claim `oid`, and `id` in Graph. The same human has another one in another tenant.
    ObjectId, guid
}
text_id! {
    /// Our registration at a provider: `client_id`. At Microsoft a GUID; elsewhere any text.
    ClientId, visible_ascii
}
text_id! {
    /// An account at a provider: the claim `sub`, unique within its issuer (OpenID Connect Core 1.0 section 2: at most 255 ASCII characters).
    Subject, visible_ascii
}
text_id! {
    /// Address by which an OpenID provider names itself. Kept as written, since issuers are compared character by character (OpenID Connect Discovery 1.0 section 4.3).
    Issuer, |text| {
        secure_url(text)?;
        Ok(text.to_owned())
    }
}

fn visible_ascii(text: &str) -> Result<String, IdentifierError> {
    let fits = (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if fits { Ok(text.to_owned()) } else { Err(IdentifierError::NotVisibleAscii) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_a_guid_in_any_case_but_in_one_form() {
        let tenant: TenantId = "A1B2C3D4-0000-4000-8000-0123456789AB".parse().unwrap();
        assert_eq!(tenant.as_str(), "a1b2c3d4-0000-4000-8000-0123456789ab");
        for text in [
            "",
            "organizations",
            "nordvik.example",
            "a1b2c3d4000040008000012345678 9ab",
            "{a1b2c3d4-0000-4000-8000-0123456789ab}",
            "a1b2c3d4-0000-4000-8000-0123456789ab ",
            "a1b2c3d40000-4000-8000-0123-456789ab0",
            "a1b2c3d4-0000-4000-8000-0123456789aø",
        ] {
            assert_eq!(text.parse::<TenantId>(), Err(IdentifierError::NotAGuid), "{text}");
        }
    }

    #[test]
    fn the_tenant_of_personal_accounts_is_no_organisation() {
        assert_eq!(PERSONAL_ACCOUNTS.parse::<TenantId>(), Err(IdentifierError::PersonalAccounts));
        assert_eq!(PERSONAL_ACCOUNTS.to_uppercase().parse::<TenantId>(), Err(IdentifierError::PersonalAccounts));
    }

    #[test]
    fn an_issuer_keeps_its_slash() {
        assert_eq!("https://id.example/".parse::<Issuer>().unwrap().as_str(), "https://id.example/");
        assert_ne!("https://id.example/".parse::<Issuer>(), "https://id.example".parse::<Issuer>());
        assert!("http://id.example".parse::<Issuer>().is_err());
        assert!("https://id.example?x=1".parse::<Issuer>().is_err());
    }
}
