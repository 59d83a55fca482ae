//! How it is presented.

use super::{Category, Evidence, Family, Hit, Look, Signal};

macro_rules! signals {
    ($($name:ident = $id:literal, $points:literal, $category:ident, $en:literal, $nb:literal, $why:literal, $wrong:literal;)*) => {
        $(const $name: Signal = Signal { id: $id, family: Family::Shown, points: $points, category: Category::$category, en: $en, nb: $nb, why: $why, wrong: $wrong };)*
        /// The signals of this family.
        pub const ALL: &[&Signal] = &[$(&$name),*];
    };
}

signals! {
    HIDDEN = "shown-hidden", 9, Spam,
        "It holds text that you cannot see, put there for filters.",
        "Den inneholder tekst du ikke kan se, lagt inn for å lure filtre.",
        "Harmless words around a lure make it look harmless to programs.",
        "Short lines that mail programs show beside the subject; these are shorter.";
    DISGUISED = "shown-disguised", 28, Phishing,
        "Words in it are written with letters that only look like the usual ones.",
        "Ord i den er skrevet med bokstaver som bare ligner på de vanlige.",
        "Programs read other words than people do.",
        "Decorated advertising.";
    TURNED = "shown-turned", 14, Phishing,
        "It contains hidden characters that make text read backwards.",
        "Den inneholder skjulte tegn som gjør at tekst leses baklengs.",
        "They hide what an address or name truly is.",
        "Texts in right-to-left languages.";
    PICTURE = "shown-picture", 12, Spam,
        "What it says is in a picture that is one large link to {host}.",
        "Det den sier, står i et bilde som er én stor lenke til {host}.",
        "Pictures cannot be read by filters, nor by people who cannot see.",
        "Advertising that is made as a picture.";
    ADDRESS = "shown-address-as-name", 8, Phishing,
        "It calls you by your mail address instead of your name.",
        "Den tiltaler deg med e-postadressen i stedet for navnet.",
        "Who only has a list of addresses has no names.",
        "Services that show which account they mean.";
    PASSWORD = "shown-password-form", 36, Phishing,
        "It asks for a password inside the mail itself.",
        "Den spør etter et passord inne i selve e-posten.",
        "No honest mail does that.",
        "Hardly any.";
    FORM = "shown-form", 5, Suspicious,
        "It has a form whose answers are sent to somebody.",
        "Den har et skjema der svarene sendes til noen.",
        "What is typed into a mail goes where it does not say.",
        "Newsletters with a search field, surveys.";
    REPLY = "shown-false-answer", 9, Suspicious,
        "Its subject says that it is an answer, but it belongs to no conversation.",
        "Emnet sier at den er et svar, men den hører ikke til noen samtale.",
        "An answer is believed more than a first letter.",
        "Old programs that leave out what they answer.";
    SHOUTS = "shown-shouts", 4, Suspicious,
        "The subject is written in capitals, to make you act at once.",
        "Emnet er skrevet med store bokstaver for å få deg til å handle med en gang.",
        "Loudness stands in for reasons.",
        "People who like capitals.";
}

/// Looks at how it is presented.
pub fn look(look: &Look<'_>, hits: &mut Vec<Hit>) {
    let (facts, shown) = (look.facts, &look.facts.presentation);
    if look.trusted() || look.bounce() {
        return;
    }
    let subject = || Evidence::Header { name: "Subject", line: None };
    let asks = look.lure().is_some() || look.false_claim();
    let visible = shown.words.saturating_mul(6);
    if shown.hidden > 250 && shown.hidden > visible / 3 && look.leads_away() {
        let much = shown.hidden > visible && shown.hidden > 600;
        hits.push(Hit::new(&HIDDEN).points(if much { 16 } else { 8 }));
    }
    if !look.list() && (shown.disguised >= 2 || shown.styled >= 6 || shown.invisible >= 4) {
        hits.push(Hit::new(&DISGUISED).points(if asks || shown.disguised >= 4 || shown.invisible >= 12 { 28 } else { 16 }));
    }
    if shown.turned > 0 && asks {
        hits.push(Hit::new(&TURNED));
    }
    if shown.only_picture
        && !look.true_brand()
        && let Some(link) = look.foreign().next()
    {
        let points = if facts.relation.bulk && shown.words >= 12 { 6 } else { 13 };
        hits.push(Hit::new(&PICTURE).points(points).with("host", &link.host).at(Evidence::Link(link.number)));
    }
    if shown.address_as_name && !look.true_brand() && !look.list() && (look.leads_away() || asks) {
        let points = match (shown.address_in_subject, asks) {
            (true, true) => 16,
            (true, false) => 12,
            (false, true) => 10,
            (false, false) => 6,
        };
        hits.push(Hit::new(&ADDRESS).points(points).at(shown.address_in_subject.then(subject)));
    }
    if shown.password_form {
        hits.push(Hit::new(&PASSWORD));
    } else if shown.form && !facts.relation.bulk && asks {
        hits.push(Hit::new(&FORM).points(12));
    }
    let wants = asks || facts.request.any(&[crate::facts::request::Intent::BankChange, crate::facts::request::Intent::Wire]).is_some();
    if facts.relation.says_reply && !facts.relation.names_thread && !look.list() && wants && look.share() >= 100 {
        hits.push(Hit::new(&REPLY).at(subject()));
    }
    if shown.shouts && asks {
        hits.push(Hit::new(&SHOUTS).at(subject()));
    }
}
