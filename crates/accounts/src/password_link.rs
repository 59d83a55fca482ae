//! A link with which somebody who is here chooses a new password: for whoever lost theirs, and for whoever came in by
//! single sign-on and never had one.
//!
//! - An administrator sends it, never sees it, and cannot say where it goes: to the person's own address.
//! - It replaces the password and nothing else. Beside an app the code is asked for as always; whoever has a passkey signs in
//!   with that, or an owner takes the passkeys away first.
//! - All sessions of the person end when it is used, and the person is told by mail of a password that was replaced.

use serde_json::json;
use tillit_mail::MailError;
use tillit_store::{Actor, Cx, Duration, OrganisationId, PersonId, Tx, args};

use crate::error::{AccountsError, Result, is_of_one_person};
use crate::language::Language;
use crate::link::LinkPurpose;
use crate::notice::{Notice, moment, wrapped};
use crate::people::PersonState;
use crate::role::Role;
use crate::session::SignInMethod;
use crate::{Accounts, sql};

/// How long such a link works.
pub const PASSWORD_LINK_LIFETIME: Duration = LinkPurpose::SetUp.longest_life();

/// How many are sent to at most by one press of a button.
pub const LINKS_AT_ONCE: u64 = 1000;
/// How many are written in one transaction.
const PART: i64 = 100;

/// Employees who have nothing to sign in with here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WithoutWay {
    /// How many there are.
    pub people: u64,
    /// To how many of them no link is under way.
    pub without_link: u64,
}

/// What came of sending links to many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LinksSent {
    /// To so many.
    pub sent: u64,
    /// So many have no address that takes mail.
    pub unreachable: u64,
}

/// Why nobody was sent a link to choose a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordLinkRefusal {
    /// The person has not joined yet, or is switched off.
    #[error("the person is invited, or switched off")]
    NotActive,
    /// It would be one's own: that is another page.
    #[error("it would be one's own")]
    Own,
    /// The person has passkeys, and signs in with those.
    #[error("the person has passkeys")]
    Passkeys,
    /// No mail can be sent to the person's address.
    #[error("no mail can be sent to the address")]
    Address,
    /// The organisation sent so many that the next one must wait.
    #[error("too many links; the next is possible in {} s at the latest", wait.0 / 1_000_000)]
    TooMany {
        /// How long at the latest.
        wait: Duration,
    },
}

impl Accounts {
    /// Why a link would not be sent; `None`: it would. Reads only, and does not ask who may.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person.
    pub async fn no_password_link(&self, cx: &Cx, person: PersonId) -> Result<Option<PasswordLinkRefusal>> {
        let mut tx = self.db().read(cx).await?;
        self.no_password_link_in(&mut tx, cx, person).await
    }

