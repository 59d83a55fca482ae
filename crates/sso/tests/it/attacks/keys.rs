//! Keys and metadata: rolled over, missing, broken, or somewhere else.

use std::sync::Arc;

use serde_json::json;
use tillit_practice::demo;
use tillit_practice::mischief::{Alg, Body, Change, Endpoint, JsonEdit, Mischief, SigningKey, TokenEdit};
use tillit_sso::protocol::{Expect, Protocol, ProtocolError, RequestKind, Trouble};
use tillit_store::Duration;

use crate::stage::{Door, Stage, reason};

/// How often keys were asked for since the last call.
fn asked_for_keys(stage: &Stage) -> usize {
    stage.requests().iter().filter(|request| request.kind == RequestKind::Keys).count()
}
/// What was wrong with the provider's answer.
fn trouble(error: ProtocolError) -> (&'static str, Trouble) {
    match error {
        ProtocolError::Unreachable(unreachable) => (unreachable.what, unreachable.why),
        other => panic!("not unreachable: {other}"),
    }
}
async fn enter(stage: &Stage, protocol: &Protocol) -> Result<(), ProtocolError> {
    stage.sign_in(protocol, &stage.client(Door::Tenant), demo::EMPLOYEE).await.map(drop)
}

#[tokio::test]
async fn attack_41_keys_rolled_over() {
    let stage = Stage::new().await;
    let protocol = stage.protocol();
    enter(&stage, &protocol).await.unwrap();
    assert_eq!(asked_for_keys(&stage), 1);
    stage.world(|world| {
        world.roll_keys();
        world.forget_old_keys();
    });
    enter(&stage, &protocol).await.unwrap();
    assert_eq!(asked_for_keys(&stage), 1, "the unknown key made us look again, once");
    enter(&stage, &protocol).await.unwrap();
    assert_eq!(asked_for_keys(&stage), 0);
}

#[tokio::test]
async fn attack_42_storm_of_unknown_key_ids() {
    let stage = Stage::new().await;
    let protocol = stage.protocol();
    enter(&stage, &protocol).await.unwrap();
    asked_for_keys(&stage);
    stage.world(|world| world.mischief(Mischief::token([TokenEdit::header("kid", json!("nobody"))])));
    let stage = Arc::new(stage);
    let storm: Vec<_> = (0..20)
        .map(|_| {
            let (stage, protocol) = (stage.clone(), protocol.clone());
            tokio::spawn(async move { enter(&stage, &protocol).await.map_err(reason) })
        })
        .collect();
    for attempt in storm {
        assert_eq!(attempt.await.unwrap(), Err("key"));
    }
    assert_eq!(asked_for_keys(&stage), 1, "20 at once make one request");
    stage.clock.advance(Duration::minutes(4));
    assert_eq!(enter(&stage, &protocol).await.map_err(reason), Err("key"));
    assert_eq!(asked_for_keys(&stage), 0, "not again within 5 minutes");
    stage.clock.advance(Duration::minutes(1));
    assert_eq!(enter(&stage, &protocol).await.map_err(reason), Err("key"));
    assert_eq!(asked_for_keys(&stage), 1);
}

/// Ways in which a document can be no good, and what we say of each.
fn broken_answers() -> Vec<(Vec<Change>, Trouble)> {
    let text = |content_type: &str, text: &str| Change::text(content_type, text);
    let moved = |status| vec![Change::Status(status), Change::header("location", "http://127.0.0.1:1/")];
    vec![
        (vec![Change::Status(500)], Trouble::Status(500)),
        (vec![Change::Status(404)], Trouble::Status(404)),
        (vec![Change::Status(204)], Trouble::Status(204)),
        (moved(301), Trouble::Redirect),
        (moved(302), Trouble::Redirect),
        (moved(307), Trouble::Redirect),
        (vec![text("text/html", "<h1>Maintenance</h1>")], Trouble::ContentType),
        (vec![text("image/png", "{}")], Trouble::ContentType),
        (vec![text("application/json", "<h1>Maintenance</h1>")], Trouble::Unreadable),
        (vec![text("application/json", "{\"keys\":")], Trouble::Unreadable),
        (vec![text("application/json", "{}")], Trouble::Unreadable),
        (vec![text("application/json", "[]")], Trouble::Unreadable),
        (vec![text("application/json", &"[".repeat(100_000))], Trouble::Unreadable),
        (vec![Change::Body(Body::Empty), Change::header("content-type", "application/json")], Trouble::Unreadable),
        (vec![Change::Body(Body::Huge { bytes: 64 << 20 })], Trouble::TooLarge),
        (vec![Change::Body(Body::GzipBomb { bytes: 64 << 20 })], Trouble::ContentType),
    ]
}

