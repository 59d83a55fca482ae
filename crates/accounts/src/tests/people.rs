use tillit_store::{Actor, on_both_engines};

use crate::testing::{PASSWORD, TestAccounts, password};
use crate::{
    AccountsError, NewPerson, NewSession, OwnProof, PeoplePage, Permission, PersonState, Photo, PhotoChange, Profile, ProfileText, Role,
    SignInMethod, SignInPlace,
};

fn full_profile() -> Profile {
    let text = |text| ProfileText::new(text);
    Profile {
        email: text("ola@post.example"),
        name: text("Ola Nordmann"),
        title: text("Fisherman"),
        company: text("Nordvik Fisk"),
        department: text("Boats"),
        phone: text("+47 22 22 22 22"),
        address: text("Kaia 1, 9999 Nordvik"),
        language: text("nb-NO"),
    }
}

fn jpeg(n: u8) -> Photo {
    Photo::jpeg(vec![0xff, 0xd8, 0xff, n, 0xff, 0xd9]).unwrap()
}

on_both_engines!(a_person_comes_back_as_added, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let new = NewPerson { username: "Ola@nordvik.example".parse().unwrap(), role: Role::Employee, profile: full_profile() };
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let id = a.accounts.add_person(&mut tx, &org.cx, &new).await.unwrap();
    assert_eq!(a.accounts.person_by_username(&mut tx, &org.cx, &"OLA@nordvik.example".parse().unwrap()).await.unwrap(), Some(id));
    tx.commit().await.unwrap();
    let person = a.accounts.person(&org.cx, id).await.unwrap();
    assert_eq!((&person.username, &person.profile, person.role), (&new.username, &new.profile, Role::Employee));
    assert_eq!((person.state, person.photo, person.last_sign_in_at), (PersonState::Active, false, None));
    assert_eq!((person.display_name(), person.mail_address()), ("Ola Nordmann", "ola@post.example"));
    assert_eq!(person.language(), Some(crate::Language::Norwegian));
    assert_eq!(a.accounts.photo(&org.cx, id).await.unwrap(), None);
});

on_both_engines!(a_username_is_unique_within_its_organisation_only, |t| {
    let a = TestAccounts::new(&t).await;
    let (first, second) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let new = NewPerson { username: first.username.clone(), role: Role::Employee, profile: Profile::default() };
    let mut tx = a.db.begin(&first.cx).await.unwrap();
    assert!(matches!(a.accounts.add_person(&mut tx, &first.cx, &new).await, Err(AccountsError::UsernameTaken)));
    drop(tx);
    let mut tx = a.db.begin(&second.cx).await.unwrap();
    a.accounts.add_person(&mut tx, &second.cx, &new).await.unwrap();
    tx.commit().await.unwrap();
});

on_both_engines!(two_who_add_the_same_username_at_once_add_one_person, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (accounts, cx) = (a.accounts.clone(), org.cx.clone());
        tasks.spawn(async move {
            let new = NewPerson { username: "ola@nordvik.example".parse().unwrap(), role: Role::Employee, profile: Profile::default() };
            let mut tx = accounts.db().begin(&cx).await.unwrap();
            match accounts.add_person(&mut tx, &cx, &new).await {
                Ok(_) => tx.commit().await.map(|()| true).unwrap(),
                Err(AccountsError::UsernameTaken) => false,
                Err(error) => panic!("{error}"),
            }
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|added| *added).count(), 1);
});

on_both_engines!(a_profile_update_writes_only_what_differs, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let (one, two) = (jpeg(1), jpeg(2));
    let mut update = async |profile: &Profile, photo| a.accounts.update_profile(&mut tx, &org.cx, org.owner, profile, photo).await.unwrap();
    assert!(update(&full_profile(), PhotoChange::Replace(&one)).await);
    assert!(!update(&full_profile(), PhotoChange::Replace(&one)).await);
    assert!(!update(&full_profile(), PhotoChange::Keep).await);
    assert!(update(&full_profile(), PhotoChange::Replace(&two)).await);
    let less = Profile { title: None, ..full_profile() };
    assert!(update(&less, PhotoChange::Keep).await);
    tx.commit().await.unwrap();
    let person = a.accounts.person(&org.cx, org.owner).await.unwrap();
    assert!(person.photo && person.profile == less);
    assert_eq!(a.accounts.photo(&org.cx, org.owner).await.unwrap(), Some(jpeg(2)));
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    assert!(a.accounts.update_profile(&mut tx, &org.cx, org.owner, &less, PhotoChange::Remove).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!a.accounts.person(&org.cx, org.owner).await.unwrap().photo);
});

