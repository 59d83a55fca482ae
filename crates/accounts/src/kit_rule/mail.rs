//! What owners are told: another number, a code that waits, codes that let their owners in.

use tillit_store::{Cx, PersonId, Timestamp, Tx};

use super::KitRule;
use crate::Accounts;
use crate::error::Result;
use crate::language::Language;
use crate::notice::{moment, not_announced, wrapped};
use crate::people::Person;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letter {
    /// More owners' codes are needed from now on, or a lower number was stopped.
    Chosen { from: u32, to: u32 },
    /// Fewer will be, unless an owner stops it.
    WillBeLower { from: u32, to: u32, at: Timestamp },
    /// A right code was typed, and waits for others.
    Waits { more: u32, until: Timestamp },
    /// Enough were typed: these owners are let in.
    Together,
}

impl Accounts {
    /// Tells every owner what an owner chose; how many will get it.
    pub(super) async fn tell_of_kit_rule(&self, tx: &mut Tx, cx: &Cx, by: PersonId, from: u32, rule: &KitRule) -> Result<usize> {
        let letter = match rule.next {
            Some((to, at)) => Letter::WillBeLower { from, to, at },
            None => Letter::Chosen { from, to: rule.chosen },
        };
        self.tell_of_codes(tx, cx, &[by], letter).await
    }

    /// Tells every owner of `about`. What cannot be written to somebody keeps nothing from happening.
    pub(super) async fn tell_of_codes(&self, tx: &mut Tx, cx: &Cx, about: &[PersonId], letter: Letter) -> Result<usize> {
        let (organisation, language) = self.name_and_language(tx, cx).await?;
        let owners = self.owners_who_read(tx, cx).await?;
        let name = |id: &PersonId| owners.iter().find(|owner| owner.id == *id).map_or("?", Person::display_name).to_owned();
        let names: Vec<String> = about.iter().map(name).collect();
        let mut told = 0;
        for owner in &owners {
            let (subject, text) = letter.words(owner.language().unwrap_or(language), &names, &organisation, cx.now());
            match self.enqueue_to(tx, cx, owner, subject, text, true).await {
                Ok(()) => told += 1,
                Err(error) => not_announced(error)?,
            }
        }
        Ok(told)
    }
}

/// "Kari, Lars and Ingrid".
fn listed(language: Language, names: &[String]) -> String {
    let and = match language {
        Language::English => "and",
        Language::Norwegian => "og",
    };
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} {and} {last}", first.join(", ")),
        names => names.join(", "),
    }
}

/// "one owner's code" and so on, for the middle of a sentence.
fn codes(language: Language, number: u32) -> String {
    match (language, number) {
        (Language::English, 1) => "the code of one owner's recovery kit".to_owned(),
        (Language::English, n) => format!("codes of {n} owners' recovery kits together"),
        (Language::Norwegian, 1) => "nødkoden til én eier".to_owned(),
        (Language::Norwegian, n) => format!("nødkoder fra {n} eiere sammen"),
    }
}

fn more_owners(language: Language, more: u32) -> String {
    match (language, more) {
        (Language::English, 1) => "one more owner".to_owned(),
        (Language::English, n) => format!("{n} more owners"),
        (Language::Norwegian, 1) => "én eier til".to_owned(),
        (Language::Norwegian, n) => format!("{n} eiere til"),
    }
}

