//! The operator's restore, from the command to the new owner's link, with a real name server in between.

use std::collections::BTreeMap;

use tillit_fetch::TxtResolver;
use tillit_fetch::testing::NameServer;
use tillit_jobs::{Worker, WorkerOptions};
use tillit_mail::Mailer;
use tillit_store::testing::TestDb;
use tillit_store::{Actor, Cx, Duration, on_both_engines};

use crate::authenticator::{Authenticator, Twist};
use crate::testing::{PASSWORD, TestAccounts, TestOrganisation, password};
use crate::ways_back::{LinkKind, Looked, NewRestore, RestorePages, RestoreToken, View, WaysBackRefusal};
use crate::{
    AccountsError, BrowserMark, LinkPurpose, LocalRefusal, NewSession, OwnProof, PersonState, ProfileText, RecoveryCode, RelyingParty,
    Role, SignInMethod, SignInPlace, Username,
};

const CONTACT: &str = "chair@elsewhere.example";
const NAMED: &str = "new.owner@nordvik.example";

/// Nordvik with a contact, another owner, an operator, a name server, and a folder of mails.
struct Stage {
    a: TestAccounts,
    org: TestOrganisation,
    operator: Cx,
    pages: RestorePages,
    server: NameServer,
    resolver: TxtResolver,
    mails: tempfile::TempDir,
    worker: Worker,
}

impl Stage {
    async fn new(t: &TestDb) -> Self {
        let a = TestAccounts::new(t).await;
        let org = a.organisation("nordvik").await;
        a.accounts.set_contact(&org.owner_cx, org.owner, OwnProof::Password(&password()), &name(CONTACT)).await.unwrap();
        let server = NameServer::start().await;
        let mails = tempfile::tempdir().unwrap();
        let worker = Worker::new(a.db.clone(), a.vault.clone(), WorkerOptions::default());
        let stage = Self {
            operator: org.cx.with_actor(Actor::Operator),
            pages: RestorePages { public_url: "https://portal.example".parse().unwrap(), operator_mail: Some("ops@op.example".to_owned()) },
            resolver: TxtResolver::new(&[server.address()]),
            worker: Mailer::folder(mails.path().to_owned()).register(worker),
            a,
            org,
            server,
            mails,
        };
        stage.read_mails().await;
        stage
    }

    async fn begin(&self) {
        self.a.accounts.begin_restore(&self.operator, &new(), &self.pages).await.unwrap();
    }

    /// What the mails since the last time said: by recipient, all texts.
    async fn read_mails(&self) -> BTreeMap<String, String> {
        self.worker.run_due(&self.a.cx).await.unwrap();
        let mut by = BTreeMap::new();
        for mail in tillit_mail::folder_list(self.mails.path()).await.unwrap() {
            by.entry(mail.to).or_insert_with(String::new).push_str(&format!("{}\n{}\n", mail.subject, mail.text));
        }
        for entry in std::fs::read_dir(self.mails.path()).unwrap().flatten() {
            std::fs::remove_file(entry.path()).unwrap();
        }
        by
    }

    async fn work(&self) {
        self.a.accounts.work_on_restores(&self.a.cx, &self.resolver, &self.pages).await.unwrap();
    }

    async fn show_record(&self) -> Looked {
        let record = self.a.accounts.restore(&self.operator).await.unwrap().unwrap().record.unwrap();
        self.server.add(&record.name, &[&record.text]);
        self.a.accounts.look_for_record(&self.operator, &self.resolver, &self.pages).await.unwrap()
    }

    async fn view(&self) -> View {
        self.a.accounts.restore(&self.operator).await.unwrap().unwrap().view
    }

    async fn agree(&self, token: &RestoreToken) -> RecoveryCode {
        self.a.accounts.agree_to_restore(&self.a.cx.with_actor(Actor::Visitor), token, &self.pages).await.unwrap()
    }
    /// Goes on until whoever was named may come in: the contact's code and the link that was mailed.
    async fn open(&self, t: &TestDb) -> (RecoveryCode, RestoreToken) {
        self.begin().await;
        let code = self.agree(&token(&self.read_mails().await[CONTACT], "agree")).await;
        self.show_record().await;
        t.clock.advance(Duration::hours(72));
        self.work().await;
        (code, token(&self.read_mails().await[NAMED], "come-in"))
    }
}

