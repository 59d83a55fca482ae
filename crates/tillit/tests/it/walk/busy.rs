//! A busy run of the program itself, and everything that must not be readable afterwards.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use secrecy::SecretString;
use tillit_practice::{Practice, Running, demo};
use tillit_store::{Engine, SystemClock, SystemRandom};
use tokio::sync::mpsc;

use super::browser::{Answer, Browser};
use super::disk::Place;
use super::servers::{Postgres, free_port, mail_server};

pub(super) const OWNER: &str = demo::GLOBAL_ADMINISTRATOR;
pub(super) const OWNERS_PASSWORD: &str = "seks grønne hester i regn";
pub(super) const KARIS_PASSWORD: &str = "fire små kaker til kaffen";
const WRONG_PASSWORD: &str = "gjettet helt feil denne gang";
const OLA: &str = "ola.berg@nordvik.example";
/// Longest wait for a mail.
const PATIENCE: Duration = Duration::from_secs(60);

/// An installation at work.
pub struct Run {
    folder: tempfile::TempDir,
    postgres: Option<Postgres>,
    portal: String,
    practice: Option<Running>,
    mails: mpsc::UnboundedReceiver<String>,
    server: Option<Child>,
    secrets: Vec<(String, Vec<u8>)>,
}

impl Run {
    /// Sets everything up: `init`, an identity for backups, and the server.
    pub async fn begin(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // PostgreSQL runs as somebody else.
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("permissions");
        for name in ["own", "data", "epochs", "temporary", "logs"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let postgres = (engine == Engine::Postgres).then(|| Postgres::with_database(folder.path()));
        let (port, (mail_port, mails)) = (free_port(), mail_server().await);
        let portal = format!("http://localhost:{port}");
        let practice = Practice::start(|base| Practice::demo(&base, &portal, Arc::new(SystemClock), Arc::new(SystemRandom::default())))
            .await
            .expect("practice");
        let url = postgres.as_ref().map_or_else(|| "sqlite:../data/t.db".to_owned(), Postgres::url);
        let (base, app) = (&practice.base_url, practice.practice.world().apps()[0].client_id.to_string());
        let own = folder.path().join("own");
        private(&own.join("secret"), demo::CLIENT_SECRET);
        let text = format!(
            "[server]\npublic_url = \"{portal}\"\nlisten = \"127.0.0.1:{port}\"\n[database]\nurl = \"{url}\"\n\
             [keys]\nfile = \"master.key\"\nepochs = [\"../epochs\"]\nhold_seconds = 1\n\
             [microsoft]\ncloud = \"custom\"\nlogin_url = \"{base}\"\ngraph_url = \"{base}/graph\"\nclient_id = \"{app}\"\nclient_secret_file = \"secret\"\n\
             [smtp]\nhost = \"127.0.0.1\"\nport = {mail_port}\nsecurity = \"none\"\nfrom = \"tillit@portal.example\"\n[log]\nlevel = \"debug\"\n"
        );
        let mut run = Self { folder, postgres, portal, practice: Some(practice), mails, server: None, secrets: Vec::new() };
        std::fs::write(own.join("tillit.toml"), &text).expect("a file");
        let made = run.tillit(&["init", "--organisation", "Nordvik kommune", "--domain", "nordvik.example", "--owner", OWNER]);
        run.secret("the set-up link", last_part(&made));
        let identity = run.tillit(&["backup", "--make-identity", &own.join("identity").display().to_string()]);
        let text = format!("{text}[backup]\nrecipients = [\"{}\"]\n", identity.trim());
        std::fs::write(own.join("tillit.toml"), text).expect("a file");
        run.begin_secrets();
        run.serve();
        run
    }

    /// Everything that was known from the start.
    fn begin_secrets(&mut self) {
        for (what, text) in [
            ("a name", "Ingrid Solberg"),
            ("a name", "Kari Nordmann"),
            ("a stranger's name", "Erik Strand"),
            ("an address", OWNER),
            ("an address", demo::EMPLOYEE),
            ("an address", OLA),
            ("a stranger's address", demo::FOREIGN_ADMINISTRATOR),
            ("the name of somebody who was refused", "Lars Haugen"),
            ("the address of somebody who was refused", demo::OTHER_EMPLOYEE),
            ("a part of an address", "kari.nordmann"),
            ("a telephone", "+47 55 01 02 1"),
            ("a telephone", "+47 900 01 01"),
            ("a postal address", "Strandgata 2"),
            ("a title", "Saksbehandler"),
            ("a department", "IT og digitalisering"),
            ("a password", OWNERS_PASSWORD),
            ("a password", KARIS_PASSWORD),
            ("a wrong password", WRONG_PASSWORD),
            ("the provider's password", demo::PASSWORD),
            ("the client secret", demo::CLIENT_SECRET),
        ] {
            self.secret(what, text);
        }
        let key = std::fs::read_to_string(self.folder.path().join("own/master.key")).expect("the key");
        let bytes = base64::engine::general_purpose::STANDARD.decode(key.trim()).expect("base64");
        self.secret("the master key as it stands in its file", key.trim());
        self.secrets.push(("the master key".to_owned(), bytes));
        let identity = std::fs::read_to_string(self.folder.path().join("own/identity")).expect("the identity");
        self.secret("the backups' identity", identity.lines().last().expect("a line"));
    }

    pub(super) fn secret(&mut self, what: &str, text: &str) {
        self.secrets.push((format!("{what} ({text})"), text.as_bytes().to_vec()));
    }

    /// What must not be found.
    pub fn secrets(&self) -> Vec<(String, Vec<u8>)> {
        self.secrets.clone()
    }

    /// Id of the organisation's tenant.
    pub(super) fn tenant(&self) -> String {
        self.practice.as_ref().expect("the practice tenant").practice.world().tenants()[0].id.to_string()
    }

    pub(super) fn portal(&self) -> &str {
        &self.portal
    }

    pub fn url(&self) -> String {
        match &self.postgres {
            Some(postgres) => postgres.url(),
            None => format!("sqlite:{}", self.folder.path().join("data/t.db").display()),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tillit"));
        command.args(arguments).arg("--config").arg(self.folder.path().join("own/tillit.toml"));
        command.env("TMPDIR", self.folder.path().join("temporary"));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.folder.path().join("logs/tillit.log"));
        command.stderr(log.expect("the log"));
        command
    }

    /// Runs a command to its end; what it printed.
    pub(super) fn tillit(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, .. } = self.command(arguments).output().expect("tillit runs");
        assert!(status.success(), "tillit {arguments:?}: {}", self.end_of_log());
        String::from_utf8(stdout).expect("text")
    }

