//! The fetcher against servers that misbehave for real, on loopback.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::{FetchErrorKind, FetchPolicy, Fetcher, Limits, Refusal, Request, Resolve, Resolving};

mod tls;

/// What a server does with each connection after it has read the request's head.
type Behaviour = Arc<dyn Fn(TcpStream) -> Pinned + Send + Sync>;
type Pinned = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// A server on loopback that keeps every request it saw.
struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn new(behave: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (seen_there, connections_there) = (seen.clone(), connections.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                connections_there.fetch_add(1, Ordering::SeqCst);
                let (seen, behave) = (seen_there.clone(), behave.clone());
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    let mut byte = [0];
                    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).await.is_ok() {
                        head.push(byte[0]);
                    }
                    seen.lock().unwrap().push(String::from_utf8(head).unwrap());
                    behave(stream).await;
                });
            }
        });
        Self { address, seen, connections }
    }

    /// Answers every request with these bytes, then closes.
    async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::new(Arc::new(move |mut stream| {
            let answer = answer.clone();
            Box::pin(async move {
                stream.write_all(&answer).await.ok();
                stream.shutdown().await.ok();
            })
        }))
        .await
    }

    fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    fn fetcher(&self) -> Fetcher {
        Fetcher::new(policy(&format!("http://{}", self.address))).unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn policy(origin: &str) -> FetchPolicy {
    FetchPolicy { allowed_origins: vec![origin.parse().unwrap()], ..FetchPolicy::default() }
}

fn limits() -> Limits {
    Limits { max_bytes: 1000, total: Duration::from_secs(20) }
}

/// Answers with one list of addresses after the other; the last one stays.
struct Scripted {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Scripted {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self { answers: Mutex::new(answers.iter().rev().map(parse).collect()), asked: AtomicUsize::new(0) })
    }
}

impl Resolve for Scripted {
    fn resolve(&self, _: String) -> Resolving {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop() } else { answers.last().cloned() };
        Box::pin(async move { answer.ok_or_else(|| std::io::ErrorKind::NotFound.into()) })
    }
}

#[tokio::test]
async fn an_answer_comes_whole_with_what_callers_need() {
    let server = Server::answering(
        "HTTP/1.1 429 Too Many\r\nContent-Type: Application/JSON; charset=utf-8\r\nRetry-After: 7\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\n\r\n{}",
    )
    .await;
    let request = Request::post_form(server.url("/token?q=1"), [("client_secret", "a b&c")], limits());
    let answer = server.fetcher().send(request).await.unwrap();
    assert_eq!(answer.status, 429);
    assert_eq!(answer.media_type().as_deref(), Some("application/json"));
    assert_eq!(answer.retry_after.unwrap().seconds(0), Some(7));
    assert_eq!(answer.date.as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    assert_eq!(&answer.body[..], b"{}");
    let seen = &server.requests()[0];
    assert!(seen.starts_with("POST /token?q=1 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("content-type: application/x-www-form-urlencoded\r\n"), "{seen}");
}

#[tokio::test]
async fn compression_is_not_asked_for_and_not_accepted() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc").await;
    let error = server.fetcher().send(Request::get(server.url("/"), limits())).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Compressed);
    assert!(server.requests()[0].contains("accept-encoding: identity\r\n"));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let target = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let server =
        Server::answering(format!("HTTP/1.1 302 Found\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n", target.address)).await;
    let mut policy = policy(&format!("http://{}", server.address));
    policy.allowed_origins.push(format!("http://{}", target.address).parse().unwrap());
    let answer = Fetcher::new(policy).unwrap().send(Request::get(server.url("/"), limits())).await.unwrap();
    assert_eq!(answer.status, 302);
    assert_eq!(target.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_body_that_is_announced_too_large_is_not_read() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n").await;
    let error = server.fetcher().send(Request::get(server.url("/"), limits())).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::TooLarge { limit: 1000 });
}

#[tokio::test]
async fn a_body_without_end_is_cut_at_the_limit() {
    let server = Server::new(Arc::new(|mut stream| {
        Box::pin(async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await.ok();
            while stream.write_all(b"64\r\n").await.is_ok() && stream.write_all(&[b'x'; 100]).await.is_ok() {
                if stream.write_all(b"\r\n").await.is_err() {
                    break;
                }
            }
        })
    }))
    .await;
    let error = server.fetcher().send(Request::get(server.url("/"), limits())).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::TooLarge { limit: 1000 });
}

