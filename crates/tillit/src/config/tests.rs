//! Nonsense in the configuration is answered with the key, the place and what is allowed.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tillit.toml");
    std::fs::write(&file, text).unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "s3cret\n").unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    let open = folder.path().join("open");
    std::fs::write(&open, "s3cret\n").unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(&file), variables).map_err(|error| error.to_string().replace(&folder.path().display().to_string(), "DIR"))
}

const LEAST: &str = "[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"key\"\n";

#[test]
fn the_least_configuration_is_enough() {
    let config = load(LEAST, &[]).unwrap();
    assert_eq!(config.server.public_url.as_str(), "https://portal.example/");
    assert_eq!(config.server.listen.port(), 8400);
    assert_eq!(config.microsoft.cloud, Cloud::Global);
    assert!(config.microsoft.registration.is_none());
}

#[test]
fn the_environment_wins_over_the_file() {
    let config = load(
        LEAST,
        &[
            ("TILLIT_SERVER__PUBLIC_URL", "https://other.example"),
            ("TILLIT_SERVER__SINGLE_ORGANISATION", "true"),
            ("TILLIT_OIDC__ALLOWED_ISSUERS", "[\"https://id.example\"]"),
        ],
    )
    .unwrap();
    assert_eq!(config.server.public_url.host_str(), Some("other.example"));
    assert!(config.server.single_organisation);
    assert_eq!(config.allowed_issuers.len(), 1);
}

