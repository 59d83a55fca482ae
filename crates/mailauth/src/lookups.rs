//! Counts questions. The library asks its cache before it asks DNS: this cache remembers nothing, and says "no answer" when there were enough.

use std::borrow::Borrow;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use mail_auth::{DnsError, DnssecStatus, Error, MX, RecordSet, ResolverCache, Txt};

/// Questions that are left for one mail.
pub(crate) struct Lookups {
    left: AtomicUsize,
    cut: AtomicBool,
}

impl Lookups {
    pub(crate) const fn new(most: usize) -> Self {
        Self { left: AtomicUsize::new(most), cut: AtomicBool::new(false) }
    }

    /// Whether a question was left unasked.
    pub(crate) fn cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }

    fn may_ask(&self) -> bool {
        let may = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        if !may {
            self.cut.store(true, Ordering::Relaxed);
        }
        may
    }
}

impl ResolverCache<Box<str>, Txt> for Lookups {
    fn get<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        (!self.may_ask()).then(|| Txt::Error(Error::Dns(DnsError::Resolver("too many questions".to_owned()))))
    }

    fn remove<Q>(&self, _: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }

    fn insert(&self, _: Box<str>, _: Txt, _: Instant) {}
}

/// No records, since these have no way to say why.
macro_rules! records {
    ($key:ty, $record:ty) => {
        impl ResolverCache<$key, RecordSet<$record>> for Lookups {
            fn get<Q>(&self, _: &Q) -> Option<RecordSet<$record>>
            where
                $key: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                (!self.may_ask()).then(|| RecordSet { rrset: [].into(), dnssec_status: DnssecStatus::Indeterminate })
            }

            fn remove<Q>(&self, _: &Q) -> Option<RecordSet<$record>>
            where
                $key: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                None
            }

            fn insert(&self, _: $key, _: RecordSet<$record>, _: Instant) {}
        }
    };
}

records!(Box<str>, MX);
records!(Box<str>, Ipv4Addr);
records!(Box<str>, Ipv6Addr);
records!(IpAddr, Box<str>);
