//! `tillit registration`, run for real: by the program, and its script by shells.

use std::path::Path;
use std::process::{Command, Output};

/// A name that would do something in a shell, if it were not quoted.
const HOSTILE: &str = "Ola's \\\"portal\\\"; touch PWNED $(touch PWNED) `touch PWNED` \\\\' && touch PWNED #";
/// The same, as it should arrive.
const AS_MEANT: &str = "Ola's \"portal\"; touch PWNED $(touch PWNED) `touch PWNED` \\' && touch PWNED #";

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n";

fn configure(folder: &Path, app_name: &str, public_url: &str) {
    let text = format!(
        "[server]\npublic_url = \"{public_url}\"\n[database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"key\"\n\
         [operator]\napp_name = \"{app_name}\"\nprivacy_url = \"https://example.com/it's?a=$(touch%20PWNED)\"\n"
    );
    std::fs::write(folder.join("tillit.toml"), text).expect("a configuration");
}

fn registration(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tillit"))
        .current_dir(folder)
        .args(["registration", "--config", "tillit.toml"])
        .args(arguments)
        .output()
        .expect("tillit runs")
}

fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = registration(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_script_registers_this_installation_for_every_tenant_and_asks_for_user_read_only() {
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), "Nordvik portal", "https://portal.example.com");
    let script = printed(folder.path(), &[]);
    for part in [
        "--sign-in-audience AzureADMultipleOrgs",
        "name='Nordvik portal'",
        "\"https://portal.example.com/sso/callback\"",
        "\"logoutUrl\": \"https://portal.example.com/sso/logout\"",
    ] {
        assert!(script.contains(part), "{part} is missing in\n{script}");
    }
    let manifest: serde_json::Value = serde_json::from_str(&printed(folder.path(), &["--manifest"])).expect("JSON");
    let granted = manifest.pointer("/requiredResourceAccess").and_then(serde_json::Value::as_array).expect("permissions");
    assert_eq!(granted.len(), 1, "Microsoft Graph only");
    let scopes = granted.first().and_then(|graph| graph.get("resourceAccess")).expect("scopes");
    assert_eq!(scopes, &serde_json::json!([{ "id": "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "type": "Scope" }]), "User.Read only");
    assert_eq!(manifest.pointer("/signInAudience"), Some(&"AzureADMultipleOrgs".into()));
    assert_eq!(manifest.pointer("/web/redirectUris/0"), Some(&"https://portal.example.com/sso/callback".into()));
    assert_eq!(manifest.pointer("/web/logoutUrl"), Some(&"https://portal.example.com/sso/logout".into()));
}

#[test]
fn hostile_names_stay_names_in_the_shells() {
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), HOSTILE, "https://portal.example.com");
    let file = "it's $(touch PWNED); .crt";
    std::fs::write(folder.path().join(file), CERTIFICATE).expect("a certificate");
    let script = printed(folder.path(), &["--certificate", file]);
    std::fs::write(folder.path().join("register.sh"), &script).expect("a script");
    for shell in ["bash", "sh"] {
        let checked = Command::new(shell).arg("-n").arg("register.sh").current_dir(folder.path()).status().expect("a shell");
        assert!(checked.success(), "{shell} -n: {script}");
    }
    // An `az` that writes down what it is given, one argument a line.
    std::fs::write(folder.path().join("az"), "#!/bin/sh\nprintf '%s\\n' \"$@\" >>given\necho id\n").expect("an az");
    let run = Command::new("bash")
        .args(["-c", "chmod +x az && PATH=\"$PWD:$PATH\" bash register.sh"])
        .current_dir(folder.path())
        .output()
        .expect("bash runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(!folder.path().join("PWNED").exists(), "a name became a command");
    let given = std::fs::read_to_string(folder.path().join("given")).expect("what az was given");
    assert!(given.lines().any(|line| line == AS_MEANT), "{given}");
    assert!(given.lines().any(|line| line == format!("@{file}")), "{given}");
}

#[test]
fn a_private_key_and_an_address_that_microsoft_refuses_are_no_registration() {
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), "Tillit", "https://portal.example.com");
    let refused = |arguments: &[&str]| {
        let output = registration(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty(), "nothing that could be run");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    std::fs::write(folder.path().join("both.pem"), format!("-----BEGIN PRIVATE KEY-----\n{CERTIFICATE}")).expect("a file");
    assert!(refused(&["--certificate", "both.pem"]).contains("holds a private key"));
    std::fs::write(folder.path().join("none.pem"), "nothing").expect("a file");
    assert!(refused(&["--certificate", "none.pem"]).contains("holds no certificate"));
    assert!(refused(&["--certificate", "nowhere.pem"]).contains("read nowhere.pem"));
    configure(folder.path(), "Tillit", "http://127.0.0.1:8400");
    assert!(refused(&[]).contains("write localhost"));
}
