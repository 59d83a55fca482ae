//! Who a mail is really from, asked of DNS: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989) and ARC (RFC 8617), verified by ourselves.
//!
//! Only when asked (`tillit analyze --dns`), since every question tells the sender's name server that somebody looks. One resolver is asked, for
//! a bounded time and a bounded number of times, and nothing else: no page, no picture, no connection to whom the answers name. What comes out
//! is [`AuthEvidence`] for the engine, which itself asks nobody. How and what is honest about it: `docs/mailrisk/dns.md`.
#![forbid(unsafe_code)]

mod client;
mod lookups;

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{AuthenticatedMessage, DkimOutput, DkimResult, DmarcResult, MessageAuthenticator, Parameters, SpfOutput, SpfResult};
use thiserror::Error;
use tillit_mailrisk::facts::authentication::{self, Check};
use tillit_mailrisk::mail::Mail;
use tillit_mailrisk::names::domain::{is_under, same_owner};
use tillit_mailrisk::{AuthEvidence, Budget, Knowledge, Limits};

pub use client::{Client, NotKnown};
use lookups::Lookups;

/// Largest mail that is verified: each signature hashes all of it.
const LARGEST: usize = 25 << 20;
/// Most signatures, and most ARC sets, that are verified.
const SIGNATURES: usize = 10;

/// How much may be asked.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For everything about one mail together.
    pub time: Duration,
    /// Questions about one mail. SPF alone may take ten and the addresses of ten mail servers.
    pub lookups: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self { time: Duration::from_secs(5), lookups: 40 }
    }
}

/// Why mails cannot be verified at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VerifierError {
    /// The machine's own resolvers are not known.
    #[error("the machine's DNS resolvers could not be read; set dns.resolver")]
    NoResolver,
}

/// Why nothing was found out about a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Stopped {
    /// A receiver that is trusted noted what it found when the mail came in. That is better than what can be found now.
    #[error("a trusted receiver has checked it already")]
    Known,
    /// It is too big, or has more signatures than any ordinary mail.
    #[error("it is too big, or has too many signatures")]
    TooMuch,
    /// It cannot be read as a mail.
    #[error("it cannot be read as a mail")]
    NoMail,
    /// The time was over.
    #[error("DNS took too long to answer")]
    Time,
}

/// What was found out about a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// For the engine. Empty when nothing could be found out, so that the mail's own headers count as always.
    pub evidence: AuthEvidence,
    /// For whom SPF was checked, or why it was not.
    pub client: Result<Client, NotKnown>,
    /// A trusted forwarder whose ARC seal holds and who saw DMARC pass.
    pub sealer: Option<String>,
    /// Why nothing was found out.
    pub stopped: Option<Stopped>,
    /// Questions were left unasked: there were too many.
    pub cut: bool,
}

impl Findings {
    fn stopped(why: Stopped) -> Self {
        Self { evidence: AuthEvidence::default(), client: Err(NotKnown::NotAsked), sealer: None, stopped: Some(why), cut: false }
    }

    /// In words, a line each, for `--explain`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        if let Some(why) = self.stopped {
            return vec![format!("verified by ourselves: nothing: {why}")];
        }
        let word = |check: Option<Check>| check.map_or_else(|| "not known".to_owned(), |check| format!("{check:?}").to_lowercase());
        let AuthEvidence { spf, dkim, dmarc } = self.evidence;
        let mut out = vec![format!("verified by ourselves: spf {}, dkim {}, dmarc {}", word(spf), word(dkim), word(dmarc))];
        out.push(match &self.client {
            Ok(client) => format!("SPF was checked for {}, who handed it to {}", client.ip, client.by),
            Err(why) => format!("SPF was not checked: {why}"),
        });
        out.extend(self.sealer.as_ref().map(|sealer| format!("{sealer} saw DMARC pass before it changed the mail (ARC)")));
        if self.cut {
            out.push("not everything was asked: there were too many questions".to_owned());
        }
        out
    }
}

