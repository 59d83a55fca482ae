//! Mails that this room causes. They are queued in the transaction that causes them.

use tillit_accounts::audit::Entry;
use tillit_accounts::{Language, Person, Role};
use tillit_jobs::JobsError;
use tillit_mail::{MailError, Outgoing};
use tillit_store::{Cx, PersonId, Tx, args};

use super::settings::{self, Settings};
use super::{Sso, progress, scope};
use crate::activation::Effect;
use crate::error::{Result, SsoError};
use crate::protocol::Identity;
use crate::registration::Stage;
use crate::sql;

/// What everybody calls that provider.
const MICROSOFT: &str = "Microsoft";

/// A mail in both languages: subject and text, with `{organisation}`, `{provider}`, `{person}`, `{until}` and `{portal}` to be filled.
struct Template {
    en: (&'static str, &'static str),
    nb: (&'static str, &'static str),
}

const ENFORCED: Template = Template {
    en: (
        "{organisation}: single sign-on is enforced for 15 minutes",
        "Single sign-on was enforced for {organisation}. It goes back by itself in 15 minutes, unless an administrator signs in through {provider} and so confirms it.\n\nIf none of you did this, sign in with a code of your recovery kit and turn it off: {portal}/settings/security\n",
    ),
    nb: (
        "{organisation}: enkel pålogging er påkrevd i 15 minutter",
        "Enkel pålogging er nå påkrevd for {organisation}. Det går tilbake av seg selv om 15 minutter, med mindre en administrator logger på gjennom {provider} og dermed bekrefter det.\n\nHvis ingen av dere gjorde dette, logg på med en nødkode og slå det av: {portal}/settings/security\n",
    ),
};
const CONFIRMED: Template = Template {
    en: (
        "{organisation}: single sign-on is on",
        "Single sign-on is confirmed for {organisation}. Passwords of this portal are no longer accepted; codes of recovery kits still are.\n\nSettings: {portal}/settings/security\n",
    ),
    nb: (
        "{organisation}: enkel pålogging er på",
        "Enkel pålogging er bekreftet for {organisation}. Passord i denne kundeportalen godtas ikke lenger; eiernes nødkoder gjør det.\n\nInnstillinger: {portal}/settings/security\n",
    ),
};
const RAN_OUT: Template = Template {
    en: (
        "{organisation}: single sign-on went back to how it was",
        "Nobody confirmed single sign-on for {organisation} in time, so it went back to how it was. Nothing was lost; it can be tried again.\n\nSettings: {portal}/settings/security\n",
    ),
    nb: (
        "{organisation}: enkel pålogging gikk tilbake til slik det var",
        "Ingen bekreftet enkel pålogging for {organisation} i tide, så det gikk tilbake til slik det var. Ingenting er tapt; dere kan prøve igjen.\n\nInnstillinger: {portal}/settings/security\n",
    ),
};
const TURNED_OFF: Template = Template {
    en: (
        "{organisation}: single sign-on was turned off",
        "Single sign-on was turned off for {organisation}. People sign in with their passwords for this portal again.\n\nIf none of you did this, look at the audit log: {portal}/settings/audit\n",
    ),
    nb: (
        "{organisation}: enkel pålogging er slått av",
        "Enkel pålogging er slått av for {organisation}. Folk logger igjen på med passordet sitt i kundeportalen.\n\nHvis ingen av dere gjorde dette, se i hendelsesloggen: {portal}/settings/audit\n",
    ),
};
const LINKED: Template = Template {
    en: (
        "Your account at {provider} is linked at {organisation}",
        "You signed in to the portal of {organisation} with your account at {provider} for the first time. From now on this account, and no other, is you.\n\nIf that was not you, tell an administrator of your organisation.\n{portal}\n",
    ),
    nb: (
        "Kontoen din hos {provider} er koblet til {organisation}",
        "Du logget på kundeportalen til {organisation} med kontoen din hos {provider} for første gang. Fra nå av er denne kontoen, og ingen annen, deg.\n\nHvis det ikke var deg, si fra til en administrator i virksomheten.\n{portal}\n",
    ),
};
const OWNER_LINKED: Template = Template {
    en: (
        "{organisation}: an owner's account at {provider} was linked",
        "{person} linked an account at {provider}. Whoever signs in with that account is {person} from now on, an owner of {organisation}.\n\nIf you know of it, nothing needs to be done. If not: ask {person}, on another way than by mail, and if something is wrong unlink the account on the person's page.\n{portal}/people\n",
    ),
    nb: (
        "{organisation}: kontoen til en eier hos {provider} ble koblet til",
        "{person} koblet til en konto hos {provider}. Den som logger på med den kontoen, er {person} fra nå av, en eier av {organisation}.\n\nKjenner du til det, er det ingenting å gjøre. Hvis ikke: Spør {person}, på en annen måte enn e-post, og fjern koblingen på siden til personen hvis noe er galt.\n{portal}/people\n",
    ),
};
const UNLINKED: Template = Template {
    en: (
        "Your account at {provider} is no longer linked at {organisation}",
        "An administrator of {organisation} unlinked your account at {provider} from you. Where you were signed in with it, you are signed out.\n\nHow you sign in from now on: {portal}/sign-in\n\nIf you did not expect this, ask an administrator of your organisation.\n",
    ),
    nb: (
        "Kontoen din hos {provider} er ikke lenger koblet til {organisation}",
        "En administrator i {organisation} har koblet kontoen din hos {provider} fra deg. Der du var logget på med den, er du logget av.\n\nSlik logger du på fra nå av: {portal}/sign-in\n\nVentet du ikke dette, spør en administrator i virksomheten.\n",
    ),
};
const OTHER_ACCOUNT: Template = Template {
    en: (
        "{organisation}: a sign-in with another account was refused",
        "Somebody signed in with an account at {provider} that has the username of {person}, but {person} is linked to another account. The sign-in was refused.\n\nThis happens when a username was given to somebody new, or an account was deleted and made again. If it is the same person, unlink the old account on the person's page. If not, nothing needs to be done.\n{portal}/people\n",
    ),
    nb: (
        "{organisation}: en pålogging med en annen konto ble avvist",
        "Noen logget på med en konto hos {provider} som har brukernavnet til {person}, men {person} er koblet til en annen konto. Påloggingen ble avvist.\n\nDette skjer når et brukernavn er gitt til en ny person, eller en konto er slettet og laget på nytt. Er det samme person, koble fra den gamle kontoen på siden til personen. Hvis ikke, trenger du ikke gjøre noe.\n{portal}/people\n",
    ),
};
const CREDENTIAL_ENDS: Template = Template {
    en: (
        "{organisation}: the credential for single sign-on expires {until}",
        "The certificate or secret with which this portal signs in to {provider} for {organisation} expires {until}. After that nobody can sign in through {provider}.\n\nAdd a new one in the other slot now; the old one works until it expires: {portal}/settings/security\n",
    ),
    nb: (
        "{organisation}: legitimasjonen for enkel pålogging utløper {until}",
        "Sertifikatet eller hemmeligheten som kundeportalen bruker mot {provider} for {organisation}, utløper {until}. Etter det kan ingen logge på gjennom {provider}.\n\nLegg inn en ny på den andre plassen nå; den gamle virker til den utløper: {portal}/settings/security\n",
    ),
};
const CREDENTIAL_ENDED: Template = Template {
    en: (
        "{organisation}: the credential for single sign-on has expired",
        "The certificate or secret with which this portal signs in to {provider} for {organisation} has expired. Nobody can sign in through {provider} until there is a new one.\n\nAn owner signs in with a code of the recovery kit and adds it: {portal}/settings/security\n",
    ),
    nb: (
        "{organisation}: legitimasjonen for enkel pålogging er utløpt",
        "Sertifikatet eller hemmeligheten som kundeportalen bruker mot {provider} for {organisation}, er utløpt. Ingen kan logge på gjennom {provider} før det er lagt inn en ny.\n\nEn eier logger på med en nødkode og legger den inn: {portal}/settings/security\n",
    ),
};

