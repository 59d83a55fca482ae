//! The rest of a busy week: everything else that holds a secret, or a text of somebody, each made through the pages.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_accounts::authenticator::{Authenticator, Twist};
use tillit_accounts::{RelyingParty, TotpSecret};
use tillit_practice::demo;
use tillit_store::{Actor, Clock as _, Cx, Db, DbOptions, Scope, SystemClock, SystemRandom};
use tillit_vault::{SealedFor, SealedTable};

use super::browser::{Answer, Browser};
use super::busy::{KARIS_PASSWORD, OWNERS_PASSWORD, Run, last_part, ok};

const CONTACT: &str = "styreleder.privat@elsewhere.example";
const NEXT_CONTACT: &str = "nestleder.privat@elsewhere.example";
const NAMED: &str = "ny.eier@nordvik.example";
/// Nobody outside is asked for this name (RFC 6761, section 6.3), and nothing is sent to where it leads.
const WEBHOOK: &str = "https://mottak.nordvik.localhost/hemmelig-sti-4711";

impl Run {
    /// What a person adds for signing in, and asks: with the own password.
    pub(super) async fn own_things(&mut self, kari: &mut Browser) {
        for (what, text) in [
            ("a name of a passkey", "Karis gule telefon"),
            ("a corrected telephone", "+47 911 22 333"),
            ("a corrected address", "Fjellveien 144, oppgang B"),
            ("why somebody wants to be forgotten", "Jeg slutter, for sjefen leser posten min"),
            ("what the owner answers", "Vi venter på revisjonen i mai"),
            ("a browser", super::browser::USER_AGENT),
        ] {
            self.secret(what, text);
        }
        let page = kari.post("/account/sign-in/passkeys/add", &[("password", KARIS_PASSWORD), ("name", "Karis gule telefon")]).await;
        ok(&page, 200);
        let handle = URL_SAFE_NO_PAD.decode(page.between("data-handle=\"", "\"")).expect("base64");
        let mut key = Authenticator::new();
        let party = RelyingParty::of(&self.portal().parse().expect("an address")).expect("a relying party");
        let challenge = URL_SAFE_NO_PAD.decode(page.between("data-challenge=\"", "\"")).expect("base64");
        let [client_data, data] = key.create(&party, &challenge).to_fields();
        let fields = [("name", "Karis gule telefon"), ("client_data", &client_data), ("authenticator_data", &data)];
        ok(&kari.post("/account/sign-in/passkeys", &fields).await, 303);

        // Beside a passkey the password alone proves nothing.
        let asked = kari.get("/account/sign-in/app").await;
        let challenge = URL_SAFE_NO_PAD.decode(asked.between("data-challenge=\"", "\"")).expect("base64");
        let shown = key.get(&party, &challenge, &handle, Twist::None).to_fields();
        let names = ["credential", "client_data", "authenticator_data", "signature", "user_handle"];
        let proof: Vec<(&str, &str)> = names.into_iter().zip(shown.iter().map(String::as_str)).collect();
        let scan = kari.post("/account/sign-in/app", &proof).await;
        let (secret, ticket) = (hidden(&scan, "secret"), hidden(&scan, "ticket"));
        let app = TotpSecret::from_base32(&secret).expect("a secret");
        let code = app.code_at(SystemClock.now()).to_string();
        let shown = kari.post("/account/sign-in/app/finish", &[("secret", &secret), ("ticket", &ticket), ("code", &code)]).await;
        ok(&shown, 200);
        self.secret("an app's secret", &secret);
        self.codes("an own recovery code", &shown);

        let corrected = [("name", "Kari Nordmann"), ("phone", "+47 911 22 333"), ("address", "Fjellveien 144, oppgang B")];
        ok(&kari.post("/account/profile", &corrected).await, 303);
        ok(&kari.post("/account/erasure", &[("why", "Jeg slutter, for sjefen leser posten min")]).await, 303);
        let taken = kari.get("/account/data.json").await;
        assert!(taken.body.contains("+47 911 22 333") && taken.body.contains("sjefen leser"), "{taken:?}");
        // Each proof has given the session a new token.
        self.session(kari);
    }

    /// What owners add for the organisation: with the own password.
    pub(super) async fn of_the_organisation(&mut self, owner: &mut Browser) {
        let proof = ("password", OWNERS_PASSWORD);
        for (what, text) in [
            ("a name of a service", "Personalsystemet i Nordvik"),
            ("a purpose of a service", "Henter ansatte hver natt"),
            ("a contact for emergencies", CONTACT),
            ("the next contact", NEXT_CONTACT),
            ("a webhook's address", WEBHOOK),
            ("a webhook's path", "hemmelig-sti-4711"),
        ] {
            self.secret(what, text);
        }
        let new =
            [("name", "Personalsystemet i Nordvik"), ("purpose", "Henter ansatte hver natt"), ("life", "90"), ("scope-scim", "yes"), proof];
        let token = owner.post("/settings/services/new", &new).await;
        self.secret("a service's token", inside(&token, "token"));
        for contact in [CONTACT, NEXT_CONTACT] {
            ok(&owner.post("/settings/ways-back/contact", &[("contact", contact), ("do", "set"), proof]).await, 303);
        }
        let sealed = owner.post("/settings/ways-back/break-glass", &[("do", "seal"), proof]).await;
        self.codes("a break-glass code", &sealed);
        for path in ["/settings/audit/webhook", "/settings/audit/webhook/secret"] {
            let shown = owner.post(path, &[("address", WEBHOOK), proof]).await;
            self.secret("a webhook's secret", inside(&shown, "webhook-secret"));
        }
        let list = owner.get("/settings/privacy/requests").await;
        let request = format!("/settings/privacy/requests/{}", list.between("href=\"/settings/privacy/requests/", "\""));
        ok(&owner.get(&request).await, 200);
        ok(&owner.post(&request, &[("reason", "Vi venter på revisjonen i mai"), ("answer", "extend")]).await, 303);
    }