#[tokio::test]
async fn exactly_the_limit_is_read() {
    let server = Server::answering(format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}", "x".repeat(1000))).await;
    let answer = server.fetcher().send(Request::get(server.url("/"), limits())).await.unwrap();
    assert_eq!(answer.body.len(), 1000);
}

/// Sends a first part and then keeps the connection open without another byte.
async fn stalling(first: &'static [u8]) -> Server {
    Server::new(Arc::new(move |mut stream| {
        Box::pin(async move {
            stream.write_all(first).await.ok();
            std::future::pending::<()>().await;
        })
    }))
    .await
}

#[tokio::test]
async fn a_server_that_stalls_is_left_in_time() {
    let short = Limits { total: Duration::from_millis(200), ..limits() };
    for first in [&b""[..], b"HTTP/1.1 200 OK\r\nX-", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"] {
        let server = stalling(first).await;
        let error = server.fetcher().send(Request::get(server.url("/"), short)).await.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::Timeout);
    }
}

#[tokio::test]
async fn a_body_that_trickles_does_not_win_time_with_every_byte() {
    let server = Server::new(Arc::new(|mut stream| {
        Box::pin(async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n").await.ok();
            let mut ticks = tokio::time::interval(Duration::from_millis(10));
            loop {
                ticks.tick().await;
                if stream.write_all(b"x").await.is_err() {
                    break;
                }
            }
        })
    }))
    .await;
    let short = Limits { total: Duration::from_millis(200), ..limits() };
    let error = server.fetcher().send(Request::get(server.url("/"), short)).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Timeout);
}

#[tokio::test]
async fn a_flood_of_headers_is_refused() {
    let many: String = (0..80).map(|n| format!("X-{n}: 1\r\n")).collect();
    let huge = format!("X-Big: {}\r\n", "x".repeat(2 << 20));
    for headers in [many, huge] {
        let server = Server::answering(format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 0\r\n\r\n")).await;
        let error = server.fetcher().send(Request::get(server.url("/"), limits())).await.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::Broken);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_http_or_breaks_off_is_an_error() {
    for answer in [
        "SSH-2.0-OpenSSH\r\n",
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let server = Server::answering(answer).await;
        let error = server.fetcher().send(Request::get(server.url("/"), limits())).await.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::Broken, "{answer}");
    }
}

#[tokio::test]
async fn another_port_or_plain_http_next_to_an_allowed_origin_is_refused_without_a_connection() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let fetcher = Fetcher::new(policy("http://127.0.0.1:1")).unwrap();
    let error = fetcher.send(Request::get(server.url("/secret?token=hunter2"), limits())).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Refused(Refusal::NotHttps));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    let https = format!("https://{}/", server.address).parse().unwrap();
    let error = fetcher.send(Request::get(https, limits())).await.unwrap_err();
    assert!(matches!(error.kind, FetchErrorKind::Refused(Refusal::Address(..))));
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_refused() {
    for answer in [&["127.0.0.1"][..], &["8.8.8.8", "10.0.0.1"], &["::1"], &["::ffff:169.254.169.254"], &["64:ff9b::a00:1"]] {
        let resolver = Scripted::new(&[answer]);
        let fetcher = Fetcher::with_resolver(FetchPolicy::default(), resolver.clone()).unwrap();
        for host in ["127-0-0-1.nip.example", "localhost.", "metadata.internal"] {
            let url = format!("https://{host}/").parse().unwrap();
            let error = fetcher.send(Request::get(url, limits())).await.unwrap_err();
            assert!(matches!(error.kind, FetchErrorKind::Refused(Refusal::Address(..))), "{host} {answer:?}: {error}");
        }
        assert_eq!(resolver.asked.load(Ordering::SeqCst), 3, "once for each connection: the checked answer is the one that is used");
    }
}

