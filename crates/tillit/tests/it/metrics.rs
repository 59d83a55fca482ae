//! `/metrics` of the running program, read as Prometheus reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A program that is stopped when the test ends, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

fn tillit(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tillit"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Status and body of one request, without a library that could be too forgiving.
fn ask(port: u16, method: &str, path: &str, form: &str) -> (u16, String) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("somebody listens");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("UTF-8");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer)
}

fn scrape(port: u16) -> String {
    let (status, answer) = ask(port, "GET", "/metrics", "");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
    assert_eq!(status, 200);
    assert!(head.to_lowercase().contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{head}");
    body.to_owned()
}

/// Samples by name and labels as written.
type Samples = BTreeMap<String, f64>;

/// Reads the text format 0.0.4 strictly: each family declared once, before its samples, all of them
/// together; names and labels well formed; no series twice; histograms whole.
fn read(text: &str) -> Samples {
    assert!(text.ends_with('\n'));
    let (mut samples, mut kinds) = (Samples::new(), BTreeMap::new());
    let mut current = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a help");
            assert!(!help.is_empty() && !kinds.contains_key(name), "{name} twice");
            current = name.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            assert_eq!(name, current, "HELP and TYPE belong together");
            assert!(["gauge", "counter", "histogram"].contains(&kind), "{kind}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name}");
            kinds.insert(name.to_owned(), kind.to_owned());
        } else {
            let (series, value) = line.rsplit_once(' ').expect("a value");
            let (name, labels) = series.split_once('{').map_or((series, None), |(name, rest)| (name, Some(rest)));
            let family = if kinds.get(&current).is_some_and(|kind| kind == "histogram") {
                ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
            } else {
                name
            };
            assert_eq!(family, current, "a sample outside of its family: {line}");
            assert!(
                name.starts_with("tillit_") && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
                "{name}"
            );
            if let Some(labels) = labels {
                check_labels(labels.strip_suffix('}').expect("a closing brace"));
            }
            let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
            assert!(samples.insert(series.to_owned(), value).is_none(), "{series} twice");
        }
    }
    for (name, _) in kinds.iter().filter(|(_, kind)| *kind == "histogram") {
        check_histogram(name, &samples);
    }
    samples
}

fn check_labels(labels: &str) {
    let mut seen = BTreeSet::new();
    for pair in labels.split("\",") {
        let (name, value) = pair.trim_end_matches('"').split_once("=\"").expect("name=\"value\"");
        assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{labels}");
        assert!(!value.contains(['"', '\\', '\n']) && seen.insert(name), "{labels}");
    }
}

fn check_histogram(name: &str, samples: &Samples) {
    for (count_series, count) in samples.iter().filter(|(series, _)| series.starts_with(&format!("{name}_count"))) {
        let labels = count_series.trim_start_matches(&format!("{name}_count")).trim_matches(['{', '}']);
        let bucket = |bound: &str| samples.get(&format!("{name}_bucket{{{labels},le=\"{bound}\"}}")).copied();
        let bounds = ["0.005", "0.025", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"];
        let counts: Vec<f64> = bounds.iter().map(|bound| bucket(bound).unwrap_or_else(|| panic!("{name} {labels} {bound}"))).collect();
        assert!(counts.windows(2).all(|two| two.first() <= two.last()), "buckets only grow: {counts:?}");
        assert_eq!(counts.last(), Some(count), "all are within +Inf");
        assert!(samples.contains_key(&count_series.replacen("_count", "_sum", 1)));
    }
}

#[test]
fn the_running_program_tells_its_numbers_and_names_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let (port, metrics_port) = (free_port(), free_port());
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\nmetrics_listen = \"127.0.0.1:{metrics_port}\"\npublic_url = \"http://localhost:{port}\"\n\
         [database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"key\"\n\
         [microsoft]\nclient_id = \"00000000-0000-0000-0000-00000000000a\"\nclient_secret_file = \"secret\"\nclient_secret_expires = \"2999-01-01\"\n"
    );
    std::fs::write(folder.path().join("tillit.toml"), text).expect("a configuration");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "s3cret").expect("a secret");
    std::fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("a mode");
    let organisation = ["--organisation", "Hemmelig kommune", "--domain", "hemmelig.example", "--owner", "kari@hemmelig.example"];
    let made = tillit(folder.path(), &[&["init", "--config", "tillit.toml"], &organisation[..]].concat()).status().expect("tillit runs");
    assert!(made.success());
    let mut running = Running(tillit(folder.path(), &["serve", "--config", "tillit.toml"]).spawn().expect("tillit runs"));
    let mut lines = BufReader::new(running.0.stdout.take().expect("its words")).lines();
    assert!(lines.next().expect("a line").expect("UTF-8").contains("Tillit serves"));

    assert_eq!(ask(port, "GET", "/sign-in", "").0, 200);
    assert_eq!(ask(port, "GET", "/kari@hemmelig.example", "").0, 404);
    ask(port, "GET", "/sso/callback?state=never-begun&code=x", "");
    ask(port, "POST", "/sign-in/password", "username=kari%40hemmelig.example&password=not-the-password&return_to=%2F");
    assert_eq!(ask(port, "GET", "/metrics", "").0, 404, "not on the portal's listener");
    assert_eq!(ask(metrics_port, "GET", "/sign-in", "").0, 404, "nothing else on this one");

    let text = scrape(metrics_port);
    let samples = read(&text);
    let value = |series: &str| *samples.get(series).unwrap_or_else(|| panic!("{series} is missing in\n{text}"));
    let version = env!("CARGO_PKG_VERSION");
    assert!((value(&format!("tillit_build_info{{version=\"{version}\",engine=\"sqlite\"}}")) - 1.0).abs() < f64::EPSILON);
    for one in [
        "tillit_database_up",
        "tillit_http_request_duration_seconds_count{route=\"sign-in\",status=\"200\"}",
        "tillit_refusals_total{kind=\"state-unknown\"}",
        "tillit_sign_ins_total{way=\"provider\",purpose=\"sign-in\",outcome=\"refused\"}",
        "tillit_sign_ins_total{way=\"password\",purpose=\"sign-in\",outcome=\"refused\"}",
        "tillit_database_connections_max{pool=\"write\"}",
    ] {
        assert!((value(one) - 1.0).abs() < f64::EPSILON, "{one} is {}", value(one));
    }
    assert!(value("tillit_http_request_duration_seconds_count{route=\"unknown\",status=\"404\"}") >= 2.0);
    assert!(value("tillit_uptime_seconds") > 0.0);
    assert!(value("tillit_operator_credential_days_left") > 300_000.0);
    for zero in
        ["tillit_jobs_waiting{kind=\"mail.send\"}", "tillit_jobs_oldest_seconds{kind=\"mail.send\"}", "tillit_jobs_dead{kind=\"other\"}"]
    {
        assert!(value(zero).abs() < f64::EPSILON, "{zero}");
    }
    for word in ["hemmelig", "kari", "never-begun", "s3cret", "0000000a"] {
        assert!(!text.to_lowercase().contains(word), "{word} in\n{text}");
    }
    let series = samples.len();
    for number in 0..30 {
        ask(port, "GET", &format!("/no-such-page-{number}"), "");
    }
    assert_eq!(read(&scrape(metrics_port)).len(), series, "what visitors type makes no series");
}
