//! What one address is.

use url::{Host, Url};

use super::unwrap::unwrap;
use super::{Link, Place};
use crate::facts::who::Who;
use crate::files::{Kind, kind};
use crate::knowledge::Knowledge;
use crate::mail::Mailbox;
use crate::names::brands::{Brand, Brands};
use crate::names::domain::{chosen_label, clean_host, ending, exists, is_local, is_under, looks_random, same_owner};
use crate::names::hosts::{is_cheap, is_everywhere, is_free, is_hosted, is_rented, is_sender, is_shortener};
use crate::names::looks_like::{Trick, of_domain};
use crate::text::fold_line;

/// What kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A page.
    Web,
    /// An address to write to.
    Mail,
    /// A number to call.
    Phone,
    /// A page inside the address.
    Data,
    /// A script inside the address.
    Script,
    /// A file on this machine or a share.
    File,
    /// Nothing that is opened, or nothing that can be read.
    Other,
}

/// What an address is compared with.
pub struct Context<'a> {
    /// Who sent it.
    pub who: &'a Who,
    /// What the organisation told us.
    pub knowledge: &'a Knowledge,
    /// Whom it was sent to.
    pub recipient: Option<&'a Mailbox>,
}

/// Reads an address.
pub fn link(address: &str, shown: &str, context: &Context<'_>, borrowed: impl FnOnce(&str) -> Option<(&'static Brand, Trick)>) -> Link {
    let raw: String = address.trim().chars().filter(|c| !matches!(c, '\t' | '\r' | '\n')).take(2_000).collect();
    let mut link = Link {
        number: 0,
        place: Place::Text,
        raw: raw.clone(),
        scheme: Scheme::Other,
        host: String::new(),
        path: String::new(),
        shown: shown.to_owned(),
        shown_host: shown_host(shown),
        span: None,
        wrapped: false,
        through: None,
        consent: None,
        ip: false,
        userinfo: false,
        port: false,
        mixed: false,
        shortener: false,
        free: false,
        hosted: false,
        cheap: false,
        random: false,
        counted: false,
        everywhere: false,
        to_sender: false,
        to_known: false,
        brand: None,
        borrowed: None,
        in_path: None,
        near: None,
        names_recipient: false,
        unsubscribe: false,
        file: None,
        simulation: false,
        tucked: false,
    };
    let Some(url) = parse(&raw, &mut link.scheme) else { return link };
    let written_host = raw.split("//").nth(1).unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let unwrapped = unwrap(url);
    let url = unwrapped.url;
    link.wrapped = unwrapped.wrapped;
    link.through = unwrapped.through;
    link.consent = unwrapped.consent;
    link.ip = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
    link.host = clean_host(url.host_str().unwrap_or_default());
    let host = link.host.clone();
    link.path = url
        .path()
        .chars()
        .chain(url.query().into_iter().flat_map(|query| std::iter::once('?').chain(query.chars())))
        .chain(url.fragment().into_iter().flat_map(|part| std::iter::once('#').chain(part.chars())))
        .take(2_000)
        .collect();
    link.userinfo = !url.username().is_empty() && !link.wrapped;
    link.port = url.port().is_some();
    link.mixed = mixed(&host) || !link.wrapped && crate::text::fold_word(&written_host).1;
    link.shortener = is_shortener(&host) || host.ends_with("linkedin.com") && link.path.starts_with("/slink");
    link.free = is_free(&host) || is_free_form(&host, &link.path);
    link.hosted = is_hosted(&host, &link.path);
    link.cheap = is_cheap(&host);
    link.random = !link.free && looks_random(chosen_label(&host)) && !is_sender(&host);
    link.counted = is_sender(&host);
    link.everywhere = is_everywhere(&host) && !link.free || is_at_home(url.host());
    link.to_sender = !context.who.freemail && same_owner(&host, context.who.domain());
    link.to_known = context.knowledge.owns(&host) || context.knowledge.is_partner(&host);
    link.brand = Brands::get().owner(&host).filter(|_| !link.free);
    if link.brand.is_none() && !link.to_sender && !link.to_known && !link.ip {
        link.borrowed = borrowed(&host);
        link.near = near(&host, context.knowledge);
    }
    link.in_path = in_path(&link.path, link.brand);
    link.names_recipient = context.recipient.is_some_and(|to| names(&link.path, &to.address));
    link.unsubscribe =
        is_unsubscribe(&link.path, shown, link.shown_host.is_some() || shown.contains("://"), link.to_sender || link.counted);
    link.file = file(&link.path);
    link.tucked = is_tucked(&link.path);
    link.simulation = context.knowledge.simulations.iter().any(|simulation| is_under(&host, simulation));
    link
}

