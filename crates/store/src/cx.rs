//! The context of a call: for whom, by whom, when. First argument of every call into a room.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use crate::id::{Id, Kind, OrganisationId, PersonId};
use crate::random::Random;
use crate::time::{Clock, Timestamp};

/// Whose data a call may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One organisation: every statement sees its rows only.
    Organisation(OrganisationId),
    /// The whole installation: routing by domain, the operator's commands, background work.
    Installation,
}

/// Who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Nobody is signed in (yet).
    Visitor,
    /// A signed-in person.
    Person(PersonId),
    /// Background work; the name of the job.
    Job(&'static str),
    /// Somebody with a shell on the host.
    Operator,
}

/// Address a request came from. Debug output hides it: addresses are personal data.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl fmt::Debug for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientAddress(…)")
    }
}

/// Names one request in logs, on error pages and in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "req_{}", self.0.simple())
    }
}

/// Context of a call. Cheap to clone.
#[derive(Clone)]
pub struct Cx {
    scope: Scope,
    actor: Actor,
    request: RequestId,
    client: Option<ClientAddress>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Cx {
    /// A context for one request or job. `client` is the address of the browser, if there is one.
    pub fn new(scope: Scope, actor: Actor, client: Option<ClientAddress>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let request = RequestId(new_uuid(clock.now(), random.as_ref()));
        Self { scope, actor, request, client, clock, random }
    }
    /// Same call, narrowed (or widened, by code that may) to another scope.
    #[must_use]
    pub fn with_scope(&self, scope: Scope) -> Self {
        Self { scope, ..self.clone() }
    }
    /// Same call, within one organisation.
    #[must_use]
    pub fn in_organisation(&self, organisation: OrganisationId) -> Self {
        self.with_scope(Scope::Organisation(organisation))
    }
    /// Same call, by another actor.
    #[must_use]
    pub fn with_actor(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }
    /// Whose data may be seen.
    pub fn scope(&self) -> Scope {
        self.scope
    }
    /// The organisation of the call, if it has one.
    pub fn organisation(&self) -> Option<OrganisationId> {
        match self.scope {
            Scope::Organisation(id) => Some(id),
            Scope::Installation => None,
        }
    }
    /// Who is calling.
    pub fn actor(&self) -> Actor {
        self.actor
    }
    /// The person on whose behalf it is made, if it is one.
    pub fn person(&self) -> Option<PersonId> {
        match self.actor() {
            Actor::Person(person) => Some(person),
            Actor::Visitor | Actor::Job(_) | Actor::Operator => None,
        }
    }
    /// The request's name.
    pub fn request(&self) -> RequestId {
        self.request
    }
    /// Where the request came from.
    pub fn client(&self) -> Option<ClientAddress> {
        self.client
    }
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
    /// The clock, for what lives longer than the call.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }
    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
    /// A new id: UUIDv7 of now.
    pub fn new_id<K: Kind>(&self) -> Id<K> {
        Id::from_uuid(new_uuid(self.now(), self.random.as_ref()))
    }
}

impl fmt::Debug for Cx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx").field("scope", &self.scope).field("actor", &self.actor).field("request", &self.request).finish_non_exhaustive()
    }
}

/// UUIDv7 (RFC 9562 section 5.7) from the given clock and randomness.
fn new_uuid(now: Timestamp, random: &dyn Random) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(now.0.div_euclid(1000)).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}
