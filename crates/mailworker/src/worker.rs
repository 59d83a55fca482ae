//! The worker: reads a request, answers it, reads the next. It has one thread and remembers nothing from one mail to the next.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};
use tillit_mailrisk::{NotChecked, analyse};

use crate::answer::Answer;
use crate::confine::{self, Bounds, Confinement};
use crate::frame::{FrameError, HEAD, Head, Kind, LARGEST_ASKED, LARGEST_MAIL, LARGEST_REQUEST, VERSION};
use crate::request::Request;

/// The answer to `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Version of the format.
    pub version: u8,
    /// Version of the program.
    pub program: String,
    /// Largest mail that is looked at, in bytes.
    pub largest_mail: usize,
    /// Largest part of a request besides the mail, in bytes.
    pub largest_asked: usize,
    /// What holds the worker, and what does not.
    pub confinement: Confinement,
}

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// In words.
    pub why: String,
}

/// Confines this process and serves standard input until it ends. What holds and what does not is said on standard error first.
///
/// # Errors
/// Standard input or output broke, or what came in cannot be read.
pub fn run(bounds: Bounds) -> io::Result<()> {
    run_with(bounds, judge)
}

/// The same with another engine: tests have one that breaks on demand.
///
/// # Errors
/// As [`run`].
pub fn run_with(bounds: Bounds, engine: impl Fn(&Request<'_>) -> Answer) -> io::Result<()> {
    // The place only: what a panic says may quote the mail.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        let _ = writeln!(io::stderr(), "tillit: the analysis panicked at {place}");
    }));
    let confinement = confine::confine(bounds);
    let _ = writeln!(io::stderr(), "tillit: {}", confinement.text());
    serve(io::stdin().lock(), io::stdout().lock(), &confinement, engine)
}

/// Judges one mail.
#[must_use]
pub fn judge(request: &Request<'_>) -> Answer {
    let asked = &request.asked;
    Answer::of(&analyse(request.mail, &asked.knowledge, &asked.evidence), asked.language, asked.explain)
}

/// Serves requests until there are no more.
///
/// # Errors
/// Input or output broke, or what came in cannot be read: then it was answered with a refusal, and nothing that follows can be trusted.
pub fn serve(
    mut input: impl Read,
    mut output: impl Write,
    confinement: &Confinement,
    engine: impl Fn(&Request<'_>) -> Answer,
) -> io::Result<()> {
    while let Some(head) = next_head(&mut input)? {
        let head = match head {
            Ok(head) => head,
            Err(error) => {
                refuse(&mut output, 0, &error.to_string())?;
                return Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string()));
            }
        };
        confine::next_request(&confinement.bounds);
        let body = body(&mut input, head.length)?;
        match head.kind {
            Kind::Hello => {
                let welcome = Welcome {
                    version: VERSION,
                    program: env!("CARGO_PKG_VERSION").to_owned(),
                    largest_mail: LARGEST_MAIL,
                    largest_asked: LARGEST_ASKED,
                    confinement: confinement.clone(),
                };
                write(&mut output, Kind::Welcome, head.id, &welcome)?;
            }
            Kind::Analyse => match Request::parse(&body) {
                Ok(request) => {
                    // The engine promises not to panic. Should it break that promise, this mail is unknown and the next is judged.
                    let answer = catch_unwind(AssertUnwindSafe(|| engine(&request)))
                        .unwrap_or_else(|_| Answer::not_read(NotChecked::Failed, request.asked.language));
                    write(&mut output, Kind::Answer, head.id, &answer)?;
                }
                Err(error) => refuse(&mut output, head.id, &error.to_string())?,
            },
            Kind::Welcome | Kind::Answer | Kind::Refused => refuse(&mut output, head.id, "an answer is no request")?,
        }
    }
    Ok(())
}

/// The next head; `None` when the input ends before it begins.
fn next_head(input: &mut impl Read) -> io::Result<Option<Result<Head, FrameError>>> {
    let mut bytes = [0; HEAD];
    let (first, rest) = bytes.split_at_mut(1);
    if input.read(first)? == 0 {
        return Ok(None);
    }
    input.read_exact(rest)?;
    Ok(Some(Head::parse(bytes, LARGEST_REQUEST)))
}

/// A body of a length that was checked. Asked for at once, so that a large mail is in memory once and not twice while its place grows.
fn body(input: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(length);
    input.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(body)
}

fn refuse(output: &mut impl Write, id: u64, why: &str) -> io::Result<()> {
    write(output, Kind::Refused, id, &Refusal { why: why.to_owned() })
}

