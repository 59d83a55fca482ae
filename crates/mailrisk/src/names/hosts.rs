//! Lists of hosts by what they are: `data/hosts.toml`.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

const TEXT: &str = include_str!("../../data/hosts.toml");

/// The lists.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hosts {
    /// Mail that anybody gets for nothing.
    pub freemail: HashSet<String>,
    /// Pages and files that anybody puts up for nothing.
    pub free: HashSet<String>,
    /// Addresses that hide where they lead.
    pub shorteners: HashSet<String>,
    /// Pages that send on to whatever address they are given, with the parameter that holds it.
    pub redirectors: Vec<(String, String)>,
    /// Endings under which much is registered for a few days.
    pub cheap: HashSet<String>,
    /// Hosts of brands, and beginnings of paths, where what anybody put there is shown.
    pub hosted: Vec<(String, String)>,
    /// Pages on which the code of another machine is entered to sign it in.
    pub device_sign_in: Vec<String>,
    /// Pages on which somebody lets a program of others into the own account: host, and what the path holds.
    pub consent: Vec<(String, String)>,
    /// Services that give each organisation that rents them a name under their own.
    pub rented: HashSet<String>,
    /// Companies that send mail and count clicks for others.
    pub senders: HashSet<String>,
    /// Addresses and domains of services that pass on what anybody writes.
    pub relays: HashSet<String>,
    /// Wrappers of a receiver's protection.
    pub wrappers: HashSet<String>,
    /// Hosts whose links open a chat with whoever they name.
    pub chats: HashSet<String>,
    /// Where everybody links to from a footer.
    pub everywhere: HashSet<String>,
}

static HOSTS: LazyLock<Hosts> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

impl Hosts {
    /// The lists.
    #[must_use]
    pub fn get() -> &'static Self {
        &HOSTS
    }
}

/// The entry of a list that a host is or lies under.
#[must_use]
pub fn listed<'a>(list: &HashSet<String>, host: &'a str) -> Option<&'a str> {
    let mut rest = host;
    loop {
        if list.contains(rest) {
            return Some(rest);
        }
        rest = rest.split_once('.')?.1;
    }
}

/// Whether mail of this domain is to be had by anybody.
#[must_use]
pub fn is_freemail(domain: &str) -> bool {
    Hosts::get().freemail.contains(domain)
}

/// Whether pages under this host are to be had by anybody.
#[must_use]
pub fn is_free(host: &str) -> bool {
    listed(&Hosts::get().free, host).is_some()
}

/// Whether mail under this domain is to be had by anybody, and is not from an address that the host's owner keeps for notices of its own.
#[must_use]
pub fn is_free_sender(domain: &str) -> bool {
    listed(&Hosts::get().free, domain).is_some_and(|free| {
        let kept = |of: &String| of != free && super::domain::is_under(of, free) && super::domain::is_under(domain, of);
        !super::brands::Brands::get().owner(domain).is_some_and(|brand| brand.domains.iter().any(kept))
    })
}

/// Whether a brand's host shows there what anybody put there: a document, a design, a form.
#[must_use]
pub fn is_hosted(host: &str, path: &str) -> bool {
    Hosts::get().hosted.iter().any(|(of, begins)| super::domain::is_under(host, of) && path.starts_with(begins.as_str()))
}

/// Whether a text names a page on which the code of another machine is entered to sign it in, in lower case; which.
#[must_use]
pub fn device_sign_in(lower: &str) -> Option<&'static str> {
    Hosts::get().device_sign_in.iter().map(String::as_str).find(|page| lower.contains(page))
}

/// Whether the page lets the program that the address names into the reader's account.
#[must_use]
pub fn asks_consent(url: &url::Url) -> bool {
    let (host, path) = (url.host_str().unwrap_or_default(), url.path().to_ascii_lowercase());
    let names_program = || url.query_pairs().take(64).any(|(key, _)| key.eq_ignore_ascii_case("client_id"));
    Hosts::get().consent.iter().any(|(of, holds)| super::domain::is_under(host, of) && path.contains(holds.as_str())) && names_program()
}

/// Whether addresses of this host hide where they lead.
#[must_use]
pub fn is_shortener(host: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    Hosts::get().shorteners.contains(host)
}

/// Whether this address is of a service that passes on what anybody writes.
#[must_use]
pub fn is_relay(address: &str) -> bool {
    let relays = &Hosts::get().relays;
    relays.contains(address) || address.rsplit_once('@').is_some_and(|(_, domain)| listed(relays, domain).is_some())
}

/// Whether organisations that rent this service have a name under it.
#[must_use]
pub fn is_rented(host: &str) -> bool {
    listed(&Hosts::get().rented, host).is_some()
}

/// Whether this host sends mail and counts clicks for others.
#[must_use]
pub fn is_sender(host: &str) -> bool {
    listed(&Hosts::get().senders, host).is_some()
}

/// Whether this host opens a chat with whoever the address names.
#[must_use]
pub fn is_chat(host: &str) -> bool {
    listed(&Hosts::get().chats, host).is_some()
}

/// Whether everybody links to this host.
#[must_use]
pub fn is_everywhere(host: &str) -> bool {
    listed(&Hosts::get().everywhere, host).is_some()
}

/// Whether the ending of this host costs next to nothing.
#[must_use]
pub fn is_cheap(host: &str) -> bool {
    listed(&Hosts::get().cheap, host).is_some()
}

#[cfg(test)]
mod tests {
    use super::{Hosts, TEXT, is_cheap, is_free, is_free_sender, is_freemail, is_shortener, listed};

    #[test]
    fn the_lists_can_be_read_and_hold_hosts() {
        let hosts: Hosts = toml::from_str(TEXT).expect("data/hosts.toml");
        for list in [
            &hosts.freemail,
            &hosts.free,
            &hosts.shorteners,
            &hosts.senders,
            &hosts.relays,
            &hosts.wrappers,
            &hosts.chats,
            &hosts.everywhere,
        ] {
            for host in list {
                assert!(host.contains('.') && !host.contains(char::is_whitespace) && *host == host.to_lowercase(), "{host:?}");
            }
        }
        assert!(hosts.redirectors.iter().all(|(host, _)| host.contains('.')));
    }

    #[test]
    fn hosts_are_found_by_what_they_lie_under() {
        assert!(is_freemail("gmail.com") && !is_freemail("mail.gmail.com"));
        assert!(is_free_sender("x.amazonaws.com") && !is_free_sender("costalerts.amazonaws.com"));
        assert!(is_free("x.web.app") && is_free("storage.googleapis.com") && !is_free("google.com"));
        assert!(is_shortener("bit.ly") && is_shortener("www.bit.ly") && !is_shortener("orbit.ly"));
        assert!(is_cheap("a.top") && !is_cheap("top.no"));
        assert_eq!(listed(&Hosts::get().senders, "u1.ct.sendgrid.net"), Some("sendgrid.net"));
    }
}