    async fn no_password_link_in(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<Option<PasswordLinkRefusal>> {
        let (_, state) = self.standing(tx, cx, person).await?;
        let passkeys: i64 = tx.fetch_one(sql::HAS_OWN_PROOF, args![crate::scope(cx)?, person]).await?.get("passkeys")?;
        Ok(if state != PersonState::Active {
            Some(PasswordLinkRefusal::NotActive)
        } else if cx.person() == Some(person) {
            Some(PasswordLinkRefusal::Own)
        } else if passkeys > 0 {
            Some(PasswordLinkRefusal::Passkeys)
        } else {
            None
        })
    }

    /// Sends the link to the person's own address; an earlier one is void. `page` is where the link's token goes behind. Every
    /// owner is told when it is for somebody above employee.
    ///
    /// The caller asks before for an own proof ([`Accounts::prove_self`]), and whether the organisation lets people in by links
    /// now: while single sign-on is enforced no such link works.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for who does not manage people of this role; [`AccountsError::PasswordLink`];
    /// [`AccountsError::NotFound`]; [`AccountsError::Busy`] if mails wait in numbers.
    pub async fn send_password_link(&self, tx: &mut Tx, cx: &Cx, person: PersonId, page: &str) -> Result<()> {
        // Counted first, as everywhere; what is not committed was not counted.
        let too_many = self.count_invitation(tx, cx, crate::scope(cx)?).await?;
        // Held, so that nobody is given a higher role, or makes a passkey, between this look and the link.
        self.hold_person(tx, cx, person).await?;
        let (role, _) = self.standing(tx, cx, person).await?;
        self.may_send_link(tx, cx, role).await?;
        if let Some(refusal) = self.no_password_link_in(tx, cx, person).await? {
            return Err(refusal.into());
        }
        if let Some(wait) = too_many {
            return Err(PasswordLinkRefusal::TooMany { wait }.into());
        }
        self.send_link(tx, cx, person, role, page).await
    }

    /// Whoever manages people of the role may; the break-glass account may not, whose code alone brings somebody in: a link would
    /// go on to work when it is closed.
    async fn may_send_link(&self, tx: &mut Tx, cx: &Cx, role: Role) -> Result<()> {
        self.may_manage(tx, cx, role).await?;
        match cx.person() {
            Some(by) if !SignInMethod::BreakGlass.sends_password_links() && self.is_break_glass(tx, cx, by).await? => {
                Err(AccountsError::Denied)
            }
            _ => Ok(()),
        }
    }

    /// How many employees have nothing to sign in with here: they came by single sign-on, which is off.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn without_way(&self, cx: &Cx) -> Result<WithoutWay> {
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_one(sql::COUNT_WITHOUT_WAY, args![crate::scope(cx)?, cx.now()]).await?;
        let number = |column| -> Result<u64> { Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0)) };
        Ok(WithoutWay { people: number("people")?, without_link: number("without_link")? })
    }

    /// Sends links to up to [`LINKS_AT_ONCE`] employees who have nothing to sign in with, and no link that works: the next call
    /// goes on from there. What was sent before something fails stays sent. The caller asks as for
    /// [`send_password_link`](Self::send_password_link).
    ///
    /// # Errors
    /// [`AccountsError::Denied`]; [`AccountsError::Busy`] if mails wait in numbers and none could be added.
    pub async fn send_password_links(&self, cx: &Cx, page: &str) -> Result<LinksSent> {
        let organisation = crate::scope(cx)?;
        let (mut after, mut done) = (crate::nil(), LinksSent::default());
        while done.sent + done.unreachable < LINKS_AT_ONCE {
            let mut tx = self.db().begin(cx).await?;
            self.may_send_link(&mut tx, cx, Role::Employee).await?;
            let seen = without_way(&mut tx, cx, organisation, after).await?;
            let Some(last) = seen.last().copied() else { break };
            self.hold_people(&mut tx, cx, seen.iter().copied()).await?;
            self.may_send_link(&mut tx, cx, Role::Employee).await?;
            // Looked for again: some may have been given a role or made a passkey before they were held.
            let mut people = without_way(&mut tx, cx, organisation, after).await?;
            people.retain(|person| seen.contains(person));
            after = last;
            let mut part = done;
            for person in people {
                match self.send_link(&mut tx, cx, person, Role::Employee, page).await {
                    Ok(()) => part.sent += 1,
                    Err(AccountsError::PasswordLink(_)) => part.unreachable += 1,
                    // Nothing of this part is kept: nobody has a link without its mail.
                    Err(AccountsError::Busy) if done.sent > 0 => return Ok(done),
                    Err(error) => return Err(error),
                }
            }
            tx.commit().await?;
            done = part;
        }
        Ok(done)
    }

    /// Nothing is written for somebody who gets no mail: nobody has a link without it.
    async fn send_link(&self, tx: &mut Tx, cx: &Cx, person: PersonId, role: Role, page: &str) -> Result<()> {
        let to = match self.person_in(tx, cx, person).await {
            // A profile that does not open has no address; that of one person keeps nobody else from a link.
            Err(AccountsError::Vault(error)) if is_of_one_person(&error) => return Err(PasswordLinkRefusal::Address.into()),
            found => found?,
        };
        if !to.takes_mail() {
            return Err(PasswordLinkRefusal::Address.into());
        }
        let announced = match role.is_above_employee() {
            true => self.announce(tx, cx, Notice::PasswordLinkSent, person).await?,
            false => json!({ "owners": 0, "announced": 0 }),
        };
        let by = match cx.actor() {
            Actor::Person(by) => Some(self.person_in(tx, cx, by).await?.display_name().to_owned()),
            _ => None,
        };
        let token = self.add_link(tx, cx, person, LinkPurpose::SetUp, PASSWORD_LINK_LIFETIME, Some(announced)).await?;
        let (name, language) = self.name_and_language(tx, cx).await?;
        let until = moment(cx.now() + PASSWORD_LINK_LIFETIME);
        let link = format!("{page}{}", token.as_str());
        let (subject, text) = words(to.language().unwrap_or(language), by.as_deref(), &name, &until, &link);
        match self.enqueue_to(tx, cx, &to, subject, text, false).await {
            Ok(()) => Ok(()),
            Err(MailError::Jobs(tillit_jobs::JobsError::Store(error))) => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "a link to choose a password could not be queued");
                Err(AccountsError::Busy)
            }
        }
    }
}

