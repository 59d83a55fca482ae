use tillit_jobs::{Worker, WorkerOptions};
use tillit_mail::{Mailer, StoredMail, folder_list};
use tillit_store::testing::TestDb;
use tillit_store::{Actor, Duration, PersonId, Timestamp, on_both_engines};
use tillit_vault::{EpochOptions, MasterKey, Vault, VaultOptions};

use crate::testing::{TestAccounts, TestOrganisation};
use crate::{
    Accounts, AccountsError, Answer, NewSession, PhotoChange, Profile, ProfileText, RequestState, Role, SignInMethod, TIME_TO_ANSWER,
};

tillit_store::statements! { unlisted "accounts.tests.erasure";
    SIGN_IN = "INSERT INTO sso_sign_in (id, organisation_id, at, purpose, outcome, sealed, request_id, about) VALUES ($1, $2, $3, 'sign_in', 'refused', $4, $1, $5)";
    SIGN_INS = "SELECT COUNT(*) AS n FROM sso_sign_in WHERE organisation_id = $1";
    RESTORE = "INSERT INTO restore (id, organisation_id, domain, first_record, named, contact, wrong_codes, history, began_at, told_at, ended_at) VALUES ($1, $2, 'nordvik.example', 'x', $3, $4, 0, '[]', $5, $5, $5)";
    RESTORES = "SELECT COUNT(*) AS n FROM restore WHERE organisation_id = $1";
    BURY = "UPDATE job SET dead_at = $2, dedup = NULL WHERE organisation_id = $1 AND kind = 'mail.send'";
    MAILS = "SELECT id, payload FROM job WHERE organisation_id = $1 AND kind = 'mail.send'";
    DAMAGE = "UPDATE person SET name = username WHERE id = $1";
}

fn text(text: &str) -> ProfileText {
    ProfileText::new(text).unwrap()
}

/// All mails so far, once the background work that is due is done.
async fn mails(t: &TestDb, a: &TestAccounts, folder: &std::path::Path) -> Vec<StoredMail> {
    let worker = a.accounts.register(Worker::new(t.db.clone(), a.vault.clone(), WorkerOptions::default()));
    Mailer::folder(folder).register(worker).run_due(&a.cx).await.unwrap();
    folder_list(folder).await.unwrap()
}

async fn ask(a: &TestAccounts, org: &TestOrganisation, who: PersonId, why: &str) -> bool {
    let cx = org.cx.with_actor(Actor::Person(who));
    let mut tx = a.db.begin(&cx).await.unwrap();
    let asked = a.accounts.ask_for_erasure(&mut tx, &cx, ProfileText::new(why).as_ref()).await.unwrap();
    tx.commit().await.unwrap();
    asked
}

on_both_engines!(a_forgotten_person_is_gone_at_once_and_only_ids_remain, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let photo = crate::Photo::jpeg(vec![0xff, 0xd8, 0xff, 1, 0xff, 0xd9]).unwrap();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.update_profile(&mut tx, &org.cx, kari, &Profile::named("Kari"), PhotoChange::Replace(&photo)).await.unwrap();
    let (token, _) = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(kari, SignInMethod::Sso)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(ask(&a, &org, kari, "I am leaving.").await);

    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let receipt = a.accounts.forget(&mut tx, &org.owner_cx, kari).await.unwrap();
    tx.commit().await.unwrap();
    a.accounts.after_forgetting(&org.owner_cx).await;

    assert!(matches!(a.accounts.person(&org.cx, kari).await, Err(AccountsError::NotFound)));
    assert_eq!(a.accounts.session(&t.cx(), &token).await.unwrap(), None);
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let name = "kari@nordvik.example".parse().unwrap();
    assert_eq!(a.accounts.person_by_username(&mut tx, &org.cx, &name).await.unwrap(), None);
    assert!(a.vault.person(&mut tx, org.id, kari).await.is_err());
    // Every table is asked, also those of other rooms: what is left names an id, and is listed with its reason.
    for (table, column) in crate::tables_about_people() {
        let statement = crate::mirror::table::count(table, column);
        let rows: i64 = tx.fetch_one(statement, tillit_store::args![org.id, kari]).await.unwrap().get("n").unwrap();
        assert!(
            rows == 0 || crate::REMAINS.iter().any(|(name, remains, _)| (*name, *remains) == (table, column)),
            "{table}.{column}: {rows}"
        );
    }
    drop(tx);
    assert_eq!(a.accounts.erasure_receipt(&org.cx, receipt.id).await.unwrap(), receipt);
    assert_eq!((receipt.person, receipt.erased_by, receipt.asked_at), (kari, Some(org.owner), Some(t.cx().now())));
    assert_eq!(a.accounts.erasure_receipts(&org.cx).await.unwrap(), [receipt]);
    assert!(a.accounts.erasure_requests(&org.cx).await.unwrap().is_empty());
    // The log is read as before, and a former person can be named again.
    assert!(!a.accounts.audit_log(&org.cx, crate::AuditPage { before: None, limit: 100 }).await.unwrap().is_empty());
    a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
});

