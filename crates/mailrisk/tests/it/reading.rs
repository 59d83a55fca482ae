//! What a reader meets is what is judged: nothing a program shows may be hidden from the engine by how it is written down.

use tillit_mailrisk::synthetic::files::{FORMATS, compound, named, qr_as};
use tillit_mailrisk::{Assessment, AuthEvidence, Knowledge, Language, NotChecked, Verdict, analyse};

const LURE: &str = "Your account has been suspended. Verify your account within 24 hours: sign in with your email and password.";

fn answer(raw: &[u8]) -> Assessment {
    analyse(raw, &Knowledge::default(), &AuthEvidence::default())
}

fn head(from: &str) -> String {
    format!("From: {from}\r\nTo: kari.nordby@contoso-corp.com\r\nSubject: Notice\r\nMIME-Version: 1.0\r\n")
}

fn html(from: &str, page: &str) -> Assessment {
    answer(format!("{}Content-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n", head(from)).as_bytes())
}

/// A mail with a text and files: name, media type, content.
fn with(from: &str, text: &str, files: &[(&str, &str, &[u8])]) -> Assessment {
    let mut raw = format!("{}Content-Type: multipart/mixed; boundary=b\r\n\r\n", head(from)).into_bytes();
    if !text.is_empty() {
        raw.extend(format!("--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n").as_bytes());
    }
    for (name, media_type, bytes) in files {
        raw.extend(
            format!("--b\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n").as_bytes(),
        );
        raw.extend(tillit_mailrisk::synthetic::base64(bytes).as_bytes());
        raw.extend(b"\r\n");
    }
    raw.extend(b"--b--\r\n");
    answer(&raw)
}

fn says(found: &Assessment, id: &str) -> bool {
    found.hits.iter().any(|hit| hit.signal.id == id)
}

#[test]
fn a_lure_behind_a_hidden_paragraph_that_browsers_close_is_judged() {
    let lure = format!("<p style='display:none'>x<p>{LURE}<p><a href='https://kelmora77.top/login'>Sign in</a>");
    let page = html("Accounts <info@kelmora77.com>", &lure);
    assert!(page.verdict >= Verdict::Caution, "{:?}", page.hits);
    let alternative = format!(
        "{}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee you on Monday at lunch, and bring the report along.\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n{lure}\r\n--b--\r\n",
        head("Accounts <info@kelmora77.com>")
    );
    assert_eq!(answer(alternative.as_bytes()).total, page.total, "the harmless other text changes nothing");
}

#[test]
fn words_that_nobody_sees_do_not_push_a_lure_out_of_sight() {
    let padding = "meeting garden weather report river yesterday ".repeat(200);
    let link = "<p><a href='https://kelmora77.top/login'>Sign in</a></p>";
    let plain = html("Accounts <info@kelmora77.com>", &format!("<p>{LURE}</p>{link}"));
    for page in [
        format!("<style>.h{{display:none}}</style><div class=h>{padding}</div><p>{LURE}</p>{link}"),
        format!("<div style='font-size:8px'>{padding}</div><p>{LURE}</p>{link}"),
        format!("<div style='color:#fff'>{padding}</div><p>{LURE}</p>{link}<div style='color:#fff'>{padding}</div>"),
    ] {
        let found = html("Accounts <info@kelmora77.com>", &page);
        assert!(found.verdict >= Verdict::Caution, "{} points instead of {}", found.total, plain.total);
    }
}

#[test]
fn what_outlook_alone_shows_is_judged() {
    let found = html(
        "DNB <kundeservice@kelmora77.com>",
        "<p>Hello, your statement is ready.</p><!--[if mso]><a href='https://kelmora77.top/'>https://www.dnb.no</a><![endif]-->",
    );
    assert!(says(&found, "link-text-lies"), "{:?}", found.hits);
    let lure = html(
        "Accounts <info@kelmora77.com>",
        &format!("<p>Hello there.</p><!--[if mso]><p>{LURE}</p><a href='https://kelmora77.top/'>Sign in</a><![endif]-->"),
    );
    assert!(lure.verdict >= Verdict::Caution, "{:?}", lure.hits);
}

#[test]
fn a_link_in_a_table_shows_the_whole_address() {
    let row = "<p>Your statement is ready.</p>\n<table>\n<tr>\n<td>\n<a href='https://kelmora77.top/'>https://www.dnb.no</a>\n</td>\n</tr>\n</table>";
    let found = html("DNB <kundeservice@kelmora77.com>", row);
    assert!(says(&found, "link-text-lies"), "{:?}", found.hits);
    let honest = html(
        "Helthjem <post@helthjem.no>",
        &row.replace("https://kelmora77.top/", "https://helthjem.no/").replace("https://www.dnb.no", "helthjem.no"),
    );
    assert!(!says(&honest, "link-text-lies"), "{:?}", honest.hits);
}

