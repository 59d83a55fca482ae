//! For tests: a name server on loopback whose records a test sets.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UdpSocket;

/// Records by name; each record has one or more strings.
type Records = Arc<Mutex<BTreeMap<String, Vec<Vec<String>>>>>;

/// A name server.
pub struct NameServer {
    address: SocketAddr,
    records: Records,
    asked: Arc<AtomicUsize>,
}

#[expect(clippy::expect_used, reason = "tests")]
impl NameServer {
    /// One that knows nothing yet.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
        let address = socket.local_addr().expect("an address");
        let (records, asked) = (Records::default(), Arc::new(AtomicUsize::new(0)));
        let (known, count) = (records.clone(), asked.clone());
        tokio::spawn(async move {
            let mut buffer = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                count.fetch_add(1, Ordering::SeqCst);
                if let Some(response) = buffer.get(..length).and_then(|query| answer(query, &known)) {
                    socket.send_to(&response, from).await.ok();
                }
            }
        });
        Self { address, records, asked }
    }
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// Adds a TXT record of these strings.
    pub fn add(&self, name: &str, strings: &[&str]) {
        let strings = strings.iter().map(|text| (*text).to_owned()).collect();
        self.records.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default().push(strings);
    }
    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A response (RFC 1035 section 4) to the one question of `query`.
fn answer(query: &[u8], records: &Records) -> Option<Vec<u8>> {
    let (mut name, mut at) = (Vec::new(), 12_usize);
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        name.push(String::from_utf8_lossy(query.get(at..at + length)?).to_lowercase());
        at += length;
    }
    let question = query.get(12..at + 4)?;
    let found = records.lock().unwrap_or_else(PoisonError::into_inner).get(&name.join(".")).cloned();
    let flags = if found.is_some() { 0x80 } else { 0x83 };
    let found = found.unwrap_or_default();
    let mut out = query.get(..2)?.to_vec();
    out.extend([0x81, flags, 0, 1, 0, u8::try_from(found.len()).ok()?, 0, 0, 0, 0]);
    out.extend(question);
    for strings in found {
        let mut data = Vec::new();
        for text in strings {
            data.push(u8::try_from(text.len()).ok()?);
            data.extend(text.bytes());
        }
        out.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, u8::try_from(data.len()).ok()?]);
        out.extend(data);
    }
    Some(out)
}
