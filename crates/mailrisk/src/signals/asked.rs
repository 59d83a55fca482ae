//! What is asked. From strangers all of it counts; from whoever the mail truly says it is from, little (`Look::share`).

mod people;

use people::{goods, promises, strangers, talk};

use super::{Category, Family, Hit, Look, Signal, quoted};
use crate::facts::links::Link;
use crate::facts::request::Intent;
use crate::files::Kind;

macro_rules! signals {
    ($($name:ident = $id:literal, $points:literal, $category:ident, $en:literal, $nb:literal, $why:literal, $wrong:literal;)*) => {
        $(const $name: Signal = Signal { id: $id, family: Family::Asked, points: $points, category: Category::$category, en: $en, nb: $nb, why: $why, wrong: $wrong };)*
        /// The signals of this family.
        pub const ALL: &[&Signal] = &[$(&$name),*];
    };
}

signals! {
    ACCOUNT = "ask-account", 10, Phishing,
        "It wants you to sign in or confirm an account (“{words}”).",
        "Den vil at du skal logge inn eller bekrefte en konto («{words}»).",
        "Passwords are what most phishing is after.",
        "Services that you signed up with a minute ago.";
    THREAT = "ask-account-threat", 28, Phishing,
        "It says that something is wrong with an account, and wants you to act on a page that is not the sender's (“{words}”).",
        "Den sier at noe er galt med en konto, og vil at du skal gjøre noe på en side som ikke er avsenderens («{words}»).",
        "A threat, a way out and a link elsewhere are the pattern of phishing.",
        "Services that write through a company that is not in the lists.";
    TROUBLE = "ask-trouble", 9, Phishing,
        "It says that something is wrong with an account, a device or a payment (“{words}”).",
        "Den sier at noe er galt med en konto, en enhet eller en betaling («{words}»).",
        "Worry makes people act before they think.",
        "True notices of true services.";
    MAILBOX = "ask-mailbox", 15, Phishing,
        "It writes about your mailbox or password as only your own help desk would (“{words}”).",
        "Den skriver om postkassen eller passordet ditt slik bare din egen brukerstøtte ville gjort («{words}»).",
        "Whoever runs your mailbox writes from your own organisation.",
        "Help desks that write from elsewhere.";
    PAY = "ask-pay", 5, Scam,
        "It wants a payment (“{words}”).",
        "Den vil ha en betaling («{words}»).",
        "Small fees are asked for to get at the card.",
        "True invoices and reminders; counts fully only with a link elsewhere.";
    BANK = "ask-bank-change", 24, Scam,
        "It wants payments to go to a new account (“{words}”).",
        "Den vil at betalinger skal gå til en ny konto («{words}»).",
        "Changed accounts are the costliest fraud of all.",
        "A supplier who truly changed banks: ask by telephone, at a number you know.";
    WIRE = "ask-wire", 22, Scam,
        "It wants money to be transferred now (“{words}”).",
        "Den vil at penger skal overføres nå («{words}»).",
        "Who asks for a transfer by mail alone avoids being asked back.",
        "Finance departments among themselves.";
    GIFT = "ask-gift-card", 36, Scam,
        "It wants you to buy gift cards and send the codes (“{words}”).",
        "Den vil at du skal kjøpe gavekort og sende kodene («{words}»).",
        "Codes are like cash; no employer pays with them.",
        "Somebody who organises a present.";
    CALL = "ask-call", 22, Scam,
        "It wants you to call a number about a payment that you do not know of ({number}).",
        "Den vil at du skal ringe et nummer om en betaling du ikke kjenner til ({number}).",
        "On the telephone somebody talks you into giving access to computer or bank.",
        "True invoices with a customer service number.";
    SECRET = "ask-secret", 12, Scam,
        "It wants you to tell nobody, or to answer by mail only (“{words}”).",
        "Den vil at du ikke skal si det til noen, eller bare svare på e-post («{words}»).",
        "Who avoids being asked has a reason.",
        "Matters that are truly confidential.";
    THERE = "ask-are-you-there", 6, Scam,
        "It asks whether you are there, or for a quick favour (“{words}”).",
        "Den spør om du er der, eller om en rask tjeneste («{words}»).",
        "The first mail of a fraud asks for nothing yet.",
        "Every colleague asks that; counts fully only from a free address.";
    EXTORTION = "ask-extortion", 14, Scam,
        "It threatens to publish something, and wants money (“{words}”).",
        "Den truer med å offentliggjøre noe, og vil ha penger («{words}»).",
        "Such mails go to millions of people, and there is nothing behind them.",
        "Articles about such mails.";
    PRIZE = "ask-prize", 16, Scam,
        "It promises a prize or gift that you did not ask for (“{words}”).",
        "Den lover en premie eller gave du ikke har bedt om («{words}»).",
        "The gift costs the card's number or the personal data.",
        "Loyalty programmes of true shops.";
    FEE = "ask-advance-fee", 20, Scam,
        "It promises a large sum for a small favour (“{words}”).",
        "Den lover en stor sum for en liten tjeneste («{words}»).",
        "Before the sum comes there is always a fee, and another.",
        "News about inheritances and donations.";
    PARCEL = "ask-parcel", 20, Phishing,
        "It says that a parcel waits, and wants you to act on a page that is not the sender's (“{words}”).",
        "Den sier at en pakke venter, og vil at du skal gjøre noe på en side som ikke er avsenderens («{words}»).",
        "Somebody always waits for a parcel.",
        "Shops that write through a company that is not in the lists.";
    DOCUMENT = "ask-document", 14, Phishing,
        "It wants you to open a document or message in a place that is not the sender's (“{words}”).",
        "Den vil at du skal åpne et dokument eller en melding på et sted som ikke er avsenderens («{words}»).",
        "A document behind a sign-in page is the commonest lure at work.",
        "Small services for sharing files.";
    REFUND = "ask-refund", 18, Phishing,
        "It promises money back (“{words}”).",
        "Den lover penger tilbake («{words}»).",
        "To pay you back they ask for the card.",
        "True refunds.";
    COINS = "ask-coins", 14, Scam,
        "It is about digital wallets (cryptocurrency) or easy profit (“{words}”).",
        "Den handler om digitale lommebøker (kryptovaluta) eller lettjente penger («{words}»).",
        "Recovery words give away the wallet; easy profit is somebody else's.",
        "Newsletters about money.";
    LOAN = "ask-loan", 12, Spam,
        "It offers a loan, an insurance or relief of debt that you did not ask for (“{words}”).",
        "Den tilbyr lån, forsikring eller gjeldslette du ikke har bedt om («{words}»).",
        "Honest lenders do not write to strangers.",
        "Advertising of true banks.";
    GOODS = "ask-goods", 12, Spam,
        "It advertises what nobody asked for (“{words}”).",
        "Den reklamerer for noe ingen har bedt om («{words}»).",
        "Pills, dates and casinos by mail are sold by people who hide.",
        "Newsletters about health.";
    PERSONAL = "ask-personal", 14, Scam,
        "It wants your personal data (“{words}”).",
        "Den vil ha personopplysningene dine («{words}»).",
        "Name, birth date and a copy of a passport are enough to be somebody else.",
        "Employers, landlords and offices that you wrote to.";
    SCAN = "ask-scan", 12, Phishing,
        "It wants you to scan a code with your phone (“{words}”).",
        "Den vil at du skal skanne en kode med telefonen («{words}»).",
        "The phone is where the protection of the computer ends.",
        "Tickets and invitations.";
    WINDFALL = "ask-windfall", 24, Scam,
        "It says that money is waiting for you, and that you only have to take it (“{words}”).",
        "Den sier at det venter penger på deg, og at du bare trenger å hente dem («{words}»).",
        "Nobody gives money away by mail; what must be entered or paid to get it is what they are after.",
        "Notices of a true bank or shop from an address that does not fit it.";
    APPROACH = "ask-approach", 18, Scam,
        "Somebody you do not know wants you to answer, and does not say what it is about (“{words}”).",
        "Noen du ikke kjenner, vil at du skal svare, uten å si hva det gjelder («{words}»).",
        "Who answers is drawn into a story that ends with a payment.",
        "People who write for the first time and say little; it counts only when address, answer address and name do not fit.";
    ROMANCE = "ask-romance", 14, Scam,
        "Somebody you do not know wants to get close to you (“{words}”).",
        "Noen du ikke kjenner, vil bli nær deg («{words}»).",
        "Love by mail from strangers ends with a request for money.",
        "Dating services that you use yourself.";
    SUMMONS = "ask-summons", 18, Phishing,
        "It says that a court, the police or an authority has something against you (“{words}”).",
        "Den sier at en domstol, politiet eller en myndighet har noe på deg («{words}»).",
        "Fear makes people open files and links; authorities write by letter or to your digital mailbox.",
        "Law firms and courts that write by mail; it counts little from those whose address and links fit.";
    RUN = "ask-run-command", 45, Malware,
        "It wants you to paste something into a window of the computer that runs it (“{words}”).",
        "Den vil at du skal lime inn noe i et vindu på datamaskinen som kjører det («{words}»).",
        "What you paste runs with your rights, and no filter has seen it. No document and no check of who you are needs it.",
        "Instructions of a help desk or of developers; on lists and from your own organisation it counts little.";
    WORK = "ask-work-account", 30, Phishing,
        "It wants your account at work, or the password of your mailbox, on a page that is not your organisation's (“{words}”).",
        "Den vil ha jobbkontoen din eller passordet til postkassen på en side som ikke er virksomhetens («{words}»).",
        "The account at work opens everything else; only your own organisation and its provider ask for it.",
        "Services at work that are signed in to with the account at work: their links lead to themselves.";
    JOB = "ask-job", 14, Scam,
        "It offers a job or easy work that you did not apply for (“{words}”).",
        "Den tilbyr en jobb eller lett arbeid du ikke har søkt på («{words}»).",
        "Before the first pay there is a fee, a purchase or a copy of the passport; or the work is to pass on stolen money.",
        "Recruiters who write from their own company.";
    FILE_KEY = "ask-file-password", 30, Malware,
        "It gives the password of a file that lies behind a link to a stranger's page (“{words}”).",
        "Den gir passordet til en fil som ligger bak en lenke til en fremmed side («{words}»).",
        "The password keeps every filter from looking in, and the link keeps the file out of the mail.",
        "People who share a folder with a password and send it in the same mail.";
    RECORDS = "ask-records", 18, Targeted,
        "It wants a list that only colleagues may see (“{words}”).",
        "Den vil ha en liste som bare kolleger skal se («{words}»).",
        "With the list of who owes what, or who earns what, the next fraud is written.",
        "Auditors and accountants: send it only to an address that you know.";
    REMOTE = "ask-remote-help", 40, Scam,
        "It wants you to let somebody else onto your computer (“{words}”).",
        "Den vil at du skal slippe en annen inn på datamaskinen din («{words}»).",
        "Whoever helps from afar sees and does everything that you can.",
        "Your own help desk: call it at the number that you know.";
    HURRY = "ask-hurry", 6, Suspicious,
        "It puts you under pressure of time (“{words}”).",
        "Den setter deg under tidspress («{words}»).",
        "Whoever has to hurry does not ask.",
        "Every reminder; counts only together with something else that is asked.";
    ANYBODY = "ask-anybody", 5, Suspicious,
        "It greets you with “{words}” instead of your name.",
        "Den hilser med «{words}» i stedet for navnet ditt.",
        "Who has an account with somebody is called by name.",
        "Many true companies; counts only together with something else that is asked.";
}

