//! Where links lead.

use super::{Category, Evidence, Family, Hit, Look, Signal};
use crate::facts::Link;
use crate::facts::links::{Place, Scheme};
use crate::facts::request::Intent;
use crate::files::Kind;
use crate::names::brands::Brands;
use crate::names::domain::{same_owner, shown};
use crate::names::hosts::device_sign_in;
use crate::names::looks_like::Trick;

macro_rules! signals {
    ($($name:ident = $id:literal, $points:literal, $category:ident, $en:literal, $nb:literal, $why:literal, $wrong:literal;)*) => {
        $(const $name: Signal = Signal { id: $id, family: Family::Links, points: $points, category: Category::$category, en: $en, nb: $nb, why: $why, wrong: $wrong };)*
        /// The signals of this family.
        pub const ALL: &[&Signal] = &[$(&$name),*];
    };
}

signals! {
    IMITATES = "link-imitates-brand", 42, Phishing,
        "A link leads to {host}, which imitates {brand}.",
        "En lenke går til {host}, som etterligner {brand}.",
        "The name of a brand inside somebody else's address is there to be read as the brand's.",
        "Fan pages, resellers, and hosts that serve a brand under their own domain.";
    NEAR = "link-near-known", 50, Targeted,
        "A link leads to {host}, which imitates {known}.",
        "En lenke går til {host}, som etterligner {known}.",
        "A domain like the organisation's own or a partner's is registered for one purpose.",
        "A partner's second domain.";
    LIES = "link-text-lies", 34, Phishing,
        "A link shows {shown}, but leads to {host}.",
        "En lenke viser {shown}, men går til {host}.",
        "Who writes one address and links to another wants the reader to believe the first.",
        "Newsletters whose links go through a counter; these count little unless a brand's address is shown.";
    BRAND_PATH = "link-names-brand", 16, Phishing,
        "A link to {host} has the name of {brand} in it, but does not lead to {brand}.",
        "En lenke til {host} har navnet til {brand} i seg, men går ikke til {brand}.",
        "Phishing pages lie in folders that are named after the brand.",
        "Articles and shops that write about a brand.";
    NUMBER = "link-number", 22, Phishing,
        "A link leads to a web address of bare numbers ({host}) instead of a name.",
        "En lenke går til en nettadresse av bare tall ({host}) i stedet for et navn.",
        "Honest pages have names.",
        "Notices of machines in the own network.";
    USERINFO = "link-before-at", 34, Phishing,
        "A link shows a name before an @ to hide that it leads to {host}.",
        "En lenke viser et navn foran en @ for å skjule at den går til {host}.",
        "What stands before the @ of a web address is not where it leads.",
        "Hardly any.";
    MIXED = "link-mixed-letters", 36, Phishing,
        "A link leads to {host}, written with foreign letters that only look like the usual ones.",
        "En lenke går til {host}, skrevet med fremmede bokstaver som bare ligner på de vanlige.",
        "Names of several alphabets are made to be mistaken.",
        "Names that truly mix alphabets.";
    CODE = "link-code", 40, Phishing,
        "A link carries a hidden page or program inside it.",
        "En lenke har en skjult side eller et program i seg.",
        "No honest mail needs that, and it passes filters that look at addresses.",
        "Hardly any.";
    SHORT = "link-short", 9, Suspicious,
        "A link through {host} hides where it leads.",
        "En lenke via {host} skjuler hvor den går.",
        "A shortened address says nothing about whose page is behind it.",
        "Newsletters and short messages that use them for convenience.";
    FREE = "link-free-host", 12, Phishing,
        "A link leads to {host}, where anybody can put up a page for nothing.",
        "En lenke går til {host}, der hvem som helst kan legge ut en side gratis.",
        "Companies have their own pages; phishing pages are put up where it costs nothing.",
        "Clubs and small projects, and services that keep their pictures there.";
    REDIRECT = "link-redirect", 15, Phishing,
        "A link goes through {through}, but ends at {host}.",
        "En lenke går via {through}, men ender på {host}.",
        "A known name in front hides the unknown one behind.",
        "Search engines and social networks that send on through their own address.";
    RECIPIENT = "link-names-you", 12, Phishing,
        "A link to {host} has your e-mail address built in, so the page knows who you are.",
        "En lenke til {host} har e-postadressen din i seg, så siden vet hvem du er.",
        "The page behind it fills in the address, so that only the password is missing.",
        "Newsletters that know their readers by address.";
    ELSEWHERE = "link-elsewhere", 6, Suspicious,
        "Not one of its links leads to the sender ({domain}); they lead to {host}.",
        "Ingen av lenkene går til avsenderen ({domain}); de går til {host}.",
        "Who writes for a company links to the company.",
        "Newsletters whose links all go through a counter that is not in the list.";
    CHEAP = "link-cheap", 7, Suspicious,
        "A link leads to {host}, a kind of address that costs next to nothing and is often used for fraud.",
        "En lenke går til {host}, en type adresse som koster nesten ingenting og ofte brukes til svindel.",
        "Some endings cost next to nothing, and are mostly used by those who need many.",
        "Small firms that chose a cheap ending.";
    RANDOM = "link-random", 7, Suspicious,
        "A link leads to {host}, a name that looks made by a machine.",
        "En lenke går til {host}, et navn som ser ut til å være laget av en maskin.",
        "People choose names that can be read.",
        "Technical hosts of large services.";
    DOWNLOAD = "link-download", 16, Malware,
        "A link downloads a file that can harm your computer ({file}).",
        "En lenke laster ned en fil som kan skade datamaskinen ({file}).",
        "Programs, shortcuts, disk images and archives are how harmful code comes in.",
        "Software projects that link to their releases.";
    FILE = "link-file", 35, Malware,
        "A link opens a file on a share or this computer.",
        "En lenke åpner en fil på en delt mappe eller denne maskinen.",
        "It can start programs, and gives your sign-in to whoever runs the share.",
        "Links between colleagues to a shared folder.";
    TUCKED = "link-tucked-away", 16, Phishing,
        "A link leads into a folder of {host} that holds the parts of the site and no page for visitors.",
        "En lenke går til en mappe hos {host} som har deler av nettstedet og ingen side for besøkende.",
        "Whoever breaks into a site puts false pages where the owner does not look.",
        "Owners of a site who are sent a link to its administration.";
    ALL_HIDDEN = "link-all-hidden", 18, Suspicious,
        "Every link in it goes through {host}, which does not say whose page it is.",
        "Alle lenkene i den går via {host}, som ikke sier hvem siden tilhører.",
        "Companies are proud of their address; who hides it has a reason.",
        "Short messages of people who shorten by habit.";
    PORT = "link-port", 5, Suspicious,
        "A link leads to an unusual place on {host} that ordinary pages do not use.",
        "En lenke går til et uvanlig sted på {host} som vanlige sider ikke bruker.",
        "Honest pages are at the usual port.",
        "Notices of machines in the own network.";
    CODE_QR = "link-qr", 30, Phishing,
        "A QR code in it leads to {host}.",
        "En QR-kode i den går til {host}.",
        "A code moves the reader to the phone, away from the protection of the computer, and cannot be read before it is opened.",
        "Tickets, invitations and payment slips.";
    DEVICE = "link-device-sign-in", 40, Phishing,
        "It leads to {page}, where entering a code signs in somebody else's machine with your account.",
        "Den leder til {page}, der en kode du skriver inn, logger på en annens maskin med kontoen din.",
        "The page is true and the password is asked for by the true service; but whoever made the code gets the access.",
        "Instructions for setting up a television or a meeting room.";
    CONSENT = "link-lets-in", 34, Phishing,
        "A link asks you at {host} to let a program of somebody else into your account.",
        "En lenke ber deg på {host} om å slippe en annens program inn i kontoen din.",
        "The page is true, and no password is asked for; whoever made the program reads the mailbox from then on.",
        "Programs that send the link straight away instead of their own page; whoever runs them at your organisation says so beforehand.";
    HOSTED = "link-anybodys-file", 7, Suspicious,
        "A link leads to {host}, where the page is whatever somebody put there.",
        "En lenke går til {host}, der siden er det noen har lagt der.",
        "A known name in the address says nothing about whose document it is.",
        "Everybody who shares documents; counts fully only when a password is asked for too.";
    IN_FILE = "link-in-file", 14, Phishing,
        "The attachment {file} holds a link to {host}.",
        "Vedlegget {file} inneholder en lenke til {host}.",
        "A link in a file is not seen by filters that look at the mail.",
        "Documents that link to sources.";
}

