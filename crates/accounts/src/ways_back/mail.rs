//! Telling people what happens to the ways back.

use tillit_jobs::JobsError;
use tillit_mail::{MailError, Outgoing};
use tillit_store::{Cx, PersonId, Tx, args};
use url::Url;

use super::letters::{Facts, Letter};
use super::row::RestoreRow;
use super::sql;
use crate::Accounts;
use crate::error::Result;
use crate::notice::not_announced;
use crate::secret_text::{Secret, SecretText};
use crate::username::Username;

/// Where the pages of this installation are, and who runs it.
#[derive(Debug, Clone)]
pub struct RestorePages {
    /// Address of the portal.
    pub public_url: Url,
    /// Whom the operator wants told when an owner stops a restore.
    pub operator_mail: Option<String>,
}

impl RestorePages {
    fn link(&self, kind: LinkKind, token: &SecretText) -> String {
        let page = match kind {
            LinkKind::Contact => "agree",
            LinkKind::Stop => "stop",
            LinkKind::ComeIn => "come-in",
        };
        self.public_url.join(&format!("/restore/{page}/{}", token.as_str())).map_or_else(|_| String::new(), String::from)
    }
}

/// What a link in a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The contact agrees.
    Contact,
    /// An owner stops the restore.
    Stop,
    /// Whoever was named comes in.
    ComeIn,
}

impl LinkKind {
    /// As stored.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Stop => "stop",
            Self::ComeIn => "come_in",
        }
    }
}

/// Whom a letter waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// How many owners will get it.
    pub told: usize,
    /// Some will not, since the queue is full.
    pub full: bool,
}

impl Accounts {
    /// What a letter about a restore says.
    pub(super) async fn letter_facts(&self, tx: &mut Tx, cx: &Cx, restore: Option<&RestoreRow>) -> Result<Facts> {
        let (organisation, _) = self.name_and_language(tx, cx).await?;
        Ok(Facts {
            organisation,
            named: restore.map_or_else(String::new, |restore| restore.named.as_str().to_owned()),
            domain: restore.map_or_else(String::new, |restore| restore.domain.clone()),
            ..Facts::default()
        })
    }

    /// Lets a letter wait for every owner, with a link of each owner's own where the letter has one. What cannot be
    /// written to somebody keeps nothing from happening.
    pub(super) async fn tell_owners(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        letter: Letter,
        facts: &Facts,
        stop: Option<(&RestoreRow, &RestorePages)>,
    ) -> Result<Told> {
        let (_, language) = self.name_and_language(tx, cx).await?;
        let owners = self.owners_who_read(tx, cx).await?;
        let mut told = Told::default();
        for owner in &owners {
            let mut facts = facts.clone();
            if let Some((restore, pages)) = stop {
                facts.link = self.restore_link(tx, cx, restore, LinkKind::Stop, Some(owner.id), pages).await?;
            }
            let (subject, text) = letter.words(owner.language().unwrap_or(language), &facts);
            match self.enqueue_to(tx, cx, owner, subject, text, true).await {
                Ok(()) => told.told += 1,
                Err(error) => {
                    told.full |= matches!(error, MailError::Jobs(JobsError::QueueFull { .. }));
                    not_announced(error)?;
                }
            }
        }
        Ok(told)
    }

    /// Lets a letter wait for one address.
    pub(super) async fn tell_address(&self, tx: &mut Tx, cx: &Cx, to: &str, letter: Letter, facts: &Facts) -> Result<()> {
        let (_, language) = self.name_and_language(tx, cx).await?;
        let (subject, text) = letter.words(language, facts);
        match tillit_mail::enqueue_protective(tx, cx, self.vault(), Outgoing { to: to.to_owned(), subject, text }).await {
            Ok(()) => Ok(()),
            Err(error) => not_announced(error),
        }
    }

    /// A new link of a restore.
    pub(super) async fn restore_link(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        restore: &RestoreRow,
        kind: LinkKind,
        person: Option<PersonId>,
        pages: &RestorePages,
    ) -> Result<String> {
        let token = SecretText::new(cx);
        tx.execute(
            sql::ADD_LINK,
            args![token.stored(self, Secret::RestoreLink)?, crate::scope(cx)?, restore.id, kind.code(), person, cx.now()],
        )
        .await?;
        Ok(pages.link(kind, &token))
    }
}

/// `k…@nordvik.example`: enough to know whether it is the right one.
pub fn masked(address: &Username) -> String {
    let first: String = address.local_part().chars().take(1).collect();
    format!("{first}…@{}", address.domain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_shows_its_first_letter_and_its_domain() {
        assert_eq!(masked(&"styreleder@nordvik.example".parse().unwrap()), "s…@nordvik.example");
    }
}