/// Looks at what is asked.
pub fn look(look: &Look<'_>, hits: &mut Vec<Hit>) {
    let share = look.share();
    let before = hits.len();
    for signal in [access, money] {
        signal(look, hits);
    }
    let words_of_others = hits.len();
    for signal in [talk, promises, strangers, goods] {
        signal(look, hits);
    }
    let last = hits.len();
    pressure(look, hits, before);
    for (at, hit) in hits.iter_mut().enumerate().skip(before) {
        // What a true service passes on was written by anybody.
        let passed_on = look.passes_on() && (words_of_others..last).contains(&at);
        hit.points = hit.points * if passed_on { 100 } else { share } / 100;
        // Whoever is who they say, and leads nowhere else, advertises.
        if PRAISE.contains(&hit.signal.id) && !look.hidden() && !look.leads_away() {
            hit.points = hit.points * 60 / 100;
        }
        // In long mail somebody always praises something; nobody hides a threat by adding words.
        if look.facts.request.words > 900 && PRAISE.contains(&hit.signal.id) {
            hit.points = hit.points * 60 / 100;
        }
        hit.points = hit.points.max(least(look, hit.signal));
    }
}

/// What advertising and long newsletters say too.
const PRAISE: [&str; 6] = [PRIZE.id, REFUND.id, COINS.id, LOAN.id, GOODS.id, WINDFALL.id];