on_both_engines!(who_may_not_be_forgotten_stays_whole, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let operator = org.cx.with_actor(Actor::Operator);
    let mut tx = a.db.begin(&operator).await.unwrap();
    assert!(matches!(a.accounts.forget(&mut tx, &operator, org.owner).await, Err(AccountsError::LastOwner)));
    drop(tx);
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert!(matches!(a.accounts.forget(&mut tx, &org.owner_cx, org.owner).await, Err(AccountsError::Denied)));
    drop(tx);
    let mut tx = a.db.begin(&other.owner_cx).await.unwrap();
    assert!(matches!(a.accounts.forget(&mut tx, &other.owner_cx, kari).await, Err(AccountsError::NotFound)));
    drop(tx);
    for who in [org.owner, kari] {
        // The vault's memory may have dropped the keys; the database has them.
        assert!(a.accounts.person(&org.cx, who).await.is_ok());
    }
    assert!(a.accounts.erasure_receipts(&other.cx).await.unwrap().is_empty());
});

on_both_engines!(rows_of_people_whose_key_is_gone_go_at_the_next_start, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    // As after a backup was brought back: the ledger's replay took the key.
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.vault.forget_person(&mut tx, &org.cx, org.id, kari).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.forget_keyless(&a.cx).await.unwrap(), 1);
    assert_eq!(a.accounts.forget_keyless(&a.cx).await.unwrap(), 0);
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    assert!(matches!(a.accounts.standing(&mut tx, &org.cx, kari).await, Err(AccountsError::NotFound)));
    assert!(a.accounts.standing(&mut tx, &org.cx, org.owner).await.is_ok());
});

