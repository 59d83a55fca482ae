//! Pages of the demo. Elsewhere they do not exist.

use axum::response::Response;

use crate::pages::{MailView, MailboxPage, StyleguidePage};
use crate::state::DemoLinks;
use crate::web::{Fail, Person, Result, page};

/// `GET /styleguide`: the parts of every page.
pub(crate) async fn styleguide(person: Person) -> Result<Response> {
    of(&person)?;
    page(&StyleguidePage { f: person.frame() })
}

/// `GET /demo/mail`: what would have been sent.
pub(crate) async fn mailbox(person: Person) -> Result<Response> {
    let demo = of(&person)?;
    let found = tillit_mail::folder_list(&demo.mail_folder).await.map_err(|error| Fail::internal("read the demo's mails", &error))?;
    let mails = found.into_iter().map(|mail| MailView { to: mail.to, subject: mail.subject, date: mail.date, text: mail.text }).collect();
    page(&MailboxPage { f: person.frame(), mails })
}

fn of(person: &Person) -> Result<&DemoLinks> {
    person.state().config.demo.as_ref().ok_or_else(Fail::not_found)
}
