//! Honest sign-ins.

use serde_json::json;
use tillit_practice::mischief::Mischief;
use tillit_practice::{Consent, Outcome, demo};
use tillit_sso::protocol::{
    AuthorizeOptions, BaseUrl, Certificate, ClientAuthentication, Cloud, Expect, GraphTrouble, Identity, Membership, Pending, Prompt,
    ProviderError, RequestKind,
};
use tillit_store::Duration;

use crate::stage::{Door, Stage};

#[tokio::test]
async fn an_employee_signs_in_and_graph_tells_the_profile() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let (pending, tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    let tenant = stage.tenant();
    let expect = Expect { nonce: &pending.nonce, tenant: Some(&tenant) };
    let claims = protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await.unwrap();
    let Identity::Microsoft { cloud, tenant: found, object } = &claims.identity else { panic!("not Microsoft") };
    assert_eq!((cloud.as_str(), found), ("custom", &tenant));
    assert_eq!(claims.membership, Membership::Member);
    assert_eq!(claims.profile.username.as_deref(), Some(demo::EMPLOYEE));
    assert!(claims.profile.email_verified && claims.session.is_some() && claims.token_id.is_some());
    assert!(tokens.scope.iter().any(|scope| scope == "User.Read"));
    assert!(!tokens.scope.iter().any(|scope| scope == "offline_access"));

    let graph = protocol.graph(&stage.cx, &client, &tokens, &stage.log).unwrap();
    let (profile, photo, organization) =
        tokio::join!(graph.profile(object, &tillit_accounts::ProfileField::ALL), graph.photo(), graph.organization(&tenant));
    let profile = profile.unwrap();
    assert_eq!(profile.display_name.as_deref(), Some("Kari Nordmann"));
    assert_eq!(profile.department.as_deref(), Some("Byggesak"));
    assert!(profile.address().unwrap().contains("Strandgata"));
    let photo = photo.unwrap().unwrap();
    assert!(photo.as_jpeg().starts_with(&[0xff, 0xd8, 0xff]) && photo.as_jpeg().len() < 64 * 1024);
    assert!(organization.unwrap().verified_domains.iter().any(|domain| domain.name == "nordvik.example" && domain.is_default));

    let mut kinds: Vec<_> = stage.requests().iter().map(|request| request.kind.name()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["keys", "me", "metadata", "organization", "photo", "token"], "and nothing else");
}

#[tokio::test]
async fn a_second_sign_in_asks_for_metadata_and_keys_no_more() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    stage.sign_in(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    stage.requests();
    stage.sign_in(&protocol, &client, demo::OTHER_EMPLOYEE).await.unwrap();
    assert_eq!(stage.requests().iter().map(|request| request.kind).collect::<Vec<_>>(), [RequestKind::Token]);
}

#[tokio::test]
async fn the_first_hop_goes_through_organizations_and_learns_the_tenant() {
    let stage = Stage::new().await;
    let client = stage.client(Door::Organizations);
    let claims = stage.sign_in(&stage.protocol(), &client, demo::GLOBAL_ADMINISTRATOR).await.unwrap();
    assert_eq!(claims.tenant(), Some(&stage.tenant()));
}

#[tokio::test]
async fn a_guest_is_recognised() {
    let stage = Stage::new().await;
    let claims = stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::GUEST).await.unwrap();
    assert_eq!(claims.membership, Membership::Guest);
    assert_eq!(claims.tenant(), Some(&stage.tenant()), "a guest is an account of the host tenant");
}