#[test]
fn an_address_in_the_text_is_a_link_beside_other_links() {
    let found = html(
        "Accounts <info@brightwave12.com>",
        &format!("<p>{LURE} https://kelmora77.top/login</p><p>Regards<br><a href='https://brightwave12.com'>brightwave12.com</a></p>"),
    );
    assert!(found.facts.links.iter().any(|link| link.host == "kelmora77.top"), "{:?}", found.facts.links);
    // What is linked already is no second link.
    let once = html(
        "Accounts <info@brightwave12.com>",
        "<p>Hi, see <a href='https://brightwave12.com/a'>https://brightwave12.com/a</a> and tell me.</p>",
    );
    assert_eq!(once.facts.links.len(), 1);
}

#[test]
fn a_mail_in_a_file_of_any_kind_is_read() {
    for what in ["eml-octet", "msg-phish", "eml-phish"] {
        let file = named(what, "brightwave12", "1234");
        let found =
            with("Accounts <info@kelmora77.com>", "Please see the attached message.", &[(&file.name, file.media_type, &file.bytes)]);
        assert!(says(&found, "attach-mail"), "{what}: {:?}", found.hits);
    }
    let zipped = tillit_mailrisk::synthetic::files::zip(&[("a.eml", &named("eml-octet", "x", "1").bytes, false)]);
    let found = with("Accounts <info@kelmora77.com>", "Please see the attached message.", &[("a.zip", "application/zip", &zipped)]);
    assert!(says(&found, "attach-mail"), "in an archive: {:?}", found.hits);
    for (name, bytes) in [("a.eml", b"no mail at all".to_vec()), ("a.msg", compound(&[("WordDocument", b"x")]))] {
        let found = with("Ola <ola@example.no>", "Please see the attached message.", &[(name, "application/octet-stream", &bytes)]);
        assert_eq!((found.verdict, found.not_checked), (Verdict::Unknown, vec![NotChecked::Damaged(name.to_owned())]), "{name}");
    }
    let ordinary = named("eml-ordinary", "x", "1");
    let found =
        with("Ola <ola@example.no>", "Here is the menu that I mentioned.", &[(&ordinary.name, ordinary.media_type, &ordinary.bytes)]);
    assert_eq!(found.verdict, Verdict::Safe, "{:?} {:?}", found.not_checked, found.hits);
}

#[test]
fn an_invitation_is_read_for_what_it_says() {
    let call = named("ics-call", "x", "1234");
    let found = with("Billing <kelmora77@gmail.com>", "", &[(&call.name, call.media_type, &call.bytes)]);
    assert!(found.verdict >= Verdict::Caution && found.facts.request.number.is_some(), "{:?}", found.hits);
}

#[test]
fn words_in_attached_pages_and_for_pictures_are_read() {
    let page = named("page-lure", "kelmora77", "1");
    let attached = with("Accounts <info@kelmora77.com>", "Please see the attached page.", &[(&page.name, page.media_type, &page.bytes)]);
    let pictures = html(
        "Accounts <info@kelmora77.com>",
        &format!(
            "<p>Dear customer, please read this.</p><a href='https://brightwave12.top/x'><img src='https://brightwave12.top/1.png' alt='{LURE}'></a>"
        ),
    );
    for found in [attached, pictures] {
        assert!(found.facts.request.strong(tillit_mailrisk::facts::request::Intent::Credentials) > 0);
        assert!(found.verdict >= Verdict::Caution, "{:?}", found.hits);
    }
}

#[test]
fn a_code_that_lies_elsewhere_or_is_made_of_cells_is_not_called_checked() {
    let scan = "<p>Dear colleague, please scan the QR code below with your phone to read the document.</p>";
    let cells: String =
        (0..21).map(|_| format!("<tr>{}</tr>", "<td bgcolor='#000000' width=4></td><td width=4></td>".repeat(10))).collect();
    let letters = "█▀▄ ".repeat(60);
    for code in [
        "<img src='https://cdn.kelmora77.com/q.png' width=200>".to_owned(),
        format!("<table>{cells}</table>"),
        format!("<pre>{letters}</pre>"),
    ] {
        let found = html("HR <hr@kelmora77.com>", &format!("{scan}{code}"));
        assert!(found.not_checked.contains(&NotChecked::Pictures), "{code}");
        assert_ne!(found.verdict, Verdict::Safe);
    }
    let logo = html(
        "HR <hr@kelmora77.com>",
        "<p>Dear colleague, the plan for the autumn is ready.</p><img src='https://cdn.kelmora77.com/logo.png'>",
    );
    assert!(logo.not_checked.is_empty());
}

