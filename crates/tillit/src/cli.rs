//! The command line. Names and flags are promised to people and scripts: see the README.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Tillit: an open, self-hostable human-risk platform.
#[derive(Debug, Parser)]
#[command(name = "tillit", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub struct ConfigFile {
    /// Configuration file. Every key can also be set as TILLIT_SECTION__KEY.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start everything on this machine with nothing to configure: portal, practice Microsoft tenant, people.
    #[cfg(feature = "demo")]
    Demo(Demo),
    /// Serve the portal.
    Serve(Serve),
    /// Make the first organisation and its owner on an empty database; prints a one-time set-up link.
    Init(Init),
    /// Organisations of this installation.
    #[command(subcommand)]
    Organisation(OrganisationCommand),
    /// Print a one-time sign-in link for an owner who is locked out. Valid 15 minutes, announced and logged.
    Recover(Recover),
    /// Tokens of service identities: programs that bring people in, use the API or send reports.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Let a hosted organisation back in whose owners cannot get in: two proofs, 72 hours, every owner told.
    #[command(subcommand)]
    RestoreAccess(RestoreCommand),
    /// Keys: replace them, see how they stand.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Audit logs: verify that one is whole, take it along as a file.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Write an encrypted backup of the whole database to a file, while people work.
    Backup(Backup),
    /// Bring a backup back: checks everything first, then replaces the database in one step.
    Restore(Restore),
    /// Assess mails from disk: what each is, and why. Needs no configuration and asks nobody.
    Analyze(Analyze),
    /// Bring the database up to date.
    Migrate(ConfigFile),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print your multi-tenant registration at Microsoft, filled in: as a script for `az`, or as a manifest.
    Registration(Registration),
    /// Check this installation from configuration to Microsoft, and say what to mend.
    Doctor(ConfigFile),
}

/// `tillit demo`
#[cfg(feature = "demo")]
#[derive(Debug, Args)]
pub struct Demo {
    /// Port of the portal on localhost; the practice tenant takes the next one.
    #[arg(long, default_value_t = 8400, value_parser = clap::value_parser!(u16).range(1..=65534))]
    pub port: u16,
    /// Folder for the demo's database, keys and mail.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Begin again: remove what an earlier demo left in the folder.
    #[arg(long)]
    pub reset: bool,
    /// Run the attack tests against the demo that is running on this port, a line each.
    #[arg(long, conflicts_with = "reset")]
    pub attack: bool,
}

/// Which part of the work a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Web and worker.
    All,
    /// Answers requests only.
    Web,
    /// Runs background work only.
    Worker,
}

/// `tillit serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Which part of the work this process does.
    #[arg(long, value_enum, default_value_t = Role::All)]
    pub role: Role,
}

/// `tillit init`
#[derive(Debug, Args)]
pub struct Init {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// The organisation.
    #[command(flatten)]
    pub organisation: NewOrganisation,
}

/// An organisation to be made.
#[derive(Debug, Args)]
pub struct NewOrganisation {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    pub organisation: String,
    /// Its mail domain. You vouch for it as the operator.
    #[arg(long, value_name = "DOMAIN")]
    pub domain: String,
    /// Username (mail address) of its first owner.
    #[arg(long, value_name = "EMAIL")]
    pub owner: String,
    /// Short name for its own sign-in address /o/SLUG/sign-in; made from the name if not given.
    #[arg(long, value_name = "SLUG")]
    pub slug: Option<String>,
    /// Language of the organisation.
    #[arg(long, value_parser = ["en", "nb"], default_value = "en")]
    pub language: String,
}

/// `tillit organisation …`
#[derive(Debug, Subcommand)]
pub enum OrganisationCommand {
    /// Make another organisation and its owner; prints a one-time set-up link.
    Add {
        /// Configuration.
        #[command(flatten)]
        config: ConfigFile,
        /// The organisation.
        #[command(flatten)]
        organisation: NewOrganisation,
    },
    /// Show an organisation's domains and tenants, and what proves them.
    Show(OneOrganisation),
    /// Remove an organisation that leaves, with everything that belongs to it. Cannot be undone.
    Remove {
        /// Configuration.
        #[command(flatten)]
        config: ConfigFile,
        /// Short name of the organisation, as in /o/SLUG/sign-in.
        slug: String,
        /// Do it without asking: the short name once more.
        #[arg(long, value_name = "SLUG")]
        yes: Option<String>,
    },
    /// Vouch for another domain of an organisation.
    AddDomain {
        /// Which.
        #[command(flatten)]
        of: OneOrganisation,
        /// The domain.
        domain: String,
    },
    /// Take a domain from an organisation, so that another one can have it.
    RemoveDomain {
        /// Which.
        #[command(flatten)]
        of: OneOrganisation,
        /// The domain.
        domain: String,
    },
    /// Take a Microsoft tenant from an organisation, so that another one can bind it. Its accounts are linked to nobody any more.
    ReleaseTenant {
        /// Which.
        #[command(flatten)]
        of: OneOrganisation,
        /// Tenant id.
        tenant: String,
        /// Do it; without this only what would happen is shown.
        #[arg(long)]
        yes: bool,
    },
}

