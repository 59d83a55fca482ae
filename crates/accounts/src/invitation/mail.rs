//! The mail of an invitation.

use tillit_store::Timestamp;

use crate::language::Language;
use crate::notice::{moment, wrapped};
use crate::role::Role;

/// What stands in it.
pub(super) struct Facts<'a> {
    /// Who invites; `None`: the operator.
    pub by: Option<&'a str>,
    pub organisation: &'a str,
    pub role: Role,
    pub until: Timestamp,
    pub link: &'a str,
}

/// Subject and text. The link stands alone on its line, whole, however long it is.
pub(super) fn words(language: Language, facts: &Facts<'_>) -> (String, String) {
    let Facts { by, organisation, role, until, link } = facts;
    let (until, role) = (moment(*until), role.in_mail(language));
    let (subject, before, after) = match language {
        Language::English => {
            let by = by.unwrap_or("The operator of this portal");
            (
                format!("{organisation}: you are invited"),
                format!(
                    "{by} invites you to the portal of {organisation}, as {role}. Open this page to see what it means and to accept:\n"
                ),
                format!(
                    "\nThe link works once, until {until}. By itself it lets nobody in: you sign in with your work account, or choose \
                     a password. It was made for this address; please do not pass it on.\n\n\
                     If you did not expect this, do nothing.\n"
                ),
            )
        }
        Language::Norwegian => {
            let by = by.unwrap_or("Den som drifter kundeportalen");
            (
                format!("{organisation}: du er invitert"),
                format!(
                    "{by} inviterer deg til kundeportalen til {organisation}, som {role}. Åpne denne siden for å se hva det innebærer, og for å takke ja:\n"
                ),
                format!(
                    "\nLenken virker én gang, til {until}. Den slipper ingen inn alene: Du logger på med jobbkontoen din, eller velger \
                     et passord. Den er laget for denne adressen, så ikke send den videre.\n\n\
                     Ventet du ikke dette, trenger du ikke gjøre noe.\n"
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
    fn the_link_stays_whole_and_every_fact_is_there_in_both_languages() {
        let link = format!("https://portal.a-rather-long-name.example/invitation/{}", "A".repeat(43));
        let facts = Facts {
            by: Some("Ingrid Solheim"),
            organisation: "Nordvik kommune",
            role: Role::Owner,
            until: Timestamp(1_795_435_200_000_000),
            link: &link,
        };
        let both = Language::ALL.map(|language| words(language, &facts));
        assert_ne!(both[0], both[1]);
        for (subject, text) in both {
            assert!(subject.contains("Nordvik kommune"));
            assert!(text.lines().any(|line| line == link), "{text}");
            let one_line = text.replace('\n', " ");
            assert!(one_line.contains("Ingrid Solheim") && one_line.contains("2026-11-23 12:00 UTC"), "{text}");
            assert!(text.lines().all(|line| line == link || line.chars().count() <= 72), "{text}");
        }
    }
}
