//! What is attached.

use super::{Category, Evidence, Family, Hit, Look, Signal};
use crate::facts::Attachment;
use crate::facts::request::Intent;
use crate::files::Kind;

macro_rules! signals {
    ($($name:ident = $id:literal, $points:literal, $category:ident, $en:literal, $nb:literal, $why:literal, $wrong:literal;)*) => {
        $(const $name: Signal = Signal { id: $id, family: Family::Attached, points: $points, category: Category::$category, en: $en, nb: $nb, why: $why, wrong: $wrong };)*
        /// The signals of this family.
        pub const ALL: &[&Signal] = &[$(&$name),*];
    };
}

signals! {
    PROGRAM = "attach-program", 68, Malware,
        "The attachment {file} is a program.",
        "Vedlegget {file} er et program.",
        "Nobody sends programs by mail any more except to harm.",
        "Developers among themselves.";
    SCRIPT = "attach-script", 64, Malware,
        "The attachment {file} is a script, which runs when it is opened.",
        "Vedlegget {file} er et skript som kjøres når det åpnes.",
        "A double click runs it.",
        "Developers among themselves; on mailing lists it counts little.";
    SHORTCUT = "attach-shortcut", 64, Malware,
        "The attachment {file} is a shortcut that starts something on your computer.",
        "Vedlegget {file} er en snarvei som starter noe på datamaskinen.",
        "A shortcut can start anything, and looks like a document.",
        "Hardly any.";
    DISK = "attach-disk", 46, Malware,
        "The attachment {file} is a copy of a disk: it opens like a folder and hides what is in it.",
        "Vedlegget {file} er en kopi av en disk: den åpnes som en mappe og skjuler innholdet.",
        "Files inside lose the mark that warns before they are opened.",
        "Technicians among themselves.";
    INSIDE = "attach-inside-runs", 62, Malware,
        "Inside {file} lies {inner}, which runs when it is opened.",
        "Inni {file} ligger {inner}, som kjøres når den åpnes.",
        "An archive around a program passes filters that look at names.",
        "Developers among themselves.";
    MACRO = "attach-macro", 36, Malware,
        "The document {file} carries macros, small programs that can harm your computer.",
        "Dokumentet {file} har makroer, små programmer som kan skade datamaskinen.",
        "Macros are the oldest way in, and work when somebody switches them on.",
        "Spreadsheets of finance departments that truly use macros.";
    SMUGGLES = "attach-smuggling", 62, Malware,
        "The attachment {file} is a page that builds a file or a false sign-in page when it is opened.",
        "Vedlegget {file} er en side som bygger en fil eller en falsk påloggingsside når den åpnes.",
        "What a page builds in the browser is seen by no filter on the way.",
        "Encrypted messages of some banks and insurers come as such pages.";
    ASKS = "attach-asks-password", 50, Phishing,
        "The attachment {file} asks for a password.",
        "Vedlegget {file} spør etter et passord.",
        "A sign-in page on your own computer sends what you type to somebody else.",
        "Encrypted messages of some services.";
    PAGE = "attach-page", 14, Phishing,
        "The attachment {file} is a web page.",
        "Vedlegget {file} er en nettside.",
        "Documents come as documents; a page can send you anywhere.",
        "Reports of programs, tickets, receipts.";
    DRAWING = "attach-drawing-script", 56, Malware,
        "The drawing {file} holds a script, which runs when it is opened.",
        "Tegningen {file} inneholder et skript som kjøres når den åpnes.",
        "Drawings need no scripts.",
        "Interactive drawings of developers.";
    LOCKED_KEY = "attach-locked-with-key", 46, Malware,
        "The attachment {file} is locked, and the mail gives the password: so nobody on the way could look into it.",
        "Vedlegget {file} er låst, og e-posten oppgir passordet: slik har ingen underveis kunnet se inn i det.",
        "A password in the same mail protects nothing; it only blinds the filters.",
        "Offices that lock documents by habit.";
    LOCKED = "attach-locked", 10, Suspicious,
        "The attachment {file} is locked and could not be looked into.",
        "Vedlegget {file} er låst og kunne ikke sjekkes.",
        "What nobody could look into nobody can vouch for.",
        "Payslips and contracts that are locked for good reason.";
    NOTEBOOK = "attach-notebook", 30, Malware,
        "The attachment {file} is a OneNote notebook; these can hide programs behind pictures.",
        "Vedlegget {file} er en OneNote-notatbok; slike kan skjule programmer bak bilder.",
        "Notebooks are shared by link; by mail they come to hide files.",
        "Colleagues who send a section.";
    DOUBLE = "attach-double-ending", 30, Malware,
        "The name {file} pretends to be a document, but its true ending is another.",
        "Navnet {file} later som det er et dokument, men den egentlige endelsen er en annen.",
        "Windows hides the last ending, so that only the first is seen.",
        "Names made by programs.";
    TURNED = "attach-turned-name", 50, Malware,
        "The name {file} hides its true ending by turning letters around.",
        "Navnet {file} skjuler den egentlige endelsen ved å snu bokstaver.",
        "Direction marks make “exe” read as part of another word.",
        "Names in right-to-left languages.";
    LIES = "attach-not-what-it-says", 24, Malware,
        "The attachment {file} is not the kind of file that its name says.",
        "Vedlegget {file} er ikke den filtypen som navnet sier.",
        "A name is believed; what is in the file decides what happens.",
        "Programs that save pages under the name of a spreadsheet.";
    ACTS = "attach-acts", 34, Malware,
        "The document {file} runs something when it is opened.",
        "Dokumentet {file} kjører noe når det åpnes.",
        "Documents that start programs or scripts are rare and dangerous.",
        "Forms that compute with JavaScript.";
    LOADS = "attach-loads", 42, Malware,
        "The document {file} fetches more from elsewhere when it is opened.",
        "Dokumentet {file} henter mer fra et annet sted når det åpnes.",
        "What comes later no filter has seen.",
        "Templates on a company's own server.";
    EMBEDS = "attach-embeds", 28, Malware,
        "The document {file} has another file hidden in it.",
        "Dokumentet {file} har en annen fil skjult i seg.",
        "Objects inside documents run outside the protection of the document.",
        "Spreadsheets inside reports.";
    MAIL = "attach-mail", 45, Phishing,
        "The attached mail {file} is itself dangerous.",
        "Den vedlagte e-posten {file} er i seg selv farlig.",
        "A dangerous mail inside a harmless one passes filters.",
        "Somebody who reports a mail by forwarding it.";
}