/// Looks at where links lead.
pub fn look(look: &Look<'_>, hits: &mut Vec<Hit>) {
    for signal in [
        imitates, near, lies, brand_path, number, userinfo, mixed, code, short, free, all_hidden, redirect, recipient, elsewhere, cheap,
        random, download, file, port, qr, device, consent, hosted, tucked, in_file,
    ] {
        hits.extend(signal(look));
    }
}

fn on(signal: &'static Signal, link: &Link, points: i32) -> Hit {
    Hit::new(signal).points(points).with("host", &shown(&link.host)).at(Evidence::Link(link.number))
}

/// More with a lure or a false claim, less on lists and from the brand itself.
fn weigh(look: &Look<'_>, alone: i32, with_lure: i32) -> i32 {
    let points = if look.lure().is_some() || look.false_claim() { with_lure } else { alone };
    if look.trusted() || look.of_the_house() {
        points / 4
    } else if look.list() || look.true_brand() && !look.passes_on() || look.bounce() {
        points / 3
    } else if look.mostly_home() && !look.false_claim() {
        points / 2
    } else {
        points
    }
}

fn all<'a>(look: &Look<'a>) -> impl Iterator<Item = &'a Link> + use<'a> {
    look.facts.links.iter().filter(|link| link.scheme == Scheme::Web)
}

