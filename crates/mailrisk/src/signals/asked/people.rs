//! What strangers ask and promise: calls and secrets, prizes and sums, advances and threats, goods.

use super::super::{Hit, Look, quoted};
use super::{
    APPROACH, CALL, COINS, EXTORTION, FEE, FILE_KEY, GOODS, JOB, LOAN, PARCEL, PERSONAL, PRIZE, RECORDS, REFUND, ROMANCE, SECRET, SUMMONS,
    THERE, WINDFALL, on,
};
use crate::facts::links::Link;
use crate::facts::request::Intent;
use crate::files::Kind;
use crate::names::hosts::{is_chat, is_freemail};

/// Calls, secrets, threats.
pub(super) fn talk(look: &Look<'_>, hits: &mut Vec<Hit>) {
    let request = &look.facts.request;
    let freemail = look.facts.who.freemail;
    if let Some((number, span)) = &request.number {
        let calls = request.strong(Intent::Callback);
        let charged = request.has(Intent::Callback, 2) || request.has(Intent::Payment, 2);
        // Customer service can be called too. Who calls for fraud speaks of a payment, and of one that nobody knows of.
        let claims = request.weak(Intent::Callback) > 0
            || request.has(Intent::Payment, 1)
            || request.has(Intent::Refund, 1)
            || request.strong(Intent::Trouble) > 0;
        if calls > 0 || charged && freemail {
            let points = match (calls > 0, claims || look.false_claim()) {
                (true, true) if look.hidden() || calls > 1 => 24,
                (true, true) => 14,
                (true, false) => 6,
                (false, _) => 14,
            } + if freemail && (claims || calls == 0) { 14 } else { 0 }
                + if look.false_claim() || claims && look.passes_on() { 8 } else { 0 };
            hits.push(Hit::new(&CALL).points(points).with("number", number).words(Some(*span)));
        }
    }
    if request.strong(Intent::Secrecy) > 0 {
        // Tell nobody, and ask nobody back: said twice it is meant.
        let twice = request.strong(Intent::Secrecy) > 1 && look.facts.links.iter().all(|link| !link.counts());
        // A surprise for somebody is kept too: with a favour, money or a title it is another matter.
        let wants = request.any(&[Intent::Availability, Intent::Wire, Intent::GiftCard, Intent::Authority, Intent::BankChange]).is_some();
        let points = match (freemail, twice) {
            (true, true) if wants => 32,
            (true, true) => 24,
            (true, false) => 16,
            (false, true) => 26,
            (false, false) => 9,
        };
        hits.push(on(look, &SECRET, Intent::Secrecy, points));
    }
    let pressed = request.strong(Intent::Urgency) > 0;
    let there = request.strong(Intent::Availability);
    if there > 0 && request.words < 120 {
        // A favour and a telephone number, or a favour and no way to ask back: how the boss writes who is none.
        let more = there > 1 || request.strong(Intent::Secrecy) > 0;
        let quiet = look.facts.links.iter().all(|link| !link.counts()) && !look.facts.relation.names_thread;
        // Two lines and a title: nobody at the top writes so from an address that anybody can have.
        let signed = request.words < 90 && request.strong(Intent::Authority) > 0;
        let points = match (freemail, more && quiet) {
            _ if signed && quiet && (freemail || there > 1) => 32,
            _ if signed && quiet => 20,
            (true, true) => 26,
            (true, false) => 14,
            // A favour from outside, and no way to ask whether it is meant.
            (false, true)
                if !look.colleague()
                    && (request.strong(Intent::Secrecy) > 1 || request.any(&[Intent::Secrecy, Intent::Wire]).is_some() && pressed) =>
            {
                22
            }
            (false, true) => 14,
            (false, false) => 4,
        };
        hits.push(on(look, &THERE, Intent::Availability, points));
    }
    if request.strong(Intent::PersonalData) > 0 {
        hits.push(on(look, &PERSONAL, Intent::PersonalData, if freemail || look.facts.who.reply_to.is_some() { 18 } else { 8 }));
    }
    let named = request.strong(Intent::ArchivePassword) > 0;
    let shared = look.foreign().any(|link| link.file.is_some()) || freemail && look.foreign().any(|link| link.hosted || link.free);
    // The link itself ends in an archive; or it is said to be an answer, belongs to no conversation, and speaks of a file.
    let packed = |link: &Link| link.counts() && !link.to_known && matches!(link.file, Some(Kind::Zip | Kind::Archive | Kind::Disk));
    let answers = look.facts.relation.says_reply && !look.facts.relation.names_thread && look.leads_away();
    let behind = look.facts.links.iter().any(packed) || answers && request.has(Intent::Document, 1);
    if (named && (look.leads_away() && freemail || shared) || (named || request.password.is_some()) && behind)
        && look.facts.attachments.iter().all(|attachment| attachment.inline)
    {
        let at = request.at(Intent::ArchivePassword).filter(|_| named).or(request.password);
        hits.push(Hit::new(&FILE_KEY).points(30).with("words", &quoted(look, at)).words(at));
    }
    if request.strong(Intent::Records) > 0 && !look.facts.relation.names_thread {
        let elsewhere = freemail || look.facts.who.reply_to.is_some();
        hits.push(on(look, &RECORDS, Intent::Records, if elsewhere { 28 } else { 14 }));
    }
    let threats = request.strong(Intent::Extortion);
    if threats > 0 {
        let points = match (threats, request.coin.is_some() || request.has(Intent::Extortion, 2)) {
            (1, false) => 12,
            (1, true) => 34,
            (2, false) => 30,
            (2, true) => 62,
            (_, false) => 46,
            (_, true) => 70,
        };
        // Who can be asked back threatens nobody; the same words stand in courses and reports of work done.
        let idle = !look.hidden() && request.coin.is_none() && request.strong(Intent::Crypto) == 0 && request.weak(Intent::Extortion) == 0;
        hits.push(on(look, &EXTORTION, Intent::Extortion, if idle { points / 3 } else { points }));
    }
}