#[test]
fn each_wrong_value_is_named_with_its_line() {
    let cases: &[(&str, &str)] = &[
        (
            "[server]\nlisten = \"8400\"\n",
            "DIR/tillit.toml, line 2: server.listen is \"8400\", not an address and port; allowed: address and port, such as 127.0.0.1:8400",
        ),
        ("[server]\nlissten = \"x\"\n", "DIR/tillit.toml, line 2: there is no key \"server.lissten\"; did you mean \"server.listen\"?"),
        ("[elephant]\nsize = 1\n", "DIR/tillit.toml, line 2: there is no key \"elephant.size\"; `tillit config schema` lists all keys"),
        (
            "[server]\npublic_url = \"http://portal.example\"\n",
            "DIR/tillit.toml, line 2: server.public_url must begin with https:// (http:// only on this machine); allowed: https://HOST without a path (http only for localhost)",
        ),
        (
            "[server]\npublic_url = \"https://portal.example/path\"\n",
            "DIR/tillit.toml, line 2: server.public_url must end after the host and port, without a path; allowed: https://HOST without a path (http only for localhost)",
        ),
        (
            "[server]\npublic_url = 7\n",
            "DIR/tillit.toml, line 2: server.public_url is of the type integer, not text in quotes; allowed: https://HOST without a path (http only for localhost)",
        ),
        (
            "[server]\nsingle_organisation = \"yes\"\npublic_url = \"https://p.example\"",
            "DIR/tillit.toml, line 2: server.single_organisation is neither true nor false; allowed: true or false",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(&load(text, &[]).unwrap_err(), expected, "for {text}");
    }
}

#[test]
fn the_master_key_may_come_from_three_places_and_one_of_them_wraps() {
    let keys = |text: &str| load(&LEAST.replace("file = \"key\"", text), &[]).map(|config| config.keys);
    let least = keys("file = \"key\"").unwrap();
    assert!(matches!(least.master, MasterSource::File(path) if path.ends_with("key")));
    assert!(least.epochs.len() == 1 && least.epochs[0].ends_with("epochs"));
    assert_eq!((least.backup_days, least.hold_seconds), (35, 60));
    let kms = keys("kms = [\"/usr/bin/kms\", \"-k\"]").unwrap();
    assert_eq!(kms.master, MasterSource::Kms(vec!["/usr/bin/kms".to_owned(), "-k".to_owned()]));
    let both = keys("kms = [\"/usr/bin/kms\"]\nfile = \"key\"\nwraps = \"kms\"").unwrap();
    assert!(matches!((both.master, both.others.as_slice()), (MasterSource::Kms(_), [MasterSource::File(_)])));
    for (text, expected) in [
        ("backup_days = 35", "not set: keys.file is missing, and so are keys.command and keys.kms"),
        ("file = \"key\"\nkms = [\"/usr/bin/kms\"]", "keys.wraps is missing: more than one source"),
        ("file = \"key\"\nwraps = \"kms\"", "DIR/tillit.toml, line 7: keys.wraps is \"kms\", which is not given"),
        ("command = []", "DIR/tillit.toml, line 6: keys.command is empty"),
        ("command = [\"pass\"]", "line 6: keys.command begins with \"pass\", which is not an absolute path"),
        ("file = \"key\"\nepochs = []", "line 7: keys.epochs has 0 folders; allowed: list of 1 to 4 folders"),
        ("file = \"key\"\nbackup_days = 0", "line 7: keys.backup_days is 0; allowed: number, 1 to 400"),
        ("file = \"key\"\nhold_seconds = 601", "line 7: keys.hold_seconds is 601"),
    ] {
        let error = keys(text).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn whole_file_errors_are_named() {
    let with = |more: &str| load(&format!("{LEAST}{more}"), &[]).unwrap_err();
    assert!(load("[server\n", &[]).unwrap_err().starts_with("DIR/tillit.toml, line 1: "));
    assert!(
        load("[server]\npublic_url = \"https://p.example\"\npublic_url = \"https://q.example\"\n", &[])
            .unwrap_err()
            .contains("line 3: duplicate key")
    );
    assert!(load("", &[]).unwrap_err().contains("server.public_url is missing"));
    assert!(with("[microsoft]\ncloud = \"moon\"\n").contains("microsoft.cloud is \"moon\"; allowed: \"global\""));
    assert!(with("[microsoft]\nlogin_url = \"https://x.example\"\n").contains("only read with cloud = \"custom\""));
    assert!(with("[microsoft]\ncloud = \"custom\"\n").contains("microsoft.login_url is missing"));
    assert!(with("[microsoft]\nclient_id = \"x\"\n").contains("not a GUID"));
    assert!(with("[microsoft]\nclient_id = \"00000000-0000-0000-0000-000000000001\"\n").contains("client_id needs certificate_file"));
    assert!(with("[microsoft]\nclient_secret_file = \"nowhere\"\n").contains("cannot be read"));
    assert!(with("[microsoft]\nclient_secret_file = \"open\"\n").contains("others can read; run `chmod 600 DIR/open`"));
    assert!(with("[smtp]\nhost = \"mail.example\"\n").contains("smtp.from is missing"));
    assert!(with("[smtp]\nhost = \"mail.example\"\nsecurity = \"none\"\nfrom = \"a@b.example\"\n").contains("smtp.security is \"none\""));
    assert!(with("[smtp]\nhost = \"mail.example\"\nport = 70000\nfrom = \"a@b.example\"\n").contains("smtp.port is 70000"));
}

#[test]
fn mails_into_a_folder_and_a_clock_that_is_ahead_are_refused_where_others_use_the_installation() {
    let here = LEAST.replace("https://portal.example", "http://localhost:8400");
    let with = |least: &str, more: &str| load(&format!("{least}{more}"), &[]);
    let (folder, clock) = ("[smtp]\nfolder = \"mail\"\n", "[demo]\nclock_file = \"clock\"\n");
    assert!(matches!(with(&here, folder).unwrap().mail, OutgoingMail::Folder(path) if path.ends_with("mail") && path.is_absolute()));
    assert!(matches!(load(&here, &[]).unwrap().mail, OutgoingMail::Off));
    for (more, key) in [(folder, "smtp.folder"), (clock, "demo.clock_file")] {
        let error = with(LEAST, more).unwrap_err();
        assert!(error.contains("line 8: ") && error.contains(key), "{error}");
    }
    let error = with(LEAST, folder).unwrap_err();
    assert!(error.contains("smtp.folder is for trying out on one machine, and server.public_url is an address for others"), "{error}");
    let both = "host = \"localhost\"\nsecurity = \"none\"\nfrom = \"a@b.example\"\n";
    assert!(with(&here, &format!("{folder}{both}")).unwrap_err().contains("smtp.folder is given beside smtp.host"));
    if cfg!(feature = "demo") {
        assert!(with(&here, clock).unwrap().clock_file.unwrap().ends_with("clock"));
        assert!(with(LEAST, clock).unwrap_err().contains("is for trying out"));
    } else {
        assert!(with(&here, clock).unwrap_err().contains("built with the demo"));
    }
}

#[test]
fn a_secret_never_shows_in_an_error_or_debug_text() {
    let config = load(&LEAST.replace("sqlite:t.db", "postgres://u:hunter2@localhost/x"), &[]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    let error = load(&LEAST.replace("sqlite:t.db", "mysql://u:hunter2@localhost/x"), &[]).unwrap_err();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn the_path_of_the_database_starts_from_the_folder_of_the_file() {
    use secrecy::ExposeSecret as _;
    let url = |text: &str| load(&LEAST.replace("sqlite:t.db", text), &[]).unwrap().database.url.expose_secret().to_owned();
    assert!(url("sqlite:t.db").ends_with("/t.db") && url("sqlite:t.db").starts_with("sqlite:/"));
    assert_eq!(url("sqlite:///var/lib/t.db"), "sqlite:/var/lib/t.db");
    assert_eq!(url("sqlite:/var/lib/t.db"), "sqlite:/var/lib/t.db");
}

#[test]
fn a_registration_with_a_secret_is_read() {
    let text = format!("{LEAST}[microsoft]\nclient_id = \"00000000-0000-0000-0000-00000000000A\"\nclient_secret_file = \"secret\"\n");
    let registration = load(&text, &[]).unwrap().microsoft.registration.unwrap();
    assert_eq!(registration.client_id, "00000000-0000-0000-0000-00000000000a");
    assert!(matches!(registration.credential, Credential::Secret { expires: None, .. }));
}

#[test]
fn a_secret_ends_with_the_day_that_is_written_down() {
    let with = |more: &str| {
        load(
            &format!("{LEAST}[microsoft]\nclient_id = \"00000000-0000-0000-0000-00000000000A\"\nclient_secret_file = \"secret\"\n{more}"),
            &[],
        )
    };
    let registration = with("client_secret_expires = \"2027-11-30\"\n").unwrap().microsoft.registration.unwrap();
    let Credential::Secret { expires, .. } = registration.credential else { panic!("a secret") };
    // 2027-12-01T00:00:00Z
    assert_eq!(expires, Some(Timestamp::from_unix_seconds(1_827_619_200)));
    for wrong in ["2027-02-29", "30.11.2027", "soon"] {
        let error = with(&format!("client_secret_expires = \"{wrong}\"\n")).unwrap_err();
        assert!(error.contains(&format!("line 10: microsoft.client_secret_expires is \"{wrong}\", not a date; allowed: date")), "{error}");
    }
    let error = load(&format!("{LEAST}[microsoft]\nclient_secret_expires = \"2027-11-30\"\n"), &[]).unwrap_err();
    assert!(error.contains("is only read with client_secret_file"), "{error}");
}

#[test]
fn metrics_have_a_listener_of_their_own() {
    let with = |address: &str| load(&LEAST.replace("[database]", &format!("metrics_listen = \"{address}\"\n[database]")), &[]);
    assert_eq!(with("127.0.0.1:8402").unwrap().server.metrics_listen.unwrap().port(), 8402);
    assert_eq!(load(LEAST, &[]).unwrap().server.metrics_listen, None);
    assert!(with("127.0.0.1:8400").unwrap_err().contains("line 3: server.metrics_listen is where the portal listens (server.listen)"));
    assert!(with("8402").unwrap_err().contains("line 3: server.metrics_listen is \"8402\", not an address and port"));
}

#[test]
fn a_root_certificate_that_is_none_is_named_with_its_line() {
    let with = |more: &str| load(&format!("{LEAST}[smtp]\nhost = \"localhost\"\nfrom = \"a@b.example\"\n{more}"), &[]).unwrap_err();
    assert!(
        with("root_certificate_file = \"secret\"\n")
            .starts_with("DIR/tillit.toml, line 10: smtp.root_certificate_file names a file with no usable root certificate")
    );
    assert!(
        with("root_certificate_file = \"nowhere\"\n")
            .contains("line 10: smtp.root_certificate_file names DIR/nowhere, which cannot be read")
    );
    assert!(with("root_certificate_file = 7\n").contains("is of the type integer"));
}

#[test]
fn the_schema_names_every_key() {
    let schema = schema();
    for key in KEYS {
        assert!(schema.contains(&key.variable()), "{}.{}", key.section, key.name);
    }
}

#[test]
fn the_document_lists_every_key_and_no_other() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md")).unwrap();
    let listed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let known: Vec<String> = KEYS.iter().map(|key| format!("{}.{}", key.section, key.name)).collect();
    for key in &known {
        assert!(listed.contains(&key.as_str()), "docs/configuration.md does not list {key}");
    }
    for key in listed {
        assert!(known.iter().any(|known| known == key), "docs/configuration.md lists {key}, which does not exist");
    }
}