fn imitates(look: &Look<'_>) -> Option<Hit> {
    let worst = all(look)
        .filter(|link| link.borrowed.is_some() && !link.counted && !link.unsubscribe)
        .max_by_key(|link| link.borrowed.map(|(_, trick)| trick))?;
    let (brand, trick) = worst.borrowed?;
    // Who truly is the brand may link to pages that others run for it.
    let itself = look.facts.who.true_brand().is_some() && brand.owns(look.facts.who.domain());
    if itself && !look.passes_on() || worst.to_sender {
        return None;
    }
    let own = brand.may_own(&worst.host);
    let points = match trick {
        Trick::Named => return None,
        Trick::OtherEnding => {
            if own {
                return None;
            } else {
                weigh(look, 8, 16)
            }
        }
        Trick::AddedWords | Trick::Misspelt => weigh(look, 20, 42),
        Trick::Subdomain | Trick::SameLooking => weigh(look, 26, 46),
    };
    let points = if look.mostly_home() && !look.false_claim() { points.min(24) / 3 } else { points };
    Some(on(&IMITATES, worst, points).with("brand", &brand.name))
}

fn near(look: &Look<'_>) -> Option<Hit> {
    let link = all(look).find(|link| link.near.is_some())?;
    let (known, trick) = link.near.as_ref()?;
    Some(on(&NEAR, link, if *trick == Trick::OtherEnding { 20 } else { 50 }).with("known", known))
}