    fn end_of_log(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("logs/tillit.log")).unwrap_or_default();
        let mut last: Vec<&str> = log.lines().rev().take(30).collect();
        last.reverse();
        last.join("\n")
    }

    fn serve(&mut self) {
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).spawn().expect("tillit serves");
        let mut lines = BufReader::new(child.stdout.take().expect("its words")).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_default();
        assert!(first.contains("Tillit serves"), "{first}");
        std::thread::spawn(move || lines.for_each(drop));
        self.server = Some(child);
    }

    pub fn backup(&self, name: &str) {
        self.tillit(&["backup", &self.folder.path().join(name).display().to_string()]);
    }

    pub(super) fn browser(&self, username: &str) -> Browser {
        Browser::new(&self.portal, &self.practice.as_ref().expect("the practice tenant").practice, username)
    }

    /// The address of the link in the next mail that has one like this.
    pub(super) async fn mailed(&mut self, part: &str) -> String {
        loop {
            let Ok(Some(mail)) = tokio::time::timeout(PATIENCE, self.mails.recv()).await else {
                panic!("no mail with {part} came; the log ends with: {}", self.end_of_log());
            };
            if let Some(line) = mail.lines().map(str::trim).find(|line| line.starts_with(&self.portal) && line.contains(part)) {
                return line.to_owned();
            }
        }
    }

    /// Where the owner sets a password: what `tillit init` printed is the first secret.
    pub(super) fn set_up_link(&self) -> String {
        format!("/set-up/{}", String::from_utf8(self.secrets[0].1.clone()).expect("a token"))
    }

    /// A folder or file of the run.
    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Everything that people do in a week, in seconds.
    pub async fn work(&mut self) {
        let set_up = self.set_up_link();
        let mut owner = self.browser(OWNER);
        ok(&owner.get(&set_up).await, 200);
        ok(&owner.post(&set_up, &[("password", OWNERS_PASSWORD), ("again", OWNERS_PASSWORD)]).await, 303);
        let mut guess = self.browser(OWNER);
        guess.post("/sign-in", &[("username", OWNER), ("return_to", "/")]).await;
        guess.post("/sign-in/password", &[("username", OWNER), ("password", WRONG_PASSWORD), ("return_to", "/")]).await;
        guess.post("/sign-in", &[("username", "nobody.at.all@nordvik.example"), ("return_to", "/")]).await;
        self.secret("an unknown address", "nobody.at.all@nordvik.example");

        let kit = owner.post("/settings/security/recovery-kit", &[("password", OWNERS_PASSWORD)]).await;
        let codes: Vec<String> =
            kit.between("<ol class=\"kit\">", "</ol>").split("<li>").skip(1).map(|li| li.replace("</li>", "").trim().to_owned()).collect();
        for code in &codes {
            self.secret("a recovery code", code);
            self.secret("a recovery code without its hyphens", &code.replace('-', ""));
        }
        ok(&owner.post("/settings/security/recovery-kit/try", &[("code", &codes[0])]).await, 303);

        for (address, password) in [(demo::EMPLOYEE, KARIS_PASSWORD), (OLA, "")] {
            let fields = [("address", address), ("role", "employee"), ("password", OWNERS_PASSWORD)];
            ok(&owner.post("/people/invite", &fields).await, 303);
            let link = self.mailed("/invitation/").await;
            self.secret("an invitation's link", last_part(&link));
            if !password.is_empty() {
                let mut invited = self.browser(address);
                ok(&invited.get(&link).await, 200);
                ok(&invited.post(&link, &[("password", password), ("again", password)]).await, 303);
                self.session(&invited);
                self.own_things(&mut invited).await;
            }
        }
        self.of_the_organisation(&mut owner).await;

        ok(&owner.post("/settings/security/activate", &[]).await, 303);
        let proposal = owner.trip("/settings/security/connect", &[]).await;
        // What waits for a yes is sealed, and gone after it.
        let mut used = self.sealed_columns_in_use().await;
        ok(&owner.post(&proposal.location, &[]).await, 303);
        ok(&owner.trip("/settings/security/test", &[]).await, 303);
        let page = owner.get("/settings/security/enforce").await;
        let version = page.between("name=\"version\" value=\"", "\"").to_owned();
        ok(&owner.post("/settings/security/enforce", &[("version", &version)]).await, 303);
        self.session(&owner);
        for username in [OWNER, demo::EMPLOYEE, demo::EMPLOYEE] {
            let mut browser = self.browser(username);
            let landed = browser.trip("/sign-in", &[("username", username), ("return_to", "/")]).await;
            ok(&landed, 303);
            ok(&browser.get("/account").await, 200);
            self.session(&browser);
            if username == OWNER {
                owner = browser;
            }
        }
        // Somebody of another tenant is refused.
        let mut stranger = self.browser(demo::FOREIGN_ADMINISTRATOR);
        stranger.trip("/sign-in", &[("username", OWNER), ("return_to", "/")]).await;
        // And so is a colleague whom nobody has added.
        let mut colleague = self.browser(demo::OTHER_EMPLOYEE);
        let refused = colleague.trip("/sign-in", &[("username", demo::OTHER_EMPLOYEE), ("return_to", "/")]).await;
        ok(&refused, 403);

        ok(&owner.post("/people/search", &[("username", demo::EMPLOYEE)]).await, 200);
        ok(&owner.get("/people").await, 200);
        ok(&owner.get("/people.csv").await, 200);
        ok(&owner.get("/settings/audit").await, 200);
        ok(&owner.get("/settings/security/sign-ins").await, 200);
        let recover = self.tillit(&["recover", "--organisation", "Nordvik kommune", "--owner", OWNER]);
        self.secret("the operator's link", last_part(&recover));
        let link = recover.lines().last().unwrap_or_default().to_owned();
        let mut back = self.browser(OWNER);
        back.get(&link).await;
        back.post(&link, &[]).await;
        self.session(&back);
        self.restore_access().await;
        self.own_registration(&mut owner).await;
        used.extend(self.sealed_columns_in_use().await);
        self.less_is_held(&mut owner).await;
        used.extend(self.sealed_columns_in_use().await);
        super::week::nothing_was_left_out(&used);
        self.tillit(&["keys", "rotate", "--wait"]);
        self.backup("b.age");
    }

    pub(super) fn session(&mut self, browser: &Browser) {
        let cookies: Vec<_> = browser.cookies.iter().filter(|(name, value)| !name.contains("language") && value.len() > 20).collect();
        for (name, value) in cookies {
            self.secrets.push((format!("the cookie {name} ({value})"), value.as_bytes().to_vec()));
        }
    }

    /// Ends the server as an administrator does.
    pub async fn stop(mut self) -> Self {
        self.end_server();
        self
    }

    fn end_server(&mut self) {
        if let Some(mut server) = self.server.take() {
            Command::new("kill").args(["-TERM", &server.id().to_string()]).status().ok();
            server.wait().ok();
        }
    }

    /// Ends the database too, if it is a server.
    pub async fn stop_database(mut self) -> Self {
        if let Some(postgres) = &mut self.postgres {
            postgres.stop();
        }
        self
    }

    /// Folders in which files lie beside the database.
    pub fn folders_of_files(&self) -> Vec<PathBuf> {
        ["temporary", "logs", "epochs"].map(|name| self.folder.path().join(name)).to_vec()
    }

    /// Everything that is walked over.
    pub fn places(&self) -> Vec<Place> {
        let at = |name: &str| self.folder.path().join(name);
        let database = self.postgres.as_ref().map_or_else(|| at("data"), |postgres| postgres.data.clone());
        let mut places = vec![
            Place::path("database", database),
            Place::path("temporary files", at("temporary")),
            Place::path("logs", at("logs")),
            Place::path("epochs", at("epochs")),
        ];
        let newest = if at("planted.age").exists() { at("planted.age") } else { at("b.age") };
        let identity = SecretString::from(std::fs::read_to_string(at("own/identity")).expect("the identity"));
        places.push(Place::bytes("opened backup", super::opened(&newest, &identity)));
        places.push(Place::path("encrypted backup", newest));
        places
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.end_server();
    }
}

fn private(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).expect("a file");
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("permissions");
}

/// What a link ends with.
pub(super) fn last_part(text: &str) -> &str {
    text.trim().rsplit('/').next().unwrap_or_default()
}

#[track_caller]
pub(super) fn ok(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
}