impl Sso {
    /// An effect of the activation, for the audit log.
    pub(crate) async fn record_effect(&self, tx: &mut Tx, cx: &Cx, effect: &Effect) -> Result<()> {
        let detail = serde_json::to_value(effect).map_err(|_| SsoError::Inconsistent("effect"))?;
        Ok(self.accounts().record(tx, cx, Entry::new(effect.action()).detail(detail)).await?)
    }

    /// Tells every owner what changed about who can come in.
    pub(crate) async fn tell_owners_of(&self, tx: &mut Tx, cx: &Cx, effect: &Effect) -> Result<()> {
        let template = match effect {
            Effect::Enforced { .. } => &ENFORCED,
            Effect::Confirmed(_) => &CONFIRMED,
            Effect::RanOut(_) => &RAN_OUT,
            Effect::TurnedOff(_) => &TURNED_OFF,
            Effect::Drafted(_) | Effect::Discarded(_) | Effect::Linked(_) | Effect::Tested(_) => return Ok(()),
        };
        let provider = self.provider_now(tx, cx).await?;
        self.tell_owners(tx, cx, template, &About { provider: &provider, ..About::default() }).await
    }

    /// Rule (c): the person is told that an account was linked.
    pub(crate) async fn tell_linked(&self, tx: &mut Tx, cx: &Cx, person: PersonId, account: &Identity) -> Result<()> {
        let person = self.accounts().person_in(tx, cx, person).await?;
        self.tell(tx, cx, &person, &LINKED, &About { provider: &provider_of(account), ..About::default() }).await
    }

