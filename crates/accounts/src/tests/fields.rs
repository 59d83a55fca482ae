use tillit_jobs::{Worker, WorkerOptions};
use tillit_store::testing::TestDb;
use tillit_store::{Cx, Duration, PersonId, on_both_engines};

use crate::testing::{TestAccounts, TestOrganisation};
use crate::{
    AccountsError, Carried, FieldChoices, FieldUse, InvitationState, LinkPurpose, NewInvitation, NewPerson, NewSession, Photo, PhotoChange,
    Profile, ProfileField, ProfileText, Role, SignInMethod,
};

fn full() -> Profile {
    let text = |text| ProfileText::new(text);
    Profile {
        email: text("kari@mail.example"),
        name: text("Kari Nordmann"),
        title: text("Accountant"),
        company: text("Nordvik AS"),
        department: text("Finance"),
        phone: text("+47 55 00 00 00"),
        address: text("Kaigata 1"),
        language: text("nb-NO"),
    }
}

fn photo() -> Photo {
    Photo::jpeg(vec![0xff, 0xd8, 0xff, 1, 0xff, 0xd9]).unwrap()
}

fn less() -> FieldChoices {
    FieldChoices::default()
        .with(ProfileField::Email, FieldUse::Never)
        .with(ProfileField::Name, FieldUse::SignInOnly)
        .with(ProfileField::Phone, FieldUse::Never)
        .with(ProfileField::ProfileImage, FieldUse::SignInOnly)
}

