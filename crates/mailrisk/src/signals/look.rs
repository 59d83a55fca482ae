//! What signals look at: the facts, and how these stand to each other.

use crate::Knowledge;
use crate::facts::links::Scheme;
use crate::facts::request::Intent;
use crate::facts::who::Place::{Name, Voice};
use crate::facts::{Facts, Link, links::Place, relation::Contact};
use crate::names::brands::Brand;

/// What somebody is lured with: each of these wants the reader to go somewhere.
pub const LURES: [Intent; 9] = [
    Intent::Credentials,
    Intent::Trouble,
    Intent::Mailbox,
    Intent::Document,
    Intent::Parcel,
    Intent::Refund,
    Intent::Prize,
    Intent::Crypto,
    Intent::Payment,
];

/// What confirms nothing but itself: who wants one of these must be known for certain.
pub const STAKES: [Intent; 9] = [
    Intent::Credentials,
    Intent::BankChange,
    Intent::Wire,
    Intent::GiftCard,
    Intent::Secrecy,
    Intent::PersonalData,
    Intent::Callback,
    Intent::Mailbox,
    Intent::AdvanceFee,
];

/// A mail as signals see it.
pub struct Look<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// What the organisation told us.
    pub knowledge: &'a Knowledge,
    /// The worst that was found in attached mails.
    pub inner: Option<Worst>,
}

/// The worst attached mail.
pub struct Worst {
    /// Its points.
    pub points: i32,
    /// The name of its file, or its subject.
    pub name: String,
    /// It is a file with a name.
    pub is_file: bool,
}

impl<'a> Look<'a> {
    /// Proven to come from somebody of standing: a brand's own domain, the organisation, a partner, or somebody who wrote before.
    #[must_use]
    pub fn trusted(&self) -> bool {
        let who = &self.facts.who;
        self.facts.authentication.proven()
            && !self.passes_on()
            && (who.true_brand().is_some() || who.own || who.partner || self.facts.relation.contact == Contact::Known)
    }

    /// The address is of the brand that it claims to be, and nobody noted a failed check.
    #[must_use]
    pub fn true_brand(&self) -> bool {
        self.facts.who.true_brand().is_some() && !self.facts.authentication.refuted()
    }

    /// A true service that passes on what anybody writes, with a link or number of theirs.
    #[must_use]
    pub fn passes_on(&self) -> bool {
        self.facts.who.relays && (self.leads_away() || self.facts.request.number.is_some())
    }

    /// Of the organisation or a partner, and nobody noted a failed check.
    #[must_use]
    pub fn of_the_house(&self) -> bool {
        (self.facts.who.own || self.facts.who.partner) && !self.facts.authentication.refuted()
    }

    /// Of somebody in the reader's own house: proven where a receiver's results are believed. Where none is, nobody can say, and what is
    /// asked stays open.
    #[must_use]
    pub fn colleague(&self) -> bool {
        let (who, authentication) = (&self.facts.who, &self.facts.authentication);
        let believed = authentication.proven() || self.knowledge.receivers.is_empty() && !authentication.refuted();
        believed && (who.own || self.facts.relation.colleague)
    }

    /// A mail server reports on a mail. Anybody can dress a mail as a report, so one that wants something done on somebody's page is none.
    /// That a mailbox is full and a delivery failed is what reports say; what to click and whom to tell a password is not.
    #[must_use]
    pub fn bounce(&self) -> bool {
        let request = &self.facts.request;
        let acts = || {
            let done = request.has(Intent::Credentials, 1) || request.strong(Intent::Click) > 0;
            let full = request.strong(Intent::Mailbox) > 0 && !self.facts.relation.report;
            let said = [Intent::Parcel, Intent::Trouble, Intent::Mailbox];
            full || done || LURES.iter().any(|intent| !said.contains(intent) && request.strong(*intent) > 0)
        };
        self.facts.relation.bounce && !(self.foreign().next().is_some() && acts())
    }

    /// Over a list, where names, answers and links differ by custom. What a service passes on looks like a list and is written by anybody;
    /// and anybody can dress a mail as one, so a sender who takes a brand's name gets nothing for it, nor one whose use of the
    /// organisation's, a partner's or a brand's domain was refuted and who wants something.
    #[must_use]
    pub fn list(&self) -> bool {
        let who = &self.facts.who;
        let borrows = who.claims.iter().any(|claim| claim.place == Name && !(claim.own || claim.maybe_own || claim.via));
        let forges = self.facts.authentication.trusted
            && self.facts.authentication.refuted()
            && (who.own || who.partner || who.true_brand().is_some())
            && (self.lure().is_some() || self.facts.request.any(&STAKES).is_some());
        self.facts.relation.list && !who.relays && !borrows && !forges
    }

