//! Server-side request forgery, and Graph that misbehaves.

use std::time::Duration;

use serde_json::json;
use tillit_practice::demo;
use tillit_practice::mischief::{Body, Change, Endpoint, JsonEdit, Mischief};
use tillit_sso::protocol::{AuthorizeOptions, Client, GraphTrouble, Identity, Pending, Protocol, ProtocolError, Provider, Tokens, Trouble};

use crate::stage::{Door, Stage};

#[tokio::test]
async fn attack_47_issuer_on_an_address_that_is_not_public() {
    let stage = Stage::new().await;
    for address in [
        "https://127.0.0.1",
        "https://[::1]",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1",
        "https://192.168.1.1",
        "https://172.16.0.1",
        "https://[fd00::1]",
        "https://[fe80::1]",
        "https://0.0.0.0",
        "https://2130706433",
        "https://0177.0.0.1",
        "https://0x7f.1",
        "https://[::ffff:127.0.0.1]",
        "https://localhost",
        "https://idp.example:8443",
        "http://127.0.0.1:1",
    ] {
        let client = Client { provider: Provider::OpenId { issuer: address.parse().unwrap() }, ..stage.client(Door::Tenant) };
        let pending = Pending::new(&stage.cx);
        let error =
            stage.protocol().authorize_url(&stage.cx, &client, &pending, &AuthorizeOptions::default(), &stage.log).await.unwrap_err();
        assert!(
            matches!(&error, ProtocolError::Unreachable(unreachable) if matches!(unreachable.why, Trouble::ForbiddenAddress)),
            "{address}: {error}"
        );
    }
    assert_eq!(stage.requests(), [], "none was even tried");
}

#[tokio::test]
async fn attack_47_metadata_leads_into_the_private_network() {
    let stage = Stage::new().await;
    for address in ["https://169.254.169.254/keys", "https://10.0.0.1/keys", "https://[::1]/keys", "https://2852039166/keys"] {
        let change = Change::Json(JsonEdit::set("/jwks_uri", json!(address)));
        stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::Metadata, [change])));
        let error = stage.sign_in(&stage.protocol(), &stage.client(Door::OpenId), demo::EMPLOYEE).await.unwrap_err();
        assert!(
            matches!(&error, ProtocolError::Unreachable(u) if (u.what, u.why) == ("keys", Trouble::ForbiddenAddress)),
            "{address}: {error}"
        );
    }
}

#[tokio::test]
async fn attack_47_errors_tell_nothing_of_what_was_answered() {
    let stage = Stage::new().await;
    for endpoint in [Endpoint::Metadata, Endpoint::Keys, Endpoint::Token] {
        for (status, content_type) in [(200, "text/plain"), (200, "application/json"), (403, "application/json"), (500, "text/plain")] {
            let changes = [Change::text(content_type, "{\"inner\":\"password=hunter2\"}"), Change::Status(status)];
            stage.world(|world| world.mischief(Mischief::default().answer(endpoint, changes)));
            let error = stage.sign_in(&stage.protocol(), &stage.client(Door::OpenId), demo::EMPLOYEE).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
    }
}

/// A signed-in person, for asking Graph.
async fn signed_in(stage: &Stage) -> (Protocol, Client, Tokens, Identity) {
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let (pending, tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    let expect = tillit_sso::protocol::Expect { nonce: &pending.nonce, tenant: None };
    let identity = protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await.unwrap().identity;
    (protocol, client, tokens, identity)
}

#[tokio::test]
async fn attack_46_graph_that_refuses_or_stumbles() {
    let stage = Stage::new().await;
    let (protocol, client, tokens, identity) = signed_in(&stage).await;
    let graph = protocol.graph(&stage.cx, &client, &tokens, &stage.log).unwrap();
    let Identity::Microsoft { object, tenant, .. } = &identity else { panic!("not Microsoft") };
    for (changes, expected) in [
        (vec![Change::Status(401)], GraphTrouble::Unauthorized),
        (vec![Change::Status(403)], GraphTrouble::Forbidden),
        (vec![Change::Status(202)], GraphTrouble::Status(202)),
        (vec![Change::Status(503), Change::header("retry-after", "60")], GraphTrouble::Status(503)),
        (vec![Change::Status(503), Change::header("retry-after", "0")], GraphTrouble::Status(503)),
        (vec![Change::Status(429), Change::header("retry-after", "86400")], GraphTrouble::Throttled(Some(86400))),
        (vec![Change::Status(429), Change::header("retry-after", "0")], GraphTrouble::Throttled(None)),
        (vec![Change::Status(302), Change::header("location", "http://127.0.0.1:1/")], GraphTrouble::Broken(Trouble::Redirect)),
    ] {
        let edit = |mischief: Mischief, endpoint| mischief.answer(endpoint, changes.clone());
        let mischief = [Endpoint::GraphMe, Endpoint::GraphPhoto, Endpoint::GraphOrganization].into_iter().fold(Mischief::default(), edit);
        stage.world(|world| world.mischief(mischief));
        let (profile, photo, organization) =
            tokio::join!(graph.profile(object, &tillit_accounts::ProfileField::ALL), graph.photo(), graph.organization(tenant));
        assert_eq!(profile.map(drop), Err(expected), "{changes:?}");
        assert_eq!(photo.map(drop), Err(expected), "{changes:?}");
        assert_eq!(organization.map(drop), Err(expected), "{changes:?}");
    }
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::GraphMe, [Change::Status(404)])));
    assert_eq!(graph.profile(object, &tillit_accounts::ProfileField::ALL).await.map(drop), Err(GraphTrouble::Status(404)));
    let html = Change::text("text/html", "<h1>Sorry</h1>");
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::GraphMe, [html])));
    assert_eq!(graph.profile(object, &tillit_accounts::ProfileField::ALL).await.map(drop), Err(GraphTrouble::Broken(Trouble::ContentType)));
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::GraphMe, [Change::Body(Body::Huge { bytes: 64 << 20 })])));
    assert_eq!(graph.profile(object, &tillit_accounts::ProfileField::ALL).await.map(drop), Err(GraphTrouble::Broken(Trouble::TooLarge)));
}

