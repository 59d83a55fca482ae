//! Connects the rooms to the face, the mail and the background work.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use tillit_accounts::SERVICE_TOKENS_JOB;
use tillit_accounts::audit::{WEBHOOK_JOB, WEBHOOKS_JOB};
use tillit_accounts::{CHOOSE_LESS_JOB, ERASURE_REMINDERS_JOB};
use tillit_fetch::{FetchPolicy, Fetcher, Origin};
use tillit_jobs::{Failure, Worker, WorkerOptions};
use tillit_mail::{Mailer, Security, SmtpOptions};
use tillit_portal::{DemoLinks, OperatorLinks, PortalConfig, PortalState};
use tillit_sso::protocol::Cloud;
use tillit_sso::service::{CREDENTIALS_JOB, DEADLINE_JOB, OPERATOR_CREDENTIAL_JOB, SWEEP_JOB};
use tillit_store::Duration;
use tillit_vault::VaultError;
use url::Url;

use crate::config::{Config, OutgoingMail, SmtpSecurity};
use crate::house::{self, House};
use crate::keys;

/// Kind of the hourly job that deletes sessions, counters and links whose time is over.
const PRUNE_JOB: &str = "accounts.prune";

/// Kind of the daily job on audit logs: signs what was added, deletes what is too old, mails checkpoints.
const AUDIT_JOB: &str = "accounts.audit";

/// Kind of the job that looks after restores: asks DNS, tells owners, opens and ends them.
const RESTORES_JOB: &str = "accounts.restores";
/// Kind of the job that goes on with a rotation of keys, if one is under way.
const ROTATE_JOB: &str = "vault.rotate";
/// Kind of the job that turns epochs, destroys old ones and keeps the erasure ledger.
const EPOCHS_JOB: &str = "vault.epochs";
/// Longest stretch of either; an attempt may take five minutes.
const STRETCH: Duration = Duration::minutes(4);
/// Every kind of work that [`worker`] does beside the worker's own cleaning.
pub const JOBS: &[&str] = &[
    tillit_mail::KIND,
    PRUNE_JOB,
    AUDIT_JOB,
    WEBHOOKS_JOB,
    WEBHOOK_JOB,
    SERVICE_TOKENS_JOB,
    RESTORES_JOB,
    SWEEP_JOB,
    CREDENTIALS_JOB,
    DEADLINE_JOB,
    OPERATOR_CREDENTIAL_JOB,
    ROTATE_JOB,
    EPOCHS_JOB,
    CHOOSE_LESS_JOB,
    ERASURE_REMINDERS_JOB,
];

/// Outgoing mail as configured.
pub fn mailer(config: &Config) -> Result<Mailer> {
    let smtp = match &config.mail {
        OutgoingMail::Off => return Ok(Mailer::off()),
        OutgoingMail::Folder(folder) => {
            tillit_mail::make_folder(folder).with_context(|| format!("make the folder {} (smtp.folder)", folder.display()))?;
            return Ok(Mailer::folder(folder));
        }
        OutgoingMail::Server(smtp) => smtp,
    };
    let security = match smtp.security {
        SmtpSecurity::StartTls => Security::StartTls,
        SmtpSecurity::Tls => Security::Tls,
        SmtpSecurity::None => Security::None,
    };
    Mailer::smtp(&SmtpOptions {
        host: smtp.host.clone(),
        port: smtp.port,
        security,
        login: smtp.login.clone(),
        from: smtp.from.clone(),
        extra_roots: smtp.extra_roots.clone(),
    })
    .context("[smtp]")
}