#[tokio::test]
async fn attack_43_broken_key_sets_are_refused_and_the_last_known_good_one_is_used() {
    for (changes, expected) in broken_answers() {
        let stage = Stage::new().await;
        let (known, fresh) = (stage.protocol(), stage.protocol());
        enter(&stage, &known).await.unwrap();
        stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::Keys, changes.clone())));
        assert_eq!(enter(&stage, &fresh).await.map_err(trouble), Err(("keys", expected)), "{changes:?}");
        assert_eq!(enter(&stage, &fresh).await.map_err(trouble), Err(("keys", Trouble::StillFailing)), "not asked again at once");
        for hours in [2, 23, 40] {
            stage.clock.advance(Duration::hours(hours));
            enter(&stage, &known).await.unwrap();
        }
        stage.clock.advance(Duration::hours(8));
        assert_eq!(enter(&stage, &known).await.map_err(trouble), Err(("keys", expected)), "after 73 h the last known good set is too old");
        stage.world(|world| world.mischief(Mischief::default()));
        stage.clock.advance(Duration::minutes(1));
        enter(&stage, &known).await.unwrap();
    }
}

#[tokio::test]
async fn attack_43_broken_metadata_is_refused() {
    for (changes, expected) in broken_answers() {
        let stage = Stage::new().await;
        stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::Metadata, changes.clone())));
        let refused = enter(&stage, &stage.protocol()).await;
        match (expected, refused) {
            // An empty object is an object; it names no issuer.
            (Trouble::Unreadable, Err(ProtocolError::MetadataRefused { check })) => assert_eq!(check, "metadata-issuer", "{changes:?}"),
            (_, refused) => assert_eq!(refused.map_err(trouble), Err(("metadata", expected)), "{changes:?}"),
        }
    }
}

#[tokio::test]
async fn attack_43_slow_answers_end_in_time() {
    let stage = Stage::new().await;
    let drip = [Change::Body(Body::Drip { every_millis: 200 })];
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::Keys, drip)));
    let entered = tokio::time::timeout(std::time::Duration::from_secs(9), enter(&stage, &stage.protocol())).await.expect("ends by itself");
    assert_eq!(entered.map_err(trouble), Err(("keys", Trouble::Timeout)));
}

#[tokio::test]
async fn attack_43_ten_thousand_keys() {
    let stage = Stage::new().await;
    let repeat = |times| Mischief::default().answer(Endpoint::Keys, [Change::Json(JsonEdit::Repeat { at: "/keys/0".into(), times })]);
    stage.world(|world| world.mischief(repeat(10_000)));
    assert_eq!(enter(&stage, &stage.protocol()).await.map_err(trouble), Err(("keys", Trouble::TooLarge)));
    stage.world(|world| world.mischief(repeat(200)));
    enter(&stage, &stage.protocol()).await.unwrap();
}

#[tokio::test]
async fn attack_44_key_that_was_taken_away() {
    let stage = Stage::new().await;
    let old_key = || Mischief::token([TokenEdit::Sign { alg: Alg::Rs256, key: SigningKey::Previous, keep_kid: false }]);
    let protocol = stage.protocol();
    enter(&stage, &protocol).await.unwrap();
    stage.world(|world| {
        world.forget_old_keys();
        world.mischief(old_key());
    });
    enter(&stage, &protocol).await.expect("for at most a day what we know still counts");
    stage.clock.advance(Duration::seconds(24 * 3600 + 1));
    assert_eq!(enter(&stage, &protocol).await.map_err(reason), Err("key"));
    stage.stopped_by(old_key(), Door::Tenant, &["key", "signature"]).await;
}

fn metadata(at: &str, value: serde_json::Value) -> Mischief {
    Mischief::default().answer(Endpoint::Metadata, [Change::Json(JsonEdit::set(at, value))])
}

#[tokio::test]
async fn attack_45_metadata_of_another_issuer() {
    let stage = Stage::new().await;
    let other = format!("{}/{}/v2.0", stage.base_url(), stage.other_tenant());
    let template = format!("{}/{{tenantid}}/v2.0", stage.base_url());
    for issuer in ["https://evil.example", other.as_str(), ""] {
        for door in [Door::Tenant, Door::Organizations, Door::OpenId] {
            // The second fence: our token's issuer is not the one that the metadata now names.
            let fences: &[&str] = if issuer.is_empty() { &["metadata-issuer"] } else { &["metadata-issuer", "issuer"] };
            if issuer.is_empty() {
                stage.world(|world| world.mischief(metadata("/issuer", json!(issuer))));
                let refused = stage.sign_in(&stage.protocol(), &stage.client(door), demo::EMPLOYEE).await;
                assert_eq!(refused.map(drop).map_err(reason), Err("metadata-issuer"));
            } else {
                stage.stopped_by(metadata("/issuer", json!(issuer)), door, fences).await;
            }
        }
    }
    // A template at a tenant's own door would let any tenant in; the tenant of the door is checked as well.
    let mischief = metadata("/issuer", json!(template));
    stage.stopped_by(mischief, Door::Tenant, &["metadata-issuer"]).await;
}