/// Prizes, sums, parcels, refunds, coins.
pub(super) fn promises(look: &Look<'_>, hits: &mut Vec<Hit>) {
    let request = &look.facts.request;
    let (away, freemail) = (look.leads_away(), look.facts.who.freemail);
    let strong = |intent| request.strong(intent);
    if strong(Intent::Prize) > 0 {
        let points = match (strong(Intent::Prize), away) {
            (1, true) => 18,
            (1, false) => 9,
            (_, true) => 32,
            (_, false) => 18,
        };
        hits.push(on(look, &PRIZE, Intent::Prize, points));
    }
    let fee = strong(Intent::AdvanceFee);
    if fee > 0 {
        let elsewhere = freemail || look.facts.who.reply_to.is_some() || request.contact.is_some();
        let drawn = elsewhere || strong(Intent::PersonalData) > 0 && look.hidden();
        let points = match (fee > 1, look.hidden()) {
            (true, true) => 36,
            (true, false) => 24,
            (false, _) => 16,
        } + if drawn { 12 } else { 0 }
            + if request.millions { 8 } else { 0 };
        hits.push(on(look, &FEE, Intent::AdvanceFee, points));
    }
    if strong(Intent::Parcel) > 0 {
        // A shop links to whoever carries the parcel; who wants a fee, an address or haste is another matter.
        let wants = request.any(&[Intent::Payment, Intent::Credentials, Intent::Urgency, Intent::Trouble]).is_some()
            || request.has(Intent::Payment, 1)
            || request.strong(Intent::Click) > 0
            || look.false_claim()
            || look.foreign().any(|link| link.shortener || link.free || link.cheap || link.ip || link.random || link.through.is_some());
        let points = match (away, wants) {
            (true, true) => 22,
            (true, false) => 12,
            (false, _) => 7,
        };
        hits.push(on(look, &PARCEL, Intent::Parcel, points));
    }
    if strong(Intent::Refund) > 0 {
        let file = freemail && look.facts.attachments.iter().any(|attachment| !attachment.inline);
        hits.push(on(look, &REFUND, Intent::Refund, if away || file { 20 } else { 8 }));
    }
    // Nobody who may be asked back wants to be paid so.
    if let Some(coin) = request.coin.filter(|_| strong(Intent::Crypto) == 0 && request.words < 600 && !look.leads_home()) {
        let pressed = request.strong(Intent::Urgency) > 0 || request.weak(Intent::Extortion) > 0;
        hits.push(Hit::new(&COINS).points(if pressed { 34 } else { 24 }).with("words", &quoted(look, Some(coin))).words(Some(coin)));
    }
    if strong(Intent::Crypto) > 0 {
        let points = match (strong(Intent::Crypto), away || freemail || look.none_leads_home()) {
            (1, true) => 18,
            (1, false) => 9,
            (_, true) => 32,
            (_, false) => 16,
        };
        hits.push(on(look, &COINS, Intent::Crypto, points));
    }
}

