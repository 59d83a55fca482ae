//! Where mails come from: files, folders, mailboxes, standard input.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tillit_mailrisk::{Limits, NotChecked};

/// A mail and where it was.
pub struct Source {
    /// The file as it was named, or found in a folder.
    pub file: String,
    /// Its number in a mailbox, from 1.
    pub message: Option<usize>,
    /// The mail, or why there is none.
    pub raw: Result<Vec<u8>, NotChecked>,
}

/// Gives every mail in what a path names, in order of names. Says how many files in folders were left out by their names.
///
/// What was named and is not there is an error. What cannot be read in a folder is one mail that cannot be told: the others go on.
pub fn each(path: &Path, give: &mut dyn FnMut(Source) -> Result<()>) -> Result<usize> {
    if path == Path::new("-") {
        return stream(std::io::stdin().lock(), "-", false, give).map(|()| 0);
    }
    let about = std::fs::metadata(path).with_context(|| format!("read {}", path.display()))?;
    if about.is_dir() {
        let inside = list(path).with_context(|| format!("read {}", path.display()))?;
        return folder(inside, give);
    }
    let opened = std::fs::File::open(path).with_context(|| format!("read {}", path.display()))?;
    file(path, opened, give).map(|()| 0)
}

/// What is in a folder, in order of names.
fn list(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut inside: Vec<_> = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    inside.sort();
    Ok(inside)
}

fn folder(inside: Vec<PathBuf>, give: &mut dyn FnMut(Source) -> Result<()>) -> Result<usize> {
    let mut left_out = 0;
    for path in inside {
        let Ok(about) = std::fs::symlink_metadata(&path) else { continue };
        // Links are not followed: a folder could lead out of itself or around in a circle.
        if about.is_dir() {
            match list(&path) {
                Ok(inside) => left_out += folder(inside, give)?,
                Err(_) => give(unreadable(&path.display().to_string(), None))?,
            }
        } else if about.is_file() && is_mail(&path) {
            match std::fs::File::open(&path) {
                Ok(opened) => file(&path, opened, give)?,
                Err(_) => give(unreadable(&path.display().to_string(), None))?,
            }
        } else if about.is_file() {
            left_out += 1;
        }
    }
    Ok(left_out)
}

fn unreadable(name: &str, message: Option<usize>) -> Source {
    Source { file: name.to_owned(), message, raw: Err(NotChecked::Unreadable) }
}

/// Whether a file in a folder is a mail by its name. Maildir has none to go by.
fn is_mail(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    !name.starts_with('.')
        && ([".eml", ".msg", ".mbox", ".mbx", ".txt"].iter().any(|ending| name.ends_with(ending))
            || !name.contains('.')
            || name.contains(":2,")
            || name.rsplit_once('.').is_some_and(|(_, ending)| is_number(ending)))
}

/// Collections of mail name their files by a number and its sum: `00001.7c53336b37003a9286aba55d2945844c`.
fn is_number(ending: &str) -> bool {
    let decimal = ending.chars().all(|c| c.is_ascii_digit());
    !ending.is_empty() && (decimal || ending.len() >= 8 && ending.chars().all(|c| c.is_ascii_hexdigit()))
}

fn file(path: &Path, opened: std::fs::File, give: &mut dyn FnMut(Source) -> Result<()>) -> Result<()> {
    let name = path.display().to_string();
    let single = [".eml", ".msg"].iter().any(|ending| name.to_ascii_lowercase().ends_with(ending));
    stream(opened, &name, single, give)
}

/// Reads one mail, or a mailbox: a file that begins with `From ` (RFC 4155) and is not named as a single mail.
fn stream(input: impl Read, name: &str, single: bool, give: &mut dyn FnMut(Source) -> Result<()>) -> Result<()> {
    let mut input = BufReader::new(input);
    let Ok(start) = input.fill_buf() else { return give(unreadable(name, None)) };
    if !single && start.starts_with(b"From ") {
        return mailbox(input, name, give);
    }
    let limit = Limits::default().raw;
    let mut raw = Vec::new();
    if input.take(limit as u64 + 1).read_to_end(&mut raw).is_err() {
        return give(unreadable(name, None));
    }
    give(Source { file: name.to_owned(), message: None, raw: if raw.len() > limit { Err(NotChecked::TooBig) } else { Ok(raw) } })
}

