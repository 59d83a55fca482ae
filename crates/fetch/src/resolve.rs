//! Names to addresses: asked once, checked, and used as they are.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use crate::address::check_address;
use crate::error::Refusal;

/// Most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;

/// Addresses of a name, on their way.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Turns a name into addresses.
pub trait Resolve: Send + Sync + 'static {
    /// All addresses of `host`.
    fn resolve(&self, host: String) -> Resolving;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, host: String) -> Resolving {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect()) })
    }
}

/// What stands between the connector and the resolver. The connector connects to what this
/// gives, and asks nobody else.
pub(crate) struct Guard {
    resolver: Arc<dyn Resolve>,
    /// False for origins that the operator listed.
    public_only: bool,
}

impl Guard {
    pub(crate) fn new(resolver: Arc<dyn Resolve>, public_only: bool) -> Self {
        Self { resolver, public_only }
    }
}

/// The name could not be resolved, as found again inside the client's error.
#[derive(Debug, thiserror::Error)]
#[error("name not resolved")]
pub(crate) struct NoAddress;

/// The name leads to a refused address, as found again inside the client's error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct RefusedAddress(pub(crate) Refusal);

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (resolving, public_only) = (self.resolver.resolve(name.as_str().to_owned()), self.public_only);
        Box::pin(async move {
            let addresses = resolving.await.map_err(|_| NoAddress)?;
            if public_only {
                // One special address among public ones is an attack or a mistake; either way
                // the name is not one to connect to.
                for address in &addresses {
                    check_address(*address).map_err(|special| RefusedAddress(Refusal::Address(*address, special)))?;
                }
            }
            if addresses.is_empty() {
                return Err(NoAddress.into());
            }
            // Port 0 stands for the port of the address that is asked.
            let sockets = addresses.into_iter().take(MAX_ADDRESSES).map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as reqwest::dns::Addrs)
        })
    }
}
