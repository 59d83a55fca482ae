//! Sign-ins a second and CPU per sign-in: Tillit on SQLite and PostgreSQL beside Apache with
//! mod_auth_openidc, in one run, against one fast local provider. See bench/README.md.
//!
//! `cargo run --release -p bench-sign-in -- --tillit target/release/tillit [--postgres URL]`

#![expect(clippy::disallowed_methods, reason = "measures wall time and drives browsers of its own; nothing here is part of the product")]

mod apache;
mod driver;
mod measure;
mod provider;
mod tillit;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use driver::Start;
use url::Url;

#[derive(Debug, Parser)]
struct Options {
    /// The release build of tillit.
    #[arg(long, default_value = "target/release/tillit")]
    tillit: PathBuf,
    /// A PostgreSQL role that may create databases.
    #[arg(long)]
    postgres: Option<String>,
    /// Seconds of each measurement, after a warm-up of a fifth of it.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Numbers of browsers at once.
    #[arg(long, value_delimiter = ',', default_value = "1,8,32")]
    clients: Vec<usize>,
    /// Only be the provider, on this address.
    #[arg(long, hide = true)]
    provider: Option<SocketAddr>,
}

/// A process that ends with its value.
struct Running(Child);

impl Running {
    fn pid(&self) -> u32 {
        self.0.id()
    }
}
impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(address) = options.provider {
        return provider::serve(address).await;
    }
    let folder = tempfile::tempdir()?;
    // Apache's workers run as another user.
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let provider_address = free()?;
    let provider = Running(Command::new(std::env::current_exe()?).arg("--provider").arg(provider_address.to_string()).spawn()?);
    answers(&format!("http://{provider_address}/keys")).await?;

    println!("| relying party | clients | sign-ins/s | CPU ms per sign-in | memory MiB |\n|---|--:|--:|--:|--:|");
    let alone = Start::Plain(Url::parse(&format!("http://{provider_address}/alone"))?);
    measure("the provider alone (one signature)", &[provider.pid()], &alone, &options).await?;
    commits(folder.path(), &options)?;

    for (name, sessions) in
        [("mod_auth_openidc, in memory", apache::Sessions::Memory), ("mod_auth_openidc, in cookies", apache::Sessions::Cookie)]
    {
        let listen = free()?;
        let home = folder.path().join(format!("apache-{}", listen.port()));
        let server = Running(apache::start(&home, listen, provider_address, sessions)?);
        let page = Url::parse(&format!("http://{listen}/protected/"))?;
        answers(page.as_str()).await?;
        measure(name, &[server.pid()], &Start::Page(page), &options).await?;
    }
    let mut engines = vec![("Tillit, SQLite", None)];
    if let Some(url) = &options.postgres {
        engines.push(("Tillit, PostgreSQL", Some(url.as_str())));
    }
    for (name, postgres) in engines {
        let listen = free()?;
        let home = folder.path().join(format!("tillit-{}", listen.port()));
        let prepared = tillit::prepare(&home, &options.tillit, listen, provider_address, postgres).await?;
        let form = Start::Form(Url::parse(&format!("http://{listen}/sign-in"))?, tillit::PEOPLE);
        measure(name, &[prepared.server.pid()], &form, &options).await?;
    }
    Ok(())
}

/// Prints a row per number of clients.
async fn measure(name: &str, pids: &[u32], start: &Start, options: &Options) -> Result<()> {
    for &clients in &options.clients {
        driver::run(start.clone(), clients, Duration::from_secs(options.seconds).div_f64(5.0)).await.with_context(|| name.to_owned())?;
        let before = measure::usage(pids);
        let run = driver::run(start.clone(), clients, Duration::from_secs(options.seconds)).await.with_context(|| name.to_owned())?;
        let after = measure::usage(pids);
        #[expect(clippy::cast_precision_loss, reason = "a few thousand sign-ins")]
        let count = run.count as f64;
        println!(
            "| {name} | {clients} | {:.0} | {:.2} | {:.0} |",
            count / run.wall,
            (after.cpu - before.cpu) * 1000.0 / count,
            after.memory
        );
    }
    Ok(())
}

/// How many durable commits this disk takes, one after the other: 4 KiB written and flushed.
fn commits(folder: &Path, options: &Options) -> Result<()> {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let mut file = std::fs::File::create(folder.join("commits"))?;
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_secs(options.seconds).div_f64(4.0) {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    println!("| one durable commit (4 KiB, flushed) | 1 | {:.0} | | |", f64::from(count) / begun.elapsed().as_secs_f64());
    Ok(())
}

/// A free loopback port.
fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Waits until something answers, at most ten seconds.
async fn answers(url: &str) -> Result<()> {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
    for _ in 0..200 {
        if http.get(url).send().await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("nothing answers at {url}")
}

/// Starts a program with its output in a file.
fn spawn(program: &Path, arguments: &[&str], log: &Path) -> Result<Running> {
    let file = std::fs::File::create(log)?;
    let child = Command::new(program).args(arguments).stdout(Stdio::from(file.try_clone()?)).stderr(Stdio::from(file)).spawn();
    Ok(Running(child.with_context(|| format!("start {}", program.display()))?))
}