    /// Links in text, pictures and forms that lead to somebody other than the sender.
    pub fn foreign(&self) -> impl Iterator<Item = &'a Link> + use<'a> {
        self.facts.links.iter().filter(|link| matches!(link.place, Place::Text | Place::Picture | Place::Form) && link.foreign())
    }

    /// Links in attached files and codes.
    pub fn in_files(&self) -> impl Iterator<Item = &'a Link> + use<'a> {
        self.facts.links.iter().filter(|link| matches!(link.place, Place::File(_) | Place::Code(_)) && link.counts())
    }

    /// There is somewhere to go that is not the sender's.
    #[must_use]
    pub fn leads_away(&self) -> bool {
        self.foreign().any(|link| !link.counted) || self.only_way_out()
    }

    /// It lures, and the only way it offers calls itself the way out of a newsletter.
    fn only_way_out(&self) -> bool {
        let web = || self.facts.links.iter().filter(|link| link.scheme == Scheme::Web && !link.everywhere);
        self.lure().is_some()
            && web().next().is_some()
            && web().all(|link| link.unsubscribe && !link.to_sender && !link.counted && !link.to_known && link.brand.is_none())
    }

    /// The sender has nothing to be held to: a free, cheap or made-up address, a name that fits no address, answers that go elsewhere, or the
    /// name of somebody else. Sentences of companies and of frauds are much the same; this is where they differ.
    #[must_use]
    pub fn hidden(&self) -> bool {
        let who = &self.facts.who;
        let address = who.freemail || who.free_host || who.cheap || who.random || who.numbered || who.unclear || who.unrelated;
        let elsewhere = who.reply_to.is_some() || self.facts.request.contact.is_some();
        address
            || elsewhere
            || who.disguised
            || who.relays
            || who.name_is_address.is_some()
            || who.as_recipient.is_some()
            || self.false_claim()
    }

    /// Money is to be moved now: said twice, in secret, with a favour, or by nobody in particular. Once it stands in many a bill.
    #[must_use]
    pub fn moves_money(&self) -> bool {
        let request = &self.facts.request;
        let quiet = request.any(&[Intent::Secrecy, Intent::Availability]).is_some();
        match request.strong(Intent::Wire) {
            0 => false,
            1 => self.hidden() || quiet || request.strong(Intent::Authority) > 0,
            _ => true,
        }
    }

    /// Somebody who can be asked back says "buy a card" and wants neither favour, haste nor secrecy: a shop, which links to its own.
    #[must_use]
    pub fn sells_cards(&self) -> bool {
        let request = &self.facts.request;
        !self.hidden()
            && request.strong(Intent::GiftCard) <= 2
            && self.facts.links.iter().any(Link::counts)
            && request.any(&[Intent::Secrecy, Intent::Availability, Intent::Urgency, Intent::Wire]).is_none()
    }

    /// A mail of no person has a few words over a link to somebody else's page, as buttons have.
    #[must_use]
    pub fn button(&self) -> bool {
        let few = |link: &Link| {
            let words = link.shown.split_whitespace().take(7).count();
            link.shown_host.is_none() && !link.shown.contains("://") && (1..=6).contains(&words)
        };
        !self.facts.who.person && self.foreign().any(|link| !link.counted && link.place == Place::Text && few(link))
    }

    /// All links that lead anywhere lead to the sender.
    #[must_use]
    pub fn leads_home(&self) -> bool {
        let mut links = self.facts.links.iter().filter(|link| link.counts()).peekable();
        links.peek().is_some() && links.all(|link| link.to_sender || link.to_known)
    }

    /// There are links, and not one is known to lead to the sender: they lead elsewhere, or through a counter.
    #[must_use]
    pub fn none_leads_home(&self) -> bool {
        let mut links = self.facts.links.iter().filter(|link| link.counts()).peekable();
        links.peek().is_some() && links.all(|link| !link.to_sender && !link.to_known && (link.brand.is_none() || link.counted))
    }

