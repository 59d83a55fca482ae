//! How we prove to a provider who we are: the operator's credential, or one of the organisation's two slots.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tillit_accounts::Session;
use tillit_accounts::audit::Entry;
use tillit_store::{Cx, Id, OrganisationId, Timestamp, Tx, args, kinds};
use tillit_vault::{Json, Place};
use zeroize::Zeroizing;

use super::settings::{self, Connection, Settings};
use super::views::{CredentialKind, CredentialView, ExpiryStage};
use super::{Sso, actions, progress, scope};
use crate::error::{Result, SsoError};
use crate::protocol::{Certificate, Client, ClientAuthentication};
use crate::registration::{self, Lifetime, Slot};
use crate::sql;

/// Most credentials kept opened in memory: reading a private key costs more than a sign-in.
const MOST_OPENED: usize = 256;
/// Longest client secret. Microsoft's have 40 characters.
const LONGEST_SECRET: usize = 512;

/// A credential to be put into a free slot.
pub enum NewCredential {
    /// A certificate with its private key, both PEM.
    Certificate {
        /// `-----BEGIN CERTIFICATE-----`
        certificate: String,
        /// `-----BEGIN PRIVATE KEY-----`
        key: SecretString,
    },
    /// A client secret and when it ends, if the person entered that.
    Secret {
        /// Its value.
        value: SecretString,
        /// When it ends.
        not_after: Option<Timestamp>,
    },
}

/// The sealed half of a stored credential.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stored {
    Certificate { certificate: String, key: String },
    Secret { value: String },
}

/// Our registration, with the credential whose turn it is, and the other one if there is one.
pub(crate) struct Registered {
    pub client: Client,
    /// The organisation's credential; the operator's has no id.
    pub credential: Option<CredentialId>,
    pub other: Option<(CredentialId, ClientAuthentication)>,
}

/// What became of the credentials in one sign-in.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    pub accepted: Option<CredentialId>,
    pub refused: Option<CredentialId>,
}

/// Id of a credential.
pub type CredentialId = Id<kinds::Credential>;

/// Credentials opened lately.
#[derive(Default)]
pub(crate) struct Opened(Mutex<HashMap<CredentialId, ClientAuthentication>>);

