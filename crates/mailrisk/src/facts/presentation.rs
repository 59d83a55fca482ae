//! How the mail is presented: what is hidden, disguised, or only a picture.

use super::Reading;
use super::attachments::Attachment;
use super::links::Link;

/// How it looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presentation {
    /// Words that can be read.
    pub words: u32,
    /// Words that can be read and are not the text of a link.
    pub own_words: u32,
    /// Letters that are there and cannot be seen.
    pub hidden: u32,
    /// Words written with letters of other alphabets, in subject and text.
    pub disguised: u32,
    /// Invisible characters inside words.
    pub invisible: u32,
    /// Letters of the mathematical alphabets.
    pub styled: u32,
    /// Characters that turn the order around.
    pub turned: u32,
    /// Pictures in the text that are more than a counting pixel.
    pub pictures: u32,
    /// Pictures that lie in the mail itself.
    pub embedded: u32,
    /// Pictures that lie elsewhere and are shown from there.
    pub remote: u32,
    /// Dark cells and block letters, of which a code may be made.
    pub blocks: u32,
    /// It is a picture with a link and next to no words.
    pub only_picture: bool,
    /// The recipient's address, or what stands before its `@`, is used as a name in subject or greeting.
    pub address_as_name: bool,
    /// The same in the subject.
    pub address_in_subject: bool,
    /// There is a form that asks for a password.
    pub password_form: bool,
    /// There is a form that is sent somewhere.
    pub form: bool,
    /// The page has a script, which no mail needs.
    pub script: bool,
    /// The subject is more than half in capitals.
    pub shouts: bool,
}

/// As many dark squares has the smallest code at least.
const CODE: u32 = 120;

impl Presentation {
    /// Whether it may show a code that is in no file of the mail.
    #[must_use]
    pub const fn unseen_code(&self) -> bool {
        self.remote > 0 || self.blocks >= CODE
    }
}

/// How a mail is presented.
#[must_use]
pub fn of(reading: &Reading<'_>, attachments: &[Attachment], links: &[Link]) -> Presentation {
    let words = u32::try_from(reading.words.words.len()).unwrap_or(u32::MAX);
    let pictures = reading.page.map_or(0, |page| page.pictures.len());
    let embedded = attachments.iter().filter(|attachment| attachment.kind == crate::files::Kind::Picture).count();
    let linked_picture =
        reading.page.is_some_and(|page| page.anchors.iter().any(|anchor| anchor.picture && anchor.href.starts_with("http")));
    let letters = reading.mail.subject.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = reading.mail.subject.chars().filter(|c| c.is_uppercase()).count();
    let (in_subject, in_text) = address_as_name(reading);
    Presentation {
        words,
        own_words: own_words(reading, links),
        hidden: reading.page.map_or(0, |page| page.hidden),
        disguised: reading.words.disguised + reading.subject.disguised,
        invisible: reading.words.invisible + reading.subject.invisible,
        styled: reading.words.styled + reading.subject.styled,
        turned: reading.words.turned + reading.subject.turned,
        pictures: u32::try_from(pictures).unwrap_or(u32::MAX),
        remote: count(reading.page.map_or(0, |page| page.pictures.iter().filter(|source| is_remote(source)).count())),
        blocks: count(reading.text.chars().filter(|c| matches!(c, '\u{2580}'..='\u{259f}')).count())
            .saturating_add(reading.page.map_or(0, |page| page.dark_cells)),
        embedded: u32::try_from(embedded).unwrap_or(u32::MAX),
        only_picture: words < 30 && pictures > 0 && (linked_picture || words < 4),
        address_as_name: in_subject || in_text,
        address_in_subject: in_subject,
        password_form: reading.page.is_some_and(|page| page.forms.iter().any(|form| form.password)),
        form: reading.page.is_some_and(|page| page.forms.iter().any(|form| form.fields > 0 && form.action.starts_with("http"))),
        script: reading.page.is_some_and(|page| page.active.script),
        shouts: letters >= 12 && capitals * 10 > letters * 7,
    }
}

fn own_words(reading: &Reading<'_>, links: &[Link]) -> u32 {
    let mut spans: Vec<(u32, u32)> = links.iter().filter_map(|link| link.span).filter(|(start, end)| start < end).collect();
    spans.sort_unstable();
    let linked = |at: u32| {
        let after = spans.partition_point(|(start, _)| *start <= at);
        after.checked_sub(1).and_then(|last| spans.get(last)).is_some_and(|(_, end)| at < *end)
    };
    count(reading.words.words.iter().filter(|word| !linked(word.start)).count())
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

/// Whether a picture would have to be fetched.
fn is_remote(source: &str) -> bool {
    let start = source.trim_start().get(..5).unwrap_or_default();
    start.starts_with("//") || start.to_ascii_lowercase().starts_with("http")
}

/// Whether the recipient is called by the address: in the subject, in the first words of the text.
fn address_as_name(reading: &Reading<'_>) -> (bool, bool) {
    let Some(to) = reading.mail.to.first().filter(|_| reading.mail.to.len() == 1) else { return (false, false) };
    let local = to.local();
    // "kari" is a name; "kari.nordby" or "k.nordby77" is not what people are called.
    let telling = local.len() >= 6 && local.contains(['.', '_', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let is_in = |text: &str| {
        let text = text.to_lowercase();
        text.contains(&to.address) || telling && text.contains(local)
    };
    let start: String = reading.text.chars().take(120).collect();
    (is_in(&reading.mail.subject), is_in(&start))
}