/// Looks at what is attached.
pub fn look(look: &Look<'_>, hits: &mut Vec<Hit>) {
    // A bounce carries what it reports on.
    let known = look.bounce() || look.trusted();
    let share = if known {
        40
    } else if look.list() {
        50
    } else {
        100
    };
    // What runs is no better for who sent it: mailboxes are taken over, and lists and reports are dressed up.
    let urged = look.facts.request.strong(Intent::EnableContent) > 0;
    let share_of = |signal: &Signal| {
        let runs = [&PROGRAM, &SCRIPT, &SHORTCUT, &DISK, &INSIDE, &SMUGGLES, &DRAWING, &TURNED].iter().any(|one| one.id == signal.id)
            || urged && signal.id == MACRO.id;
        // Some banks send encrypted messages as pages.
        let page_of_brand = signal.id == SMUGGLES.id && look.trusted() && look.true_brand();
        if runs && !page_of_brand { share.max(66) } else { share }
    };
    for attachment in &look.facts.attachments {
        let before = hits.len();
        by_kind(look, attachment, hits);
        by_name(attachment, hits);
        by_contents(look, attachment, hits);
        for hit in hits.iter_mut().skip(before) {
            hit.points = hit.points * share_of(hit.signal) / 100;
        }
        if hits.len() > 200 {
            break;
        }
    }
    if let Some(worst) = &look.inner {
        let place = worst.is_file.then(|| Evidence::Attachment(worst.name.clone()));
        hits.push(Hit::new(&MAIL).points(worst.points * share / 100).with("file", &worst.name).at(place));
    }
}