/// An organisation of the installation.
#[derive(Debug, Args)]
pub struct OneOrganisation {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Name or short name of the organisation.
    #[arg(long, value_name = "NAME")]
    pub organisation: String,
}

/// `tillit registration`
#[derive(Debug, Args)]
pub struct Registration {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Print the app manifest (JSON) for the admin centre instead of the script.
    #[arg(long, conflicts_with = "certificate")]
    pub manifest: bool,
    /// Certificate (PEM, without its key) that the script registers. Its name is used as it stands here.
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
}

/// `tillit recover`
#[derive(Debug, Args)]
pub struct Recover {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Name or short name of the organisation.
    #[arg(long, value_name = "NAME")]
    pub organisation: String,
    /// Username of the owner.
    #[arg(long, value_name = "EMAIL")]
    pub owner: String,
}

/// `tillit token …`
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it once, alone on its line. Asking again makes the second one, to replace the first without an outage.
    Create(TokenCreate),
    /// Read a token from standard input and say whose it is, what it may and when it ends.
    Check(ConfigFile),
}

/// `tillit token create`
#[derive(Debug, Args)]
pub struct TokenCreate {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Name or short name of the organisation.
    #[arg(long, value_name = "NAME")]
    pub organisation: String,
    /// What the token may be used for; can be given more than once.
    #[arg(long, required = true, value_parser = ["scim", "api", "reports"])]
    pub scope: Vec<String>,
    /// How many days it works: 1d to 730d.
    #[arg(long, value_name = "DAYS", default_value = "365d")]
    pub expires: String,
    /// Name of the service identity; the scopes if not given.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// `tillit restore-access …`
#[derive(Debug, Subcommand)]
pub enum RestoreCommand {
    /// Begin: the contact is asked, every owner is told, and the DNS record to be added is printed.
    Start {
        /// Which organisation.
        #[command(flatten)]
        of: OneOrganisation,
        /// A domain of the organisation that you vouched for when adding it.
        #[arg(long, value_name = "DOMAIN")]
        domain: String,
        /// The contact for emergencies, as whoever asks names it. Another address is refused.
        #[arg(long, value_name = "EMAIL")]
        contact: String,
        /// Who becomes an owner: somebody of the organisation, or somebody new.
        #[arg(long, value_name = "EMAIL")]
        owner: String,
    },
    /// Where it stands, and what is missing.
    Status(OneOrganisation),
    /// Look for the DNS record now.
    Check(OneOrganisation),
    /// Take it back, while a proof is missing.
    Withdraw(OneOrganisation),
}

impl RestoreCommand {
    /// Which organisation.
    pub const fn of(&self) -> &OneOrganisation {
        match self {
            Self::Start { of, .. } | Self::Status(of) | Self::Check(of) | Self::Withdraw(of) => of,
        }
    }
}

/// `tillit keys …`
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Replace the data keys and seal everything again, while people work.
    Rotate(Rotate),
    /// How the master key, the data keys and the epochs stand.
    Status(ConfigFile),
    /// When all folders of keys.epochs are lost for good: go on without the profiles of the people under them.
    GiveUpEpochs {
        /// Configuration.
        #[command(flatten)]
        config: ConfigFile,
        /// The profiles are lost, and I know it.
        #[arg(long, required = true)]
        lose_profiles: bool,
    },
}

/// `tillit keys rotate`
#[derive(Debug, Args)]
pub struct Rotate {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Replace the master key instead: a new first line of the key file, and everything it wraps is wrapped again.
    #[arg(long)]
    pub master: bool,
    /// Do the work here and return when it is done. Otherwise a server does it in the background.
    #[arg(long, conflicts_with = "master")]
    pub wait: bool,
    /// Let the old keys go though some values do not open. They never will again.
    #[arg(long, conflicts_with = "master")]
    pub accept_damage: bool,
}

