//! What the mails of this room say, in both languages.

use tillit_store::Timestamp;

use super::{Notice, moment, wrapped};
use crate::language::Language;

impl Notice {
    /// Subject and text.
    pub(super) fn words(&self, language: Language, who: &str, organisation: &str, now: Timestamp) -> (String, String) {
        let when = moment(now);
        let (subject, text) = match (self, language) {
            (Self::Checkpoint { line, seq, first }, _) => return checkpoint_words(language, organisation, line, *seq, *first),
            (Self::RecoveryCodeUsed { left }, Language::English) => (
                "Somebody signed in with a code of a recovery kit".to_owned(),
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
            (Self::LogChanged { seq }, Language::English) => (
                "The audit log was changed from outside".to_owned(),
                format!(
                    "{when}: the end of the audit log of {organisation} (row {seq}) was not written by Tillit. Somebody who can write to the database changed or \
                     took away rows, or a row was written past the program. Until this is looked into no new checkpoint is signed.\n\n\
                     What to do: take the log along now, and keep it with your checkpoints. The page \"Verify\" beside the audit log names what does not fit. \
                     Ask the operator of this installation who can write to the database. All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::LogChanged { seq }, Language::Norwegian) => (
                "Hendelsesloggen er endret utenfra".to_owned(),
                format!(
                    "{when}: Slutten på hendelsesloggen til {organisation} (rad {seq}) er ikke skrevet av Tillit. Noen som kan skrive til databasen, har endret eller \
                     tatt bort rader, eller en rad er skrevet utenom programmet. Til dette er undersøkt, signeres ingen nye kontrollpunkter.\n\n\
                     Gjør dette: Last ned loggen nå, og ta vare på den sammen med kontrollpunktene. Siden «Kontroller» ved hendelsesloggen viser hva som ikke stemmer. \
                     Spør den som drifter installasjonen, hvem som kan skrive til databasen. Alle eiere av {organisation} har fått denne e-posten.\n"
                ),
            ),
            (Self::KitMade, Language::English) => (
                format!("{organisation}: somebody made a recovery kit"),
                format!(
                    "{when}: {who} made a recovery kit at {organisation}. Once one of its codes has been tried, each of them signs in as {who}.\n\n\
                     If {who} knows of it, nothing needs to be done.\n\n\
                     If not: sign in and end {who}'s sessions at once. All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::KitMade, Language::Norwegian) => (
                format!("{organisation}: noen har laget nødkoder"),
                format!(
                    "{when}: {who} laget nødkoder hos {organisation}. Når en av dem er prøvd, kan hver av dem brukes til å logge på som {who}.\n\n\
                     Vet {who} om det, er det ingenting å gjøre.\n\n\
                     Hvis ikke: logg på og avslutt øktene til {who} med en gang. Alle eiere av {organisation} har fått denne e-posten.\n"
                ),
            ),
            (Self::KitTried, Language::English) => (
                format!("{organisation}: a new recovery kit counts from now on"),
                format!(
                    "{when}: a code of {who}'s new recovery kit at {organisation} was tried. Its codes sign in as {who} from now on; codes \
                     of an earlier kit work no more.\n\n\
                     If {who} knows of it, nothing needs to be done.\n\n\
                     If not: sign in and end {who}'s sessions at once. All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::KitTried, Language::Norwegian) => (
                format!("{organisation}: nye nødkoder gjelder fra nå av"),
                format!(
                    "{when}: en av de nye nødkodene til {who} hos {organisation} er prøvd. De kan brukes til å logge på som {who} fra nå av, \
                     og eldre nødkoder virker ikke lenger.\n\n\
                     Vet {who} om det, er det ingenting å gjøre.\n\n\
                     Hvis ikke: logg på og avslutt øktene til {who} med en gang. Alle eiere av {organisation} har fått denne e-posten.\n"
                ),
            ),
            (Self::Forgotten, Language::English) => (
                format!("{organisation}: somebody was forgotten"),
                format!(
                    "{when}: {who} had a person of {organisation} forgotten. All that was held about that person is gone, and nobody can bring it back; \
                     so this mail names nobody.\n\n\
                     If you know of it, nothing needs to be done. If not, ask {who}, and end {who}'s sessions. The receipt is under Settings, PRIVACY. \
                     All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::Forgotten, Language::Norwegian) => (
                format!("{organisation}: noen er glemt"),
                format!(
                    "{when}: {who} fikk en person hos {organisation} glemt. Alt som var lagret om personen, er borte for godt, \
                     så denne e-posten navngir ingen.\n\n\
                     Kjenner du til det, er det ingenting å gjøre. Hvis ikke, spør {who}, og avslutt øktene til {who}. Kvitteringen ligger under Innstillinger, PERSONVERN. \
                     Alle eiere av {organisation} har fått denne e-posten.\n"
                ),
            ),
            (Self::LogShortened { years, from }, Language::English) => (
                format!("{organisation}: the audit log is kept for a shorter time"),
                format!(
                    "{when}: {who} decided that the audit log of {organisation} is kept for {years} years. Until {} nothing more is deleted than before.\n\n\
                     If you know of it, nothing needs to be done.\n\n\
                     If not: choose more years again before then, beside the audit log, and end {who}'s sessions. All owners of {organisation} have received this mail.\n",
                    moment(*from)
                ),
            ),
            (Self::LogShortened { years, from }, Language::Norwegian) => (
                format!("{organisation}: hendelsesloggen lagres kortere"),
                format!(
                    "{when}: {who} bestemte at hendelsesloggen til {organisation} lagres i {years} år. Til {} slettes ikke mer enn før.\n\n\
                     Kjenner du til det, er det ingenting å gjøre.\n\n\
                     Hvis ikke: Velg flere år igjen før det, ved siden av hendelsesloggen, og avslutt øktene til {who}. Alle eiere av {organisation} har fått denne e-posten.\n",
                    moment(*from)
                ),
            ),
            (Self::PasswordLinkSent, Language::English) => (
                format!("{organisation}: a link to choose a password was sent"),
                format!(
                    "{when}: an administrator of {organisation} had a link sent to {who}, with which {who} can choose a new password. It went to \
                     {who}'s own mail address and works for two days.\n\n\
                     If you know of it, nothing needs to be done.\n\n\
                     If not: ask {who}, on another way than by mail. The audit log says who had it sent.\n"
                ),
            ),
            (Self::PasswordLinkSent, Language::Norwegian) => (
                format!("{organisation}: en lenke for å velge passord er sendt"),
                format!(
                    "{when}: En administrator hos {organisation} fikk sendt en lenke til {who}, som {who} kan velge et nytt passord med. Den gikk til \
                     e-postadressen til {who} og virker i to døgn.\n\n\
                     Kjenner du til det, er det ingenting å gjøre.\n\n\
                     Hvis ikke: Spør {who}, på en annen måte enn e-post. Hendelsesloggen sier hvem som fikk den sendt.\n"
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
                format!("{organisation}: a second factor was taken away"),
                format!(
                    "{when}: an owner of {organisation} took the authenticator app, the own recovery codes and the passkeys of {who} away, \
                     because they were lost or in other hands. {who} signs in without them until they are set up again.\n\n\
                     If {who} asked for it, nothing needs to be done.\n\n\
                     If nobody did, sign in and end {who}'s sessions. The audit log says who did it. All owners of {organisation} have received this mail.\n"
                ),
            ),
            (Self::SecondFactorReset, Language::Norwegian) => (
                format!("{organisation}: en andre faktor er tatt bort"),
                format!(
                    "{when}: en eier hos {organisation} tok bort autentiseringsappen, gjenopprettingskodene og passnøklene til {who}, fordi \
                     de er mistet eller på avveie. {who} logger på uten dem til de er satt opp på nytt.\n\n\
                     Ba {who} om det, er det ingenting å gjøre.\n\n\
                     Hvis ikke, logg på og avslutt øktene til {who}. Hendelsesloggen viser hvem som gjorde det. Alle eiere av {organisation} har fått denne e-posten.\n"
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
            (Self::InvitationAccepted { role }, Language::English) => {
                let role = role.in_mail(language);
                (
                    format!("{organisation}: an invitation was accepted"),
                    format!(
                        "{when}: {who} accepted an invitation and is now {role} at {organisation}. \
                         Other sessions of {who} have ended.\n\n\
                         If you know of it, nothing needs to be done. If not, ask an owner of {organisation}; \
                         the audit log names who sent the invitation.\n"
                    ),
                )
            }
            (Self::InvitationAccepted { role }, Language::Norwegian) => {
                let role = role.in_mail(language);
                (
                    format!("{organisation}: en invitasjon er godtatt"),
                    format!(
                        "{when}: {who} har takket ja til en invitasjon og er nå {role} hos {organisation}. \
                         Andre økter for {who} er avsluttet.\n\n\
                         Kjenner du til det, er det ingenting å gjøre. Hvis ikke, spør en eier hos {organisation}. \
                         Hendelsesloggen viser hvem som sendte invitasjonen.\n"
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
pub(super) fn token_words(language: Language, name: &str, organisation: &str, end: Timestamp, over: bool) -> (String, String) {
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