/// The background work of all rooms. `receiver`: the one address on this machine that a webhook may lead to, in a demo.
pub fn worker(house: &House, config: &Config, mailer: &Mailer, receiver: Option<&Url>) -> Result<Worker> {
    let prune = house.accounts.clone();
    let worker = Worker::new(house.db.clone(), house.vault.clone(), WorkerOptions::default()).every(Duration::hours(1), PRUNE_JOB).handle(
        PRUNE_JOB,
        move |cx, _| {
            let accounts = prune.clone();
            async move { accounts.prune(&cx).await.map(drop).map_err(Failure::retry) }
        },
    );
    let keep = house.accounts.clone();
    let worker = worker.every(Duration::days(1), AUDIT_JOB).handle(AUDIT_JOB, move |cx, _| {
        let accounts = keep.clone();
        async move { accounts.keep_audit(&cx).await.map(drop).map_err(Failure::retry) }
    });
    let warn = house.accounts.clone();
    let worker = worker.every(Duration::days(1), SERVICE_TOKENS_JOB).handle(SERVICE_TOKENS_JOB, move |cx, _| {
        let accounts = warn.clone();
        async move { accounts.warn_of_service_tokens(&cx).await.map(drop).map_err(Failure::retry) }
    });
    let worker = with_webhooks(house, worker, receiver)?;
    let worker = house.accounts.register(house.sso.register(with_restores(house, config, worker)));
    let worker = match house::operator_credential(config)? {
        None => worker,
        Some(credential) => {
            let (sso, to) = (house.sso.clone(), config.operator.support_email.clone());
            worker.every(Duration::days(1), OPERATOR_CREDENTIAL_JOB).handle(OPERATOR_CREDENTIAL_JOB, move |cx, _| {
                let (sso, credential, to) = (sso.clone(), credential.clone(), to.clone());
                async move { sso.warn_operator(&cx, &credential, to.as_deref()).await.map(drop).map_err(Failure::retry) }
            })
        }
    };
    Ok(mailer.register(with_keys(house, worker)))
}

/// Sends rows of audit logs to where organisations want them. With a fetcher of its own, that may reach public addresses only: these are a
/// customer's. In a demo its own receiver, too.
fn with_webhooks(house: &House, worker: Worker, receiver: Option<&Url>) -> Result<Worker> {
    let allowed_origins = receiver.map(Origin::of).transpose().context("the address of the practice receiver")?.into_iter().collect();
    let policy = FetchPolicy { allowed_origins, concurrent: 8, ..FetchPolicy::default() };
    let fetcher = Fetcher::new(policy).context("prepare outgoing requests")?;
    let (wake, deliver) = (house.accounts.clone(), house.accounts.clone());
    Ok(worker
        .one_at_a_time(WEBHOOK_JOB)
        .every(Duration::minutes(1), WEBHOOKS_JOB)
        .handle(WEBHOOKS_JOB, move |cx, _| {
            let accounts = wake.clone();
            async move { accounts.wake_webhooks(&cx).await.map(drop).map_err(Failure::retry) }
        })
        .handle(WEBHOOK_JOB, move |cx, job| {
            let (accounts, fetcher) = (deliver.clone(), fetcher.clone());
            async move { accounts.deliver_job(&cx, &fetcher, &job.payload).await }
        }))
}

/// The background work on restores. Nothing is decided by its running: only mails and looks at DNS wait for it.
fn with_restores(house: &House, config: &Config, worker: Worker) -> Worker {
    let restores = (house.accounts.clone(), tillit_fetch::TxtResolver::new(&config.dns_resolvers), restore_pages(config));
    worker.every(Duration::minutes(5), RESTORES_JOB).handle(RESTORES_JOB, move |cx, _| {
        let (accounts, resolver, pages) = restores.clone();
        async move { accounts.work_on_restores(&cx, &resolver, &pages).await.map(drop).map_err(Failure::retry) }
    })
}

/// Where mails about a restore lead, and who is told.
pub fn restore_pages(config: &Config) -> tillit_accounts::ways_back::RestorePages {
    tillit_accounts::ways_back::RestorePages {
        public_url: config.server.public_url.clone(),
        operator_mail: config.operator.support_email.clone(),
    }
}

/// The background work on keys. Another node that does it already is no failure.
fn with_keys(house: &House, worker: Worker) -> Worker {
    let (rotate, turn) = ((house.db.clone(), house.vault.clone()), (house.db.clone(), house.vault.clone()));
    worker
        .every(Duration::minutes(1), ROTATE_JOB)
        .handle(ROTATE_JOB, move |cx, _| {
            let (db, vault) = rotate.clone();
            async move {
                match vault.rotate(&db, &cx, &keys::sealed_tables(), STRETCH).await {
                    Ok(_) | Err(VaultError::Busy) => Ok(()),
                    Err(error) => Err(Failure::retry(error)),
                }
            }
        })
        .every(Duration::minutes(10), EPOCHS_JOB)
        .handle(EPOCHS_JOB, move |cx, _| {
            let (db, vault) = turn.clone();
            async move {
                match vault.work_on_epochs(&db, &cx, STRETCH).await {
                    Ok(_) | Err(VaultError::Busy) => Ok(()),
                    Err(error) => Err(Failure::retry(error)),
                }
            }
        })
}