/// A person with every field and a photo.
async fn person(a: &TestAccounts, cx: &Cx, username: &str, role: Role) -> PersonId {
    let mut tx = a.db.begin(cx).await.unwrap();
    let id = a.accounts.add_person(&mut tx, cx, &NewPerson { username: username.parse().unwrap(), role, profile: full() }).await.unwrap();
    a.accounts.update_profile(&mut tx, cx, id, &full(), PhotoChange::Replace(&photo())).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn choose(a: &TestAccounts, cx: &Cx, choices: FieldChoices) -> crate::Chosen {
    let mut tx = a.db.begin(cx).await.unwrap();
    let chosen = a.accounts.choose_fields(&mut tx, cx, &choices).await.unwrap();
    tx.commit().await.unwrap();
    chosen
}

tillit_store::statements! { unlisted "accounts.tests.fields";
    NO_CHOICES = "DELETE FROM profile_choice WHERE organisation_id = $1";
    MARK = "INSERT INTO restored (id, taken_at) VALUES ($1, $2)";
}

on_both_engines!(a_choice_to_hold_less_outlives_a_backup_that_is_brought_back, |t| {
    let folder = tempfile::tempdir().unwrap();
    let epochs = tillit_vault::EpochOptions { folders: vec![folder.path().join("epochs")], backups: Duration::days(35) };
    let options = tillit_vault::VaultOptions { epochs: Some(epochs), ..tillit_vault::VaultOptions::default() };
    let master = tillit_vault::MasterKey::from_bytes([7; 32]).unwrap();
    let vault = tillit_vault::Vault::with_options(std::sync::Arc::new(master), options);
    vault.check(&t.db, &t.cx()).await.unwrap();
    let cx = t.cx().with_actor(tillit_store::Actor::Operator);
    let a = TestAccounts { accounts: crate::Accounts::new(t.db.clone(), vault.clone()), db: t.db.clone(), vault, cx };
    let org = a.organisation("nordvik").await;
    let kari = person(&a, &org.cx, "kari@nordvik.example", Role::Employee).await;
    t.clock.advance(Duration::days(1));
    choose(&a, &org.owner_cx, less()).await;
    work(&t, &a).await;
    assert_eq!(profile(&a, &org, kari).await.0.phone, None);
    // The older backup: no choice, and the values.
    let mut tx = t.db.begin(&org.cx).await.unwrap();
    tx.execute(NO_CHOICES, tillit_store::args![org.id]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = t.db.begin(&org.cx).await.unwrap();
    a.accounts.update_profile(&mut tx, &org.cx, kari, &full(), PhotoChange::Replace(&photo())).await.unwrap();
    tx.commit().await.unwrap();
    assert!(profile(&a, &org, kari).await.0.phone.is_some());
    t.clock.advance(Duration::days(1));
    assert_eq!(a.accounts.replay_choices(&a.cx).await.unwrap(), 1);
    work(&t, &a).await;
    let (found, photo) = profile(&a, &org, kari).await;
    assert_eq!((found.phone, found.email, found.name, photo), (None, None, None, false));
    assert!(found.title.is_some());
    assert_eq!(a.accounts.field_choices(&org.cx).await.unwrap(), less());
    // Once; and whoever chooses more afterwards is not overruled.
    assert_eq!(a.accounts.replay_choices(&a.cx).await.unwrap(), 0);
    t.clock.advance(Duration::days(1));
    choose(&a, &org.owner_cx, FieldChoices::default()).await;
    assert_eq!(a.accounts.replay_choices(&a.cx).await.unwrap(), 0);
});

on_both_engines!(a_start_after_a_restore_tells_every_organisation_and_leaves_no_token_invitation_or_link_open, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    assert_eq!(a.accounts.after_restore(&a.cx).await.unwrap(), None);
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let (_, token) =
        a.accounts.add_service_identity(&mut tx, &org.owner_cx, &crate::tests::isolation::service(&org), Duration::days(9)).await.unwrap();
    let link = a.accounts.make_link(&mut tx, &org.owner_cx, org.owner, LinkPurpose::SetUp, Duration::days(2)).await.unwrap();
    let new = NewInvitation {
        address: "lars@nordvik.example".parse().unwrap(),
        person: None,
        role: Role::Owner,
        page: "https://portal.example/",
    };
    let invitation = a.accounts.invite(&mut tx, &org.owner_cx, &new).await.unwrap();
    tx.commit().await.unwrap();
    assert!(a.accounts.authenticate_service(&t.cx(), token.as_str()).await.is_ok());
    assert!(a.accounts.find_link(&t.cx(), &link, LinkPurpose::SetUp).await.is_ok());
    let mut tx = a.db.begin(&a.cx).await.unwrap();
    tx.execute(MARK, tillit_store::args![uuid::Uuid::from_u128(1), a.cx.now()]).await.unwrap();
    tx.commit().await.unwrap();
    let done = a.accounts.after_restore(&a.cx).await.unwrap().unwrap();
    assert_eq!((done.organisations, done.tokens, done.invitations, done.links), (2, 1, 1, 2));
    assert!(matches!(a.accounts.use_link(&t.cx(), &link, LinkPurpose::SetUp).await, Err(AccountsError::NotFound)));
    let known = a.accounts.invitations(&org.cx).await.unwrap().remove(0);
    assert!(known.id == invitation && matches!(known.state, InvitationState::Revoked { .. }), "{:?}", known.state);
    for cx in [&org.cx, &other.cx] {
        let log = a.accounts.audit_log(cx, crate::AuditPage { before: None, limit: 1 }).await.unwrap();
        assert_eq!(log[0].action, "installation.restored");
    }
    assert!(a.accounts.authenticate_service(&t.cx(), token.as_str()).await.is_err());
    assert_eq!(a.accounts.after_restore(&a.cx).await.unwrap(), None);
});

async fn work(t: &TestDb, a: &TestAccounts) {
    let worker = a.accounts.register(Worker::new(t.db.clone(), a.vault.clone(), WorkerOptions::default()));
    worker.run_due(&a.cx).await.unwrap();
}

async fn profile(a: &TestAccounts, org: &TestOrganisation, id: PersonId) -> (Profile, bool) {
    let person = a.accounts.person(&org.cx, id).await.unwrap();
    (person.profile, person.photo)
}

on_both_engines!(a_field_that_is_not_stored_is_dropped_whoever_writes_it, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    assert!(choose(&a, &org.owner_cx, less()).await.changed);
    assert_eq!(choose(&a, &org.owner_cx, less()).await, crate::Chosen { changed: false, deletion: None });
    let kari = person(&a, &org.cx, "kari@nordvik.example", Role::Employee).await;
    let kept = Profile { email: None, name: None, phone: None, ..full() };
    assert_eq!(profile(&a, &org, kari).await, (kept.clone(), false));
    // An owner's address is where notices go.
    let hanne = person(&a, &org.cx, "hanne@nordvik.example", Role::Owner).await;
    assert_eq!(profile(&a, &org, hanne).await, (Profile { email: full().email, ..kept }, false));
    let other = a.organisation("sorvik").await;
    let theirs = person(&a, &other.cx, "ola@sorvik.example", Role::Employee).await;
    assert_eq!(profile(&a, &other, theirs).await, (full(), true), "each organisation chooses for itself");
});

