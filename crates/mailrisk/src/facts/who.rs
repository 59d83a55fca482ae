//! Who the mail says it is from, and whose name that is.

use super::Reading;
use super::roles::{is_inside, is_role, reads_as_person};
use crate::knowledge::Knowledge;
use crate::mail::Mailbox;
use crate::names::brands::{Brand, Brands, Named};
use crate::names::domain::{chosen_label, clean_host, exists, looks_random, same_owner};
use crate::names::hosts::{is_cheap, is_free_sender, is_freemail, is_relay};
use crate::names::looks_like::{Trick, of_brand, of_domain};
use crate::text::{Folded, Word, fold, fold_line};

/// A brand that the mail says it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The brand.
    pub brand: &'static Brand,
    /// Where it says so.
    pub place: Place,
    /// The sender's domain is the brand's own.
    pub own: bool,
    /// The sender's domain carries the brand's name under an ending that may well be its own.
    pub maybe_own: bool,
    /// The name says through whom the brand writes ("DPD via Allegro"), and the domain is theirs.
    pub via: bool,
}

/// Where a claim is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the sender's name.
    Name,
    /// In the sender's address, before the `@`.
    Local,
    /// In the text, by whoever speaks: "your … account", "the … team".
    Voice,
    /// In the subject.
    Subject,
    /// In the text.
    Text,
}

/// Who it is from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// Name and address in From.
    pub from: Mailbox,
    /// There is not exactly one sender with an address that can exist.
    pub unclear: bool,
    /// Line of the From header.
    pub line: Option<u32>,
    /// The host that truly sent it, by its own word (Return-Path). For knowing a sender again, not for judging.
    pub envelope: Option<String>,
    /// Where answers go, when that is elsewhere.
    pub reply_to: Option<Mailbox>,
    /// The address is of a kind that anybody gets for nothing.
    pub freemail: bool,
    /// A service that passes on what anybody writes: comments, invoices, shared documents.
    pub relays: bool,
    /// The domain is of a kind that anybody puts up for nothing.
    pub free_host: bool,
    /// Its ending costs next to nothing.
    pub cheap: bool,
    /// The domain or the part before the `@` looks made by a machine.
    pub random: bool,
    /// Brands that it says it is from, the clearest first.
    pub claims: Vec<Claim>,
    /// A brand whose name the domain borrows.
    pub lookalike: Option<(&'static Brand, Trick)>,
    /// The name is an address, or a host, of another domain.
    pub name_is_address: Option<String>,
    /// The name has nothing in common with the address.
    pub unrelated: bool,
    /// What stands before the `@` ends in a long number.
    pub numbered: bool,
    /// The name is of a role or company, not a person.
    pub role: bool,
    /// The name reads as a person's.
    pub person: bool,
    /// The name is of a department or machine of the reader's own house.
    pub inside: bool,
    /// The name is written with look-alike or invisible letters.
    pub disguised: bool,
    /// It speaks as the recipient's own organisation, from elsewhere: the words that do.
    pub as_recipient: Option<String>,
    /// The address is of the organisation's own domains.
    pub own: bool,
    /// The address is of a partner's domains.
    pub partner: bool,
    /// The name of somebody of the organisation, at an address that is not theirs.
    pub borrowed_name: Option<String>,
    /// A domain of the organisation or of a partner that the sender's looks like; `true` for the organisation.
    pub near: Option<(String, Trick, bool)>,
}

impl Who {
    /// The sender's host.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.from.domain()
    }

    /// The sender's host, or the name where there is none.
    #[must_use]
    pub fn shown(&self) -> &str {
        match (self.domain(), self.from.name.as_str()) {
            ("", "") => "?",
            ("", name) => name,
            (domain, _) => domain,
        }
    }

    /// The sender's address, or the name where there is none.
    #[must_use]
    pub fn written(&self) -> &str {
        if self.from.address.is_empty() { self.shown() } else { &self.from.address }
    }

    /// The brand that it claims to be and is not.
    #[must_use]
    pub fn false_claim(&self) -> Option<&Claim> {
        self.claims.iter().find(|claim| !claim.own && !claim.maybe_own)
    }

    /// The brand whose own address it has.
    #[must_use]
    pub fn true_brand(&self) -> Option<&'static Brand> {
        // What anybody gets or puts up under a brand's domain is not the brand.
        if self.freemail || self.free_host {
            return None;
        }
        Brands::get().owner(self.domain()).filter(|brand| brand.alone_under(self.domain()))
    }
}