/// What the face needs.
pub fn portal(house: &House, config: &Config, demo: Option<DemoLinks>) -> Result<PortalState> {
    let operator = &config.operator;
    let links = OperatorLinks {
        name: operator.name.clone(),
        app_name: operator.app_name.clone(),
        support_url: operator.support_url.clone(),
        support_email: operator.support_email.clone(),
        privacy_url: operator.privacy_url.clone(),
        terms_url: operator.terms_url.clone(),
        sub_processors: operator.sub_processors.clone(),
    };
    Ok(PortalState {
        accounts: house.accounts.clone(),
        sso: house.sso.clone(),
        txt: tillit_fetch::TxtResolver::new(&config.dns_resolvers),
        clock: house.clock.clone(),
        random: house.random.clone(),
        config: Arc::new(PortalConfig {
            public_url: config.server.public_url.clone(),
            operator: links,
            demo,
            form_action_origins: sign_in_origins(config)?,
            trusted_proxies: config.server.trusted_proxies,
        }),
    })
}

/// Where the sign-in form may lead to: every cloud, the custom one, and the allowed issuers.
fn sign_in_origins(config: &Config) -> Result<Vec<String>> {
    let mut addresses: Vec<String> = Cloud::MICROSOFT.iter().map(|cloud| cloud.login().to_owned()).collect();
    addresses.push(house::cloud(&config.microsoft.cloud)?.login().to_owned());
    addresses.extend(config.allowed_issuers.iter().cloned());
    let mut origins: Vec<String> =
        addresses.iter().filter_map(|address| Some(Url::parse(address).ok()?.origin().ascii_serialization())).collect();
    origins.sort_unstable();
    origins.dedup();
    Ok(origins)
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::aws_lc_rs;
    use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

    use super::*;

    /// An authority of one's own (PEM), and a mail server on loopback with a certificate of it.
    async fn mail_server() -> (String, u16) {
        let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut root = CertificateParams::new(vec![]).unwrap();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = root.self_signed(&root_key).unwrap().pem();
        let certificate =
            CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &Issuer::new(root, root_key)).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())))
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                stream.write_all(b"220 mail\r\n").await.unwrap();
                let mut lines = BufReader::new(stream).lines();
                while let Ok(Some(_)) = lines.next_line().await {
                    lines.get_mut().write_all(b"250 fine\r\n").await.ok();
                }
            }
        });
        (pem, port)
    }

    fn config(port: u16, more: &str, folder: &std::path::Path) -> Config {
        let text = format!(
            "[server]\npublic_url = \"https://p.example\"\n[database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"key\"\n\
             [smtp]\nhost = \"localhost\"\nport = {port}\nsecurity = \"tls\"\nfrom = \"tillit@p.example\"\n{more}"
        );
        let file = folder.join("tillit.toml");
        std::fs::write(&file, text).unwrap();
        Config::load(Some(&file), std::iter::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_mail_server_of_an_own_authority_is_believed_only_when_its_root_is_configured() {
        let folder = tempfile::tempdir().unwrap();
        let (root, port) = mail_server().await;
        std::fs::write(folder.path().join("ca.pem"), root).unwrap();
        let with = config(port, "root_certificate_file = \"ca.pem\"\n", folder.path());
        mailer(&with).unwrap().check().await.unwrap();
        let without = config(port, "", folder.path());
        let error = mailer(&without).unwrap().check().await.unwrap_err();
        assert_eq!(error.to_string(), "the mail server: TLS failed: certificate or protocol");
    }

    #[tokio::test]
    async fn no_recurring_work_of_a_room_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tillit.toml");
        let text = "[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"master.key\"\n";
        std::fs::write(&file, text).unwrap();
        let config = Config::load(Some(&file), std::iter::empty()).unwrap();
        let house = House::open(&config).await.unwrap();
        let worker = worker(&house, &config, &Mailer::off(), None).unwrap();
        // Accounts prune, keep the logs, look for webhooks, warn of tokens and remind of requests; sso sweeps and warns of credentials; the vault
        // rotates keys and turns epochs; the queue cleans itself; restores are looked after.
        assert_eq!(worker.run_due(&house.operator()).await.unwrap(), 11);
        house.close().await;
    }
}
