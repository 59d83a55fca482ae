//! Every configuration key, once. Unknown keys, the reference and the schema come from here.

/// One key of `tillit.toml`.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Section, the name in brackets.
    pub section: &'static str,
    /// Name within the section.
    pub name: &'static str,
    /// What may stand there.
    pub allowed: &'static str,
    /// What it is for, in one sentence.
    pub what: &'static str,
}

impl Key {
    /// The environment variable that overrides this key.
    pub fn variable(self) -> String {
        format!("TILLIT_{}__{}", self.section.to_uppercase(), self.name.to_uppercase())
    }
}

const fn key(section: &'static str, name: &'static str, allowed: &'static str, what: &'static str) -> Key {
    Key { section, name, allowed, what }
}

/// All keys, in the order of the reference.
pub const KEYS: &[Key] = &[
    key("server", "listen", "address and port, such as 127.0.0.1:8400", "Where the portal listens. Plain HTTP: put a TLS proxy in front."),
    key(
        "server",
        "public_url",
        "https://HOST without a path (http only for localhost)",
        "The address people type. Redirect URIs and links are made from it.",
    ),
    key(
        "server",
        "metrics_listen",
        "address and port, such as 127.0.0.1:8402",
        "Where /metrics answers, for Prometheus. Nothing listens if not given. Anybody who reaches it can read it.",
    ),
    key("server", "single_organisation", "true or false", "One organisation only: it may choose any https OpenID provider."),
    key(
        "server",
        "trusted_proxies",
        "number, 0 to 9",
        "How many reverse proxies stand in front; so many entries of X-Forwarded-For are believed, for limits per address.",
    ),
    key("database", "url", "sqlite:PATH or postgres://USER@HOST/NAME", "The database."),
    key("database", "migrate_url", "postgres://USER@HOST/NAME", "Another role for migrations, so that the serving role owns nothing."),
    key(
        "keys",
        "file",
        "path of a file that only its owner can read",
        "The master key, one a line: the first wraps, all unwrap. Made by `tillit init` if missing.",
    ),
    key(
        "keys",
        "command",
        "list: absolute path of a program, then its arguments",
        "Prints the master key in place of keys.file, in the same form.",
    ),
    key(
        "keys",
        "kms",
        "list: absolute path of a program, then its arguments",
        "Wraps and unwraps (`wrap` or `unwrap` as last argument, base64 in and out) in place of keys.file.",
    ),
    key(
        "keys",
        "wraps",
        "\"file\", \"command\" or \"kms\"",
        "Which of them wraps when more than one is given, on the way from one to another; the others only unwrap.",
    ),
    key(
        "keys",
        "epochs",
        "list of 1 to 4 folders",
        "Keys that make forgetting final in backups, and the erasure ledger. Never in the database's backup.",
    ),
    key(
        "keys",
        "backup_days",
        "number, 1 to 400",
        "How long backups are kept: a forgotten person is gone from them this long after the week ends.",
    ),
    key("keys", "hold_seconds", "number, 1 to 600", "Longest time that keys are held in memory; the same on every node."),
    key(
        "backup",
        "recipients",
        "list of recipients of age, such as age1…",
        "For whom `tillit backup` encrypts. Their identities are kept elsewhere.",
    ),
    key("operator", "name", "text", "Who runs this installation; shown on every refusal."),
    key("operator", "app_name", "text", "Name of the app registration at Microsoft, as administrators see it."),
    key("operator", "support_url", "https address", "Where people find help."),
    key("operator", "support_email", "mail address", "Whom people can write to."),
    key("operator", "privacy_url", "https address", "The privacy statement."),
    key("operator", "terms_url", "https address", "The terms of use."),
    key(
        "operator",
        "sub_processors",
        "list of texts of at most 200 characters",
        "Who else processes personal data for you: name, country, what for. Stands in the data processing terms.",
    ),
    key(
        "oidc",
        "allowed_issuers",
        "list of https addresses",
        "OpenID providers that an organisation may choose besides Microsoft. With https only public addresses on port 443; http only on this machine.",
    ),
    key(
        "microsoft",
        "cloud",
        "\"global\", \"us-gov\", \"us-dod\", \"china\" or \"custom\"",
        "Which Microsoft cloud the operator's registration lives in.",
    ),
    key("microsoft", "client_id", "a GUID", "Application (client) id of the operator's multi-tenant registration."),
    key("microsoft", "certificate_file", "path of a PEM file", "Certificate registered at Microsoft; the better credential."),
    key("microsoft", "key_file", "path of a PEM file that only its owner can read", "Private key of the certificate."),
    key("microsoft", "client_secret_file", "path of a file that only its owner can read", "Client secret, if there is no certificate."),
    key(
        "microsoft",
        "client_secret_expires",
        "date, such as 2027-11-30",
        "Day on which the client secret ends, as Microsoft showed it. A certificate tells its own.",
    ),
    key("microsoft", "login_url", "https address (http only on loopback)", "Sign-in host; only with cloud = \"custom\"."),
    key("microsoft", "graph_url", "https address (http only on loopback)", "Graph host; only with cloud = \"custom\"."),
    key(
        "dns",
        "resolver",
        "list of up to 3 IP addresses, with or without a port",
        "Who is asked for DNS records that prove a domain; every one must have the record. The machine's own if not given.",
    ),
    key("smtp", "host", "host name", "Mail server for outgoing mail."),
    key("smtp", "port", "number, 1 to 65535", "Its port; 587 if not given."),
    key("smtp", "security", "\"starttls\", \"tls\" or \"none\" (none only on loopback)", "How the connection is protected."),
    key("smtp", "user", "text", "Username at the mail server."),
    key("smtp", "password_file", "path of a file that only its owner can read", "Password at the mail server."),
    key(
        "smtp",
        "root_certificate_file",
        "path of a PEM file with one or more certificates",
        "Root certificates that are trusted for the mail server beside the public ones: an own certificate authority.",
    ),
    key("smtp", "from", "mail address", "Sender of Tillit's mail."),
    key(
        "smtp",
        "folder",
        "path of a folder; only where server.public_url is on this machine",
        "Mails are written into it and sent to nobody, in place of smtp.host. For trying out.",
    ),
    key(
        "demo",
        "clock_file",
        "path of a file; only where server.public_url is on this machine",
        "By how many seconds the demo's time is ahead, so that commands see the time that the demo sees.",
    ),
    key("log", "format", "\"text\" or \"json\"", "Form of the log lines."),
    key("log", "level", "\"error\", \"warn\", \"info\" or \"debug\"", "How much is logged."),
];

/// The key of this name, if there is one.
pub fn find(section: &str, name: &str) -> Option<Key> {
    KEYS.iter().copied().find(|key| key.section == section && key.name == name)
}

/// The key that an environment variable names, if it has the form `TILLIT_SECTION__KEY`.
pub fn of_variable(variable: &str) -> Option<(String, String)> {
    let (section, name) = variable.strip_prefix("TILLIT_")?.split_once("__")?;
    Some((section.to_lowercase(), name.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_listed_twice_and_each_finds_its_variable() {
        for (i, key) in KEYS.iter().enumerate() {
            assert!(KEYS[..i].iter().all(|other| (other.section, other.name) != (key.section, key.name)), "{key:?} twice");
            let (section, name) = of_variable(&key.variable()).unwrap();
            assert_eq!((section.as_str(), name.as_str()), (key.section, key.name));
        }
    }
}