    /// Somebody linked an account in a session: the person is told, at the address that was there before, and of an owner's account
    /// the other owners. A session that was stolen must not become a lasting way in unseen.
    pub(crate) async fn tell_of_link(&self, tx: &mut Tx, cx: &Cx, person: PersonId, account: &Identity) -> Result<()> {
        self.tell_linked(tx, cx, person, account).await?;
        let linked = self.accounts().person_in(tx, cx, person).await?;
        if linked.role != Role::Owner {
            return Ok(());
        }
        let about = About { provider: &provider_of(account), person: linked.display_name(), ..About::default() };
        for owner in self.accounts().owners_who_read(tx, cx).await?.iter().filter(|owner| owner.id != person) {
            self.tell(tx, cx, owner, &OWNER_LINKED, &about).await?;
        }
        Ok(())
    }

    /// The person is told that an account was taken off.
    pub(crate) async fn tell_unlinked(&self, tx: &mut Tx, cx: &Cx, person: PersonId, account: &Identity) -> Result<()> {
        let person = self.accounts().person_in(tx, cx, person).await?;
        self.tell(tx, cx, &person, &UNLINKED, &About { provider: &provider_of(account), ..About::default() }).await
    }

    /// Rule (e): the owners are told that somebody came with another account.
    pub(crate) async fn tell_owners_of_other_account(&self, tx: &mut Tx, cx: &Cx, person: PersonId, account: &Identity) -> Result<()> {
        let person = self.accounts().person_in(tx, cx, person).await?;
        let about = About { provider: &provider_of(account), person: person.display_name(), ..About::default() };
        self.tell_owners(tx, cx, &OTHER_ACCOUNT, &about).await
    }

    /// A credential is near its end, or over.
    pub(crate) async fn tell_owners_of_end(&self, tx: &mut Tx, cx: &Cx, stage: Stage) -> Result<()> {
        let (template, until) = match stage {
            Stage::Fine => return Ok(()),
            Stage::Days60 => (&CREDENTIAL_ENDS, ("within 60 days", "innen 60 dager")),
            Stage::Days30 => (&CREDENTIAL_ENDS, ("within 30 days", "innen 30 dager")),
            Stage::Days7 => (&CREDENTIAL_ENDS, ("within 7 days", "innen 7 dager")),
            Stage::Days1 => (&CREDENTIAL_ENDS, ("within a day", "innen ett døgn")),
            Stage::Expired => (&CREDENTIAL_ENDED, ("", "")),
        };
        let provider = self.provider_now(tx, cx).await?;
        self.tell_owners(tx, cx, template, &About { provider: &provider, until, ..About::default() }).await
    }

