//! A field that is used at sign-in only is in the session, sealed, and nowhere else: in no index, no search, no row of the log, no
//! job, no line. What a sign-in through the provider leaves elsewhere is looked at by the program's own test.

use std::sync::{Arc, Mutex};

use tillit_store::testing::TestDb;
use tillit_store::{Actor, Duration, args, on_both_engines};
use tillit_vault::testing::Opened;
use tracing_subscriber::fmt::MakeWriter;

use crate::testing::{TestAccounts, password};
use crate::{
    AuditPage, FieldChoices, FieldUse, NameQuery, NewPerson, NewSession, PeopleFilter, PeoplePage, Photo, PhotoChange, Profile,
    ProfileField, ProfileText, Role, SignInMethod, SignInPlace,
};

tillit_store::statements! { unlisted "accounts.tests.sign_in_only";
    EMAIL_INDEX = "SELECT email_index FROM person WHERE id = $1";
}

/// The values; none is a part of another word here.
const VALUES: [&str; 8] = [
    "kari@privat.example",
    "Karianne Tussmørke",
    "Lanternetenner",
    "Fyrvesenet AS",
    "Nattskiftet",
    "+47 55 98 76 54",
    "Fyrgata 13",
    "nn-NO",
];
const PICTURE: &[u8] = b"A picture of somebody";

fn full() -> Profile {
    let [email, name, title, company, department, phone, address, language] = VALUES.map(ProfileText::new);
    Profile { email, name, title, company, department, phone, address, language }
}

/// Everything that is logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Every sealed value of the rooms that are below, opened. The program's own test opens those of all rooms.
async fn opened(t: &TestDb, a: &TestAccounts) -> Vec<Opened> {
    let tables = [
        crate::sql::SEALED,
        crate::sql_sign_in::SEALED,
        crate::service::sql::SEALED,
        crate::ways_back::sql::SEALED,
        tillit_jobs::sql::SEALED,
    ];
    tillit_vault::testing::opened(&mut t.db.read(&a.cx).await.unwrap(), &a.vault, &tables.concat()).await.unwrap()
}

