//! Mails that this room sends by itself: every owner hears when a way back was opened or used.

mod words;

use serde_json::{Value as Json, json};
use tillit_mail::{MailError, Outgoing};
use tillit_store::{Cx, PersonId, Timestamp, Tx, args};

use crate::error::{AccountsError, Result};
use crate::language::Language;
use crate::people::{Person, PersonState};
use crate::role::Role;
use crate::{Accounts, sql};

/// What owners are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Somebody signed in with a code of a recovery kit, which has so many left.
    RecoveryCodeUsed { left: u32 },
    /// An owner made a recovery kit.
    KitMade,
    /// A code of a new kit was tried for the first time: it counts from now on.
    KitTried,
    /// Somebody was forgotten for good, who is not named any more; by whom.
    Forgotten,
    /// The audit log is kept for fewer years from a moment on.
    LogShortened { years: i64, from: Timestamp },
    /// Somebody above employee was sent a link to choose a password.
    PasswordLinkSent,
    /// An owner took somebody's second factor away.
    SecondFactorReset,
    /// The operator has made a link with which an owner can sign in.
    RecoverLinkMade,
    /// The newest checkpoint of the audit log: its line, its row, and the oldest row that is kept.
    Checkpoint { line: String, seq: i64, first: i64 },
    /// Somebody changed the end of the audit log (this row) past this program.
    LogChanged { seq: i64 },
    /// The audit log's webhook took nothing for three days and was stopped.
    WebhookStopped,
    /// Somebody has another role.
    RoleChanged { from: Role, to: Role },
    /// Somebody accepted an invitation to a role.
    InvitationAccepted { role: Role },
}

impl Accounts {
    /// Lets a mail wait for every active owner. What comes back is for the audit row: how many
    /// owners there are, and for how many a mail waits.
    ///
    /// A mail that cannot be written (an address that is none, a full queue, an owner whose data
    /// does not open) never keeps anybody from recovering: it is counted as not announced.
    pub(crate) async fn announce(&self, tx: &mut Tx, cx: &Cx, notice: Notice, about: PersonId) -> Result<Json> {
        let (name, language) = self.name_and_language(tx, cx).await?;
        let owners = self.owners_in(tx, cx).await?;
        let known = match owners.people.iter().find(|owner| owner.id == about) {
            Some(_) => None,
            None => self.person_in(tx, cx, about).await.ok(),
        };
        let about = owners.people.iter().find(|owner| owner.id == about).or(known.as_ref()).map_or("?", Person::display_name);
        let mut announced = 0_usize;
        for owner in owners.people.iter().filter(|owner| owner.takes_mail()) {
            let (subject, text) = notice.words(owner.language().unwrap_or(language), about, &name, cx.now());
            match self.enqueue_to(tx, cx, owner, subject, text, true).await {
                Ok(()) => announced += 1,
                Err(error) => not_announced(error)?,
            }
        }
        Ok(json!({ "owners": owners.ids().count(), "announced": announced }))
    }

