//! For whom a backup is encrypted, and with what it is opened: age, in its own format, so that `age` opens it too.

use std::fmt;
use std::io::{BufRead, Read, Write};
use std::iter;

use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::BackupError;

/// Least characters of a passphrase: it is kept in a file, not in a head.
const LEAST: usize = 16;
/// Work of trying one passphrase: about a second and 256 MiB.
const WORK: u8 = 18;
/// Most work that a file may ask for.
const MOST_WORK: u8 = 20;

/// For whom a backup is encrypted.
pub enum Lock {
    /// For the holders of these identities.
    Recipients(Vec<x25519::Recipient>),
    /// For whoever knows the passphrase.
    Passphrase(SecretString),
}

/// With what a backup is opened.
pub enum Keyhole {
    /// Identities.
    Identities(Vec<x25519::Identity>),
    /// A passphrase.
    Passphrase(SecretString),
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recipients(recipients) => write!(f, "Lock(for {})", recipients.len()),
            Self::Passphrase(_) => f.write_str("Lock(passphrase)"),
        }
    }
}
impl fmt::Debug for Keyhole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyhole(…)")
    }
}

/// A new identity: who has it opens backups for its recipient.
pub struct NewIdentity {
    /// The line of its file.
    pub secret: SecretString,
    /// What may be known to everybody.
    pub recipient: String,
}

impl NewIdentity {
    /// Makes one.
    pub fn make() -> Self {
        let identity = x25519::Identity::generate();
        let recipient = identity.to_public().to_string();
        Self { secret: identity.to_string(), recipient }
    }
}

impl fmt::Debug for NewIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewIdentity({})", self.recipient)
    }
}

/// A passphrase as a file holds it: without the end of the line.
fn passphrase(text: &SecretString, file: &str) -> Result<SecretString, BackupError> {
    let text = text.expose_secret().trim_end_matches(['\r', '\n']);
    let length = text.chars().count();
    if length < LEAST {
        return Err(BackupError::WeakPassphrase { file: file.to_owned(), length, least: LEAST });
    }
    Ok(SecretString::from(text))
}

impl Lock {
    /// For these recipients (`age1…`).
    ///
    /// # Errors
    /// [`BackupError::NotARecipient`]; [`BackupError::NoRecipient`] if there is none.
    pub fn recipients(texts: &[String]) -> Result<Self, BackupError> {
        let parse = |text: &String| text.trim().parse().map_err(|_| BackupError::NotARecipient(text.clone()));
        let recipients = texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        if recipients.is_empty() { Err(BackupError::NoRecipient) } else { Ok(Self::Recipients(recipients)) }
    }

    /// For whoever knows what stands in this file.
    ///
    /// # Errors
    /// [`BackupError::WeakPassphrase`].
    pub fn passphrase(text: &SecretString, file: &str) -> Result<Self, BackupError> {
        passphrase(text, file).map(Self::Passphrase)
    }

    pub(crate) fn close<W: Write>(&self, to: W) -> Result<StreamWriter<W>, BackupError> {
        let encryptor = match self {
            Self::Recipients(recipients) => Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn age::Recipient)),
            Self::Passphrase(passphrase) => {
                let mut recipient = scrypt::Recipient::new(passphrase.clone());
                recipient.set_work_factor(WORK);
                Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
            }
        };
        let encryptor = encryptor.map_err(|_| BackupError::NoRecipient)?;
        encryptor.wrap_output(to).map_err(|source| BackupError::Io { what: "write the backup", source })
    }
}

impl Keyhole {
    /// The identities of files: lines that begin with `AGE-SECRET-KEY-1`, others are remarks.
    ///
    /// # Errors
    /// [`BackupError::NoIdentity`] for a file without one.
    pub fn identities<'a>(files: impl IntoIterator<Item = (&'a str, &'a SecretString)>) -> Result<Self, BackupError> {
        let mut identities = Vec::new();
        for (name, text) in files {
            let before = identities.len();
            let lines = text.expose_secret().lines().map(str::trim);
            identities.extend(lines.filter_map(|line| line.parse::<x25519::Identity>().ok()));
            if identities.len() == before {
                return Err(BackupError::NoIdentity(name.to_owned()));
            }
        }
        Ok(Self::Identities(identities))
    }

    /// What stands in this file.
    ///
    /// # Errors
    /// [`BackupError::WeakPassphrase`].
    pub fn passphrase(text: &SecretString, file: &str) -> Result<Self, BackupError> {
        passphrase(text, file).map(Self::Passphrase)
    }

    pub(crate) fn open<R: BufRead>(&self, from: R) -> Result<StreamReader<R>, BackupError> {
        let decryptor = Decryptor::new_buffered(from).map_err(|error| self.why(error))?;
        match (self, decryptor.is_scrypt()) {
            (Self::Identities(_), true) => return Err(BackupError::OtherLock("with a passphrase: give --passphrase-file")),
            (Self::Passphrase(_), false) => return Err(BackupError::OtherLock("for recipients: give --identity")),
            _ => {}
        }
        let opened = match self {
            Self::Identities(identities) => decryptor.decrypt(identities.iter().map(|identity| identity as &dyn age::Identity)),
            Self::Passphrase(passphrase) => {
                let mut identity = scrypt::Identity::new(passphrase.clone());
                identity.set_max_work_factor(MOST_WORK);
                decryptor.decrypt(iter::once(&identity as &dyn age::Identity))
            }
        };
        opened.map_err(|error| self.why(error))
    }

    fn why(&self, error: DecryptError) -> BackupError {
        match error {
            DecryptError::Io(source) => match source.kind() {
                std::io::ErrorKind::UnexpectedEof => BackupError::NotABackup,
                _ => crate::frame::broken(source),
            },
            DecryptError::InvalidHeader | DecryptError::UnknownFormat => BackupError::NotABackup,
            DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed => match self {
                Self::Identities(_) => BackupError::WrongIdentity,
                Self::Passphrase(_) => BackupError::WrongPassphrase,
            },
            DecryptError::InvalidMac => BackupError::damaged("its head was changed"),
            DecryptError::ExcessiveWork { .. } => BackupError::damaged("its passphrase would take hours to try"),
        }
    }
}

/// Reads a decrypted stream, and whether the file behind it was read to its end tells truncation from damage.
pub(crate) fn reader<R: Read>(inner: R) -> std::io::BufReader<R> {
    std::io::BufReader::with_capacity(256 << 10, inner)
}
