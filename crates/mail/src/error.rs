//! What can go wrong before a mail waits to be sent.

use tillit_jobs::JobsError;

/// Failure of the mail room. Never contains an address or a text.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The recipient is not a mail address.
    #[error("the recipient is not a mail address")]
    Recipient,
    /// The subject is empty, too long or has line breaks.
    #[error("the subject of a mail must have 1 to {} characters on one line", crate::MAX_SUBJECT)]
    Subject,
    /// The text is empty or too long.
    #[error("the text of a mail must have 1 to {} bytes", crate::MAX_TEXT)]
    Text,
    /// The sender is not a mail address.
    #[error("the sender of mails ([smtp] from) is not a mail address")]
    Sender,
    /// No protection, and the server is not on this machine.
    #[error("mail to {host} would go unprotected; [smtp] security = \"none\" is only for a mail server on this machine")]
    Unprotected {
        /// Host of the mail server.
        host: String,
    },
    /// TLS to the mail server cannot be set up.
    #[error("TLS to the mail server cannot be set up: check [smtp] host")]
    Tls,
    /// What should be root certificates is none.
    #[error("no usable root certificate: it must be a PEM file with one or more certificates")]
    RootCertificate,
    /// The mail server does not answer as it should. No addresses in it.
    #[error("the mail server: {0}")]
    Server(String),
    /// The folder for mails cannot be used.
    #[error("the folder for mails: {0}")]
    Folder(#[from] std::io::Error),
    /// The queue failed.
    #[error(transparent)]
    Jobs(#[from] JobsError),
}
