//! What the attack tests cannot reach from outside: random input, and claims in their odd forms.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::checks::{MAX_TOKEN, Without, check_header, check_text};
use super::super::client::{Authority, Provider};
use super::super::cloud::Cloud;
use super::super::error::TokenRefusal;
use super::{Token, clean, profile};

fn compact(header: &str, claims: &str, signature: &str) -> String {
    [header, claims, signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
}

#[test]
fn the_signature_is_over_the_text_as_it_came() {
    let text = compact("{\"alg\":\"RS256\"}", "{ \"a\" : 1 }", "signature");
    let token = Token::parse(&text, &Without::default()).unwrap();
    assert_eq!(token.signed, text.rsplit_once('.').unwrap().0.as_bytes());
    assert_eq!(token.signature, b"signature");
}

#[test]
fn one_token_has_one_spelling() {
    let text = compact("{\"alg\":\"RS256\"}", "{}", "x");
    assert!(Token::parse(&text, &Without::default()).is_ok());
    let form = Some(TokenRefusal { check: "token-form" });
    for odd in [
        format!("{text}="),
        format!("{text} "),
        format!(" {text}"),
        text.replace("eA", "eB"),
        text.replace('.', ".\n"),
        text.replace("e30", "e30="),
    ] {
        assert_eq!(Token::parse(&odd, &Without::default()).err(), form, "{odd}");
    }
}

#[test]
fn times_are_whole_seconds_or_nothing() {
    let seconds = |value: Value| {
        let text = compact("{}", &json!({ "t": value }).to_string(), "");
        Token::parse(&text, &Without::default()).unwrap().seconds("t")
    };
    assert_eq!(seconds(json!(1_795_435_200)), Some(1_795_435_200));
    assert_eq!(seconds(json!(1_795_435_200.9)), Some(1_795_435_200));
    assert_eq!(seconds(json!(-5.5)), Some(-5));
    assert_eq!(seconds(json!(i64::MAX)), Some(i64::MAX));
    for odd in [json!("1795435200"), json!(1e300), json!(-1e300), json!(u64::MAX), json!(true), json!(null), json!({})] {
        assert_eq!(seconds(odd.clone()), None, "{odd}");
    }
}

#[test]
fn text_about_a_person_is_cleaned_and_bounded() {
    assert_eq!(clean(" Kari\u{7}\r\n", 10).as_deref(), Some("Kari"));
    assert_eq!(clean("\u{0}\n", 10), None);
    assert_eq!(clean(&"æ".repeat(10), 10).map(|text| text.chars().count()), Some(10));
    assert_eq!(clean(&"æ".repeat(11), 10), None);
}

#[test]
fn odd_claims_about_a_person_are_left_out() {
    let provider = Provider::Microsoft { cloud: Cloud::Global, authority: Authority::Organizations };
    let claims = json!({ "name": 7, "email": ["a@b.example"], "upn": "", "preferred_username": "x".repeat(300), "given_name": "Kari" });
    let profile = profile(claims.as_object().unwrap(), &provider);
    assert_eq!((profile.name, profile.email, profile.upn, profile.username), (None, None, None, None));
    assert_eq!(profile.given_name.as_deref(), Some("Kari"));
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_without_panic(text in "(.{0,40}|[A-Za-z0-9_.-]{0,200})") {
        if let Ok(token) = Token::parse(&text, &Without::default()) {
            let _ = check_header(&token, &Without::default());
        }
    }

    #[test]
    fn any_header_and_claims_are_parsed_or_refused_without_panic(header in ".{0,60}", claims in ".{0,60}", name in "[a-z]{1,6}", value in ".{0,20}") {
        let _ = Token::parse(&compact(&header, &claims, "x"), &Without::default());
        let text = compact(&json!({ "alg": value, name.as_str(): value }).to_string(), &json!({ name.as_str(): value }).to_string(), "");
        let token = Token::parse(&text, &Without::default()).unwrap();
        let _ = (check_header(&token, &Without::default()), token.kid().is_some(), token.text(&name).is_some(), token.seconds(&name));
    }

    #[test]
    fn nothing_longer_than_the_limit_is_taken_apart(extra in 1_usize..5000) {
        prop_assert!(check_text(&"x".repeat(MAX_TOKEN + extra), &Without::default()).is_err());
    }
}
