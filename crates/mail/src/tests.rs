//! Mail from the transaction that caused it to the server that takes it, over loopback.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use secrecy::SecretString;
use tillit_jobs::{Worker, WorkerOptions, dead};
use tillit_store::testing::{TestDb, cx};
use tillit_store::{Cx, Duration, on_both_engines};
use tillit_vault::{MasterKey, Vault};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::{
    MAX_SUBJECT, MAX_TEXT, MailError, Mailer, Outgoing, RootCertificates, Security, SmtpOptions, enqueue, enqueue_once, folder_list,
    make_folder,
};

mod tls;

tillit_store::statements! { unlisted "mail.tests";
    COUNT = "SELECT COUNT(*) AS n FROM job WHERE kind = 'mail.send'";
}

fn mail(subject: &str, text: &str) -> Outgoing {
    Outgoing { to: "kari@nordvik.example".to_owned(), subject: subject.to_owned(), text: text.to_owned() }
}

async fn vault(t: &TestDb) -> Vault {
    let vault = Vault::new(MasterKey::from_bytes([1; 32]).unwrap());
    vault.check(&t.db, &t.cx()).await.unwrap();
    vault
}

async fn wait_for_sending(t: &TestDb, cx: &Cx, vault: &Vault, mail: Outgoing) {
    let mut tx = t.db.begin(cx).await.unwrap();
    enqueue(&mut tx, cx, vault, mail).await.unwrap();
    tx.commit().await.unwrap();
}

async fn run(t: &TestDb, vault: &Vault, mailer: &Mailer) {
    mailer.register(Worker::new(t.db.clone(), vault.clone(), WorkerOptions::default())).run_due(&t.cx()).await.unwrap();
}

async fn waiting(t: &TestDb) -> i64 {
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    tx.fetch_one(COUNT, vec![]).await.unwrap().get("n").unwrap()
}

/// A mail server on loopback that answers as told and keeps what it was told.
struct Sink {
    port: u16,
    heard: Arc<Mutex<String>>,
}

impl Sink {
    /// `answers`: command word → answer, instead of the usual one.
    async fn new(answers: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(String::new()));
        let notes = heard.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                stream.write_all(b"220 sink\r\n").await.ok();
                tokio::spawn(converse(stream, answers, notes.clone()));
            }
        });
        Self { port, heard }
    }

    fn mailer(&self, security: Security) -> Mailer {
        Mailer::smtp(&self.options(security)).unwrap()
    }

    fn options(&self, security: Security) -> SmtpOptions {
        let login = Some(("tillit".to_owned(), SecretString::from("hunter2")));
        SmtpOptions {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security,
            login,
            from: "tillit@vendor.example".to_owned(),
            extra_roots: RootCertificates::default(),
        }
    }

    fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }
}

/// Everything after the greeting.
async fn converse(stream: impl AsyncRead + AsyncWrite, answers: &'static [(&'static str, &'static str)], heard: Arc<Mutex<String>>) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    let mut in_data = false;
    while let Ok(Some(line)) = lines.next_line().await {
        heard.lock().unwrap().push_str(&format!("{line}\n"));
        let word = line.split(' ').next().unwrap_or_default();
        let scripted = answers.iter().find(|(command, _)| *command == word).map(|(_, answer)| *answer);
        let answer = match (in_data, word) {
            (true, ".") => {
                in_data = false;
                scripted.unwrap_or("250 taken")
            }
            (true, _) => continue,
            (_, "DATA") if scripted.is_none() => {
                in_data = true;
                "354 go on"
            }
            (_, "EHLO") => scripted.unwrap_or("250-sink\r\n250 AUTH PLAIN"),
            (_, "AUTH") => scripted.unwrap_or("235 welcome"),
            _ => scripted.unwrap_or("250 ok"),
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            break;
        }
    }
}

on_both_engines!(a_mail_reaches_the_server_as_it_was_written, |t| {
    let vault = vault(&t).await;
    let sink = Sink::new(&[]).await;
    wait_for_sending(&t, &t.cx(), &vault, mail("Single sign-on is on", "Hei,\n.a line with a dot\nhttps://tillit.example/x\n")).await;
    run(&t, &vault, &sink.mailer(Security::None)).await;
    let heard = sink.heard();
    for line in [
        "MAIL FROM:<tillit@vendor.example>",
        "RCPT TO:<kari@nordvik.example>",
        "From: \"Tillit\" <tillit@vendor.example>",
        "To: kari@nordvik.example",
        "Subject: Single sign-on is on",
        "Date: Mon, 23 Nov 2026 12:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
        "..a line with a dot",
    ] {
        assert!(
            heard
                .lines()
                .any(|heard| heard.starts_with(line) || (line.starts_with("From") && heard == "From: Tillit <tillit@vendor.example>")),
            "{line} in\n{heard}"
        );
    }
    assert!(heard.contains("Message-ID: <job_") && heard.contains("@vendor.example>"), "{heard}");
    assert_eq!(waiting(&t).await, 0);
});