fn write(output: &mut impl Write, kind: Kind, id: u64, message: &impl Serialize) -> io::Result<()> {
    let body = serde_json::to_vec(message)?;
    let head = Head { kind, id, length: body.len() }.to_bytes().map_err(io::Error::other)?;
    output.write_all(&head)?;
    output.write_all(&body)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::{Refusal, Welcome, judge, serve};
    use crate::answer::Answer;
    use crate::confine::Confinement;
    use crate::frame::{HEAD, Head, Kind, LARGEST_ANSWER, LARGEST_REQUEST};
    use crate::request::Asked;

    fn framed(kind: Kind, id: u64, body: &[u8]) -> Vec<u8> {
        [Head { kind, id, length: body.len() }.to_bytes().unwrap().as_slice(), body].concat()
    }

    fn asked(id: u64, mail: &[u8]) -> Vec<u8> {
        framed(Kind::Analyse, id, &[Asked::default().to_bytes().unwrap().as_slice(), mail].concat())
    }

    fn served(input: &[u8], engine: impl Fn(&crate::Request<'_>) -> Answer) -> (bool, Vec<(Head, Vec<u8>)>) {
        let mut output = Vec::new();
        let ended = serve(input, &mut output, &Confinement::none("of a test"), engine).is_ok();
        let (mut answers, mut rest) = (Vec::new(), output.as_slice());
        while let Some((head, after)) = rest.split_first_chunk::<HEAD>() {
            let head = Head::parse(*head, LARGEST_ANSWER).unwrap();
            answers.push((head, after[..head.length].to_vec()));
            rest = &after[head.length..];
        }
        (ended, answers)
    }

    #[test]
    fn requests_are_answered_in_order_under_their_numbers() {
        let input = [framed(Kind::Hello, 1, b""), asked(2, b"From: a@b.no\r\n\r\nHi there, lunch?\r\n"), asked(9, b"")].concat();
        let (whole, answers) = served(&input, judge);
        assert!(whole);
        let heads: Vec<_> = answers.iter().map(|(head, _)| (head.kind, head.id)).collect();
        assert_eq!(heads, [(Kind::Welcome, 1), (Kind::Answer, 2), (Kind::Answer, 9)]);
        let welcome: Welcome = serde_json::from_slice(&answers[0].1).unwrap();
        assert_eq!((welcome.version, welcome.confinement.holds.len()), (1, 0));
        let answer: Answer = serde_json::from_slice(&answers[1].1).unwrap();
        assert_eq!(answer.verdict, tillit_mailrisk::Verdict::Safe);
    }

    #[test]
    fn a_request_that_cannot_be_read_is_refused_and_the_next_is_answered() {
        let input = [framed(Kind::Analyse, 1, b"\0\0\0\x05{}"), framed(Kind::Answer, 2, b""), asked(3, b"x")].concat();
        let (whole, answers) = served(&input, judge);
        let heads: Vec<_> = answers.iter().map(|(head, _)| (head.kind, head.id)).collect();
        assert_eq!((whole, heads), (true, vec![(Kind::Refused, 1), (Kind::Refused, 2), (Kind::Answer, 3)]));
        let refusal: Refusal = serde_json::from_slice(&answers[0].1).unwrap();
        assert_eq!(refusal.why, "the request ends too early");
    }

    #[test]
    fn after_a_head_that_cannot_be_read_nothing_is_believed() {
        let mut long = Head { kind: Kind::Analyse, id: 5, length: LARGEST_REQUEST + 1 }.to_bytes().unwrap().to_vec();
        long.extend(asked(6, b"x"));
        let (whole, answers) = served(&long, judge);
        assert_eq!((whole, answers.len(), answers[0].0.kind), (false, 1, Kind::Refused));
        let (whole, answers) = served(&asked(6, b"x")[..20], judge);
        assert_eq!((whole, answers.len()), (false, 0), "cut short in the middle");
    }

    #[test]
    fn a_panic_costs_one_mail_its_answer_and_no_more() {
        let input = [asked(1, b"boom"), asked(2, b"x")].concat();
        let (whole, answers) = served(&input, |request| if request.mail == b"boom" { panic!("on purpose") } else { judge(request) });
        assert!(whole);
        let first: Answer = serde_json::from_slice(&answers[0].1).unwrap();
        assert_eq!((first.not_checked, answers.len()), (vec!["The check failed.".to_owned()], 2));
    }
}
