//! A link to choose a password: what it does not pass by, and what it does not outlive.

use std::pin::pin;

use tillit_store::{Actor, Cx, Duration, PersonId, on_both_engines};

use super::{mails, passkeys};
use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::ways_back::GlassBrowser;
use crate::{
    AccountsError, LinkPurpose, LinkToken, LinksSent, NewInvitation, NewPassword, NewSession, OwnProof, PasswordLinkRefusal, Role,
    SessionToken, SignInMethod, UsedLink,
};

const PAGE: &str = "https://portal.example/set-up/";
const KARI: &str = "kari@nordvik.example";
/// Long enough for whoever waits to be waiting; whoever does not wait is done.
const MEANWHILE: std::time::Duration = std::time::Duration::from_millis(250);

tillit_store::statements! { unlisted "accounts.tests.password_links";
    WITHOUT_WAY = "UPDATE person SET linked = $2 WHERE id = $1";
    NO_PASSWORD = "DELETE FROM credential WHERE person_id = $1";
    DAMAGE = "UPDATE person SET username = $2 WHERE id = $1";
    LINKS = "SELECT COUNT(*) AS n FROM one_time_link WHERE person_id = $1 AND used_at IS NULL";
}

struct Stage {
    a: TestAccounts,
    org: TestOrganisation,
    kari: PersonId,
}

impl Stage {
    async fn new(t: &tillit_store::testing::TestDb) -> Self {
        let a = TestAccounts::new(t).await;
        let org = a.organisation("nordvik").await;
        let kari = a.person(&org.cx, KARI, Role::Employee).await;
        Self { a, org, kari }
    }
    async fn link(&self, purpose: LinkPurpose) -> LinkToken {
        let mut tx = self.a.db.begin(&self.org.owner_cx).await.unwrap();
        let link = self.a.accounts.make_link(&mut tx, &self.org.owner_cx, self.kari, purpose, Duration::hours(1)).await.unwrap();
        tx.commit().await.unwrap();
        link
    }
    async fn use_link(&self, link: &LinkToken, purpose: LinkPurpose) -> Result<UsedLink, AccountsError> {
        self.a.accounts.use_link(&self.a.cx.with_actor(Actor::Visitor), link, purpose).await
    }
    async fn enter(&self, used: &UsedLink) -> Result<Option<SessionToken>, AccountsError> {
        let (accounts, cx) = (&self.a.accounts, self.org.cx.with_actor(Actor::Person(self.kari)));
        let new = NewPassword::parse("fire små kaker til", &KARI.parse().unwrap()).unwrap();
        let prepared = accounts.prepare_password(&cx, &new).await.unwrap();
        let mut tx = self.a.db.begin(&cx).await.unwrap();
        let session = NewSession::new(self.kari, SignInMethod::SetUpLink);
        let entered = accounts.enter_by_link(&mut tx, &cx, used, prepared, false, session).await?;
        tx.commit().await.unwrap();
        Ok(entered)
    }
    async fn send(&self, cx: &Cx) -> Result<(), AccountsError> {
        let mut tx = self.a.db.begin(cx).await.unwrap();
        self.a.accounts.send_password_link(&mut tx, cx, self.kari, PAGE).await?;
        tx.commit().await.unwrap();
        Ok(())
    }
    /// Somebody who came by single sign-on, which is off now.
    async fn bare(&self, name: &str) -> PersonId {
        let person = self.a.person(&self.org.cx, name, Role::Employee).await;
        self.run(WITHOUT_WAY, tillit_store::args![person, true]).await;
        self.run(NO_PASSWORD, tillit_store::args![person]).await;
        person
    }
    async fn run(&self, statement: tillit_store::Statement, values: Vec<tillit_store::Value>) {
        let mut tx = self.a.db.begin(&self.a.cx).await.unwrap();
        tx.execute(statement, values).await.unwrap();
        tx.commit().await.unwrap();
    }
    async fn links(&self, person: PersonId) -> i64 {
        let mut tx = self.a.db.read(&self.a.cx).await.unwrap();
        tx.fetch_one(LINKS, tillit_store::args![person]).await.unwrap().get("n").unwrap()
    }
}

