//! What `tillit doctor` says of addresses that do not fit.

use crate::keys::{said, tillit};

fn doctor(public_url: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("[server]\npublic_url = \"{public_url}\"\n[database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"master.key\"\n");
    std::fs::write(folder.path().join("tillit.toml"), text).expect("a file");
    said(&tillit(folder.path(), &["doctor"]))
}

#[test]
fn a_redirect_address_that_microsoft_would_refuse_is_said_with_what_to_change() {
    // A host may be longer than what Microsoft takes leaves for it.
    let label = "a".repeat(60);
    let long = format!("https://{label}.{label}.{label}.{label}.example");
    for (public_url, level, why) in [
        ("http://127.0.0.1:8400", "look ", "http://127.0.0.1 can be registered through the manifest only; write localhost"),
        ("http://[::1]:8400", "look ", "the loopback address [::1] is not supported; write localhost"),
        (long.as_str(), "WRONG", "longer than 256 characters"),
    ] {
        let text = doctor(public_url);
        let expected =
            format!("{level}  Microsoft would refuse the redirect URI {public_url}/sso/callback: {why}; change server.public_url");
        assert!(text.contains(&expected), "{public_url}: {text}");
        assert!(!text.contains("register exactly this redirect URI"), "{public_url}: {text}");
    }
    let text = doctor("https://portal.example");
    let expected = "fine   register exactly this redirect URI (platform Web): https://portal.example/sso/callback";
    assert!(text.contains(expected) && !text.contains("would refuse"), "{text}");
}
