//! What the organisation knows.

use super::{Category, Evidence, Family, Hit, Look, Signal};
use crate::fingerprint::{self, is_of_sender, same};

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
    SENDER = "known-reported-sender", 12, Suspicious,
        "{count} colleagues have reported mail from the same sender.",
        "{count} kolleger har meldt fra om e-post fra samme avsender.",
        "Who sent one dangerous mail sends more.",
        "A sender of whom only one clumsy mail was reported.";
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
    let Some(key) = look.knowledge.fingerprint_key.as_ref().filter(|_| !look.knowledge.reported.is_empty()) else { return };
    let fingerprints = fingerprint::of(look.facts, key);
    let worst = |of_sender: bool| {
        look.knowledge
            .reported
            .iter()
            .filter(|reported| is_of_sender(&reported.fingerprint) == of_sender)
            .filter(|reported| fingerprints.iter().any(|own| same(own, &reported.fingerprint)))
            .max_by_key(|reported| (reported.confirmed, reported.people))
    };
    if let Some(reported) = worst(false) {
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
    } else if let Some(reported) = worst(true)
        && !look.true_brand()
        && !look.of_the_house()
        && reported.people > 0
    {
        // Everybody gets mail from brands; one bad one says nothing about the next.
        let sender = Evidence::Header { name: "From", line: look.facts.who.line };
        hits.push(
            Hit::new(&SENDER).points(if reported.confirmed { 24 } else { 12 }).with("count", &reported.people.to_string()).at(sender),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::fingerprint::{Key, is_of_sender, of};
    use crate::knowledge::{AuthEvidence, Knowledge, Reported};
    use crate::synthetic::{Made, Set, mails};
    use crate::{Assessment, analyse};

    const KEY: Key = Key::new([3; 32]);

    fn campaign(kind: &str) -> Vec<Made> {
        mails(Set::Attacks, 3, None).unwrap().into_iter().filter(|mail| mail.kind == kind && mail.language == "en").collect()
    }

    fn knowing(mail: &Made, key: Option<Key>, of_sender: bool) -> Knowledge {
        let facts = analyse(&mail.raw, &Knowledge::default(), &AuthEvidence::default()).facts;
        let prints = of(&facts, &KEY).into_iter().filter(|print| is_of_sender(print) == of_sender);
        let reported = prints.map(|fingerprint| Reported { fingerprint, people: 3, confirmed: false }).collect();
        Knowledge { reported, fingerprint_key: key, ..Knowledge::default() }
    }

    fn says(mail: &Made, knowledge: &Knowledge, id: &str) -> bool {
        let found: Assessment = analyse(&mail.raw, knowledge, &AuthEvidence::default());
        found.hits.iter().any(|hit| hit.signal.id == id)
    }

    #[test]
    fn a_reported_campaign_is_known_again_in_its_next_variant_and_by_nobody_without_the_key() {
        let variants = campaign("mailbox-full");
        let knowledge = knowing(&variants[0], Some(KEY), false);
        assert!(variants.iter().all(|mail| says(mail, &knowledge, "known-reported")));
        assert!(!says(&campaign("parcel-fee")[0], &knowledge, "known-reported"));
        assert!(!says(&variants[0], &knowing(&variants[0], None, false), "known-reported"));
        assert!(!says(&variants[0], &knowing(&variants[0], Some(Key::new([4; 32])), false), "known-reported"));
    }

    #[test]
    fn a_reported_sender_counts_less_than_a_reported_mail() {
        let mail = &campaign("mailbox-full")[0];
        let knowledge = knowing(mail, Some(KEY), true);
        assert!(says(mail, &knowledge, "known-reported-sender") && !says(mail, &knowledge, "known-reported"));
    }
}