/// Who a mail is from.
#[must_use]
pub fn of(reading: &Reading<'_>, knowledge: &Knowledge) -> Who {
    let mail = reading.mail;
    let from = mail.from.first().cloned().unwrap_or_default();
    let domain = from.domain().to_owned();
    let name = fold(&from.name, 1_024);
    // "U P S" is read as "UPS".
    let name = crate::text::without_gaps(&from.name).map_or(name, |joined| fold(&joined, 1_024));
    let mut who = Who {
        unclear: mail.from.len() != 1 || !exists(&domain),
        line: mail.first("from").map(|header| header.line),
        envelope: mail
            .first("return-path")
            .and_then(|header| header.value.trim_matches(['<', '>', ' ']).rsplit_once('@').map(|(_, host)| clean_host(host)))
            .filter(|host| exists(host)),
        reply_to: mail.reply_to.iter().find(|reply| !same_owner(reply.domain(), &domain) && !reply.address.is_empty()).cloned(),
        freemail: is_freemail(&domain),
        relays: is_relay(&from.address),
        free_host: !is_freemail(&domain) && (is_free_sender(&domain) || domain.ends_with(".onmicrosoft.com")),
        cheap: is_cheap(&domain),
        random: looks_random(chosen_label(&domain))
            || !is_freemail(&domain)
                && looks_random(from.local())
                && from.local().len() < 24
                && !from.local().contains(['.', '-', '+', '=', '_']),
        lookalike: of_brand(&domain),
        name_is_address: other_address(&from.name, &domain),
        unrelated: unrelated(&name, from.local(), &domain),
        numbered: from.local().chars().rev().take_while(char::is_ascii_digit).count() >= 4,
        role: name.words.iter().any(|word| is_role(&word.text)),
        person: reads_as_person(&from.name),
        inside: is_inside(&name),
        disguised: name.disguised > 0 || name.invisible > 0 || name.turned > 0 || name.styled >= 4,
        own: knowledge.owns(&domain),
        partner: knowledge.is_partner(&domain),
        from,
        ..Who::default()
    };
    who.claims = claims(reading, &who, &name);
    if !who.own {
        who.as_recipient = as_recipient(reading, &who, knowledge);
        who.borrowed_name = borrowed_name(&who.from, knowledge);
        who.near = near(&domain, knowledge);
    }
    who
}

fn claims(reading: &Reading<'_>, who: &Who, name: &Folded) -> Vec<Claim> {
    let brands = Brands::get();
    let mut out: Vec<Claim> = Vec::new();
    let via = says_via(name, who.domain());
    let mut add = |brand: &'static Brand, place: Place| {
        if !out.iter().any(|claim| claim.brand == brand) {
            // Where anybody gets an address, it proves nothing that the address is there.
            let own = brand.owns(who.domain()) && !who.freemail && !who.free_host;
            let maybe_own = brand.may_own(who.domain()) && !who.freemail && !who.free_host;
            out.push(Claim { brand, place, own, maybe_own, via: place == Place::Name && via });
        }
    };
    for named in brands.named_in(name) {
        // "Apple Support" claims; "Will Chase" and "Orange Grove Hotel" do not.
        let others = name.words.len() - (named.to - named.from);
        let only_roles = name.words.iter().enumerate().all(|(at, word)| {
            (named.from..named.to).contains(&at)
                || is_role(&word.text)
                || matches!(word.text.as_str(), "the" | "id" | "inc" | "ltd" | "as" | "ab" | "norge" | "bank" | "online")
        });
        if !named.brand.common || others == 0 || only_roles {
            add(named.brand, Place::Name);
        }
    }
    let local = fold(&who.from.local().replace(['.', '-', '_', '+'], " "), 256);
    for named in brands.named_in(&local) {
        if !named.brand.common {
            add(named.brand, Place::Local);
        }
    }
    let in_text = in_text(reading);
    for (brand, _) in in_text.iter().filter(|(_, speaks)| *speaks) {
        add(brand, Place::Voice);
    }
    for named in brands.named_in(reading.subject) {
        if !named.brand.common {
            add(named.brand, Place::Subject);
        }
    }
    for (brand, _) in in_text {
        add(brand, Place::Text);
    }
    out
}

