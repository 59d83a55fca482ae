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
    OwnCodesMade,
    PasskeyAdded,
    PasskeyRemoved,
    PasskeyCounter,
    PasswordChanged,
    PasswordSetByInvitation,
    PasswordSet,
}

impl Change {
    #[cfg(test)]
    const ALL: [Self; 11] = [
        Self::PasswordSetByInvitation,
        Self::PasswordChanged,
        Self::PasswordSet,
        Self::OwnCodesMade,
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
            (Self::AppRemoved, Language::English) => (
                "The authenticator app was removed",
                "the authenticator app was removed, with its recovery codes. Signing in with a password, where there is one, no longer asks for a code.",
            ),
            (Self::AppRemoved, Language::Norwegian) => (
                "Autentiseringsappen er fjernet",
                "autentiseringsappen ble fjernet, sammen med gjenopprettingskodene. Pålogging med passord, der det finnes, spør ikke lenger etter koden.",
            ),
            (Self::AppReset, Language::English) => (
                "Your second factor was taken away",
                "an administrator of your organisation took your authenticator app, your own recovery codes and your passkeys away, so that you can set them up again.",
            ),
            (Self::AppReset, Language::Norwegian) => (
                "Den andre faktoren din er tatt bort",
                "en administrator i virksomheten tok bort autentiseringsappen, gjenopprettingskodene og passnøklene dine, så du kan sette dem opp på nytt.",
            ),
            (Self::PasswordSet, Language::English) => (
                "A password was set",
                "a password was set for your account here; there was none before. Whoever knows it can sign in where passwords are accepted.",
            ),
            (Self::PasswordSet, Language::Norwegian) => (
                "Et passord er satt",
                "det ble satt et passord for kontoen din her. Det var ikke noe fra før. Den som kjenner det, kan logge på der passord godtas.",
            ),
            (Self::OwnCodesMade, Language::English) => (
                "New recovery codes were made",
                "new recovery codes were made for your authenticator app. Each of them works once in place of a code of the app, and the earlier ones work no more.",
            ),
            (Self::OwnCodesMade, Language::Norwegian) => (
                "Nye gjenopprettingskoder er laget",
                "det ble laget nye gjenopprettingskoder for autentiseringsappen din. Hver av dem virker én gang i stedet for en kode fra appen, og de forrige virker ikke lenger.",
            ),
            (Self::PasswordSetByInvitation, Language::English) => (
                "A password was chosen with your invitation",
                "somebody opened the link of an invitation to you and chose a password. It is what signs in here from now on; other sessions have ended.",
            ),
            (Self::PasswordSetByInvitation, Language::Norwegian) => (
                "Et passord er valgt med invitasjonen din",
                "noen åpnet lenken i en invitasjon til deg og valgte et passord. Det er det som logger på her fra nå av, og andre økter er avsluttet.",
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
                 Sessions, and \"Sign out everywhere\". Then choose \"How you sign in\": look at your passkeys and your app, remove what is not \
                 yours, and change your password if you have one. Tell whoever looks after {organisation}'s security.\n"
            ),
            Language::Norwegian => format!(
                "Var det deg, trenger du ikke gjøre noe.\n\n\
                 Var det ikke deg: Åpne kundeportalen slik du pleier (det er ingen lenke her, med vilje), velg navnet ditt øverst, så \
                 Økter og \"Logg av overalt\". Velg så \"Slik logger du på\": Se på passnøklene og appen din, fjern det som ikke er ditt, og bytt \
                 passord hvis du har et. Si fra til dem som har ansvar for sikkerheten hos {organisation}.\n"
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
