//! From a name to the addresses that may be dialled.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::future::Cache;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::guard::Guard;
use crate::names::is_localhost;
use crate::target::RefusedAddress;

/// The addresses a name has, unfiltered.
pub trait Lookup: Send + Sync + 'static {
    fn look_up(&self, host: &str) -> Looking;
}

/// A look-up under way.
pub type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// The machine's own resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn look_up(&self, host: &str) -> Looking {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Why a name led nowhere. The client finds it among the causes of its error.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum ResolveFailure {
    #[error("the address {0}")]
    Refused(RefusedAddress),
    #[error("{0}")]
    Dns(String),
}

/// Names known at a time.
const CAPACITY: u64 = 10_000;
/// As long as an address is used without asking again. Short, since it bears no word of the
/// record's own time to live.
const FRESH: Duration = Duration::from_secs(10);
/// As long as a failure is taken for an answer, so that a name that cannot be resolved is not
/// asked for at every attempt.
const FAILED: Duration = Duration::from_secs(2);

/// Resolves each name once at a time, and lets pass only what `guard` does.
///
/// What it gives is what is dialled: the client asks nobody else, so between check and dial there is
/// nothing for a name to change in. Of several addresses the refused are left out rather than the
/// name refused as a whole: beside a partner's IPv4 address, the resolver of a network with DNS64
/// puts one behind its translator, and one stray private record is the partner's to mend, not a
/// reason to lose deliveries. Nothing is gained by it: an address that is left out is never dialled.
///
/// One look-up a name, because the system's resolver blocks a thread for as long as a silent name
/// server takes: a thousand attempts at one such name must not take the threads of all others.
pub(crate) struct GuardedResolver {
    guard: Guard,
    lookup: Arc<dyn Lookup>,
    known: Cache<String, Known>,
}

type Known = Result<Arc<[IpAddr]>, ResolveFailure>;

impl GuardedResolver {
    pub(crate) fn new(guard: Guard, lookup: Arc<dyn Lookup>) -> Self {
        Self::keeping(guard, lookup, FRESH)
    }

    /// [`GuardedResolver::new`] with another time for which an address is used without asking.
    fn keeping(guard: Guard, lookup: Arc<dyn Lookup>, fresh: Duration) -> Self {
        let known = Cache::builder()
            .max_capacity(CAPACITY)
            .expire_after(Expiry { fresh })
            .build();
        Self {
            guard,
            lookup,
            known,
        }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_ascii_lowercase();
        if is_localhost(&host) {
            let loopback = vec![
                IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(Ipv6Addr::LOCALHOST),
            ];
            let answer = to_dial(permitted(&self.guard, loopback));
            return Box::pin(async { answer });
        }
        let guard = self.guard.clone();
        let known = self.known.clone();
        let looking = self.lookup.look_up(&host);
        Box::pin(async move {
            let asked = async move {
                let found = looking
                    .await
                    .map_err(|error| ResolveFailure::Dns(error.to_string()))?;
                permitted(&guard, found).map(Into::into)
            };
            to_dial(
                known
                    .get_with(host, asked)
                    .await
                    .map(|found| found.to_vec()),
            )
        })
    }
}

/// What may be dialled of `found`; when nothing may, the first reason.
fn permitted(guard: &Guard, found: Vec<IpAddr>) -> Result<Vec<IpAddr>, ResolveFailure> {
    let mut refused = None;
    let mut addresses = Vec::with_capacity(found.len());
    for address in found {
        match guard.check_address(address) {
            Ok(()) => addresses.push(address),
            Err(reason) => refused = refused.or(Some(reason)),
        }
    }
    match refused {
        _ if !addresses.is_empty() => Ok(addresses),
        Some(reason) => Err(ResolveFailure::Refused(reason)),
        None => Err(ResolveFailure::Dns("the name has no address".to_owned())),
    }
}

/// In the client's words. Port 0 stands for the one of the URL.
fn to_dial(
    found: Result<Vec<IpAddr>, ResolveFailure>,
) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
    let addresses = found?;
    Ok(Box::new(
        addresses
            .into_iter()
            .map(|address| SocketAddr::new(address, 0)),
    ))
}

struct Expiry {
    fresh: Duration,
}

impl moka::Expiry<String, Known> for Expiry {
    fn expire_after_create(&self, _: &String, known: &Known, _: Instant) -> Option<Duration> {
        Some(if known.is_ok() { self.fresh } else { FAILED })
    }
}

#[cfg(test)]
mod tests;
