//! Who handed the mail over: the address that SPF is about. A mail on disk does not say, except in what a trusted receiver wrote on top.

use std::net::IpAddr;

use mail_parser::{HeaderName, HeaderValue, Host, MessageParser, Received};
use thiserror::Error;
use tillit_mailrisk::Knowledge;
use tillit_mailrisk::names::domain::{clean_host, is_under};

/// Who handed the mail to a trusted receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its address.
    pub ip: IpAddr,
    /// The name that it gave itself.
    pub helo: String,
    /// The receiver.
    pub by: String,
    /// The sender of the envelope; empty for bounces.
    pub mail_from: String,
}

/// Why it is not known who handed the mail over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotKnown {
    /// Nothing was asked.
    #[error("nothing was asked")]
    NotAsked,
    /// No receiver is trusted.
    #[error("no receiver is configured whose Received header could be believed")]
    NoReceivers,
    /// The topmost header is not of a trusted receiver. What stands below came with the mail.
    #[error("the topmost Received header is not of a configured receiver")]
    NotTrusted,
    /// The receiver's header names no public address, or one of its own.
    #[error("the receiver's Received header names no address from outside")]
    NoAddress,
    /// There is no sender of the envelope.
    #[error("there is no Return-Path header")]
    NoSender,
}

/// Lines that are looked at from the top: a mail passes few servers inside a house.
const LINES: usize = 8;

/// Reads it from the topmost header of a trusted receiver that names an address from outside. Only from there: whoever sends a mail can write
/// any line below it, also one in the receiver's name.
pub(crate) fn of(raw: &[u8], knowledge: &Knowledge) -> Result<Client, NotKnown> {
    if knowledge.receivers.is_empty() {
        return Err(NotKnown::NoReceivers);
    }
    let trusted = |host: &str| knowledge.receivers.iter().any(|receiver| is_under(host, receiver));
    let message = MessageParser::default().parse_headers(raw).ok_or(NotKnown::NotTrusted)?;
    for value in message.header_values(HeaderName::Received).take(LINES) {
        let HeaderValue::Received(received) = value else { return Err(NotKnown::NotTrusted) };
        let by = host(received.by());
        if !trusted(&by) {
            return Err(NotKnown::NotTrusted);
        }
        let Some(ip) = received.from_ip() else { return Err(NotKnown::NoAddress) };
        // From one server of the house to the next.
        if !is_public(ip) {
            continue;
        }
        let helo = helo(received);
        // A filter in the cloud that is a receiver itself: who handed the mail to it stands in a line that cannot be told from a forged one.
        if trusted(&helo) || trusted(&clean_host(received.from_iprev().unwrap_or_default())) {
            return Err(NotKnown::NoAddress);
        }
        let mail_from = message.header_raw("Return-Path").ok_or(NotKnown::NoSender)?;
        let mail_from = mail_from.trim().trim_matches(['<', '>']).to_ascii_lowercase();
        return Ok(Client { ip, helo, by, mail_from });
    }
    Err(NotKnown::NoAddress)
}

fn helo(received: &Received<'_>) -> String {
    let named = host(received.helo());
    if named.is_empty() { host(received.from()) } else { named }
}

fn host(host: Option<&Host<'_>>) -> String {
    match host {
        Some(Host::Name(name)) => clean_host(name),
        Some(Host::IpAddr(ip)) => ip.to_string(),
        None => String::new(),
    }
}

/// Whether an address is one of the internet, not of a house or a machine.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_multicast()
                || ip.is_broadcast()
                || first == 100 && second & 0xc0 == 64)
        }
        IpAddr::V6(ip) => {
            !(ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || ip.is_unique_local() || ip.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use tillit_mailrisk::Knowledge;

    use super::{NotKnown, of};

    const OURS: &str = "Received: from mail.bank.no (mail.bank.no [192.0.2.7])\r\n\tby mx.us.no (Postfix) with ESMTPS id 1\r\n\tfor <kari@us.no>; Sat, 28 Nov 2026 10:00:00 +0100\r\n";
    const INSIDE: &str = "Received: from mx.us.no (mx.us.no [10.0.0.4])\r\n\tby store.us.no (Postfix) with ESMTP id 2;\r\n\tSat, 28 Nov 2026 10:00:01 +0100\r\n";
    const FORGED: &str = "Received: from mail.bank.no (mail.bank.no [198.51.100.9])\r\n\tby mx.us.no (Postfix) with ESMTPS id 3;\r\n\tSat, 28 Nov 2026 09:00:00 +0100\r\n";

    fn read(headers: &str, receivers: &[&str]) -> Result<String, NotKnown> {
        let knowledge = Knowledge { receivers: receivers.iter().map(|name| (*name).to_owned()).collect(), ..Knowledge::default() };
        let raw = format!("{headers}From: a@bank.no\r\nSubject: x\r\n\r\nx\r\n");
        of(raw.as_bytes(), &knowledge).map(|client| format!("{} {} {} {}", client.ip, client.helo, client.by, client.mail_from))
    }

    #[test]
    fn only_the_topmost_line_of_a_trusted_receiver_is_believed() {
        let path = "Return-Path: <Info@Bank.no>\r\n";
        assert_eq!(read(&format!("{path}{OURS}"), &["us.no"]).unwrap(), "192.0.2.7 mail.bank.no mx.us.no info@bank.no");
        assert_eq!(read(&format!("{path}{INSIDE}{OURS}{FORGED}"), &["us.no"]).unwrap(), "192.0.2.7 mail.bank.no mx.us.no info@bank.no");
        assert_eq!(read(&format!("{path}{OURS}"), &[]), Err(NotKnown::NoReceivers));
        assert_eq!(read(&format!("{path}{OURS}"), &["other.no"]), Err(NotKnown::NotTrusted));
        assert_eq!(read(path, &["us.no"]), Err(NotKnown::NoAddress));
        assert_eq!(read(OURS, &["us.no"]), Err(NotKnown::NoSender));
        assert_eq!(read(&format!("{path}{INSIDE}"), &["us.no"]), Err(NotKnown::NoAddress));
    }

    #[test]
    fn a_filter_of_our_own_in_front_hides_who_came() {
        let filter = OURS.replace("from mail.bank.no (mail.bank.no", "from filter.us.no (filter.us.no");
        assert_eq!(read(&format!("Return-Path: <info@bank.no>\r\n{filter}{FORGED}"), &["us.no"]), Err(NotKnown::NoAddress));
    }
}