/// The next employees who have nothing to sign in with, and no link that works.
async fn without_way(tx: &mut Tx, cx: &Cx, organisation: OrganisationId, after: PersonId) -> Result<Vec<PersonId>> {
    let rows = tx.fetch_all(sql::LIST_WITHOUT_WAY, args![organisation, cx.now(), after, PART]).await?;
    Ok(rows.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?)
}

/// Subject and text. The link stands alone on its line, whole, however long it is.
fn words(language: Language, by: Option<&str>, organisation: &str, until: &str, link: &str) -> (String, String) {
    let (subject, before, after) = match language {
        Language::English => {
            let by = by.unwrap_or("The operator of this portal");
            (
                format!("{organisation}: choose a new password"),
                format!("{by} sent you this link, so that you can choose a new password for the portal of {organisation}:\n"),
                format!(
                    "\nThe link works once, until {until}. What you sign in with now goes on to work until you have chosen. Afterwards you \
                     are signed out everywhere else. If you use an authenticator app, you are asked for its code as always.\n\n\
                     If you did not ask for this: do nothing, and tell whoever looks after {organisation}'s security.\n"
                ),
            )
        }
        Language::Norwegian => {
            let by = by.unwrap_or("Den som drifter kundeportalen");
            (
                format!("{organisation}: velg et nytt passord"),
                format!("{by} har sendt deg denne lenken, så du kan velge et nytt passord for kundeportalen til {organisation}:\n"),
                format!(
                    "\nLenken virker én gang, til {until}. Det du logger på med nå, virker til du har valgt. Etterpå er du \
                     logget av alle andre steder. Bruker du en autentiseringsapp, blir du spurt om koden som før.\n\n\
                     Har du ikke bedt om dette: Ikke gjør noe, og si fra til dem som har ansvar for sikkerheten hos {organisation}.\n"
                ),
            )
        }
    };
    (subject, format!("{}\n{link}\n{}", wrapped(&before), wrapped(&after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_stays_whole_and_the_mail_says_who_sent_it_until_when_and_what_to_do_otherwise() {
        let link = format!("https://portal.a-rather-long-name.example/set-up/{}", "A".repeat(43));
        for (language, otherwise) in [(Language::English, "If you did not ask"), (Language::Norwegian, "Har du ikke bedt")] {
            let (subject, text) = words(language, Some("Ingrid Solheim"), "Nordvik kommune", "2026-11-29 12:00 UTC", &link);
            assert!(subject.contains("Nordvik kommune"));
            assert!(text.lines().any(|line| line == link), "{text}");
            let one_line = text.replace('\n', " ");
            for said in ["Ingrid Solheim", "2026-11-29 12:00 UTC", otherwise] {
                assert!(one_line.contains(said), "{said} in {text}");
            }
        }
    }
}