on_both_engines!(what_is_used_at_sign_in_only_is_in_no_index_no_search_no_row_of_the_log_no_job_and_no_line, |t| {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).finish();
    // With one dispatcher only, tracing would ask the thread of whichever test met a line first.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    tracing::debug!("somebody listens");
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let choices = ProfileField::ALL.into_iter().fold(FieldChoices::default(), |choices, field| choices.with(field, FieldUse::SignInOnly));
    let photo = Photo::jpeg([&[0xff, 0xd8, 0xff][..], PICTURE, &[0xff, 0xd9]].concat()).unwrap();
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.choose_fields(&mut tx, &org.owner_cx, &choices).await.unwrap();
    let new = NewPerson { username: "kari@nordvik.example".parse().unwrap(), role: Role::Employee, profile: full() };
    let kari = a.accounts.add_person(&mut tx, &org.cx, &new).await.unwrap();
    // As each sign-in brings it, and as somebody types it.
    a.accounts.update_profile(&mut tx, &org.cx, kari, &full(), PhotoChange::Replace(&photo)).await.unwrap();
    let hers = org.cx.with_actor(Actor::Person(kari));
    a.accounts.correct_own_profile(&mut tx, &hers, &[], &full()).await.ok();
    let carried = choices.carried(&full(), Some(&photo));
    assert!(carried.is_some());
    let (token, session) = a
        .accounts
        .start_session(&mut tx, &org.cx, NewSession { carried: carried.clone(), ..NewSession::new(kari, SignInMethod::Sso) })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    // What is done with people every day, so that it had its chance to be written somewhere.
    let guessed = "kari@privat.example".parse().unwrap();
    assert!(a.accounts.check_password(&t.cx(), SignInPlace::Domain, &guessed, &password(), true).await.is_err());
    a.accounts.note_view(&org.owner_cx, kari).await.unwrap();
    a.accounts.held_about(&hers, kari).await.unwrap();
    a.accounts.everything_about(&hers, kari).await.unwrap();
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.change_role(&mut tx, &org.owner_cx, kari, Role::Employee, Role::Auditor, None).await.unwrap();
    assert!(a.accounts.ask_for_erasure(&mut tx, &hers, None).await.unwrap());
    a.accounts.disable(&mut tx, &org.owner_cx, kari).await.unwrap();
    a.accounts.enable(&mut tx, &org.owner_cx, kari).await.unwrap();
    let (_, again) =
        a.accounts.start_session(&mut tx, &org.cx, NewSession { carried, ..NewSession::new(kari, SignInMethod::Sso) }).await.unwrap();
    tx.commit().await.unwrap();
    assert!(a.accounts.session(&t.cx(), &token).await.unwrap().is_none(), "switching off ended it");

    // No index, and nothing that is found by it.
    let mut tx = a.db.read(&org.cx).await.unwrap();
    assert_eq!(tx.fetch_one(EMAIL_INDEX, args![kari]).await.unwrap().get::<Option<Vec<u8>>>("email_index").unwrap(), None);
    assert!(a.accounts.people_by_mail(&mut tx, &org.cx, &"kari@privat.example".parse().unwrap()).await.unwrap().is_empty());
    assert!(a.accounts.person_by_username(&mut tx, &org.cx, &"kari@privat.example".parse().unwrap()).await.unwrap().is_none());
    tx.rollback().await.unwrap();
    for typed in ["Karianne", "Tussmørke"] {
        let query = NameQuery::parse(typed).unwrap();
        let stretch = a.accounts.search_names(&org.cx, &query, PeopleFilter::default(), None, Duration::seconds(5), 10).await.unwrap();
        assert!(stretch.found.is_empty() && stretch.looked_at > 0, "{typed}: {stretch:?}");
    }
    for read in [
        format!("{:?}", a.accounts.people(&org.cx, PeoplePage { after: None, limit: 100 }).await.unwrap()),
        format!("{:?}", a.accounts.person(&org.cx, kari).await.unwrap()),
        format!("{:?}", a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 100 }).await.unwrap()),
    ] {
        assert!(VALUES.iter().all(|value| !read.contains(value)), "{read}");
    }

    // Whatever is sealed: the session alone has it.
    let found = opened(&t, &a).await;
    for needed in [("audit_part", "value"), ("job", "payload"), ("person", "username"), ("credential", "secret")] {
        assert!(found.iter().any(|found| (found.table, found.column) == needed), "nothing stands in {needed:?}, so nothing was looked at");
    }
    let everything = VALUES.map(str::as_bytes).into_iter().chain([PICTURE]);
    for value in everything {
        let places: Vec<_> = found.iter().filter(|found| found.holds(value)).map(|found| (found.table, found.column)).collect();
        let text = String::from_utf8_lossy(value);
        assert!(!places.is_empty() && places.iter().all(|place| place.0 == "session"), "{text} stands in {places:?}");
    }
    // And gone with it.
    a.accounts.end_session(&hers, again).await.unwrap();
    assert!(matches!(a.accounts.end_session(&hers, session).await, Err(crate::AccountsError::NotFound)));
    let found = opened(&t, &a).await;
    for value in VALUES.map(str::as_bytes).into_iter().chain([PICTURE]) {
        let left: Vec<_> = found.iter().filter(|found| found.holds(value)).map(|found| (found.table, found.column)).collect();
        assert!(left.is_empty(), "{} stands in {left:?}", String::from_utf8_lossy(value));
    }
    drop(guard);
    let written = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains("somebody listens"), "nothing was looked at");
    for value in VALUES {
        assert_eq!(written.lines().find(|line| line.contains(value)), None, "{value} is in a line");
    }
});