#[tokio::test]
async fn attack_46_slow_graph_ends_within_its_budget() {
    let stage = Stage::new().await;
    let (protocol, client, tokens, identity) = signed_in(&stage).await;
    let graph = protocol.graph(&stage.cx, &client, &tokens, &stage.log).unwrap();
    let Identity::Microsoft { object, tenant, .. } = &identity else { panic!("not Microsoft") };
    stage.world(|world| world.slow_graph(tillit_store::Duration::seconds(30)));
    let all = async { tokio::join!(graph.profile(object, &tillit_accounts::ProfileField::ALL), graph.photo(), graph.organization(tenant)) };
    let (profile, photo, organization) = tokio::time::timeout(Duration::from_secs(8), all).await.expect("ends by itself");
    let slow = GraphTrouble::Broken(Trouble::Timeout);
    assert_eq!((profile.map(drop), photo.map(drop), organization.map(drop)), (Err(slow), Err(slow), Err(slow)));
}

#[tokio::test]
async fn attack_46_graph_speaks_of_somebody_else() {
    let stage = Stage::new().await;
    let (protocol, client, tokens, identity) = signed_in(&stage).await;
    let graph = protocol.graph(&stage.cx, &client, &tokens, &stage.log).unwrap();
    let Identity::Microsoft { object, tenant, .. } = &identity else { panic!("not Microsoft") };
    let somebody = json!("11111111-2222-4333-8444-555555555555");
    let mischief = Mischief::default()
        .answer(Endpoint::GraphMe, [Change::Json(JsonEdit::set("/id", somebody.clone()))])
        .answer(Endpoint::GraphOrganization, [Change::Json(JsonEdit::set("/value/0/id", somebody))]);
    stage.world(|world| world.mischief(mischief));
    assert_eq!(graph.profile(object, &tillit_accounts::ProfileField::ALL).await.map(drop), Err(GraphTrouble::SomebodyElse));
    assert_eq!(graph.organization(tenant).await.map(drop), Err(GraphTrouble::SomebodyElse));
}

#[tokio::test]
async fn attack_59_pictures_that_are_none() {
    let stage = Stage::new().await;
    let (protocol, client, tokens, _) = signed_in(&stage).await;
    let graph = protocol.graph(&stage.cx, &client, &tokens, &stage.log).unwrap();
    for body in [Body::Svg, Body::HtmlAsJpeg, Body::PngBomb, Body::TruncatedJpeg, Body::Empty] {
        stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::GraphPhoto, [Change::Body(body.clone())])));
        let photo = graph.photo().await;
        // A truncated JPEG may still have its upper half; whatever comes out is ours.
        match (&body, photo) {
            (Body::TruncatedJpeg, Ok(Some(photo))) => assert!(photo.as_jpeg().starts_with(&[0xff, 0xd8, 0xff])),
            (_, photo) => assert_eq!(photo, Err(GraphTrouble::NotAPicture), "{body:?}"),
        }
    }
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::GraphPhoto, [Change::Body(Body::Huge { bytes: 64 << 20 })])));
    assert_eq!(graph.photo().await, Err(GraphTrouble::Broken(Trouble::TooLarge)));
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::GraphPhoto, [Change::Body(Body::TinyGif)])));
    assert_eq!(graph.photo().await, Ok(None));
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::GraphPhoto, [Change::Body(Body::Polyglot)])));
    let photo = graph.photo().await.unwrap().unwrap();
    assert!(photo.as_jpeg().starts_with(&[0xff, 0xd8, 0xff]) && !photo.as_jpeg().windows(7).any(|bytes| bytes == b"<script"));
}
