//! The demo's `tillit.toml`: what the demo itself runs with, and what every command of the operator reads.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result};
use tillit_practice::Practice;

use super::{Place, origin};
use crate::commands::backup;
use crate::config::Config;
use crate::private;

/// Name of the file.
pub const FILE: &str = "tillit.toml";
/// Names within the demo's folder. Relative, so that the folder can be moved, and a backup brought back into a copy of it.
pub const MAIL: &str = "mail";
/// Says by how much the demo's time is ahead.
pub const CLOCK: &str = "clock";
const SECRET: &str = "client-secret";
const IDENTITY: &str = "backup-identity";

/// Writes the configuration with the files that it names, and reads it as every command does.
pub fn write(place: &Place, practice: &Practice, name_server: SocketAddr) -> Result<Config> {
    let secret = place.folder.join(SECRET);
    if !secret.exists() {
        use std::io::Write as _;
        private::create(&secret)?.write_all(tillit_practice::demo::CLIENT_SECRET.as_bytes()).context("write the client secret")?;
    }
    let recipient = recipient(&place.folder.join(IDENTITY))?;
    let client_id =
        practice.world().apps().first().map(|app| app.client_id.to_string()).context("the practice tenant has no application")?;
    let text = text(place, &client_id, name_server, &recipient);
    let (file, partial) = (place.configuration(), place.folder.join("tillit.toml.partial"));
    std::fs::write(&partial, text).and_then(|()| std::fs::rename(&partial, &file)).with_context(|| format!("write {}", file.display()))?;
    // Without the environment: the demo is the same on every machine.
    Ok(Config::load(Some(&file), std::iter::empty())?)
}

/// For whom the demo's backups are encrypted: an identity that lies beside the demo, made once.
fn recipient(file: &Path) -> Result<String> {
    if !file.exists() {
        return backup::write_identity(file);
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let known = text.lines().find_map(|line| line.strip_prefix(backup::PUBLIC_KEY)).map(str::to_owned);
    known.with_context(|| format!("{} names no recipient; use --reset to begin again", file.display()))
}

fn text(place: &Place, client_id: &str, name_server: SocketAddr, recipient: &str) -> String {
    let (portal, practice, port) = (origin(&place.portal), origin(&place.practice), place.port);
    format!(
        r#"# The configuration of this demo, as an operator keeps one: every command takes it with --config.
# It is written anew at each start of the demo; to try something else, change a copy.
# All keys: docs/configuration.md, or `tillit config schema`. Paths begin in the folder of this file.

[server]
# The address that people type. Links in mails, and those that commands print, begin with it.
public_url = "{portal}"
# Where the portal listens: plain HTTP. A real one has a TLS proxy in front.
listen = "127.0.0.1:{port}"

[database]
url = "sqlite:tillit.db"

[keys]
# The master key opens everything in the database. Keep a copy of it apart from the backups.
file = "master.key"
# Keys that make forgetting final in backups. They are in no backup; a real installation names two folders, on two disks.
epochs = ["epochs"]
# How long backups are kept, in days.
backup_days = 35
# How long keys are held in memory, in seconds. Short here, so that `tillit keys rotate --wait` takes half a minute and not six.
hold_seconds = 5

[backup]
# For whom `tillit backup` encrypts. The file {IDENTITY} opens it; a real one lies elsewhere.
recipients = ["{recipient}"]

[operator]
# Who runs this. Shown at the foot of every page and on every refusal.
name = "Tillit demo"
app_name = "Tillit"
support_url = "{portal}/guides"
support_email = "support@tillit.example"
privacy_url = "{portal}/guides"
terms_url = "{portal}/guides"
sub_processors = ["Eksempeldrift AS, Bergen, Norway: the servers (an example of the demo)"]

[microsoft]
# The practice tenant in place of Microsoft's cloud.
cloud = "custom"
login_url = "{practice}"
graph_url = "{practice}/graph"
# The operator's registration there.
client_id = "{client_id}"
client_secret_file = "{SECRET}"

[dns]
# The practice name server in place of the machine's resolvers. Its records are set at {practice}/dns
resolver = ["{name_server}"]

[smtp]
# Mails are written into this folder and sent to nobody: {portal}/demo/mail shows them.
# For trying out only: refused where public_url is an address for others. A real one has host and from.
folder = "{MAIL}"

[demo]
# By how much the demo's time is ahead. {practice}/time lets time pass.
clock_file = "{CLOCK}"

[log]
level = "warn"
"#
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tillit_store::{SystemClock, SystemRandom};

    use super::*;
    use crate::cli;
    use crate::config::{Cloud, OutgoingMail};

    #[test]
    fn what_the_demo_writes_is_a_whole_configuration_and_the_same_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let options = cli::Demo { port: 8400, data: Some(folder.path().to_owned()), reset: false, attack: false };
        let place = Place::new(&options).unwrap();
        let practice =
            Practice::demo(origin(&place.practice), origin(&place.portal), Arc::new(SystemClock), Arc::new(SystemRandom::default()));
        let write = || write(&place, &practice, "127.0.0.1:5353".parse().unwrap()).unwrap();
        let (first, config) = (write(), write());
        assert_eq!(first.backup_recipients, config.backup_recipients, "backups of before can be opened");
        assert_eq!(config.server.public_url, place.portal);
        assert!(matches!(&config.microsoft.cloud, Cloud::Custom { graph_url, .. } if graph_url.path() == "/graph"));
        assert!(config.microsoft.registration.is_some() && config.dns_resolvers.len() == 1);
        assert!(matches!(&config.mail, OutgoingMail::Folder(mail) if *mail == place.mail()));
        assert_eq!(config.clock_file.as_ref(), Some(&place.clock()));
        let text = std::fs::read_to_string(place.configuration()).unwrap();
        assert!(!text.contains(tillit_practice::demo::CLIENT_SECRET), "secrets stand in files of their own");
        assert!(!text.contains(&folder.path().display().to_string()), "the folder can be moved");
    }
}