on_both_engines!(what_a_session_carries_is_seen_by_it_alone_and_gone_with_it, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let carried = less().carried(&full(), Some(&photo()));
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let new = NewSession { carried: carried.clone(), ..NewSession::new(org.owner, SignInMethod::Sso) };
    let (token, with) = a.accounts.start_session(&mut tx, &org.cx, new).await.unwrap();
    let (plain, without) = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(org.owner, SignInMethod::Password)).await.unwrap();
    assert_eq!(a.accounts.carried(&mut tx, &org.cx, with).await.unwrap(), carried);
    assert_eq!(a.accounts.carried(&mut tx, &org.cx, without).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert!(a.accounts.session(&t.cx(), &token).await.unwrap().unwrap().carries);
    assert!(!a.accounts.session(&t.cx(), &plain).await.unwrap().unwrap().carries);
    assert_eq!(a.accounts.own_photo(&org.cx, org.owner, with).await.unwrap(), Some(photo()));
    assert_eq!(a.accounts.photo(&org.cx, org.owner).await.unwrap(), None, "colleagues see none");
    let mut shown = a.accounts.person(&org.cx, org.owner).await.unwrap();
    shown.profile.name = None;
    carried.unwrap_or(Carried { profile: Profile::default(), photo: None }).onto(&mut shown);
    assert_eq!((shown.profile.name, shown.photo), (full().name, true));
    let mut tx = a.db.begin(&other.cx).await.unwrap();
    assert!(matches!(a.accounts.carried(&mut tx, &other.cx, with).await, Err(AccountsError::NotFound)));
    drop(tx);
    a.accounts.end_session(&org.owner_cx, with).await.unwrap();
    let mut tx = a.db.read(&org.cx).await.unwrap();
    assert!(matches!(a.accounts.carried(&mut tx, &org.cx, with).await, Err(AccountsError::NotFound)));
});

