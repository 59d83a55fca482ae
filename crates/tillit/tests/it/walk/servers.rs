//! What the run needs beside Tillit: a PostgreSQL of its own, whose folder can be walked over, and a mail server.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::sync::mpsc;

/// A PostgreSQL of its own.
pub struct Postgres {
    bin: PathBuf,
    pub data: PathBuf,
    pub port: u16,
    running: bool,
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// Runs a program of PostgreSQL: not as root, which it refuses.
fn as_postgres(program: &Path) -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program).current_dir("/");
    command
}

impl Postgres {
    /// Starts one that logs every statement and its values.
    pub fn start(folder: &Path) -> Self {
        let found = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
        let bin = found
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()))
            .filter(|bin| bin.join("initdb").exists())
            .max()
            .expect("PostgreSQL's own programs (initdb, pg_ctl): the walk needs a data folder that it may read; ./test installs them");
        let (data, socket) = (folder.join("postgres"), folder.join("socket"));
        for folder in [&data, &socket] {
            std::fs::create_dir(folder).expect("a folder");
        }
        let is_root = Command::new("chown").arg("postgres:").args([&data, &socket]).status().is_ok_and(|status| status.success());
        let mut init = as_postgres(&bin.join("initdb"));
        init.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        let made = init.output().expect("initdb runs");
        assert!(made.status.success(), "initdb ({is_root}): {}", String::from_utf8_lossy(&made.stderr));
        let port = free_port();
        let settings = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off -c log_statement=all -c autovacuum=off",
            socket.display()
        );
        let postgres = Self { bin, data, port, running: true };
        let log = postgres.data.join("server.log");
        let mut start = as_postgres(&postgres.bin.join("pg_ctl"));
        start.args(["start", "-w", "-s", "-D"]).arg(&postgres.data).arg("-l").arg(&log).args(["-o", &settings]);
        assert!(start.stdout(Stdio::null()).status().expect("pg_ctl runs").success(), "PostgreSQL does not start");
        postgres
    }

    /// One that has a database for the role `tillit`. Not a superuser: those pass row-level security.
    pub fn with_database(folder: &Path) -> Self {
        let postgres = Self::start(folder);
        for sql in ["CREATE ROLE tillit LOGIN NOSUPERUSER NOBYPASSRLS", "CREATE DATABASE tillit OWNER tillit"] {
            let done = postgres.run("postgres", "postgres", sql);
            assert!(done.status.success(), "{sql}: {done:?}");
        }
        postgres
    }

    /// Runs SQL as a role in a database, statement by statement, until one fails.
    pub fn run(&self, role: &str, database: &str, sql: &str) -> Output {
        Command::new("psql")
            .args(["-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-U", role, "-d", database, "-c", sql])
            .output()
            .expect("psql runs")
    }

    pub fn url(&self) -> String {
        format!("postgres://tillit@127.0.0.1:{}/tillit", self.port)
    }

    /// Stops it; everything it held in memory is on the disk then.
    pub fn stop(&mut self) {
        if self.running {
            let mut stop = as_postgres(&self.bin.join("pg_ctl"));
            stop.args(["stop", "-w", "-s", "-m", "fast", "-D"]).arg(&self.data).status().ok();
            self.running = false;
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A mail server that hands over what it is given.
pub async fn mail_server() -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                write.write_all(b"220 mail\r\n").await.ok();
                while let Ok(Some(line)) = lines.next_line().await {
                    let word = line.split(' ').next().unwrap_or_default().to_uppercase();
                    write.write_all(if word == "DATA" { b"354 go on\r\n" } else { b"250 fine\r\n" }).await.ok();
                    if word == "DATA" {
                        let mut mail = String::new();
                        while let Ok(Some(line)) = lines.next_line().await {
                            if line == "." {
                                break;
                            }
                            mail.push_str(&format!("{line}\n"));
                        }
                        sender.send(text_of(&mail)).ok();
                        write.write_all(b"250 fine\r\n").await.ok();
                    }
                }
            });
        }
    });
    (port, receiver)
}

/// What somebody reads who opens the mail.
fn text_of(mail: &str) -> String {
    let (head, body) = mail.split_once("\n\n").unwrap_or_default();
    if !head.to_lowercase().contains("content-transfer-encoding: base64") {
        return body.to_owned();
    }
    let joined: String = body.lines().map(str::trim).collect();
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(joined).expect("base64")).expect("text")
}