on_both_engines!(a_request_has_a_month_is_reminded_of_and_can_be_extended_once, |t| {
    let folder = tempfile::tempdir().unwrap();
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let kari_cx = org.cx.with_actor(Actor::Person(kari));
    assert!(ask(&a, &org, kari, "Please").await);
    assert!(!ask(&a, &org, kari, "Please, again").await, "one at a time");
    let [request] = a.accounts.erasure_requests(&org.cx).await.unwrap().try_into().unwrap();
    assert_eq!(
        (request.state, request.due_at, request.why.as_deref()),
        (RequestState::Open, t.cx().now() + TIME_TO_ANSWER, Some("Please"))
    );
    assert_eq!(a.accounts.last_erasure_request(&kari_cx, kari).await.unwrap().as_ref(), Some(&request));
    assert!(matches!(a.accounts.last_erasure_request(&org.owner_cx, kari).await, Err(AccountsError::Denied)));
    assert!(matches!(a.accounts.erasure_request(&other.cx, request.id).await, Err(AccountsError::NotFound)));
    let to_owner = async || mails(&t, &a, folder.path()).await.iter().filter(|mail| mail.to.contains("owner@nordvik")).count();
    assert_eq!(to_owner().await, 1, "who may answer is told");
    let mut day = Duration::days(0);
    let mut told_on = Vec::new();
    let mut told = 1;
    while day < Duration::days(32) {
        t.clock.advance(Duration::days(1));
        day = Duration(day.0 + Duration::days(1).0);
        let now = to_owner().await;
        if now > told {
            told_on.push(day.as_seconds() / 86_400);
            told = now;
        }
    }
    assert_eq!(told_on, [23, 29, 30], "seven days before, one day before, on the day, and then no more");

    let answer = async |answer, reason: &str| {
        let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
        let done = a.accounts.answer_erasure(&mut tx, &org.owner_cx, request.id, answer, &text(reason)).await;
        if done.is_ok() {
            tx.commit().await.unwrap();
        }
        done
    };
    answer(Answer::Extend, "Many ask at the moment.").await.unwrap();
    assert!(matches!(answer(Answer::Extend, "Still.").await, Err(AccountsError::NotFound)), "once");
    let extended = a.accounts.erasure_request(&org.cx, request.id).await.unwrap();
    assert_eq!((extended.due_at, extended.answer.as_deref()), (request.due_at + crate::EXTENSION, Some("Many ask at the moment.")));
    answer(Answer::Refuse, "The law asks us to keep it.").await.unwrap();
    let seen = a.accounts.last_erasure_request(&kari_cx, kari).await.unwrap().unwrap();
    assert_eq!(
        (seen.state, seen.answer.as_deref(), seen.answered_by),
        (RequestState::Refused, Some("The law asks us to keep it."), Some(org.owner))
    );
    // Why is in the log too, sealed: what somebody typed as the reason.
    let log = a.accounts.audit_log(&org.cx, crate::AuditPage { before: None, limit: 10 }).await.unwrap();
    let why = |action| log.iter().find(|row| row.action == action).and_then(|row| row.detail.clone());
    assert_eq!(why(crate::audit::actions::ERASURE_REFUSED), Some(serde_json::json!({ "why": "The law asks us to keep it." })));
    assert_eq!(why(crate::audit::actions::ERASURE_EXTENDED), Some(serde_json::json!({ "why": "Many ask at the moment." })));
    let mails = mails(&t, &a, folder.path()).await;
    assert_eq!(mails.iter().filter(|mail| mail.to.contains("kari@")).count(), 2, "the person is told both times");
    assert!(ask(&a, &org, kari, "").await, "a new request after the answer");
    let mut tx = a.db.begin(&kari_cx).await.unwrap();
    assert_eq!(a.accounts.open_erasure_requests(&mut tx, &kari_cx).await.unwrap().0, 1);
    assert!(a.accounts.withdraw_erasure(&mut tx, &kari_cx).await.unwrap());
    assert!(!a.accounts.withdraw_erasure(&mut tx, &kari_cx).await.unwrap());
    tx.commit().await.unwrap();
    t.clock.advance(Duration::days(3 * 365 + 1));
    assert_eq!(a.accounts.prune(&a.cx).await.unwrap().receipts, 1, "a refusal is kept three years");
});

on_both_engines!(one_organisations_damaged_row_keeps_nobody_from_being_reminded, |t| {
    let folder = tempfile::tempdir().unwrap();
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    for org in [&org, &other] {
        let kari = a.person(&org.cx, &format!("kari@{}.example", org.slug.as_str()), Role::Employee).await;
        assert!(ask(&a, org, kari, "").await);
        t.clock.advance(Duration::hours(1));
    }
    mails(&t, &a, folder.path()).await;
    // Asked first, so it is reminded of first.
    tillit_store::statements! { unlisted "test"; DAMAGE = "UPDATE person SET username = $2 WHERE id = $1"; }
    let mut tx = a.db.begin(&a.cx).await.unwrap();
    tx.execute(DAMAGE, tillit_store::args![org.owner, vec![1_u8; 80]]).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::days(24));
    assert!(a.accounts.remind_of_erasures(&a.cx).await.is_err(), "the failure is not hidden");
    let told = async || mails(&t, &a, folder.path()).await.iter().filter(|mail| mail.to.contains("owner@sorvik")).count();
    assert_eq!(told().await, 2, "asked, and reminded");
});