/// "Somebody via Service", from the service's own domain.
fn says_via(name: &Folded, domain: &str) -> bool {
    let label = chosen_label(domain);
    let mut words = name.words.iter().map(|word| word.text.as_str()).skip_while(|word| !matches!(*word, "via" | "through" | "gjennom"));
    words.next().is_some() && words.any(|word| word.len() >= 4 && label.contains(word))
}

/// Brands that the text speaks as: in its first words or its last, or (`true`) as "your … account".
fn in_text(reading: &Reading<'_>) -> Vec<(&'static Brand, bool)> {
    let words = &reading.words.words;
    let length = words.len();
    let mut out = Vec::new();
    for named in Brands::get().named_in(reading.words) {
        let word = |at: Option<usize>| at.and_then(|at| words.get(at)).map_or("", |word| word.text.as_str());
        let (before, after) = (word(named.from.checked_sub(1)), word(Some(named.to)));
        let yours = matches!(
            before,
            "your" | "din" | "ditt" | "dine" | "ihr" | "ihre" | "ihrem" | "votre" | "su" | "tu" | "sua" | "seu" | "the" | "dear"
        ) && matches!(
            after,
            "account"
                | "id"
                | "wallet"
                | "subscription"
                | "konto"
                | "kontoen"
                | "konton"
                | "cuenta"
                | "conta"
                | "compte"
                | "membership"
                | "mailbox"
                | "customer"
                | "user"
                | "kunde"
                | "member"
                | "password"
                | "bank"
                | "team"
                | "support"
                | "security"
        );
        let team = matches!(after, "team" | "support" | "security" | "teamet" | "inc")
            || matches!(before, "hilsen" | "regards" | "thanks" | "sincerely" | "team" | "equipe" | "equipo");
        let at_an_end = named.from < 8 || length - named.to < 12;
        let (speaks, clear) = (yours || team, yours || team || at_an_end);
        if clear && !of_a_program(words, named) && (!named.brand.common || speaks) && !out.contains(&(named.brand, speaks)) {
            out.push((named.brand, speaks));
        }
    }
    out
}

/// The last line that mail programs add: "Get Outlook for iOS", "Sent from Yahoo Mail for iPhone".
fn of_a_program(words: &[Word], named: Named) -> bool {
    let around = |from: usize, to: usize| words.get(from.min(words.len())..to.min(words.len())).unwrap_or_default().iter();
    let sent = |word: &Word| {
        matches!(
            word.text.as_str(),
            "sent" | "sendt" | "skickat" | "gesendet" | "envoye" | "enviado" | "inviato" | "verzonden" | "lahetetty"
        )
    };
    let machine =
        |word: &Word| matches!(word.text.as_str(), "ios" | "android" | "iphone" | "ipad" | "windows" | "mac" | "mobil" | "mobile");
    around(named.from.saturating_sub(4), named.from).any(sent) || around(named.to, named.to + 3).any(machine)
}

