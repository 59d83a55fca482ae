//! What the room promises, on both engines.

mod at_rest;
mod audit_chain;
mod audit_end;
mod audit_keep;
mod audit_webhook;
mod break_glass;
mod browsers;
mod domain_record;
mod erasure;
mod fields;
mod find;
mod invitations;
mod isolation;
mod kill;
mod kit_rule;
mod links;
mod local;
mod locks;
mod log;
mod organisations;
mod own_proof;
mod passkeys;
mod password_links;
mod people;
mod plans;
mod recovery;
mod restore;
mod role_change;
mod second_factor;
mod second_factor_policy;
mod service;
mod sessions;
mod sign_in_only;

use tillit_jobs::{Worker, WorkerOptions};
use tillit_mail::{Mailer, StoredMail, folder_list};
use tillit_store::testing::TestDb;
use tillit_store::{Cx, PersonId, args, on_both_engines};

use crate::session_end::Endings;
use crate::testing::TestAccounts;
use crate::{LocalSignIn, audit, sql, sql_sign_in};

tillit_store::statements! { unlisted "accounts.tests";
    ENDINGS = "SELECT session_endings FROM person WHERE organisation_id = $1 AND id = $2";
}

/// Somebody whose password was right at this moment.
async fn who(a: &TestAccounts, cx: &Cx, person: PersonId) -> LocalSignIn {
    let organisation = cx.organisation().unwrap();
    let mut tx = a.db.read(cx).await.unwrap();
    let row = tx.fetch_one(ENDINGS, args![organisation, person]).await.unwrap();
    LocalSignIn { organisation, person, endings: Endings::of_row(&row).unwrap() }
}

/// Mails so far, the newest first.
async fn mails(t: &TestDb, a: &TestAccounts) -> Vec<StoredMail> {
    let folder = tempfile::tempdir().unwrap();
    let worker = Worker::new(a.db.clone(), a.vault.clone(), WorkerOptions::default());
    let worker = Mailer::folder(folder.path()).register(worker);
    worker.run_due(&t.cx()).await.unwrap();
    folder_list(folder.path()).await.unwrap()
}

on_both_engines!(every_statement_prepares, |t| {
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    for statement in sql::ALL
        .iter()
        .chain(audit::sql::ALL)
        .chain(sql_sign_in::ALL)
        .chain(crate::find::sql::ALL)
        .chain(crate::fields_sql::ALL)
        .chain(crate::erasure_sql::ALL)
        .chain(crate::kit_rule_sql::ALL)
        .chain(&crate::mirror::table::all())
    {
        tx.prepare(*statement).await.unwrap();
    }
});