#[tokio::test]
async fn every_sign_of_a_guest_counts_and_a_member_has_none() {
    let stage = Stage::new().await;
    let (protocol, client, tenant) = (stage.protocol(), stage.client(Door::Tenant), stage.tenant());
    let own = format!("https://sts.windows.net/{tenant}/");
    for (claim, value, expected) in [
        ("acct", json!(0), Membership::Member),
        ("acct", json!(1), Membership::Guest),
        ("acct", json!("1"), Membership::Guest),
        ("acct", json!(null), Membership::Unsaid),
        ("idp", json!(own), Membership::Member),
        ("idp", json!("live.com"), Membership::Guest),
        ("idp", json!(7), Membership::Guest),
        ("upn", json!("petra_fjordheim.example#ext#@nordvik.example"), Membership::Guest),
        ("preferred_username", json!("petra_fjordheim.example#EXT#@nordvik.example"), Membership::Guest),
    ] {
        stage.world(|world| world.mischief(Mischief::claim(claim, value.clone())));
        let claims = stage.sign_in(&protocol, &client, demo::EMPLOYEE).await.unwrap();
        assert_eq!(claims.membership, expected, "{claim} {value}");
    }
}

#[tokio::test]
async fn a_certificate_takes_the_secrets_place() {
    let stage = Stage::new().await;
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["tillit.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    let mut client = stage.client(Door::Tenant);
    client.authentication = ClientAuthentication::Certificate(Certificate::from_pem(&certificate.pem(), &key.serialize_pem()).unwrap());
    let refused = stage.sign_in(&stage.protocol(), &client, demo::EMPLOYEE).await.unwrap_err();
    assert!(matches!(refused, tillit_sso::protocol::ProtocolError::Provider(ProviderError { code: Some(_), .. })), "{refused}");
    stage.world(|world| {
        let app = world.apps()[0].client_id;
        world.add_certificate(app, certificate.der()).unwrap();
    });
    for door in [Door::Tenant, Door::Organizations] {
        let client = tillit_sso::protocol::Client { provider: stage.client(door).provider, ..client.clone() };
        stage.sign_in(&stage.protocol(), &client, demo::EMPLOYEE).await.unwrap();
    }
}

#[tokio::test]
async fn an_expired_secret_is_named_by_its_code() {
    let stage = Stage::new().await;
    stage.world(|world| {
        let app = world.apps()[0].client_id;
        world.expire_secret(app).unwrap();
    });
    let error = stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap_err();
    let tillit_sso::protocol::ProtocolError::Provider(error) = error else { panic!("{error}") };
    assert_eq!((error.error.as_str(), error.code), ("invalid_client", Some(7_000_222)));
    assert!(error.trace_id.is_some() && error.correlation_id.is_some() && error.timestamp.is_some());
}

#[tokio::test]
async fn any_openid_provider_works_by_its_issuer_and_people_are_known_by_subject() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::OpenId));
    let (pending, tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    let expect = Expect { nonce: &pending.nonce, tenant: None };
    let claims = protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await.unwrap();
    let Identity::OpenId { issuer, subject } = &claims.identity else { panic!("not OpenID") };
    assert!(issuer.as_str().starts_with(stage.base_url()) && *subject == claims.subject);
    assert!(!claims.profile.email_verified, "xms_edov is Microsoft's and says nothing here");
    assert!(protocol.graph(&stage.cx, &client, &tokens, &stage.log).is_none());
    let told = protocol.userinfo(&stage.cx, &client, &tokens, &claims, &stage.log).await.unwrap().unwrap();
    assert_eq!(told.name.as_deref(), Some("Kari Nordmann"));
}

#[tokio::test]
async fn a_silent_recheck_answers_without_a_page_or_says_why_not() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let silent = AuthorizeOptions { login_hint: Some(demo::EMPLOYEE), prompt: Prompt::None };
    let mut browser = stage.practice().walk(demo::EMPLOYEE, Consent::Accept);
    let pending = Pending::new(&stage.cx);
    let url = protocol.authorize_url(&stage.cx, &client, &pending, &silent, &stage.log).await.unwrap();
    let outcome = browser.open(url.as_str());
    assert_eq!(outcome.param("error").as_deref(), Some("login_required"), "{outcome:?}");
    let error = ProviderError::from_redirect(&outcome.param("error").unwrap(), outcome.param("error_description").as_deref());
    assert_eq!(error.code, Some(50_058));
    let usual = protocol.authorize_url(&stage.cx, &client, &pending, &AuthorizeOptions::default(), &stage.log).await.unwrap();
    assert!(matches!(browser.open(usual.as_str()), Outcome::Redirect(_)));
    browser.pages.clear();
    assert!(browser.open(url.as_str()).param("code").is_some());
    assert_eq!(browser.pages, [""; 0]);
}