fn on(signal: &'static Signal, attachment: &Attachment) -> Hit {
    Hit::new(signal).with("file", &attachment.name).at(Evidence::Attachment(attachment.name.clone()))
}

fn by_kind(look: &Look<'_>, attachment: &Attachment, hits: &mut Vec<Hit>) {
    let contents = &attachment.contents;
    match attachment.kind {
        Kind::Program => hits.push(on(&PROGRAM, attachment)),
        // Lists of developers pass scripts around; there it is a file among others.
        Kind::Script => hits.push(on(&SCRIPT, attachment).points(if look.list() && !by_double_click(&attachment.name) { 16 } else { 64 })),
        Kind::Shortcut => hits.push(on(&SHORTCUT, attachment)),
        Kind::Disk => hits.push(on(&DISK, attachment)),
        Kind::OneNote => hits.push(on(&NOTEBOOK, attachment).points(if contents.embeds { 48 } else { 30 })),
        Kind::Svg if contents.script => hits.push(on(&DRAWING, attachment)),
        Kind::Html if contents.builds && contents.script => hits.push(on(&SMUGGLES, attachment)),
        Kind::Html if contents.asks_password => hits.push(on(&ASKS, attachment)),
        Kind::Html => {
            let lure = look.lure().is_some() || look.false_claim();
            let points = match (contents.loads || contents.script, lure) {
                (true, true) => 44,
                (true, false) => 24,
                (false, true) => 26,
                (false, false) => 10,
            };
            hits.push(on(&PAGE, attachment).points(points));
        }
        _ => {}
    }
}

/// Scripts that Windows runs on a double click; the others are what developers pass around.
fn by_double_click(name: &str) -> bool {
    let ending = crate::files::kind::ending(name);
    ["js", "jse", "vbs", "vbe", "wsf", "wsh", "wsc", "sct", "hta", "bat", "cmd"].contains(&ending.as_str())
}

fn by_name(attachment: &Attachment, hits: &mut Vec<Hit>) {
    if attachment.turned && (attachment.kind.runs() || matches!(attachment.kind, Kind::Disk | Kind::Html | Kind::Archive | Kind::Zip)) {
        hits.push(on(&TURNED, attachment));
    }
    if attachment.double_ending {
        hits.push(on(&DOUBLE, attachment));
    }
    if attachment.name_lies {
        let points = match attachment.kind {
            Kind::Program | Kind::Script | Kind::Shortcut | Kind::Disk => 30,
            Kind::Html => 18,
            _ => 10,
        };
        hits.push(on(&LIES, attachment).points(points));
    }
}

fn by_contents(look: &Look<'_>, attachment: &Attachment, hits: &mut Vec<Hit>) {
    let contents = &attachment.contents;
    if let Some((inner, kind)) = &contents.runs {
        hits.push(on(&INSIDE, attachment).points(if *kind == Kind::Disk { 46 } else { 62 }).with("inner", inner));
    }
    if contents.encrypted && attachment.kind != Kind::Sealed {
        let key = look.facts.request.strong(Intent::ArchivePassword) > 0 || look.facts.request.password.is_some();
        hits.push(if key { on(&LOCKED_KEY, attachment) } else { on(&LOCKED, attachment) });
    }
    if contents.macros {
        let urged = look.facts.request.strong(Intent::EnableContent) > 0;
        hits.push(on(&MACRO, attachment).points(if urged { 64 } else { 36 }));
    }
    if matches!(attachment.kind, Kind::Office | Kind::OldOffice | Kind::RichText | Kind::Pdf) {
        if contents.loads {
            hits.push(on(&LOADS, attachment));
        }
        if contents.acts {
            hits.push(on(&ACTS, attachment));
        }
        if contents.embeds {
            hits.push(on(&EMBEDS, attachment).points(if attachment.kind == Kind::RichText { 40 } else { 14 }));
        }
    }
}