#[test]
fn a_thread_of_many_logos_and_photos_is_read_without_doubt() {
    let kinds = ["png", "gif", "jpg"].into_iter().zip(FORMATS).cycle();
    let logos: Vec<(String, Vec<u8>)> = kinds
        .take(24)
        .enumerate()
        .map(|(at, (ending, format))| (format!("image{at}.{ending}"), qr_as(&format!("ticket {at}"), format)))
        .collect();
    let files: Vec<(&str, &str, &[u8])> = logos.iter().map(|(name, bytes)| (name.as_str(), "image/png", bytes.as_slice())).collect();
    let found = with("Ola <ola@example.no>", "Hi, here are the pictures from last week, as promised.", &files);
    assert_eq!((found.verdict, found.not_checked), (Verdict::Safe, Vec::new()));
}

#[test]
fn what_was_not_read_is_said_of_a_safe_mail() {
    let pdf = named("pdf", "x", "1");
    let found = with("Ola <ola@example.no>", "Hi, here is the draft that we talked about.", &[(&pdf.name, pdf.media_type, &pdf.bytes)]);
    assert_eq!(found.verdict, Verdict::Safe);
    for language in [Language::En, Language::Nb] {
        let reasons = found.reasons(language);
        assert!(reasons.iter().any(|reason| reason.text.contains("document.pdf")), "{reasons:?}");
        assert!(!reasons.iter().any(|reason| reason.id == "safe-asks-nothing"), "{reasons:?}");
    }
}

#[test]
fn a_bare_link_is_not_called_readable() {
    let bare = format!("{}\r\nhttps://kelmora77.top/a/b-c\r\n", head("Ola <ola@example.no>"));
    assert_eq!(answer(bare.as_bytes()).verdict, Verdict::Unknown);
    let home = format!("{}\r\nhttps://www.example.no/a/b-c\r\n", head("Ola <ola@example.no>"));
    assert_eq!(answer(home.as_bytes()).verdict, Verdict::Safe);
    let said = format!("{}\r\nHere is the plan for Monday: https://kelmora77.com/a\r\n", head("Ola <ola@example.no>"));
    assert_eq!(answer(said.as_bytes()).verdict, Verdict::Safe);
}

#[test]
fn a_safe_mail_in_which_not_everything_fits_says_what() {
    let odd = tillit_mailrisk::synthetic::Set::ALL.into_iter().flat_map(|set| tillit_mailrisk::synthetic::mails(set, 4, None).unwrap());
    let mut seen = 0;
    for mail in odd {
        let found = answer(&mail.raw);
        if found.verdict == Verdict::Safe && found.total >= 18 {
            seen += 1;
            let reasons = found.reasons(Language::En);
            assert!(reasons[0].weight > 0 && reasons.len() <= 5 && reasons.iter().any(|reason| reason.weight == 0), "{reasons:?}");
        }
    }
    assert!(seen > 0, "there is one to try this on");
}

#[test]
fn headers_that_are_pointed_at_have_their_line() {
    let raw = "From: Ola <ola@example.no>\r\nTo: kari.nordby@contoso-corp.com\r\nSubject: YOUR ACCOUNT IS SUSPENDED NOW\r\nReply-To: ola.x@gmail.com\r\n\r\n\
         Verify your account within 24 hours: https://kelmora77.top/login\r\n";
    let found = answer(raw.as_bytes());
    let mut headers = 0;
    for evidence in found.hits.iter().flat_map(|hit| &hit.evidence) {
        if let tillit_mailrisk::signals::Evidence::Header { name, line } = evidence {
            headers += 1;
            assert!(line.is_some(), "{name}");
        }
    }
    assert!(headers > 0);
}

#[test]
fn advice_about_an_aimed_attack_speaks_of_what_is_in_it() {
    let knowledge = Knowledge::from_toml("own_domains = [\"contoso-corp.com\"]\npartners = [\"fjordlaks.no\"]").unwrap();
    let told = |body: &str| {
        let raw = format!("{}{body}", head("Fjordlaks <post@fjord1aks.no>"));
        let found = analyse(raw.as_bytes(), &knowledge, &AuthEvidence::default());
        assert_eq!(found.category.id(), "targeted", "{:?}", found.hits);
        [Language::En, Language::Nb].map(|language| tillit_mailrisk::advice(&found, language).to_owned())
    };
    let link = told(&format!("Content-Type: text/plain\r\n\r\n{LURE} https://fjord1aks.no/login\r\n"));
    assert!(
        link[0].contains("links") && link[0].contains("password") && link[1].contains("lenkene") && link[1].contains("passord"),
        "{link:?}"
    );
    let page = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNew bank account, see attached.\r\n--b\r\nContent-Type: text/html; name=a.html\r\nContent-Disposition: attachment; filename=a.html\r\n\r\n<p>x</p>\r\n--b--\r\n";
    let file = told(page);
    assert!(file[0].contains("files") && file[1].contains("filer"), "{file:?}");
    let answer = told("Content-Type: text/plain\r\n\r\nOur bank account has changed, please use the new one for the next invoice.\r\n");
    assert!(!answer[0].contains("link"), "{answer:?}");
}
