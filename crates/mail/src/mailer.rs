//! The mailer: sends what waits.

use std::path::PathBuf;
use std::sync::Arc;

use lettre::message::Mailbox;
use tillit_jobs::{Failure, Job, Worker};
use tillit_store::Cx;

use crate::error::MailError;
use crate::folder;
use crate::outgoing::{KIND, Outgoing};
use crate::smtp::{Smtp, SmtpOptions};

/// Sends mails over one transport. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Transport>);

enum Transport {
    Smtp(Smtp),
    Folder { folder: PathBuf, from: Mailbox },
    Off,
}

impl Mailer {
    /// Sends through a mail server. Does not connect yet; see [`Mailer::check`].
    ///
    /// # Errors
    /// [`MailError::Sender`], [`MailError::Unprotected`], [`MailError::Tls`].
    pub fn smtp(options: &SmtpOptions) -> Result<Self, MailError> {
        Ok(Self(Arc::new(Transport::Smtp(Smtp::new(options)?))))
    }

    /// Writes each mail to a file in an existing folder, for the demo. See [`crate::folder_list`].
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        let from = Mailbox::new(Some("Tillit".to_owned()), lettre::Address::new_dangerous("no-reply", "tillit.example"));
        Self(Arc::new(Transport::Folder { folder: folder.into(), from }))
    }

    /// Drops every mail, with a line in the log.
    pub fn off() -> Self {
        Self(Arc::new(Transport::Off))
    }

    /// Tries the transport without sending anything: connects and logs in, or looks at the folder.
    ///
    /// # Errors
    /// [`MailError::Server`], [`MailError::Folder`].
    pub async fn check(&self) -> Result<(), MailError> {
        match &*self.0 {
            Transport::Smtp(smtp) => smtp.check().await,
            Transport::Folder { folder, .. } => Ok(tokio::fs::read_dir(folder).await.map(|_| ())?),
            Transport::Off => Ok(()),
        }
    }

    /// The worker, able to send mails.
    #[must_use]
    pub fn register(&self, worker: Worker) -> Worker {
        let mailer = self.clone();
        worker.handle(KIND, move |cx, job| {
            let mailer = mailer.clone();
            async move { mailer.send(&cx, job).await }
        })
    }

    async fn send(&self, cx: &Cx, job: Job) -> Result<(), Failure> {
        let mail: Outgoing = serde_json::from_value(job.payload).map_err(|_| Failure::fatal("the payload is not a mail"))?;
        let id = job.id.to_string();
        match &*self.0 {
            Transport::Smtp(smtp) => smtp.send(mail.message(&smtp.from, &id, cx.now()).map_err(Failure::fatal)?).await,
            Transport::Folder { folder, from } => {
                let message = mail.message(from, &id, cx.now()).map_err(Failure::fatal)?.formatted();
                folder::write(folder, &id, message)
                    .await
                    .map_err(|error| Failure::retry(format_args!("the folder for mails: {}", error.kind())))
            }
            Transport::Off => {
                tracing::warn!(job = %job.id, "outgoing mail is off ([smtp] is not configured): a mail was dropped");
                Ok(())
            }
        }
    }
}
