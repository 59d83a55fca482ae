//! What stands around the tenant: name server, receiver of webhooks, clock.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use tillit_practice::{AheadClock, NameServer};
use tillit_store::{Clock, Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::*;

fn question(name: &str) -> Vec<u8> {
    let mut message = Message::query();
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), RecordType::TXT));
    message.to_vec().unwrap()
}

#[tokio::test]
async fn a_record_set_on_the_page_is_answered_by_the_name_server_until_it_is_removed() {
    let rig = rig();
    let server = NameServer::bind().await.unwrap();
    let address = server.address();
    assert!(address.ip().is_loopback());
    tokio::spawn(server.serve(rig.practice.clone()));
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let ask = async || {
        let mut buffer = [0; 1500];
        // What is no question is passed over, and the next one answered.
        socket.send_to(b"nonsense", address).await.unwrap();
        socket.send_to(&question("_tillit.nordvik.example."), address).await.unwrap();
        let length = socket.recv(&mut buffer).await.unwrap();
        Message::from_vec(&buffer[..length]).unwrap()
    };
    assert_eq!(ask().await.metadata.response_code, ResponseCode::NXDomain);
    let form = [("name", "_tillit.nordvik.example"), ("text", "tillit-domain=abc")];
    assert_eq!(rig.post("/dns", &form).await.status, 303);
    assert_eq!(ask().await.answers.len(), 1);
    let page = rig.get("/dns").await;
    assert!(page.text().contains("tillit-domain=abc"));

    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let asked = question("_tillit.nordvik.example.");
    for _ in 0..2 {
        stream.write_u16(u16::try_from(asked.len()).unwrap()).await.unwrap();
        stream.write_all(&asked).await.unwrap();
        let mut answer = vec![0; usize::from(stream.read_u16().await.unwrap())];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(Message::from_vec(&answer).unwrap().answers.len(), 1);
    }

    assert_eq!(rig.post("/dns", &[("remove", &page.input("remove"))]).await.status, 303);
    assert_eq!(ask().await.answers.len(), 0);
}

#[tokio::test]
async fn a_record_that_is_none_comes_back_on_the_page_with_what_is_wrong() {
    let rig = rig();
    let page = rig.post("/dns", &[("name", "\"><script>"), ("text", "x")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("This is not a name") && page.text().contains("aria-invalid") && !page.text().contains("<script>"));
    assert!(rig.post("/dns", &[("name", "a.example"), ("text", "")]).await.text().contains("1 to 1024 characters"));
    assert_eq!(rig.post("/dns", &[("remove", "x")]).await.status, 303);
    let mut request = form_request("/dns", &[("name", "a.example"), ("text", "x")]);
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(rig.send(request).await.status, 403, "a page of another origin");
    assert!(rig.get("/dns").await.text().contains("None yet"));
}

#[tokio::test]
async fn a_request_with_another_signature_is_refused_and_shown_as_such() {
    let rig = rig();
    let send = async |signature: &str, body: &'static str| {
        let request = Request::post("/webhook").header("tillit-signature", signature).body(Body::from(body)).unwrap();
        rig.send(request).await.status
    };
    assert_eq!(rig.practice.webhook_address(), format!("{BASE}/webhook"));
    // HMAC-SHA256 under "secret", of `1795435200.{"rows":[]}`; the clock of the tests stands at that second.
    let right = "t=1795435200,v1=3f51889e6d6fd893ef5ae1cfcfb64f148675a304d78cbf7f855994d691434797";
    assert_eq!(send(right, "{\"rows\":[]}").await, 204);
    assert!(rig.get("/webhooks").await.text().contains("was not checked"));
    assert_eq!(rig.post("/webhooks", &[("secret", "two words")]).await.status, 422);
    assert_eq!(rig.post("/webhooks", &[("secret", "secret")]).await.status, 303);
    assert!(rig.get("/webhooks").await.text().contains("The signature fits"));
    assert_eq!(send(right, "{\"rows\":[{\"number\":7,\"action\":\"<b>\"}]}").await, 401);
    assert_eq!(send("", "").await, 401);
    let page = rig.get("/webhooks").await.text();
    assert_eq!(page.matches("does not fit").count(), 2);
    assert!(page.contains("Not what a webhook") && !page.contains("<b>") && !page.contains("value=\"secret\""), "{page}");
    assert_eq!(rig.post("/webhooks", &[("clear", "true")]).await.status, 303);
    assert!(rig.get("/webhooks").await.text().contains("Nothing yet"));
}

#[tokio::test]
async fn time_passes_by_the_page_where_there_is_a_clock_for_it_and_nowhere_else() {
    let rig = rig();
    assert_eq!(rig.get("/time").await.status, 404);
    assert_eq!(rig.post("/time", &[("hours", "72")]).await.status, 404);
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(AheadClock::open(&folder.path().join("clock"), rig.clock.clone()).unwrap());
    rig.practice.let_time_pass(clock.clone());
    assert!(rig.get("/time").await.text().contains("as on this machine"));
    assert_eq!(rig.post("/time", &[("hours", "72")]).await.status, 303);
    assert_eq!(clock.now() - rig.clock.now(), Duration::hours(72));
    assert!(rig.get("/time").await.text().contains("3 days</strong> ahead"));
    for nonsense in ["", "-1", "73", "x"] {
        assert_eq!(rig.post("/time", &[("hours", nonsense)]).await.status, 400, "{nonsense}");
    }
    clock.put_forward(Duration::days(790)).unwrap();
    assert!(rig.post("/time", &[("hours", "744")]).await.text().contains("at most 800 days"));
}
