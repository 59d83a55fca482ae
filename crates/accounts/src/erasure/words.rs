//! What the mails about erasures say. None names who asks: mail is read in passing.

use tillit_store::Timestamp;

use crate::language::Language;
use crate::notice::{moment, wrapped};

type Mail = (String, String);

fn mail(subject: &str, text: String) -> Mail {
    (subject.to_owned(), wrapped(&text))
}

/// To who may answer: somebody asks.
pub(super) fn asked(language: Language, organisation: &str, due: Timestamp) -> Mail {
    let due = moment(due);
    match language {
        Language::English => mail(
            "Somebody asks to be forgotten",
            format!(
                "A person of {organisation} asks to be forgotten. Answer by {due}.\n\n\
                 You find the request in the portal under Settings, PRIVACY, “Requests”. You can forget the person, refuse with a reason, \
                 or extend the time once.\n"
            ),
        ),
        Language::Norwegian => mail(
            "Noen ber om å bli glemt",
            format!(
                "En person hos {organisation} ber om å bli glemt. Svar innen {due}.\n\n\
                 Du finner forespørselen i kundeportalen under Innstillinger, PERSONVERN, «Forespørsler». Du kan glemme personen, avslå med en \
                 grunn eller forlenge fristen én gang.\n"
            ),
        ),
    }
}

/// To who may answer: the time is nearly over.
pub(super) fn reminder(language: Language, organisation: &str, due: Timestamp) -> Mail {
    let due = moment(due);
    match language {
        Language::English => mail(
            "A request to be forgotten waits for an answer",
            format!(
                "A person of {organisation} asked to be forgotten. The time to answer ends {due}.\n\nThe request is in the portal under Settings, PRIVACY, “Requests”.\n"
            ),
        ),
        Language::Norwegian => mail(
            "En forespørsel om å bli glemt venter på svar",
            format!(
                "En person hos {organisation} har bedt om å bli glemt. Fristen for å svare er {due}.\n\nForespørselen er i kundeportalen under Innstillinger, PERSONVERN, «Forespørsler».\n"
            ),
        ),
    }
}

/// To the person: no.
pub(super) fn refused(language: Language, organisation: &str, reason: &str) -> Mail {
    match language {
        Language::English => mail(
            "Your request to be forgotten was answered",
            format!(
                "{organisation} does not forget you, for this reason:\n\n{reason}\n\n\
                 If you think that this is wrong, talk to {organisation}, or to the data protection authority of your country: you may complain there.\n"
            ),
        ),
        Language::Norwegian => mail(
            "Du har fått svar på at du ba om å bli glemt",
            format!(
                "{organisation} glemmer deg ikke, av denne grunnen:\n\n{reason}\n\n\
                 Mener du det er feil, snakk med {organisation} eller med Datatilsynet: Du kan klage dit.\n"
            ),
        ),
    }
}

/// To the person: it takes longer.
pub(super) fn extended(language: Language, organisation: &str, reason: &str, due: Timestamp) -> Mail {
    let due = moment(due);
    match language {
        Language::English => mail(
            "Your request to be forgotten takes longer",
            format!("{organisation} needs until {due} to answer your request to be forgotten, for this reason:\n\n{reason}\n"),
        ),
        Language::Norwegian => mail(
            "Det tar lengre tid å svare på at du ba om å bli glemt",
            format!("{organisation} trenger til {due} for å svare på at du ba om å bli glemt, av denne grunnen:\n\n{reason}\n"),
        ),
    }
}

/// To the person who is forgotten: the last mail.
pub(super) fn forgotten(language: Language, organisation: &str, backups_until: Option<Timestamp>) -> Mail {
    match language {
        Language::English => {
            let backups = match backups_until {
                Some(until) => format!("From {} on nobody's profile in a backup from before opens any more.", moment(until)),
                None => "Backups hold it until they are deleted.".to_owned(),
            };
            mail(
                "You were forgotten",
                format!(
                    "{organisation} forgot you: your profile, sessions and linked accounts are gone, and nothing of them opens again. {backups}\n\n\
                     The log of what was done keeps an id that leads to nobody. This is the last mail you get from here.\n"
                ),
            )
        }
        Language::Norwegian => {
            let backups = match backups_until {
                Some(until) => format!("Fra {} åpner ingen sikkerhetskopi fra før profilen til noen lenger.", moment(until)),
                None => "Sikkerhetskopier har det til de blir slettet.".to_owned(),
            };
            mail(
                "Du er glemt",
                format!(
                    "{organisation} har glemt deg: Profilen, øktene og de koblede kontoene dine er borte, og ingenting av det lar seg åpne igjen. {backups}\n\n\
                     Loggen over det som er gjort, beholder en id som ikke leder til noen. Dette er den siste e-posten du får herfra.\n"
                ),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_says_what_is_so_in_both_languages() {
        let at = Timestamp(1_795_435_200_000_000);
        let mails = |language| {
            [
                asked(language, "Nordvik", at),
                reminder(language, "Nordvik", at),
                refused(language, "Nordvik", "The law asks us to keep it."),
                extended(language, "Nordvik", "Many ask.", at),
                forgotten(language, "Nordvik", Some(at)),
                forgotten(language, "Nordvik", None),
            ]
        };
        let [english, norwegian] = Language::ALL.map(mails);
        for (one, other) in english.iter().zip(&norwegian) {
            assert_ne!(one, other);
            assert!(one.1.contains("Nordvik") && other.1.contains("Nordvik"));
        }
        assert!(english[2].1.contains("The law asks us to keep it."));
        assert!(english[4].1.contains("2026-11-23 12:00 UTC"));
    }
}