fn lies(look: &Look<'_>) -> Option<Hit> {
    let mut best: Option<Hit> = None;
    for link in look.foreign().filter(|link| link.span.is_some()) {
        let Some(seen) = &link.shown_host else { continue };
        if same_owner(seen, &link.host) || link.wrapped && seen.contains("safelinks") {
            continue;
        }
        let brand = Brands::get().owner(seen).is_some() && !crate::names::hosts::is_everywhere(seen)
            || look.knowledge.owns(seen)
            || look.knowledge.is_partner(seen);
        let of_sender = same_owner(seen, look.facts.who.domain());
        let points = if look.list() || link.counted || look.facts.relation.bulk && of_sender {
            2
        } else if brand && !look.true_brand() {
            34
        } else if look.lure().is_some() {
            10
        } else {
            5
        };
        if best.as_ref().is_none_or(|hit| hit.points < points) {
            best = Some(on(&LIES, link, points).with("shown", seen));
        }
    }
    best
}

fn brand_path(look: &Look<'_>) -> Option<Hit> {
    let link = look
        .foreign()
        .find(|link| link.in_path.is_some_and(|brand| look.facts.who.claims.iter().any(|claim| claim.brand == brand && !claim.own)))?;
    Some(on(&BRAND_PATH, link, weigh(look, 8, 16)).with("brand", &link.in_path?.name))
}

fn number(look: &Look<'_>) -> Option<Hit> {
    // A machine in the house is nobody's page outside (`everywhere`).
    let link = all(look).find(|link| link.ip && !link.everywhere)?;
    Some(on(&NUMBER, link, weigh(look, 14, 28)))
}

fn userinfo(look: &Look<'_>) -> Option<Hit> {
    let link = all(look).find(|link| link.userinfo && !link.to_sender)?;
    Some(on(&USERINFO, link, weigh(look, 24, 36)))
}

fn mixed(look: &Look<'_>) -> Option<Hit> {
    let link = all(look).find(|link| link.mixed)?;
    Some(on(&MIXED, link, weigh(look, 30, 38)))
}

fn code(look: &Look<'_>) -> Option<Hit> {
    let link = look.facts.links.iter().find(|link| {
        matches!(link.scheme, Scheme::Data | Scheme::Script)
            && link.place == Place::Text
            && !link.raw.to_ascii_lowercase().starts_with("javascript:void")
            && link.raw.len() > 24
    })?;
    Some(on(&CODE, link, weigh(look, 20, 40)))
}

fn short(look: &Look<'_>) -> Option<Hit> {
    let link = look.foreign().find(|link| link.shortener)?;
    Some(on(&SHORT, link, weigh(look, 9, 18)))
}

fn free(look: &Look<'_>) -> Option<Hit> {
    let link = look.foreign().find(|link| link.free && !link.to_sender)?;
    Some(on(&FREE, link, weigh(look, 12, 24)))
}

fn all_hidden(look: &Look<'_>) -> Option<Hit> {
    if look.list() || !look.all_hidden() || look.facts.links.iter().any(|link| link.counts() && link.to_sender) {
        return None;
    }
    let link = look.foreign().next()?;
    let who = &look.facts.who;
    // A club that sends the link of a form hides nothing; somebody without a proper address does.
    let odd = who.unrelated
        || who.cheap
        || who.random
        || who.numbered
        || who.unclear
        || look.facts.presentation.only_picture
        || look.facts.presentation.address_in_subject;
    let points = match (who.freemail, look.lure().is_some() || look.false_claim()) {
        (false, true) => 26,
        (true, true) => 18,
        (false, false) if odd => 20,
        (false, false) | (true, false) => 5,
    };
    let hidden = on(&ALL_HIDDEN, link, weigh(look, points, points));
    // What hides is the page in between, not the one behind it.
    Some(match &link.through {
        Some(through) => Hit { args: vec![("host", crate::words::harmless(through, 90))], ..hidden },
        None => hidden,
    })
}

fn redirect(look: &Look<'_>) -> Option<Hit> {
    let link = look.foreign().find(|link| link.through.is_some())?;
    Some(on(&REDIRECT, link, weigh(look, 10, 20)).with("through", link.through.as_deref().unwrap_or_default()))
}