on_both_engines!(a_refusal_for_now_is_tried_again_with_the_same_message_id, |t| {
    let vault = vault(&t).await;
    let busy = Sink::new(&[(".", "451 busy, kari@nordvik.example")]).await;
    wait_for_sending(&t, &t.cx(), &vault, mail("s", "t")).await;
    run(&t, &vault, &busy.mailer(Security::None)).await;
    assert_eq!(waiting(&t).await, 1);
    t.clock.advance(Duration::minutes(1));
    let well = Sink::new(&[]).await;
    run(&t, &vault, &well.mailer(Security::None)).await;
    assert_eq!(waiting(&t).await, 0);
    let id = |heard: String| heard.lines().find(|line| line.starts_with("Message-ID")).unwrap().to_owned();
    assert_eq!(id(busy.heard()), id(well.heard()));
});

on_both_engines!(a_refusal_for_good_ends_it_and_names_nobody, |t| {
    let vault = vault(&t).await;
    let sink = Sink::new(&[("RCPT", "550 5.1.1 <kari@nordvik.example> does not live here")]).await;
    wait_for_sending(&t, &t.cx(), &vault, mail("s", "t")).await;
    run(&t, &vault, &sink.mailer(Security::None)).await;
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    let [job] = &dead(&mut tx, 10).await.unwrap()[..] else { panic!("given up") };
    assert_eq!(job.reason, "refused with 550");
});

on_both_engines!(a_wrong_password_leaves_the_mail_waiting, |t| {
    let vault = vault(&t).await;
    let sink = Sink::new(&[("AUTH", "535 no")]).await;
    wait_for_sending(&t, &t.cx(), &vault, mail("s", "t")).await;
    run(&t, &vault, &sink.mailer(Security::None)).await;
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    assert_eq!(dead(&mut tx, 10).await.unwrap().len(), 0);
    drop(tx);
    assert_eq!(waiting(&t).await, 1);
});

on_both_engines!(mail_that_is_off_is_dropped_and_done, |t| {
    let vault = vault(&t).await;
    wait_for_sending(&t, &t.cx(), &vault, mail("s", "t")).await;
    run(&t, &vault, &Mailer::off()).await;
    assert_eq!(waiting(&t).await, 0);
});

on_both_engines!(the_same_key_waits_once, |t| {
    let vault = vault(&t).await;
    let cx = t.cx();
    let mut tx = t.db.begin(&cx).await.unwrap();
    for _ in 0..2 {
        enqueue_once(&mut tx, &cx, &vault, "expiry 30 days", mail("s", "t")).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(waiting(&t).await, 1);
});

on_both_engines!(the_folder_lists_the_newest_first_and_nothing_half_written, |t| {
    let vault = vault(&t).await;
    let folder = tempfile::tempdir().unwrap();
    let mailer = Mailer::folder(folder.path());
    mailer.check().await.unwrap();
    for (subject, text) in [
        ("First", "plain\n"),
        ("Påminnelse om sertifikatet: det løper ut om 30 dager, si fra til den som kan fornye det", "Hei Åse,\n\næøå 漢字\n"),
    ] {
        wait_for_sending(&t, &t.cx(), &vault, mail(subject, text)).await;
        t.clock.advance(Duration::seconds(1));
    }
    run(&t, &vault, &mailer).await;
    std::fs::write(folder.path().join(".unfinished.tmp"), "x").unwrap();
    std::fs::write(folder.path().join("other.eml"), "not a mail").unwrap();
    let listed = folder_list(folder.path()).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].subject, "Påminnelse om sertifikatet: det løper ut om 30 dager, si fra til den som kan fornye det");
    assert_eq!((listed[0].text.trim_end(), listed[1].text.trim_end()), ("Hei Åse,\n\næøå 漢字", "plain"));
    assert_eq!((listed[1].to.as_str(), listed[1].subject.as_str()), ("kari@nordvik.example", "First"));
    assert!(listed[1].date.starts_with("Mon, 23 Nov 2026 12:00:02"), "{}", listed[1].date);
    assert!(Mailer::folder(folder.path().join("none")).check().await.is_err());
});

#[cfg(unix)]
on_both_engines!(nobody_else_on_the_machine_reads_mails_in_the_folder, |t| {
    use std::os::unix::fs::PermissionsExt as _;

    let vault = vault(&t).await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("deeper/mails");
    make_folder(&folder).unwrap();
    make_folder(&folder).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    wait_for_sending(&t, &t.cx(), &vault, mail("First", "a link that lets somebody in\n")).await;
    run(&t, &vault, &Mailer::folder(&folder)).await;
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(mode(&files[0].path()), 0o600);
    assert_eq!(folder_list(&folder).await.unwrap().len(), 1);
});

