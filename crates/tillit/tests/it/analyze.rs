//! `tillit analyze`, as somebody at the command line and a script see it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PHISH: &str = "From: DNB <kundeservice@kelmora77.com>\r\nTo: kari@contoso-corp.com\r\nSubject: Kontoen din er sperret\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <p>Kontoen din er midlertidig sperret. Bekreft identiteten din innen 24 timer.</p><p><a href=\"https://dnb.no.kelmora77.top/\">Logg inn med BankID</a></p>\r\n";
const ORDINARY: &str = "From: Ola <ola@contoso-corp.com>\r\nTo: kari@contoso-corp.com\r\nSubject: Lunch\r\n\r\nHi, are you ready for lunch in ten minutes? Ola\r\n";

fn analyze(arguments: &[&str], folder: &Path, input: Option<&[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tillit"))
        .arg("analyze")
        .args(arguments)
        .current_dir(folder)
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tillit runs");
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        stdin.write_all(input).expect("standard input");
    }
    child.wait_with_output().expect("tillit ends")
}

fn rows(output: &Output) -> Vec<serde_json::Value> {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("phish.eml"), PHISH).expect("a file");
    std::fs::write(folder.path().join("ordinary.eml"), ORDINARY).expect("a file");
    folder
}

#[test]
fn a_row_a_mail_has_all_that_scripts_rely_on() {
    let folder = folder();
    let rows = rows(&analyze(&["--json", "phish.eml", "ordinary.eml"], folder.path(), None));
    let [phish, ordinary] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((&phish["file"], &phish["verdict"], &phish["category"]), (&"phish.eml".into(), &"dangerous".into(), &"phishing".into()));
    assert_eq!((&ordinary["verdict"], &ordinary["category"]), (&"safe".into(), &"safe".into()));
    let score = |row: &serde_json::Value| row["score"].as_f64().expect("a number");
    assert!(score(phish) > 0.6 && score(phish) <= 1.0 && score(ordinary) < 0.37);
    for row in &rows {
        assert!(
            row["advice"].as_str().is_some_and(|advice| !advice.is_empty())
                && row["not_checked"].is_array()
                && row.get("message").is_none()
        );
        for reason in row["reasons"].as_array().expect("reasons") {
            assert!(reason["id"].is_string() && reason["weight"].is_i64() && reason["text"].is_string() && reason["evidence"].is_array());
        }
    }
    assert!(
        phish["reasons"]
            .as_array()
            .expect("reasons")
            .iter()
            .any(|reason| reason["evidence"][0]["kind"] == "link" && reason["evidence"][0]["number"] == 1)
    );
}

#[test]
fn folders_mailboxes_and_standard_input_are_read() {
    let folder = folder();
    assert_eq!(rows(&analyze(&["--json", "."], folder.path(), None)).len(), 2);
    let mailbox = format!(
        "From a Thu Jan  1 00:00:00 2026\n{}\nFrom b Thu Jan  1 00:00:00 2026\n{}\n",
        ORDINARY.replace('\r', ""),
        PHISH.replace('\r', "")
    );
    std::fs::write(folder.path().join("all.mbox"), mailbox).expect("a file");
    let from_mailbox = rows(&analyze(&["--json", "all.mbox"], folder.path(), None));
    let numbers: Vec<_> =
        from_mailbox.iter().map(|row| (row["message"].as_i64(), row["verdict"].as_str().unwrap_or_default().to_owned())).collect();
    assert_eq!(numbers, [(Some(1), "safe".to_owned()), (Some(2), "dangerous".to_owned())]);
    let piped = rows(&analyze(&["--json", "-"], folder.path(), Some(PHISH.as_bytes())));
    assert_eq!((piped.len(), &piped[0]["verdict"]), (1, &"dangerous".into()));
}

#[test]
fn what_cannot_be_read_is_a_row_and_what_is_not_there_is_an_error() {
    let folder = folder();
    std::fs::write(folder.path().join("noise.eml"), b"\0\xff\0 no mail").expect("a file");
    let found = rows(&analyze(&["--json", "noise.eml"], folder.path(), None));
    assert_eq!(found[0]["verdict"], "unknown");
    assert!(found[0]["not_checked"].as_array().is_some_and(|why| !why.is_empty()));
    let missing = analyze(&["--json", "missing.eml"], folder.path(), None);
    assert_eq!(missing.status.code(), Some(1));
    let said = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(said.contains("missing.eml") && said.lines().count() == 1, "{said}");
    assert_eq!(analyze(&[], folder.path(), None).status.code(), Some(2));
}

#[test]
fn people_read_it_in_their_language_and_can_ask_why() {
    let folder = folder();
    let norwegian = analyze(&["--lang", "nb", "phish.eml"], folder.path(), None);
    let text = String::from_utf8_lossy(&norwegian.stdout).into_owned();
    assert!(text.contains("FARLIG (phishing)") && text.contains("Den kaller seg DNB") && text.contains("Hva du kan gjøre:"), "{text}");
    let explained = analyze(&["--explain", "phish.eml"], folder.path(), None);
    let text = String::from_utf8_lossy(&explained.stdout).into_owned();
    assert!(text.contains("link 1: hxxps://") && text.contains("who-brand-name") && text.contains("signals that said nothing"), "{text}");
}

#[test]
fn what_the_organisation_knows_sharpens_the_answer() {
    let folder = folder();
    std::fs::write(folder.path().join("near.eml"), ORDINARY.replace("ola@contoso-corp.com", "ola@contoso-c0rp.com")).expect("a file");
    std::fs::write(folder.path().join("known.toml"), "own_domains = [\"contoso-corp.com\"]\n").expect("a file");
    std::fs::write(folder.path().join("known.json"), "{\"own_domains\": [\"contoso-corp.com\"]}").expect("a file");
    std::fs::write(folder.path().join("wrong.toml"), "own_domain = []\n").expect("a file");
    for known in ["known.toml", "known.json"] {
        let found = rows(&analyze(&["--json", "--knowledge", known, "near.eml"], folder.path(), None));
        assert_eq!((&found[0]["verdict"], &found[0]["category"]), (&"dangerous".into(), &"targeted".into()));
    }
    let wrong = analyze(&["--knowledge", "wrong.toml", "near.eml"], folder.path(), None);
    assert_eq!(wrong.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn dns_is_asked_only_when_that_is_wanted() {
    let server = tillit_fetch::testing::NameServer::start().await;
    server.add("_dmarc.kelmora77.com", &["v=DMARC1; p=reject"]);
    let folder = folder();
    std::fs::write(folder.path().join("tillit.toml"), format!("[dns]\nresolver = [\"{}\"]\n", server.address())).expect("a file");
    let without = rows(&analyze(&["--json", "--explain", "phish.eml"], folder.path(), None));
    assert_eq!(server.asked(), 0);
    let arguments = ["--json", "--explain", "--dns", "--config", "tillit.toml", "phish.eml"];
    let path = folder.path().to_owned();
    let with = tokio::task::spawn_blocking(move || rows(&analyze(&arguments, &path, None))).await.expect("it ends");
    assert!(server.asked() > 0);
    let explained = |rows: &[serde_json::Value]| rows.first().map(|row| row["explanation"].to_string()).unwrap_or_default();
    assert!(explained(&with).contains("SPF was not checked: no receiver is configured"), "{}", explained(&with));
    assert!(!explained(&without).contains("verified by ourselves"));
    assert_eq!(analyze(&["--config", "tillit.toml", "phish.eml"], folder.path(), None).status.code(), Some(2), "--config is for --dns");
}
