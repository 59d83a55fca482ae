//! Mails that this room sends by itself: every owner hears when a way back was opened or used.

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
    /// An owner took somebody's second factor away.
    SecondFactorReset,
    /// The operator has made a link with which an owner can sign in.
    RecoverLinkMade,
    /// The newest checkpoint of the audit log: its line, its row, and the oldest row that is kept.
    Checkpoint { line: String, seq: i64, first: i64 },
    /// The audit log's webhook took nothing for three days and was stopped.
    WebhookStopped,
    /// Somebody has another role.
    RoleChanged { from: Role, to: Role },
}

impl Accounts {
    /// Lets a mail wait for every active owner. What comes back is for the audit row: how many
    /// owners there are, and for how many a mail waits.
    ///
    /// A mail that cannot be written (an address that is none, a full queue, an owner whose data
    /// does not open) never keeps anybody from recovering: it is counted as not announced.
    pub(crate) async fn announce(&self, tx: &mut Tx, cx: &Cx, notice: Notice, about: PersonId) -> Result<Json> {
        let organisation = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::FIND_ORGANISATION, args![organisation]).await?.ok_or(AccountsError::NotFound)?;
        let (name, language): (String, Language) = (row.get("name")?, row.get("language")?);
        let owners = self.readable_owners(tx, cx).await?;
        let known = match owners.people.iter().find(|owner| owner.id == about) {
            Some(_) => None,
            None => self.person_in(tx, cx, about).await.ok(),
        };
        let about = owners.people.iter().find(|owner| owner.id == about).or(known.as_ref()).map_or("?", Person::display_name);
        let mut announced = 0_usize;
        for owner in &owners.people {
            let (subject, text) = notice.words(owner.language().unwrap_or(language), about, &name, cx.now());
            match self.enqueue_to(tx, cx, owner, subject, text).await {
                Ok(()) => announced += 1,
                Err(error) => not_announced(error)?,
            }
        }
        Ok(json!({ "owners": owners.all, "announced": announced }))
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
        let row = tx.fetch_optional(sql::FIND_ORGANISATION, args![crate::scope(cx)?]).await?.ok_or(AccountsError::NotFound)?;
        let (name, language): (String, Language) = (row.get("name")?, row.get("language")?);
        let person = match self.person_in(tx, cx, person).await {
            Ok(person) => person,
            Err(AccountsError::Vault(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        let (subject, text) = words(person.language().unwrap_or(language), &person, &name);
        match self.enqueue_to(tx, cx, &person, subject, text).await {
            Ok(()) => Ok(true),
            Err(error) => not_announced(error).map(|()| false),
        }
    }

    /// Lets a mail about a new role wait for the person, and for every owner if one was made or unmade.
    pub(crate) async fn announce_role(&self, tx: &mut Tx, cx: &Cx, id: PersonId, from: Role, to: Role) -> Result<()> {
        let row = tx.fetch_optional(sql::FIND_ORGANISATION, args![crate::scope(cx)?]).await?.ok_or(AccountsError::NotFound)?;
        let (name, language): (String, Language) = (row.get("name")?, row.get("language")?);
        let person = self.person_in(tx, cx, id).await?;
        let mut readers = match from == Role::Owner || to == Role::Owner {
            true => self.readable_owners(tx, cx).await?.people,
            false => vec![],
        };
        let about = person.display_name().to_owned();
        if person.state == PersonState::Active && !readers.iter().any(|reader| reader.id == id) {
            readers.push(person);
        }
        for reader in &readers {
            let notice = Notice::RoleChanged { from, to };
            let (subject, text) = notice.words(reader.language().unwrap_or(language), &about, &name, cx.now());
            if let Err(error) = self.enqueue_to(tx, cx, reader, subject, text).await {
                not_announced(error)?;
            }
        }
        Ok(())
    }

    /// Lets a mail about a service identity's token that ends wait for every owner.
    pub(crate) async fn announce_token(&self, tx: &mut Tx, cx: &Cx, name: &str, end: Timestamp, over: bool) -> Result<()> {
        let row = tx.fetch_optional(sql::FIND_ORGANISATION, args![crate::scope(cx)?]).await?.ok_or(AccountsError::NotFound)?;
        let (organisation, language): (String, Language) = (row.get("name")?, row.get("language")?);
        for owner in &self.readable_owners(tx, cx).await?.people {
            let (subject, text) = token_words(owner.language().unwrap_or(language), name, &organisation, end, over);
            if let Err(error) = self.enqueue_to(tx, cx, owner, subject, text).await {
                not_announced(error)?;
            }
        }
        Ok(())
    }

    /// To the profile's address; if that is none, to the username.
    pub(crate) async fn enqueue_to(&self, tx: &mut Tx, cx: &Cx, owner: &Person, subject: String, text: String) -> Result<(), MailError> {
        let to = |address: &str| Outgoing { to: address.to_owned(), subject: subject.clone(), text: text.clone() };
        match tillit_mail::enqueue(tx, cx, self.vault(), to(owner.mail_address())).await {
            Err(MailError::Recipient) => tillit_mail::enqueue(tx, cx, self.vault(), to(owner.username.as_str())).await,
            done => done,
        }
    }

    pub(crate) async fn readable_owners(&self, tx: &mut Tx, cx: &Cx) -> Result<Owners> {
        let organisation = crate::scope(cx)?;
        let keys = self.vault().organisation(tx, organisation).await?;
        let rows = tx.fetch_all(sql::LIST_OWNERS, args![organisation, crate::people::MOST_ADMINISTRATORS]).await?;
        let people: Vec<Person> =
            rows.iter().filter_map(|row| self.open_person(&keys, organisation, row).ok()).filter(can_get_mail).collect();
        Ok(Owners { all: rows.len(), people })
    }
}

/// Nobody reads mail at `.invalid` (RFC 2606 section 2): it is the break-glass account.
fn can_get_mail(person: &Person) -> bool {
    !person.mail_address().ends_with(".invalid")
}

pub(crate) struct Owners {
    pub all: usize,
    pub people: Vec<Person>,
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

impl Notice {
    /// Subject and text.
    fn words(&self, language: Language, who: &str, organisation: &str, now: Timestamp) -> (String, String) {
        let when = moment(now);
        let (subject, text) = match (self, language) {
            (Self::Checkpoint { line, seq, first }, _) => return checkpoint_words(language, organisation, line, *seq, *first),
            (Self::RecoveryCodeUsed { left }, Language::English) => (
                "Somebody signed in with a recovery code".to_owned(),
                format!(
                    "{when}: somebody signed in to {organisation} as {who}, with a code of {who}'s recovery kit. \
                     Codes left in the kit: {left}.\n\n\
                     If this was {who}, nothing needs to be done.\n\n\
                     If it was not, or you are not sure: sign in and end {who}'s sessions. A new recovery kit makes the \
                     old codes worthless as soon as one of the new codes has been tried. All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::RecoveryCodeUsed { left }, Language::Norwegian) => (
                "Noen logget på med en nødkode".to_owned(),
                format!(
                    "{when}: noen logget på hos {organisation} som {who}, med en av nødkodene til {who}. \
                     Nødkoder igjen: {left}.\n\n\
                     Var det {who}, er det ingenting å gjøre.\n\n\
                     Var det ikke det, eller er du usikker: logg på og avslutt øktene til {who}. Nye nødkoder gjør de gamle \
                     verdiløse så snart en av de nye er prøvd. Alle eiere av {organisation} har fått denne e-posten.\n"
                ),
            ),
            (Self::WebhookStopped, Language::English) => (
                "The audit log is no longer sent to your webhook".to_owned(),
                format!(
                    "{when}: the webhook of {organisation} took nothing for three days, so it was stopped. Nothing is lost: rows wait in the log. \
                     The page \"Webhook\" beside the audit log says how the last request ended, and starts it again.\n"
                ),
            ),
            (Self::WebhookStopped, Language::Norwegian) => (
                "Hendelsesloggen sendes ikke lenger til webhooken deres".to_owned(),
                format!(
                    "{when}: Webhooken til {organisation} har ikke tatt imot noe på tre døgn og er stoppet. Ingenting er tapt: Radene venter i loggen. \
                     Siden «Webhook» ved hendelsesloggen viser hvordan den siste forespørselen endte, og der kan den startes igjen.\n"
                ),
            ),
            (Self::SecondFactorReset, Language::English) => (
                format!("The second factor of {who} was taken away"),
                format!(
                    "{when}: an owner of {organisation} took the authenticator app, the own recovery codes and the passkeys of {who} away. \
                     {who} can sign in with the password alone until an app is set up again; without a password, {who} needs an invitation.\n\n\
                     If {who} asked for it, nothing needs to be done.\n\n\
                     If nobody did, sign in and end {who}'s sessions. The audit log says who did it. All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::SecondFactorReset, Language::Norwegian) => (
                format!("Den andre faktoren til {who} er tatt bort"),
                format!(
                    "{when}: en eier hos {organisation} tok bort autentiseringsappen, gjenopprettingskodene og passnøklene til {who}. \
                     {who} kan logge på med passordet alene til en app er satt opp på nytt. Uten passord trenger {who} en invitasjon.\n\n\
                     Ba {who} om det, er det ingenting å gjøre.\n\n\
                     Hvis ikke, logg på og avslutt øktene til {who}. Revisjonsloggen viser hvem som gjorde det. Alle eiere av {organisation} har fått denne e-posten.\n"
                ),
            ),
            (Self::RecoverLinkMade, Language::English) => (
                "The operator made a recovery link".to_owned(),
                format!(
                    "{when}: the operator of this installation made a link with which {who} can sign in to {organisation} once, \
                     within 15 minutes.\n\n\
                     If {who} asked for it, nothing needs to be done.\n\n\
                     If nobody did, ask the operator who made it and why. All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::RecoverLinkMade, Language::Norwegian) => (
                "Det er laget en lenke som slipper en eier inn".to_owned(),
                format!(
                    "{when}: den som drifter denne installasjonen, laget en lenke som {who} kan logge på hos {organisation} med, \
                     én gang, innen 15 minutter.\n\n\
                     Ba {who} om den, er det ingenting å gjøre.\n\n\
                     Hvis ikke, spør den som drifter installasjonen, hvem som laget den og hvorfor. Alle eiere av {organisation} har fått denne e-posten.\n"
                ),
            ),
            (Self::RoleChanged { from, to }, Language::English) => {
                let (from, to) = (from.in_mail(language), to.in_mail(language));
                (
                    format!("{organisation}: another role"),
                    format!(
                        "{when}: {who} is now {to} at {organisation}, and was {from} before. An owner did this. \
                         Whoever was signed in as {who} signs in again.\n\n\
                         If you know of it, nothing needs to be done. If not, ask an owner of {organisation}; \
                         the audit log names who did it.\n"
                    ),
                )
            }
            (Self::RoleChanged { from, to }, Language::Norwegian) => {
                let (from, to) = (from.in_mail(language), to.in_mail(language));
                (
                    format!("{organisation}: ny rolle"),
                    format!(
                        "{when}: {who} er nå {to} hos {organisation}, og var {from} før. Det er en eier som har gjort det. \
                         Den som var pålogget som {who}, må logge på igjen.\n\n\
                         Kjenner du til det, er det ingenting å gjøre. Hvis ikke, spør en eier hos {organisation}. \
                         Hendelsesloggen viser hvem som gjorde det.\n"
                    ),
                )
            }
        };
        (subject, wrapped(&text))
    }
}

/// The line of the checkpoint stands whole on its own, however long it is.
fn checkpoint_words(language: Language, organisation: &str, line: &str, seq: i64, first: i64) -> (String, String) {
    let (subject, before, after) = match language {
        Language::English => (
            format!("{organisation}: keep this checkpoint of your audit log"),
            format!(
                "The audit log of {organisation} now goes from row {first} to row {seq}. The line below is its signed checkpoint. Keep this mail: \
                 with it you can find out later whether anybody changed the log, even somebody who owns the database. There is nothing else to do.\n"
            ),
            "To verify: open the audit log in the portal, choose \"Verify\", and paste the line; or run `tillit audit verify --checkpoints FILE` with this \
             mail saved as a file. This mail comes weekly, when something was added. An owner can turn it off beside the audit log.\n",
        ),
        Language::Norwegian => (
            format!("{organisation}: ta vare på dette kontrollpunktet for hendelsesloggen"),
            format!(
                "Hendelsesloggen til {organisation} går nå fra rad {first} til rad {seq}. Linjen under er det signerte kontrollpunktet. Ta vare på denne e-posten: \
                 Med den kan du senere finne ut om noen har endret loggen, også om det er noen som rår over databasen. Du trenger ikke gjøre noe mer.\n"
            ),
            "Slik kontrollerer du: Åpne hendelsesloggen i kundeportalen, velg «Kontroller», og lim inn linjen. Eller kjør `tillit audit verify --checkpoints FIL` med denne \
             e-posten lagret som fil. E-posten kommer hver uke, når det er noe nytt. En eier kan slå den av ved siden av hendelsesloggen.\n",
        ),
    };
    (subject, format!("{}\n{line}\n\n{}", wrapped(&before), wrapped(after)))
}

/// Subject and text of the mail about a token that ends.
fn token_words(language: Language, name: &str, organisation: &str, end: Timestamp, over: bool) -> (String, String) {
    let when = moment(end);
    let (subject, text) = match (language, over) {
        (Language::English, false) => (
            format!("{organisation}: a token ends soon"),
            format!(
                "A token of the service identity \"{name}\" at {organisation} ends at {when}. What uses it stops working then.\n\n\
                 To replace it without an outage: make a second token under Settings, GENERAL, service identities; put it where the first \
                 one is used; then revoke the first.\n\n\
                 If nothing uses it any more, revoke it.\n"
            ),
        ),
        (Language::English, true) => (
            format!("{organisation}: a token has ended"),
            format!(
                "A token of the service identity \"{name}\" at {organisation} has ended at {when}. What still uses it gets no answer any \
                 more.\n\nIf it is still needed, make a new token under Settings, GENERAL, service identities.\n"
            ),
        ),
        (Language::Norwegian, false) => (
            format!("{organisation}: en nøkkel utløper snart"),
            format!(
                "En nøkkel for tjenesteidentiteten «{name}» hos {organisation} utløper {when}. Da slutter det som bruker den, å virke.\n\n\
                 Slik bytter du den uten avbrudd: Lag en ny nøkkel under Innstillinger, GENERELT, tjenesteidentiteter. Legg den inn der den \
                 første brukes. Trekk så tilbake den første.\n\n\
                 Er det ingenting som bruker den lenger, trekk den tilbake.\n"
            ),
        ),
        (Language::Norwegian, true) => (
            format!("{organisation}: en nøkkel har utløpt"),
            format!(
                "En nøkkel for tjenesteidentiteten «{name}» hos {organisation} utløp {when}. Det som fortsatt bruker den, får ikke svar \
                 lenger.\n\nTrengs den fremdeles, lag en ny nøkkel under Innstillinger, GENERELT, tjenesteidentiteter.\n"
            ),
        ),
    };
    (subject, wrapped(&text))
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
        for notice in [Notice::RecoveryCodeUsed { left: 7 }, Notice::SecondFactorReset, Notice::RecoverLinkMade, changed] {
            let words = Language::ALL.map(|language| notice.words(language, "Kari Nordmann", "Nordvik", Timestamp(1_795_435_200_000_000)));
            assert_ne!(words[0], words[1]);
            for (subject, text) in words {
                assert!(
                    !subject.is_empty()
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
