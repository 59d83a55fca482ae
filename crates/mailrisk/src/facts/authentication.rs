//! What receivers found about the sender (RFC 8601). A pass counts only from a receiver that is configured; a fail from anybody.

use crate::knowledge::{AuthEvidence, Knowledge};
use crate::mail::Mail;
use crate::names::domain::{clean_host, is_under, same_owner};

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// Proven.
    Pass,
    /// Tried, and refuted.
    Fail,
    /// The domain says nothing to check by.
    None,
    /// Nobody who is believed has said.
    #[default]
    Unknown,
}

/// What is known about the sender's authentication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authentication {
    /// SPF.
    pub spf: Check,
    /// A DKIM signature of the From domain or one above or below it.
    pub dkim: Check,
    /// DMARC of the From domain.
    pub dmarc: Check,
    /// The domain's own records have a mistake, so that nothing could be checked by them.
    pub broken: bool,
    /// The results are of a receiver that is configured, or the caller's own.
    pub trusted: bool,
    /// Line of the header that says so.
    pub line: Option<u32>,
}

impl Authentication {
    /// Proven to come from the domain in From.
    #[must_use]
    pub fn proven(&self) -> bool {
        self.trusted && self.dmarc == Check::Pass
    }

    /// Somebody noted that it does not come from the domain in From.
    #[must_use]
    pub fn refuted(&self) -> bool {
        self.dmarc == Check::Fail || self.dmarc != Check::Pass && self.spf == Check::Fail && self.dkim != Check::Pass
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Results {
    server: String,
    spf: Option<Check>,
    dkim: Vec<(Check, String)>,
    dmarc: Option<Check>,
    broken: bool,
    arc: Option<(Check, String)>,
}

/// What is known from the mail, the organisation's receivers, and the caller.
#[must_use]
pub fn of(mail: &Mail, knowledge: &Knowledge, evidence: &AuthEvidence) -> Authentication {
    let from = mail.from.first().map(|from| from.domain().to_owned()).unwrap_or_default();
    if evidence.spf.is_some() || evidence.dkim.is_some() || evidence.dmarc.is_some() {
        let or_unknown = |check: Option<Check>| check.unwrap_or_default();
        return Authentication {
            spf: or_unknown(evidence.spf),
            dkim: or_unknown(evidence.dkim),
            dmarc: or_unknown(evidence.dmarc),
            broken: false,
            trusted: true,
            line: None,
        };
    }
    let all: Vec<_> = mail.all("authentication-results").take(20).map(|header| (header.line, parse(&header.value))).collect();
    // The topmost of a configured receiver: those below came with the mail.
    let trusted = all
        .iter()
        .find(|(_, results)| !results.server.is_empty() && knowledge.receivers.iter().any(|receiver| is_under(&results.server, receiver)));
    if let Some((line, results)) = trusted {
        return from_results(results, &from, true, *line, knowledge);
    }
    // Nobody forges their own failure.
    let mut out = Authentication::default();
    // Only the topmost: what stands below was noted on another part of the way (a list, a forwarder).
    if let Some((line, results)) = all.first() {
        let read = from_results(results, &from, false, *line, knowledge);
        // Forwarding breaks SPF by its nature. Whoever noted that, and a proof of the domain beside it, noted no forgery.
        let forwarded = read.dmarc == Check::Pass || read.dmarc != Check::Fail && read.dkim == Check::Pass;
        out.broken = read.broken && !forwarded;
        out.line = out.broken.then_some(*line);
        let spf = if forwarded { Check::Unknown } else { read.spf };
        for (into, check) in [(&mut out.spf, spf), (&mut out.dkim, read.dkim), (&mut out.dmarc, read.dmarc)] {
            if check == Check::Fail {
                *into = Check::Fail;
                out.line = out.line.or(Some(*line));
            }
        }
    }
    out
}

fn from_results(results: &Results, from: &str, trusted: bool, line: u32, knowledge: &Knowledge) -> Authentication {
    let aligned: Vec<_> = results.dkim.iter().filter(|(_, domain)| domain.is_empty() || same_owner(domain, from)).collect();
    let dkim = if aligned.iter().any(|(check, _)| *check == Check::Pass) {
        Check::Pass
    } else {
        aligned.first().map_or_else(|| if results.dkim.is_empty() { Check::Unknown } else { Check::None }, |(check, _)| *check)
    };
    let mut dmarc = results.dmarc.unwrap_or_default();
    // A forwarder that is believed vouches for what it saw before it changed the mail.
    if trusted
        && dmarc == Check::Fail
        && results
            .arc
            .as_ref()
            .is_some_and(|(check, sealer)| *check == Check::Pass && knowledge.sealers.iter().any(|known| is_under(sealer, known)))
    {
        dmarc = Check::Pass;
    }
    Authentication { spf: results.spf.unwrap_or_default(), dkim, dmarc, broken: results.broken, trusted, line: Some(line) }
}

/// Reads one header. Comments are left out; what is not known is skipped.
fn parse(value: &str) -> Results {
    let mut out = Results::default();
    let plain = without_comments(value);
    for (at, statement) in plain.split(';').take(40).enumerate() {
        let mut tokens = statement.split_whitespace();
        let Some(first) = tokens.next() else { continue };
        let Some((method, result)) = first.split_once('=') else {
            if at == 0 {
                out.server = clean_host(first);
            }
            continue;
        };
        let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
        out.broken |= matches!(method.as_str(), "spf" | "dmarc") && result.eq_ignore_ascii_case("permerror");
        let check = check(result);
        let properties: Vec<(String, String)> = tokens
            .filter_map(|token| token.split_once('='))
            .map(|(name, value)| (name.to_ascii_lowercase(), clean_host(value.trim_matches('"'))))
            .collect();
        let property = |wanted: &[&str]| {
            properties
                .iter()
                .find(|(name, _)| wanted.contains(&name.as_str()))
                .map(|(_, value)| value.trim_start_matches('@').to_owned())
                .unwrap_or_default()
        };
        match method.as_str() {
            "spf" => out.spf = out.spf.or(Some(check)),
            "dkim" => out.dkim.push((check, property(&["header.d", "header.i"]).rsplit('@').next().unwrap_or_default().to_owned())),
            "dmarc" => out.dmarc = out.dmarc.or(Some(check)),
            "arc" => out.arc = Some((check, property(&["header.oldest-pass", "header.d", "sealer", "header.as.d"]))),
            _ => {}
        }
    }
    out
}

fn check(result: &str) -> Check {
    match result.to_ascii_lowercase().as_str() {
        "pass" | "bestguesspass" => Check::Pass,
        "fail" | "hardfail" | "softfail" => Check::Fail,
        // A mistake in the domain's own records says nothing about who wrote.
        "none" | "neutral" | "policy" | "permerror" => Check::None,
        _ => Check::Unknown,
    }
}

fn without_comments(value: &str) -> String {
    let (mut out, mut depth) = (String::with_capacity(value.len()), 0_u32);
    for c in value.chars().take(16_384) {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Check, of};
    use crate::budget::{Budget, Limits};
    use crate::knowledge::{AuthEvidence, Knowledge};
    use crate::mail::Mail;

    fn read(headers: &str, receivers: &[&str]) -> super::Authentication {
        let raw = format!("{headers}From: a@bank.no\r\nSubject: x\r\n\r\nx\r\n");
        let mail = Mail::read(raw.as_bytes(), &Budget::new(Limits::default()));
        let knowledge = Knowledge { receivers: receivers.iter().map(|name| (*name).to_owned()).collect(), ..Knowledge::default() };
        of(&mail, &knowledge, &AuthEvidence::default())
    }

    const PASS: &str = "Authentication-Results: mx.us.no; spf=pass (sender; is \"good\") smtp.mailfrom=bank.no; dkim=pass header.d=bank.no; dmarc=pass header.from=bank.no\r\n";
    const FAIL: &str =
        "Authentication-Results: mx.us.no; spf=fail smtp.mailfrom=x.top; dkim=none; dmarc=fail action=none header.from=bank.no\r\n";

    #[test]
    fn a_pass_counts_only_from_a_configured_receiver() {
        assert!(read(PASS, &["mx.us.no"]).proven());
        assert!(read(PASS, &["us.no"]).proven());
        assert!(!read(PASS, &[]).proven());
        assert_eq!(read(PASS, &[]).dmarc, Check::Unknown);
        assert!(!read(PASS, &["other.no"]).proven());
    }

    #[test]
    fn a_fail_counts_from_anybody_and_the_topmost_receiver_wins() {
        assert!(read(FAIL, &[]).refuted());
        // Forged below ours: ours says fail.
        assert!(read(&format!("{FAIL}{PASS}"), &["mx.us.no"]).refuted());
    }

    #[test]
    fn a_signature_of_somebody_else_proves_nothing_about_from() {
        let read = read("Authentication-Results: mx.us.no; dkim=pass header.d=mailer.com; dmarc=none\r\n", &["mx.us.no"]);
        assert_eq!((read.dkim, read.proven(), read.refuted()), (Check::None, false, false));
    }

    #[test]
    fn what_was_forwarded_or_has_a_broken_record_is_not_called_forged() {
        let header = |results: &str| format!("Authentication-Results: mx.isp.net; {results}\r\n");
        assert!(
            !read(&header("spf=softfail smtp.mailfrom=bank.no; dkim=pass header.d=bank.no; dmarc=pass header.from=bank.no"), &[]).refuted()
        );
        assert!(!read(&header("spf=fail smtp.mailfrom=bank.no; dkim=pass header.d=bank.no"), &[]).refuted());
        assert!(!read(&header("spf=permerror smtp.mailfrom=bank.no; dkim=none; dmarc=none"), &[]).refuted());
        assert!(
            read(&header("spf=softfail smtp.mailfrom=bank.no; dkim=pass header.d=evil.top; dmarc=fail header.from=bank.no"), &[]).refuted()
        );
        assert!(read(&header("spf=fail smtp.mailfrom=bank.no; dkim=pass header.d=evil.top"), &[]).refuted());
    }

    #[test]
    fn results_without_a_server_name_are_nobodys() {
        assert!(!read("Authentication-Results: spf=pass smtp.mailfrom=bank.no; dmarc=pass\r\n", &["us.no"]).proven());
    }
}
