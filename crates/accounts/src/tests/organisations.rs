use std::sync::Arc;

use tillit_store::{Actor, Duration, args, on_both_engines};
use tillit_vault::{EpochOptions, MasterKey, Vault, VaultOptions};

use crate::testing::TestAccounts;
use crate::{Accounts, AccountsError, Language, NewOrganisation, OrganisationChange, ProfileText, Role, Slug, VerifiedDomain};

on_both_engines!(an_organisation_is_found_by_slug_and_domain, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let cx = t.cx();
    assert_eq!(a.accounts.organisation_of_slug(&cx, &org.slug).await.unwrap(), Some(org.id));
    assert_eq!(a.accounts.organisation_of_domain(&cx, &"NORDVIK.example".parse().unwrap()).await.unwrap(), Some(org.id));
    assert_eq!(a.accounts.organisation_of_domain(&cx, &"other.example".parse().unwrap()).await.unwrap(), None);
    let found = a.accounts.organisation(&org.cx).await.unwrap();
    assert_eq!((found.id, found.slug, found.name.as_str(), found.language), (org.id, org.slug, "nordvik", Language::English));
    assert!(matches!(a.accounts.organisation(&cx).await, Err(AccountsError::NoOrganisation)));
    assert_eq!(a.accounts.organisations(&cx, None, 10).await.unwrap().len(), 1);
    assert!(a.accounts.organisations(&cx, Some(found.id), 10).await.unwrap().is_empty());
});

on_both_engines!(a_new_name_stands_in_one_organisation_and_the_log_says_what_it_was, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let change = OrganisationChange { name: ProfileText::new("Nordvik kommune").unwrap(), language: Language::Norwegian };
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert!(a.accounts.change_organisation(&mut tx, &org.owner_cx, &change).await.unwrap());
    assert!(!a.accounts.change_organisation(&mut tx, &org.owner_cx, &change).await.unwrap(), "the same again is no change");
    tx.commit().await.unwrap();
    let found = a.accounts.organisation(&org.cx).await.unwrap();
    assert_eq!((found.name.as_str(), found.language, found.slug), ("Nordvik kommune", Language::Norwegian, org.slug));
    assert_eq!(a.accounts.organisation(&other.cx).await.unwrap().name, "sorvik");
    let log = a.accounts.audit_log(&org.cx, crate::AuditPage { before: None, limit: 5 }).await.unwrap();
    assert_eq!(log[0].action, "organisation.changed");
    assert_eq!(log[0].detail.as_ref().unwrap()["name"]["from"], "nordvik");
});

on_both_engines!(a_short_name_belongs_to_one_organisation, |t| {
    let a = TestAccounts::new(&t).await;
    a.organisation("nordvik").await;
    let new = NewOrganisation {
        name: ProfileText::new("Other").unwrap(),
        slug: "nordvik".parse::<Slug>().unwrap(),
        language: Language::Norwegian,
    };
    let mut tx = a.db.begin(&a.cx).await.unwrap();
    assert!(matches!(a.accounts.create_organisation(&mut tx, &a.cx, &new).await, Err(AccountsError::SlugTaken)));
});

on_both_engines!(a_domain_belongs_to_one_organisation_until_it_is_given_back, |t| {
    let a = TestAccounts::new(&t).await;
    let (first, second) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let domain = VerifiedDomain::by_operator(&a.cx, "nordvik.example".parse().unwrap()).unwrap();
    let mut tx = a.db.begin(&second.cx).await.unwrap();
    assert!(matches!(a.accounts.add_domain(&mut tx, &second.cx, &domain).await, Err(AccountsError::DomainTaken)));
    drop(tx);
    let mut tx = a.db.begin(&first.cx).await.unwrap();
    assert!(!a.accounts.add_domain(&mut tx, &first.cx, &domain).await.unwrap(), "adding it again changes nothing");
    a.accounts.remove_domain(&mut tx, &first.cx, domain.domain()).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = a.db.begin(&second.cx).await.unwrap();
    assert!(a.accounts.add_domain(&mut tx, &second.cx, &domain).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.organisation_of_domain(&t.cx(), domain.domain()).await.unwrap(), Some(second.id));
});

