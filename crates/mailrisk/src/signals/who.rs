//! Who it is from.

use super::{Category, Evidence, Family, Hit, Look, Signal};
use crate::facts::links::Place as Found;
use crate::facts::relation::Contact;
use crate::facts::request::Intent;
use crate::facts::who::Place;
use crate::files::Kind;
use crate::names::brands::Brands;
use crate::names::hosts::{is_freemail, is_rented};
use crate::names::looks_like::Trick;

/// What somebody wants who borrows a name: money, access, secrecy.
const WANTS: [Intent; 10] = [
    Intent::Credentials,
    Intent::BankChange,
    Intent::Wire,
    Intent::GiftCard,
    Intent::Secrecy,
    Intent::Availability,
    Intent::PersonalData,
    Intent::Callback,
    Intent::AdvanceFee,
    Intent::Payment,
];

macro_rules! signals {
    ($($name:ident = $id:literal, $points:literal, $category:ident, $en:literal, $nb:literal, $why:literal, $wrong:literal;)*) => {
        $(const $name: Signal = Signal { id: $id, family: Family::Who, points: $points, category: Category::$category, en: $en, nb: $nb, why: $why, wrong: $wrong };)*
        /// The signals of this family.
        pub const ALL: &[&Signal] = &[$(&$name),*];
    };
}

