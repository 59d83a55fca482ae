//! What the organisation knows.

use super::{Category, Evidence, Family, Hit, Look, Signal};

macro_rules! signals {
    ($($name:ident = $id:literal, $points:literal, $category:ident, $en:literal, $nb:literal, $why:literal, $wrong:literal;)*) => {
        $(const $name: Signal = Signal { id: $id, family: Family::Known, points: $points, category: Category::$category, en: $en, nb: $nb, why: $why, wrong: $wrong };)*
        /// The signals of this family.
        pub const ALL: &[&Signal] = &[$(&$name),*];
    };
}

signals! {
    SIMULATION = "known-simulation", 60, Phishing,
        "It is an exercise of your own organisation: it has the marks of a dangerous mail, and you stopped to look.",
        "Den er en øvelse fra din egen organisasjon: den har kjennetegnene til en farlig e-post, og du stoppet opp for å sjekke.",
        "Exercises are judged like what they practise.",
        "Never: the organisation says which hosts are its own.";
    REPORTED = "known-reported", 40, Suspicious,
        "{count} colleagues have reported the same mail.",
        "{count} kolleger har meldt fra om den samme e-posten.",
        "What several people found odd is worth a second look.",
        "A clumsy newsletter that many people report.";
    CONFIRMED = "known-confirmed", 80, Phishing,
        "Your security team has looked at this mail and found it dangerous.",
        "Sikkerhetsteamet ditt har sett på denne e-posten og funnet at den er farlig.",
        "A person who looked knows more than a rule.",
        "A wrong judgement, which the team can take back.";
}

/// Looks at what the organisation knows.
pub fn look(look: &Look<'_>, hits: &mut Vec<Hit>) {
    if let Some(link) = look.facts.links.iter().find(|link| link.simulation) {
        hits.push(Hit::new(&SIMULATION).at(Evidence::Link(link.number)));
    }
    if look.knowledge.reported.is_empty() {
        return;
    }
    let fingerprints = crate::fingerprint::of(look.facts);
    let same = look.knowledge.reported.iter().filter(|reported| fingerprints.contains(&reported.fingerprint));
    if let Some(reported) = same.max_by_key(|reported| (reported.confirmed, reported.people)) {
        if reported.confirmed {
            hits.push(Hit::new(&CONFIRMED));
        } else if reported.people > 0 {
            let points = match reported.people {
                1 => 16,
                2 => 28,
                _ => 40,
            };
            hits.push(Hit::new(&REPORTED).points(points).with("count", &reported.people.to_string()));
        }
    }
}