#[tokio::test]
async fn an_answer_that_changes_later_does_not_matter() {
    // DNS rebinding: good at first, private from then on. The connection goes where the first
    // answer said (nobody there: refused by the machine), the second answer is never asked for.
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let port = server.address.port();
    let resolver = Scripted::new(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let fetcher = Fetcher::with_resolver(policy(&format!("http://rebind.example:{port}")), resolver.clone()).unwrap();
    let url: Url = format!("http://rebind.example:{port}/").parse().unwrap();
    let error = fetcher.send(Request::get(url.clone(), limits())).await.unwrap_err();
    assert!(matches!(error.kind, FetchErrorKind::Connect(_)), "{error}");
    assert_eq!((resolver.asked.load(Ordering::SeqCst), server.connections.load(Ordering::SeqCst)), (1, 0));
    fetcher.send(Request::get(url, limits())).await.unwrap();
    assert_eq!((resolver.asked.load(Ordering::SeqCst), server.connections.load(Ordering::SeqCst)), (2, 1), "and goes where ours says");
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_said_to_be() {
    let fetcher = Fetcher::with_resolver(FetchPolicy::default(), Scripted::new(&[])).unwrap();
    let error = fetcher.send(Request::get("https://nowhere.example/".parse().unwrap(), limits())).await.unwrap_err();
    assert_eq!(error.to_string(), "nowhere.example: its name cannot be resolved");
}

#[tokio::test]
async fn a_resolver_that_stalls_is_left_in_time() {
    struct Stalled;
    impl Resolve for Stalled {
        fn resolve(&self, _: String) -> Resolving {
            Box::pin(std::future::pending())
        }
    }
    let policy = FetchPolicy { connect: Duration::from_millis(100), ..FetchPolicy::default() };
    let fetcher = Fetcher::with_resolver(policy, Arc::new(Stalled)).unwrap();
    // Only the time to connect can end this one.
    let patient = Limits { total: Duration::from_secs(3600), ..limits() };
    let error = fetcher.send(Request::get("https://slow.example/".parse().unwrap(), patient)).await.unwrap_err();
    assert_eq!(error.kind, FetchErrorKind::Timeout);
}

#[tokio::test]
async fn requests_beyond_the_bound_wait_and_give_up_in_time() {
    let server = stalling(b"").await;
    let policy = FetchPolicy { concurrent: 1, ..policy(&format!("http://{}", server.address)) };
    let fetcher = Fetcher::new(policy).unwrap();
    let short = Limits { total: Duration::from_millis(100), ..limits() };
    let other = async {
        // The one place is taken as soon as the server has seen the first request.
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        fetcher.send(Request::get(server.url("/"), short)).await
    };
    let waited = tokio::select! {
        _ = fetcher.send(Request::get(server.url("/"), limits())) => panic!("the server never answers"),
        waited = other => waited,
    };
    assert_eq!(waited.unwrap_err().kind, FetchErrorKind::Timeout);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1, "never two at once");
}

#[tokio::test]
async fn headers_that_cut_or_route_the_message_cannot_be_set() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    for name in ["host", "content-length", "transfer-encoding", "accept-encoding", "connection"] {
        let request = Request::get(server.url("/"), limits()).header(HeaderName::from_static(name), HeaderValue::from_static("x"));
        let error = server.fetcher().send(request).await.unwrap_err();
        assert_eq!(error.kind, FetchErrorKind::Refused(Refusal::Header), "{name}");
    }
    let request = Request { body: vec![0; (1 << 20) + 1].into(), ..Request::get(server.url("/"), limits()) };
    assert_eq!(server.fetcher().send(request).await.unwrap_err().kind, FetchErrorKind::Refused(Refusal::Body));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn connections_are_reused() {
    let server = Server::new(Arc::new(|mut stream| {
        Box::pin(async move {
            let mut buffer = [0; 4096];
            loop {
                if stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.is_err() {
                    break;
                }
                if !matches!(stream.read(&mut buffer).await, Ok(1..)) {
                    break;
                }
            }
        })
    }))
    .await;
    let fetcher = server.fetcher();
    for _ in 0..3 {
        fetcher.clone().send(Request::get(server.url("/"), limits())).await.unwrap();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[test]
fn a_root_certificate_that_is_none_stops_the_start() {
    for pem in [&b"nonsense"[..], b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let policy = FetchPolicy { extra_roots: vec![pem.to_vec()], ..FetchPolicy::default() };
        assert!(Fetcher::new(policy).is_err());
    }
}

#[test]
fn debug_output_shows_no_secret() {
    let url = "https://host.example/path?code=hunter2".parse().unwrap();
    let request = Request::post_form(url, [("client_secret", "hunter2")], limits());
    assert_eq!(format!("{request:?}"), "Request(POST host.example)");
}
