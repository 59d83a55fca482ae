//! `tillit demo`: everything on loopback, nothing to configure.

mod attack;
mod configuration;
mod mails;
mod waiting;
mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use tillit_portal::DemoLinks;
use tillit_practice::{AheadClock, NameServer, Practice};
use tillit_store::{SystemClock, SystemRandom};
use tokio::net::TcpListener;
use url::Url;

use super::serve;
use crate::cli;
use crate::config::Log;
use crate::house::House;
use crate::{logging, say, wiring};

pub use world::DemoFile;

/// Name of the file that tells programs where the demo is and who may sign in.
const FILE: &str = "demo.json";

/// Where a demo lives.
struct Place {
    folder: PathBuf,
    portal: Url,
    practice: Url,
    port: u16,
}

impl Place {
    fn new(options: &cli::Demo) -> Result<Self> {
        let folder = match &options.data {
            Some(folder) => folder.clone(),
            None => default_folder().context("there is no home folder; say where the demo may keep its data with --data DIR")?,
        };
        let next = options.port.checked_add(1).context("--port is too high")?;
        Ok(Self {
            folder,
            // Different hosts on purpose: cookies ignore ports, and the two must not share any.
            portal: Url::parse(&format!("http://localhost:{}", options.port))?,
            practice: Url::parse(&format!("http://127.0.0.1:{next}"))?,
            port: options.port,
        })
    }
    fn mail(&self) -> PathBuf {
        self.folder.join(configuration::MAIL)
    }
    fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }
    /// Says by how much the demo's time is ahead.
    fn clock(&self) -> PathBuf {
        self.folder.join(configuration::CLOCK)
    }
    /// What the operator's commands read.
    fn configuration(&self) -> PathBuf {
        self.folder.join(configuration::FILE)
    }
}

/// Starts the demo, or attacks one that is running.
pub async fn run(options: cli::Demo) -> Result<()> {
    let place = Place::new(&options)?;
    logging::start(&Log { json: false, level: "warn".to_owned() });
    if options.attack {
        return attack::run(&place.portal, &place.practice, DemoFile::read(&place.file())?).await;
    }
    if options.reset {
        reset(&place.folder)?;
    }
    tillit_mail::make_folder(&place.mail()).with_context(|| format!("make the folder {}", place.folder.display()))?;
    let (portal_listener, practice_listener) = (listen(place.port).await?, listen(place.port + 1).await?);

    let name_server = NameServer::bind().await.context("start the practice name server")?;
    let (clock, random) = (Arc::new(ahead(&place)?), Arc::new(SystemRandom::default()));
    let practice = Practice::demo(origin(&place.practice), origin(&place.portal), clock.clone(), random.clone());
    practice.let_time_pass(clock.clone());
    let config = configuration::write(&place, &practice, name_server.address())?;
    let house = House::open_at(&config, clock, random).await?;
    let file = world::prepare(&house, &place).await?;
    let samples = mails::write(&place.folder)?;
    welcome(&place, &file, &samples);

    let stop = serve::stop_signal()?;
    let (mailer, receiver) = (wiring::mailer(&config)?, Url::parse(&practice.webhook_address())?);
    let links = DemoLinks { practice_url: place.practice.clone(), mail_folder: place.mail(), webhook_receiver: receiver.clone() };
    let portal = tillit_portal::router(wiring::portal(&house, &config, Some(links))?);
    // Ends with the program.
    tokio::spawn(name_server.serve(practice.clone()));
    let (portal, practice, worker) = tokio::join!(
        serve::serve(portal_listener, portal, stop.clone()),
        serve::serve(practice_listener, practice.router(), stop.clone()),
        serve::work(&house, &config, &mailer, Some(&receiver), stop),
    );
    portal.and(practice).and(worker)?;
    house.close().await;
    Ok(())
}

fn ahead(place: &Place) -> Result<AheadClock> {
    let file = place.clock();
    AheadClock::open(&file, Arc::new(SystemClock)).with_context(|| format!("read {}; --reset begins again", file.display()))
}

/// `~/.local/share/tillit/demo`, or where XDG says.
fn default_folder() -> Option<PathBuf> {
    let home = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = home("XDG_DATA_HOME").or_else(|| home("HOME").map(|home| home.join(".local/share")))?;
    Some(data.join("tillit/demo"))
}

/// Removes what an earlier demo left, and only that: a folder of somebody's own is refused.
fn reset(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let empty = std::fs::read_dir(folder)?.next().is_none();
    if !empty && !folder.join(FILE).exists() {
        bail!("{} holds no {FILE}, so it is not a demo's folder; nothing was removed", folder.display());
    }
    std::fs::remove_dir_all(folder).with_context(|| format!("remove {}", folder.display()))
}

async fn listen(port: u16) -> Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address)
        .await
        .with_context(|| format!("listen on {address}; is another demo running? Choose another port with --port"))
}

/// A URL without the slash at its end.
fn origin(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

fn welcome(place: &Place, file: &DemoFile, samples: &Path) {
    say::line(format!("\n  Tillit demo\n\n  Portal            {}", origin(&place.portal)));
    say::line(format!(
        "  Practice tenant   {}   (in place of Microsoft; faults: {}/faults)",
        origin(&place.practice),
        origin(&place.practice)
    ));
    for person in &file.administrators {
        let role = person.role.as_deref().unwrap_or_default().replace('_', " ");
        say::line(format!("\n  {}   {role}\n    portal password    {}", person.username, person.password));
        match &person.practice_password {
            Some(password) => say::line(format!("    practice password  {password}")),
            None => say::line(format!("    signs in at        {}/o/nordvik/sign-in", origin(&place.portal))),
        }
    }
    if let Some(person) = file.people.first() {
        say::line(format!("\n  A colleague: {}\n    practice password  {}", person.username, person.password));
    }
    say::line("\n  1. Open the portal, sign in with the first name and its portal password.");
    say::line("  2. Settings, SECURITY, \"Activate SSO\". At the practice tenant use the practice password.");
    say::line("  3. In a private window type the colleague's username, Continue, and use the colleague's practice password.");
    say::line(format!("  4. The guide: {}/guides/single-sign-on-in-azure-ad", origin(&place.portal)));
    say::line("  Without single sign-on: your name at the top, \"How you sign in\". What was mailed: /demo/mail.");
    let program = std::env::args().next().unwrap_or_else(|| "tillit".to_owned());
    as_the_operator(place, &program);
    say::line(format!("\n  Is this mail dangerous? Twelve that arrived this week:\n    {}", mails::command(&program, samples)));
    say::line(format!("\n  Everything lies in {}. Stop with Ctrl-C; begin again with --reset.\n", place.folder.display()));
}

/// What whoever hosts an installation does on the host: the commands, ready to be copied.
fn as_the_operator(place: &Place, program: &str) {
    let file = place.configuration();
    say::line(format!("\n  As the operator: every command takes --config {}", file.display()));
    for command in ["doctor", "audit verify --organisation nordvik", "keys status"] {
        say::line(format!("    {program} {command} --config {}", file.display()));
    }
    say::line(format!("  DNS records, webhooks that arrive, and letting time pass: {}", origin(&place.practice)));
}