#[tokio::test]
async fn attack_45_metadata_that_points_to_another_host() {
    // The other host: the same machine by another name, so that the attack would work.
    let stage = Stage::with_second_name().await;
    let elsewhere = |path: &str| json!(format!("{}/{path}", stage.second_name()));
    let tenant = stage.tenant();
    for (member, path) in [
        ("/authorization_endpoint", format!("{tenant}/oauth2/v2.0/authorize")),
        ("/token_endpoint", format!("{tenant}/oauth2/v2.0/token")),
        ("/jwks_uri", format!("{tenant}/discovery/v2.0/keys")),
        ("/end_session_endpoint", format!("{tenant}/oauth2/v2.0/logout")),
        ("/userinfo_endpoint", "graph/oidc/userinfo".to_owned()),
    ] {
        stage.stopped_by(metadata(member, elsewhere(&path)), Door::Tenant, &["metadata-host"]).await;
    }
}

#[tokio::test]
async fn attack_45_metadata_with_addresses_that_are_not_https() {
    let stage = Stage::new().await;
    let tenant = stage.tenant();
    for base in ["http://idp.example", "ftp://idp.example", "javascript://idp.example"] {
        let address = json!(format!("{base}/{tenant}/oauth2/v2.0/authorize"));
        stage.stopped_by(metadata("/authorization_endpoint", address), Door::OpenId, &["metadata-https"]).await;
    }
    for junk in [json!(7), json!("not an address"), json!("https://user:password@idp.example/"), json!("https://idp.example/#fragment")] {
        for door in [Door::Tenant, Door::OpenId] {
            stage.world(|world| world.mischief(metadata("/token_endpoint", junk.clone())));
            let refused = stage.sign_in(&stage.protocol(), &stage.client(door), demo::EMPLOYEE).await;
            let expected = if door == Door::Tenant { "metadata-host" } else { "metadata-https" };
            assert_eq!(refused.map(drop).map_err(reason), Err(expected), "{junk}");
        }
    }
}

#[tokio::test]
async fn attack_46_token_endpoint_that_answers_nonsense() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let unreadable = |text: &str| (vec![Change::text("application/json", text)], Trouble::Unreadable);
    let answers = [
        (vec![Change::Status(429), Change::header("retry-after", "5")], Trouble::Status(429)),
        (vec![Change::Status(500)], Trouble::Status(500)),
        (vec![Change::Status(503)], Trouble::Status(503)),
        (vec![Change::Status(302), Change::header("location", "http://127.0.0.1:1/")], Trouble::Redirect),
        (vec![Change::text("text/html", "<h1>Sorry</h1>")], Trouble::ContentType),
        (vec![Change::Body(Body::Huge { bytes: 64 << 20 })], Trouble::TooLarge),
        unreadable("{}"),
        unreadable("null"),
        unreadable(r#"{"token_type":"mac","access_token":"a","id_token":"b"}"#),
        unreadable(r#"{"token_type":"Bearer","access_token":"a"}"#),
        unreadable(r#"{"token_type":"Bearer","id_token":"b"}"#),
        unreadable(r#"{"token_type":"Bearer","access_token":"a","id_token":7}"#),
        unreadable(r#"{"token_type":"Bearer","access_token":"a","id_token":"b","id_token":"c"}"#),
    ];
    for (changes, expected) in answers {
        stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::Token, changes.clone())));
        let refused = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.map(drop);
        assert_eq!(refused.map_err(trouble), Err(("token", expected)), "{changes:?}");
    }
    // A refusal in good form, with odd contents.
    let answer = json!({ "error": "<script>alert(1)</script>", "error_codes": ["x"], "trace_id": "<b>", "timestamp": 7 }).to_string();
    stage.world(|world| {
        world.mischief(Mischief::default().answer(Endpoint::Token, [Change::Status(400), Change::text("application/json", &answer)]))
    });
    let error = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.map(drop).unwrap_err();
    assert_eq!(error, ProtocolError::Provider(tillit_sso::protocol::ProviderError::of("unreadable")));
    assert_eq!(error.to_string(), "the provider answered unreadable");
}

#[tokio::test]
async fn attack_46_access_token_that_cannot_stand_in_a_header() {
    let stage = Stage::new().await;
    let newline = Change::Json(JsonEdit::set("/access_token", json!("a\r\nX-Evil: 1")));
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::Token, [newline])));
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let (pending, tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    let expect = Expect { nonce: &pending.nonce, tenant: None };
    protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await.unwrap();
    let graph = protocol.graph(&stage.cx, &client, &tokens, &stage.log).unwrap();
    assert!(graph.photo().await.is_err());
}