on_both_engines!(an_administrator_whose_data_does_not_open_keeps_nobody_from_asking_and_the_others_are_told, |t| {
    let folder = tempfile::tempdir().unwrap();
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let damaged = a.person(&org.cx, "damaged@nordvik.example", Role::PrivacyOfficer).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    tx.execute(DAMAGE, tillit_store::args![damaged]).await.unwrap();
    let found = a.accounts.administrators_in(&mut tx, &org.cx).await.unwrap();
    assert_eq!(found.damaged, [crate::Damaged { id: damaged, role: Role::PrivacyOfficer }]);
    assert_eq!(found.people.iter().map(|person| person.id).collect::<Vec<_>>(), [org.owner]);
    tx.commit().await.unwrap();
    assert!(ask(&a, &org, kari, "").await);
    t.clock.advance(Duration::days(24));
    assert_eq!(a.accounts.remind_of_erasures(&a.cx).await.unwrap(), 1);
    let told = mails(&t, &a, folder.path()).await.iter().filter(|mail| mail.to.contains("owner@nordvik")).count();
    assert_eq!(told, 2, "asked, and reminded");
});

on_both_engines!(whoever_asks_a_hundred_times_writes_to_nobody_more_than_once_a_day, |t| {
    let folder = tempfile::tempdir().unwrap();
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let ola = a.person(&org.cx, "ola@nordvik.example", Role::Employee).await;
    let cx = org.cx.with_actor(Actor::Person(kari));
    let mut done = 0;
    for _ in 0..100 {
        let mut tx = a.db.begin(&cx).await.unwrap();
        match a.accounts.ask_for_erasure(&mut tx, &cx, None).await {
            Ok(asked) => done += u32::from(asked),
            Err(AccountsError::TooOften { .. }) => continue,
            Err(error) => panic!("{error}"),
        }
        a.accounts.withdraw_erasure(&mut tx, &cx).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(done, 5);
    let to_owner = async || mails(&t, &a, folder.path()).await.iter().filter(|mail| mail.to.contains("owner@nordvik")).count();
    assert_eq!(to_owner().await, 1);
    assert!(ask(&a, &org, ola, "").await, "somebody else is not kept from asking");
    t.clock.advance(Duration::days(1));
    assert!(ask(&a, &org, kari, "").await, "and the next day is another one");
    assert_eq!(to_owner().await, 3);
});

on_both_engines!(who_invited_somebody_or_answered_a_request_can_take_the_own_data_along_and_nobody_elses, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let browser = crate::tests::audit_chain::with_address(&org.owner_cx);
    let mut tx = a.db.begin(&browser).await.unwrap();
    let address = "ola@nordvik.example".parse().unwrap();
    let new = crate::NewInvitation { address, person: None, role: Role::Employee, page: "https://portal.example/i/" };
    a.accounts.invite(&mut tx, &browser, &new).await.unwrap();
    tx.commit().await.unwrap();
    ask(&a, &org, kari, "I am leaving.").await;
    let request = a.accounts.last_erasure_request(&org.cx.with_actor(Actor::Person(kari)), kari).await.unwrap().unwrap();
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let why = ProfileText::new("The law asks us to keep it.").unwrap();
    a.accounts.answer_erasure(&mut tx, &org.owner_cx, request.id, Answer::Refuse, &why).await.unwrap();
    tx.commit().await.unwrap();
    let all = a.accounts.everything_about(&org.owner_cx, org.owner).await.unwrap();
    let text = all.to_string();
    for others in ["ola@", "I am leaving", "The law asks"] {
        assert!(!text.contains(others), "{others} in {text}");
    }
    assert_eq!(all["held"]["invitation (invited_by)"][0]["address"], "somebody else's");
    assert_eq!(all["held"]["erasure_request (answered_by)"][0]["answer"], "somebody else's");
    let parts = all["held"]["audit_part"].as_array().unwrap();
    assert!(parts.iter().any(|part| part["what"] == "client" && part["value"] == "203.0.113.9"), "{parts:?}");
});

/// Where the address of somebody who is to be forgotten stands under the organisation's key, beside Ola's.
struct Addresses {
    a: TestAccounts,
    org: TestOrganisation,
    kari: PersonId,
    ola: PersonId,
}

