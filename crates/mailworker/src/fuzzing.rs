//! What fuzzing calls (docs/security/fuzzing.md): whatever comes in on a worker's standard input.
#![expect(clippy::panic, reason = "a broken promise is a panic: that is how fuzzing hears of it")]

use crate::Answer;
use crate::confine::Confinement;
use crate::frame::{HEAD, Head, Kind, LARGEST_ANSWER};
use crate::request::Request;
use crate::worker::{Refusal, Welcome, judge, serve};

/// A stream of requests: every answer is whole, of a kind that answers are, and of the size that is promised; a request that is read is read
/// again as itself; who asks sees at most one answer a request.
pub fn worker_frames(data: &[u8]) {
    let mut output = Vec::new();
    let _ = serve(data, &mut output, &Confinement::none("fuzzing"), |request| {
        round_trip(request);
        judge(request)
    });
    let (mut rest, mut answers) = (output.as_slice(), 0);
    while !rest.is_empty() {
        let Some((head, after)) = rest.split_first_chunk::<HEAD>() else { panic!("an answer's head is cut short") };
        let Ok(head) = Head::parse(*head, LARGEST_ANSWER) else { panic!("an answer's head cannot be read") };
        let Some((body, after)) = after.split_at_checked(head.length) else { panic!("an answer is cut short") };
        let is_read = match head.kind {
            Kind::Welcome => serde_json::from_slice::<Welcome>(body).is_ok(),
            Kind::Answer => serde_json::from_slice::<Answer>(body).is_ok(),
            Kind::Refused => serde_json::from_slice::<Refusal>(body).is_ok(),
            Kind::Hello | Kind::Analyse => false,
        };
        assert!(is_read, "an answer cannot be read");
        rest = after;
        answers += 1;
    }
    assert!(answers <= data.len() / HEAD + 1);
}

fn round_trip(request: &Request<'_>) {
    let Ok(mut body) = request.asked.to_bytes() else { panic!("what was read cannot be written") };
    body.extend_from_slice(request.mail);
    assert_eq!(Request::parse(&body).as_ref(), Ok(request));
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::replay::replay;

    #[test]
    fn every_seed_and_what_grows_from_it_keeps_the_promises() {
        replay("worker_frames", 2_000, super::worker_frames);
    }
}