#[tokio::test]
async fn a_server_that_hides_starttls_gets_neither_password_nor_mail() {
    let sink = Sink::new(&[]).await;
    let error = sink.mailer(Security::StartTls).check().await.unwrap_err();
    assert!(matches!(error, MailError::Server(_)), "{error}");
    assert!(!sink.heard().contains("AUTH") && !sink.heard().contains("MAIL"), "{}", sink.heard());
    let sink = Sink::new(&[("EHLO", "250-sink\r\n250 STARTTLS"), ("STARTTLS", "454 no")]).await;
    assert!(sink.mailer(Security::StartTls).check().await.is_err());
    assert!(!sink.heard().contains("AUTH") && !sink.heard().contains("MAIL"), "{}", sink.heard());
}

#[tokio::test]
async fn the_check_logs_in_and_says_what_is_wrong() {
    Sink::new(&[]).await.mailer(Security::None).check().await.unwrap();
    let error = Sink::new(&[("AUTH", "535 no")]).await.mailer(Security::None).check().await.unwrap_err();
    assert_eq!(error.to_string(), "the mail server: refused with 535");
    let nobody = SmtpOptions { port: 1, ..Sink::new(&[]).await.options(Security::None) };
    let error = Mailer::smtp(&nobody).unwrap().check().await.unwrap_err();
    assert_eq!(error.to_string(), "the mail server: no connection");
    assert!(!format!("{nobody:?}").contains("hunter2"));
}

#[tokio::test]
async fn no_protection_only_on_this_machine() {
    let options = SmtpOptions { host: "mail.vendor.example".to_owned(), ..Sink::new(&[]).await.options(Security::None) };
    assert!(matches!(Mailer::smtp(&options).err(), Some(MailError::Unprotected { .. })));
    let options = SmtpOptions { from: "nobody".to_owned(), ..options };
    assert!(matches!(Mailer::smtp(&options).err(), Some(MailError::Sender)));
}

fn sender() -> lettre::message::Mailbox {
    lettre::message::Mailbox::new(None, lettre::Address::new("tillit", "vendor.example").unwrap())
}

#[test]
fn bad_mails_are_refused_by_what_is_wrong() {
    let message = |mail: Outgoing| mail.message(&sender(), "id", tillit_store::Timestamp(0)).err();
    for to in [
        "",
        "kari",
        "kari@",
        "@nordvik.example",
        "kari@nordvik.example\r\nBcc: all@nordvik.example",
        "kari @nordvik.example",
        "a@b.example,c@d.example",
        &format!("{}@nordvik.example", "k".repeat(250)),
    ] {
        let error = message(Outgoing { to: to.to_owned(), ..mail("s", "t") });
        assert!(matches!(error, Some(MailError::Recipient)), "{to}: {error:?}");
    }
    for subject in ["", "  ", "a\nb", "a\r\nBcc: x@y.example", "a\0b", &"x".repeat(MAX_SUBJECT + 1)] {
        assert!(matches!(message(mail(subject, "t")), Some(MailError::Subject)), "{subject}");
    }
    for text in ["", "\n", "a\0b", "\u{1b}[31m", &"x".repeat(MAX_TEXT + 1)] {
        assert!(matches!(message(mail("s", text)), Some(MailError::Text)), "{text}");
    }
    assert!(message(mail(&"å".repeat(MAX_SUBJECT), &"å".repeat(MAX_TEXT / 2))).is_none());
    assert_eq!(format!("{:?}", mail("secret", "secret")), "Outgoing(…)");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_adds_no_header_and_is_read_back(subject in "\\PC{1,200}", text in "(\\PC|\n){1,500}") {
        let mail = Outgoing { to: "kari@nordvik.example".to_owned(), subject, text };
        let now = cx(&Arc::default()).now();
        let Ok(message) = mail.message(&sender(), "id", now) else {
            prop_assert!(mail.subject.trim().is_empty() || mail.text.trim().is_empty());
            return Ok(());
        };
        let bytes = message.formatted();
        let (head, _) = std::str::from_utf8(&bytes).unwrap().split_once("\r\n\r\n").unwrap();
        let names: Vec<_> = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).filter_map(|line| line.split(':').next()).collect();
        let mut known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"].to_vec();
        known.retain(|name| names.contains(name));
        prop_assert_eq!(known.len(), names.len(), "{:?}", names);
        let read = crate::StoredMail::parse("f".to_owned(), &bytes).unwrap();
        prop_assert_eq!(read.text.trim_end_matches('\n'), mail.text.trim_end_matches('\n'));
    }
}

#[test]
fn a_plain_text_of_any_line_length_can_be_sent() {
    for length in [1, 75, 76, 77, 78, 500, 900, 998, 2000] {
        let text = "a".repeat(length);
        mail("Subject", &text).message(&sender(), "id", tillit_store::Timestamp(0)).unwrap_or_else(|error| panic!("{length}: {error}"));
    }
}