/// Her address, in which her username and her mail address are one.
const HERS: &str = "kari@elsewhere.example";

impl Addresses {
    async fn new(t: &TestDb) -> Self {
        let a = TestAccounts::new(t).await;
        let org = a.organisation("nordvik").await;
        let kari = a.person(&org.cx, HERS, Role::Employee).await;
        let ola = a.person(&org.cx, "ola@nordvik.example", Role::Employee).await;
        let proof = crate::OwnProof::Password(&crate::testing::password());
        a.accounts.set_contact(&org.owner_cx, org.owner, proof, &HERS.parse().unwrap()).await.unwrap();
        let mut tx = a.db.begin(&org.cx).await.unwrap();
        // A mail about her to an owner that could not be sent.
        let letter = |to: &str| tillit_mail::Outgoing { to: to.to_owned(), subject: "x".to_owned(), text: format!("About {HERS}") };
        tillit_mail::enqueue(&mut tx, &org.cx, &a.vault, letter("owner@nordvik.example")).await.unwrap();
        tx.execute(BURY, tillit_store::args![org.id, org.cx.now()]).await.unwrap();
        tillit_mail::enqueue(&mut tx, &org.cx, &a.vault, letter("Kari@Elsewhere.example")).await.unwrap();
        let to_ola = tillit_mail::Outgoing { to: "ola@nordvik.example".to_owned(), subject: "x".to_owned(), text: "To Ola".to_owned() };
        tillit_mail::enqueue(&mut tx, &org.cx, &a.vault, to_ola).await.unwrap();
        let keys = a.vault.organisation(&mut tx, org.id).await.unwrap();
        for name in [HERS, "ola@nordvik.example"] {
            let id = org.cx.new_id::<tillit_store::kinds::SignIn>();
            let sealed = keys.seal(&org.cx, tillit_vault::Place::new("sso_sign_in", "sealed", id.uuid()), name.as_bytes()).unwrap();
            tx.execute(SIGN_IN, tillit_store::args![id, org.id, org.cx.now(), sealed, keys.blind_address(name)]).await.unwrap();
            let id = org.cx.new_id::<tillit_store::kinds::SignIn>().uuid();
            let seal = |column, text: &str| keys.seal(&org.cx, tillit_vault::Place::new("restore", column, id), text.as_bytes()).unwrap();
            let values = tillit_store::args![id, org.id, seal("named", name), seal("contact", "c@sorvik.example"), org.cx.now()];
            tx.execute(RESTORE, values).await.unwrap();
        }
        tx.commit().await.unwrap();
        Self { a, org, kari, ola }
    }

    /// Nothing holds her address but so many mails to her, and Ola's things are all there.
    async fn assert_only_olas_are_left(&self, mails_to_her: usize) {
        let Self { a, org, .. } = self;
        let mut tx = a.db.read(&org.cx).await.unwrap();
        let keys = a.vault.organisation(&mut tx, org.id).await.unwrap();
        let mut left = Vec::new();
        for row in tx.fetch_all(MAILS, tillit_store::args![org.id]).await.unwrap() {
            let place = tillit_vault::Place::new("job", "payload", row.get("id").unwrap());
            let text = keys.open(place, &row.get::<Vec<u8>>("payload").unwrap()).unwrap();
            let mail: serde_json::Value = serde_json::from_slice(&text).unwrap();
            assert!(!mail["text"].as_str().unwrap().contains(HERS), "{mail}");
            left.push(mail["to"].as_str().unwrap().to_lowercase());
        }
        assert_eq!(left.iter().filter(|to| *to == HERS).count(), mails_to_her, "{left:?}");
        assert!(left.iter().any(|to| to == "ola@nordvik.example"), "{left:?}");
        for statement in [SIGN_INS, RESTORES] {
            assert_eq!(tx.fetch_one(statement, tillit_store::args![org.id]).await.unwrap().get::<i64>("n").unwrap(), 1, "Ola's stays");
        }
        tx.rollback().await.unwrap();
        assert_eq!(a.accounts.contact(&org.owner_cx).await.unwrap().contact, None);
        assert!(a.accounts.person(&org.cx, self.ola).await.is_ok());
    }
}