signals! {
    BRAND_NAME = "who-brand-name", 35, Phishing,
        "It calls itself {brand}, but it was sent from {address}, which does not belong to {brand}.",
        "Den kaller seg {brand}, men er sendt fra {address}, som ikke tilhører {brand}.",
        "The name in front of an address can be chosen freely; people read the name and not the address.",
        "A brand that writes through a company whose domain is not in the list of brands.";
    BRAND_ADDRESS = "who-brand-address", 14, Phishing,
        "The address {address} uses the name of {brand}, but does not belong to {brand}.",
        "Adressen {address} bruker navnet til {brand}, men tilhører ikke {brand}.",
        "What stands before the @ can be chosen freely.",
        "A reseller or fan club that has the brand's name in its address.";
    BRAND_TEXT = "who-brand-text", 16, Phishing,
        "It speaks as {brand}, but the address {address} has nothing to do with {brand}.",
        "Den utgir seg for å være {brand}, men adressen {address} har ingenting med {brand} å gjøre.",
        "Who writes for a brand writes from the brand's own domain.",
        "Somebody who writes about a brand, in the first or last words of a mail.";
    LOOKALIKE = "who-lookalike", 40, Phishing,
        "The sender's address ends in {domain}, which imitates {brand}.",
        "Avsenderadressen slutter på {domain}, som etterligner {brand}.",
        "Changed letters, added words or another ending make a domain that looks right at a glance.",
        "A company whose own name is close to that of a brand.";
    NAME_ADDRESS = "who-name-address", 28, Phishing,
        "The sender's name shows the address {shown}, but the true address is {address}.",
        "Avsendernavnet viser adressen {shown}, men den egentlige adressen er {address}.",
        "Many mail programs show only the name, so the reader sees an address that is not the sender's.",
        "Forwarding services that keep the first sender's address as the name.";
    DISGUISED = "who-disguised-name", 32, Phishing,
        "The sender's name {name} is written with letters that only look like the usual ones.",
        "Avsendernavnet {name} er skrevet med bokstaver som bare ligner på de vanlige.",
        "Nobody writes their own name with look-alike or invisible letters except to get past a filter.",
        "Names decorated with unusual letters for effect.";
    FREEMAIL_ROLE = "who-freemail-role", 20, Suspicious,
        "It presents itself as {name}, but comes from a free address that anybody can have ({address}).",
        "Den presenterer seg som {name}, men kommer fra en gratisadresse som hvem som helst kan skaffe seg ({address}).",
        "Banks, help desks and public offices do not write from free mail.",
        "Very small firms and clubs.";
    FORGED_OWN = "who-forged-own", 50, Targeted,
        "It says that it is from your own organisation ({domain}), but the check of who sent it shows that it is not.",
        "Den sier at den er fra din egen organisasjon ({domain}), men kontrollen av hvem som sendte den, viser at det ikke stemmer.",
        "Mail from the own domain that fails the own domain's checks comes from outside.",
        "A program of the organisation that sends without being set up for it.";
    FORGED_BRAND = "who-forged-brand", 45, Phishing,
        "It says that it is from {domain}, but the check of who sent it failed: somebody else may have sent it.",
        "Den sier at den er fra {domain}, men kontrollen av hvem som sendte den, feilet: noen andre kan ha sendt den.",
        "Large brands sign all their mail; a failed check means that somebody else sent it.",
        "Mail of a brand that was forwarded or changed on its way.";
    UNPROVEN = "who-check-failed", 7, Suspicious,
        "It could not be confirmed that it truly comes from {domain}.",
        "Det kunne ikke bekreftes at den virkelig kommer fra {domain}.",
        "The domain's own rules say who may send for it.",
        "Mailing lists and forwarding break these checks every day; alone it means little.";
    BORROWED = "who-borrowed-name", 35, Targeted,
        "It uses the name of {name}, but {address} is not an address that {name} is known to use.",
        "Den bruker navnet til {name}, men {address} er ikke en adresse som {name} er kjent for å bruke.",
        "Who wants money or data asks in the name of a colleague.",
        "A colleague who writes from home for the first time, or somebody with the same name.";
    NEAR_OWN = "who-near-own", 60, Targeted,
        "The sender's address ends in {domain}, which imitates your own organisation ({known}).",
        "Avsenderadressen slutter på {domain}, som etterligner din egen organisasjon ({known}).",
        "A domain like the organisation's own is registered for one purpose.",
        "A daughter company that nobody entered as own.";
    NEAR_PARTNER = "who-near-partner", 60, Targeted,
        "The sender's address ends in {domain}, which imitates {known}, whom you do business with.",
        "Avsenderadressen slutter på {domain}, som etterligner {known}, som dere gjør forretninger med.",
        "Invoice fraud begins with a domain like that of a supplier.",
        "A partner's new or second domain.";
    AS_RECIPIENT = "who-as-recipient", 30, Phishing,
        "It speaks as your own organisation, but was sent from {address}.",
        "Den utgir seg for å være fra din egen organisasjon, men er sendt fra {address}.",
        "Help desks and systems of an organisation write from its own domain.",
        "A service that writes in the organisation's name from outside.";
    INSIDE = "who-inside-role", 18, Phishing,
        "It calls itself “{name}”, as a department or machine of your own organisation would, but comes from outside ({address}).",
        "Den kaller seg «{name}», slik en avdeling eller maskin i din egen organisasjon ville gjort, men kommer utenfra ({address}).",
        "The own help desk, payroll office and scanner write from the own organisation.",
        "Departments of other organisations that write to you; it counts only with a page or file that is not theirs.";
    REPLY = "who-reply-elsewhere", 8, Scam,
        "Answers do not go to the sender, but to {address}.",
        "Svar går ikke til avsenderen, men til {address}.",
        "Who uses somebody else's address needs the answers at their own.",
        "Lists, ticket systems and newsletters do this by custom; it counts fully only with a request.";
    UNCLEAR = "who-unclear", 12, Suspicious,
        "It gives no sender's address that exists, so an answer would reach nobody.",
        "Den oppgir ingen avsenderadresse som finnes, så et svar ville ikke kommet fram.",
        "An answer could not reach anybody.",
        "Broken programs and internal systems.";
    UNRELATED = "who-nothing-fits", 14, Suspicious,
        "Nothing fits together: it is from “{name}”, the address is {address}, and the links lead to {host}.",
        "Ingenting stemmer overens: den er fra «{name}», adressen er {address}, og lenkene går til {host}.",
        "Honest senders have a name, an address and pages that belong together.",
        "A person who writes from an office address and links to other people's pages.";
    FREEMAIL_BUSINESS = "who-freemail-business", 20, Phishing,
        "It writes about accounts, payments or parcels as a company would, but from a free address that anybody can have ({address}).",
        "Den skriver om kontoer, betalinger eller pakker slik et firma ville gjort, men fra en gratisadresse som hvem som helst kan skaffe seg ({address}).",
        "Companies have addresses of their own.",
        "Somebody who passes on such a notice, and very small firms.";
    THROWAWAY = "who-throwaway", 7, Suspicious,
        "The sender's address {address} looks as if it was made by a machine, or for one occasion.",
        "Avsenderadressen {address} ser ut som den er laget av en maskin, eller for én anledning.",
        "Domains with random names or endings that cost next to nothing are used for days and thrown away.",
        "Small firms that chose a cheap ending.";
    FREE_HOST = "who-free-host", 14, Suspicious,
        "The sender's address ends in {domain}, which anybody can set up for free.",
        "Avsenderadressen slutter på {domain}, som hvem som helst kan sette opp gratis.",
        "Test tenants and free hosts are opened, used and left.",
        "Small organisations that never set up a domain of their own.";
    FIRST_CONTACT = "who-first-contact", 6, Suspicious,
        "{address} has not written to your organisation before.",
        "{address} har ikke skrevet til organisasjonen din før.",
        "Who asks for something sensitive is usually somebody known.",
        "Everybody writes for the first time once; it counts fully only with a request.";
}

