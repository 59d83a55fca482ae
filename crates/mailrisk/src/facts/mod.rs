//! What a mail says and does, extracted once and typed. Only what means something to a person: never the presence, order or names of
//! headers, software, character sets, dates or the recipient's servers.

pub mod attachments;
pub mod authentication;
pub mod links;
mod named;
pub mod presentation;
pub mod relation;
pub mod request;
mod roles;
pub mod who;

use crate::budget::{Budget, NotChecked};
use crate::files::{Inner, Kind};
use crate::knowledge::{AuthEvidence, Knowledge};
use crate::mail::Mail;
use crate::text::{Folded, fold};

pub use attachments::Attachment;
pub use authentication::Authentication;
pub use links::Link;
pub use presentation::Presentation;
pub use relation::Relation;
pub use request::Request;
pub use who::Who;

/// Everything that is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Who it says it is from, and whose name that is.
    pub who: Who,
    /// What receivers found about the sender.
    pub authentication: Authentication,
    /// How sender and recipient stand to each other.
    pub relation: Relation,
    /// Where links lead.
    pub links: Vec<Link>,
    /// What is attached.
    pub attachments: Vec<Attachment>,
    /// What is asked.
    pub request: Request,
    /// How it is presented.
    pub presentation: Presentation,
    /// The subject.
    pub subject: String,
    /// The text as a reader sees it.
    pub text: String,
    /// Mails in attached files, for a look of their own. Those that are parts of the mail stay in [`Mail`].
    pub mails: Vec<Inner>,
    /// What could not be looked at.
    pub not_checked: Vec<NotChecked>,
}

/// The words of a mail, folded once and used by all who read.
pub struct Reading<'a> {
    /// The mail.
    pub mail: &'a Mail,
    /// The page, when there is one.
    pub page: Option<&'a crate::html::Page>,
    /// The text as a reader sees it.
    pub text: &'a str,
    /// Its words.
    pub words: &'a Folded,
    /// Words of the subject.
    pub subject: &'a Folded,
}

impl Facts {
    /// Extracts the facts of a mail.
    #[must_use]
    pub fn of(mail: &Mail, knowledge: &Knowledge, evidence: &AuthEvidence, budget: &Budget) -> Self {
        let mut not_checked = mail.not_checked.clone();
        let page = (!mail.html.trim().is_empty()).then(|| crate::html::read(&mail.html, budget.limits.text, budget.limits.links));
        if page.as_ref().is_some_and(|page| page.cut) {
            not_checked.push(NotChecked::Text);
        }
        let mut attachments = attachments::of(mail, budget, &mut not_checked);
        let mails = attachments.iter_mut().flat_map(|attachment| std::mem::take(&mut attachment.contents.mails)).collect();
        let invitation = attachments.iter().find(|attachment| attachment.kind == Kind::Calendar && !attachment.contents.text.is_empty());
        // A page without words is a picture; then the plain text is what a reader gets. Of an invitation without a text a program shows what it
        // says itself.
        let text = match &page {
            Some(page) if page.text.chars().filter(|c| c.is_alphanumeric()).count() >= 3 || !page.pictures.is_empty() => page.text.clone(),
            _ => {
                invitation.filter(|_| mail.plain.trim().is_empty()).map_or_else(|| mail.plain.clone(), |entry| entry.contents.text.clone())
            }
        };
        let words = fold(&text, budget.limits.text);
        let subject = fold(&mail.subject, 4_096);
        let reading = Reading { mail, page: page.as_ref(), text: &text, words: &words, subject: &subject };

        let authentication = authentication::of(mail, knowledge, evidence);
        let who = who::of(&reading, knowledge);
        let links = links::of(&reading, &who, &attachments, knowledge, budget, &mut not_checked);
        let request = request::of(&reading, &links, &attachments);
        let relation = relation::of(mail, &who, knowledge);
        let presentation = presentation::of(&reading, &attachments, &links);
        not_checked.sort();
        not_checked.dedup();
        Self {
            who,
            authentication,
            relation,
            links,
            attachments,
            request,
            presentation,
            subject: mail.subject.clone(),
            text,
            mails,
            not_checked,
        }
    }
}