fn parse(raw: &str, scheme: &mut Scheme) -> Option<Url> {
    let lower: String = raw.chars().take(16).flat_map(char::to_lowercase).collect();
    *scheme = match lower.split(':').next().unwrap_or_default() {
        "http" | "https" => Scheme::Web,
        "mailto" => Scheme::Mail,
        "tel" | "sms" | "callto" | "whatsapp" => Scheme::Phone,
        "data" => Scheme::Data,
        "javascript" | "vbscript" => Scheme::Script,
        "file" | "smb" | "ms-word" | "ms-excel" | "search-ms" | "ms-msdt" => Scheme::File,
        _ if lower.starts_with("www.") || lower.starts_with("//") => Scheme::Web,
        _ if raw.starts_with("\\\\") => Scheme::File,
        _ => Scheme::Other,
    };
    if *scheme != Scheme::Web {
        return None;
    }
    let with_scheme = if lower.starts_with("http") { raw.to_owned() } else { format!("http://{}", raw.trim_start_matches('/')) };
    let url = Url::parse(&with_scheme).ok().filter(|url| url.host_str().is_some_and(|host| !host.is_empty()));
    if url.is_none() {
        *scheme = Scheme::Other;
    }
    url
}

/// The host that a reader sees, when the text is an address and nothing else.
fn shown_host(shown: &str) -> Option<String> {
    let text = shown.trim();
    if text.is_empty() || text.len() > 300 || text.split_whitespace().count() > 1 || text.contains('@') {
        return None;
    }
    let has_scheme = text.to_ascii_lowercase().starts_with("http");
    let rest = text.split("//").nth(1).filter(|_| has_scheme).unwrap_or(text);
    let host = clean_host(rest.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric()));
    let plausible = host.contains('.') && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-')) && exists(&host);
    // "Invoice.pdf" and "Node.js" are no addresses.
    (plausible && (has_scheme || host.starts_with("www.") || kind::by_name(&host) == Kind::Unknown && ending(&host).len() >= 2))
        .then_some(host)
}

/// A host in letters of several alphabets, or one whose letters look like others.
fn mixed(host: &str) -> bool {
    if !host.contains("xn--") {
        return false;
    }
    let (unicode, _) = idna::domain_to_unicode(host);
    unicode.split('.').any(|label| {
        let latin = label.chars().any(|c| c.is_ascii_alphabetic());
        let foreign = label.chars().filter(|c| matches!(c, '\u{370}'..='\u{52f}' | '\u{13a0}'..='\u{13ff}')).count();
        // Whole words of another alphabet are honest unless every letter has a Latin double.
        foreign > 0 && (latin || unicode_security::confusable_detection::skeleton(label).all(|c| c.is_ascii()))
    })
}

fn is_free_form(host: &str, path: &str) -> bool {
    host == "docs.google.com" && (path.starts_with("/forms") || path.starts_with("/drawings"))
        || host == "forms.office.com"
        || host == "sites.google.com"
        || host == "script.google.com"
        || host == "drive.google.com" && path.contains("export=download")
}

fn near(host: &str, knowledge: &Knowledge) -> Option<(String, Trick)> {
    if is_rented(host) {
        return None;
    }
    knowledge.own_domains.iter().chain(&knowledge.partners).find_map(|known| of_domain(host, known).map(|trick| (known.clone(), trick)))
}

fn in_path(path: &str, own: Option<&'static Brand>) -> Option<&'static Brand> {
    if path.len() < 4 || own.is_some() {
        return None;
    }
    let path = path.split('?').next().unwrap_or_default();
    let words = crate::text::fold(&path.replace(['/', '-', '_', '.', '='], " "), 1_000);
    Brands::get().named_in(&words).into_iter().map(|named| named.brand).find(|brand| !brand.common)
}

/// Whether an address stands in a path: plain, percent-encoded or in base64.
fn names(path: &str, address: &str) -> bool {
    if address.len() < 6 || !address.contains('@') {
        return false;
    }
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy().to_lowercase();
    if decoded.contains(address) {
        return true;
    }
    let hexadecimal: String = address.bytes().map(|byte| format!("{byte:02x}")).collect();
    if decoded.contains(&hexadecimal) {
        return true;
    }
    // Base64 of the address, without what depends on its surroundings.
    let coded = base64(address.as_bytes());
    let core = coded.trim_end_matches('=');
    core.get(..core.len().saturating_sub(1)).is_some_and(|core| core.len() >= 8 && path.contains(core))
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().enumerate().fold(0_u32, |number, (at, byte)| number | u32::from(*byte) << (16 - 8 * at));
        for at in 0..=chunk.len() {
            let index = usize::try_from(number >> (18 - 6 * at) & 63).unwrap_or(0);
            out.extend(ALPHABET.get(index).copied().map(char::from));
        }
    }
    out
}

