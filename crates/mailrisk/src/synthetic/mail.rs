//! From a kind to the bytes of a mail.

use super::{Dice, Kind, Shape, Skeleton, files};

/// Who receives all of them.
pub const RECIPIENT: &str = "kari.nordby@contoso-corp.com";

const WORDS: [&str; 16] = [
    "brightwave",
    "kelmora",
    "tindraw",
    "sunvale",
    "opexlink",
    "marqello",
    "hydrant",
    "novapath",
    "zelcore",
    "plumline",
    "grentech",
    "arvista",
    "koboldt",
    "merivale",
    "quintal",
    "ostrava",
];
const NAMES: [&str; 4] = ["Kari", "Ola", "Ingrid", "Lars"];
const DATES: [&str; 4] = ["12.03.2026", "7 April 2026", "2026-05-21", "30.09.2026"];
const AMOUNTS: [&str; 4] = ["249,00 kr", "EUR 39.90", "$124.99", "1 290 kr"];

/// What stands for the placeholders of one mail.
struct Fill {
    pairs: Vec<(&'static str, String)>,
}

impl Fill {
    fn new(kind: &Kind, variant: u64, dice: &mut Dice) -> Self {
        let word = dice.pick(&WORDS).unwrap_or("word");
        let random = format!("{word}{}", dice.below(90) + 10);
        let mut pairs = vec![
            ("{random}", random),
            ("{to}", RECIPIENT.to_owned()),
            ("{name}", dice.pick(&NAMES).unwrap_or("Kari").to_owned()),
            ("{date}", dice.pick(&DATES).unwrap_or("today").to_owned()),
            ("{amount}", dice.pick(&AMOUNTS).unwrap_or("10").to_owned()),
            ("{number}", (dice.below(899_999_999) + 100_000_000).to_string()),
            ("{code}", (dice.below(8_999) + 1_000).to_string()),
            ("{octet}", (dice.below(200) + 20).to_string()),
        ];
        let link = nth(&kind.links, variant + dice.below(2)).unwrap_or_default();
        let link = pairs.iter().fold(link, |link, (from, to)| link.replace(from, to));
        pairs.push(("{link}", link));
        Self { pairs }
    }

    fn fill(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    }

    fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(pair, _)| *pair == name).map_or("", |(_, value)| value)
    }
}

fn nth(of: &[String], n: u64) -> Option<String> {
    let at = usize::try_from(n % (of.len().max(1) as u64)).unwrap_or(0);
    of.get(at).cloned()
}

/// Makes one mail.
pub fn make(kind: &Kind, text: &[String; 2], attack: bool, skeleton: Skeleton, variant: u64, dice: &mut Dice) -> Vec<u8> {
    let fill = Fill::new(kind, variant, dice);
    let [subject, body] = text;
    let (subject, body) = (fill.fill(subject), fill.fill(body));
    let from = fill.fill(&nth(&kind.from, variant).unwrap_or_default());
    let (name, address) = from.rsplit_once(" <").map_or((from.as_str(), from.as_str()), |(name, rest)| (name, rest.trim_end_matches('>')));
    let domain = address.rsplit('@').next().unwrap_or_default().to_owned();

    let mut head = headers(skeleton, &domain, attack, dice);
    head.push_str(&format!("From: {} <{address}>\r\n", encode(name)));
    if let Some(reply) = kind.reply_to.as_ref().map(|reply| fill.fill(reply))
        && let Some((name, address)) = reply.rsplit_once(" <")
    {
        head.push_str(&format!("Reply-To: {} <{address}\r\n", encode(name)));
    }
    // What comes over a list is addressed to the list.
    let to = if kind.shape == Shape::List { "users@lists.example.net" } else { RECIPIENT };
    head.push_str(&format!("To: {to}\r\nSubject: {}\r\n", encode(&subject)));
    head.push_str(&format!("Date: Thu, 12 Mar 2026 10:{:02}:00 +0000\r\nMIME-Version: 1.0\r\n", dice.below(60)));
    head.push_str(&format!("Message-ID: <{}.{}@{domain}>\r\n", fill.get("{number}"), fill.get("{code}")));
    if kind.reply && !attack {
        head.push_str("In-Reply-To: <20260311.1@contoso-corp.com>\r\nReferences: <20260311.1@contoso-corp.com>\r\n");
    }
    match kind.shape {
        Shape::Bulk => head.push_str(&format!(
            "List-Unsubscribe: <https://{domain}/unsubscribe?u={}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            fill.get("{code}")
        )),
        Shape::List => {
            head.push_str("List-Id: <users.lists.example.net>\r\nList-Post: <mailto:users@lists.example.net>\r\nPrecedence: list\r\n")
        }
        Shape::Plain | Shape::Html => {}
    }

    let mut parts = Vec::new();
    let plain = plain(&body);
    if matches!(kind.shape, Shape::Html | Shape::Bulk) {
        let html = html(kind, &body, &domain, &fill, Layout::of(&kind.id, variant));
        let alternative = if kind.image_only || attack && dice.below(2) == 0 {
            part("text/html; charset=utf-8", "", html.as_bytes(), dice)
        } else {
            let inner = [
                part("text/plain; charset=utf-8", "", plain.as_bytes(), dice),
                part("text/html; charset=utf-8", "", html.as_bytes(), dice),
            ];
            multipart("alternative", &inner, dice)
        };
        parts.push(alternative);
    } else {
        parts.push(part("text/plain; charset=utf-8", "", plain.as_bytes(), dice));
    }
    if let Some(name) = nth(&kind.attach, variant) {
        let file = files::named(&name, fill.get("{random}"), fill.get("{code}"));
        // An invitation may have no other text.
        if body.is_empty() {
            parts.clear();
        }
        let disposition = format!("Content-Disposition: attachment; filename=\"{}\"\r\n", file.name);
        parts.push(part(file.media_type, &disposition, &file.bytes, dice));
    }
    let body = if parts.len() == 1 { parts.remove(0) } else { multipart("mixed", &parts, dice) };
    let mut raw = head.into_bytes();
    raw.extend_from_slice(&body);
    raw
}