/// Verifies mails. Cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    authenticator: MessageAuthenticator,
    patience: Patience,
}

impl Verifier {
    /// Asks these resolvers, or the machine's own without any.
    ///
    /// # Errors
    /// The machine's own resolvers are not known.
    pub fn new(resolvers: &[SocketAddr], patience: Patience) -> Result<Self, VerifierError> {
        let mut builder = if resolvers.is_empty() {
            TokioResolver::builder_tokio().map_err(|_| VerifierError::NoResolver)?
        } else {
            let servers = resolvers.iter().map(|address| {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = address.port();
                    connection
                });
                NameServerConfig::new(address.ip(), true, connections.into())
            });
            TokioResolver::builder_with_config(ResolverConfig::from_name_servers(servers.collect()), TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        options.timeout = Duration::from_secs(2);
        options.attempts = 1;
        options.try_tcp_on_error = true;
        let resolver = builder.build().map_err(|_| VerifierError::NoResolver)?;
        Ok(Self { authenticator: MessageAuthenticator(resolver), patience })
    }

    /// Verifies a mail as of a moment, in seconds since 1970 (UTC): a signature that has expired by then counts for nothing.
    pub async fn verify(&self, raw: &[u8], knowledge: &Knowledge, now: u64) -> Findings {
        let mail = Mail::read_headers(raw, &Budget::new(Limits::default()));
        let count = |name: &str| mail.all(name).count();
        if raw.len() > LARGEST || count("dkim-signature") > SIGNATURES || count("arc-seal") > SIGNATURES {
            return Findings::stopped(Stopped::TooMuch);
        }
        if authentication::of(&mail, knowledge, &AuthEvidence::default()).trusted {
            return Findings::stopped(Stopped::Known);
        }
        let Some(message) = AuthenticatedMessage::parse(raw) else { return Findings::stopped(Stopped::NoMail) };
        let asking = self.ask(message, raw, &mail, knowledge, now);
        tokio::time::timeout(self.patience.time, asking).await.unwrap_or_else(|_| Findings::stopped(Stopped::Time))
    }

    async fn ask(&self, mut message: AuthenticatedMessage<'_>, raw: &[u8], mail: &Mail, knowledge: &Knowledge, now: u64) -> Findings {
        // The library asks the machine's clock whether a signature has expired; here the caller's counts.
        message.dkim_headers.retain(|signature| signature.header.x == 0 || signature.header.x > now);
        for signature in &mut message.dkim_headers {
            signature.header.x = 0;
        }
        for signature in &mut message.ams_headers {
            signature.header.x = if signature.header.x == 0 || signature.header.x > now { 0 } else { 1 };
        }
        let lookups = Lookups::new(self.patience.lookups);
        let from = mail.from.first().map(|from| from.domain().to_owned()).unwrap_or_default();

        let dkim_output = self.authenticator.verify_dkim(with(&message, &lookups)).await;
        let dkim = dkim(&dkim_output, &from);
        let client = client::of(raw, knowledge);
        let (spf_output, spf) = match &client {
            Ok(client) => {
                let asked = SpfParameters::verify_mail_from(client.ip, &client.helo, &client.by, &client.mail_from);
                let output = self.authenticator.verify_spf(with(asked, &lookups)).await;
                let check = spf(output.result());
                (output, Some(check))
            }
            Err(_) => (SpfOutput::default(), None),
        };
        let mail_from = client.as_ref().ok().and_then(|client| client.mail_from.rsplit_once('@')).map_or("", |(_, domain)| domain);
        let policy = DmarcParameters::new(&message, &dkim_output, mail_from, &spf_output);
        let output = self.authenticator.verify_dmarc(with(policy, &lookups)).await;
        let mut dmarc = dmarc(&output.result(), dkim, spf);
        let sealer = if dmarc == Some(Check::Pass) { None } else { self.sealer(&message, mail, knowledge, &lookups).await };
        if sealer.is_some() {
            dmarc = Some(Check::Pass);
        }
        let known = |check: Option<Check>| check.filter(|check| *check != Check::Unknown);
        let evidence = AuthEvidence { spf: known(spf), dkim: known(dkim), dmarc: known(dmarc) };
        // What could not be found out must not stand in the way of what the mail's headers say.
        let evidence = if evidence.dmarc.is_none() && evidence.spf.is_none() && evidence.dkim != Some(Check::Pass) {
            AuthEvidence::default()
        } else {
            evidence
        };
        Findings { evidence, client, sealer, stopped: None, cut: lookups.cut() }
    }