/// Looks at who it is from.
pub fn look(look: &Look<'_>, hits: &mut Vec<Hit>) {
    if look.trusted() {
        return;
    }
    for signal in [
        brand,
        lookalike,
        name_address,
        disguised,
        freemail_role,
        forged,
        borrowed,
        near,
        as_recipient,
        inside_role,
        reply,
        unclear,
        unrelated,
        freemail_business,
        throwaway,
        first_contact,
    ] {
        hits.extend(signal(look));
    }
}

fn from(look: &Look<'_>) -> Evidence {
    Evidence::Header { name: "From", line: look.facts.who.line }
}

fn brand(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let claim = who.false_claim()?;
    if look.of_the_house() || look.bounce() {
        return None;
    }
    // Who writes from a brand's own address may write about others.
    if look.true_brand() && claim.place > Place::Name {
        return None;
    }
    let itself = look.keeps_to_itself(claim.brand);
    let hit = match claim.place {
        // A daughter company, a local branch, somebody of that name; or a brand that writes through another and links to itself.
        // With pages of its own it stays odd: there may be more on them than the words show.
        Place::Name if itself => {
            Hit::new(&BRAND_NAME).points(if look.facts.links.iter().any(|link| link.counts() && link.to_sender) { 20 } else { 9 })
        }
        Place::Local if itself => Hit::new(&BRAND_ADDRESS).points(9),
        Place::Name => {
            // Name, address and link of three different owners.
            let points = match (look.list(), look.leads_away(), look.lure().is_some()) {
                (true, _, _) => 12,
                _ if claim.via => 14,
                (false, true, true) => 48,
                (false, true, false) => 42,
                (false, false, _) => 35,
            };
            Hit::new(&BRAND_NAME).points(points)
        }
        Place::Local => Hit::new(&BRAND_ADDRESS).points(if who.freemail { 22 } else { 14 }),
        Place::Voice | Place::Subject | Place::Text => {
            look.lure()?;
            if look.list() || !(look.leads_away() || who.freemail) {
                return None;
            }
            Hit::new(&BRAND_TEXT).points(if claim.place == Place::Text { 16 } else { 20 })
        }
    };
    Some(hit.with("brand", &claim.brand.name).with("address", who.written()).at(from(look)))
}

fn lookalike(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let (brand, trick) = who.lookalike?;
    if who.freemail || look.of_the_house() || brand.may_own(who.domain()) && trick == Trick::OtherEnding {
        return None;
    }
    let points = match trick {
        Trick::Named => return None,
        Trick::OtherEnding => 14,
        Trick::AddedWords | Trick::Misspelt => 32,
        Trick::Subdomain | Trick::SameLooking => 40,
    };
    let points = match trick {
        _ if look.list() => points / 3,
        // The name with words around it, and nothing wanted: a daughter company or a local branch.
        Trick::AddedWords | Trick::OtherEnding if look.keeps_to_itself(brand) => 9,
        _ => points,
    };
    Some(
        Hit::new(&LOOKALIKE)
            .points(points)
            .with("domain", &crate::names::domain::shown(who.domain()))
            .with("brand", &brand.name)
            .at(from(look)),
    )
}

fn name_address(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let shown = who.name_is_address.as_ref()?;
    if look.list() || look.true_brand() || look.bounce() {
        return None;
    }
    let host = shown.rsplit('@').next().unwrap_or_default().to_lowercase();
    let known = Brands::get().owner(&host).is_some() && !is_freemail(&host) || look.knowledge.owns(&host);
    let points = match (known, shown.contains('@')) {
        (true, _) => 38,
        (false, true) => 22,
        (false, false) => {
            if look.leads_away() && !look.mostly_home() {
                18
            } else {
                5
            }
        }
    };
    Some(Hit::new(&NAME_ADDRESS).points(points).with("shown", shown).with("address", &who.from.address).at(from(look)))
}