fn name(text: &str) -> Username {
    text.parse().unwrap()
}

fn new() -> NewRestore {
    NewRestore { domain: "nordvik.example".parse().unwrap(), contact: name(CONTACT), named: name(NAMED) }
}

/// The token behind `/restore/{page}/` in a mail.
fn token(mail: &str, page: &str) -> RestoreToken {
    let from = mail.split(&format!("/restore/{page}/")).nth(1).unwrap_or_else(|| panic!("no such link in: {mail}"));
    RestoreToken::parse(&from[..43]).unwrap()
}

on_both_engines!(two_proofs_and_three_days_let_whoever_was_named_in, |t| {
    let s = Stage::new(&t).await;
    let visitor = s.a.cx.with_actor(Actor::Visitor);
    s.begin().await;
    let mails = s.read_mails().await;
    assert!(mails["owner@nordvik.example"].contains("asked to be let back in"));
    let agree = token(&mails[CONTACT], "agree");
    let found = s.a.accounts.find_restore(&visitor, &agree, LinkKind::Contact).await.unwrap();
    assert_eq!((found.organisation, found.restore.named.as_str()), (s.org.id, NAMED));
    let code = s.agree(&agree).await;
    assert!(matches!(s.view().await, View::Gathering { dns: false, contact: true, .. }));
    assert_eq!(s.a.accounts.look_for_record(&s.operator, &s.resolver, &s.pages).await.unwrap(), Looked::NotThere);
    assert_eq!(s.show_record().await, Looked::Seen);
    let View::Waiting { until } = s.view().await else { panic!("{:?}", s.view().await) };
    assert_eq!(until, t.cx().now() + Duration::hours(72));
    assert!(s.read_mails().await["owner@nordvik.example"].contains("/restore/stop/"));

    // Each day, and not more often.
    for day in 0..2 {
        t.clock.advance(Duration::hours(23));
        s.work().await;
        assert!(s.read_mails().await.is_empty(), "day {day}");
        t.clock.advance(Duration::hours(1));
        s.work().await;
        assert!(s.read_mails().await["owner@nordvik.example"].contains("daily reminder"), "day {day}");
    }
    t.clock.advance(Duration::hours(24));
    s.work().await;
    s.work().await;
    let mails = s.read_mails().await;
    assert!(mails["owner@nordvik.example"].contains("can come in now"));
    let come_in = token(&mails[NAMED], "come-in");
    assert_eq!(mails[NAMED].matches("/restore/come-in/").count(), 1, "one link, however often the job runs");

    // The link without the code, and another code, let nobody in.
    let wrong: RecoveryCode = "0000-0000-0000-0000".parse().unwrap();
    let refused = s.a.accounts.come_in_by_restore(&visitor, &come_in, &wrong).await;
    assert!(matches!(refused, Err(AccountsError::WaysBack(WaysBackRefusal::WrongCode))));
    let link = s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await.unwrap();
    let used = s.a.accounts.find_link(&visitor, &link, LinkPurpose::Recover).await.unwrap();
    let mut tx = s.a.db.read(&s.org.cx).await.unwrap();
    assert_eq!(s.a.accounts.standing(&mut tx, &s.org.cx, used.person).await.unwrap(), (Role::Owner, PersonState::Active));
    drop(tx);
    assert_eq!(s.a.accounts.person(&s.org.cx, used.person).await.unwrap().username, name(NAMED));
    assert!(s.read_mails().await["owner@nordvik.example"].contains("is an owner now"));
    // The page with the link may never have arrived: both halves give another one, until a password is set.
    assert!(matches!(s.view().await, View::Open { .. }));
    assert!(s.a.accounts.stop_restore(&s.org.owner_cx, s.org.owner, &s.pages).await.is_err(), "the owner is there; the role can be taken");
    let again = s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await.unwrap();
    assert!(s.a.accounts.find_link(&visitor, &link, LinkPurpose::Recover).await.is_err(), "one link at a time");
    s.work().await;
    assert!(s.read_mails().await.is_empty(), "owners heard of it");
    let used = s.a.accounts.use_link(&visitor, &again, LinkPurpose::Recover).await.unwrap();
    assert!(matches!(s.view().await, View::Open { .. }), "nor is it lost between the link and the password");
    let cx = s.org.cx.with_actor(Actor::Person(used.person));
    let prepared = s.a.accounts.prepare_password(&cx, &crate::NewPassword::parse(PASSWORD, &name(NAMED)).unwrap()).await.unwrap();
    let mut tx = s.a.db.begin(&cx).await.unwrap();
    let new = NewSession::new(used.person, SignInMethod::OperatorLink);
    assert!(s.a.accounts.enter_by_link(&mut tx, &cx, &used, prepared, true, new).await.unwrap().is_some());
    drop(tx);
    assert!(matches!(s.view().await, View::Open { .. }), "nor when password and session could not be written");
    assert!(s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await.is_ok());
    let prepared = s.a.accounts.prepare_password(&cx, &crate::NewPassword::parse(PASSWORD, &name(NAMED)).unwrap()).await.unwrap();
    let mut tx = s.a.db.begin(&cx).await.unwrap();
    let new = NewSession::new(used.person, SignInMethod::OperatorLink);
    assert!(s.a.accounts.enter_by_link(&mut tx, &cx, &used, prepared, true, new).await.unwrap().is_some());
    tx.commit().await.unwrap();
    assert_eq!(s.view().await, View::None);
    assert!(matches!(s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await, Err(AccountsError::NotFound)));
});

