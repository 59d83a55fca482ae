//! The pages of the refusals that people meet: what happened, what to do, who can do it, and a link to hand to whoever can.

use serde_json::json;
use tillit_practice::demo;
use tillit_practice::mischief::Mischief;
use tillit_store::Duration;

use super::{Answer, App};

/// How a refusal comes about.
enum By {
    /// Microsoft comes back with this code.
    Code(u32),
    /// Microsoft says this of the account.
    Claim(&'static str, serde_json::Value),
}

/// What the page must say.
struct Expected {
    heading: &'static str,
    happened: &'static str,
    todo: &'static str,
    who: &'static str,
    /// What a colleague reads who is handed the link, if one can help.
    colleague: Option<&'static str>,
    /// Whether that colleague can consent for everybody there.
    consents: bool,
}

const MICROSOFT: &str = "An administrator of your organisation&#39;s Microsoft tenant";
const OWNER: &str = "An owner or security administrator of your organisation in this portal";

fn table() -> [(&'static str, By, Expected); 7] {
    let elsewhere = json!("7c1f2a50-92d5-4a3e-8a0a-3d1b6f0e5d11");
    [
        (
            "consent denied",
            By::Code(65004),
            Expected {
                heading: "You did not consent",
                happened: "You chose “Cancel”",
                todo: "Try again and choose “Accept”",
                who: "<p>You</p>",
                colleague: Some("Your colleague did not consent"),
                consents: true,
            },
        ),
        (
            "needs approval",
            By::Code(90094),
            Expected {
                heading: "Your administrator must approve this first",
                happened: "did not let you consent by yourself",
                todo: "grant admin consent once, for everybody",
                who: MICROSOFT,
                colleague: Some("An administrator must approve the app first"),
                consents: true,
            },
        ),
        (
            "approval was asked for",
            By::Code(90095),
            Expected {
                heading: "Your request is waiting for approval",
                happened: "A request for approval was sent",
                todo: "Approve the request in Entra",
                who: MICROSOFT,
                colleague: Some("A request for approval waits"),
                consents: true,
            },
        ),
        (
            "assignment required",
            By::Code(50105),
            Expected {
                heading: "You are not assigned to this app",
                happened: "Microsoft knows you, but did not let you in",
                todo: "add the person under Users and groups",
                who: MICROSOFT,
                colleague: Some("Your colleague is not assigned to the app"),
                consents: false,
            },
        ),
        (
            "wrong tenant",
            By::Claim("tid", elsewhere),
            Expected {
                heading: "This account is from another organisation",
                happened: "with an account of another tenant",
                todo: "pick your work account",
                who: "<p>You</p>",
                colleague: Some("Tell your colleague which work account to use"),
                consents: false,
            },
        ),
        (
            "personal account",
            By::Code(500_208),
            Expected {
                heading: "This is a personal account",
                happened: "a personal Microsoft account",
                todo: "choose “Work or school account”",
                who: "<p>You</p>",
                colleague: Some("Tell your colleague which work account to use"),
                consents: false,
            },
        ),
        (
            "guest",
            By::Claim("acct", json!(1)),
            Expected {
                heading: "Guests cannot sign in here",
                happened: "Your account is a guest",
                todo: "guests",
                who: OWNER,
                colleague: Some("Guests cannot sign in"),
                consents: false,
            },
        ),
    ]
}

/// The text below one of the questions that every refusal answers.
fn below<'a>(page: &'a Answer, question: &str) -> &'a str {
    page.between(&format!("<h2>{question}</h2>"), "</section>")
}

#[tokio::test]
async fn each_refusal_says_what_happened_what_to_do_who_can_do_it_and_hands_over_where_that_helps() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    app.t.clock.advance(Duration::seconds(1));
    let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    for (what, by, expected) in table() {
        let mut kari = app.browser(demo::EMPLOYEE);
        let there = kari.type_username(demo::EMPLOYEE).await;
        let page = match by {
            By::Code(code) => {
                let address: url::Url = there.location().parse().unwrap();
                let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
                kari.get(&format!("/sso/callback?error=access_denied&error_description=AADSTS{code}%3A+words&state={state}")).await
            }
            By::Claim(claim, value) => {
                app.running.practice.world().mischief(Mischief::claim(claim, value));
                kari.through_provider(&there).await
            }
        };
        assert_eq!((page.status.as_u16(), page.heading()), (403, expected.heading), "{what}: {}", page.body);
        assert!(kari.session().is_none(), "{what}");
        for (question, part) in [("What happened", expected.happened), ("What to do", expected.todo), ("Who can do it", expected.who)] {
            assert!(below(&page, question).contains(part), "{what}, {question}: {}", below(&page, question));
        }
        assert!(!below(&page, "What it means").trim().is_empty() && page.has("/cannot-get-in"), "{what}");
        assert!(page.has("support@fjordvakt.example") && page.has("req_"), "{what}: support, and the reference for it");
        let Some(colleague) = expected.colleague else {
            assert!(!page.has("/sso/handover/"), "{what}");
            continue;
        };
        let path = format!("/sso/handover/{}", page.between("/sso/handover/", "<"));
        let handed = app.browser("").get(&path).await;
        assert_eq!(handed.status, 200, "{what}: {}", handed.body);
        assert!(handed.has(colleague), "{what}: {}", handed.body);
        assert!(!handed.has(demo::EMPLOYEE) && !handed.has("Kari"), "{what}: it says nothing of who handed it over");
        assert_eq!(handed.has(&format!("{path}/consent")), expected.consents, "{what}: {}", handed.body);
    }
}