fn recipient(look: &Look<'_>) -> Option<Hit> {
    // A help desk's page that already knows the address is no better on the sender's own throwaway domain.
    let desk = look.facts.request.strong(Intent::Mailbox) > 0;
    let link = all(look).find(|link| {
        link.names_recipient
            && !link.counted
            && !link.unsubscribe
            && (link.foreign() || (desk || marked(link)) && link.to_sender && !look.true_brand())
    })?;
    let access = look.facts.request.any(&[Intent::Credentials, Intent::Mailbox]).is_some();
    let points = if look.facts.relation.bulk && !look.facts.who.unrelated || look.mostly_home() {
        weigh(look, 4, 6)
    } else if access {
        weigh(look, 28, 28)
    } else if marked(link) {
        weigh(look, 20, 24)
    } else {
        weigh(look, 8, 9)
    };
    Some(on(&RECIPIENT, link, points))
}

/// The reader's address stands behind a `#`: it is not sent to the page, but filled in there, where a false sign-in form waits.
fn marked(link: &Link) -> bool {
    link.path.split_once('#').is_some_and(|(_, behind)| behind.contains('@') || behind.contains("%40"))
}

fn elsewhere(look: &Look<'_>) -> Option<Hit> {
    let who = &look.facts.who;
    if who.freemail || look.list() || look.bounce() || look.true_brand() || look.of_the_house() || all(look).any(|link| link.to_sender) {
        return None;
    }
    let link = look.foreign().find(|link| !link.counted)?;
    let mut hosts: Vec<_> = look.foreign().map(|link| crate::names::domain::registrable(&link.host)).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let points = match (hosts.len(), look.lure().is_some()) {
        (0..=2, true) => 12,
        // A person who links to somebody's page writes for nobody; a company's picture or button is another matter.
        (0..=2, false) if look.facts.presentation.pictures == 0 && look.facts.request.strong(Intent::Click) == 0 && !look.button() => 3,
        (0..=2, false) => 7,
        (_, true) => 6,
        (_, false) => 3,
    };
    Some(on(&ELSEWHERE, link, points).with("domain", who.shown()))
}

fn cheap(look: &Look<'_>) -> Option<Hit> {
    let link = look.foreign().find(|link| link.cheap && !link.free && !link.shortener)?;
    Some(on(&CHEAP, link, weigh(look, 7, 13)))
}

fn random(look: &Look<'_>) -> Option<Hit> {
    let link = look.foreign().find(|link| link.random && !link.ip)?;
    Some(on(&RANDOM, link, weigh(look, 5, 11)))
}

fn download(look: &Look<'_>) -> Option<Hit> {
    let link =
        all(look).find(|link| link.file.is_some() && !matches!(link.place, Place::File(_)) && link.brand.is_none() && !link.to_known)?;
    let kind = link.file?;
    let dangerous = kind.runs() || kind == Kind::Disk;
    let points = match (dangerous, look.facts.request.has(Intent::ArchivePassword, 1) || link.free || look.lure().is_some()) {
        (true, true) => weigh(look, 40, 45),
        (true, false) => weigh(look, 16, 30),
        (false, true) => weigh(look, 22, 26),
        (false, false) => weigh(look, 4, 10),
    };
    let name = link.path.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
    Some(on(&DOWNLOAD, link, points).with("file", &name))
}

fn tucked(look: &Look<'_>) -> Option<Hit> {
    let link = look.foreign().find(|link| link.tucked)?;
    Some(on(&TUCKED, link, weigh(look, 16, 26)))
}

fn file(look: &Look<'_>) -> Option<Hit> {
    let link = look.facts.links.iter().find(|link| link.scheme == Scheme::File && link.place == Place::Text)?;
    Some(on(&FILE, link, weigh(look, 18, 35)))
}