on_both_engines!(choosing_less_names_the_number_deletes_and_leaves_a_receipt, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let kari = person(&a, &org.cx, "kari@nordvik.example", Role::Employee).await;
    let hanne = person(&a, &org.cx, "hanne@nordvik.example", Role::Owner).await;
    let theirs = person(&a, &other.cx, "ola@sorvik.example", Role::Employee).await;
    // The owner of the test has a name and nothing else.
    let held = a.accounts.held(&org.cx).await.unwrap();
    let field = |field| held.fields.iter().find(|held| held.field == field).unwrap();
    assert_eq!((field(ProfileField::Email).stored, field(ProfileField::Email).staying), (2, 1));
    assert_eq!((field(ProfileField::Name).stored, field(ProfileField::Name).choice), (3, FieldUse::Store));
    let gone = held.to_delete(&less());
    assert_eq!(
        gone,
        [(ProfileField::Email, 1), (ProfileField::Name, 3), (ProfileField::Phone, 2), (ProfileField::ProfileImage, 2)],
        "said before it is done"
    );

    t.clock.advance(Duration::hours(1));
    let id = choose(&a, &org.owner_cx, less()).await.deletion.unwrap();
    let begun = a.accounts.deletion(&org.cx, id).await.unwrap();
    assert_eq!((begun.asked, begun.done, begun.finished_at, begun.asked_by), (8, 0, None, Some(org.owner)));
    assert!(matches!(a.accounts.deletion(&other.cx, id).await, Err(AccountsError::NotFound)));
    work(&t, &a).await;
    let receipt = a.accounts.deletion(&org.cx, id).await.unwrap();
    assert_eq!((receipt.asked, receipt.done, receipt.finished_at), (8, 8, Some(t.cx().now())));
    assert_eq!(receipt.fields, [ProfileField::Email, ProfileField::Name, ProfileField::Phone, ProfileField::ProfileImage]);
    let kept = Profile { email: None, name: None, phone: None, ..full() };
    assert_eq!(profile(&a, &org, kari).await, (kept.clone(), false));
    assert_eq!(profile(&a, &org, hanne).await, (Profile { email: full().email, ..kept }, false));
    assert_eq!(profile(&a, &other, theirs).await, (full(), true));
    assert!(a.accounts.deletions(&other.cx).await.unwrap().is_empty());
    let held = a.accounts.held(&org.cx).await.unwrap();
    assert!(held.to_delete(&less()).is_empty());
    assert_eq!(held.choices(), less());
    assert_eq!(held.fields[1].since, t.cx().now(), "since it was chosen");

    // Nobody needs the receipt after three years.
    t.clock.advance(Duration::days(3 * 365));
    assert_eq!(a.accounts.prune(&a.cx).await.unwrap().receipts, 0);
    t.clock.advance(Duration::seconds(1));
    assert_eq!(a.accounts.prune(&a.cx).await.unwrap().receipts, 1);
});

on_both_engines!(whoever_chooses_more_again_before_the_job_ran_loses_nothing, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = person(&a, &org.cx, "kari@nordvik.example", Role::Employee).await;
    let id = choose(&a, &org.owner_cx, less()).await.deletion.unwrap();
    assert_eq!(choose(&a, &org.owner_cx, FieldChoices::default()).await, crate::Chosen { changed: true, deletion: None });
    work(&t, &a).await;
    assert_eq!(profile(&a, &org, kari).await, (full(), true));
    let receipt = a.accounts.deletion(&org.cx, id).await.unwrap();
    assert!(receipt.done == 0 && receipt.finished_at.is_some(), "the receipt says what was deleted, not what was asked");
});

on_both_engines!(what_is_never_asked_for_any_more_leaves_open_sessions_too, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    choose(&a, &org.owner_cx, less()).await;
    work(&t, &a).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let new = NewSession { carried: less().carried(&full(), None), ..NewSession::new(org.owner, SignInMethod::Sso) };
    let (_, session) = a.accounts.start_session(&mut tx, &org.cx, new).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.held(&org.cx).await.unwrap().carrying, 1);
    choose(&a, &org.owner_cx, less().with(ProfileField::Name, FieldUse::Never)).await;
    work(&t, &a).await;
    let mut tx = a.db.read(&org.cx).await.unwrap();
    assert_eq!(a.accounts.carried(&mut tx, &org.cx, session).await.unwrap(), None);
});

on_both_engines!(an_owners_address_goes_within_the_hour_when_the_owner_is_none_any_more, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    choose(&a, &org.owner_cx, FieldChoices::default().with(ProfileField::Email, FieldUse::Never)).await;
    let hanne = person(&a, &org.cx, "hanne@nordvik.example", Role::Owner).await;
    assert_eq!(a.accounts.prune(&a.cx).await.unwrap().values, 0);
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.set_role(&mut tx, &org.owner_cx, hanne, Role::Employee).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.prune(&a.cx).await.unwrap().values, 1);
    assert_eq!(profile(&a, &org, hanne).await.0.email, None);
});