/// Headers of whoever carried it. Attacks pass for their own domain, or do not: that says nothing.
fn headers(skeleton: Skeleton, domain: &str, attack: bool, dice: &mut Dice) -> String {
    let results = match (attack, dice.below(3)) {
        (true, 0) => format!("spf=none smtp.mailfrom={domain}; dkim=none; dmarc=none header.from={domain}"),
        (true, 1) => format!("spf=softfail smtp.mailfrom={domain}; dkim=none; dmarc=fail header.from={domain}"),
        _ => format!("spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"),
    };
    match skeleton {
        Skeleton::Cloud => format!(
            "Received: from mx.contoso-corp.com (2603:10a6::1) by mbx1.contoso-corp.com with HTTPS; Thu, 12 Mar 2026 10:00:02 +0000\r\n\
             Authentication-Results: mx.contoso-corp.com; {results}\r\n\
             Received: from out.{domain} (198.51.100.7) by mx.contoso-corp.com; Thu, 12 Mar 2026 10:00:01 +0000\r\n\
             X-Originating-Org: contoso\r\nReturn-Path: <bounce@{domain}>\r\n"
        ),
        Skeleton::Plain => format!(
            "Return-Path: <bounce@{domain}>\r\nDelivered-To: {RECIPIENT}\r\n\
             Authentication-Results: mx.contoso-corp.com;\r\n\t{results}\r\n\
             Received: from out.{domain} (out.{domain} [198.51.100.7])\r\n\tby mx.contoso-corp.com (Postfix) with ESMTPS id 4F1;\r\n\tThu, 12 Mar 2026 10:00:01 +0000\r\n"
        ),
    }
}

fn encode(text: &str) -> String {
    if text.is_ascii() && !text.contains(['"', '(', '@', ',', '.']) {
        text.to_owned()
    } else {
        format!("=?UTF-8?B?{}?=", base64(text.as_bytes()))
    }
}

/// `[label](url)` as a text mail writes it.
fn plain(body: &str) -> String {
    let mut out = String::new();
    let mut rest = body;
    while let Some((before, label, url, after)) = next_link(rest) {
        out.push_str(before);
        out.push_str(&format!("{label}: {url}"));
        rest = after;
    }
    out.push_str(rest);
    out.replace('\n', "\r\n")
}

fn next_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let middle = text.find("](")?;
    let start = text.get(..middle)?.rfind('[')?;
    let end = middle + text.get(middle..)?.find(')')?;
    Some((text.get(..start)?, text.get(start + 1..middle)?, text.get(middle + 2..end)?, text.get(end + 1..)?))
}

/// How a page is built. It says nothing about the mail, and readers must read the same in all of them.
#[derive(Clone, Copy)]
enum Layout {
    /// A paragraph each.
    Paragraphs,
    /// A row of a table each, with line ends between the tags.
    Table,
    /// Paragraphs that are never closed, behind a line that is hidden and never closed either.
    Open,
    /// Buttons twice: as Outlook draws them, and for all others.
    Outlook,
}

