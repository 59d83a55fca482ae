//! A domain is added when its DNS says so, and for the organisation that it names only.

use tillit_fetch::TxtResolver;
use tillit_fetch::testing::NameServer;
use tillit_store::on_both_engines;

use crate::testing::TestAccounts;
use crate::{Domain, DomainLook, DomainProof};

on_both_engines!(a_domain_is_added_when_its_record_is_there_and_not_before, |t| {
    let a = TestAccounts::new(&t).await;
    let (ours, theirs) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let server = NameServer::start().await;
    let resolver = TxtResolver::new(&[server.address()]);
    let domain: Domain = "nordvik.no".parse().unwrap();
    let look = async |cx| a.accounts.look_for_domain(cx, &domain, &resolver).await.unwrap();
    let record = a.accounts.domain_record(&ours.owner_cx, &domain).await.unwrap();
    assert_eq!(record, a.accounts.domain_record(&ours.owner_cx, &domain).await.unwrap(), "the same each time");
    assert_ne!(record, a.accounts.domain_record(&theirs.owner_cx, &domain).await.unwrap());
    assert_eq!(look(&ours.owner_cx).await, DomainLook::NotThere);
    server.add(&record.name, &[&record.text]);
    assert_eq!(look(&theirs.owner_cx).await, DomainLook::NotThere, "our record says nothing about them");
    assert_eq!(look(&ours.owner_cx).await, DomainLook::Added);
    assert_eq!(look(&ours.owner_cx).await, DomainLook::Own);
    let domains = a.accounts.domains(&ours.cx).await.unwrap();
    let proof = domains.iter().find(|verified| *verified.domain() == domain).unwrap().proof();
    assert_eq!(*proof, DomainProof::Dns);
    let record = a.accounts.domain_record(&theirs.owner_cx, &domain).await.unwrap();
    server.add(&record.name, &[&record.text]);
    assert_eq!(look(&theirs.owner_cx).await, DomainLook::Taken);
    // A domain that an owner showed is none that the operator vouched for: it proves nothing in a restore.
    let mut tx = a.db.read(&ours.cx).await.unwrap();
    let values = tillit_store::args![ours.id, &domain];
    assert!(tx.fetch_optional(crate::ways_back::sql::VOUCHED_DOMAIN, values).await.unwrap().is_none());
});