/// An address or host in the name, when it is of another domain than the true one.
fn other_address(name: &str, domain: &str) -> Option<String> {
    name.split([' ', '<', '>', '(', ')', '"', ',', ':']).find_map(|word| {
        let host = word.rsplit_once('@').map_or(word, |(_, host)| host);
        let host = host.trim_end_matches(['.', '\'', '!', '*']).to_lowercase();
        // "Node.js" and "St.Olav" are no hosts; "CarShop.com" is read as one.
        let plain = word.contains('@')
            || matches!(
                crate::names::domain::ending(&host),
                "com" | "net" | "org" | "no" | "se" | "dk" | "de" | "fr" | "es" | "pt" | "nl" | "eu" | "co.uk" | "com.br"
            );
        (plain && exists(&host) && !same_owner(&host, domain)).then(|| word.to_owned())
    })
}

/// Whether a name has nothing in common with the address: no word, no beginning, no initials.
fn unrelated(name: &Folded, local: &str, domain: &str) -> bool {
    let words: Vec<&str> = name
        .words
        .iter()
        .map(|word| word.text.as_str())
        .filter(|word| word.chars().count() >= 3 && word.chars().any(char::is_alphabetic))
        .collect();
    if words.is_empty() || local.is_empty() {
        return false;
    }
    let address = fold_line(&format!("{local} {domain}").replace(['.', '-', '_', '+', '='], "")).replace(' ', "");
    let initials: String = name.words.iter().filter_map(|word| word.text.chars().next()).collect();
    let label = chosen_label(domain);
    let shared = words.iter().any(|word| {
        let beginning: String = word.chars().take(4).collect();
        address.contains(*word) || word.chars().count() >= 5 && address.contains(&beginning) || label.len() >= 4 && word.contains(label)
    });
    !shared && !(initials.len() >= 2 && (label.starts_with(&initials) || local.starts_with(&initials)))
}

/// Speaks as the organisation whose people it is sent to.
fn as_recipient(reading: &Reading<'_>, who: &Who, knowledge: &Knowledge) -> Option<String> {
    let domain = who.domain();
    let mut owns: Vec<String> = knowledge.own_domains.clone();
    // Whom it is sent to says it too, unless that is where everybody has an address.
    let to = reading.mail.to.first().map(Mailbox::domain).unwrap_or_default();
    if reading.mail.to.len() == 1 && exists(to) && !is_freemail(to) {
        owns.push(to.to_owned());
    }
    owns.retain(|own| !same_owner(own, domain));
    let name = who.from.name.to_lowercase();
    let label = |own: &str| chosen_label(own).to_owned();
    let local = who.from.local();
    for own in &owns {
        let label = label(own);
        if name.contains(own.as_str())
            || label.len() >= 5 && fold_line(&name).split(' ').any(|word| word == label)
            || label.len() >= 5 && (local == label || local.contains(own.as_str()))
        {
            return Some(who.from.name.clone());
        }
    }
    for own_name in &knowledge.own_names {
        let folded = fold_line(own_name);
        if folded.len() >= 3 && format!(" {} ", fold_line(&name)).contains(&format!(" {folded} ")) {
            return Some(who.from.name.clone());
        }
    }
    None
}

fn borrowed_name(from: &Mailbox, knowledge: &Knowledge) -> Option<String> {
    let name = fold_line(&from.name);
    let mut words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    knowledge.people.iter().find_map(|person| {
        let known = fold_line(&person.name);
        let mut parts: Vec<&str> = known.split(' ').collect();
        parts.sort_unstable();
        let same = parts.len() >= 2 && parts.iter().all(|part| words.contains(part));
        (same && !person.addresses.contains(&from.address)).then(|| person.name.clone())
    })
}

fn near(domain: &str, knowledge: &Knowledge) -> Option<(String, Trick, bool)> {
    let own = knowledge.own_domains.iter().map(|own| (own, true));
    let partners = knowledge.partners.iter().map(|partner| (partner, false));
    if knowledge.is_partner(domain) {
        return None;
    }
    own.chain(partners)
        .find_map(|(known, own)| of_domain(domain, known).filter(|trick| *trick != Trick::Named).map(|trick| (known.clone(), trick, own)))
}

#[cfg(test)]
mod tests {
    use super::{Place, other_address};
    use crate::budget::{Budget, Limits};
    use crate::facts::Facts;
    use crate::knowledge::{AuthEvidence, Knowledge};
    use crate::mail::Mail;

