use tillit_store::on_both_engines;

use crate::testing::TestAccounts;
use crate::{AccountsError, Language, NewOrganisation, OrganisationChange, ProfileText, Slug, VerifiedDomain};

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
