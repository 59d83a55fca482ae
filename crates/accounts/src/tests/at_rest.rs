use std::net::IpAddr;
use std::sync::Arc;

use tillit_store::{Actor, ClientAddress, Cx, Duration, Engine, Scope, SystemRandom, on_both_engines};

use crate::testing::{PASSWORD, TestAccounts, password};
use crate::{
    Carried, IdpSession, LinkPurpose, NewPerson, NewSession, OwnProof, Photo, PhotoChange, Profile, ProfileText, Role, SignInMethod,
    SignInPlace,
};

tillit_store::statements! { unlisted "test";
    MOVE_NAME = "UPDATE person SET name = (SELECT name FROM person WHERE id = $1) WHERE id = $2";
    TEXT_PERSON = "SELECT person::text AS dump FROM person";
    TEXT_SESSION = "SELECT session::text AS dump FROM session";
    TEXT_AUDIT = "SELECT audit::text AS dump FROM audit";
    TEXT_PART = "SELECT audit_part::text AS dump FROM audit_part";
    TEXT_CREDENTIAL = "SELECT credential::text AS dump FROM credential";
    TEXT_CODE = "SELECT recovery_code::text AS dump FROM recovery_code";
    TEXT_KIT = "SELECT recovery_kit::text AS dump FROM recovery_kit";
    TEXT_LINK = "SELECT one_time_link::text AS dump FROM one_time_link";
    TEXT_ATTEMPT = "SELECT attempt::text AS dump FROM attempt";
}

on_both_engines!(nothing_personal_and_no_secret_is_readable_at_rest, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let text = |text| ProfileText::new(text);
    let profile = Profile {
        email: text("FIELDemail"),
        name: text("FIELDname"),
        title: text("FIELDtitle"),
        company: text("FIELDcompany"),
        department: text("FIELDdepartment"),
        phone: text("FIELDphone"),
        address: text("FIELDaddress"),
        language: text("FIELDlanguage"),
    };
    let address = ClientAddress("203.0.113.77".parse::<IpAddr>().unwrap());
    let visitor = Cx::new(Scope::Installation, Actor::Visitor, Some(address), t.clock.clone(), Arc::new(SystemRandom::default()));
    let cx = visitor.in_organisation(org.id);
    let photo = Photo::jpeg([&[0xff, 0xd8, 0xff][..], b"FIELDphoto", &[0xff, 0xd9]].concat()).unwrap();
    let username = "field.username@nordvik.example".parse().unwrap();
    let new = NewPerson { username, role: Role::Owner, profile: profile.clone() };
    let mut tx = a.db.begin(&cx).await.unwrap();
    let id = a.accounts.add_person(&mut tx, &cx, &new).await.unwrap();
    a.accounts.update_profile(&mut tx, &cx, id, &profile, PhotoChange::Replace(&photo)).await.unwrap();
    tx.commit().await.unwrap();
    let new_password = crate::NewPassword::parse(PASSWORD, &new.username).unwrap();
    a.accounts.set_password(&cx.with_actor(Actor::Operator), id, OwnProof::None, &new_password, None).await.unwrap();
    let mut tx = a.db.begin(&cx).await.unwrap();
    let session = NewSession {
        user_agent: Some("FIELDagent".into()),
        carried: Some(Carried { profile: Profile { phone: text("FIELDcarried"), ..Profile::default() }, photo: Some(photo.clone()) }),
        idp_session: Some(IdpSession { issuer: "https://FIELDissuer".into(), sid: "FIELDsid".into() }),
        ..NewSession::new(id, SignInMethod::Sso)
    };
    let (token, _) = a.accounts.start_session(&mut tx, &cx, session).await.unwrap();
    let link = a.accounts.make_link(&mut tx, &cx, id, LinkPurpose::SetUp, Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    let codes = a.accounts.make_kit(&cx.with_actor(Actor::Person(id)), id, OwnProof::Password(&password())).await.unwrap().codes;
    a.accounts.check_password(&visitor, SignInPlace::Domain, &new.username, &password(), true).await.unwrap();

    let mut secrets: Vec<Vec<u8>> =
        ["FIELD", "field.username", "203.0.113.77", PASSWORD, token.as_str(), link.as_str()].map(|s| s.as_bytes().to_vec()).to_vec();
    secrets.extend(codes.iter().map(|code| code.to_string().into_bytes()));
    secrets.extend(codes.iter().map(|code| code.to_string().replace('-', "").into_bytes()));
    for secret in secrets {
        let text = String::from_utf8_lossy(&secret).into_owned();
        match t.db.engine() {
            Engine::Sqlite => {
                let path = t.url.trim_start_matches("sqlite:");
                let mut bytes = std::fs::read(path).unwrap();
                bytes.extend(std::fs::read(format!("{path}-wal")).unwrap());
                // The scan sees what is stored in the open, so it can see.
                assert!(bytes.windows(15).any(|window| window == b"nordvik.example"));
                assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{text} is readable");
            }
            Engine::Postgres => {
                let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
                let mut tx = a.db.read(&t.cx()).await.unwrap();
                for dump in
                    [TEXT_PERSON, TEXT_SESSION, TEXT_AUDIT, TEXT_PART, TEXT_CREDENTIAL, TEXT_CODE, TEXT_KIT, TEXT_LINK, TEXT_ATTEMPT]
                {
                    let rows = tx.fetch_all(dump, vec![]).await.unwrap();
                    assert!(!rows.is_empty());
                    for row in rows {
                        let row: String = row.get("dump").unwrap();
                        assert!(!row.contains(&text) && !row.contains(&hex), "{text} is readable in {}", dump.name);
                    }
                }
            }
        }
    }
});

on_both_engines!(a_value_moved_to_another_person_does_not_open, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let ola = a.person(&org.cx, "ola@nordvik.example", Role::Employee).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    tx.execute(MOVE_NAME, tillit_store::args![org.owner, ola]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(a.accounts.person(&org.cx, ola).await, Err(crate::AccountsError::Vault(_))));
    assert!(a.accounts.person(&org.cx, org.owner).await.is_ok());
});