    /// The operator lets the organisation back in, as far as the contact's code.
    pub(super) async fn restore_access(&mut self) {
        self.secret("who is to become an owner", NAMED);
        let start = ["restore-access", "start", "--organisation", "Nordvik kommune", "--domain", "nordvik.example"];
        self.tillit(&[&start[..], &["--contact", CONTACT, "--owner", NAMED]].concat());
        let link = self.mailed("/restore/agree/").await;
        self.secret("a link of a restore", last_part(&link));
        let mut contact = self.browser(CONTACT);
        let shown = contact.post(&link, &[]).await;
        let code = shown.between("<p class=\"mono figure\">", "</p>").to_owned();
        self.secret("a code of a restore", &code);
        self.secret("a code of a restore without its hyphens", &code.replace('-', ""));
    }

    /// A registration of the organisation's own, with its secret; and somebody whose browser is gone before the provider answers.
    pub(super) async fn own_registration(&mut self, owner: &mut Browser) {
        let secret = "~egen.klienthemmelighet-8Q_x";
        self.secret("an own registration's secret", secret);
        let page = owner.get("/settings/security/connection").await;
        let revision = hidden(&page, "revision");
        let tenant = self.tenant();
        let own = [
            ("revision", revision.as_str()),
            ("kind", "own"),
            ("cloud", "global"),
            ("tenant_id", &tenant),
            ("client_id", "5a1d3c52-7a0e-4f6e-9f0b-0a4cf0a6f001"),
            ("issuer", ""),
            ("openid_client_id", ""),
        ];
        ok(&owner.post("/settings/security/connection", &own).await, 303);
        ok(&owner.post("/settings/security/credential/secret", &[("secret", secret), ("secret_until", "2030-01-31")]).await, 303);
        let mut gone = self.browser(demo::EMPLOYEE);
        ok(&gone.post("/sign-in", &[("username", demo::EMPLOYEE), ("return_to", "/")]).await, 303);
    }

    /// Less is held from now on, and sessions carry what is used at sign-in only.
    pub(super) async fn less_is_held(&mut self, owner: &mut Browser) {
        ok(&owner.post("/settings/privacy/change", &[("to", "sosssssso"), ("password", OWNERS_PASSWORD)]).await, 303);
        let mut kari = self.browser(demo::EMPLOYEE);
        ok(&kari.trip("/sign-in", &[("username", demo::EMPLOYEE), ("return_to", "/")]).await, 303);
        assert!(kari.get("/account").await.body.contains("Kari Nordmann"), "carried by the session");
        self.session(&kari);
    }

    fn codes(&mut self, what: &str, page: &Answer) {
        for code in page.between("<ol class=\"kit\">", "</ol>").split("<li>").skip(1) {
            let code = code.replace("</li>", "").trim().to_owned();
            self.secret(what, &code);
            self.secret(&format!("{what} without its hyphens"), &code.replace('-', ""));
        }
    }

    /// The sealed columns that hold a value in some row now.
    pub(super) async fn sealed_columns_in_use(&self) -> BTreeSet<(&'static str, &'static str)> {
        let db = Db::open(&self.url(), &DbOptions::default()).await.expect("the database");
        let cx = Cx::new(
            Scope::Installation,
            Actor::Operator,
            None,
            std::sync::Arc::new(SystemClock),
            std::sync::Arc::new(SystemRandom::default()),
        );
        let mut used = BTreeSet::new();
        for table in tables() {
            for column in table.columns {
                let sql = format!("SELECT COUNT({column}) AS n FROM {}", table.table);
                let statement = tillit_store::Statement { name: "walk.sealed", sql: sql.leak() };
                let mut tx = db.read(&cx).await.expect("a transaction");
                if tx.fetch_one(statement, vec![]).await.and_then(|row| row.get::<i64>("n")).expect("a number") > 0 {
                    used.insert((table.table, *column));
                }
            }
        }
        db.close().await;
        used
    }
}

/// Every table with sealed columns, of all rooms.
fn tables() -> impl Iterator<Item = &'static SealedTable> {
    crate::sealed::ROOMS.iter().flat_map(|(_, sealed, _)| *sealed)
}

/// Sealed columns that a busy run cannot fill, and why.
const NOT_IN_THE_RUN: &[(&str, &str)] = &[
    // Needs an hour of the real clock.
    ("sso_parked_form", "sealed"),
    // Mails and other work are done and deleted within the run.
    ("job", "payload"),
];

/// Every sealed column was in use, so that the walk looked for what stands in it.
pub(super) fn nothing_was_left_out(used: &BTreeSet<(&'static str, &'static str)>) {
    let all: BTreeSet<_> = tables().flat_map(|table| table.columns.iter().map(|column| (table.table, *column))).collect();
    let left: Vec<_> = all.difference(used).filter(|left| !NOT_IN_THE_RUN.contains(left)).collect();
    assert!(left.is_empty(), "the busy run puts nothing into these sealed columns, so the walk proves nothing about them: {left:?}");
    assert!(tables().any(|table| table.owner == SealedFor::Organisation));
}

fn hidden(page: &Answer, name: &str) -> String {
    page.between(&format!("name=\"{name}\" value=\""), "\"").to_owned()
}

/// What stands in a block that can be copied.
fn inside<'a>(page: &'a Answer, id: &str) -> &'a str {
    page.between(&format!("<pre id=\"{id}\">"), "</pre>")
}
