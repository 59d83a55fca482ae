//! Finding people: by the kinds that can be chosen, by name, by domain. A batch of the walk is seven people here.

use tillit_store::{Cx, Duration, PersonId, on_both_engines};

use crate::testing::TestAccounts;
use crate::{NameQuery, NewPerson, PeopleFilter, PeoplePage, PersonState, Profile, Role};

const LONG: Duration = Duration::seconds(60);
const ALL: PeopleFilter = PeopleFilter { role: None, state: None, linked: None };

tillit_store::statements! { unlisted "accounts.tests.find";
    /// What single sign-on does when an account is linked.
    LINK = "UPDATE person SET linked = TRUE WHERE organisation_id = $1 AND id = $2";
}

/// Forty employees: every third is called Kari, every fifth is on another domain.
async fn forty(a: &TestAccounts, cx: &Cx) -> Vec<PersonId> {
    let mut tx = a.db.begin(cx).await.unwrap();
    let mut ids = Vec::new();
    for n in 0..40 {
        let domain = if n % 5 == 0 { "fjell.example" } else { "nordvik.example" };
        let name = if n % 3 == 0 { format!("Kari Nummer{n}") } else { format!("Ola Nummer{n}") };
        let username = format!("p{n}@{domain}").parse().unwrap();
        let new = NewPerson { username, role: Role::Employee, profile: Profile::named(&name) };
        ids.push(a.accounts.add_person(&mut tx, cx, &new).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids.sort_unstable();
    ids
}

on_both_engines!(a_search_finds_everybody_it_should_once_wherever_it_is_broken_off, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    forty(&a, &org.owner_cx).await;
    let kari = NameQuery::parse("kari").unwrap();
    let whole = a.accounts.search_names(&org.cx, &kari, ALL, None, LONG, 50).await.unwrap();
    let found: Vec<PersonId> = whole.found.iter().map(|person| person.id).collect();
    assert_eq!((found.len(), whole.looked_at, whole.next), (14, 41, None));
    assert!(found.is_sorted(), "in the order in which they were added");
    // No time at all: one batch, then on. And: full after two, then on.
    for (longest, most) in [(Duration::ZERO, 50), (LONG, 2)] {
        let (mut after, mut pieces, mut looked_at, mut turns) = (None, Vec::new(), 0, 0);
        loop {
            let stretch = a.accounts.search_names(&org.cx, &kari, ALL, after, longest, most).await.unwrap();
            pieces.extend(stretch.found.iter().map(|person| person.id));
            (looked_at, turns, after) = (looked_at + stretch.looked_at, turns + 1, stretch.next);
            if after.is_none() {
                break;
            }
        }
        assert_eq!((&pieces, looked_at), (&found, 41), "{longest:?}, {most}");
        assert!(turns > 5, "{turns}");
    }
});

on_both_engines!(lists_counts_and_searches_mean_the_same_people_by_a_choice, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let cx = &org.owner_cx;
    let ids = forty(&a, cx).await;
    let mut tx = a.db.begin(cx).await.unwrap();
    for (n, id) in ids.iter().enumerate() {
        if n % 4 == 0 {
            a.accounts.disable(&mut tx, cx, *id).await.unwrap();
        }
        if n % 2 == 0 {
            tx.execute(LINK, tillit_store::args![org.id, *id]).await.unwrap();
        }
        if n % 7 == 0 {
            a.accounts.set_role(&mut tx, cx, *id, Role::Analyst).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    let everybody = a.accounts.people_where(cx, PeoplePage { after: None, limit: 100 }, ALL).await.unwrap();
    assert_eq!(everybody.len(), 41);
    let mut tx = a.db.read(cx).await.unwrap();
    let count = a.accounts.count_people(&mut tx, cx).await.unwrap();
    tx.rollback().await.unwrap();
    let (anybody, nummer) = (NameQuery::parse("nummer").unwrap(), "Nummer");
    for role in [None, Some(Role::Employee), Some(Role::Analyst), Some(Role::Auditor)] {
        for state in [None, Some(PersonState::Active), Some(PersonState::Disabled), Some(PersonState::Invited)] {
            for linked in [None, Some(true), Some(false)] {
                let filter = PeopleFilter { role, state, linked };
                let meant: Vec<_> =
                    everybody.iter().filter(|person| filter.admits(person.role, person.state, person.linked)).cloned().collect();
                let first = a.accounts.people_where(cx, PeoplePage { after: None, limit: 3 }, filter).await.unwrap();
                let after = first.last().map(|person| person.id);
                let rest = a.accounts.people_where(cx, PeoplePage { after, limit: 100 }, filter).await.unwrap();
                let listed: Vec<_> = first.into_iter().chain(rest).collect();
                // Of nobody there is no last one, and the second page begins at the beginning again.
                assert_eq!(listed, meant, "{filter:?}");
                assert_eq!(count.matching(filter), meant.len() as u64, "{filter:?}");
                let stretch = a.accounts.search_names(cx, &anybody, filter, None, LONG, 100).await.unwrap();
                let named: Vec<_> = meant.iter().filter(|person| person.display_name().contains(nummer)).cloned().collect();
                assert_eq!((stretch.found, stretch.looked_at), (named, meant.len() as u64), "{filter:?}");
            }
        }
    }
});

on_both_engines!(people_of_a_domain_are_those_who_are_active_and_whose_username_is_on_it, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("other").await);
    let cx = &org.owner_cx;
    let ids = forty(&a, cx).await;
    let on = async |domain: &str, most| a.accounts.people_on_domain(cx, &domain.parse().unwrap(), LONG, most).await.unwrap();
    let fjell = on("fjell.example", 50).await;
    assert_eq!((fjell.found.len(), fjell.next), (8, None));
    assert_eq!(on("nordvik.example", 50).await.found.len(), 33, "32 and the owner");
    assert!(on("other.example", 50).await.found.is_empty(), "another organisation's people");
    assert!(on("jell.example", 50).await.found.is_empty() && on("a.fjell.example", 50).await.found.is_empty());
    let some = on("fjell.example", 3).await;
    assert!(some.found.len() == 3 && some.next.is_some());
    let mut tx = a.db.begin(cx).await.unwrap();
    for person in &fjell.found {
        assert!(ids.contains(&person.id) && person.id != other.owner);
        a.accounts.disable(&mut tx, cx, person.id).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(on("fjell.example", 50).await.found.is_empty(), "nobody who could sign in");
});
