//! The operator's own credential nears its end: the operator is told by mail, once for each stage.

use tillit_accounts::audit::Entry;
use tillit_jobs::JobsError;
use tillit_mail::{MailError, Outgoing};
use tillit_store::{Actor, Cx, Duration, Scope, Timestamp, args};

use super::upkeep::number;
use super::{Sso, actions};
use crate::error::Result;
use crate::protocol::Certificate;
use crate::registration::{self, Stage};
use crate::sql;

/// Kind of the daily job that calls [`Sso::warn_operator`].
pub const OPERATOR_CREDENTIAL_JOB: &str = "sso.operator-credential";

/// How long it is remembered which credential was warned of: longer than one lives.
const REMEMBERED_FOR: Duration = Duration::days(3 * 366);

/// What is known about the credential of the operator's registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorCredential {
    /// Tells one credential from its successor. No secret.
    name: String,
    /// What people call it.
    what: &'static str,
    not_after: Timestamp,
}

impl OperatorCredential {
    /// A certificate tells its own end.
    pub fn certificate(certificate: &Certificate) -> Self {
        let name = format!("certificate {}", hex::encode(certificate.thumbprint()));
        Self { name, what: "certificate", not_after: certificate.not_after() }
    }
    /// A secret of this application, and the end that the operator wrote down.
    pub fn secret(client_id: &str, not_after: Timestamp) -> Self {
        Self { name: format!("secret {client_id} {}", not_after.unix_seconds()), what: "client secret", not_after }
    }
    /// When it ends.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

impl Sso {
    /// Writes to `to` when the operator's credential has come nearer to its end: at 60, 30, 7 days, one day, and
    /// when it is over; once each, whichever node does it. Whether a new stage was reached. Without an
    /// address it is an entry of the installation's audit log and a line of the log only.
    ///
    /// # Errors
    /// The database fails.
    pub async fn warn_operator(&self, cx: &Cx, credential: &OperatorCredential, to: Option<&str>) -> Result<bool> {
        let cx = &cx.with_scope(Scope::Installation).with_actor(Actor::Job(OPERATOR_CREDENTIAL_JOB));
        let stage = registration::stage(credential.not_after, cx.now());
        if stage == Stage::Fine {
            return Ok(false);
        }
        let mut tx = self.db().begin(cx).await?;
        // The row decides, so that two nodes do not both write.
        if tx.execute(sql::WARN_OPERATOR, args![credential.name.as_str(), number(stage), cx.now()]).await? == 0 {
            return Ok(false);
        }
        tx.execute(sql::FORGET_OPERATOR_WARNINGS, args![cx.now() - REMEMBERED_FOR]).await?;
        let days = whole_days(credential.not_after - cx.now());
        let queued = match to {
            Some(to) => self.mail_operator(&mut tx, cx, credential, days, to).await?,
            None => false,
        };
        let detail = serde_json::json!({ "days": days, "mail": queued });
        self.accounts().record(&mut tx, cx, Entry::new(actions::OPERATOR_CREDENTIAL_WARNED).detail(detail)).await?;
        tx.commit().await?;
        tracing::warn!(days, mail = queued, "the credential of [microsoft] nears its end, or is over");
        Ok(true)
    }

    async fn mail_operator(
        &self,
        tx: &mut tillit_store::Tx,
        cx: &Cx,
        credential: &OperatorCredential,
        days: i64,
        to: &str,
    ) -> Result<bool> {
        let (subject, text) = words(credential, days, self.config().public_url.as_str());
        match tillit_mail::enqueue(tx, cx, self.vault(), Outgoing { to: to.to_owned(), subject, text }).await {
            Ok(()) => Ok(true),
            Err(MailError::Jobs(JobsError::Store(error))) => Err(error.into()),
            Err(MailError::Jobs(JobsError::Vault(error))) => Err(error.into()),
            Err(error) => {
                // A full queue: the log line and the audit entry are there.
                tracing::warn!(%error, "the operator could not be told by mail");
                Ok(false)
            }
        }
    }
}

/// Days that are left, rounded up; zero when it is over.
fn whole_days(left: Duration) -> i64 {
    (left.as_seconds().max(0) + 86_399) / 86_400
}

/// In English, like everything that the operator reads: log, `doctor`, configuration.
fn words(credential: &OperatorCredential, days: i64, portal: &str) -> (String, String) {
    let what = credential.what;
    let when = match days {
        0 => "has ended".to_owned(),
        1 => "ends within a day".to_owned(),
        days => format!("ends in {days} days"),
    };
    let follows = if days == 0 {
        "Until there is a new one, nobody can sign in through Microsoft in any organisation that uses the registration of this \
         installation. Owners still get in with codes of their recovery kits."
    } else {
        "When it has ended, nobody can sign in through Microsoft in any organisation that uses the registration of this installation."
    };
    let text = format!(
        "The {what} with which Tillit signs in to Microsoft ([microsoft] in tillit.toml) {when}.\n\n{follows}\n\n\
         1. Make a new one, and add it to the application at Microsoft. The old one stays beside it.\n\
         2. Change the configuration and restart Tillit.\n\
         3. Run `tillit doctor`, sign in once, and then remove the old one at Microsoft.\n\nPortal: {portal}\n"
    );
    (format!("Tillit: the {what} for Microsoft {when}"), text)
}