on_both_engines!(a_link_to_choose_a_password_does_not_pass_by_a_passkey_that_was_made_after_it, |t| {
    let s = Stage::new(&t).await;
    let kari = s.org.cx.with_actor(Actor::Person(s.kari));
    let (set_up, recover) = (s.link(LinkPurpose::SetUp).await, s.link(LinkPurpose::Recover).await);
    passkeys::give_one(&s.a, &kari, s.kari).await;
    assert!(matches!(s.use_link(&set_up, LinkPurpose::SetUp).await, Err(AccountsError::NotFound)), "the mailbox is enough");
    // One that was made past the check at sending, or used up just before the passkey was there.
    let set_up = s.link(LinkPurpose::SetUp).await;
    let used = s.use_link(&set_up, LinkPurpose::SetUp).await.unwrap();
    assert!(matches!(s.enter(&used).await, Err(AccountsError::NotFound)), "the mailbox is enough");
    let used = s.use_link(&recover, LinkPurpose::Recover).await.unwrap();
    assert!(s.enter(&used).await.unwrap().is_some(), "the way back is for whoever lost the passkey");
});

on_both_engines!(a_link_to_choose_a_password_outlives_neither_a_new_role_nor_a_new_password_nor_ended_sessions, |t| {
    let s = Stage::new(&t).await;
    let (accounts, owner) = (&s.a.accounts, &s.org.owner_cx);
    let kari = s.org.cx.with_actor(Actor::Person(s.kari));
    for what in ["role", "password", "sessions", "passkeys taken away", "switched off and on"] {
        if what == "passkeys taken away" {
            passkeys::give_one(&s.a, &kari, s.kari).await;
        }
        let (link, used) = (s.link(LinkPurpose::SetUp).await, s.link(LinkPurpose::SetUp).await);
        assert!(s.use_link(&link, LinkPurpose::SetUp).await.is_err(), "{what}: an earlier one is void");
        // One that was used up, and whose password is not set yet, ends with it as well.
        let used = s.use_link(&used, LinkPurpose::SetUp).await.unwrap();
        let link = s.link(LinkPurpose::SetUp).await;
        let mut tx = s.a.db.begin(owner).await.unwrap();
        match what {
            "role" => accounts.change_role(&mut tx, owner, s.kari, Role::Employee, Role::Analyst, None).await.unwrap(),
            "sessions" => {
                accounts.end_all_sessions(&mut tx, owner, s.kari, None).await.unwrap();
            }
            "passkeys taken away" => accounts.reset_second_factor(&mut tx, owner, s.kari).await.unwrap(),
            "switched off and on" => {
                accounts.disable(&mut tx, owner, s.kari).await.unwrap();
                accounts.enable(&mut tx, owner, s.kari).await.unwrap();
            }
            _ => {}
        }
        tx.commit().await.unwrap();
        if what == "password" {
            let new = NewPassword::parse("fire små kaker til", &KARI.parse().unwrap()).unwrap();
            accounts.set_password(&kari, s.kari, OwnProof::Password(&password()), &new, None).await.unwrap();
            let again = NewPassword::parse(crate::testing::PASSWORD, &KARI.parse().unwrap()).unwrap();
            accounts.set_password(&kari.with_actor(Actor::Operator), s.kari, OwnProof::None, &again, None).await.unwrap();
        }
        assert!(matches!(s.use_link(&link, LinkPurpose::SetUp).await, Err(AccountsError::NotFound)), "{what}: the link still works");
        assert!(matches!(s.enter(&used).await, Err(AccountsError::NotFound)), "{what}: the used link still sets a password");
    }
});

on_both_engines!(ending_the_sessions_of_somebody_who_has_not_come_withdraws_no_invitation, |t| {
    let s = Stage::new(&t).await;
    let (accounts, owner) = (&s.a.accounts, &s.org.owner_cx);
    let page = "https://portal.example/invitation/";
    let new = NewInvitation { address: "lars@nordvik.example".parse().unwrap(), person: None, role: Role::Employee, page };
    let mut tx = s.a.db.begin(owner).await.unwrap();
    accounts.invite(&mut tx, owner, &new).await.unwrap();
    let lars = accounts.person_by_username(&mut tx, owner, &new.address).await.unwrap().unwrap();
    accounts.end_all_sessions(&mut tx, owner, lars, None).await.unwrap();
    tx.commit().await.unwrap();
    let link = crate::tests::invitations::link(&t, &s.a, "lars@nordvik.example").await;
    assert!(s.use_link(&link, LinkPurpose::Invitation).await.is_ok());
});

