//! The webhook: what leaves, how it is signed, and what becomes of it while the other side is down.

use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use serde_json::Value as Json;
use tillit_fetch::{FetchPolicy, Fetcher};
use tillit_store::testing::TestDb;
use tillit_store::{Cx, Duration, args, on_both_engines};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::audit::chain::{hex, unhex};
use crate::audit::{Delivery, WebhookAddress, actions};
use crate::testing::{TestAccounts, TestOrganisation};
use crate::{AccountsError, AuditPage, Entry};

tillit_store::statements! { unlisted "accounts.tests.webhook";
    ADDRESS = "UPDATE audit_webhook SET address = $2 WHERE organisation_id = $1";
    OLD = "SELECT old_secret FROM audit_webhook WHERE organisation_id = $1";
    JOBS = "SELECT COUNT(*) AS n FROM job WHERE kind = $1 AND organisation_id = $2";
}

/// A clock, and how far it goes on with each request.
type Slowness = (Arc<tillit_store::testing::FakeClock>, Duration);

/// The other side, on loopback: answers with the status that is set, and remembers what came.
#[derive(Clone)]
struct Receiver {
    status: Arc<Mutex<u16>>,
    seen: Arc<Mutex<Vec<(String, String)>>>,
    address: String,
    /// So long the other side takes, by the clock of the test.
    takes: Arc<Mutex<Option<Slowness>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let this = Self { status: Arc::new(Mutex::new(202)), seen: Arc::default(), address, takes: Arc::default() };
        let receiver = this.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                let (head, length) = loop {
                    let mut part = [0; 4096];
                    let n = stream.read(&mut part).await.unwrap_or(0);
                    bytes.extend_from_slice(&part[..n]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    if let Some((head, _)) = text.split_once("\r\n\r\n") {
                        let length: usize = head
                            .to_lowercase()
                            .split("content-length: ")
                            .nth(1)
                            .and_then(|rest| rest.lines().next())
                            .unwrap()
                            .parse()
                            .unwrap();
                        break (head.to_owned(), length);
                    }
                };
                while bytes.len() < head.len() + 4 + length {
                    let mut part = [0; 4096];
                    let n = stream.read(&mut part).await.unwrap_or(0);
                    bytes.extend_from_slice(&part[..n]);
                }
                let signature = head.lines().find_map(|line| line.strip_prefix("tillit-signature: ")).unwrap_or_default().to_owned();
                receiver.seen.lock().unwrap().push((signature, String::from_utf8(bytes[head.len() + 4..].to_vec()).unwrap()));
                if let Some((clock, span)) = receiver.takes.lock().unwrap().as_ref() {
                    clock.advance(*span);
                }
                let status = *receiver.status.lock().unwrap();
                stream.write_all(format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes()).await.ok();
            }
        });
        this
    }
    fn answer(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }
    fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

struct Stage {
    a: TestAccounts,
    org: TestOrganisation,
    receiver: Receiver,
    fetcher: Fetcher,
    secret: String,
}