on_both_engines!(whoever_holds_the_domain_alone_is_let_in_by_no_contact_of_it, |t| {
    let s = Stage::new(&t).await;
    let refusal = |answer: Result<(), AccountsError>| match answer {
        Err(AccountsError::WaysBack(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let begin = async |new: NewRestore| refusal(s.a.accounts.begin_restore(&s.operator, &new, &s.pages).await.map(drop));
    assert_eq!(begin(NewRestore { named: name(CONTACT), ..new() }).await, WaysBackRefusal::NamedIsContact);
    for own in ["chair@nordvik.example", "chair@post.nordvik.example"] {
        let set = s.a.accounts.set_contact(&s.org.owner_cx, s.org.owner, OwnProof::Password(&password()), &name(own)).await;
        let Err(LocalRefusal::Failed(error)) = set else { panic!("{own}: {set:?}") };
        assert_eq!(refusal(Err(error)), WaysBackRefusal::ContactAtOwnDomain, "{own}");
    }
    assert!(!s.a.accounts.contact(&s.org.cx).await.unwrap().at_own_domain);
    // One who was registered before the organisation had the domain counts no more.
    let verified = crate::VerifiedDomain::by_operator(&s.operator, "elsewhere.example".parse().unwrap()).unwrap();
    let mut tx = s.a.db.begin(&s.operator).await.unwrap();
    s.a.accounts.add_domain(&mut tx, &s.operator, &verified).await.unwrap();
    tx.commit().await.unwrap();
    assert!(s.a.accounts.contact(&s.org.cx).await.unwrap().at_own_domain);
    assert_eq!(begin(new()).await, WaysBackRefusal::ContactAtOwnDomain);
    assert!(s.read_mails().await.is_empty(), "nobody was asked");
});

on_both_engines!(whoever_came_in_and_lost_the_role_is_not_made_an_owner_again, |t| {
    let s = Stage::new(&t).await;
    let visitor = s.a.cx.with_actor(Actor::Visitor);
    let (code, come_in) = s.open(&t).await;
    let link = s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await.unwrap();
    let person = s.a.accounts.find_link(&visitor, &link, LinkPurpose::Recover).await.unwrap().person;
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    s.a.accounts.change_role(&mut tx, &s.org.owner_cx, person, Role::Owner, Role::Employee, None).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await, Err(AccountsError::NotAnOwner)));
    s.read_mails().await;
    t.clock.advance(Duration::days(8));
    s.work().await;
    assert_eq!(s.view().await, View::None, "and it ends by itself");
    assert!(!s.read_mails().await.values().any(|mail| mail.contains("Nothing was changed")), "something was");
});

on_both_engines!(a_contact_who_agrees_again_and_again_writes_to_nobody_and_keeps_nobody_out, |t| {
    let s = Stage::new(&t).await;
    let visitor = s.a.cx.with_actor(Actor::Visitor);
    s.begin().await;
    let agree = token(&s.read_mails().await[CONTACT], "agree");
    let many = async || {
        let mut refused = 0;
        for _ in 0..150 {
            match s.a.accounts.agree_to_restore(&visitor, &agree, &s.pages).await {
                Ok(_) => {}
                Err(AccountsError::TooOften { .. }) => refused += 1,
                Err(error) => panic!("{error}"),
            }
        }
        refused
    };
    assert_eq!(many().await, 140);
    s.show_record().await;
    s.read_mails().await;
    t.clock.advance(Duration::hours(72));
    many().await;
    for round in 0..3 {
        s.work().await;
        let mails = s.read_mails().await;
        let opened = mails.get("owner@nordvik.example").map_or(0, |mail| mail.matches("can come in now").count());
        assert_eq!(opened, usize::from(round == 0), "round {round}");
    }
    // Nor does it keep a stopped restore from opening later.
    s.a.accounts.stop_restore(&s.org.owner_cx, s.org.owner, &s.pages).await.unwrap();
    s.show_record().await;
    t.clock.advance(Duration::hours(72));
    many().await;
    s.work().await;
    assert!(s.read_mails().await[NAMED].contains("/restore/come-in/"));
});

on_both_engines!(a_row_that_does_not_open_keeps_no_other_organisation_waiting, |t| {
    let s = Stage::new(&t).await;
    let other = s.a.organisation("sorvik").await;
    s.a.accounts.set_contact(&other.owner_cx, other.owner, OwnProof::Password(&password()), &name(CONTACT)).await.unwrap();
    s.begin().await;
    let theirs = NewRestore { domain: "sorvik.example".parse().unwrap(), ..new() };
    s.a.accounts.begin_restore(&other.cx.with_actor(Actor::Operator), &theirs, &s.pages).await.unwrap();
    s.read_mails().await;
    // The one that is looked after first is damaged.
    let (damaged, whole) = if s.org.id < other.id { (s.org.id, "owner@sorvik.example") } else { (other.id, "owner@nordvik.example") };
    tillit_store::statements! { unlisted "test"; DAMAGE = "UPDATE restore SET named = $2 WHERE organisation_id = $1"; }
    let mut tx = s.a.db.begin(&s.a.cx).await.unwrap();
    tx.execute(DAMAGE, tillit_store::args![damaged, vec![1_u8; 80]]).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::days(14));
    assert!(s.a.accounts.work_on_restores(&s.a.cx, &s.resolver, &s.pages).await.is_err(), "the failure is not hidden");
    let mails = s.read_mails().await;
    assert!(mails[whole].contains("restore is over") && mails.len() == 1, "{mails:?}");
});