/// Strangers who write as if they knew the reader, and authorities that do not write so.
pub(super) fn strangers(look: &Look<'_>, hits: &mut Vec<Hit>) {
    let (request, who) = (&look.facts.request, &look.facts.who);
    let away = look.leads_away();
    let files = look.facts.attachments.iter().any(|attachment| !attachment.inline);
    let reply = who.reply_to.as_ref().is_some_and(|reply| is_freemail(reply.domain()));
    // Answers go to somebody other than who seems to write, or to an address that anybody can have.
    let hidden = who.freemail || reply || request.contact.is_some() || who.free_host || who.unclear;
    let pick = |count: u32, one: i32, more: i32| match count {
        0 => 0,
        1 => one,
        _ => more,
    };
    let takes = if who.freemail || who.free_host || away {
        let bare = request.words < 60 && (files || look.facts.links.iter().any(|link| link.counts()));
        pick(
            request.strong(Intent::Windfall),
            if who.freemail && bare {
                32
            } else if who.freemail {
                24
            } else {
                18
            },
            36,
        )
    } else {
        0
    };
    // A thread that goes on is no first approach.
    let approach = if look.facts.relation.names_thread {
        0
    } else {
        pick(request.strong(Intent::Approach), if hidden { 18 } else { 0 }, if hidden { 34 } else { 9 })
    };
    let wants = request.any(&[Intent::PersonalData, Intent::Payment, Intent::AdvanceFee]).is_some();
    // Whoever hires writes from the company's address, and does not want to go on in a chat.
    let chats = request.strong(Intent::Job) > 1 && look.facts.links.iter().any(|link| link.counts() && is_chat(&link.host));
    let aside = hidden || wants && look.hidden() || chats;
    let job = pick(request.strong(Intent::Job), if aside { 22 } else { 10 }, if aside { 36 } else { 20 });
    let romance = pick(request.strong(Intent::Romance), if hidden || away { 14 } else { 0 }, if hidden || away { 34 } else { 24 });
    let summons = if who.freemail || who.free_host || who.unclear {
        pick(request.strong(Intent::Summons), 26, 38)
    } else if away || files {
        pick(request.strong(Intent::Summons), 12, 24)
    } else {
        0
    };
    for (signal, intent, points) in [
        (&WINDFALL, Intent::Windfall, takes),
        (&APPROACH, Intent::Approach, approach),
        (&JOB, Intent::Job, job),
        (&ROMANCE, Intent::Romance, romance),
        (&SUMMONS, Intent::Summons, summons),
    ] {
        if points > 0 {
            hits.push(on(look, signal, intent, points));
        }
    }
}

/// Advertising.
pub(super) fn goods(look: &Look<'_>, hits: &mut Vec<Hit>) {
    for (signal, intent) in [(&LOAN, Intent::Loan), (&GOODS, Intent::Goods)] {
        let points = match look.facts.request.strong(intent) {
            0 => continue,
            1 => 12,
            2 => 22,
            _ => 32,
        };
        // Lenders do not write from addresses that anybody can have.
        let reply = look.facts.who.reply_to.as_ref().is_some_and(|reply| is_freemail(reply.domain()));
        let hidden = intent == Intent::Loan && (look.facts.who.freemail || reply);
        hits.push(on(look, signal, intent, points + if hidden { 10 } else { 0 }));
    }
}
