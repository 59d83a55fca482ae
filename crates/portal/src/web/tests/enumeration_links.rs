//! What somebody learns who opens pages with links and codes that do not work: that they do not, and nothing else.
//!
//! Two kinds of pages. A link to choose a password, one of a restore, and a break-glass code are said to be over and nothing
//! more, whatever is the matter. An invitation that was real tells whoever holds it why it is over, and to ask for another:
//! its 256 random bits cannot be guessed, and it names neither who invited nor whom. What it tells is the same everywhere.

use http::StatusCode;
use tillit_accounts::testing::TestOrganisation;
use tillit_accounts::ways_back::{NewRestore, RestorePages};
use tillit_accounts::{LinkPurpose, OwnProof, Username};
use tillit_practice::demo;
use tillit_store::testing::statements_of;
use tillit_store::{Actor, Duration, on_both_engines};

use super::invitations::link as invitation_link;
use super::{App, Browser};

const CHOSEN: &str = "fire små kaker til";
/// Of the form of a token, and nobody's.
const NEVER_MADE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A page without the token that was asked with.
type Shape = (StatusCode, Vec<(String, String)>, String);

/// What came back, and what was done for it.
#[derive(Debug, PartialEq)]
struct Met {
    shape: Shape,
    statements: Vec<&'static str>,
    hashes: u64,
}

/// Opens a page and sends its form, without a cookie from before.
async fn met(app: &App, path: &str, fields: &[(&str, &str)]) -> [Met; 2] {
    let token = path.rsplit('/').next().unwrap();
    let mut both = Vec::new();
    for sends in [false, true] {
        let (mut browser, hashes) = (app.browser(""), app.room.hashes());
        let asked = async { if sends { browser.post(path, fields).await } else { browser.get(path).await } };
        let (answer, statements) = statements_of(asked).await;
        assert!(browser.session().is_none(), "{path}");
        let (status, headers, body) = answer.shape();
        let (headers, body) =
            (headers.into_iter().map(|(name, value)| (name, value.replace(token, "TOKEN"))).collect(), body.replace(token, "TOKEN"));
        both.push(Met { shape: (status, headers, body), statements, hashes: app.room.hashes() - hashes });
    }
    both.try_into().unwrap()
}

/// Every one of these is met alike: in bytes, in statements and in hashes.
async fn all_alike(app: &App, page: &str, fields: &[(&str, &str)], tokens: &[(&str, String)]) {
    let unknown = met(app, &format!("{page}{NEVER_MADE}"), fields).await;
    assert!(unknown.iter().all(|met| !met.statements.is_empty() && met.hashes == 0), "{page}: {unknown:?}");
    for (what, token) in tokens {
        assert_eq!(met(app, &format!("{page}{token}"), fields).await, unknown, "{page} with one that is {what}");
    }
    // What has not the form of a token is not looked for; the page is the same.
    for nonsense in ["x", &NEVER_MADE[1..], &format!("{NEVER_MADE}A"), "%2e%2e", "..%2f..%2fetc"] {
        let there = met(app, &format!("{page}{nonsense}"), fields).await;
        for (there, unknown) in there.iter().zip(&unknown) {
            assert_eq!(there.shape.0, unknown.shape.0, "{page}{nonsense}");
            assert_eq!(heading(&there.shape.2), heading(&unknown.shape.2), "{page}{nonsense}");
        }
    }
}

fn heading(page: &str) -> &str {
    page.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0
}

/// Fjordheim, which has nothing to do with Nordvik.
async fn fjordheim(app: &App) -> TestOrganisation {
    let username: Username = "owner@fjordheim.example".parse().unwrap();
    let id = app.room.accounts.organisation_of_domain(&app.t.cx(), username.domain()).await.unwrap().unwrap();
    let cx = app.t.cx().in_organisation(id);
    let mut tx = app.room.db.read(&cx).await.unwrap();
    let owner = app.room.accounts.person_by_username(&mut tx, &cx, &username).await.unwrap().unwrap();
    let owner_cx = cx.with_actor(Actor::Person(owner));
    TestOrganisation { id, slug: "fjordheim".parse().unwrap(), cx, owner, username, owner_cx }
}