    /// Lets a mail wait for one person, in the person's language; whether it does. `words` makes subject and text from
    /// the language, the person and the organisation's name. As with [`announce`](Self::announce), a mail that cannot
    /// be written keeps nobody from anything.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        person: PersonId,
        words: impl FnOnce(Language, &Person, &str) -> (String, String),
    ) -> Result<bool> {
        let (name, language) = self.name_and_language(tx, cx).await?;
        let person = match self.person_in(tx, cx, person).await {
            Ok(person) => person,
            Err(AccountsError::Vault(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        let (subject, text) = words(person.language().unwrap_or(language), &person, &name);
        match self.enqueue_to(tx, cx, &person, subject, text, false).await {
            Ok(()) => Ok(true),
            Err(error) => not_announced(error).map(|()| false),
        }
    }

    /// Lets a mail about a new role wait for the person, and for every owner if one was made or unmade.
    pub(crate) async fn announce_role(&self, tx: &mut Tx, cx: &Cx, id: PersonId, from: Role, to: Role) -> Result<()> {
        let owners = from == Role::Owner || to == Role::Owner;
        self.announce_to(tx, cx, id, owners, &Notice::RoleChanged { from, to }).await
    }

    /// The same about an invitation that was accepted.
    pub(crate) async fn announce_accepted(&self, tx: &mut Tx, cx: &Cx, id: PersonId, role: Role) -> Result<()> {
        self.announce_to(tx, cx, id, role == Role::Owner, &Notice::InvitationAccepted { role }).await
    }

    /// Lets a mail wait for the person whom it is about, and perhaps for every owner.
    async fn announce_to(&self, tx: &mut Tx, cx: &Cx, id: PersonId, owners: bool, notice: &Notice) -> Result<()> {
        let (name, language) = self.name_and_language(tx, cx).await?;
        let person = self.person_in(tx, cx, id).await?;
        let mut readers = match owners {
            true => self.owners_who_read(tx, cx).await?,
            false => vec![],
        };
        let about = person.display_name().to_owned();
        if person.state == PersonState::Active && !readers.iter().any(|reader| reader.id == id) {
            readers.push(person);
        }
        for reader in &readers {
            let (subject, text) = notice.words(reader.language().unwrap_or(language), &about, &name, cx.now());
            if let Err(error) = self.enqueue_to(tx, cx, reader, subject, text, true).await {
                not_announced(error)?;
            }
        }
        Ok(())
    }

    /// Lets a mail about a service identity's token that ends wait for every owner.
    pub(crate) async fn announce_token(&self, tx: &mut Tx, cx: &Cx, name: &str, end: Timestamp, over: bool) -> Result<()> {
        let (organisation, language) = self.name_and_language(tx, cx).await?;
        for owner in &self.owners_who_read(tx, cx).await? {
            let (subject, text) = words::token_words(owner.language().unwrap_or(language), name, &organisation, end, over);
            if let Err(error) = self.enqueue_to(tx, cx, owner, subject, text, false).await {
                not_announced(error)?;
            }
        }
        Ok(())
    }

    /// To the profile's address; if that is none, to the username. One that `protects` waits also while the queue is full.
    pub(crate) async fn enqueue_to(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        to: &Person,
        subject: String,
        text: String,
        protects: bool,
    ) -> Result<(), MailError> {
        let mail = Outgoing { to: to.mail_address().to_owned(), subject, text };
        match self.enqueue_mail(tx, cx, mail.clone(), protects).await {
            Err(MailError::Recipient) => {
                self.enqueue_mail(tx, cx, Outgoing { to: to.username.as_str().to_owned(), ..mail }, protects).await
            }
            done => done,
        }
    }

    async fn enqueue_mail(&self, tx: &mut Tx, cx: &Cx, mail: Outgoing, protects: bool) -> Result<(), MailError> {
        match protects {
            true => tillit_mail::enqueue_protective(tx, cx, self.vault(), mail).await,
            false => tillit_mail::enqueue(tx, cx, self.vault(), mail).await,
        }
    }

    /// What the organisation is called, and which language it speaks.
    pub(crate) async fn name_and_language(&self, tx: &mut Tx, cx: &Cx) -> Result<(String, Language)> {
        let row = tx.fetch_optional(sql::FIND_ORGANISATION, args![crate::scope(cx)?]).await?.ok_or(AccountsError::NotFound)?;
        Ok((row.get("name")?, row.get("language")?))
    }
}

/// Passes on what broke the transaction; what only kept a mail from waiting becomes a log line.
pub(crate) fn not_announced(error: MailError) -> Result<()> {
    match error {
        MailError::Jobs(tillit_jobs::JobsError::Store(error)) => Err(error.into()),
        error => {
            tracing::warn!(error = %error, "somebody could not be told by mail what happened to an account");
            Ok(())
        }
    }
}

/// Lines of at most 72 characters (RFC 3676 section 4.2 recommends 78 at most); a longer word is broken.
pub(crate) fn wrapped(text: &str) -> String {
    const WIDTH: usize = 72;
    let mut out = String::with_capacity(text.len() + 16);
    for paragraph in text.lines() {
        let mut column = 0;
        for word in paragraph.split(' ') {
            let length = word.chars().count();
            if column > 0 {
                let fits = column + 1 + length <= WIDTH;
                out.push(if fits { ' ' } else { '\n' });
                column = if fits { column + 1 } else { 0 };
            }
            for c in word.chars() {
                if column == WIDTH {
                    out.push('\n');
                    column = 0;
                }
                out.push(c);
                column += 1;
            }
        }
        out.push('\n');
    }
    out
}

/// `2026-11-23 12:00 UTC`: readers may be anywhere.
pub(crate) fn moment(now: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(now.0).map_or_else(|_| "?".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_names_who_and_where_in_both_languages() {
        let changed = Notice::RoleChanged { from: Role::Analyst, to: Role::Owner };
        let accepted = Notice::InvitationAccepted { role: Role::Owner };
        let more = [
            Notice::LogShortened { years: 1, from: Timestamp(1_796_040_000_000_000) },
            Notice::KitMade,
            Notice::KitTried,
            Notice::Forgotten,
            accepted,
        ];
        for notice in
            [Notice::PasswordLinkSent, Notice::RecoveryCodeUsed { left: 7 }, Notice::SecondFactorReset, Notice::RecoverLinkMade, changed]
                .into_iter()
                .chain(more)
        {
            let words = Language::ALL.map(|language| notice.words(language, "Kari Nordmann", "Nordvik", Timestamp(1_795_435_200_000_000)));
            assert_ne!(words[0], words[1]);
            for (subject, text) in words {
                assert!(
                    !subject.is_empty()
                        && !subject.contains("Kari")
                        && text.starts_with("2026-11-23 12:00 UTC")
                        && text.contains("Kari Nordmann")
                        && text.contains("Nordvik")
                );
                assert!(!matches!(notice, Notice::RecoveryCodeUsed { .. }) || text.contains('7'));
            }
        }
    }

    #[test]
    fn a_checkpoint_can_be_read_out_of_its_mail() {
        let line = format!(
            "tillit-checkpoint-1 chk_{} installation 7 1 {} {} {}",
            "0".repeat(32),
            "1".repeat(64),
            "2".repeat(64),
            "3".repeat(128)
        );
        for language in Language::ALL {
            let (_, text) = Notice::Checkpoint { line: line.clone(), seq: 7, first: 3 }.words(language, "?", "Nordvik", Timestamp(0));
            let (found, broken) = crate::audit::Checkpoint::all_in(&text);
            assert_eq!((found.len(), broken, found[0].line()), (1, 0, line.clone()), "{text}");
            assert!(text.contains("Nordvik") && text.contains('3'));
        }
    }

    #[test]
    fn lines_are_short_and_no_word_is_lost() {
        let text = wrapped(&format!("{} a  b\n\nnext {}\n", "word ".repeat(40), "å".repeat(200)));
        assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
        assert_eq!((text.matches("word").count(), text.matches('å').count()), (40, 200));
        assert!(text.contains("a  b\n\nnext"), "{text}");
    }
}
