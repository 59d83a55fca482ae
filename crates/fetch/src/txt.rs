//! TXT records: what somebody who controls a domain can say, asked of resolvers that the operator chose.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

/// Most resolvers that are asked.
pub const MOST_RESOLVERS: usize = 3;
/// Longest text of a record that is looked at, in bytes; a longer one is no record of ours.
const LONGEST_TEXT: usize = 1024;
/// Most records of one name that are looked at.
const MOST_RECORDS: usize = 100;
/// For an answer of one resolver, all tries together.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why nothing is known of a name's records. (A name without records is no error.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TxtError {
    /// A resolver did not answer, or with an error.
    #[error("a DNS resolver did not answer")]
    NoAnswer,
    /// The machine's own resolvers are not known.
    #[error("the machine's DNS resolvers could not be read; set dns.resolver")]
    NoResolver,
}

/// Asks for TXT records. Cheap to clone.
#[derive(Clone)]
pub struct TxtResolver(Vec<TokioResolver>);

impl TxtResolver {
    /// Asks these, each of them: a record counts when every one has it, so that one that lies is not enough. Without
    /// any, the machine's own (`/etc/resolv.conf`). Answers are not kept from one look to the next.
    pub fn new(resolvers: &[SocketAddr]) -> Self {
        let each = if resolvers.is_empty() {
            TokioResolver::builder_tokio().into_iter().collect()
        } else {
            let one = |address: &SocketAddr| {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = address.port();
                    connection
                });
                let server = NameServerConfig::new(address.ip(), true, connections.into());
                TokioResolver::builder_with_config(ResolverConfig::from_name_servers(vec![server]), TokioRuntimeProvider::default())
            };
            resolvers.iter().take(MOST_RESOLVERS).map(one).collect::<Vec<_>>()
        };
        let built = each.into_iter().map(|mut builder| {
            limit(builder.options_mut());
            builder.build()
        });
        // One that cannot be asked must not count as one that agrees: then none is asked.
        Self(built.collect::<Result<_, _>>().unwrap_or_default())
    }

    /// Whether `name` has a TXT record that is exactly `text`.
    ///
    /// # Errors
    /// [`TxtError`].
    pub async fn has(&self, name: &str, text: &str) -> Result<bool, TxtError> {
        if self.0.is_empty() {
            return Err(TxtError::NoResolver);
        }
        for resolver in &self.0 {
            if !texts(resolver, name).await?.contains(text) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn limit(options: &mut ResolverOpts) {
    options.timeout = Duration::from_secs(3);
    options.attempts = 2;
    options.cache_size = 0;
    options.max_active_requests = 32;
    options.try_tcp_on_error = true;
}

/// The whole texts of a name's records: the strings of one record belong together (RFC 7208 section 3.3 says it for SPF).
async fn texts(resolver: &TokioResolver, name: &str) -> Result<BTreeSet<String>, TxtError> {
    // With the dot at its end the name is whole: no search list of the machine is tried.
    let asked = tokio::time::timeout(PATIENCE, resolver.txt_lookup(format!("{}.", name.trim_end_matches('.')))).await;
    let found = match asked.map_err(|_| TxtError::NoAnswer)? {
        Ok(found) => found,
        Err(error) if error.is_no_records_found() || error.is_nx_domain() => return Ok(BTreeSet::new()),
        Err(_) => return Err(TxtError::NoAnswer),
    };
    let texts = found.answers().iter().take(MOST_RECORDS).filter_map(|record| {
        let RData::TXT(txt) = &record.data else { return None };
        let bytes: Vec<u8> = txt.txt_data.iter().flat_map(|part| part.iter().copied()).take(LONGEST_TEXT + 1).collect();
        String::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST_TEXT)
    });
    Ok(texts.collect())
}

#[cfg(test)]
mod tests {
    use tokio::net::UdpSocket;

    use super::*;
    use crate::testing::NameServer;

    const NAME: &str = "_tillit.nordvik.example";

    #[tokio::test]
    async fn a_record_is_found_whole_and_exactly() {
        let server = NameServer::start().await;
        server.add(NAME, &["something else"]);
        server.add(NAME, &["tillit-", "restore=abc"]);
        let resolver = TxtResolver::new(&[server.address()]);
        assert_eq!(resolver.has(NAME, "tillit-restore=abc").await, Ok(true));
        for wrong in ["tillit-restore=ab", "tillit-restore=abcd", "TILLIT-RESTORE=ABC", ""] {
            assert_eq!(resolver.has(NAME, wrong).await, Ok(false), "{wrong}");
        }
        assert_eq!(resolver.has("_tillit.other.example", "tillit-restore=abc").await, Ok(false), "a name that does not exist");
    }

    #[tokio::test]
    async fn every_resolver_must_have_it_and_each_look_is_a_new_one() {
        let (knows, does_not) = (NameServer::start().await, NameServer::start().await);
        knows.add(NAME, &["tillit-restore=abc"]);
        let resolver = TxtResolver::new(&[knows.address(), does_not.address()]);
        assert_eq!(resolver.has(NAME, "tillit-restore=abc").await, Ok(false));
        let asked = knows.asked();
        assert_eq!(resolver.has(NAME, "tillit-restore=abc").await, Ok(false));
        assert!(knows.asked() > asked, "an answer was kept");
        does_not.add(NAME, &["tillit-restore=abc"]);
        assert_eq!(resolver.has(NAME, "tillit-restore=abc").await, Ok(true));
    }

    #[tokio::test]
    async fn a_resolver_that_is_not_there_is_an_error_and_no_answer() {
        let closed = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(TxtResolver::new(&[closed]).has(NAME, "x").await, Err(TxtError::NoAnswer));
    }
}