/// A link of an organisation's owner.
async fn made(app: &App, of: &TestOrganisation, purpose: LinkPurpose) -> tillit_accounts::LinkToken {
    let operator = of.cx.with_actor(Actor::Operator);
    let mut tx = app.room.db.begin(&operator).await.unwrap();
    let link = app.room.accounts.make_link(&mut tx, &operator, of.owner, purpose, Duration::minutes(15)).await.unwrap();
    tx.commit().await.unwrap();
    link
}

on_both_engines!(attack_48_links_to_choose_a_password_that_do_not_work_are_met_alike, |t| {
    let app = App::over(t).await;
    let theirs = fjordheim(&app).await;
    let fields = [("password", CHOSEN), ("again", CHOSEN)];
    let pages = [("/set-up/", LinkPurpose::SetUp, LinkPurpose::Recover), ("/recover/", LinkPurpose::Recover, LinkPurpose::SetUp)];
    for (page, purpose, other) in pages {
        let used = made(&app, &app.nordvik, purpose).await;
        app.room.accounts.use_link(&app.t.cx(), &used, purpose).await.unwrap();
        let expired = [made(&app, &app.nordvik, purpose).await, made(&app, &theirs, purpose).await];
        app.t.clock.advance(Duration::minutes(15));
        let of_another_kind = made(&app, &app.nordvik, other).await;
        let tokens = [
            ("used", used.as_str().to_owned()),
            ("expired", expired[0].as_str().to_owned()),
            ("expired, of another organisation", expired[1].as_str().to_owned()),
            ("of another kind", of_another_kind.as_str().to_owned()),
        ];
        all_alike(&app, page, &fields, &tokens).await;
        // One that works is not met like these: the comparison would see it.
        let works = made(&app, &theirs, purpose).await;
        assert_eq!(app.browser("").get(&format!("{page}{}", works.as_str())).await.status, 200);
    }
});

/// Runs a restore up to the contact's link and ends it; the link's token.
async fn ended_restore(app: &App, of: &TestOrganisation, withdrawn: bool) -> String {
    let (accounts, operator) = (&app.room.accounts, of.cx.with_actor(Actor::Operator));
    let contact: Username = "chair@elsewhere.example".parse().unwrap();
    let password = tillit_accounts::testing::password();
    accounts.set_contact(&of.owner_cx, of.owner, OwnProof::Password(&password), &contact).await.unwrap();
    let pages = RestorePages { public_url: app.state.config.public_url.clone(), operator_mail: None };
    let named = format!("new.owner@{}", of.username.domain().as_str()).parse().unwrap();
    let new = NewRestore { domain: of.username.domain().clone(), contact, named };
    accounts.begin_restore(&operator, &new, &pages).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let agree = super::ways_back::link(app, folder.path(), "agree").await;
    assert!(app.browser("").get(&agree).await.has(new.named.as_str()), "it works while the restore is under way");
    if withdrawn {
        accounts.withdraw_restore(&operator).await.unwrap();
    }
    agree.rsplit('/').next().unwrap().to_owned()
}

on_both_engines!(attack_48_links_of_a_restore_that_do_not_work_are_met_alike, |t| {
    let app = App::over(t).await;
    let theirs = fjordheim(&app).await;
    let withdrawn = ended_restore(&app, &app.nordvik, true).await;
    let run_out = ended_restore(&app, &theirs, false).await;
    for (page, fields) in [("/restore/stop/", &[][..]), ("/restore/come-in/", &[("code", "7Q2M-9XKD-41TB-0WZV")][..])] {
        // The contact's link of a restore that is under way, at the page of another: not even that there is a restore.
        let tokens = [("of another kind", withdrawn.clone()), ("of another kind and organisation", run_out.clone())];
        all_alike(&app, page, fields, &tokens).await;
    }
    app.t.clock.advance(Duration::days(15));
    // Whoever holds a real link of a restore that is over is told the same in bytes; it takes another look into the
    // database to see that it is over, which only 256 right bits bring about.
    let page = "/restore/agree/";
    let unknown = met(&app, &format!("{page}{NEVER_MADE}"), &[]).await;
    for (what, token) in [("withdrawn", &withdrawn), ("run out, of another organisation", &run_out)] {
        let there = met(&app, &format!("{page}{token}"), &[]).await;
        for (there, unknown) in there.iter().zip(&unknown) {
            assert_eq!((&there.shape, there.hashes), (&unknown.shape, unknown.hashes), "{what}");
        }
    }
});