impl Layout {
    fn of(id: &str, variant: u64) -> Self {
        match Dice::new(&format!("layout of {id}")).below(4).wrapping_add(variant) % 4 {
            _ if variant == 0 => Self::Paragraphs,
            0 => Self::Table,
            1 => Self::Open,
            2 => Self::Outlook,
            _ => Self::Paragraphs,
        }
    }

    const fn tags(self) -> (&'static str, &'static str) {
        match self {
            Self::Paragraphs | Self::Outlook => ("<p>", "</p>"),
            Self::Table => ("<table>\r\n<tr>\r\n<td>\r\n", "\r\n</td>\r\n</tr>\r\n</table>\r\n"),
            Self::Open => ("<p>\r\n", "\r\n"),
        }
    }

    fn link(self, url: &str, label: &str) -> String {
        let plain = format!("<a class=\"b\" href=\"{url}\">{label}</a>");
        match self {
            Self::Outlook => format!(
                "<!--[if mso]><v:roundrect href=\"{url}\"><center>{label}</center></v:roundrect><![endif]--><!--[if !mso]><!-->{plain}<!--<![endif]-->"
            ),
            _ => plain,
        }
    }
}

fn html(kind: &Kind, body: &str, domain: &str, fill: &Fill, layout: Layout) -> String {
    let mut out = String::from(
        "<!DOCTYPE html><html><head><style>body{font-family:sans-serif}.b{background:#06c;color:#fff;padding:12px}</style></head><body>",
    );
    if kind.image_only {
        let link = fill.get("{link}");
        out.push_str(&format!("<a href=\"{link}\"><img src=\"{link}/1.png\" width=600></a><div style=\"font-size:0;color:#fff\">"));
        out.push_str("meeting yesterday garden weather the report that she wrote about rivers</div></body></html>");
        return out;
    }
    if !matches!(kind.shape, Shape::Plain | Shape::List) && kind.category.is_empty() {
        out.push_str(&format!("<img src=\"https://{domain}/img/logo.png\" alt=\"\" width=120>"));
    }
    let (begin, end) = layout.tags();
    if matches!(layout, Layout::Open) {
        out.push_str("<p style=\"display:none\">&nbsp;&zwnj;&nbsp;&zwnj;\r\n");
    }
    for paragraph in body.split("\n\n") {
        out.push_str(begin);
        let mut rest = paragraph;
        while let Some((before, label, url, after)) = next_link(rest) {
            out.push_str(&format!("{before}{}", layout.link(&url.replace('&', "&amp;"), label)));
            rest = after;
        }
        out.push_str(&rest.replace('\n', "<br>"));
        out.push_str(end);
    }
    if kind.form {
        let link = fill.get("{link}");
        out.push_str(&format!("<form action=\"{link}\" method=post><input name=user value=\"{RECIPIENT}\"><input type=password name=p><button>OK</button></form>"));
    }
    if kind.shape == Shape::Bulk {
        let code = fill.get("{code}");
        out.push_str(&format!("<p><small><a href=\"https://{domain}/unsubscribe?u={code}\">Unsubscribe</a></small></p>"));
        out.push_str(&format!("<img src=\"https://{domain}/open?u={code}\" width=1 height=1>"));
    }
    out.push_str("</body></html>");
    out
}

fn part(media_type: &str, more: &str, bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = format!("Content-Type: {media_type}\r\n{more}").into_bytes();
    if media_type.starts_with("text/") && dice.below(2) == 0 && more.is_empty() {
        out.extend_from_slice(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n");
        out.extend_from_slice(quoted_printable(bytes).as_bytes());
    } else {
        out.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
        for line in base64(bytes).as_bytes().chunks(76) {
            out.extend_from_slice(line);
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}

fn multipart(kind: &str, parts: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let boundary = format!("=_{:x}", dice.roll());
    let mut out = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n").into_bytes();
    for part in parts {
        out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        out.extend_from_slice(part);
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    out
}

fn quoted_printable(bytes: &[u8]) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for byte in bytes {
        match byte {
            b'\n' => (out.push('\n'), column = 0).1,
            b'\r' => out.push('\r'),
            b' '..=b'~' if *byte != b'=' => (out.push(char::from(*byte)), column += 1).1,
            _ => (out.push_str(&format!("={byte:02X}")), column += 3).1,
        }
        if column > 70 {
            out.push_str("=\r\n");
            column = 0;
        }
    }
    out
}

/// Base64 with padding (RFC 4648).
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().enumerate().fold(0_u32, |number, (at, byte)| number | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let index = usize::try_from(number >> (18 - 6 * at) & 63).unwrap_or(0);
            out.push(if at <= chunk.len() { ALPHABET.get(index).copied().map_or('=', char::from) } else { '=' });
        }
    }
    out
}