on_both_engines!(nobody_sends_a_link_to_whom_a_higher_role_is_being_given, |t| {
    let s = Stage::new(&t).await;
    let (accounts, owner) = (&s.a.accounts, &s.org.owner_cx);
    let lars = s.a.person(&s.org.cx, "lars@nordvik.example", Role::DirectoryManager).await;
    let lars = s.org.cx.with_actor(Actor::Person(lars));
    s.send(&lars).await.unwrap();
    let mut tx = s.a.db.begin(owner).await.unwrap();
    accounts.change_role(&mut tx, owner, s.kari, Role::Employee, Role::Owner, None).await.unwrap();
    let mut send = pin!(s.send(&lars));
    let early = tokio::time::timeout(MEANWHILE, &mut send).await;
    assert!(early.is_err(), "it does not wait: {early:?}");
    tx.commit().await.unwrap();
    assert!(matches!(send.await, Err(AccountsError::Denied)), "an owner got a link from a directory manager");
    assert_eq!(s.links(s.kari).await, 0);
});

on_both_engines!(a_button_for_everybody_sends_none_to_whom_a_higher_role_is_being_given, |t| {
    let s = Stage::new(&t).await;
    let (accounts, owner) = (&s.a.accounts, &s.org.owner_cx);
    let (anna, berit) = (s.bare("anna@nordvik.example").await, s.bare("berit@nordvik.example").await);
    let mut tx = s.a.db.begin(owner).await.unwrap();
    accounts.change_role(&mut tx, owner, anna, Role::Employee, Role::Owner, None).await.unwrap();
    let mut send = pin!(accounts.send_password_links(owner, PAGE));
    let early = tokio::time::timeout(MEANWHILE, &mut send).await;
    assert!(early.is_err(), "it does not wait: {early:?}");
    tx.commit().await.unwrap();
    assert_eq!(send.await.unwrap(), LinksSent { sent: 1, unreachable: 0 });
    assert_eq!((s.links(anna).await, s.links(berit).await), (0, 1));
});

on_both_engines!(whoever_gets_no_mail_has_no_link_and_one_damaged_row_keeps_nobody_else_from_one, |t| {
    let s = Stage::new(&t).await;
    let (accounts, owner) = (&s.a.accounts, &s.org.owner_cx);
    let damaged = s.bare("anna@nordvik.example").await;
    let nowhere = s.bare("berit@nordvik.invalid").await;
    let whole = s.bare("dagny@nordvik.example").await;
    s.run(DAMAGE, tillit_store::args![damaged, vec![1_u8; 60]]).await;
    assert_eq!(accounts.send_password_links(owner, PAGE).await.unwrap(), LinksSent { sent: 1, unreachable: 2 });
    assert_eq!((s.links(damaged).await, s.links(nowhere).await, s.links(whole).await), (0, 0, 1));
    let to: Vec<String> = mails(&t, &s.a).await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["dagny@nordvik.example"]);
    for person in [damaged, nowhere] {
        let mut tx = s.a.db.begin(owner).await.unwrap();
        let sent = accounts.send_password_link(&mut tx, owner, person, PAGE).await;
        tx.commit().await.unwrap();
        assert!(matches!(sent, Err(AccountsError::PasswordLink(PasswordLinkRefusal::Address))), "{sent:?}");
    }
    assert_eq!((s.links(damaged).await, s.links(nowhere).await), (0, 0));
});

on_both_engines!(the_break_glass_account_sends_nobody_a_link_that_outlives_it, |t| {
    let s = Stage::new(&t).await;
    let (accounts, anna) = (&s.a.accounts, s.bare("anna@nordvik.example").await);
    let code = accounts.seal_break_glass(&s.org.owner_cx, s.org.owner, OwnProof::Password(&password())).await.unwrap().code;
    let opened = accounts.open_break_glass(&t.cx(), &code, GlassBrowser::default()).await.unwrap();
    let glass = s.org.cx.with_actor(Actor::Person(opened.person));
    assert!(matches!(s.send(&glass).await, Err(AccountsError::Denied)));
    assert!(matches!(accounts.send_password_links(&glass, PAGE).await, Err(AccountsError::Denied)));
    assert_eq!((s.links(s.kari).await, s.links(anna).await), (0, 0));
    // What it is for goes on to work.
    let mut tx = s.a.db.begin(&glass).await.unwrap();
    accounts.still_has_role(&mut tx, &glass, s.kari, Role::Employee, &[Role::Employee.managed_by()]).await.unwrap();
    accounts.disable(&mut tx, &glass, s.kari).await.unwrap();
});
