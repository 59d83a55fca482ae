//! DNS of the practice world: TXT records that a page sets, and answers to questions about them.
//!
//! The practice name server knows these records and nothing else, and asks nobody. It answers questions for TXT and NS;
//! a name that it does not know does not exist.

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{NS, TXT};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};
use thiserror::Error;

/// Most records.
const MOST: usize = 100;
/// Longest text of a record, in bytes.
const LONGEST_TEXT: usize = 1024;
/// Longest string within a record (RFC 1035 section 3.3).
const LONGEST_STRING: usize = 255;
/// Most bytes of an answer in one datagram, also if the asker takes more: what passes every network.
const LARGEST_DATAGRAM: u16 = 1232;
/// How long an answer may be kept, in seconds: not at all.
const TTL: u32 = 0;
/// Who answers for every domain here.
const SERVER: &str = "ns.practice.example.";

/// A TXT record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxtRecord {
    /// Which one, for the page.
    pub(crate) number: u32,
    name: Name,
    /// Its text.
    pub text: String,
}

impl TxtRecord {
    /// Its name, in lower case, without the dot at its end.
    pub fn name(&self) -> String {
        self.name.to_ascii().trim_end_matches('.').to_owned()
    }
}

/// Why a record is not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordProblem {
    /// Not a name of a record.
    #[error("This is not a name such as _tillit.example.com.")]
    Name,
    /// Nothing, or too much.
    #[error("The text of a record has 1 to 1024 characters, on one line, without æ, ø, å and the like.")]
    Text,
    /// As many as there may be.
    #[error("There are 100 records already. Remove one first.")]
    TooMany,
}

/// The records, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Zone {
    records: Vec<TxtRecord>,
    last: u32,
}

impl Zone {
    pub(crate) fn records(&self) -> &[TxtRecord] {
        &self.records
    }

    /// Adds a record; one that is there already is not added twice. Quotes around the text are those of a form, and fall off.
    pub(crate) fn add(&mut self, name: &str, text: &str) -> Result<(), RecordProblem> {
        let name = name.trim().trim_end_matches('.');
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !name.contains('.') || !name.chars().all(allowed) {
            return Err(RecordProblem::Name);
        }
        let name = Name::from_ascii(format!("{name}.")).map_err(|_| RecordProblem::Name)?.to_lowercase();
        let text = text.trim();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        if text.is_empty() || text.len() > LONGEST_TEXT || !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(RecordProblem::Text);
        }
        if self.records.iter().any(|known| known.name == name && known.text == text) {
            return Ok(());
        }
        if self.records.len() >= MOST {
            return Err(RecordProblem::TooMany);
        }
        self.last = self.last.wrapping_add(1);
        self.records.push(TxtRecord { number: self.last, name, text: text.to_owned() });
        Ok(())
    }

    /// Removes a record. False if it is not there.
    pub(crate) fn remove(&mut self, number: u32) -> bool {
        let before = self.records.len();
        self.records.retain(|record| record.number != number);
        self.records.len() < before
    }

    /// The answer to a question as it came over the network; `None` for what is no question and gets no answer.
    /// `datagram`: an answer that does not fit into one is cut off and says so, and the asker comes again over TCP.
    pub(crate) fn answer(&self, question: &[u8], datagram: bool) -> Option<Vec<u8>> {
        // An answer is never answered, or two servers could talk for ever.
        let asked = Message::from_vec(question).ok().filter(|asked| asked.metadata.message_type == MessageType::Query)?;
        let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
        answer.metadata.recursion_desired = asked.metadata.recursion_desired;
        // The world's only server stands in for a resolver, too.
        answer.metadata.recursion_available = true;
        answer.add_queries(asked.queries.iter().take(1).cloned());
        match asked.queries.as_slice() {
            _ if asked.metadata.op_code != OpCode::Query => answer.metadata.response_code = ResponseCode::NotImp,
            [query] if query.query_class() == DNSClass::IN => self.fill(&mut answer, query.name(), query.query_type()),
            [_] => answer.metadata.response_code = ResponseCode::Refused,
            _ => answer.metadata.response_code = ResponseCode::FormErr,
        }
        let bytes = answer.to_vec().ok()?;
        let most = usize::from(asked.max_payload().min(LARGEST_DATAGRAM));
        if datagram && bytes.len() > most { answer.truncate().to_vec().ok() } else { Some(bytes) }
    }

    fn fill(&self, answer: &mut Message, name: &Name, kind: RecordType) {
        answer.metadata.authoritative = true;
        let here = |record: &&TxtRecord| record.name == name.to_lowercase();
        match kind {
            RecordType::TXT => {
                let texts = self.records.iter().filter(here).map(|record| RData::TXT(TXT::from_bytes(parts(&record.text))));
                answer.add_answers(texts.map(|data| Record::from_rdata(name.clone(), TTL, data)).collect::<Vec<_>>());
            }
            RecordType::NS if self.exists(name) => {
                let server = Name::from_ascii(SERVER).map(|server| RData::NS(NS(server)));
                answer.add_answers(server.map(|data| Record::from_rdata(name.clone(), TTL, data)).ok());
            }
            _ => {}
        }
        if !self.exists(name) {
            answer.metadata.response_code = ResponseCode::NXDomain;
        }
    }

    /// Whether a name has records, or a name below it has (RFC 8020).
    fn exists(&self, name: &Name) -> bool {
        self.records.iter().any(|record| name.zone_of(&record.name))
    }
}