fn disguised(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    who.disguised.then(|| Hit::new(&DISGUISED).with("name", &who.from.name).at(from(look)))
}

fn freemail_role(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let asks = look.lure().is_some() || look.facts.request.any(&WANTS).is_some();
    (who.freemail && who.role && asks && !look.list() && who.borrowed_name.is_none())
        .then(|| Hit::new(&FREEMAIL_ROLE).with("name", &who.from.name).with("address", &who.from.address).at(from(look)))
}

fn forged(look: &Look<'_>) -> Option<Hit> {
    let (who, authentication) = (&look.facts.who, &look.facts.authentication);
    // Records with a mistake refute nobody, but confirm nobody either.
    let broken = authentication.broken && !authentication.proven() && !who.own && !who.partner && who.true_brand().is_none();
    if !(authentication.refuted() || broken) || look.list() || look.bounce() && !who.own && !who.partner {
        return None;
    }
    let wants = look.leads_away() || look.lure().is_some() || look.facts.request.any(&WANTS).is_some();
    let results = Evidence::Header { name: "Authentication-Results", line: authentication.line };
    let hit = if who.own {
        Hit::new(&FORGED_OWN)
    } else if who.true_brand().is_some() || who.partner && authentication.trusted {
        // Only with something to click, open or do: a forwarded receipt fails too.
        Hit::new(&FORGED_BRAND).points(if wants { 45 } else { 15 })
    } else {
        let odd = look.leads_away() && (who.unrelated || who.unclear || look.lure().is_some());
        Hit::new(&UNPROVEN).points(if odd { 13 } else { 6 })
    };
    Some(hit.with("domain", who.shown()).at(from(look)).at(results))
}

fn borrowed(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let name = who.borrowed_name.as_ref()?;
    let wants = look.facts.request.any(&WANTS).is_some();
    Some(Hit::new(&BORROWED).points(if wants { 60 } else { 32 }).with("name", name).with("address", &who.from.address).at(from(look)))
}

fn near(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let (known, trick, own) = who.near.as_ref()?;
    let signal = if *own { &NEAR_OWN } else { &NEAR_PARTNER };
    let points = match trick {
        Trick::OtherEnding => 35,
        // A service that the organisation rents has its name under its own; so has one that anybody rents for a day.
        Trick::Subdomain if is_rented(who.domain()) && !look.leads_away() => 9,
        _ => 60,
    };
    Some(Hit::new(signal).points(points).with("domain", &crate::names::domain::shown(who.domain())).with("known", known).at(from(look)))
}

fn as_recipient(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    who.as_recipient.as_ref()?;
    if look.list() || look.bounce() || look.true_brand() {
        return None;
    }
    // Services that an organisation rents write in its name and link to themselves. Who passes for it wants something, elsewhere.
    let wants = look.facts.request.any(&WANTS).is_some();
    let somewhere = look.facts.links.iter().any(|link| link.counts()) && !look.leads_home();
    let files = look.facts.attachments.iter().any(|attachment| !attachment.inline);
    let points = if wants && !look.leads_home() || look.lure().is_some() && (somewhere || files) { 30 } else { 12 };
    Some(Hit::new(&AS_RECIPIENT).points(points).with("address", &who.from.address).at(from(look)))
}

fn inside_role(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let inside = who.inside && who.as_recipient.is_none() && !look.colleague() && !look.of_the_house();
    if !inside || look.list() || look.bounce() || look.true_brand() {
        return None;
    }
    let page = look.facts.attachments.iter().any(|attachment| matches!(attachment.kind, Kind::Html | Kind::Svg));
    let code = look.facts.links.iter().any(|link| matches!(link.place, Found::Code(_) | Found::File(_)) && link.counts());
    (look.leads_away() || page || code || look.facts.links.iter().any(|link| link.consent.is_some()))
        .then(|| Hit::new(&INSIDE).with("name", &who.from.name).with("address", &who.from.address).at(from(look)))
}