on_both_engines!(a_renamed_person_is_found_by_the_new_name_only, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let ola = a.person(&org.cx, "ola@nordvik.example", Role::Employee).await;
    let new = "ola.nordmann@nordvik.example".parse().unwrap();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    assert!(matches!(a.accounts.rename(&mut tx, &org.cx, ola, &org.username).await, Err(AccountsError::UsernameTaken)));
    a.accounts.rename(&mut tx, &org.cx, ola, &new).await.unwrap();
    assert_eq!(a.accounts.person_by_username(&mut tx, &org.cx, &new).await.unwrap(), Some(ola));
    assert_eq!(a.accounts.person_by_username(&mut tx, &org.cx, &"ola@nordvik.example".parse().unwrap()).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.person(&org.cx, ola).await.unwrap().username, new);
});

on_both_engines!(people_come_in_pages_and_administrators_by_role, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let admin = a.person(&org.cx, "admin.person@nordvik.example", Role::SecurityAdministrator).await;
    let mut all = vec![org.owner, admin];
    for n in 0..3 {
        t.clock.advance(tillit_store::Duration::seconds(1));
        all.push(a.person(&org.cx, &format!("p{n}@nordvik.example"), Role::Employee).await);
    }
    all.sort_unstable();
    let first = a.accounts.people(&org.cx, PeoplePage { after: None, limit: 2 }).await.unwrap();
    let rest = a.accounts.people(&org.cx, PeoplePage { after: first.last().map(|p| p.id), limit: 500 }).await.unwrap();
    assert_eq!(first.iter().chain(&rest).map(|p| p.id).collect::<Vec<_>>(), all);
    let mut tx = a.db.read(&org.cx).await.unwrap();
    let mut administrators: Vec<_> = a.accounts.administrators_in(&mut tx, &org.cx).await.unwrap().ids().collect();
    administrators.sort_unstable();
    assert_eq!(administrators, {
        let mut two = vec![org.owner, admin];
        two.sort_unstable();
        two
    });
    let count = a.accounts.count_people(&mut tx, &org.cx).await.unwrap();
    assert_eq!((count.in_state(PersonState::Active), count.owners(), count.in_state(PersonState::Disabled)), (5, 1, 0));
});

on_both_engines!(owners_are_found_however_many_others_have_a_role, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    for role in Role::ALL {
        a.person(&org.cx, &format!("{}.one@nordvik.example", role.code()), role).await;
    }
    let mut tx = a.db.read(&org.cx).await.unwrap();
    let owners = a.accounts.owners_in(&mut tx, &org.cx).await.unwrap().people;
    assert_eq!(owners.len(), 2);
    assert!(owners.iter().all(|person| person.role == Role::Owner));
    assert_eq!(a.accounts.administrators_in(&mut tx, &org.cx).await.unwrap().people.len(), Role::ALL.len(), "all but the employee");
    assert_eq!(a.accounts.count_people(&mut tx, &org.cx).await.unwrap().owners(), 2);
});

on_both_engines!(the_last_owner_can_neither_be_demoted_nor_disabled, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    assert!(matches!(a.accounts.set_role(&mut tx, &org.cx, org.owner, Role::Employee).await, Err(AccountsError::LastOwner)));
    drop(tx);
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    assert!(matches!(a.accounts.disable(&mut tx, &org.cx, org.owner).await, Err(AccountsError::LastOwner)));
    drop(tx);
    let second = a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.disable(&mut tx, &org.cx, second).await.unwrap();
    assert!(
        matches!(a.accounts.set_role(&mut tx, &org.cx, org.owner, Role::Employee).await, Err(AccountsError::LastOwner)),
        "a disabled owner does not count"
    );
});

on_both_engines!(two_owners_who_demote_each_other_at_once_leave_one, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let second = a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    let mut tasks = tokio::task::JoinSet::new();
    for victim in [org.owner, second] {
        let (accounts, cx) = (a.accounts.clone(), org.cx.clone());
        tasks.spawn(async move {
            let mut tx = accounts.db().begin(&cx).await.unwrap();
            match accounts.set_role(&mut tx, &cx, victim, Role::Employee).await {
                Ok(()) => tx.commit().await.map(|()| true).unwrap(),
                Err(AccountsError::LastOwner) => false,
                Err(error) => panic!("{error}"),
            }
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|done| *done).count(), 1);
});