on_both_engines!(proof_of_a_domain_comes_back_with_it, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let listed = ["nordvik.no".to_owned()];
    let domain = VerifiedDomain::by_microsoft_tenant("nordvik.no".parse().unwrap(), "global", "a-tenant", &listed).unwrap();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.add_domain(&mut tx, &org.cx, &domain).await.unwrap();
    tx.commit().await.unwrap();
    let domains = a.accounts.domains(&org.cx).await.unwrap();
    assert_eq!(domains.iter().map(|d| d.domain().as_str()).collect::<Vec<_>>(), ["nordvik.example", "nordvik.no"]);
    assert_eq!(domains[1], domain);
});

on_both_engines!(only_the_operator_can_vouch_for_a_domain, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    for cx in [&org.cx, &org.owner_cx] {
        assert!(matches!(VerifiedDomain::by_operator(cx, "other.example".parse().unwrap()), Err(AccountsError::Denied)));
    }
});

on_both_engines!(an_organisation_that_is_removed_takes_nothing_of_another_one_along, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let operator = a.cx.in_organisation(org.id);
    assert!(matches!(a.accounts.remove_organisation(&org.owner_cx).await, Err(AccountsError::Denied)), "no owner does it");
    let removed = a.accounts.remove_organisation(&operator).await.unwrap();
    assert_eq!((removed.people, removed.final_in_backups), (2, None));
    assert!(matches!(a.accounts.organisation(&operator).await, Err(AccountsError::NotFound)));
    assert!(matches!(a.accounts.remove_organisation(&operator).await, Err(AccountsError::NotFound)));
    assert_eq!(a.accounts.organisations(&a.cx, None, 10).await.unwrap().len(), 1);
    assert_eq!(a.accounts.person(&other.cx, other.owner).await.unwrap().username, other.username);
    // What was its own is free again, and the installation's log says what was done.
    let domain = VerifiedDomain::by_operator(&a.cx, "nordvik.example".parse().unwrap()).unwrap();
    let mut tx = a.db.begin(&other.cx).await.unwrap();
    assert!(a.accounts.add_domain(&mut tx, &other.cx, &domain).await.unwrap());
    tx.commit().await.unwrap();
    let log = a.accounts.audit_log(&a.cx, crate::AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!((log[0].action.as_str(), &log[0].detail.as_ref().unwrap()["slug"]), ("organisation.removed", &"nordvik".into()));
});

on_both_engines!(a_removed_organisation_stays_removed_when_a_backup_is_brought_back, |t| {
    let folder = tempfile::tempdir().unwrap();
    let epochs = EpochOptions { folders: vec![folder.path().join("epochs")], backups: Duration::days(35) };
    let options = VaultOptions { epochs: Some(epochs), ..VaultOptions::default() };
    let vault = Vault::with_options(Arc::new(MasterKey::from_bytes([7; 32]).unwrap()), options);
    vault.check(&t.db, &t.cx()).await.unwrap();
    let cx = t.cx().with_actor(Actor::Operator);
    let a = TestAccounts { accounts: Accounts::new(t.db.clone(), vault.clone()), db: t.db.clone(), vault, cx };
    let org = a.organisation("nordvik").await;
    assert_eq!(a.accounts.replay_removals(&a.cx).await.unwrap(), 0);
    let removed = a.accounts.remove_organisation(&a.cx.in_organisation(org.id)).await.unwrap();
    assert!(removed.final_in_backups.unwrap() > a.cx.now() + Duration::days(35));
    // The older backup, in which it is still there.
    let mut tx = t.db.begin(&a.cx).await.unwrap();
    let row = args![org.id, &org.slug, "nordvik", Language::English, a.cx.now()];
    assert_eq!(tx.execute(crate::sql::ADD_ORGANISATION, row).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.replay_removals(&a.cx).await.unwrap(), 1);
    assert!(a.accounts.organisations(&a.cx, None, 10).await.unwrap().is_empty());
    assert_eq!(a.accounts.replay_removals(&a.cx).await.unwrap(), 0, "once");
});