    /// The provider of what is in force, else of what is being prepared.
    async fn provider_now(&self, tx: &mut Tx, cx: &Cx) -> Result<String> {
        let organisation = scope(cx)?;
        let progress = progress::find(tx, organisation).await?;
        let Some(version) = progress.in_force(cx).or_else(|| progress.draft(cx)) else { return Ok(MICROSOFT.to_owned()) };
        Ok(match settings::find(tx, organisation, version).await?.settings {
            Settings::OpenId { issuer, .. } => host_of(issuer.as_str()),
            Settings::Operator | Settings::Own { .. } => MICROSOFT.to_owned(),
        })
    }

    async fn tell_owners(&self, tx: &mut Tx, cx: &Cx, template: &Template, about: &About<'_>) -> Result<()> {
        for owner in self.accounts().owners_who_read(tx, cx).await? {
            self.tell(tx, cx, &owner, template, about).await?;
        }
        Ok(())
    }

    async fn tell(&self, tx: &mut Tx, cx: &Cx, to: &Person, template: &Template, about: &About<'_>) -> Result<()> {
        let row = tx.fetch_one(sql::FIND_ORGANISATION, args![scope(cx)?]).await?;
        let (organisation, language): (String, Language) = (row.get("name")?, row.get("language")?);
        let ((subject, text), until) = match to.language().unwrap_or(language) {
            Language::English => (template.en, about.until.0),
            Language::Norwegian => (template.nb, about.until.1),
        };
        let portal = self.config().public_url.as_str().trim_end_matches('/');
        let fill = |text: &str| {
            text.replace("{until}", until)
                .replace("{portal}", portal)
                .replace("{provider}", about.provider)
                .replace("{organisation}", &organisation)
                .replace("{person}", about.person)
        };
        let mail = Outgoing { to: to.mail_address().to_owned(), subject: fill(subject), text: fill(text) };
        match tillit_mail::enqueue_protective(tx, cx, self.vault(), mail).await {
            Ok(()) => Ok(()),
            Err(MailError::Jobs(JobsError::Store(error))) => Err(error.into()),
            Err(MailError::Jobs(JobsError::Vault(error))) => Err(error.into()),
            Err(error) => {
                // An address that is none or a full queue must not keep anybody from turning off or coming in.
                tracing::warn!(%error, "a mail was not queued");
                Ok(())
            }
        }
    }
}

/// What the places of a mail are filled with.
#[derive(Default)]
struct About<'a> {
    provider: &'a str,
    person: &'a str,
    /// English and Norwegian.
    until: (&'a str, &'a str),
}

/// What people call the provider: Microsoft, or another one's host.
fn provider_of(account: &Identity) -> String {
    match account {
        Identity::Microsoft { .. } => MICROSOFT.to_owned(),
        Identity::OpenId { issuer, .. } => host_of(issuer.as_str()),
    }
}

fn host_of(issuer: &str) -> String {
    url::Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| issuer.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&Template; 10] = [
        &ENFORCED,
        &CONFIRMED,
        &RAN_OUT,
        &TURNED_OFF,
        &LINKED,
        &OWNER_LINKED,
        &UNLINKED,
        &OTHER_ACCOUNT,
        &CREDENTIAL_ENDS,
        &CREDENTIAL_ENDED,
    ];

    #[test]
    fn a_mail_names_another_provider_by_its_host_and_never_microsoft() {
        for template in ALL {
            for (subject, text) in [template.en, template.nb] {
                assert!(!subject.contains(MICROSOFT) && !text.contains(MICROSOFT), "{subject}");
                assert!(!subject.contains("{person}"), "{subject}: subjects are read in passing");
            }
        }
        assert_eq!(host_of("https://login.nordvik.example:8443/realms/a"), "login.nordvik.example");
    }

    #[test]
    fn both_languages_fill_the_same_places() {
        for template in ALL {
            for place in ["{organisation}", "{provider}", "{person}", "{until}", "{portal}"] {
                let count = |(subject, text): (&str, &str)| (subject.matches(place).count(), text.matches(place).count());
                assert_eq!(count(template.en), count(template.nb), "{}: {place}", template.en.0);
            }
        }
    }
}
