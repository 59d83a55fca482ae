//! `tillit registration`: the operator's multi-tenant registration at Microsoft, filled in with this configuration.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use tillit_sso::registration::{Audience, Links, Registration, redirect_problems};

use crate::config::Config;
use crate::{cli, house, say};

/// Largest certificate file, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Prints the script, or the manifest.
pub fn run(config: &Config, options: &cli::Registration) -> Result<()> {
    let registration = of(config)?;
    if options.manifest {
        say::line(serde_json::to_string_pretty(&registration.manifest())?);
        return Ok(());
    }
    let certificate = options.certificate.as_deref().map(certificate).transpose()?;
    say::text(registration.az_script(certificate));
    Ok(())
}

/// The registration: addresses, names and links of this configuration; any organisation's accounts; User.Read.
fn of(config: &Config) -> Result<Registration> {
    let (public_url, operator) = (&config.server.public_url, &config.operator);
    let addresses = house::addresses(config);
    let redirect_uri = addresses.redirect_uri();
    if let Some(problem) = redirect_problems(&redirect_uri).first() {
        bail!("Microsoft would refuse the redirect URI {redirect_uri}: {problem}; change server.public_url");
    }
    Ok(Registration {
        cloud: house::cloud(&config.microsoft.cloud)?,
        app_name: operator.app_name.clone(),
        redirect_uri,
        logout_url: addresses.logout_uri(),
        audience: Audience::MultiTenant,
        links: Links {
            home: Some(public_url.clone()),
            terms: operator.terms_url.clone(),
            privacy: operator.privacy_url.clone(),
            support: operator.support_url.clone(),
        },
    })
}

/// The name of a file that holds a certificate and, since it goes to Microsoft as it is, no key.
fn certificate(file: &Path) -> Result<&str> {
    let name = file.to_str().context("--certificate: the name of the file is not UTF-8")?;
    let size = std::fs::metadata(file).with_context(|| format!("--certificate: read {name}"))?.len();
    let text = if size > LARGEST {
        String::new()
    } else {
        std::fs::read_to_string(file).with_context(|| format!("--certificate: read {name}"))?
    };
    if text.contains("PRIVATE KEY-----") {
        bail!("--certificate: {name} holds a private key, which must never leave this machine; name a file with the certificate alone");
    }
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        bail!("--certificate: {name} holds no certificate (PEM)");
    }
    Ok(name)
}