/// What counts whoever asks: mailboxes of partners and colleagues are taken over for this, and one telephone call finds out.
fn least(look: &Look<'_>, signal: &Signal) -> i32 {
    let request = &look.facts.request;
    let pressed = request.any(&[Intent::Secrecy, Intent::Urgency]).is_some();
    // Colleagues who share a bill name their account too. What matters between them is salaries, invoices and suppliers.
    let among = look.colleague();
    // Who tells colleagues that no account is changed by mail redirects nothing.
    let warned = warns_colleagues(look);
    let paid_elsewhere = signal.id == BANK.id && !warned && look.redirects_payments() && !look.plain_brand() && (!among || business(look));
    let codes = signal.id == GIFT.id && !look.sells_cards() && (request.strong(Intent::GiftCard) > 1 || !among);
    let paid_now = (signal.id == WIRE.id && look.moves_money() || codes) && pressed && !look.plain_brand();
    let runs = signal.id == RUN.id && meant_to_run(look) && !look.trusted() && !look.plain_brand() && !look.of_the_house() && !look.list();
    // What a page of the sender's own asks for is asked for nonetheless.
    let work = signal.id == WORK.id && !look.trusted() && !look.plain_brand() && !look.of_the_house() && !look.list();
    let work = work && !said_once(look);
    if paid_elsewhere || paid_now || runs || work && (look.leads_away() || look.none_leads_home()) {
        30
    } else if work && inside(look) {
        24
    } else {
        0
    }
}

