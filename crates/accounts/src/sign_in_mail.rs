//! Mails to somebody whose ways of signing in changed.

use tillit_store::{Cx, PersonId, Tx};

use crate::Accounts;
use crate::error::Result;
use crate::language::Language;
use crate::notice::{moment, wrapped};

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    AppSet,
    AppRemoved,
    AppReset,
    OwnCodeUsed,
    PasskeyAdded,
    PasskeyRemoved,
    PasskeyCounter,
    PasswordChanged,
}

impl Change {
    #[cfg(test)]
    const ALL: [Self; 8] = [
        Self::PasswordChanged,
        Self::AppSet,
        Self::AppRemoved,
        Self::AppReset,
        Self::OwnCodeUsed,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasskeyCounter,
    ];

    /// Subject, and what happened.
    const fn words(self, language: Language) -> (&'static str, &'static str) {
        match (self, language) {
            (Self::AppSet, Language::English) => (
                "An authenticator app was set up",
                "an authenticator app was set up. Signing in with the password asks for its code from now on.",
            ),
            (Self::AppSet, Language::Norwegian) => {
                ("En autentiseringsapp er satt opp", "en autentiseringsapp ble satt opp. Pålogging med passord spør etter koden fra nå av.")
            }
            (Self::AppRemoved, Language::English) => {
                ("The authenticator app was removed", "the authenticator app was removed. The password alone is enough to sign in.")
            }
            (Self::AppRemoved, Language::Norwegian) => {
                ("Autentiseringsappen er fjernet", "autentiseringsappen ble fjernet. Passordet alene er nok til å logge på.")
            }
            (Self::AppReset, Language::English) => (
                "Your second factor was taken away",
                "an owner took your authenticator app, its recovery codes and your passkeys away. You can sign in with the password alone and set them up again; without a password, ask for an invitation.",
            ),
            (Self::AppReset, Language::Norwegian) => (
                "Den andre faktoren din er tatt bort",
                "en eier tok bort autentiseringsappen, gjenopprettingskodene og passnøklene dine. Du kan logge på med passordet alene og sette dem opp på nytt. Har du ikke passord, be om en invitasjon.",
            ),
            (Self::PasswordChanged, Language::English) => (
                "Your password was changed",
                "your password was changed. The old one does not work any more, and other sessions have ended.",
            ),
            (Self::PasswordChanged, Language::Norwegian) => {
                ("Passordet ditt er byttet", "passordet ditt ble byttet. Det gamle virker ikke lenger, og andre økter er avsluttet.")
            }
            (Self::PasskeyAdded, Language::English) => ("A passkey was added", "a passkey was added. Whoever holds it can sign in."),
            (Self::PasskeyAdded, Language::Norwegian) => {
                ("En passnøkkel er lagt til", "en passnøkkel ble lagt til. Den som har den, kan logge på.")
            }
            (Self::PasskeyRemoved, Language::English) => ("A passkey was removed", "a passkey was removed. It does not sign in any more."),
            (Self::PasskeyRemoved, Language::Norwegian) => {
                ("En passnøkkel er fjernet", "en passnøkkel ble fjernet. Den kan ikke brukes til å logge på lenger.")
            }
            (Self::PasskeyCounter, Language::English) => (
                "A passkey may have been copied",
                "one of your passkeys counted backwards. Some that live on several devices do that by themselves; otherwise somebody may have copied it. If you are not sure, remove that passkey and add a new one.",
            ),
            (Self::PasskeyCounter, Language::Norwegian) => (
                "En passnøkkel kan være kopiert",
                "en av passnøklene dine telte baklengs. Noen som finnes på flere enheter, gjør det av seg selv; ellers kan noen ha kopiert den. Er du usikker, fjern den passnøkkelen og legg til en ny.",
            ),
            (Self::OwnCodeUsed, Language::English) => (
                "A recovery code was used in place of the app",
                "one of your recovery codes was used in place of a code of the app. It does not work again.",
            ),
            (Self::OwnCodeUsed, Language::Norwegian) => (
                "En gjenopprettingskode ble brukt i stedet for appen",
                "en av gjenopprettingskodene dine ble brukt i stedet for en kode fra appen. Den virker ikke igjen.",
            ),
        }
    }

    /// Subject and text. No link in it, as in the mail about a new browser.
    fn mail(self, language: Language, organisation: &str, who: &str, when: &str) -> (String, String) {
        let (subject, what) = self.words(language);
        let react = match language {
            Language::English => format!(
                "If this was you, nothing needs to be done.\n\n\
                 If it was not: open the portal as you always do (there is no link here on purpose), choose your name at the top, then \
                 Sessions, and \"Sign out everywhere\". Then change your password, and tell whoever looks after {organisation}'s security.\n"
            ),
            Language::Norwegian => format!(
                "Var det deg, trenger du ikke gjøre noe.\n\n\
                 Var det ikke deg: Åpne kundeportalen slik du pleier (det er ingen lenke her, med vilje), velg navnet ditt øverst, så \
                 Økter og \"Logg av overalt\". Bytt deretter passord, og si fra til dem som har ansvar for sikkerheten hos {organisation}.\n"
            ),
        };
        (format!("{organisation}: {subject}"), wrapped(&format!("{when}, {who}: {what}\n\n{react}")))
    }
}

impl Accounts {
    /// Tells a person; whether a mail waits.
    pub(crate) async fn tell_about(&self, tx: &mut Tx, cx: &Cx, person: PersonId, change: Change) -> Result<bool> {
        let when = moment(cx.now());
        self.tell(tx, cx, person, |language, person, organisation| change.mail(language, organisation, person.username.as_str(), &when))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_says_what_happened_and_how_to_react_without_a_link() {
        for change in Change::ALL {
            let [en, nb] = Language::ALL.map(|language| change.mail(language, "Nordvik", "ola@nordvik.example", "2026-11-28 20:00 UTC"));
            assert_ne!(en, nb);
            for (subject, text) in [en, nb] {
                assert!(subject.starts_with("Nordvik: ") && subject.len() < 100, "{subject}");
                assert!(text.starts_with("2026-11-28 20:00 UTC, ola@nordvik.example:") && !text.contains("http"), "{text}");
                let line = text.replace('\n', " ");
                assert!(line.contains("Sign out everywhere") || line.contains("Logg av overalt"), "{text}");
            }
        }
    }
}
