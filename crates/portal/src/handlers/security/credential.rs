//! Credentials of an organisation's own registration: two slots.

use axum::extract::Path;
use axum::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use tillit_accounts::Permission;
use tillit_sso::SsoError;
use tillit_sso::service::NewCredential;
use tillit_store::{Timestamp, kinds};

use super::super::people::id;
use super::super::sign_in::unprocessed;
use super::connection::{filled, shown};
use super::view;
use crate::ui::FormErrors;
use crate::web::{Empty, Fail, Flash, Form, LARGEST_FORM, Person, Result, download, go, page};

/// Path of the page with these forms.
const PAGE: &str = "/settings/security/connection";

/// `POST /settings/security/credential/generate`: the answer is the certificate as a file. Its key stays here.
pub(crate) async fn generate(person: Person, _: Empty) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    match person.state().sso.generate_certificate(&person.cx, &person.session).await {
        Ok((_, certificate)) => Ok(download("tillit-certificate.pem", "application/x-pem-file", certificate)),
        Err(error) => again(&person, error, "").await,
    }
}

/// `POST /settings/security/credential/certificate`
pub(crate) async fn certificate(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let pem = SecretString::from(form.required("certificate", LARGEST_FORM)?);
    form.finish()?;
    let (certificate, key) = blocks(pem.expose_secret());
    add(&person, NewCredential::Certificate { certificate, key: SecretString::from(key) }, "certificate").await
}

/// `POST /settings/security/credential/secret`
pub(crate) async fn secret(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let value = SecretString::from(form.required("secret", LARGEST_FORM)?);
    let until = form.line("secret_until")?;
    form.finish()?;
    let not_after = match day(&until) {
        Ok(day) => day,
        Err(()) => {
            let errors = FormErrors::one("secret_until", person.words().t("bad-date"));
            return with(&person, errors).await;
        }
    };
    add(&person, NewCredential::Secret { value, not_after }, "secret").await
}

/// `POST /settings/security/credential/{id}/remove`
pub(crate) async fn remove(person: Person, Path(credential): Path<String>, _: Empty) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let credential = id::<kinds::Credential>(&credential)?;
    match person.state().sso.drop_credential(&person.cx, &person.session, credential).await {
        Ok(()) => {
            person.flash(Flash::CredentialDropped);
            Ok(go(PAGE))
        }
        Err(error) => again(&person, error, "").await,
    }
}

async fn add(person: &Person, new: NewCredential, field: &'static str) -> Result<Response> {
    match person.state().sso.add_credential(&person.cx, &person.session, new).await {
        Ok(_) => {
            person.flash(Flash::CredentialSaved);
            Ok(go(PAGE))
        }
        Err(error) => again(person, error, field).await,
    }
}

/// The page again, with what is wrong at `field`.
async fn again(person: &Person, error: SsoError, field: &'static str) -> Result<Response> {
    let w = person.words();
    let errors = match error {
        SsoError::SlotsTaken => FormErrors::one("", w.t("credential-slots-taken")),
        SsoError::CredentialInUse => FormErrors::one("", w.t("credential-is-in-use")),
        SsoError::NotASecret => FormErrors::one(field, w.t("bad-secret")),
        SsoError::Upload(_) | SsoError::Certificate(_) => FormErrors::one(field, w.t("bad-certificate")),
        error => return Err(Fail::from(error)),
    };
    with(person, errors).await
}

async fn with(person: &Person, errors: FormErrors) -> Result<Response> {
    let view = view(person).await?;
    let form = filled(person, view.connection.as_ref());
    page(&shown(person, view, form, errors)).map(unprocessed)
}

/// A day such as `2027-05-31`, at its end (UTC); nothing for an empty text.
fn day(text: &str) -> Result<Option<Timestamp>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let date: jiff::civil::Date = text.parse().map_err(drop)?;
    let at = jiff::tz::TimeZone::UTC.to_timestamp(date.at(23, 59, 59, 0)).map_err(drop)?;
    Ok(Some(Timestamp(at.as_microsecond())))
}

/// Certificates and private key of a text that holds both (PEM, RFC 7468).
fn blocks(pem: &str) -> (String, String) {
    let (mut certificates, mut key, mut in_key) = (String::new(), String::new(), false);
    for line in pem.lines() {
        in_key |= line.starts_with("-----BEGIN") && line.contains("PRIVATE KEY");
        let block = if in_key { &mut key } else { &mut certificates };
        block.push_str(line.trim());
        block.push('\n');
        in_key &= !line.starts_with("-----END");
    }
    (certificates, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_never_kept_with_the_certificate() {
        let both = "-----BEGIN PRIVATE KEY-----\nk\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nc\n-----END CERTIFICATE-----\n";
        let (certificate, key) = blocks(both);
        assert_eq!(certificate, "-----BEGIN CERTIFICATE-----\nc\n-----END CERTIFICATE-----\n");
        assert_eq!(key, "-----BEGIN PRIVATE KEY-----\nk\n-----END PRIVATE KEY-----\n");
    }

    #[test]
    fn a_day_ends_at_its_end() {
        assert_eq!(day("2027-05-31").unwrap().map(|at| at.0), Some(1_811_807_999_000_000));
        assert!(day("31.05.2027").is_err());
    }
}