#[tokio::test]
async fn the_authorisation_request_asks_for_nothing_more_than_it_must() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let pending = Pending::new(&stage.cx);
    let options = AuthorizeOptions { login_hint: Some("kari@nordvik.example"), prompt: Prompt::Usual };
    let url = protocol.authorize_url(&stage.cx, &client, &pending, &options, &stage.log).await.unwrap();
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(
        names,
        [
            "client_id",
            "response_type",
            "response_mode",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "login_hint"
        ]
    );
    let value = |name: &str| url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned()).unwrap();
    assert_eq!(value("scope"), "openid profile email User.Read");
    assert_eq!(value("code_challenge_method"), "S256");
    assert_eq!((value("state").len(), value("nonce").len(), value("code_challenge").len()), (43, 43, 43));
    assert!(!url.as_str().contains(&pending.pkce_verifier));
    let again = Pending::new(&stage.cx);
    assert!(again.state != pending.state && again.nonce != pending.nonce && again.pkce_verifier != pending.pkce_verifier);
}

#[tokio::test]
async fn a_domain_names_its_tenant_and_an_unknown_one_names_none() {
    let stage = Stage::new().await;
    let (protocol, cloud) = (stage.protocol(), stage.cloud());
    let of = async |domain: &str| protocol.tenant_of_domain(&stage.cx, &cloud, domain, &stage.log).await.unwrap();
    assert_eq!(of("nordvik.example").await, Some(stage.tenant()));
    assert_eq!(of("nobody.example").await, None);
    assert_eq!(of("organizations").await, None, "a word is no tenant");
    assert_eq!(of("../evil").await, None);
}

#[tokio::test]
async fn a_person_without_a_picture_has_none() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let (_, tokens) = stage.tokens(&protocol, &client, "marte.lie@nordvik.example").await.unwrap();
    let graph = protocol.graph(&stage.cx, &client, &tokens, &stage.log).unwrap();
    assert_eq!(graph.photo().await, Ok(None));
}

#[tokio::test]
async fn a_throttled_graph_is_asked_once_more_if_the_pause_is_short_and_given_up_if_it_is_long() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let (pending, tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    let expect = Expect { nonce: &pending.nonce, tenant: None };
    let claims = protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await.unwrap();
    let Identity::Microsoft { object, .. } = &claims.identity else { panic!("not Microsoft") };
    let graph = protocol.graph(&stage.cx, &client, &tokens, &stage.log).unwrap();
    stage.requests();
    stage.world(|world| world.throttle_graph(1, 0));
    assert!(graph.profile(object, &tillit_accounts::ProfileField::ALL).await.is_ok());
    assert_eq!(stage.requests().iter().map(|request| request.status).collect::<Vec<_>>(), [Some(429), Some(200)]);
    stage.world(|world| world.throttle_graph(1, 30));
    assert_eq!(graph.profile(object, &tillit_accounts::ProfileField::ALL).await, Err(GraphTrouble::Throttled(Some(30))));
    assert_eq!(stage.requests().len(), 1, "nobody waits half a minute for a profile");
}

#[tokio::test]
async fn nothing_is_asked_while_nobody_signs_in() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    stage.sign_in(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    let before = stage.world(|world| world.request_count());
    stage.clock.advance(Duration::days(7));
    tokio::task::yield_now().await;
    assert_eq!(stage.world(|world| world.request_count()), before);
    stage.sign_in(&protocol, &client, demo::EMPLOYEE).await.unwrap();
}

#[test]
fn the_practice_cloud_may_be_plain_http_on_loopback_only() {
    assert!("http://practice.example".parse::<BaseUrl>().is_err());
    let custom = Cloud::Custom { login: "http://127.0.0.1:8401/".parse().unwrap(), graph: "http://127.0.0.1:8401/graph".parse().unwrap() };
    assert_eq!((custom.login(), custom.name()), ("http://127.0.0.1:8401", "custom"));
}