on_both_engines!(forgetting_finds_the_address_wherever_it_stands_under_the_organisations_key, |t| {
    let s = Addresses::new(&t).await;
    let Addresses { a, org, kari, .. } = &s;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.forget(&mut tx, &org.owner_cx, *kari).await.unwrap();
    tx.commit().await.unwrap();
    // The last mail, and no other.
    s.assert_only_olas_are_left(1).await;
});

on_both_engines!(a_person_sees_what_is_held_with_the_own_address_and_nothing_of_anybody_elses, |t| {
    let s = Addresses::new(&t).await;
    let (a, cx) = (&s.a, s.org.cx.with_actor(Actor::Person(s.kari)));
    let held = a.accounts.held_about(&cx, s.kari).await.unwrap();
    let all = a.accounts.everything_about(&cx, s.kari).await.unwrap();
    let counts = [("job", "about", 1), ("sso_sign_in", "about", 1), ("ways_back", "contact", 1), ("restore", "named", 1)];
    for (table, column, rows) in counts {
        assert!(held.contains(&crate::HeldTable { table, column, rows }), "{table}.{column}: {held:?}");
        assert_eq!(all["held"][format!("{table} ({column})")].as_array().map(Vec::len), Some(1), "{table}.{column}: {all}");
    }
    assert_eq!(all["held"]["sso_sign_in (about)"][0]["sealed"], HERS);
    assert_eq!(all["held"]["ways_back (contact)"][0]["contact"], HERS);
    assert_eq!(all["held"]["restore (named)"][0]["named"], HERS);
    // A mail may hold a link: whoever has a session only does not read it.
    assert_eq!(all["held"]["job (about)"][0]["payload"], "kept as a hash, or sealed as a secret");
    let text = all.to_string();
    assert!(!text.contains("ola@") && !text.contains("c@sorvik.example") && !text.contains("About"), "{text}");
    let ola = s.org.cx.with_actor(Actor::Person(s.ola));
    let all = a.accounts.everything_about(&ola, s.ola).await.unwrap().to_string();
    assert!(all.contains("restore (named)") && !all.contains("ways_back (contact)") && !all.contains("kari"), "{all}");
});

on_both_engines!(a_backup_that_is_brought_back_brings_back_no_address_of_somebody_who_was_forgotten, |t| {
    let s = Addresses::new(&t).await;
    let Addresses { a, org, kari, .. } = &s;
    // The ledger's replay took the key: what her addresses were is to be known by the blind indexes only.
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.vault.forget_person(&mut tx, &org.cx, org.id, *kari).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.forget_keyless(&a.cx).await.unwrap(), 1);
    s.assert_only_olas_are_left(0).await;
});

on_both_engines!(a_mail_address_that_is_no_username_is_found_after_a_backup_was_brought_back, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let profile = Profile { email: ProfileText::new(HERS), ..Profile::default() };
    a.accounts.update_profile(&mut tx, &org.cx, kari, &profile, PhotoChange::Keep).await.unwrap();
    tx.commit().await.unwrap();
    let proof = crate::OwnProof::Password(&crate::testing::password());
    a.accounts.set_contact(&org.owner_cx, org.owner, proof, &HERS.parse().unwrap()).await.unwrap();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.vault.forget_person(&mut tx, &org.cx, org.id, kari).await.unwrap();
    tx.commit().await.unwrap();
    a.accounts.forget_keyless(&a.cx).await.unwrap();
    assert_eq!(a.accounts.contact(&org.owner_cx).await.unwrap().contact, None);
});

on_both_engines!(what_does_not_open_keeps_nobody_from_the_rest_of_the_own_data, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    tx.execute(DAMAGE, tillit_store::args![org.owner]).await.unwrap();
    tx.commit().await.unwrap();
    let all = a.accounts.everything_about(&org.owner_cx, org.owner).await.unwrap();
    assert_eq!(all["held"]["person (id)"][0]["name"], "kept, but no longer readable");
    assert_eq!(all["held"]["person (id)"][0]["username"], "owner@nordvik.example");
});

