//! What to do now.

use crate::Language;
use crate::signals::Category;
use crate::verdict::{Assessment, Verdict};

/// What to do with a mail, in one or two sentences.
#[must_use]
pub fn advice(assessment: &Assessment, language: Language) -> &'static str {
    let (en, nb) = match (assessment.verdict, assessment.category) {
        (Verdict::Safe, _) => (
            "You can go on as usual. If something feels odd all the same, ask.",
            "Du kan fortsette som vanlig. Spør likevel hvis noe føles rart.",
        ),
        (Verdict::Unknown, _) => (
            "It could not be told whether this mail is safe. Do not open links or files yet: ask the sender in another way, or ask your security team.",
            "Det kunne ikke avgjøres om denne e-posten er trygg. Vent med å åpne lenker og filer: spør avsenderen på en annen måte, eller spør sikkerhetsteamet.",
        ),
        (Verdict::Dangerous, Category::Malware) => (
            "Do not open the file. Report the mail and delete it. If you opened it already, tell your security team now; that helps more than anything else.",
            "Ikke åpne filen. Meld fra om e-posten og slett den. Har du alt åpnet den, si fra til sikkerhetsteamet nå; det hjelper mer enn noe annet.",
        ),
        (Verdict::Dangerous, Category::Scam) => (
            "Do not pay, do not call the number and do not answer. Report the mail and delete it.",
            "Ikke betal, ikke ring nummeret og ikke svar. Meld fra om e-posten og slett den.",
        ),
        (_, Category::Targeted) => (
            "Do not answer and change no payment. Call the person at a number that you already know, not one from this mail, and tell your security team.",
            "Ikke svar, og endre ingen betaling. Ring personen på et nummer du allerede kjenner, ikke et fra denne e-posten, og si fra til sikkerhetsteamet.",
        ),
        (Verdict::Dangerous, Category::Spam) => (
            "Delete it. Do not unsubscribe: that only shows that somebody reads it.",
            "Slett den. Ikke meld deg av: det viser bare at noen leser den.",
        ),
        (Verdict::Dangerous, _) => (
            "Do not follow its links and enter nothing. If you use the service, type its address yourself. Report the mail and delete it.",
            "Ikke følg lenkene, og ikke skriv inn noe. Bruker du tjenesten, skriv adressen selv. Meld fra om e-posten og slett den.",
        ),
        (Verdict::Caution, Category::Malware) => (
            "Do not open the file before you have asked the sender in another way.",
            "Ikke åpne filen før du har spurt avsenderen på en annen måte.",
        ),
        (Verdict::Caution, Category::Scam) => (
            "Do not pay and do not answer before you have checked with somebody, at a number or address that you already know.",
            "Ikke betal og ikke svar før du har sjekket med noen, på et nummer eller en adresse du allerede kjenner.",
        ),
        (Verdict::Caution, Category::Spam) => (
            "It looks like advertising. If you did not ask for it, delete it.",
            "Den ser ut som reklame. Har du ikke bedt om den, slett den.",
        ),
        (Verdict::Caution, _) => (
            "Be careful. Do not use its links: go to the sender's own page yourself, or ask the sender in another way.",
            "Vær forsiktig. Ikke bruk lenkene: gå selv til avsenderens egen side, eller spør avsenderen på en annen måte.",
        ),
    };
    language.pick(en, nb)
}