impl Stage {
    async fn new(t: &TestDb) -> Self {
        let a = TestAccounts::new(t).await;
        let org = a.organisation("nordvik").await;
        let receiver = Receiver::start().await;
        let policy = FetchPolicy { allowed_origins: vec![receiver.address.parse().unwrap()], ..FetchPolicy::default() };
        let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
        let secret = a.accounts.set_webhook(&mut tx, &org.owner_cx, &"https://siem.nordvik.example/x".parse().unwrap()).await.unwrap();
        // What a person cannot type: an address on loopback, for this test.
        let keys = a.vault.organisation(&mut tx, org.id).await.unwrap();
        let place = tillit_vault::Place::new("audit_webhook", "address", org.id.uuid());
        let sealed = keys.seal(&org.cx, place, receiver.address.as_bytes()).unwrap();
        tx.execute(ADDRESS, args![org.id, sealed]).await.unwrap();
        tx.commit().await.unwrap();
        Self { a, org, receiver, fetcher: Fetcher::new(policy).unwrap(), secret }
    }
    async fn rows(&self, n: usize) {
        for _ in 0..n {
            let mut tx = self.a.db.begin(&self.org.owner_cx).await.unwrap();
            let entry =
                Entry::new("test.done").target(self.org.owner).reason("because").detail(serde_json::json!({ "secret": "FIELDdetail" }));
            self.a.accounts.record(&mut tx, &self.org.owner_cx, entry).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    async fn deliver(&self) -> bool {
        self.a.accounts.deliver(&self.org.cx, &self.fetcher, false).await.is_ok()
    }
    async fn jobs(&self, kind: &str) -> i64 {
        let mut tx = self.a.db.read(&self.a.cx).await.unwrap();
        tx.fetch_one(JOBS, args![kind, self.org.id]).await.unwrap().get("n").unwrap()
    }
}

fn is_signed(signature: &str, body: &str, secret: &str) -> bool {
    let time = signature.strip_prefix("t=").and_then(|rest| rest.split(',').next()).unwrap();
    let message = format!("{time}.{body}");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    signature.split(",v1=").skip(1).any(|tag| hmac::verify(&key, message.as_bytes(), &unhex::<32>(tag).unwrap()).is_ok())
}

fn numbers(body: &str) -> Vec<i64> {
    let body: Json = serde_json::from_str(body).unwrap();
    body["rows"].as_array().unwrap().iter().map(|row| row["number"].as_i64().unwrap()).collect()
}

on_both_engines!(a_slow_other_side_gives_its_place_to_others_and_goes_on_later, |t| {
    let s = Stage::new(&t).await;
    s.rows(500).await;
    *s.receiver.takes.lock().unwrap() = Some((t.clock.clone(), Duration::seconds(9)));
    assert!(s.deliver().await);
    assert_eq!(s.receiver.take().len(), 3, "the third ends after 27 seconds, and there is no fourth");
    *s.receiver.takes.lock().unwrap() = None;
    assert!(s.deliver().await);
    assert!(!s.receiver.take().is_empty());
});

on_both_engines!(a_secret_that_signs_no_longer_is_deleted, |t| {
    let s = Stage::new(&t).await;
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    s.a.accounts.renew_webhook_secret(&mut tx, &s.org.owner_cx).await.unwrap();
    tx.commit().await.unwrap();
    let old = async || {
        s.a.accounts.keep_audit(&s.a.cx).await.unwrap();
        let mut tx = s.a.db.read(&s.a.cx).await.unwrap();
        tx.fetch_one(OLD, args![s.org.id]).await.unwrap().get::<Option<Vec<u8>>>("old_secret").unwrap()
    };
    assert!(old().await.is_some());
    t.clock.advance(Duration::days(7));
    assert_eq!(old().await, None);
});

on_both_engines!(rows_arrive_in_order_signed_and_without_anything_personal, |t| {
    let s = Stage::new(&t).await;
    s.rows(120).await;
    assert_eq!(s.a.accounts.wake_webhooks(&s.a.cx).await.unwrap(), 1);
    s.a.accounts.wake_webhooks(&s.a.cx).await.unwrap();
    assert_eq!(s.jobs("audit.webhook").await, 1, "one at a time");
    assert!(s.deliver().await);
    let seen = s.receiver.take();
    let head = s.a.accounts.audit_head(&s.org.cx).await.unwrap().unwrap();
    let all: Vec<i64> = seen.iter().flat_map(|(_, body)| numbers(body)).collect();
    assert_eq!((seen.len(), all.clone()), (2, (head.0 - 120..=head.0).collect::<Vec<_>>()), "from the row about the webhook itself");
    for (signature, body) in &seen {
        assert!(is_signed(signature, body, &s.secret) && !is_signed(signature, &body.replace("because", "x"), &s.secret));
        assert!(!body.contains("FIELD") && !body.contains('@') && !body.contains("client"), "{body}");
    }
    let last: Json = serde_json::from_str(&seen[1].1).unwrap();
    assert_eq!(last["rows"].as_array().unwrap().last().unwrap()["hash"], hex(&head.1));
    // Everything was taken: nothing more is sent, and nobody is woken.
    assert!(s.deliver().await && s.receiver.take().is_empty());
    assert_eq!(s.a.accounts.wake_webhooks(&s.a.cx).await.unwrap(), 0);
    let hook = s.a.accounts.audit_webhook(&s.org.cx).await.unwrap().unwrap();
    assert_eq!((hook.waiting, hook.last.map(|(_, end)| end), hook.failing_since), (0, Some(Delivery::Taken(202)), None));
});

on_both_engines!(while_the_other_side_is_down_rows_wait_and_after_three_days_owners_are_told, |t| {
    let s = Stage::new(&t).await;
    s.receiver.answer(503);
    assert!(!s.deliver().await, "to be tried again");
    let hook = s.a.accounts.audit_webhook(&s.org.cx).await.unwrap().unwrap();
    assert_eq!((hook.waiting, hook.last.map(|(_, end)| end), hook.running), (1, Some(Delivery::Refused(503)), true));
    t.clock.advance(Duration::hours(71));
    assert!(!s.deliver().await);
    let mails = s.jobs("mail.send").await;
    t.clock.advance(Duration::hours(2));
    assert!(s.deliver().await, "stopped: nothing to be tried again");
    assert_eq!(s.jobs("mail.send").await, mails + 1);
    let hook = s.a.accounts.audit_webhook(&s.org.cx).await.unwrap().unwrap();
    assert!(!hook.running && hook.waiting == 2, "{hook:?}");
    let log = s.a.accounts.audit_log(&s.org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!((log[0].action.as_str(), log[0].reason.as_deref()), (actions::WEBHOOK_STOPPED, Some("refused")));
    s.receiver.take();
    assert!(s.deliver().await && s.receiver.take().is_empty(), "stopped is stopped");
    assert_eq!(s.a.accounts.wake_webhooks(&s.a.cx).await.unwrap(), 0);

    s.receiver.answer(200);
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    s.a.accounts.start_webhook(&mut tx, &s.org.owner_cx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(s.deliver().await);
    assert_eq!(s.receiver.take().iter().flat_map(|(_, body)| numbers(body)).count(), 3, "what waited was sent");
});

on_both_engines!(a_secret_is_replaced_while_both_sign, |t| {
    let s = Stage::new(&t).await;
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    let new = s.a.accounts.renew_webhook_secret(&mut tx, &s.org.owner_cx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(new != s.secret && new.len() == 64);
    for days in [0, 8] {
        t.clock.advance(Duration::days(days));
        s.rows(1).await;
        assert!(s.deliver().await);
        let (signature, body) = s.receiver.take().remove(0);
        assert!(is_signed(&signature, &body, &new));
        assert_eq!(is_signed(&signature, &body, &s.secret), days == 0, "for seven days");
    }
});

on_both_engines!(a_test_is_sent_without_rows_and_moves_nothing, |t| {
    let s = Stage::new(&t).await;
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    s.a.accounts.try_webhook(&mut tx, &s.org.owner_cx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(s.jobs("audit.webhook").await, 1);
    s.receiver.answer(404);
    s.a.accounts.deliver(&s.org.cx, &s.fetcher, true).await.unwrap();
    let (_, body) = s.receiver.take().remove(0);
    assert!(numbers(&body).is_empty() && body.contains("\"try\":true"));
    let hook = s.a.accounts.audit_webhook(&s.org.cx).await.unwrap().unwrap();
    assert_eq!((hook.waiting, hook.last.map(|(_, end)| end), hook.failing_since), (1, Some(Delivery::Refused(404)), None));
});

on_both_engines!(a_private_address_is_never_asked_and_another_organisation_finds_nothing, |t| {
    let s = Stage::new(&t).await;
    let strict = Fetcher::new(FetchPolicy::default()).unwrap();
    assert!(s.a.accounts.deliver(&s.org.cx, &strict, false).await.is_err());
    assert!(s.receiver.take().is_empty());
    let hook = s.a.accounts.audit_webhook(&s.org.cx).await.unwrap().unwrap();
    assert_eq!(hook.last.map(|(_, end)| end), Some(Delivery::NoWay));
    let other = s.a.organisation("sorvik").await;
    assert!(s.a.accounts.audit_webhook(&other.cx).await.unwrap().is_none());
    let cx: &Cx = &other.owner_cx;
    let mut tx = s.a.db.begin(cx).await.unwrap();
    assert!(matches!(s.a.accounts.remove_webhook(&mut tx, cx).await, Err(AccountsError::NotFound)));
    assert!(matches!(s.a.accounts.start_webhook(&mut tx, cx).await, Err(AccountsError::NotFound)));
    assert!(matches!(s.a.accounts.renew_webhook_secret(&mut tx, cx).await, Err(AccountsError::NotFound)));
    assert!(matches!(s.a.accounts.try_webhook(&mut tx, cx).await, Err(AccountsError::NotFound)));
    drop(tx);
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    s.a.accounts.remove_webhook(&mut tx, &s.org.owner_cx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(s.a.accounts.audit_webhook(&s.org.cx).await.unwrap().is_none());
});

#[test]
fn an_address_is_plain_https() {
    for good in ["https://siem.nordvik.example/x?y=1", " https://a.example "] {
        assert!(good.parse::<WebhookAddress>().is_ok(), "{good}");
    }
    let long = format!("https://a.example/{}", "x".repeat(500));
    for bad in [
        "",
        "siem",
        "http://a.example",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://u@a.example",
        "https://u:p@a.example",
        "https://a.example:8443",
        "https://a.example/#x",
        &long,
    ] {
        assert!(bad.parse::<WebhookAddress>().is_err(), "{bad}");
    }
}