on_both_engines!(a_person_sees_every_table_that_names_them_opened_but_for_secrets, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let cx = org.cx.with_actor(Actor::Person(kari));
    let mut tx = a.db.begin(&cx).await.unwrap();
    let new = NewSession { user_agent: Some("Firefox".to_owned()), ..NewSession::new(kari, SignInMethod::Password) };
    a.accounts.start_session(&mut tx, &cx, new).await.unwrap();
    tx.commit().await.unwrap();
    ask(&a, &org, kari, "I am leaving.").await;
    let held = a.accounts.held_about(&cx, kari).await.unwrap();
    for table in ["person", "credential", "session", "erasure_request", "vault_person_key", "audit"] {
        assert!(held.iter().any(|held| held.table == table), "{table}: {held:?}");
    }
    let all = a.accounts.everything_about(&cx, kari).await.unwrap();
    let text = all.to_string();
    for shown in ["kari@nordvik.example", "Firefox", "I am leaving."] {
        assert!(text.contains(shown), "{shown} is missing in {text}");
    }
    assert_eq!(all["held"]["person (id)"][0]["username_index"], "kept as a hash, or sealed as a secret");
    assert_eq!(all["held"]["credential"][0]["secret"], "kept as a hash, or sealed as a secret");
    assert_eq!(all["held"]["session"][0]["person_id"], "you");
    for key in held.iter().map(|held| held.table) {
        assert!(text.contains(&format!("\"{key}")), "{key}");
    }
    // Nobody else, not even an owner; and nobody of another organisation.
    assert!(matches!(a.accounts.held_about(&org.owner_cx, kari).await, Err(AccountsError::Denied)));
    assert!(matches!(a.accounts.everything_about(&org.owner_cx, kari).await, Err(AccountsError::Denied)));
    assert!(matches!(a.accounts.everything_about(&other.owner_cx, kari).await, Err(AccountsError::NotFound)));
});

on_both_engines!(the_receipt_names_the_day_from_which_no_backup_opens, |t| {
    let folder = tempfile::tempdir().unwrap();
    let backups = Duration::days(35);
    let epochs = EpochOptions { folders: vec![folder.path().join("epochs")], backups };
    let options = VaultOptions { epochs: Some(epochs), ..VaultOptions::default() };
    let vault = Vault::with_options(std::sync::Arc::new(MasterKey::from_bytes([7; 32]).unwrap()), options);
    let cx = t.cx().with_actor(Actor::Operator);
    vault.check(&t.db, &cx).await.unwrap();
    let accounts = Accounts::new(t.db.clone(), vault.clone());
    let a = TestAccounts { accounts, db: t.db.clone(), vault, cx };
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let receipt = a.accounts.forget(&mut tx, &org.owner_cx, kari).await.unwrap();
    tx.commit().await.unwrap();
    a.accounts.after_forgetting(&org.owner_cx).await;
    let until: Timestamp = receipt.backups_until.unwrap();
    assert!(until > t.cx().now() + backups && until <= t.cx().now() + backups + Duration::days(7), "{until:?}");
    let mut tx = a.db.read(&org.cx).await.unwrap();
    assert!(a.vault.erasure_is_in_ledger(&mut tx, org.id, kari).await.unwrap());
});

on_both_engines!(a_contact_that_does_not_open_keeps_nobody_from_being_forgotten, |t| {
    tillit_store::statements! { unlisted "accounts.tests.damaged_contact";
        DAMAGE_CONTACT = "UPDATE ways_back SET contact = $2 WHERE organisation_id = $1";
    }
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, HERS, Role::Employee).await;
    let proof = crate::OwnProof::Password(&crate::testing::password());
    a.accounts.set_contact(&org.owner_cx, org.owner, proof, &HERS.parse().unwrap()).await.unwrap();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    tx.execute(DAMAGE_CONTACT, tillit_store::args![org.id, vec![7_u8; 60]]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(a.accounts.contact(&org.owner_cx).await.is_err(), "it is damaged");
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.forget(&mut tx, &org.owner_cx, kari).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(a.accounts.person(&org.cx, kari).await, Err(AccountsError::NotFound)));
});
