//! What to do now.

use crate::Language;
use crate::signals::Category;
use crate::verdict::{Assessment, Verdict};

/// From how many points on a safe mail is not called quite ordinary.
pub const ODD: i32 = 18;

/// What to do with a mail, in one to three sentences.
#[must_use]
pub fn advice(assessment: &Assessment, language: Language) -> &'static str {
    let links = assessment.facts.links.iter().any(|link| link.counts());
    let files = assessment.facts.attachments.iter().any(|attachment| !attachment.inline);
    let code = assessment.facts.attachments.iter().any(|attachment| !attachment.contents.codes.is_empty());
    let (en, nb) = match (assessment.verdict, assessment.category) {
        (Verdict::Safe, _) if assessment.total >= ODD => (
            "Nothing in it is clearly wrong, but not everything fits. Look at who it is from before you click, pay or answer; when in doubt, ask.",
            "Ingenting i den er tydelig galt, men ikke alt stemmer. Se på hvem den er fra før du klikker, betaler eller svarer; spør hvis du er i tvil.",
        ),
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
            "Do not pay, do not call the number and do not answer. Report the mail and delete it. If you paid already, tell your bank and your security team now.",
            "Ikke betal, ikke ring nummeret og ikke svar. Meld fra om e-posten og slett den. Har du alt betalt, si fra til banken og sikkerhetsteamet nå.",
        ),
        (_, Category::Targeted) => targeted(links, files, code),
        (Verdict::Dangerous, Category::Spam) => (
            "Delete it. Do not click anything in it, not even to unsubscribe: that only shows that somebody reads it.",
            "Slett den. Ikke klikk på noe i den, heller ikke for å melde deg av: det viser bare at noen leser den.",
        ),
        (Verdict::Dangerous, _) if code => (
            "Do not scan the code, and do not open its files or links. Report the mail and delete it. If you scanned it and entered a password already, change it and tell your security team now.",
            "Ikke skann koden, og ikke åpne filer eller lenker i e-posten. Meld fra om den og slett den. Har du alt skannet den og skrevet inn et passord, bytt det og si fra til sikkerhetsteamet nå.",
        ),
        (Verdict::Dangerous, _) => dangerous(links, files),
        (Verdict::Caution, Category::Malware) => (
            "Do not open the file before you have asked the sender in another way, for example by telephone.",
            "Ikke åpne filen før du har spurt avsenderen på en annen måte, for eksempel på telefon.",
        ),
        (Verdict::Caution, Category::Scam) => (
            "Do not pay and do not answer before you have checked with somebody, at a number or address that you already know.",
            "Ikke betal og ikke svar før du har sjekket med noen, på et nummer eller en adresse du allerede kjenner.",
        ),
        (Verdict::Caution, Category::Spam) => (
            "It looks like advertising. If you did not ask for it, delete it.",
            "Den ser ut som reklame. Har du ikke bedt om den, slett den.",
        ),
        (Verdict::Caution, _) => careful(links, files),
    };
    language.pick(en, nb)
}

/// Somebody aims at the reader, through an answer, a link, a file or a code.
const fn targeted(links: bool, files: bool, code: bool) -> (&'static str, &'static str) {
    match (links, files, code) {
        (_, _, true) => (
            "Do not scan the code, open nothing in it, do not answer and change no payment. Call the person at a number that you already know, not one from this mail, and tell your security team. If you entered a password already, change it now.",
            "Ikke skann koden, ikke åpne noe i den, ikke svar, og endre ingen betaling. Ring personen på et nummer du allerede kjenner, ikke et fra denne e-posten, og si fra til sikkerhetsteamet. Har du alt skrevet inn et passord, bytt det nå.",
        ),
        (_, true, false) => (
            "Do not open its files or links, do not answer and change no payment. Call the person at a number that you already know, not one from this mail, and tell your security team. If you opened something or entered a password already, tell them that now.",
            "Ikke åpne filer eller lenker i den, ikke svar, og endre ingen betaling. Ring personen på et nummer du allerede kjenner, ikke et fra denne e-posten, og si fra til sikkerhetsteamet. Har du alt åpnet noe eller skrevet inn et passord, si fra om det nå.",
        ),
        (true, false, false) => (
            "Do not use its links, do not answer and change no payment. Call the person at a number that you already know, not one from this mail, and tell your security team. If you entered a password already, change it now.",
            "Ikke bruk lenkene, ikke svar, og endre ingen betaling. Ring personen på et nummer du allerede kjenner, ikke et fra denne e-posten, og si fra til sikkerhetsteamet. Har du alt skrevet inn et passord, bytt det nå.",
        ),
        (false, false, false) => (
            "Do not answer and change no payment. Call the person at a number that you already know, not one from this mail, and tell your security team.",
            "Ikke svar, og endre ingen betaling. Ring personen på et nummer du allerede kjenner, ikke et fra denne e-posten, og si fra til sikkerhetsteamet.",
        ),
    }
}

/// What is behind its links or files wants a password.
const fn dangerous(links: bool, files: bool) -> (&'static str, &'static str) {
    match (links, files) {
        (true, false) => (
            "Do not use its links, and enter nothing. If you use the service, type its web address yourself. Report the mail and delete it. If you entered a password already, change it and tell your security team now.",
            "Ikke bruk lenkene, og ikke skriv inn noe. Bruker du tjenesten, skriv nettadressen selv. Meld fra om e-posten og slett den. Har du alt skrevet inn et passord, bytt det og si fra til sikkerhetsteamet nå.",
        ),
        (_, true) => (
            "Do not open its files or links, and enter nothing. Report the mail and delete it. If you opened something or entered a password already, tell your security team now.",
            "Ikke åpne filer eller lenker i den, og ikke skriv inn noe. Meld fra om e-posten og slett den. Har du alt åpnet noe eller skrevet inn et passord, si fra til sikkerhetsteamet nå.",
        ),
        (false, false) => (
            "Do not answer, do not call a number in it, and do nothing that it asks for. Report the mail and delete it. If you answered already, tell your security team now.",
            "Ikke svar, ikke ring et nummer i den, og ikke gjør noe den ber om. Meld fra om e-posten og slett den. Har du alt svart, si fra til sikkerhetsteamet nå.",
        ),
    }
}

/// Something does not fit, and there is time to ask.
const fn careful(links: bool, files: bool) -> (&'static str, &'static str) {
    match (links, files) {
        (true, false) => (
            "Be careful. Do not use its links: go to the sender's own page yourself, or ask the sender in another way, for example by telephone.",
            "Vær forsiktig. Ikke bruk lenkene: gå selv til avsenderens egen side, eller spør avsenderen på en annen måte, for eksempel på telefon.",
        ),
        (_, true) => (
            "Be careful. Do not open its files or links before you have asked the sender in another way, for example by telephone.",
            "Vær forsiktig. Ikke åpne filer eller lenker i den før du har spurt avsenderen på en annen måte, for eksempel på telefon.",
        ),
        (false, false) => (
            "Be careful. Do not answer before you have checked who wrote it, at a number or address that you already know.",
            "Vær forsiktig. Ikke svar før du har sjekket hvem som skrev den, på et nummer eller en adresse du allerede kjenner.",
        ),
    }
}
