//! Where a request came from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap};
use tillit_store::ClientAddress;

/// The client's address: the connection's, or, behind `proxies` trusted reverse proxies, the entry of
/// `X-Forwarded-For` that the outermost of them wrote. Entries further left are the client's own word.
pub(crate) fn client(extensions: &Extensions, headers: &HeaderMap, proxies: u8) -> Option<ClientAddress> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    if proxies == 0 {
        return peer.map(ClientAddress);
    }
    forwarded(headers, proxies).or(peer).map(ClientAddress)
}

fn forwarded(headers: &HeaderMap, proxies: u8) -> Option<IpAddr> {
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    let joined = lines.join(",");
    let mut entries = joined.rsplit(',').map(str::trim);
    let entry = entries.nth(usize::from(proxies) - 1)?;
    let address: IpAddr = entry.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", value.parse().unwrap());
        headers
    }

    #[test]
    fn what_a_client_writes_into_the_header_itself_is_not_believed() {
        let peer = ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4000)));
        let mut extensions = Extensions::new();
        extensions.insert(peer);
        let at = |value, proxies| client(&extensions, &headers(value), proxies).map(|address| address.0.to_string());
        assert_eq!(at("1.2.3.4", 0).as_deref(), Some("10.0.0.1"));
        assert_eq!(at("6.6.6.6, 1.2.3.4", 1).as_deref(), Some("1.2.3.4"));
        assert_eq!(at("6.6.6.6, 1.2.3.4, 10.0.0.9", 2).as_deref(), Some("1.2.3.4"));
        assert_eq!(at("nonsense", 1).as_deref(), Some("10.0.0.1"));
        assert_eq!(at("::ffff:1.2.3.4", 1).as_deref(), Some("1.2.3.4"));
    }
}