/// Cuts a mailbox at its `From ` lines. One mail at a time is in memory, and not more of it than may be looked at.
fn mailbox(mut input: impl BufRead, name: &str, give: &mut dyn FnMut(Source) -> Result<()>) -> Result<()> {
    let limit = Limits::default().raw;
    let (mut raw, mut number, mut empty_before, mut too_big) = (Vec::new(), 0, true, false);
    let mut line = Vec::new();
    loop {
        line.clear();
        let Ok(read) = (&mut input).take(1 << 20).read_until(b'\n', &mut line) else { return give(unreadable(name, Some(number))) };
        let begins = empty_before && line.starts_with(b"From ");
        if (read == 0 || begins) && number > 0 {
            let whole = std::mem::take(&mut raw);
            give(Source { file: name.to_owned(), message: Some(number), raw: if too_big { Err(NotChecked::TooBig) } else { Ok(whole) } })?;
            too_big = false;
        }
        if read == 0 {
            return Ok(());
        }
        if begins {
            number += 1;
            empty_before = false;
            continue;
        }
        empty_before = matches!(line.as_slice(), b"\n" | b"\r\n");
        // ">From " was "From " before it was put into the mailbox.
        let kept = if line.starts_with(b">From ") { line.get(1..).unwrap_or_default() } else { line.as_slice() };
        if raw.len() + kept.len() > limit {
            too_big = true;
        } else {
            raw.extend_from_slice(kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, each, stream};

    fn all(bytes: &[u8], single: bool) -> Vec<(Option<usize>, String)> {
        let mut out = Vec::new();
        stream(bytes, "x", single, &mut |source: Source| {
            out.push((source.message, String::from_utf8(source.raw.unwrap()).unwrap()));
            Ok(())
        })
        .unwrap();
        out
    }

    #[test]
    fn a_mailbox_gives_its_mails_with_their_numbers() {
        let mailbox = b"From a Thu\nSubject: 1\n\nx\nFrom here on it is text\n\n>From y\n\nFrom b Thu\nSubject: 2\n\ny\n";
        let found = all(mailbox, false);
        assert_eq!(found[0], (Some(1), "Subject: 1\n\nx\nFrom here on it is text\n\nFrom y\n\n".to_owned()));
        assert_eq!(found[1], (Some(2), "Subject: 2\n\ny\n".to_owned()));
        assert_eq!(all(mailbox, true).len(), 1);
    }

    #[test]
    fn a_folder_is_walked_in_order_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.eml", "a.eml", "note.pdf", "00001.7c53336b37003a9286aba55d2945844c", "inbox.17", "report.docx"] {
            std::fs::write(folder.path().join(name), "Subject: x\n\ny\n").unwrap();
        }
        std::fs::create_dir(folder.path().join("inner")).unwrap();
        std::fs::write(folder.path().join("inner/c.eml"), "Subject: x\n\ny\n").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), folder.path().join("inner/round")).unwrap();
        let mut names = Vec::new();
        let left_out = each(folder.path(), &mut |source: Source| {
            names.push(source.file.rsplit('/').next().unwrap().to_owned());
            Ok(())
        })
        .unwrap();
        assert_eq!(names, ["00001.7c53336b37003a9286aba55d2945844c", "a.eml", "b.eml", "inbox.17", "c.eml"]);
        assert_eq!(left_out, 2, "what is left out is counted");
    }

    #[test]
    fn what_breaks_while_it_is_read_is_one_mail_that_cannot_be_told() {
        struct Broken(usize);
        impl std::io::Read for Broken {
            fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
                let text = b"From a Thu\nSubject: 1\n\nx\n";
                if self.0 > 0 {
                    return Err(std::io::Error::other("broken"));
                }
                self.0 += 1;
                into[..text.len()].copy_from_slice(text);
                Ok(text.len())
            }
        }
        for (begun, single) in [(0, false), (0, true), (1, false)] {
            let mut found = Vec::new();
            stream(Broken(begun), "x", single, &mut |source: Source| {
                found.push(source.raw);
                Ok(())
            })
            .unwrap();
            assert_eq!(found, [Err(tillit_mailrisk::NotChecked::Unreadable)]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_may_not_be_read_does_not_end_the_walk() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.eml", "b.eml", "c.eml"] {
            std::fs::write(folder.path().join(name), "Subject: x\n\ny\n").unwrap();
        }
        std::fs::set_permissions(folder.path().join("b.eml"), std::fs::Permissions::from_mode(0o0)).unwrap();
        // Whoever may read everything cannot try this.
        let all = std::fs::File::open(folder.path().join("b.eml")).is_ok();
        let mut found = Vec::new();
        each(folder.path(), &mut |source: Source| {
            found.push(source.raw.is_ok());
            Ok(())
        })
        .unwrap();
        assert_eq!(found, [true, all, true]);
    }
}