/// Neither of the house nor a brand's own, and neither list nor report: nobody who may ask for an account of the house.
fn outside(look: &Look<'_>) -> bool {
    !look.of_the_house() && !look.true_brand() && !look.list() && !look.bounce()
}

/// It speaks of invoices, payments, salaries: what a company pays.
fn business(look: &Look<'_>) -> bool {
    let request = &look.facts.request;
    request.has(Intent::Payment, 1) || request.weak(Intent::BankChange) > 0
}

/// Who claims to be a department of the reader's own organisation, or knows the reader's address, and links to their own page.
fn inside(look: &Look<'_>) -> bool {
    let facts = look.facts;
    if look.colleague() {
        return false;
    }
    let links = || facts.links.iter().filter(|link| link.counts());
    links().next().is_some() && (facts.who.role || facts.who.as_recipient.is_some() || links().any(|link| link.names_recipient))
}

fn on(look: &Look<'_>, signal: &'static Signal, intent: Intent, points: i32) -> Hit {
    let at = look.facts.request.at(intent);
    Hit::new(signal).points(points).with("words", &quoted(look, at)).words(at)
}

/// Accounts, mailboxes, documents.
fn access(look: &Look<'_>, hits: &mut Vec<Hit>) {
    let request = &look.facts.request;
    let strong = |intent| request.strong(intent) > 0;
    let away = look.leads_away() || look.facts.attachments.iter().any(|attachment| matches!(attachment.kind, Kind::Html | Kind::Svg));
    let (account, trouble) = (strong(Intent::Credentials), strong(Intent::Trouble));
    // Behind a counter may be anybody: that no link leads to the sender is enough where an account is said to be in danger.
    let counted = !away && look.none_leads_home() && (look.hidden() || trouble && account);
    if strong(Intent::Mailbox) {
        // Only the own organisation runs the own mailbox, however well sender and links fit each other.
        let anybodys = |link: &Link| link.brand.is_none() || link.free || link.hosted || link.shortener || link.through.is_some();
        let stranger = outside(look) && look.facts.links.iter().any(|link| link.counts() && anybodys(link));
        // "You have unread messages" is what every portal writes; with the reader's address in it, it speaks of the mailbox.
        let names_reader = request.names_account.is_some()
            || look.facts.presentation.address_as_name
            || look.facts.presentation.address_in_subject
            || look.facts.links.iter().any(|link| link.names_recipient);
        hits.push(on(
            look,
            &MAILBOX,
            Intent::Mailbox,
            if away && (look.hidden() || names_reader || request.strong(Intent::Mailbox) > 1 || account || trouble) {
                26
            } else if away {
                16
            } else if stranger && (look.hidden() || request.strong(Intent::Mailbox) > 1 || names_reader || account) {
                30
            } else if stranger {
                16
            } else {
                12
            },
        ));
    }
    let threat = account && (trouble || away && strong(Intent::Urgency) && look.hidden())
        || trouble
            && look.hidden()
            && (request.has(Intent::Credentials, 1) || request.has(Intent::Payment, 1))
            && request.has(Intent::Click, 1);
    if (away || counted) && threat {
        let intent = if trouble { Intent::Trouble } else { Intent::Credentials };
        hits.push(on(look, &THREAT, intent, 30));
    } else {
        if account {
            hits.push(on(look, &ACCOUNT, Intent::Credentials, if away { 14 } else { 7 }));
        }
        if trouble {
            hits.push(on(look, &TROUBLE, Intent::Trouble, if away { 14 } else { 7 }));
        }
    }
    if (strong(Intent::WorkAccount) || request.names_account.is_some() && !look.facts.relation.bulk) && outside(look) {
        let somewhere = look.facts.links.iter().any(|link| link.counts()) || look.facts.attachments.iter().any(|file| !file.inline);
        let once = said_once(look);
        let points = match (away || counted && look.hidden(), somewhere) {
            (true, _) if once => 20,
            (true, _) => 30,
            (false, true) if inside(look) => 24,
            (false, true) => 16,
            (false, false) => 8,
        };
        let at = request.at(Intent::WorkAccount).filter(|_| strong(Intent::WorkAccount)).or(request.names_account);
        hits.push(Hit::new(&WORK).points(points).with("words", &quoted(look, at)).words(at));
    }
    if strong(Intent::RemoteHelp) && !look.list() && !look.true_brand() && !look.of_the_house() {
        hits.push(on(look, &REMOTE, Intent::RemoteHelp, if look.hidden() || request.strong(Intent::RemoteHelp) > 1 { 40 } else { 24 }));
    }
    if strong(Intent::RunCommand) {
        hits.push(on(look, &RUN, Intent::RunCommand, if meant_to_run(look) { 45 } else { 20 }));
    }
    if strong(Intent::Document) {
        hits.push(on(look, &DOCUMENT, Intent::Document, if away { 15 } else { 4 }));
    }
    if strong(Intent::ScanQr) {
        let picture = look.facts.presentation.embedded > 0;
        // Tickets, apps and invitations are scanned too.
        let lured = look.lure().is_some() || look.false_claim();
        hits.push(on(look, &SCAN, Intent::ScanQr, if picture && lured { 18 } else { 8 }));
    }
}