/// `tillit audit …`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Verify that a log is whole: in the database, or in a file.
    Verify(AuditVerify),
    /// Let a log be signed again whose end somebody else wrote, after you looked at what `verify` says and who can write to
    /// the database. The log says so in a row.
    Accept(AuditAccept),
    /// Print a whole log as JSON Lines, with all that it takes to verify it elsewhere.
    Export {
        /// Configuration.
        #[command(flatten)]
        config: ConfigFile,
        /// Name or short name of the organisation. Without it: the installation's own log.
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
    },
}

/// `tillit audit accept`
#[derive(Debug, Args)]
pub struct AuditAccept {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Name or short name of the organisation. Without it: the installation's own log.
    #[arg(long, value_name = "NAME")]
    pub organisation: Option<String>,
    /// Number of the row that you accept as the end: the one that `verify` printed. Another end is refused.
    #[arg(long, value_name = "NUMBER")]
    pub number: i64,
    /// Hash of that row.
    #[arg(long, value_name = "HEX")]
    pub hash: String,
}

/// `tillit audit verify`
#[derive(Debug, Args)]
pub struct AuditVerify {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// Name or short name of the organisation. Without it: the installation's own log.
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    pub organisation: Option<String>,
    /// A file of the whole log instead of the database. Needs no configuration.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Checkpoints that you kept: saved mails, or files with their lines. May be given more than once.
    #[arg(long, value_name = "FILE")]
    pub checkpoints: Vec<PathBuf>,
    /// The public key that checkpoints must be signed with, for a file.
    #[arg(long, value_name = "HEX", requires = "file")]
    pub key: Option<String>,
}

/// `tillit backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// The file to write, which must not exist yet; `-` for standard output.
    #[arg(value_name = "FILE", required_unless_present = "make_identity")]
    pub file: Option<PathBuf>,
    /// For whom to encrypt, in place of backup.recipients (`age1…`; may be given more than once).
    #[arg(long, value_name = "RECIPIENT")]
    pub recipient: Vec<String>,
    /// Encrypt with the passphrase in this file instead.
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    pub passphrase_file: Option<PathBuf>,
    /// Make a new identity in this file, print its recipient, and take no backup.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "recipient", "passphrase_file"])]
    pub make_identity: Option<PathBuf>,
}

/// `tillit restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// Configuration.
    #[command(flatten)]
    pub config: ConfigFile,
    /// The backup.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// File with the identity that opens it (may be given more than once).
    #[arg(long, value_name = "FILE", required_unless_present = "passphrase_file")]
    pub identity: Vec<PathBuf>,
    /// File with the passphrase that opens it.
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    pub passphrase_file: Option<PathBuf>,
    /// Only check it: change nothing.
    #[arg(long)]
    pub check: bool,
    /// Throw away what the database holds now. Says what that is and asks.
    #[arg(long, conflicts_with = "check")]
    pub replace: bool,
    /// Go on though the folders of keys.epochs are lost, and with them the profiles of the people under them.
    #[arg(long)]
    pub lose_profiles: bool,
}

/// `tillit analyze`
#[derive(Debug, Args)]
pub struct Analyze {
    /// Mails (.eml, .msg), folders of them, mailboxes (mbox); `-` for standard input.
    #[arg(value_name = "FILE", required_unless_present = "worker")]
    pub files: Vec<PathBuf>,
    /// Answer requests on standard input for another program, confined so that no socket, file or program can be opened.
    #[arg(long, conflicts_with_all = ["files", "json", "lang", "knowledge", "explain", "dns"])]
    pub worker: bool,
    /// Verify SPF, DKIM, DMARC and ARC by asking DNS. The sender's name server may notice that somebody looks.
    #[arg(long)]
    pub dns: bool,
    /// Configuration whose `dns.resolver` is asked, instead of the machine's own; nothing else of it is read.
    #[arg(long, value_name = "FILE", requires = "dns")]
    pub config: Option<PathBuf>,
    /// Print one JSON object a line.
    #[arg(long)]
    pub json: bool,
    /// Language of the reasons.
    #[arg(long, value_parser = ["en", "nb"], default_value = "en")]
    pub lang: String,
    /// What the organisation knows (TOML or JSON): own domains, people, partners, trusted receivers.
    #[arg(long, value_name = "FILE")]
    pub knowledge: Option<PathBuf>,
    /// Print the facts, every signal considered, and its weight.
    #[arg(long)]
    pub explain: bool,
}

/// `tillit config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Say whether the configuration is in order.
    Check(ConfigFile),
    /// Print every key with what is allowed.
    Schema,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