on_both_engines!(a_disabled_person_has_no_way_in_until_enabled, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    let cx = org.cx.with_actor(Actor::Person(kari));
    let username = "kari@nordvik.example".parse().unwrap();
    let code = a.accounts.make_kit(&cx, kari, OwnProof::Password(&password())).await.unwrap().codes.remove(0);
    let mut tx = a.db.begin(&cx).await.unwrap();
    let (token, _) = a.accounts.start_session(&mut tx, &cx, NewSession::new(kari, SignInMethod::Sso)).await.unwrap();
    let link = a.accounts.make_link(&mut tx, &cx, kari, crate::LinkPurpose::Recover, tillit_store::Duration::minutes(5)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.disable(&mut tx, &org.owner_cx, kari).await.unwrap();
    tx.commit().await.unwrap();
    let visitor = t.cx();
    assert_eq!(a.accounts.session(&visitor, &token).await.unwrap(), None);
    assert!(a.accounts.use_link(&visitor, &link, crate::LinkPurpose::Recover).await.is_err());
    assert!(a.accounts.check_password(&visitor, SignInPlace::Domain, &username, &password(), true).await.is_err());
    assert!(a.accounts.sign_in_with_code(&visitor, SignInPlace::Domain, &username, &code).await.is_err());
    assert!(a.accounts.require(&cx, Permission::ViewOverview).await.is_err());
    let mut tx = a.db.begin(&cx).await.unwrap();
    assert!(a.accounts.start_session(&mut tx, &cx, NewSession::new(kari, SignInMethod::Sso)).await.is_err());
    assert!(a.accounts.make_link(&mut tx, &cx, kari, crate::LinkPurpose::Recover, tillit_store::Duration::minutes(5)).await.is_err());
    a.accounts.enable(&mut tx, &org.owner_cx, kari).await.unwrap();
    tx.commit().await.unwrap();
    assert!(a.accounts.check_password(&visitor, SignInPlace::Domain, &username, &password(), true).await.is_ok());
});

on_both_engines!(an_owner_who_is_demoted_loses_the_recovery_kit, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    a.accounts.make_kit(&org.cx.with_actor(Actor::Person(kari)), kari, OwnProof::Password(&password())).await.unwrap();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.set_role(&mut tx, &org.cx, kari, Role::SecurityAdministrator).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.kit_state(&org.cx, kari).await.unwrap(), None);
});

on_both_engines!(a_permission_is_asked_of_the_role_as_it_is_now, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::SecurityAdministrator).await;
    let cx = org.cx.with_actor(Actor::Person(kari));
    a.accounts.require(&cx, Permission::ChangeSingleSignOn).await.unwrap();
    assert!(matches!(a.accounts.require(&cx, Permission::EnforceSingleSignOn).await, Err(AccountsError::Denied)));
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.set_role(&mut tx, &org.cx, kari, Role::Employee).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(a.accounts.require(&cx, Permission::ChangeSingleSignOn).await, Err(AccountsError::Denied)));
    assert!(matches!(a.accounts.require(&org.cx, Permission::ViewOverview).await, Err(AccountsError::Denied)), "a visitor");
    a.accounts.require(&org.cx.with_actor(Actor::Operator), Permission::EnforceSingleSignOn).await.unwrap();
});

on_both_engines!(a_new_password_ends_the_other_sessions_and_replaces_the_old, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let (other, _) = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(org.owner, SignInMethod::Password)).await.unwrap();
    let (own, own_id) = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(org.owner, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    let new = crate::NewPassword::parse("nine bars and a walrus", &org.username).unwrap();
    let renewed = a.accounts.set_password(&org.owner_cx, org.owner, OwnProof::Password(&password()), &new, Some(own_id)).await.unwrap();
    let visitor = t.cx();
    assert!(a.accounts.session(&visitor, &own).await.unwrap().is_none(), "a copy of its cookie ends too");
    assert_eq!(a.accounts.session(&visitor, &renewed.unwrap()).await.unwrap().unwrap().id, own_id);
    assert!(a.accounts.session(&visitor, &other).await.unwrap().is_none());
    assert!(
        a.accounts.check_password(&visitor, SignInPlace::Domain, &org.username, &password(), true).await.is_err(),
        "{PASSWORD} is over"
    );
    let typed = crate::Password::typed("nine bars and a walrus").unwrap();
    assert!(a.accounts.check_password(&visitor, SignInPlace::Domain, &org.username, &typed, true).await.is_ok());
    assert_eq!(a.accounts.password_set_at(&org.cx, org.owner).await.unwrap(), Some(visitor.now()));
    assert!(a.accounts.remove_password(&org.owner_cx, org.owner, OwnProof::Password(&typed)).await.unwrap());
    assert!(a.accounts.check_password(&visitor, SignInPlace::Domain, &org.username, &typed, true).await.is_err());
    assert_eq!(a.accounts.password_set_at(&org.cx, org.owner).await.unwrap(), None);
});
