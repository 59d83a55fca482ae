//! The files that are built into the program.

use std::borrow::Cow;

use rust_embed::RustEmbed;

use crate::Language;

#[derive(RustEmbed)]
#[folder = "../../guides"]
struct Files;

/// Where the face serves [`picture`]: this path, then `{language}/{name}.png`.
pub const PICTURES_PATH: &str = "/guides/pictures/";

/// Longest name that is looked up.
const MAX_NAME: usize = 64;

/// A picture of a guide (PNG).
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file.
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of the file, for a cache (ETag).
    pub hash: [u8; 32],
}

/// The picture at this place below [`PICTURES_PATH`], such as `en/activate.png`.
/// `path` may be anything a visitor typed.
pub fn picture(path: &str) -> Option<Picture> {
    let (folder, file) = path.split_once('/')?;
    let language = Language::ALL.into_iter().find(|language| language.tag() == folder)?;
    let name = file.strip_suffix(".png").filter(|name| is_name(name))?;
    let found = Files::get(&format!("pictures/{}/{name}.png", language.tag()))?;
    Some(Picture { hash: found.metadata.sha256_hash(), bytes: found.data })
}

/// Width and height of a picture, from its header (PNG specification, 11.2.1 IHDR).
pub(crate) fn size(picture: &Picture) -> Option<(u32, u32)> {
    let header = picture.bytes.get(16..24)?;
    let (width, height) = header.split_at_checked(4)?;
    Some((u32::from_be_bytes(width.try_into().ok()?), u32::from_be_bytes(height.try_into().ok()?)))
}

/// The text of a guide.
pub(crate) fn text(language: Language, slug: &str) -> Option<String> {
    if !is_name(slug) {
        return None;
    }
    let file = Files::get(&format!("{}/{slug}.md", language.tag()))?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Names of all guides in a language, unordered.
pub(crate) fn slugs(language: Language) -> Vec<String> {
    Files::iter().filter_map(|path| Some(path.strip_prefix(language.tag())?.strip_prefix('/')?.strip_suffix(".md")?.to_owned())).collect()
}

/// Small letters, digits and hyphens: nothing that could leave the folder.
fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_never_leaves_the_folder() {
        for name in ["../../Cargo", "..", "", ".", "en/x", "a.md", "Å", "%2e%2e", &"a".repeat(65)] {
            assert!(text(Language::En, name).is_none(), "{name}");
            assert!(picture(&format!("en/{name}.png")).is_none(), "{name}");
            assert!(picture(name).is_none(), "{name}");
        }
    }
}
