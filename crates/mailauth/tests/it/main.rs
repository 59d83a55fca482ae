//! Signed mails, checked against a name server on loopback.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "tests: what is not there is a failure")]

mod signed;

use std::time::Duration;

use signed::{BODY, NOW, Signer, mail};
use tillit_fetch::testing::NameServer;
use tillit_mailauth::{Findings, NotKnown, Patience, Stopped, Verifier};
use tillit_mailrisk::facts::authentication::Check;
use tillit_mailrisk::{AuthEvidence, Knowledge};

const POLICY: (&str, &str) = ("_dmarc.bank.example", "v=DMARC1; p=reject");
/// As our own receiver writes it on top.
const HANDED_OVER: &str = "Return-Path: <info@bank.example>\r\nReceived: from mail.bank.example (mail.bank.example [192.0.2.7])\r\n\tby mx.us.example (Postfix) with ESMTPS id 1;\r\n\tSat, 28 Nov 2026 10:00:00 +0100\r\n";

fn knowledge() -> Knowledge {
    Knowledge { receivers: vec!["us.example".to_owned()], sealers: vec!["list.example".to_owned()], ..Knowledge::default() }
}

async fn server(records: &[(&str, &str)]) -> NameServer {
    let server = NameServer::start().await;
    for (name, text) in records {
        server.add(name, &[text]);
    }
    server
}

async fn verify(server: &NameServer, raw: &str, knowledge: &Knowledge) -> Findings {
    let verifier = Verifier::new(&[server.address()], Patience { time: Duration::from_secs(30), lookups: 40 }).unwrap();
    verifier.verify(raw.as_bytes(), knowledge, NOW).await
}

#[tokio::test]
async fn a_signature_of_the_sender_proves_it() {
    let signer = Signer::new("bank.example");
    let server = server(&[signer.record(), POLICY]).await;
    let found = verify(&server, &signer.sign(&mail(BODY)), &Knowledge::default()).await;
    assert_eq!(found.evidence, AuthEvidence { spf: None, dkim: Some(Check::Pass), dmarc: Some(Check::Pass) });
    assert_eq!((found.client, found.stopped), (Err(NotKnown::NoReceivers), None));
}

#[tokio::test]
async fn a_changed_mail_is_refuted_only_when_spf_could_be_checked_too() {
    let signer = Signer::new("bank.example");
    let server = server(&[signer.record(), POLICY, ("bank.example", "v=spf1 ip4:198.51.100.0/24 -all")]).await;
    let changed = signer.sign(&mail(BODY)).replace("lunch", "money");
    let found = verify(&server, &changed, &Knowledge::default()).await;
    assert_eq!(found.evidence, AuthEvidence::default(), "SPF might have passed: nobody can say");
    let found = verify(&server, &format!("{HANDED_OVER}{changed}"), &knowledge()).await;
    assert_eq!(found.evidence, AuthEvidence { spf: Some(Check::Fail), dkim: Some(Check::Fail), dmarc: Some(Check::Fail) });
    assert_eq!(found.client.unwrap().ip.to_string(), "192.0.2.7");
}

#[tokio::test]
async fn the_address_that_handed_it_over_passes_spf() {
    let server = server(&[POLICY, ("bank.example", "v=spf1 ip4:192.0.2.0/24 -all")]).await;
    let found = verify(&server, &format!("{HANDED_OVER}{}", mail(BODY)), &knowledge()).await;
    assert_eq!(found.evidence, AuthEvidence { spf: Some(Check::Pass), dkim: Some(Check::None), dmarc: Some(Check::Pass) });
}

#[tokio::test]
async fn a_signature_of_somebody_else_proves_nothing() {
    let signer = Signer::new("mailer.example");
    let server = server(&[signer.record(), POLICY]).await;
    let found = verify(&server, &signer.sign(&mail(BODY)), &Knowledge::default()).await;
    assert_eq!((found.evidence.dkim, found.evidence.dmarc), (None, None));
}

#[tokio::test]
async fn a_domain_that_says_nothing_is_none_and_no_failure() {
    let server = server(&[]).await;
    let found = verify(&server, &format!("{HANDED_OVER}{}", mail(BODY)), &knowledge()).await;
    assert_eq!(found.evidence, AuthEvidence { spf: Some(Check::None), dkim: Some(Check::None), dmarc: Some(Check::None) });
}