fn reply(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let reply = who.reply_to.as_ref()?;
    if look.list() || look.true_brand() || look.of_the_house() {
        return None;
    }
    let wants = look.facts.request.any(&WANTS).is_some();
    let points = match (is_freemail(reply.domain()), wants) {
        (true, true) => 26,
        (true, false) if !look.facts.relation.bulk => 16,
        (false, true) if !look.facts.relation.bulk => 8,
        _ => 3,
    };
    Some(Hit::new(&REPLY).points(points).with("address", &reply.address).at(Evidence::Header { name: "Reply-To", line: None }))
}

fn unclear(look: &Look<'_>) -> Option<Hit> {
    // A machine in the house has no address outside, and leads nowhere but to itself.
    let machine = crate::names::domain::is_local(look.facts.who.domain()) && !look.facts.links.iter().any(|link| link.counts());
    if !look.facts.who.unclear || look.bounce() || look.facts.who.own || look.list() || machine {
        return None;
    }
    let points = match (look.leads_away(), look.lure().is_some()) {
        (true, true) => 28,
        (true, false) => 24,
        (false, true) => 14,
        (false, false) => 8,
    };
    Some(Hit::new(&UNCLEAR).points(points).at(from(look)))
}

fn unrelated(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    if !who.unrelated
        || who.freemail
        || look.list()
        || look.true_brand()
        || look.of_the_house()
        || look.bounce()
        || look.facts.links.iter().any(|link| link.counts() && link.to_sender)
    {
        return None;
    }
    let link = look.foreign().find(|link| !link.counted)?;
    let hidden = look.foreign().any(|link| link.shortener || link.free || link.cheap || link.ip || link.random || link.through.is_some());
    let picture = look.facts.presentation.pictures > 0;
    // A person who writes from somewhere and links to something is nothing odd as long as nothing is wanted.
    let clicks = look.facts.request.strong(Intent::Click) > 0 || look.button();
    let plain = !(hidden || picture || clicks || who.cheap || who.random || who.numbered || look.lure().is_some() || look.false_claim());
    let points = if plain { 6 } else { 12 }
        + if hidden { 8 } else { 0 }
        + if who.cheap || who.random || who.numbered { 6 } else { 0 }
        + if picture { 4 } else { 0 }
        + if clicks { 6 } else { 0 };
    Some(
        Hit::new(&UNRELATED)
            .points(points)
            .with("name", &who.from.name)
            .with("address", &who.from.address)
            .with("host", &link.host)
            .at(from(look))
            .at(Evidence::Link(link.number)),
    )
}

fn freemail_business(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    let says = look.facts.request.any(&[Intent::Trouble, Intent::Mailbox, Intent::Credentials, Intent::Parcel, Intent::Refund]).is_some()
        || look.facts.request.strong(Intent::Payment) > 0 && !look.facts.attachments.is_empty();
    let acts =
        look.leads_away() || look.facts.request.number.is_some() || look.facts.attachments.iter().any(|attachment| !attachment.inline);
    (who.freemail && !who.role && says && acts && !look.list() && !look.facts.relation.names_thread && who.borrowed_name.is_none())
        .then(|| Hit::new(&FREEMAIL_BUSINESS).with("address", &who.from.address).at(from(look)))
}

fn throwaway(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    if look.list() || look.true_brand() || look.of_the_house() || look.bounce() {
        return None;
    }
    let asks = look.lure().is_some() || look.facts.request.any(&WANTS).is_some();
    if who.free_host {
        return Some(Hit::new(&FREE_HOST).points(if asks { 20 } else { 12 }).with("domain", who.domain()).at(from(look)));
    }
    let points = match (who.random || who.numbered && !who.freemail, who.cheap) {
        (true, true) => 15,
        (true, false) | (false, true) => 7,
        (false, false) => return None,
    };
    Some(Hit::new(&THROWAWAY).points(points + if asks { 4 } else { 0 }).with("address", &who.from.address).at(from(look)))
}

fn first_contact(look: &Look<'_>) -> Option<Hit> {
    if look.facts.relation.contact != Contact::First || look.true_brand() {
        return None;
    }
    let wants = look.facts.request.any(&WANTS).is_some();
    Some(Hit::new(&FIRST_CONTACT).points(if wants { 16 } else { 4 }).with("address", &look.facts.who.from.address).at(from(look)))
}