    fn who(from: &str, subject: &str, knowledge: &str) -> super::Who {
        let raw = format!(
            "From: {from}\r\nTo: kari@contoso-corp.com\r\nSubject: {subject}\r\n\r\nHello there, this is a short text for you to read today.\r\n"
        );
        let budget = Budget::new(Limits::default());
        Facts::of(&Mail::read(raw.as_bytes(), &budget), &Knowledge::from_toml(knowledge).unwrap(), &AuthEvidence::default(), &budget).who
    }

    #[test]
    fn whose_name_is_used_is_seen() {
        let found = who("PayPal Service <x@brightwave.com>", "Hi", "");
        assert_eq!(found.false_claim().map(|claim| (claim.brand.name.as_str(), claim.place)), Some(("PayPal", Place::Name)));
        assert!(who("PayPal <service@paypal.com>", "Hi", "").false_claim().is_none());
        assert!(who("Will Chase <will@example.com>", "Hi", "").claims.is_empty());
        assert!(who("Apple Support <x@example.com>", "Hi", "").false_claim().is_some());
        assert!(who("Google <someone@gmail.com>", "Hi", "").false_claim().is_some());
        assert!(who("DPD (via Visma Post) <x@vismapost.pl>", "Hi", "").claims.iter().any(|claim| claim.brand.name == "DPD" && claim.via));
        assert!(who("DPD (via Visma) <x@brightwave.com>", "Hi", "").claims.iter().all(|claim| !claim.via));
    }

    #[test]
    fn an_address_in_the_name_is_no_proof() {
        assert_eq!(other_address("service@paypal.com", "evil.ru").as_deref(), Some("service@paypal.com"));
        assert_eq!(other_address("ola@dnb.no", "mail.dnb.no"), None);
        assert_eq!(other_address("Ola @ work", "x.no"), None);
        assert_eq!(other_address("CarShop.com", "amaron.shop").as_deref(), Some("CarShop.com"));
        assert_eq!(other_address("The Node.js Foundation", "nodejs.org"), None);
    }

    #[test]
    fn colleagues_own_domain_and_partners_are_compared_with_what_is_known() {
        let knowledge = "own_domains = [\"contoso-corp.com\"]\npartners = [\"fjordlaks.no\"]\n[[people]]\nname = \"Ola Nordmann\"\naddresses = [\"ola.home@gmail.com\"]";
        assert_eq!(who("Ola Nordmann <ceo@gmail.com>", "x", knowledge).borrowed_name.as_deref(), Some("Ola Nordmann"));
        assert_eq!(who("Nordmann, Ola <ola.home@gmail.com>", "x", knowledge).borrowed_name, None);
        assert_eq!(who("Ola Nordmann <ola@contoso-corp.com>", "x", knowledge).borrowed_name, None);
        assert!(who("Per <per@fj0rdlaks.no>", "x", knowledge).near.is_some());
        assert!(who("Per <per@fjordlaks.no>", "x", knowledge).near.is_none());
    }

    #[test]
    fn a_name_that_fits_its_address_in_any_way_is_related() {
        for (from, unrelated) in [
            ("Ola Nordmann <ola@firma.no>", false),
            ("Nordmann, Ola <onordmann@firma.no>", false),
            ("Oslo Orienteringsklubb <post@oslook.no>", false),
            ("International Business Machines <x@ibm.com>", false),
            ("Car Warranty <news_offer_71479@ian.rubiyo.xyz>", true),
            ("Sirius Radio <hernandez_philip_40743@chawarma.live>", true),
        ] {
            assert_eq!(who(from, "x", "").unrelated, unrelated, "{from}");
        }
    }

    #[test]
    fn a_stranger_who_speaks_as_the_recipients_own_mail_is_seen() {
        assert!(who("Mail Security contoso-corp.com <x@brightwave.org>", "x", "").as_recipient.is_some());
        assert!(who("Kari <kari@brightwave.org>", "x", "").as_recipient.is_none());
    }
}