fn port(look: &Look<'_>) -> Option<Hit> {
    let link = look.foreign().find(|link| link.port)?;
    Some(on(&PORT, link, weigh(look, 4, 9)))
}

fn qr(look: &Look<'_>) -> Option<Hit> {
    let link = look.facts.links.iter().find(|link| {
        matches!(link.place, Place::Code(_)) && link.scheme == Scheme::Web && !link.to_sender && !link.to_known && link.brand.is_none()
    })?;
    let request = &look.facts.request;
    let access = request.any(&[Intent::Credentials, Intent::Mailbox, Intent::Document, Intent::Trouble]).is_some() || look.false_claim();
    let odd = link.shortener
        || link.free
        || link.cheap
        || link.ip
        || link.random
        || link.names_recipient
        || link.borrowed.is_some_and(|(_, trick)| trick > Trick::OtherEnding);
    // Tickets, apps and payment slips are scanned every day; where access is asked for, the way over the telephone is the trick.
    let points = match (access, look.lure().is_some(), odd) {
        (true, _, _) => weigh(look, 42, 46),
        (false, true, _) => weigh(look, 28, 28),
        (false, false, true) => weigh(look, if request.strong(Intent::ScanQr) > 0 { 30 } else { 18 }, 30),
        (false, false, false) => weigh(look, 9, 9),
    };
    Some(on(&CODE_QR, link, points))
}

fn device(look: &Look<'_>) -> Option<Hit> {
    if look.trusted() && !look.passes_on() {
        return None;
    }
    let linked = all(look)
        .find_map(|link| device_sign_in(&format!("{}{}", link.host, link.path).to_lowercase()).map(|page| (page, Some(link.number))));
    let (page, number) = linked.or_else(|| device_sign_in(&look.facts.text.to_lowercase()).map(|page| (page, None)))?;
    // The brand itself writes about it in its help; nobody else has a reason to send somebody there.
    let points = match (look.plain_brand(), look.list()) {
        (true, _) => 9,
        (false, true) => 14,
        (false, false) => 40,
    };
    Some(Hit::new(&DEVICE).points(points).with("page", page).at(number.map(Evidence::Link)))
}

fn consent(look: &Look<'_>) -> Option<Hit> {
    let (link, host) = all(look).find_map(|link| Some((link, link.consent.as_deref()?)))?;
    (!look.trusted() && !look.of_the_house()).then(|| {
        let points = if look.list() || look.plain_brand() { 10 } else { 34 };
        Hit::new(&CONSENT).points(points).with("host", host).at(Evidence::Link(link.number))
    })
}

fn hosted(look: &Look<'_>) -> Option<Hit> {
    let link = look.facts.links.iter().find(|link| link.counts() && link.hosted && !link.to_sender && !link.to_known)?;
    let request = &look.facts.request;
    let document = request.strong(Intent::Document) > 0;
    let points = match (request.strong(Intent::Credentials) > 0, document) {
        (true, true) => weigh(look, 24, 24),
        (true, false) => weigh(look, 14, 14),
        (false, true) => weigh(look, 7, 7),
        (false, false) => return None,
    };
    Some(on(&HOSTED, link, points))
}

fn in_file(look: &Look<'_>) -> Option<Hit> {
    let bad = |link: &&Link| {
        link.free
            || link.shortener
            || link.cheap
            || link.ip
            || link.borrowed.is_some_and(|(_, trick)| trick > Trick::OtherEnding)
            || link.random
    };
    let link = look.in_files().filter(|link| !link.to_sender && !link.to_known && link.brand.is_none()).find(bad)?;
    let Place::File(name) = &link.place else { return None };
    let points = if look.lure().is_some() || look.false_claim() { weigh(look, 30, 34) } else { weigh(look, 10, 20) };
    Some(on(&IN_FILE, link, points).with("file", name).at(Evidence::Attachment(name.clone())))
}