#[tokio::test]
async fn a_record_that_nobody_can_read_is_none_and_no_failure() {
    let records = [("bank.example", "v=spf1 include:nothing.example -all"), ("_dmarc.bank.example", "v=DMARC1; p=whatever")];
    let found = verify(&server(&records).await, &format!("{HANDED_OVER}{}", mail(BODY)), &knowledge()).await;
    assert_eq!((found.evidence.spf, found.evidence.dmarc), (Some(Check::None), Some(Check::None)));
    // The sender's own mistake in SPF lifts no policy that can be read.
    let found = verify(&server(&[records[0], POLICY]).await, &format!("{HANDED_OVER}{}", mail(BODY)), &knowledge()).await;
    assert_eq!((found.evidence.spf, found.evidence.dmarc), (Some(Check::None), Some(Check::Fail)));
}

#[tokio::test]
async fn whether_a_signature_has_expired_is_asked_of_the_callers_clock() {
    let signer = Signer::new("bank.example");
    let server = server(&[signer.record(), POLICY]).await;
    let (raw, expires) = signer.sign_for(&mail(BODY), 3_600);
    let verifier = Verifier::new(&[server.address()], Patience::default()).unwrap();
    for (now, expected) in [(expires - 1, Some(Check::Pass)), (expires, None)] {
        let found = verifier.verify(raw.as_bytes(), &Knowledge::default(), now).await;
        assert_eq!(found.evidence.dmarc, expected, "at {now}, expires at {expires}");
    }
}

#[tokio::test]
async fn a_resolver_that_does_not_answer_costs_the_time_that_was_given_and_no_verdict() {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let verifier = Verifier::new(&[silent.local_addr().unwrap()], Patience { time: Duration::from_millis(300), lookups: 40 }).unwrap();
    let raw = format!("{HANDED_OVER}{}", Signer::new("bank.example").sign(&mail(BODY)));
    let found = verifier.verify(raw.as_bytes(), &knowledge(), NOW).await;
    assert_eq!((found.stopped, found.evidence), (Some(Stopped::Time), AuthEvidence::default()));
}

#[tokio::test]
async fn no_mail_can_make_us_ask_without_end() {
    let chain: Vec<(String, String)> =
        (0..9).map(|at| (format!("s{at}.bank.example"), format!("v=spf1 include:s{}.bank.example -all", at + 1))).collect();
    let mut records = vec![POLICY, ("bank.example", "v=spf1 include:s0.bank.example -all")];
    records.extend(chain.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let server = server(&records).await;
    let verifier = Verifier::new(&[server.address()], Patience { time: Duration::from_secs(30), lookups: 4 }).unwrap();
    let found = verifier.verify(format!("{HANDED_OVER}{}", mail(BODY)).as_bytes(), &knowledge(), NOW).await;
    assert!(found.cut && server.asked() <= 4, "asked {} times", server.asked());
    assert_eq!(found.evidence, AuthEvidence::default());
    // More signatures than any ordinary mail: not one question.
    let many = Signer::new("bank.example").sign(&mail(BODY));
    let (header, _) = many.split_once("From: ").unwrap();
    let before = server.asked();
    let found = verify(&server, &format!("{}{}", header.repeat(11), mail(BODY)), &knowledge()).await;
    assert_eq!((found.stopped, server.asked()), (Some(Stopped::TooMuch), before));
}

#[tokio::test]
async fn what_a_trusted_receiver_noted_is_not_asked_again() {
    let server = server(&[POLICY]).await;
    let noted = "Authentication-Results: mx.us.example; spf=pass smtp.mailfrom=bank.example; dmarc=pass header.from=bank.example\r\n";
    let raw = format!("{noted}{}", mail(BODY));
    assert_eq!(verify(&server, &raw, &knowledge()).await.stopped, Some(Stopped::Known));
    assert_eq!(server.asked(), 0);
    assert_eq!(verify(&server, &raw, &Knowledge::default()).await.stopped, None, "from a stranger it is only text");
}

#[tokio::test]
async fn a_trusted_list_vouches_for_what_it_saw_before_it_changed_the_mail() {
    let (signer, list) = (Signer::new("bank.example"), Signer::new("list.example"));
    let server = server(&[signer.record(), list.record(), POLICY]).await;
    let changed = signer.sign(&mail(BODY)).replace("lunch", "lunch (sent through the list)");
    let sealed = list.seal(&changed, "dmarc=pass");
    let found = verify(&server, &sealed, &knowledge()).await;
    assert_eq!((found.evidence.dmarc, found.sealer.as_deref()), (Some(Check::Pass), Some("list.example")));
    for (raw, knowledge, why) in [
        (sealed.clone(), Knowledge::default(), "nobody trusts the list"),
        (sealed.replace("(sent through", "(changed after"), knowledge(), "changed after it was sealed"),
        (list.seal(&changed, "dmarc=fail"), knowledge(), "the list saw it fail"),
    ] {
        assert_eq!(verify(&server, &raw, &knowledge).await.sealer, None, "{why}");
    }
}