on_both_engines!(whoever_is_let_back_in_is_so_in_no_session_that_was_begun_before, |t| {
    let s = Stage::new(&t).await;
    let visitor = s.a.cx.with_actor(Actor::Visitor);
    let named = s.a.person(&s.org.cx, NAMED, Role::Employee).await;
    let mut tx = s.a.db.begin(&s.org.cx).await.unwrap();
    let (before, _) = s.a.accounts.start_session(&mut tx, &s.org.cx, NewSession::new(named, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    s.begin().await;
    let code = s.agree(&token(&s.read_mails().await[CONTACT], "agree")).await;
    s.show_record().await;
    t.clock.advance(Duration::hours(72));
    s.work().await;
    let mut tx = s.a.db.begin(&s.org.cx).await.unwrap();
    let (lately, _) = s.a.accounts.start_session(&mut tx, &s.org.cx, NewSession::new(named, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    let come_in = token(&s.read_mails().await[NAMED], "come-in");
    s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await.unwrap();
    for token in [before, lately] {
        assert_eq!(s.a.accounts.session(&visitor, &token).await.unwrap(), None);
    }
});

on_both_engines!(whoever_is_let_back_in_is_so_by_no_way_of_signing_in_of_before, |t| {
    let s = Stage::new(&t).await;
    let (accounts, visitor) = (&s.a.accounts, s.a.cx.with_actor(Actor::Visitor));
    // An owner of old, who left and was switched off, with everything that an owner has.
    let named = s.a.person(&s.org.cx, NAMED, Role::Owner).await;
    let cx = s.org.cx.with_actor(Actor::Person(named));
    let mut tx = s.a.db.begin(&cx).await.unwrap();
    let (_, own) = accounts.start_session(&mut tx, &cx, NewSession::new(named, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    let party = RelyingParty::of(&s.pages.public_url).unwrap();
    let mut key = Authenticator::new();
    let kit = accounts.make_kit(&cx, named, OwnProof::Password(&password())).await.unwrap();
    accounts.try_code(&cx, named, &kit.codes[0]).await.unwrap();
    let new = accounts.begin_passkey(&cx, own, OwnProof::Password(&password())).await.unwrap();
    let made = key.create(&party, new.challenge.bytes());
    accounts.finish_passkey(&cx, own, &party, &made, &ProfileText::new("Mine").unwrap()).await.unwrap();
    let browser = BrowserMark::of_hash([9; 32]);
    let mut signs_in_by_passkey = async || {
        let challenge = accounts.sign_in_challenge(&visitor, browser).unwrap();
        let answer = key.get(&party, challenge.bytes(), &new.user_handle, Twist::None);
        accounts.check_passkey(&visitor, &party, &answer, browser, None, true).await
    };
    assert!(signs_in_by_passkey().await.is_ok());
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    accounts.disable(&mut tx, &s.org.owner_cx, named).await.unwrap();
    tx.commit().await.unwrap();
    let (code, come_in) = s.open(&t).await;
    let link = accounts.come_in_by_restore(&visitor, &come_in, &code).await.unwrap();

    assert!(accounts.check_password(&visitor, SignInPlace::Domain, &name(NAMED), &password(), true).await.is_err(), "the password");
    assert!(signs_in_by_passkey().await.is_err(), "the passkey");
    assert!(accounts.sign_in_with_code(&visitor, SignInPlace::Domain, &name(NAMED), &kit.codes[1]).await.is_err(), "the kit");
    let left = accounts.own_proofs(&s.org.cx, named).await.unwrap();
    assert!(!left.any(), "{left:?}");
    assert_eq!(accounts.find_link(&visitor, &link, LinkPurpose::Recover).await.unwrap().person, named, "but the link of the restore");
});

on_both_engines!(a_veto_costs_a_second_record_and_cannot_be_repeated, |t| {
    let s = Stage::new(&t).await;
    let visitor = s.a.cx.with_actor(Actor::Visitor);
    s.begin().await;
    let code = s.agree(&token(&s.read_mails().await[CONTACT], "agree")).await;
    s.show_record().await;
    let stop = token(&s.read_mails().await["owner@nordvik.example"], "stop");
    assert!(s.a.accounts.find_restore(&visitor, &stop, LinkKind::Contact).await.is_err(), "a link of one kind is none of another");
    s.a.accounts.stop_restore_by_link(&visitor, &stop, &s.pages).await.unwrap();
    assert!(matches!(s.view().await, View::Stopped { by, .. } if by == s.org.owner));
    let mails = s.read_mails().await;
    for to in ["owner@nordvik.example", CONTACT, "ops@op.example"] {
        assert!(mails[to].contains("was stopped"), "{to}");
    }
    // The first record still stands there, and counts for nothing.
    t.clock.advance(Duration::hours(72));
    s.work().await;
    assert!(matches!(s.view().await, View::Stopped { .. }));
    assert_eq!(s.show_record().await, Looked::Seen);
    assert!(matches!(s.view().await, View::Overriding { .. }));
    let again = s.a.accounts.stop_restore_by_link(&visitor, &stop, &s.pages).await;
    assert!(matches!(again, Err(AccountsError::WaysBack(WaysBackRefusal::TooLateToStop))), "{again:?}");
    t.clock.advance(Duration::hours(72));
    s.work().await;
    let come_in = token(&s.read_mails().await[NAMED], "come-in");
    assert!(matches!(s.a.accounts.stop_restore(&s.org.owner_cx, s.org.owner, &s.pages).await, Err(AccountsError::WaysBack(_))));
    s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await.unwrap();
});

on_both_engines!(a_restore_that_is_open_can_still_be_stopped_and_its_link_is_void, |t| {
    let s = Stage::new(&t).await;
    let visitor = s.a.cx.with_actor(Actor::Visitor);
    let (code, come_in) = s.open(&t).await;
    s.a.accounts.stop_restore(&s.org.owner_cx, s.org.owner, &s.pages).await.unwrap();
    assert!(matches!(s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await, Err(AccountsError::NotFound)));
});

on_both_engines!(who_may_begin_one_and_with_what_is_checked, |t| {
    let s = Stage::new(&t).await;
    let begin = async |cx: &Cx, new: NewRestore| s.a.accounts.begin_restore(cx, &new, &s.pages).await;
    for actor in [Actor::Visitor, Actor::Person(s.org.owner), Actor::Job("x")] {
        assert!(matches!(begin(&s.org.cx.with_actor(actor), new()).await, Err(AccountsError::Denied)));
    }
    let other = NewRestore { contact: name("somebody@else.example"), ..new() };
    assert!(matches!(begin(&s.operator, other).await, Err(AccountsError::WaysBack(WaysBackRefusal::OtherContact))));
    let other = NewRestore { domain: "sorvik.example".parse().unwrap(), ..new() };
    assert!(matches!(begin(&s.operator, other).await, Err(AccountsError::WaysBack(WaysBackRefusal::DomainNotVouchedFor))));
    let elsewhere = s.a.organisation("sorvik").await;
    let there = NewRestore { domain: "sorvik.example".parse().unwrap(), ..new() };
    let refused = begin(&elsewhere.cx.with_actor(Actor::Operator), there).await;
    assert!(matches!(refused, Err(AccountsError::WaysBack(WaysBackRefusal::NoContact))));
    assert!(s.read_mails().await.is_empty(), "nobody was told of what was refused");
    s.begin().await;
    assert!(matches!(begin(&s.operator, new()).await, Err(AccountsError::WaysBack(WaysBackRefusal::RestoreRuns))));
    // Another organisation sees nothing of it, and its owner stops nothing.
    assert_eq!(s.a.accounts.restore(&elsewhere.cx).await.unwrap(), None);
    assert!(s.a.accounts.stop_restore(&elsewhere.owner_cx, elsewhere.owner, &s.pages).await.is_err());
    assert!(matches!(s.a.accounts.stop_restore(&elsewhere.owner_cx, s.org.owner, &s.pages).await, Err(AccountsError::NotFound)));
    s.a.accounts.withdraw_restore(&s.operator).await.unwrap();
    assert_eq!(s.view().await, View::None);
    s.begin().await;
});

on_both_engines!(what_nobody_goes_on_with_is_over_and_its_links_with_it, |t| {
    let s = Stage::new(&t).await;
    s.begin().await;
    let agree = token(&s.read_mails().await[CONTACT], "agree");
    t.clock.advance(Duration::days(14));
    let visitor = s.a.cx.with_actor(Actor::Visitor);
    assert!(
        matches!(s.a.accounts.find_restore(&visitor, &agree, LinkKind::Contact).await, Err(AccountsError::NotFound)),
        "with no job run"
    );
    assert!(s.a.accounts.agree_to_restore(&visitor, &agree, &s.pages).await.is_err());
    s.work().await;
    assert!(s.read_mails().await["owner@nordvik.example"].contains("restore is over"));
    s.begin().await;
    t.clock.advance(Duration::days(14));
    // Without the job too, the next one can begin.
    s.begin().await;
    t.clock.advance(Duration::days(110));
    s.work().await;
    t.clock.advance(Duration::days(91));
    s.a.accounts.prune(&s.a.cx).await.unwrap();
    assert_eq!(s.a.accounts.restore(&s.operator).await.unwrap(), None, "deleted 90 days after its end");
});

on_both_engines!(too_many_wrong_codes_need_another_code_of_the_contact, |t| {
    let s = Stage::new(&t).await;
    let visitor = s.a.cx.with_actor(Actor::Visitor);
    s.begin().await;
    let agree = token(&s.read_mails().await[CONTACT], "agree");
    let code = s.agree(&agree).await;
    s.show_record().await;
    t.clock.advance(Duration::hours(72));
    s.work().await;
    let come_in = token(&s.read_mails().await[NAMED], "come-in");
    let wrong: RecoveryCode = "0000-0000-0000-0000".parse().unwrap();
    for _ in 0..10 {
        assert!(s.a.accounts.come_in_by_restore(&visitor, &come_in, &wrong).await.is_err());
    }
    assert!(s.a.accounts.come_in_by_restore(&visitor, &come_in, &code).await.is_err(), "the right one counts no more");
    let another = s.agree(&agree).await;
    assert!(s.a.accounts.come_in_by_restore(&visitor, &come_in, &another).await.is_ok());
});

on_both_engines!(a_contact_changes_after_seven_days_with_a_proof_and_is_told, |t| {
    let s = Stage::new(&t).await;
    let accounts = &s.a.accounts;
    let next = name("next@elsewhere.example");
    let none = accounts.set_contact(&s.org.owner_cx, s.org.owner, OwnProof::None, &next).await;
    assert!(matches!(none, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))));
    let employee = s.a.person(&s.org.cx, "kari@nordvik.example", Role::Employee).await;
    let cx = s.org.cx.with_actor(Actor::Person(employee));
    let denied = accounts.set_contact(&cx, employee, OwnProof::Password(&password()), &next).await;
    assert!(matches!(denied, Err(LocalRefusal::Failed(AccountsError::Denied))));
    accounts.set_contact(&s.org.owner_cx, s.org.owner, OwnProof::Password(&password()), &next).await.unwrap();
    let mails = s.read_mails().await;
    assert!(mails[CONTACT].contains("another contact counts") && mails.contains_key("owner@nordvik.example"));
    assert_eq!(accounts.contact(&s.org.cx).await.unwrap().contact, Some(name(CONTACT)));
    s.begin().await;
    assert!(s.read_mails().await.contains_key(CONTACT), "until then the present one is asked");
    accounts.withdraw_restore(&s.operator).await.unwrap();
    accounts.keep_contact(&s.org.owner_cx, s.org.owner, OwnProof::Password(&password())).await.unwrap();
    t.clock.advance(Duration::days(8));
    assert_eq!(accounts.contact(&s.org.cx).await.unwrap().contact, Some(name(CONTACT)), "it was kept");
    accounts.set_contact(&s.org.owner_cx, s.org.owner, OwnProof::Password(&password()), &next).await.unwrap();
    t.clock.advance(Duration::days(7));
    let contact = accounts.contact(&s.org.cx).await.unwrap();
    assert_eq!((contact.contact, contact.next), (Some(next), None), "with no job run");
});

on_both_engines!(whoever_is_named_is_not_the_contact_under_another_name_of_the_same_mailbox, |t| {
    let s = Stage::new(&t).await;
    for named in ["chair@elsewhere.example", "chair+1@elsewhere.example", "CHAIR+owner@Elsewhere.example"] {
        let refused = s.a.accounts.begin_restore(&s.operator, &NewRestore { named: name(named), ..new() }, &s.pages).await;
        assert!(matches!(refused, Err(AccountsError::WaysBack(WaysBackRefusal::NamedIsContact))), "{named}: {refused:?}");
    }
    let state = s.a.accounts.begin_restore(&s.operator, &new(), &s.pages).await.unwrap();
    assert_eq!((state.named, state.contact), (name(NAMED), name(CONTACT)), "the operator sees both");
});

on_both_engines!(a_contact_that_counts_for_nothing_is_replaced_at_once_and_one_that_counts_is_not, |t| {
    let s = Stage::new(&t).await;
    let (accounts, cx) = (&s.a.accounts, &s.org.owner_cx);
    let set = async |to: &str| accounts.set_contact(cx, s.org.owner, OwnProof::Password(&password()), &name(to)).await.unwrap();
    set("lawyer@elsewhere.example").await;
    assert_eq!(accounts.contact(&s.org.cx).await.unwrap().next.map(|(next, _)| next), Some(name("lawyer@elsewhere.example")));
    // The organisation got the domain of its contact: as if it had registered one before an upgrade that counts no more.
    let mut tx = s.a.db.begin(&s.operator).await.unwrap();
    let verified = crate::VerifiedDomain::by_operator(&s.operator, "elsewhere.example".parse().unwrap()).unwrap();
    accounts.add_domain(&mut tx, &s.operator, &verified).await.unwrap();
    tx.commit().await.unwrap();
    assert!(accounts.contact(&s.org.cx).await.unwrap().at_own_domain);
    s.read_mails().await;
    set("notary@law.example").await;
    let now = accounts.contact(&s.org.cx).await.unwrap();
    assert_eq!((now.contact, now.next, now.at_own_domain), (Some(name("notary@law.example")), None, false));
    let told = s.read_mails().await;
    assert!(told["owner@nordvik.example"].contains("notary@law.example"), "every owner is told: {told:?}");
    assert!(told[CONTACT].contains("notary@law.example"), "and who was the contact: {told:?}");
    let begun = NewRestore { contact: name("notary@law.example"), ..new() };
    assert!(accounts.begin_restore(&s.operator, &begun, &s.pages).await.is_ok(), "no seven days without a way back");
});