fn parts(text: &str) -> Vec<&[u8]> {
    text.as_bytes().chunks(LONGEST_STRING).collect()
}

#[cfg(test)]
mod tests {
    use hickory_proto::op::Query;

    use super::*;

    fn question(name: &str, kind: RecordType) -> Vec<u8> {
        let mut message = Message::query();
        message.metadata.id = 7;
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        message.to_vec().unwrap()
    }
    fn ask(zone: &Zone, name: &str, kind: RecordType) -> Message {
        let answer = Message::from_vec(&zone.answer(&question(name, kind), true).unwrap()).unwrap();
        assert_eq!((answer.metadata.id, answer.metadata.message_type), (7, MessageType::Response));
        answer
    }
    fn texts(answer: &Message) -> Vec<String> {
        let whole = |txt: &TXT| txt.txt_data.iter().flat_map(|part| part.iter().map(|byte| char::from(*byte))).collect();
        answer.answers.iter().filter_map(|record| if let RData::TXT(txt) = &record.data { Some(whole(txt)) } else { None }).collect()
    }

    #[test]
    fn a_record_is_answered_whole_in_any_case_and_no_other_name_exists() {
        let mut zone = Zone::default();
        zone.add(" _Tillit.Nordvik.example. ", "\"tillit-domain=abc\"").unwrap();
        zone.add("_tillit.nordvik.example", &"x".repeat(300)).unwrap();
        let answer = ask(&zone, "_TILLIT.nordvik.example.", RecordType::TXT);
        assert_eq!(answer.metadata.response_code, ResponseCode::NoError);
        assert_eq!(texts(&answer), ["tillit-domain=abc".to_owned(), "x".repeat(300)]);
        let above = ask(&zone, "nordvik.example.", RecordType::TXT);
        assert_eq!((above.metadata.response_code, above.answers.len()), (ResponseCode::NoError, 0));
        assert_eq!(ask(&zone, "other.example.", RecordType::TXT).metadata.response_code, ResponseCode::NXDomain);
        assert_eq!(ask(&zone, "nordvik.example.", RecordType::NS).answers.len(), 1);
        assert_eq!(ask(&zone, "_tillit.nordvik.example.", RecordType::A).answers.len(), 0);
    }

    #[test]
    fn what_does_not_fit_into_a_datagram_is_cut_off_and_comes_whole_over_tcp() {
        let mut zone = Zone::default();
        for number in 0..4 {
            zone.add("_tillit.nordvik.example", &number.to_string().repeat(900)).unwrap();
        }
        let asked = question("_tillit.nordvik.example.", RecordType::TXT);
        let cut = Message::from_vec(&zone.answer(&asked, true).unwrap()).unwrap();
        assert!(cut.metadata.truncation && cut.answers.is_empty());
        assert_eq!(texts(&Message::from_vec(&zone.answer(&asked, false).unwrap()).unwrap()).len(), 4);
    }

    #[test]
    fn a_record_that_is_none_is_refused_in_words_and_one_too_many_too() {
        let mut zone = Zone::default();
        for name in ["", "nordvik", "a b.example", "_tillit.nordvik.example;", &format!("{}.example", "a".repeat(64)), &"a.".repeat(200)] {
            assert_eq!(zone.add(name, "x"), Err(RecordProblem::Name), "{name}");
        }
        for text in ["", " ", "\"\"", "a\nb", "æ", &"x".repeat(1025)] {
            assert_eq!(zone.add("a.example", text), Err(RecordProblem::Text), "{text}");
        }
        for number in 0..MOST {
            zone.add("a.example", &number.to_string()).unwrap();
            zone.add("a.example", &number.to_string()).unwrap();
        }
        assert_eq!(zone.add("a.example", "one more"), Err(RecordProblem::TooMany));
        assert!(zone.remove(1) && !zone.remove(1));
        assert!(zone.add("a.example", "one more").is_ok());
    }

    #[test]
    fn nonsense_is_never_answered_by_an_answer_to_an_answer_nor_by_a_panic() {
        let zone = Zone::default();
        let mut asked = question("nordvik.example.", RecordType::TXT);
        for length in 0..asked.len() {
            zone.answer(asked.get(..length).unwrap(), true);
        }
        asked[2] |= 0x80;
        assert_eq!(zone.answer(&asked, true), None, "an answer");
        assert_eq!(zone.answer(&[0xff; 512], true), None);
    }
}