impl Opened {
    fn get(&self, id: CredentialId) -> Option<ClientAuthentication> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
    fn put(&self, id: CredentialId, authentication: ClientAuthentication) {
        let mut opened = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() >= MOST_OPENED {
            opened.clear();
        }
        opened.insert(id, authentication);
    }
    fn remove(&self, id: CredentialId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

fn place(id: CredentialId) -> Place {
    Place::new("sso_credential", "sealed", id.uuid())
}

impl Sso {
    /// Our registration at the provider of `connection`, with the credential whose turn it is.
    pub(crate) async fn client(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId, connection: &Connection) -> Result<Registered> {
        let config = self.config();
        // Asked at every use: what the operator has taken back since the settings were saved is not used.
        connection.settings.permitted(config)?;
        let (credential, other, authentication) = match &connection.settings {
            Settings::Operator => {
                let microsoft = config.microsoft.as_ref().ok_or(SsoError::NoOperatorRegistration)?;
                (None, None, microsoft.authentication.clone())
            }
            Settings::Own { .. } | Settings::OpenId { .. } => {
                let slots = slots(tx, organisation, connection).await?;
                let chosen = registration::choose(&slots, cx.now()).ok_or(SsoError::NoCredential)?.id;
                let authentication = self.authentication(tx, organisation, chosen).await?;
                let other = match slots.iter().find(|slot| slot.id != chosen) {
                    Some(slot) => Some((slot.id, self.authentication(tx, organisation, slot.id).await?)),
                    None => None,
                };
                (Some(chosen), other, authentication)
            }
        };
        let client = Client {
            provider: connection.provider(config)?,
            client_id: connection.client_id(config)?.clone(),
            authentication,
            redirect_uri: config.redirect_uri(),
        };
        Ok(Registered { client, credential, other })
    }

    async fn authentication(&self, tx: &mut Tx, organisation: OrganisationId, id: CredentialId) -> Result<ClientAuthentication> {
        if let Some(opened) = self.0.opened.get(id) {
            return Ok(opened);
        }
        let row = tx.fetch_optional(sql::FIND_CREDENTIAL, args![organisation, id]).await?.ok_or(SsoError::NoCredential)?;
        let keys = self.vault().organisation(tx, organisation).await?;
        let Json(stored): Json<Stored> = keys.open_value(place(id), &row.get("sealed")?)?;
        let authentication = match stored {
            Stored::Certificate { certificate, key } => {
                let key = Zeroizing::new(key);
                ClientAuthentication::Certificate(Certificate::from_pem(&certificate, &key)?)
            }
            Stored::Secret { value } => ClientAuthentication::Secret(SecretString::from(value)),
        };
        self.0.opened.put(id, authentication.clone());
        Ok(authentication)
    }

    /// Notes what the provider said of a credential, so that the next sign-in uses the one that works.
    /// From its first acceptance on it belongs to this registration.
    pub(crate) async fn note_credential(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
        connection: &Connection,
        used: &Used,
    ) -> Result<()> {
        if let Some(refused) = used.refused {
            tx.execute(sql::REFUSE_CREDENTIAL, args![organisation, refused, cx.now()]).await?;
        }
        if let Some(accepted) = used.accepted {
            tx.execute(sql::ACCEPT_CREDENTIAL, args![organisation, accepted, cx.now(), registration_of(connection)]).await?;
        }
        Ok(())
    }

    /// Puts a credential into the first free slot.
    ///
    /// # Errors
    /// [`SsoError::SlotsTaken`], [`SsoError::Certificate`], [`SsoError::NotASecret`], [`SsoError::Denied`].
    pub async fn add_credential(&self, cx: &Cx, session: &Session, new: NewCredential) -> Result<CredentialId> {
        let organisation = scope(cx)?;
        let (kind, stored, thumbprint, not_after) = match new {
            NewCredential::Certificate { certificate, key } => {
                let read = registration::accept(&certificate, key.expose_secret(), cx.now())?;
                let stored = Stored::Certificate { certificate, key: key.expose_secret().to_owned() };
                (CredentialKind::Certificate, stored, Some(hex::encode(read.thumbprint())), Some(read.not_after()))
            }
            NewCredential::Secret { value, not_after } => {
                let text = value.expose_secret().trim();
                // Whoever pastes the secret's id (a GUID) instead of its value meets AADSTS7000215 much later.
                if text.is_empty() || text.len() > LONGEST_SECRET || is_guid(text) {
                    return Err(SsoError::NotASecret);
                }
                (CredentialKind::Secret, Stored::Secret { value: text.to_owned() }, None, not_after)
            }
        };
        let id: CredentialId = cx.new_id();
        let mut tx = self.db().begin(cx).await?;
        self.require_change(&mut tx, cx, session).await?;
        let sealed = self.vault().organisation(&mut tx, organisation).await?.seal_value(cx, place(id), &Json(stored))?;
        for slot in [1_i64, 2] {
            let row = args![id, organisation, slot, kind.key(), sealed.clone(), thumbprint.clone(), not_after, cx.now()];
            if tx.execute(sql::ADD_CREDENTIAL, row).await? == 1 {
                self.accounts().record(&mut tx, cx, Entry::new(actions::CREDENTIAL_ADDED).target(id)).await?;
                tx.commit().await?;
                return Ok(id);
            }
        }
        Err(SsoError::SlotsTaken)
    }

    /// Makes a certificate with its key and puts it into the first free slot. Gives the certificate as
    /// PEM, to be uploaded to Microsoft; the key never leaves the vault.
    ///
    /// # Errors
    /// [`SsoError::SlotsTaken`], [`SsoError::CertificateNotMade`], [`SsoError::Denied`].
    pub async fn generate_certificate(&self, cx: &Cx, session: &Session) -> Result<(CredentialId, String)> {
        let host = self.config().public_url.host_str().unwrap_or("tillit").to_owned();
        let now = cx.now();
        let (name, serial) = (format!("Tillit {host}").chars().take(64).collect::<String>(), cx.random::<16>());
        // RSA keys take their time to be found: not on a thread that serves others.
        let made = tokio::task::spawn_blocking(move || registration::generate(&name, Lifetime::OneYear, serial, now)).await;
        let made = made.ok().and_then(std::result::Result::ok).ok_or(SsoError::CertificateNotMade)?;
        let certificate = made.certificate_pem.clone();
        let key = SecretString::from(made.key_pem.as_str());
        let new = NewCredential::Certificate { certificate: made.certificate_pem, key };
        Ok((self.add_credential(cx, session, new).await?, certificate))
    }

    /// Drops a credential, unless sign-ins rest on it.
    ///
    /// # Errors
    /// [`SsoError::CredentialInUse`], [`SsoError::NotFound`], [`SsoError::Denied`].
    pub async fn drop_credential(&self, cx: &Cx, session: &Session, id: CredentialId) -> Result<()> {
        let organisation = scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        self.require_change(&mut tx, cx, session).await?;
        let progress = progress::find(&mut tx, organisation).await?;
        if let Some(version) = progress.in_force(cx) {
            let connection = settings::find(&mut tx, organisation, version).await?;
            let chosen = registration::choose(&slots(&mut tx, organisation, &connection).await?, cx.now()).map(|slot| slot.id);
            if connection.settings != Settings::Operator && chosen == Some(id) {
                return Err(SsoError::CredentialInUse);
            }
        }
        if tx.execute(sql::DROP_CREDENTIAL, args![organisation, id]).await? == 0 {
            return Err(SsoError::NotFound);
        }
        self.accounts().record(&mut tx, cx, Entry::new(actions::CREDENTIAL_DROPPED).target(id)).await?;
        tx.commit().await?;
        self.0.opened.remove(id);
        Ok(())
    }

    /// What the credentials of the organisation are, and when they end.
    pub(crate) async fn list_credentials(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
        connection: Option<&Connection>,
    ) -> Result<Vec<CredentialView>> {
        let mut views = Vec::new();
        if connection.is_some_and(|connection| connection.settings == Settings::Operator)
            && let Some(microsoft) = &self.config().microsoft
        {
            let (kind, thumbprint, not_after) = match &microsoft.authentication {
                ClientAuthentication::Secret(_) => (CredentialKind::Secret, None, microsoft.ends),
                ClientAuthentication::Certificate(certificate) => {
                    (CredentialKind::Certificate, Some(hex::encode(certificate.thumbprint())), Some(certificate.not_after()))
                }
            };
            let stage = stage(not_after, cx);
            views.push(CredentialView { id: None, slot: 0, kind, thumbprint, not_after, stage, in_use: true, added_at: None });
        }
        let used = match connection.filter(|connection| connection.settings != Settings::Operator) {
            Some(connection) => registration::choose(&slots(tx, organisation, connection).await?, cx.now()).map(|slot| slot.id),
            None => None,
        };
        for row in tx.fetch_all(sql::LIST_CREDENTIALS, args![organisation]).await? {
            let id: CredentialId = row.get("id")?;
            let not_after: Option<Timestamp> = row.get("not_after")?;
            views.push(CredentialView {
                id: Some(id),
                slot: u8::try_from(row.get::<i64>("slot")?).unwrap_or(0),
                kind: CredentialKind::from_key(&row.get::<String>("kind")?).ok_or(SsoError::Inconsistent("credential kind"))?,
                thumbprint: row.get("thumbprint")?,
                not_after,
                stage: stage(not_after, cx),
                in_use: used == Some(id),
                added_at: Some(row.get("added_at")?),
            });
        }
        Ok(views)
    }
}

fn stage(not_after: Option<Timestamp>, cx: &Cx) -> ExpiryStage {
    not_after.map_or(ExpiryStage::Fine, |not_after| registration::stage(not_after, cx.now()))
}

/// Names a registration at a provider. A secret that one has accepted is never sent to another: whoever may edit
/// the connection could otherwise have it delivered to an address of their own.
fn registration_of(connection: &Connection) -> String {
    match &connection.settings {
        Settings::Operator => "operator".to_owned(),
        Settings::Own { cloud, tenant, client_id } => format!("microsoft {cloud} {} {client_id}", tenant.as_str()),
        Settings::OpenId { issuer, client_id } => format!("openid {issuer} {client_id}"),
    }
}

/// The credentials that may be shown to the registration of `connection`.
async fn slots(tx: &mut Tx, organisation: OrganisationId, connection: &Connection) -> Result<Vec<Slot>> {
    let rows = tx.fetch_all(sql::SLOTS_FOR, args![organisation, registration_of(connection)]).await?;
    rows.iter()
        .map(|row| {
            Ok(Slot {
                id: row.get("id")?,
                added_at: row.get("added_at")?,
                not_after: row.get("not_after")?,
                accepted_at: row.get("accepted_at")?,
                refused_at: row.get("refused_at")?,
            })
        })
        .collect()
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.bytes().enumerate().all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}