/// Machines in the house: private addresses, and names that no registry gives out. Nobody outside is behind them.
fn is_at_home(host: Option<Host<&str>>) -> bool {
    match host {
        Some(Host::Ipv4(address)) => address.is_private() || address.is_loopback() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
        Some(Host::Domain(name)) => is_local(&clean_host(name)),
        None => false,
    }
}

/// Words that say what a link is for, folded.
const WAY_OUT: [&str; 16] = [
    "unsubscribe",
    "unsub",
    "optout",
    "avmeld",
    "avregistrera",
    "afmeld",
    "afmelden",
    "uitschrijven",
    "abmelden",
    "abbestellen",
    "desabonner",
    "desinscrire",
    "desinscription",
    "descadastrar",
    "disiscriviti",
    "preferences",
];

/// Whether a link is the way out of a newsletter. Its words must say so, and its address too, unless that is the sender's or of a company
/// that sends for others: each alone can be put on any link. Where nothing but the address is seen, the sender's own alone is believed.
fn is_unsubscribe(path: &str, shown: &str, bare: bool, fits: bool) -> bool {
    let plain = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let lower = path.to_ascii_lowercase();
    let says = |path: &str| {
        ["unsub", "opt-out", "optout", "avmeld", "abmeld", "afmeld", "avregistr", "desabonn", "desinscri", "preference", "subscription"]
            .iter()
            .any(|word| path.contains(word))
    };
    if bare || shown.is_empty() {
        return fits && says(&plain);
    }
    let folded = fold_line(shown);
    let words: Vec<_> = folded.split(' ').collect();
    let pair = |one: &str, other: &str| words.windows(2).any(|pair| matches!(pair, [first, second] if *first == one && *second == other));
    let named = words.iter().any(|word| WAY_OUT.contains(word))
        || pair("opt", "out")
        || pair("meld", "deg")
        || pair("manage", "subscription")
        || pair("manage", "subscriptions")
        || pair("cancelar", "suscripcion")
        || pair("cancelar", "inscricao")
        || words.contains(&"baja");
    words.len() <= 12 && named && (fits || says(&lower))
}

/// Folders of the programs that sites are made with. They hold what pages are built from, and no page: whoever leads a visitor there has put
/// one in, mostly after a break-in.
const FOLDERS: [&str; 10] = [
    "/wp-includes/",
    "/wp-admin/css/",
    "/wp-admin/js/",
    "/wp-admin/images/",
    "/wp-admin/includes/",
    "/wp-content/plugins/",
    "/wp-content/themes/",
    "/.well-known/",
    "/node_modules/",
    "/vendor/composer/",
];