on_both_engines!(attack_48_break_glass_codes_that_do_not_work_are_met_alike, |t| {
    let app = App::over(t).await;
    let theirs = fjordheim(&app).await;
    let password = tillit_accounts::testing::password();
    let (accounts, mut codes) = (&app.room.accounts, Vec::new());
    for of in [&app.nordvik, &theirs] {
        let code = accounts.seal_break_glass(&of.owner_cx, of.owner, OwnProof::Password(&password)).await.unwrap();
        codes.push(code.code.to_string());
    }
    // Sealed anew: the old code is void. And opened and closed.
    accounts.seal_break_glass(&app.nordvik.owner_cx, app.nordvik.owner, OwnProof::Password(&password)).await.unwrap();
    assert_eq!(app.browser("").post("/break-glass", &[("code", &codes[1])]).await.location(), "/");
    accounts.close_break_glass(&theirs.owner_cx, theirs.owner, OwnProof::Password(&password)).await.unwrap();
    let typed = |code: &str| {
        let (app, code) = (&app, code.to_owned());
        async move {
            let (mut browser, hashes) = (app.browser(""), app.room.hashes());
            let (answer, statements) = statements_of(browser.post("/break-glass", &[("code", &code)])).await;
            assert!(browser.session().is_none());
            (answer.shape(), statements, app.room.hashes() - hashes)
        }
    };
    let unknown = typed("7Q2M-9XKD-41TB-0WZV").await;
    assert!(unknown.1.len() > 2 && unknown.0.0 == 422, "{unknown:?}");
    for (what, code) in [("replaced", codes[0].as_str()), ("used and closed, of another organisation", &codes[1]), ("nonsense", "no code")]
    {
        assert_eq!(typed(code).await, unknown, "{what}");
    }
});

on_both_engines!(attack_48_invitations_that_are_over_name_nobody_and_are_met_alike_everywhere, |t| {
    let app = App::over(t).await;
    let mut owners = [app.signed_in(demo::GLOBAL_ADMINISTRATOR).await, app.signed_in("owner@fjordheim.example").await];
    let mut over: Vec<[String; 3]> = Vec::new();
    for (owner, domain) in owners.iter_mut().zip(["nordvik.example", "fjordheim.example"]) {
        let mut paths = Vec::new();
        for name in ["used", "revoked", "expired"] {
            let address = format!("{name}.one@{domain}");
            assert_eq!(
                owner.post("/people/invite", &[("address", &address), ("role", "employee")]).await.location(),
                "/people/invitations"
            );
            paths.push(invitation_link(&app, &address).await);
        }
        assert_eq!(app.browser("").post(&paths[0], &[("password", CHOSEN), ("again", CHOSEN)]).await.location(), "/");
        revoke(owner, &format!("revoked.one@{domain}")).await;
        over.push(paths.try_into().unwrap());
    }
    app.t.clock.advance(Duration::days(7));
    let fields = [("password", CHOSEN), ("again", CHOSEN)];
    for state in 0..3 {
        // Keys are held in memory once they were looked up.
        for paths in &over {
            met(&app, &paths[state], &fields).await;
        }
        let (ours, theirs) = (met(&app, &over[0][state], &fields).await, met(&app, &over[1][state], &fields).await);
        assert_eq!(ours, theirs, "in which organisation it was cannot be told");
        for met in ours {
            assert_eq!((met.shape.0.as_u16(), met.hashes), (422, 0));
            for word in ["ordvik", "jordheim", ".one", "ngrid", "owner@"] {
                assert!(!met.shape.2.contains(word), "{word} in {}", met.shape.2);
            }
        }
    }
    // One that never was says so, and so does a link of another kind.
    let theirs = fjordheim(&app).await;
    let set_up = made(&app, &theirs, LinkPurpose::SetUp).await;
    all_alike(&app, "/invitation/", &fields, &[("of another kind", set_up.as_str().to_owned())]).await;
});

/// Withdraws the invitation of this address.
async fn revoke(owner: &mut Browser<'_>, address: &str) {
    let list = owner.get("/people/invitations").await;
    let row = list.body.split("<tr").find(|row| row.contains(address)).unwrap();
    let id = row.split("/people/invitations/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(owner.post(&format!("/people/invitations/{id}/revoke"), &[]).await.location(), "/people/invitations");
}