impl Letter {
    /// Subject and text.
    fn words(self, language: Language, names: &[String], organisation: &str, now: Timestamp) -> (String, String) {
        let (when, who) = (moment(now), listed(language, names));
        let (subject, text) = match (self, language) {
            (Self::Chosen { from, to }, Language::English) => (
                format!("{organisation}: how many owners' codes of the recovery kit are needed"),
                format!(
                    "{when}: {who} chose that {} let owners of {organisation} in when nothing else does. Before it was {}. It counts \
                     from now on.\n\n\
                     If you know of it, nothing needs to be done. If not, ask {who}; the audit log has what was done. Settings, SECURITY, \
                     Recovery kit shows the choice. All owners of {organisation} have received this mail.\n",
                    codes(language, to),
                    codes(language, from)
                ),
            ),
            (Self::Chosen { from, to }, Language::Norwegian) => (
                format!("{organisation}: hvor mange eiere som trengs med nødkoder"),
                format!(
                    "{when}: {who} har valgt at {} slipper inn eiere av {organisation} når ingenting annet virker. Før var det {}. Det \
                     gjelder fra nå av.\n\n\
                     Kjenner du til det, er det ingenting å gjøre. Hvis ikke, spør {who}. Hendelsesloggen viser hva som er gjort. \
                     Innstillinger, SIKKERHET, Nødkoder viser valget. Alle eiere av {organisation} har fått denne e-posten.\n",
                    codes(language, to),
                    codes(language, from)
                ),
            ),
            (Self::WillBeLower { from, to, at }, Language::English) => (
                format!("{organisation}: fewer codes of recovery kits will be enough"),
                format!(
                    "{when}: {who} chose that {} will let owners of {organisation} in when nothing else does. Now it takes {}. It counts \
                     from {}.\n\n\
                     If you know of it, nothing needs to be done.\n\n\
                     If you do not, stop it before then: sign in, open Settings, SECURITY, Recovery kit, and choose {from} again. Then ask \
                     {who}. All owners of {organisation} have received this mail.\n",
                    codes(language, to),
                    codes(language, from),
                    moment(at)
                ),
            ),
            (Self::WillBeLower { from, to, at }, Language::Norwegian) => (
                format!("{organisation}: færre nødkoder vil være nok"),
                format!(
                    "{when}: {who} har valgt at {} vil slippe inn eiere av {organisation} når ingenting annet virker. Nå trengs {}. Det \
                     gjelder fra {}.\n\n\
                     Kjenner du til det, er det ingenting å gjøre.\n\n\
                     Hvis ikke, stopp det før da: logg på, åpne Innstillinger, SIKKERHET, Nødkoder, og velg {from} igjen. Spør så {who}. \
                     Alle eiere av {organisation} har fått denne e-posten.\n",
                    codes(language, to),
                    codes(language, from),
                    moment(at)
                ),
            ),
            (Self::Waits { more, until }, Language::English) => (
                format!("{organisation}: a code of a recovery kit waits for {}", more_owners(language, more)),
                format!(
                    "{when}: somebody typed a code of {who}'s recovery kit to get in to {organisation}. The code is right. Nobody is let in with it \
                     before {} has typed one too, until {}.\n\n\
                     Do you want to let {who} in? Call {who} first. Type a code of your own kit only if it really is {who} who asks.\n\n\
                     If it is not {who}, do nothing: without you nobody gets in. {who} then makes a new recovery kit and tries one of its \
                     codes, which makes the old codes worthless. All owners of {organisation} have received this mail.\n",
                    more_owners(language, more),
                    moment(until)
                ),
            ),
            (Self::Waits { more, until }, Language::Norwegian) => (
                format!("{organisation}: en nødkode venter på {}", more_owners(language, more)),
                format!(
                    "{when}: noen har skrevet en nødkode som tilhører {who}, for å komme inn hos {organisation}. Koden er riktig. Ingen slipper \
                     inn med den før {} også har skrevet en, senest {}.\n\n\
                     Vil du slippe inn {who}? Ring {who} først. Skriv en av dine egne koder bare hvis det virkelig er {who} som spør.\n\n\
                     Er det ikke {who}, gjør du ingenting: uten deg slipper ingen inn. {who} lager så nye nødkoder og prøver en av dem. Da blir \
                     de gamle verdiløse. Alle eiere av {organisation} har fått denne e-posten.\n",
                    more_owners(language, more),
                    moment(until)
                ),
            ),
            (Self::Together, Language::English) => (
                format!("{organisation}: owners signed in with codes of their recovery kits together"),
                format!(
                    "{when}: these owners typed codes of their recovery kits together and can sign in to {organisation} now: {who}. A code of each was used \
                     up.\n\n\
                     If they are who they should be, nothing needs to be done.\n\n\
                     If not, or you are not sure: sign in and end their sessions. All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::Together, Language::Norwegian) => (
                format!("{organisation}: eiere har logget på med nødkoder sammen"),
                format!(
                    "{when}: disse eierne har skrevet nødkoder sammen og kan nå logge på hos {organisation}: {who}. Én kode fra hver er brukt \
                     opp.\n\n\
                     Er det dem det skal være, er det ingenting å gjøre.\n\n\
                     Hvis ikke, eller hvis du er usikker: logg på og avslutt øktene deres. Alle eiere av {organisation} har fått denne e-posten.\n"
                ),
            ),
        };
        (subject, wrapped(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_names_who_and_where_in_both_languages() {
        let at = Timestamp::from_unix_seconds(1_800_000_000);
        let letters = [
            Letter::Chosen { from: 1, to: 2 },
            Letter::WillBeLower { from: 3, to: 1, at },
            Letter::Waits { more: 2, until: at },
            Letter::Together,
        ];
        let names = ["Kari Nordmann", "Lars Vik", "Ingrid Dahl"].map(str::to_owned);
        for letter in letters {
            for (language, listed) in [
                (Language::English, "Kari Nordmann, Lars Vik and Ingrid Dahl"),
                (Language::Norwegian, "Kari Nordmann, Lars Vik og Ingrid Dahl"),
            ] {
                let (subject, text) = letter.words(language, &names, "Nordvik", at);
                assert!(subject.contains("Nordvik") && text.replace('\n', " ").contains(listed), "{subject} {text}");
                assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
            }
        }
    }
}
