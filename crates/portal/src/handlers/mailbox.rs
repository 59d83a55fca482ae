//! `GET /demo/mail`, in the demo only: what would have been sent.

use axum::response::Response;

use crate::pages::{MailView, MailboxPage};
use crate::web::{Fail, Result, Visitor, page};

/// `GET /demo/mail`
pub(crate) async fn show(visitor: Visitor) -> Result<Response> {
    let demo = visitor.state.config.demo.as_ref().ok_or_else(Fail::not_found)?;
    let found = tillit_mail::folder_list(&demo.mail_folder).await.map_err(|error| Fail::internal("read the demo's mails", &error))?;
    let mails = found.into_iter().map(|mail| MailView { to: mail.to, subject: mail.subject, date: mail.date, text: mail.text }).collect();
    page(&MailboxPage { f: visitor.frame(), mails })
}