    /// Most of its links lead to the sender: a newsletter that also names others.
    #[must_use]
    pub fn mostly_home(&self) -> bool {
        let (mut home, mut all) = (0, 0);
        for link in self.facts.links.iter().filter(|link| link.counts()) {
            all += 1;
            home += usize::from(link.to_sender || link.to_known);
        }
        home >= 4 && home * 4 >= all
    }

    /// Every link that leads anywhere hides where: shortened, redirected, a bare number, a page that anybody can put up.
    #[must_use]
    pub fn all_hidden(&self) -> bool {
        let mut links = self.foreign().peekable();
        let home = self.facts.links.iter().any(|link| link.counts() && !link.foreign());
        !home && links.peek().is_some() && links.all(|link| link.shortener || link.free || link.ip || link.through.is_some())
    }

    /// Something that lures is said clearly: once by somebody who is nobody in particular, twice by others, whose everyday sentences come near.
    #[must_use]
    pub fn lure(&self) -> Option<Intent> {
        let request = &self.facts.request;
        let said: u32 = LURES.iter().map(|intent| request.strong(*intent)).sum();
        request.any(&LURES).filter(|_| said > 1 || self.hidden())
    }

    /// It claims to be a brand that it is not. Who only writes about one claims nothing.
    #[must_use]
    pub fn false_claim(&self) -> bool {
        self.facts.who.claims.iter().any(|claim| !claim.own && !claim.maybe_own && claim.place <= Voice)
            || self.facts.who.lookalike.is_some_and(|(_, trick)| trick > crate::names::looks_like::Trick::OtherEnding)
    }

    /// How much of what is asked counts, in percent: little from whoever the mail truly says it is from, all from strangers.
    #[must_use]
    pub fn share(&self) -> i32 {
        let facts = self.facts;
        if self.trusted() {
            return 0;
        }
        let vouched = self.bounce() || self.true_brand() || self.of_the_house() || self.list();
        let mut share = if self.bounce() {
            15
        } else if self.true_brand() || self.of_the_house() {
            if self.leads_away() { 50 } else { 15 }
        } else if self.list() {
            35
        } else if self.leads_home() && !facts.who.freemail && !facts.who.cheap && !facts.who.random && !self.false_claim() {
            55
        } else {
            100
        };
        // What the mail says of itself makes nobody more trustworthy: a stranger gains nothing by warnings and length.
        if vouched && facts.request.strong(Intent::Warns) > 0 {
            share = share * 60 / 100;
        }
        share
    }

    /// It wants payments to go to another account: somebody says so, and an account, a payment or a second such sentence stands beside it.
    #[must_use]
    pub fn redirects_payments(&self) -> bool {
        let request = &self.facts.request;
        let asks = request.strong(Intent::BankChange);
        asks > 1 || asks > 0 && (request.account.is_some() || request.has(Intent::Payment, 1) || request.weak(Intent::BankChange) > 0)
    }

    /// A brand's own address, which nobody refuted, with no way to anybody else.
    #[must_use]
    pub fn plain_brand(&self) -> bool {
        self.true_brand() && !self.leads_away() && self.facts.who.reply_to.is_none() && !self.passes_on()
    }

    /// Whatever name it uses, there is nothing to gain by it: nobody is lured or asked for anything, and no link, file or answer leads to
    /// anybody but the sender or the brand itself.
    #[must_use]
    pub fn keeps_to_itself(&self, brand: &Brand) -> bool {
        let (facts, who) = (self.facts, &self.facts.who);
        let to_brand = |link: &Link| brand.owns(&link.host) && !link.free && !link.shortener && !link.hosted;
        let mut links = facts.links.iter().filter(|link| link.counts()).peekable();
        let all_to_brand = links.peek().is_some() && links.all(to_brand);
        let quiet = self.lure().is_none() && !facts.request.has(Intent::Credentials, 1);
        let odd = who.freemail || who.free_host || who.cheap || who.random || who.disguised || who.unclear || who.relays;
        let home = facts.links.iter().filter(|link| link.counts()).all(|link| link.to_sender || to_brand(link));
        !odd && home
            && (quiet || all_to_brand)
            && facts.request.any(&STAKES).is_none_or(|stake| all_to_brand && matches!(stake, Intent::Credentials | Intent::Mailbox))
            && facts.request.number.is_none()
            && who.reply_to.is_none()
            && facts.attachments.iter().all(|attachment| attachment.inline)
            && facts.mails.is_empty()
            && !facts.presentation.only_picture
            && facts.presentation.words >= 8
    }
}