fn is_tucked(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().to_lowercase();
    // Styles, scripts, pictures and papers are what such folders are for; and one address there is for people (the W3C's "A Well-Known URL
    // for Changing Passwords").
    let last = path.rsplit('/').next().unwrap_or_default();
    let part = last.rsplit_once('.').is_some_and(|(_, end)| {
        ["css", "js", "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "woff", "woff2", "json", "txt", "pdf", "ics"].contains(&end)
    });
    !part && !path.ends_with("/.well-known/change-password") && FOLDERS.iter().any(|folder| path.contains(folder))
}

/// A file that the path ends with, when it is of a kind that runs or opens like a folder.
fn file(path: &str) -> Option<Kind> {
    let end = path.split(['?', '#']).next().unwrap_or_default();
    let name = end.rsplit('/').next().unwrap_or_default();
    let kind = kind::by_name(name);
    // "example.com" is a program by its ending and a site by its sense.
    (name.contains('.') && !name.ends_with(".com") && (kind.runs() || matches!(kind, Kind::Disk | Kind::Zip | Kind::Archive)))
        .then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::{Scheme, link, names, shown_host};
    use crate::facts::who::Who;
    use crate::knowledge::Knowledge;
    use crate::names::looks_like::of_brand;

    fn read(address: &str, shown: &str) -> super::Link {
        let (who, knowledge) = (Who::default(), Knowledge::default());
        let recipient = crate::mail::Mailbox { name: String::new(), address: "kari@contoso.com".to_owned() };
        link(address, shown, &super::Context { who: &who, knowledge: &knowledge, recipient: Some(&recipient) }, of_brand)
    }

    #[test]
    fn pages_in_the_folders_of_a_sites_program_are_seen_and_their_pictures_are_not() {
        for tucked in [
            "https://a.com/wp-includes/dk/",
            "https://a.com/.well-known/pki/x.php?a=b",
            "https://a.com/b/WP-content/plugins/o365/#k",
            "https://a.com/wp%2Dincludes/x/",
        ] {
            assert!(read(tucked, "").tucked, "{tucked}");
        }
        for open in [
            "https://a.com/wp-content/uploads/a.pdf",
            "https://a.com/wp-content/plugins/x/logo.png?v=2",
            "https://a.com/?u=/wp-includes/",
            "https://a.com/wp-admin/",
            "https://a.com/.well-known/change-password",
            "https://a.com/wp-content/themes/x/prices.pdf",
        ] {
            assert!(!read(open, "").tucked, "{open}");
        }
    }

    #[test]
    fn what_an_address_is_made_of_is_seen() {
        assert!(read("http://203.0.113.7/paypal/", "").ip);
        assert!(read("http://0xcb007107/", "").ip);
        assert!(read("https://www.paypal.com@evil.top/", "").userinfo);
        assert_eq!(read("https://dnb.no.evil.top/x", "").borrowed.map(|(brand, _)| brand.name.as_str()), Some("DNB"));
        assert!(read("https://x.web.app/", "").free && read("https://bit.ly/3x", "").shortener);
        assert!(read("https://xn--pypal-4ve.com/", "").mixed);
        assert_eq!(read("javascript:alert(1)", "").scheme, Scheme::Script);
        assert_eq!(read("ht\ntps://x.example/", "").host, "x.example");
        assert!(read("https://x.example/a/setup.exe", "").file.is_some());
        assert!(read("https://brand.example/paypal/login", "").in_path.is_some());
    }

    #[test]
    fn a_recipient_is_found_in_an_address_however_it_is_written() {
        assert!(names("/x#kari@contoso.com", "kari@contoso.com"));
        assert!(names("/x?e=kari%40contoso.com", "kari@contoso.com"));
        assert!(names("/x#a2FyaUBjb250b3NvLmNvbQ==", "kari@contoso.com"));
        assert!(!names("/x?e=ola%40contoso.com", "kari@contoso.com"));
    }

    #[test]
    fn only_the_way_out_of_a_newsletter_is_left_out() {
        for (address, shown) in [
            ("https://x.example/unsubscribe/1", "Unsubscribe"),
            ("https://x.example/u/1?action=unsub", "Click here to unsubscribe"),
            ("https://x.list-manage.com/1", "Unsubscribe from this list"),
            ("https://nyhetsbrev.example/avmeld", "Meld deg av"),
        ] {
            assert!(read(address, shown).unsubscribe, "{shown}");
        }
        for (address, shown) in [
            ("https://x.pages.dev/", "View document"),
            ("https://x.example/", "Privacy check"),
            ("https://x.example/", "Meld inn"),
            ("https://x.example/login#unsub", "Sign in"),
            ("https://x.example/unsubscribe/login", "Restore access"),
            ("https://x.example/unsubscribe/login", "https://x.example/unsubscribe/login"),
            ("https://x.example/login", "Unsubscribe"),
        ] {
            assert!(!read(address, shown).unsubscribe, "{address} {shown}");
        }
    }

    #[test]
    fn machines_in_the_house_are_nobodys_outside() {
        for address in ["http://192.168.1.5:5000/", "http://10.1.2.3/", "http://nas.local/", "http://[fd00::1]/", "http://ds.home.arpa/"] {
            assert!(!read(address, "Open").counts(), "{address}");
        }
        for address in ["http://203.0.113.5/", "http://local.example.com/", "http://192.169.1.1/"] {
            assert!(read(address, "Open").counts(), "{address}");
        }
    }

    #[test]
    fn shown_addresses_are_told_from_words() {
        assert_eq!(shown_host("https://www.altinn.no/innboks").as_deref(), Some("www.altinn.no"));
        assert_eq!(shown_host("dnb.no").as_deref(), Some("dnb.no"));
        for text in ["Click here", "Invoice.pdf", "ola@dnb.no", "", "v1.2.3", "and so on."] {
            assert_eq!(shown_host(text), None, "{text}");
        }
    }
}