/// One sentence about the account at work, as webinars, schools and tools for the calendar write, from whoever they say they are.
fn said_once(look: &Look<'_>) -> bool {
    let request = &look.facts.request;
    request.strong(Intent::WorkAccount) < 2 && request.names_account.is_none() && !look.hidden()
}

/// A course or help desk says once what to press; who wants a command run sends for it, or is nobody.
fn meant_to_run(look: &Look<'_>) -> bool {
    look.hidden() || look.leads_away() || look.facts.request.strong(Intent::RunCommand) > 1
}

/// Somebody of the house tells colleagues that no account is changed by mail, and names none, here or in a file: a mailbox that was taken
/// over does.
fn warns_colleagues(look: &Look<'_>) -> bool {
    let request = &look.facts.request;
    let names_none = request.account.is_none() && look.facts.attachments.iter().all(|attachment| attachment.inline);
    look.colleague() && names_none && request.strong(Intent::Warns) > 0
}

/// Payments and accounts of banks.
fn money(look: &Look<'_>, hits: &mut Vec<Hit>) {
    let request = &look.facts.request;
    let (away, who, relation) = (look.leads_away(), &look.facts.who, &look.facts.relation);
    let asks = request.strong(Intent::BankChange);
    if asks > 0 {
        let thread = relation.says_reply && !relation.known_thread;
        let points = 22
            + if who.freemail || who.reply_to.is_some() { 10 } else { 0 }
            + if request.account.is_some() { 8 } else { 0 }
            + if thread && !relation.names_thread { 8 } else { 0 }
            + if asks > 1 { 6 } else { 0 }
            - if !business(look) && look.colleague() { 8 } else { 0 };
        let points = if warns_colleagues(look) { points / 2 } else { points };
        hits.push(on(look, &BANK, Intent::BankChange, points));
    }
    if request.strong(Intent::Wire) > 0 {
        let pressed = request.any(&[Intent::Secrecy, Intent::Urgency]).is_some();
        let meant = look.moves_money();
        let alone = match (meant, look.colleague() || look.facts.relation.names_thread) {
            (true, false) => 22,
            (true, true) => 16,
            (false, _) => 10,
        };
        let pressed = pressed && meant;
        hits.push(on(look, &WIRE, Intent::Wire, alone + if pressed { 12 } else { 0 } + if who.freemail { 10 } else { 0 }));
    }
    if request.strong(Intent::Payment) > 0 {
        let points = match (away, request.any(&[Intent::Urgency, Intent::Trouble, Intent::Parcel]).is_some()) {
            (true, true) => 18,
            (true, false) => 9,
            (false, _) => 4,
        };
        hits.push(on(look, &PAY, Intent::Payment, points));
    }
    if request.strong(Intent::GiftCard) > 0 {
        // Somebody of the house who collects for a present names the card and wants no code of it.
        let collects = look.sells_cards() || request.strong(Intent::GiftCard) == 1 && look.colleague();
        hits.push(on(look, &GIFT, Intent::GiftCard, if collects { 12 } else { 36 }));
    }
}

/// What only adds to something else that is asked.
fn pressure(look: &Look<'_>, hits: &mut Vec<Hit>, before: usize) {
    if hits.len() == before {
        return;
    }
    let request = &look.facts.request;
    if request.strong(Intent::Urgency) > 0 {
        hits.push(on(look, &HURRY, Intent::Urgency, 6));
    }
    if request.strong(Intent::Greeting) > 0 && !look.facts.relation.bulk {
        hits.push(on(look, &ANYBODY, Intent::Greeting, 6));
    }
}