    /// A forwarder that the organisation trusts, whose chain holds, and who noted that DMARC passed.
    async fn sealer(&self, message: &AuthenticatedMessage<'_>, mail: &Mail, knowledge: &Knowledge, lookups: &Lookups) -> Option<String> {
        let newest = message.as_headers.iter().max_by_key(|seal| seal.header.i)?;
        let sealer = newest.header.d.to_ascii_lowercase();
        if !knowledge.sealers.iter().any(|known| is_under(&sealer, known)) {
            return None;
        }
        if *self.authenticator.verify_arc(with(message, lookups)).await.result() != DkimResult::Pass {
            return None;
        }
        let number = format!("i={}", newest.header.i);
        let noted = mail.all("arc-authentication-results").find(|header| header.value.split(';').any(|part| part.trim() == number))?;
        let passed = noted.value.split(';').any(|part| part.split_whitespace().next() == Some("dmarc=pass"));
        passed.then_some(sealer)
    }
}

/// Parameters whose every question is counted.
fn with<'x, P>(params: P, lookups: &'x Lookups) -> Parameters<'x, P, Lookups, Lookups, Lookups, Lookups, Lookups> {
    Parameters {
        params,
        cache_txt: Some(lookups),
        cache_mx: Some(lookups),
        cache_ptr: Some(lookups),
        cache_ipv4: Some(lookups),
        cache_ipv6: Some(lookups),
    }
}

/// A signature of the domain in From: the best that there is. One of somebody else says nothing about From.
fn dkim(outputs: &[DkimOutput<'_>], from: &str) -> Option<Check> {
    let aligned: Vec<_> = outputs
        .iter()
        .filter(|output| output.signature().is_some_and(|signature| same_owner(&signature.d.to_ascii_lowercase(), from)))
        .map(DkimOutput::result)
        .collect();
    if aligned.contains(&&DkimResult::Pass) {
        Some(Check::Pass)
    } else if aligned.iter().any(|result| matches!(result, DkimResult::TempError(_))) {
        None
    } else if aligned.is_empty() {
        Some(Check::None)
    } else {
        Some(Check::Fail)
    }
}

/// A record that nobody can read (RFC 7208 section 2.6.7) says of nobody that they may not send, as one that is not there. (Where a
/// receiver's results say so, the mail is also noted as not confirmed; what we find ourselves has no word for that.)
const fn spf(result: SpfResult) -> Check {
    match result {
        SpfResult::Pass => Check::Pass,
        SpfResult::Fail | SpfResult::SoftFail => Check::Fail,
        SpfResult::Neutral | SpfResult::None | SpfResult::PermError => Check::None,
        SpfResult::TempError => Check::Unknown,
    }
}

/// DMARC passes by DKIM or by SPF. It fails only when both were checked: without the client's address nobody can say that SPF would not have passed.
fn dmarc(result: &DmarcResult, dkim: Option<Check>, spf: Option<Check>) -> Option<Check> {
    match result {
        DmarcResult::Pass => Some(Check::Pass),
        DmarcResult::None | DmarcResult::PermError(_) => Some(Check::None),
        DmarcResult::Fail(_) if dkim.is_some() && spf.is_some_and(|spf| spf != Check::Unknown) => Some(Check::Fail),
        DmarcResult::Fail(_) | DmarcResult::TempError(_) => None,
    }
}
